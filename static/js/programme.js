// The programme on the reader's own device: sessions marked with a star, which this browser keeps, and "now" and "up
// next" kept current. Without it, the page says what was so when it was loaded.

const ONE_ADDRESS = 100; // as many sessions as a calendar's address chooses; web/public/programme.py knows it too

const mine = document.getElementById("mine");
const board = document.querySelector("[data-zone]");
const sessions = [];

for (const slots of document.querySelectorAll("[data-ids]")) {
  const ids = slots.dataset.ids.split(" "); // of those that have a page, in their order
  for (const card of slots.querySelectorAll(".s")) {
    const link = card.querySelector("h3 > a, h4 > a");
    const [start, end] = [card.parentNode.querySelector("h3 time"), card.querySelector("p > time")];
    // What is cancelled or has a made-up time is neither now nor next, and in nothing's way.
    const isSure = start && !card.matches(".gone, .unsure");
    sessions.push({
      id: link && Number(ids.shift()),
      card,
      link,
      start: isSure ? Date.parse(start.dateTime) : NaN,
      end: isSure && end ? Date.parse(end.dateTime) : NaN,
    });
  }
}

// Marked sessions

const place = mine && `eventapp-sessions-${mine.dataset.slug}`;

function marked() {
  try {
    const kept = JSON.parse(localStorage.getItem(place));
    return new Set(kept.filter(Number.isInteger));
  } catch {
    return new Set(); // nothing yet, or nothing that we wrote
  }
}

function toggle(id) {
  const ids = marked(); // read anew: another tab may have changed it
  if (!ids.delete(id)) ids.add(id);
  localStorage.setItem(place, JSON.stringify([...ids]));
  show();
}

function show() {
  const ids = marked();
  if ("whole" in mine.dataset) {
    const known = new Set(sessions.map(({ id }) => id));
    for (const id of ids) if (!known.has(id)) ids.delete(id); // gone from the programme
  }
  mine.querySelector("small").textContent = ids.size;
  for (const button of document.querySelectorAll(".star")) {
    button.setAttribute("aria-pressed", ids.has(Number(button.value)));
  }
  if (sessions.length) choose(ids, location.hash === "#mine");
}

// Shows all sessions, or the marked ones alone: as a list, since a grid of few has more gaps than sessions.
function choose(ids, isOnly) {
  const link = mine.querySelector("a");
  if (link.getAttribute("href").startsWith("#")) link.setAttribute("href", isOnly ? "#" : "#mine");
  if (isOnly) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
  link.querySelector(".x").hidden = !isOnly;
  const jump = document.querySelector(".jump");
  if (jump) jump.hidden = isOnly;
  for (const { id, card } of sessions) card.hidden = isOnly && !ids.has(id);
  for (const slots of document.querySelectorAll(".slots")) {
    slots.classList.toggle("grid", !isOnly && / g\d/.test(slots.className));
    for (const slot of slots.querySelectorAll(".slot")) slot.hidden = !slot.querySelector(".s:not([hidden])");
    slots.parentNode.hidden = isOnly && !slots.querySelector(".s:not([hidden])");
  }
  const { none, overlap } = mine.dataset;
  const pairs = overlap ? overlaps(sessions.filter(({ id, end }) => ids.has(id) && end)) : [];
  say(pairs.length ? `${overlap} ${pairs.join("; ")}` : isOnly && !ids.size ? none : "");
  const take = mine.querySelector(".take");
  take.hidden = !isOnly || !ids.size;
  const [button, address] = take.querySelectorAll("a");
  address.href = address.href.replace(/only=.*/, `only=${[...ids].sort((a, b) => a - b).slice(0, ONE_ADDRESS)}`);
  address.textContent = address.href;
  button.href = address.href.replace(/^https?/, "webcal");
}

// The sessions come in the order of their starts.
function overlaps(chosen) {
  const meets = (one) => (other) => one.start <= other.start && other.start < one.end;
  const words = (one) => (other) => `${one.link.textContent} – ${other.link.textContent}`;
  return [].concat(...chosen.map((one, n) => chosen.slice(n + 1).filter(meets(one)).map(words(one))));
}

function say(text) {
  const status = mine.querySelector("[role=status]");
  if (status.textContent === text) return;
  status.textContent = text;
  status.className = text && "note";
}

function star({ id, link }) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "star", value: id });
  button.setAttribute("aria-label", `${mine.dataset.star}: ${link.textContent}`);
  link.parentNode.after(button);
}

function start() {
  sessions.filter(({ id }) => id).forEach(star);
  for (const button of document.querySelectorAll(".star")) button.addEventListener("click", () => toggle(Number(button.value)));
  show();
  mine.hidden = false;
  for (const change of ["hashchange", "storage", "pageshow"]) addEventListener(change, show);
}

// On the registration's page: the boxes of what was marked on this device.
function offer(boxes) {
  const missing = boxes.filter((box) => !box.checked && marked().has(Number(box.value)));
  mine.querySelector("small").textContent = missing.length;
  mine.hidden = !missing.length;
  mine.querySelector("button").addEventListener("click", () => {
    for (const box of missing) box.checked = true;
    say(mine.dataset.done);
  });
}

const boxes = [...document.querySelectorAll("[name=session]")];
if (boxes.length) offer(boxes);
else if (mine && isKept()) start();

function isKept() {
  try {
    return Boolean(localStorage);
  } catch {
    return false; // a browser may forbid it: then there are no stars
  }
}

// Now and next

function mark(card, word, isNow) {
  let live = card.querySelector(".live");
  let tag = card.querySelector(".tag");
  card.classList.toggle("now", isNow);
  if (live && live.textContent === word) return;
  if (live) live.remove();
  if (word) {
    if (!tag) {
      tag = document.createElement("p");
      tag.className = "tag";
      card.prepend(tag);
    }
    live = document.createElement("b");
    live.className = "live";
    live.textContent = word;
    tag.prepend(live, " ");
  } else if (tag && !tag.children.length) {
    tag.remove();
  }
}

function update() {
  const now = Date.now();
  const days = new Intl.DateTimeFormat("en", { timeZone: board.dataset.zone, dateStyle: "short" });
  let next = Math.min(...sessions.map(({ start }) => (start > now ? start : Infinity)));
  if (next === Infinity || days.format(next) !== days.format(now)) next = NaN;
  for (const { card, start, end } of sessions) {
    if (!start) continue;
    const isNow = start <= now && now < end;
    mark(card, isNow ? board.dataset.now : start === next ? board.dataset.next : "", isNow);
  }
}

if (board) {
  update();
  setInterval(update, 15000);
  document.addEventListener("visibilitychange", update);
}

import("./keep.js");
