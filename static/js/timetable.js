// The timetable by keyboard and mouse. It sends the forms that the page has anyway and shows the server's answer, which alone
// knows the truth; what cannot be sent stays as it is and can be sent again.

const MINUTE = 60;
const SHORTEST = 5;
const said = document.getElementById("said");
const words = said.dataset;
const dress = "replaceSync" in CSSStyleSheet.prototype ? new CSSStyleSheet() : null;

let held = null; // what is picked up: its card, where it stood, by how many minutes it moved and grew, its room, its ghost
let busy = false;
let still = false; // the mouse is where it should be: showing the result must not scroll
let dragged = false; // the click that ends a drag opens nothing

const board = () => document.getElementById("board");
const links = () => [...board().querySelectorAll(".plan .s:not(.ghost) > a")];
const rooms = () => [...board().querySelectorAll(".heads b")];
const isWide = () => matchMedia("(min-width: 60rem)").matches;
const draw = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
const say = (text) => (said.textContent = text);

// Pages

function show(page, css, address, focus) {
  const fresh = page.getElementById("board");
  if (!dress) return location.assign(address);
  const pane = board().querySelector(".pane");
  const [left, top, y] = [pane.scrollLeft, pane.scrollTop, scrollY];
  const open = [...board().querySelectorAll("details[id][open]")].map(({ id }) => id);
  dress.replaceSync(css);
  document.adoptedStyleSheets = [dress];
  board().replaceWith(fresh);
  history.replaceState(null, "", address.split("#")[0]);
  document.title = page.title;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  Object.assign(fresh.querySelector(".pane"), { scrollLeft: left, scrollTop: top });
  scrollTo(0, y);
  say([...page.querySelectorAll("main > .done:not(#said), #board .errors")].map((box) => box.innerText || box.textContent).join(" ").replace(/\s+/g, " ").trim());
  ready(focus);
}

function ready(focus) {
  document.getElementById("keys").hidden = false;
  const target = focus && document.getElementById(focus);
  rove(links().find((link) => link === target) || board().querySelector(".plan .here a") || links()[0]);
  if (!still) board().querySelector(".plan .here > a")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (target) target.focus({ preventScroll: still || target.id === "panel" });
}

function rove(current) {
  for (const link of links()) link.tabIndex = link === current ? 0 : -1;
}

// True if the server answered with the timetable, whatever it thought of what was sent.
async function ask(address, data, focus) {
  if (busy) return false;
  busy = true;
  board().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, data && { method: "POST", body: new URLSearchParams(data) });
    const text = await answer.text();
    const [style, css] = text.match(/<style>([^]*?)<\/style>/) || ["", ""]; // the policy knows that of the first page alone
    const page = new DOMParser().parseFromString(text.replace(style, ""), "text/html");
    if (!page.getElementById("board")) {
      say(words.refused);
      return false;
    }
    if (held) release();
    show(page, css, answer.ok ? answer.url : location.href, focus);
    return answer.ok;
  } catch {
    say(words.offline);
    return false;
  } finally {
    busy = false;
    board().removeAttribute("aria-busy");
  }
}

// Times

const stands = (card) => card.dataset.at.split("/");

function clock(seconds) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: board().dataset.zone, hour: "2-digit", minute: "2-digit" });
  const [hours, minutes] = parts.format(seconds * 1000).split(":");
  return document.documentElement.lang === "fr" ? `${Number(hours)}\u00a0h\u00a0${minutes}` : `${hours}:${minutes}`;
}

function local(seconds) {
  const zone = { timeZone: board().dataset.zone, dateStyle: "short", timeStyle: "short" };
  return new Intl.DateTimeFormat("sv", zone).format(seconds * 1000).replace(" ", "T");
}

// Picked up

function pick(card, inHand) {
  const [starts, ends, room] = stands(card);
  const start = Number(starts);
  const length = ends ? (ends - start) / MINUTE : Number(card.dataset.length) || 30;
  held = { card, start, length, room, was: room, by: 0, grow: 0, inHand, form: draw(), link: card.querySelector("a") };
  card.classList.add("held");
}

function where() {
  const from = held.start + held.by * MINUTE;
  const until = from + (held.length + held.grow) * MINUTE;
  const head = rooms().find((room) => room.dataset.room === held.room);
  return `${clock(from)}–${clock(until)}, ${head.firstChild.textContent.trim()}`;
}

function change(by, grow, room) {
  const before = [held.by, held.grow, held.room].join();
  held.by = by;
  held.grow = Math.max(grow, SHORTEST - held.length);
  held.room = room;
  if (before === [held.by, held.grow, held.room].join()) return;
  held.form = draw(); // something else than what may have been sent already
  if (isWide()) haunt();
  if (held.inHand) return; // what is dragged says it in its ghost: here it would push the page away under the mouse
  let to = held.card.querySelector(".to");
  if (!to) {
    to = document.createElement("span");
    to.className = "to";
    held.link.append(to);
  }
  to.textContent = `→ ${where()}`;
  say(where());
}

// Shows where it would go.
function haunt() {
  const top = (held.start + held.by * MINUTE - board().dataset.top) / MINUTE / 5;
  const head = rooms().find((room) => room.dataset.room === held.room);
  if (!held.ghost) {
    held.ghost = document.createElement("li");
    held.ghost.className = "s ghost";
    held.ghost.setAttribute("aria-hidden", "true");
    board().querySelector(".plan").append(held.ghost);
  }
  const { gridColumnStart, gridColumnEnd } = getComputedStyle(head);
  const line = Math.max(2, Math.floor(top) + 2);
  Object.assign(held.ghost.style, {
    gridColumnStart,
    gridColumnEnd,
    gridRowStart: line,
    gridRowEnd: line + Math.max(2, Math.round((held.length + held.grow) / 5)),
  });
  held.ghost.textContent = where();
}

function release() {
  held.ghost?.remove();
  held.card.querySelector(".to")?.remove();
  held.card.classList.remove("held");
  held = null;
}

function putBack() {
  release();
  say(words.back);
}

async function drop() {
  const { card, link, by, grow, room, was, form, start, length } = held;
  const isMoved = by !== 0 || room !== was;
  if (!start) {
    return ask(target(link, "place"), { ...facts(card, form), starts_at: local(start + by * MINUTE), room_id: room, length });
  }
  if (!isMoved && !grow) return putBack();
  const go = (what, data, at) => ask(target(link, what), { ...facts(at, form + what), ...data }, link.id);
  if (isMoved && !(await go("move", { by, room_id: room }, card))) return;
  if (grow) await go("resize", { by: grow }, document.getElementById(link.id).parentElement);
}

const target = (link, what) => `${board().dataset.root}${link.id.slice(1)}/${what}${location.search}`;

const facts = (card, form) => ({
  csrf_token: board().dataset.token,
  form_id: form,
  seen: card.dataset.at,
});

// Keyboard

function neighbour(link, key) {
  const all = links();
  if (!isWide() || key === "Home" || key === "End") {
    const step = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[key];
    return step ? all[all.indexOf(link) + step] : all.at(key === "Home" ? 0 : -1);
  }
  const [start, , room] = stands(link.parentElement);
  const inRoom = (id) => all.filter((other) => stands(other.parentElement)[2] === id);
  if (key === "ArrowUp" || key === "ArrowDown") {
    const there = inRoom(room);
    return there[there.indexOf(link) + (key === "ArrowUp" ? -1 : 1)];
  }
  const step = key === "ArrowLeft" ? -1 : 1;
  const ids = rooms().map((head) => head.dataset.room);
  for (let n = ids.indexOf(room) + step; n in ids; n += step) {
    const far = (other) => Math.abs(stands(other.parentElement)[0] - start);
    const there = inRoom(ids[n]).sort((a, b) => far(a) - far(b));
    if (there.length) return there[0];
  }
}

function steer(key, isLonger) {
  const step = Number(board().dataset.step);
  const sign = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (sign && isLonger) return change(held.by, held.grow + sign * step, held.room);
  if (sign) return change(held.by + sign * step, held.grow, held.room);
  const ids = rooms().map((head) => head.dataset.room);
  const room = ids[ids.indexOf(held.room) + (key === "ArrowLeft" ? -1 : 1)];
  if (room !== undefined) change(held.by, held.grow, room);
}

addEventListener("keydown", (event) => {
  const { key } = event;
  const isCommand = event.ctrlKey || event.metaKey || event.altKey;
  const link = event.target.closest?.(".plan .s > a");
  // A letter alone is a shortcut only where a session has the focus (WCAG 2.1.4).
  const isUndo = key === "z" ? isCommand && !event.altKey : key === "u" && link && !isCommand;
  if (isUndo && !held && !event.target.closest?.("input, select, textarea")) {
    event.preventDefault();
    board().querySelector("#undo button")?.click();
    return;
  }
  if (held && key === "Escape") return putBack();
  if (!link || busy || held?.inHand || isCommand) return;
  if (held && key === "Tab") return putBack();
  if (key === " " || (held && key === "Enter")) {
    event.preventDefault();
    if (event.repeat) return;
    if (held) return drop();
    pick(link.parentElement, false);
    return say(words.held.replace("{}", link.querySelector("b").textContent));
  }
  if (!/^(Arrow(Up|Down|Left|Right)|Home|End)$/.test(key)) return;
  event.preventDefault();
  if (held) return key.startsWith("Arrow") && steer(key, event.shiftKey);
  const next = neighbour(link, key);
  if (!next) return;
  rove(next);
  next.focus();
});

// Mouse: a finger scrolls, and has the buttons.

addEventListener("pointerdown", (event) => {
  dragged = false;
  if (!held) say("");
  const card = event.target.closest?.("#board .s");
  if (!card || event.button || event.pointerType === "touch" || busy || held || !isWide()) return;
  const sheet = board().querySelector(".sheet");
  const line = parseFloat(getComputedStyle(sheet).gridTemplateRows.split(" ")[1]);
  const [x, y] = [event.clientX, event.clientY];
  const y0 = y - sheet.getBoundingClientRect().top;
  const isEdge = event.target === card && card.closest(".plan");

  function drag(moved) {
    if (!held) {
      if (Math.hypot(moved.clientX - x, moved.clientY - y) < 5) return;
      pick(card, true);
      dragged = true;
    }
    const box = sheet.getBoundingClientRect();
    const head = rooms().find((each) => moved.clientX < each.getBoundingClientRect().right) || rooms().at(-1);
    if (!card.closest(".plan")) {
      const at = Math.floor((moved.clientY - box.top - rooms()[0].offsetHeight) / line) * 5;
      return change(Number(board().dataset.top) / MINUTE + Math.max(0, at), 0, head.dataset.room);
    }
    const by = Math.round((moved.clientY - box.top - y0) / line) * 5;
    if (isEdge) change(0, by, held.was);
    else change(by, 0, head.dataset.room);
  }

  function end(up) {
    removeEventListener("pointermove", drag);
    removeEventListener("pointerup", end);
    removeEventListener("pointercancel", end);
    if (!held?.inHand) return;
    const pane = board().querySelector(".pane").getBoundingClientRect();
    const isOver = up.clientX >= pane.left && up.clientX <= pane.right && up.clientY >= pane.top && up.clientY <= pane.bottom;
    if (up.type !== "pointerup" || !isOver) return putBack();
    still = true;
    Promise.resolve(drop()).then(() => {
      still = false;
      if (held?.inHand) release();
    });
  }

  addEventListener("pointermove", drag);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
});

addEventListener("dragstart", (event) => event.target.closest?.("#board .s") && event.preventDefault());

// The page's own links and forms, without leaving it.

addEventListener("click", (event) => {
  const link = event.target.closest?.("#board a");
  if (!link || link.origin !== location.origin || link.pathname !== location.pathname) return;
  if (dragged || held) return event.preventDefault();
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.search === location.search) {
    const there = document.getElementById(link.hash.slice(1));
    if (there) there.focus();
    return;
  }
  ask(link.href, undefined, link.hash.slice(1) || undefined);
});

addEventListener("submit", (event) => {
  if (!event.target.closest("#board")) return;
  event.preventDefault();
  const data = new FormData(event.target);
  const button = event.submitter;
  if (button?.name) data.append(button.name, button.value);
  ask(event.target.action, data, document.activeElement.id);
});

ready();
