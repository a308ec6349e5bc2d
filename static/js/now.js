// The screen in the hall: a clock, what is on now and next, and every half minute the latest from the server. When there
// is no network, it goes on by the clock with what it knows, and says how old that is.

const REFRESH = 30_000;
const PATIENCE = 10_000;
const SMALLEST = 0.35;

let ahead = 0; // how far the server's clock is ahead of this machine's, in milliseconds

const screen = () => document.getElementById("screen");
const now = () => Date.now() + ahead;

function tick() {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: screen().dataset.zone, hour: "2-digit", minute: "2-digit" });
  screen().querySelector(".clock time").textContent = clock.format(now());
  const countdown = screen().querySelector(".countdown[datetime]");
  if (countdown) count(countdown);
  const rooms = screen().querySelector(".rooms");
  if (rooms && [...rooms.querySelectorAll("ol")].map((room) => post(room, Number(rooms.dataset.limit))).includes(true)) fit();
}

function count(countdown) {
  const left = Date.parse(countdown.dateTime) - now();
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang);
  if (left < 7_200_000) countdown.textContent = words.format(Math.max(1, Math.round(left / 60_000)), "minute");
  else if (left < 172_800_000) countdown.textContent = words.format(Math.floor(left / 3_600_000), "hour");
}

// Says of each session in a room whether it is over, on, next or later, as rules/programme.py does; true if any changed.
function post(room, limit) {
  let changed = false;
  let coming = 0;
  for (const item of room.children) {
    const [start, end] = [...item.querySelectorAll("time")].map((time) => Date.parse(time.dateTime));
    const isOn = start <= now() && now() < end;
    const isOver = (end || start) <= now();
    const state = isOn ? "now" : !isOver && coming < limit ? "next" : "later";
    if (!isOn && !isOver && !item.classList.contains("gone")) coming += 1;
    if (!item.classList.contains(state)) {
      item.classList.remove("now", "next", "later");
      item.classList.add(state);
      changed = true;
    }
  }
  return changed;
}

// Makes letters smaller until everything is on the screen; a telephone scrolls instead.
function fit() {
  const main = screen().querySelector("main");
  main.style.fontSize = "";
  for (let share = 1; share > SMALLEST && innerWidth >= 640 && document.body.scrollHeight > innerHeight; share -= 0.05) {
    main.style.fontSize = `${share}em`;
  }
}

async function refresh() {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const answer = await fetch(location.href, { cache: "no-cache", signal: patience.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("screen");
    if (!answer.ok || !fresh) throw new Error("this is not the screen");
    const style = (some) => some.querySelector("link[rel=stylesheet]").getAttribute("href");
    if (style(page) !== style(document)) return location.reload(); // a new version of the program
    const date = Date.parse(answer.headers.get("Date"));
    if (date) ahead = date - Date.now();
    screen().replaceWith(fresh);
    document.title = page.title;
    tick();
    fit();
  } catch {
    document.getElementById("age").hidden = false;
  } finally {
    clearTimeout(timer);
  }
}

document.getElementById("age").hidden = !("kept" in document.documentElement.dataset); // by sw.js, without a network
tick();
fit();
setInterval(tick, 1000);
setInterval(refresh, REFRESH);
addEventListener("resize", fit);
addEventListener("online", refresh);

import("./keep.js");
