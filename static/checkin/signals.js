// What a volunteer hears and feels without looking: a tone and a tremble for each colour.

const TONES = {
  green: [[880, 0.12]],
  amber: [
    [440, 0.12],
    [440, 0.12],
  ],
  red: [[220, 0.35]],
};
const TREMBLES = { green: 60, amber: [80, 60, 80], red: 300 };

let context = null;

/** Sound needs a tap before it: call this from one. */
export function allow() {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (Context && !context) context = new Context();
  if (context && context.state === "suspended") context.resume();
}

export function signal(tone) {
  if (navigator.vibrate) navigator.vibrate(TREMBLES[tone]);
  if (!context || context.state !== "running") return;
  let at = context.currentTime;
  for (const [pitch, length] of TONES[tone]) {
    const [wave, volume] = [context.createOscillator(), context.createGain()];
    wave.frequency.value = pitch;
    volume.gain.setValueAtTime(0.2, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + length);
    wave.connect(volume).connect(context.destination);
    wave.start(at);
    wave.stop(at + length);
    at += length + 0.06;
  }
}

let lock = null;

/** Keeps the screen on while the page is seen, where the browser lets us. */
export async function stayAwake() {
  if (!navigator.wakeLock || document.hidden) return;
  try {
    lock = await navigator.wakeLock.request("screen");
  } catch (error) {
    if (error.name !== "NotAllowedError") throw error; // a phone that saves its battery says no, and may
  }
}
