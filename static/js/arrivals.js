// Expected guests, kept current: the list is fetched again every ten seconds while somebody looks at it, newcomers are
// said aloud by screen readers, and a tone tells those who look elsewhere. Without script the page is loaded again by hand.

const EVERY = 10_000;
const PATIENCE = 8_000;

const list = () => document.getElementById("guests");
const arrived = () =>
  new Map([...list().querySelectorAll("[data-arrived]")].map((one) => [one.id, one.dataset.arrived]));
let known = arrived();
let audio = null;
let timer = null;

const tone = document.getElementById("tone");
tone.hidden = !("AudioContext" in window);
tone.addEventListener("click", () => {
  const isOn = tone.getAttribute("aria-pressed") !== "true";
  tone.setAttribute("aria-pressed", String(isOn));
  if (!isOn) return;
  audio = audio || new AudioContext();
  sound();
});

function sound() {
  if (!audio || tone.getAttribute("aria-pressed") !== "true") return;
  const [wave, loud] = [audio.createOscillator(), audio.createGain()];
  wave.connect(loud).connect(audio.destination);
  loud.gain.setValueAtTime(0.2, audio.currentTime);
  loud.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.6);
  wave.frequency.value = 880;
  wave.start();
  wave.stop(audio.currentTime + 0.6);
}

// Whoever types a number or has a part open is not disturbed.
const isInUse = () => list().contains(document.activeElement) || list().querySelector("details[open]") !== null;

async function refresh() {
  if (document.hidden || isInUse()) return;
  const patience = new AbortController();
  const end = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const answer = await fetch(location.href, { cache: "no-cache", signal: patience.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("guests");
    if (!answer.ok || !fresh || isInUse()) return;
    list().replaceWith(fresh);
    const now = arrived();
    const news = [...now].filter(([id]) => !known.has(id)).map(([, said]) => said.trim());
    known = now;
    if (!news.length) return;
    const status = document.getElementById("news");
    status.textContent = status.dataset.said.replace("%(name)s", news.join("; "));
    sound();
  } catch {
    // no network at this moment: what is shown stays, and the next turn tries again
  } finally {
    clearTimeout(end);
  }
}

function turn() {
  clearTimeout(timer);
  if (document.hidden) return;
  timer = setTimeout(async () => {
    await refresh();
    turn();
  }, EVERY);
}

document.addEventListener("visibilitychange", async () => {
  if (!document.hidden) await refresh();
  turn();
});
turn();
