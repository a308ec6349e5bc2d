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

/** Whether this browser has tones at all. */
export const hasSound = () => Boolean(window.AudioContext || window.webkitAudioContext);

/** Plays all three, one after the other, and shows each tremble; gives whether they were heard. */
export async function rehearse() {
  allow();
  if (context && context.state === "suspended") await context.resume();
  Object.keys(TONES).forEach((tone, n) => signal(tone, n * 0.6));
  if (navigator.vibrate) navigator.vibrate([].concat(TREMBLES.green, 500, TREMBLES.amber, 500, TREMBLES.red));
  return Boolean(context && context.state === "running");
}

export function signal(tone, later = 0) {
  if (navigator.vibrate && !later) navigator.vibrate(TREMBLES[tone]);
  if (!context || context.state !== "running") return;
  let at = context.currentTime + later;
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

/** Whether the screen stays on now. */
export const isAwake = () => Boolean(lock && !lock.released);

/** Keeps the screen on while the page is seen, where the browser lets us. */
export async function stayAwake() {
  if (!navigator.wakeLock || document.hidden) return;
  try {
    lock = await navigator.wakeLock.request("screen");
  } catch (error) {
    if (error.name !== "NotAllowedError") throw error; // a phone that saves its battery says no, and may
  }
}
