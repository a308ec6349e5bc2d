// Keeps "now" and "up next" current while the programme stays open. Without it, the page says what was so when it was loaded.

const board = document.querySelector("[data-zone]");
const { now: nowWord, next: nextWord, zone } = board.dataset;
const days = new Intl.DateTimeFormat("en", { timeZone: zone, dateStyle: "short" });

const sessions = [];
for (const slot of document.querySelectorAll(".slot")) {
  const at = slot.querySelector("h3 time");
  // What is cancelled or has a made-up time is neither now nor next.
  for (const card of at ? slot.querySelectorAll(".s:not(.gone):not(.unsure)") : []) {
    const until = card.querySelector("p > time");
    sessions.push({ card, start: Date.parse(at.dateTime), end: until ? Date.parse(until.dateTime) : NaN });
  }
}

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
  let next = Math.min(...sessions.map(({ start }) => (start > now ? start : Infinity)));
  if (next === Infinity || days.format(next) !== days.format(now)) next = NaN;
  for (const { card, start, end } of sessions) {
    const isNow = start <= now && now < end;
    mark(card, isNow ? nowWord : start === next ? nextWord : "", isNow);
  }
}

update();
setInterval(update, 15000);
document.addEventListener("visibilitychange", update);
