// Wires the scanner: eyes, list, disk, server and page. What is decided stands in rules.js, what is done in door.js.

import { explain, moment, picked, speaker } from "./answer.js";
import { Camera, Reader, readPhoto } from "./camera.js";
import { Door } from "./door.js";
import { Here } from "./here.js";
import { Guests } from "./guests.js";
import { List } from "./list.js";
import { Leaving } from "./leaving.js";
import { stale } from "./prune.js";
import { check, health } from "./ready.js";
import { ReadyPage } from "./ready_page.js";
import { isCameraAllowed, isKept, isPersisted, reads } from "./self_check.js";
import { allow, hasSound, isAwake, rehearse, signal, stayAwake } from "./signals.js";
import { open } from "./store.js";
import { senderOf, Sync } from "./sync.js";
import { checkSigns, read } from "./ticket.js";
import { byId, View } from "./view.js";
import { nameless } from "./walk_in.js";
import { WalkInForm } from "./walk_in_form.js";

const language = document.documentElement.lang;
const { version, words } = JSON.parse(byId("told").textContent);
const t = speaker(words);
const LAST = 5;
const FOUND = 8;
const HOUR = 3_600_000;
/** People whom the search gets to know at once, twenty times a second, before anybody searches. */
const PREPARED = 100;
const CAMERA_PROBLEMS = {
  NotAllowedError:
    "The browser does not let this page use the camera: allow it in the browser’s settings, or type the code.",
  NotFoundError: "This device has no camera: type the code, or use a reader.",
  NotReadableError: "Another program uses the camera: close it, or type the code.",
};

const clock = () => Date.now();

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

async function main() {
  const store = await open();
  const list = new List();
  list.load(await store.load());
  let shown = null;
  let problem = "";
  let door = null;
  let begin = null;
  const listed = new Promise((resolve) => (begin = resolve));

  const sync = new Sync({
    store,
    list,
    clock,
    fetch: (path, options) => fetch(path, options),
    health: () => ({
      waiting: list.waiting,
      list: list.facts.cursor || "",
      seq: door ? door.seq : 0,
      page: version,
      ...standing(),
      ...health(readiness()),
    }),
    changed: () => {
      update();
      prune();
    },
    follow: (scan) => door.follow(scan),
  });
  door = new Door({ list, store, sync, clock, newId });
  await forget();
  await door.recover();

  /** Where this phone stands and which way it looks, for the desk. */
  function standing() {
    const { phone } = list;
    return phone ? { checkpoint: phone.checkpoint, direction: phone.direction } : {};
  }

  /** What the phone holds about people goes two weeks after the event, delivered or not. */
  async function forget() {
    const { event } = list.facts;
    if (!event || !event.forget_at || clock() < Date.parse(event.forget_at)) return;
    const { sender = senderOf(list.facts.phone) } = list.facts;
    await store.keep(...[...list.scans.values()].filter((scan) => scan.walk_in).map(nameless));
    await store.wipe();
    await store.remember({ ended: true, sender });
    list.load(await store.load());
  }

  let prunedAt = 0;
  /** Lets old scans go, once an hour, when what the server knows about them has just come. */
  async function prune() {
    if (!sync.hasContact || list.facts.coming || clock() - prunedAt < HOUR) return;
    prunedAt = clock();
    const old = stale(list, clock());
    if (!old.length) return;
    list.drop(old);
    await store.drop(old.map((scan) => scan.seq));
  }

  // Whether this phone is ready: tried in the background, shown in a part of its own.

  const tried = { isKept: null, reads: null, isPersisted: null, wasOn: false };

  function readiness() {
    const { facts } = list;
    const have = facts.coming ? facts.coming.have : list.bySerial.size;
    return check(
      {
        list: { have, total: facts.total || 0, isWhole: isReady() && !facts.coming && have >= (facts.total || 0) },
        isSecure: isSecureContext,
        isKept: tried.isKept,
        camera: { isThere: Camera.isThere, wasOn: tried.wasOn },
        reads: tried.reads,
        isPersisted: tried.isPersisted,
        offset: facts.offset,
        sound: { isThere: hasSound(), wasHeard: Boolean(facts.heard) },
        isAwake: isAwake(),
      },
      t,
    );
  }

  async function tryOut() {
    const tests = { isKept, isPersisted, reads: () => reads(eye), wasOn: isCameraAllowed };
    await Promise.all(
      Object.keys(tests).map(async (name) => {
        tried[name] = tried[name] || (await tests[name]());
      }),
    );
    update();
  }

  const view = new View({
    t,
    acts: {
      undo: (scan) => act(() => door.undo(scan)).then(() => show(scan)),
      letIn: (scan, reason) => act(() => door.letIn(scan, reason)).then(answered),
      party: (rows) =>
        act(() => door.takeParty(rows, (row) => row.serial + checkSigns(list.doorKey, row.serial))).then(() =>
          update(),
        ),
      back: (scan) => act(() => door.undo(scan)).then(() => update()),
      show: (scan) => show(scan),
      window: () => here.open(),
      choose: (row) => {
        byId("box").value = "";
        view.found([]);
        take(row.serial + checkSigns(list.doorKey, row.serial), "name");
      },
    },
  });

  const here = new Here({
    t,
    language,
    list,
    door,
    done: async (what) => {
      await act(what);
      update();
      sync.nudge();
    },
  });
  const readyPage = new ReadyPage({
    t,
    play: async () => {
      if (!(await rehearse())) return;
      await store.remember({ heard: true });
      list.facts.heard = true;
      update();
    },
  });
  const leaving = new Leaving({ t, list, store, sync, done: () => update() });

  /** Does something and says so when it cannot be done: a full or broken storage must not look like a green light. */
  async function act(what) {
    problem = "";
    try {
      return await what();
    } catch (error) {
      problem = t("This could not be kept on the phone: %(reason)s. Write the code down.", {
        reason: error.message || error.name,
      });
      update();
      throw error;
    }
  }

  function answered(scan) {
    if (!scan) return;
    shown = scan.id;
    signal(explain(scan, list, { t, language }).tone);
    update();
    sync.nudge();
  }

  const newcomers = new WalkInForm({ t, list, door, act, answered });

  async function take(text, method, more) {
    if (!isReady()) return;
    answered(await act(() => door.take(text, method, more)));
  }

  const guests = new Guests({
    t,
    list,
    time: (at) => moment(at, list.facts.event.timezone, language),
    arrive: (row, companions) => take(row.serial + checkSigns(list.doorKey, row.serial), "name", { companions }),
    more: (scan, companions) => take(scan.input, "group", { companions, target: scan.id }),
  });

  function show(scan) {
    shown = scan.id;
    update();
    sync.nudge();
  }

  const isReady = () => Boolean(list.facts.list && list.place);

  function ending() {
    if (list.facts.leaving) return t("This phone ends here. What it had noted is sent first.");
    return t("This phone was ended. What it had noted is sent first.");
  }

  function net() {
    const { waiting } = list;
    const left = waiting ? t("%(n)s to send", { n: waiting }) : "";
    if (sync.isUnknown)
      return { text: [t("This phone is not prepared any more."), left].filter(Boolean).join(" "), isBad: true };
    if (list.facts.waits) {
      const name = list.facts.name;
      return { text: t("“%(name)s” waits for the organizer, who sees it under “Phones”.", { name }), isBad: true };
    }
    if (!isReady())
      return {
        text: sync.failures ? t("No network yet: the list is not complete.") : t("Fetching the list…"),
        isBad: true,
      };
    const words = sync.hasContact ? t("In contact") : t("No network: the phone decides by itself.");
    return { text: [words, left].filter(Boolean).join(" · "), isBad: !sync.hasContact };
  }

  function update() {
    if (isReady() || sync.failures || sync.isUnknown || list.facts.waits || list.facts.ended) begin();
    readyPage.update(readiness());
    leaving.update();
    if (list.facts.ended || list.facts.leaving) {
      view.ended(ending(), list.waiting ? t("%(n)s to send", { n: list.waiting }) : t("Everything was sent."));
      return;
    }
    const scan = shown && list.scans.get(shown);
    const place = list.place;
    const { notices = [] } = list.facts;
    here.update();
    const reader = { t, language };
    if (place) newcomers.update(scan || undefined);
    view.update({
      place: here.title(),
      isGift: Boolean(place && place.kind === "distribution"),
      isDemo: Boolean(list.facts.event && list.facts.event.is_demo),
      net: net(),
      problem,
      answer: scan ? explain(scan, list, reader) : null,
      scan,
      party: scan && place ? partyOf(scan) : [],
      last: list
        .latest(LAST + 1)
        .filter((one) => one.id !== shown)
        .slice(0, LAST)
        .map((one) => ({
          scan: one,
          answer: explain(one, list, reader),
          time: moment(one.at, list.facts.event.timezone, language),
          note: one.conflict ? t("Entry to check") : one.error || "",
        })),
      counts: counted(),
      notices: notices
        .filter((one) => Date.parse(one.starts_at) <= clock() && !(one.ends_at && Date.parse(one.ends_at) <= clock()))
        .map((one) => picked(one.text, language)),
    });
    guests.update({ scan: scan || null, now: door.now() });
  }

  /** How many came, as the server knew and as this phone has seen since. */
  function counted() {
    const place = list.place;
    const known = place && (list.facts.counts || []).find((one) => one.checkpoint === place.id);
    if (!known) return null;
    return { ...known, expected: known.expected + list.newcomers, entered: known.entered + list.uncounted };
  }

  function partyOf(scan) {
    const isIn = explain(scan, list, { t, language }).tone === "green" && !list.undone.has(scan.id);
    return isIn && list.phone.direction === "entry" ? list.partyOf(list.holderOf(scan)) : [];
  }

  // The box takes codes and names; a reader types into it, too.

  const box = byId("box");
  function search() {
    const text = box.value.trim();
    const people = text.length > 1 && isReady() ? list.find(text, FOUND) : [];
    view.found(
      people.map((row) => ({
        row,
        about: [
          row.town,
          row.organization,
          row.digits && `…${row.digits}`,
          picked((list.typeOf(row) || {}).name, language),
        ]
          .filter(Boolean)
          .join(" · "),
      })),
    );
    return people;
  }
  box.addEventListener("input", search);
  byId("read").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text || !isReady()) return;
    const reading = read(text);
    const isCode = reading !== null && checkSigns(list.doorKey, reading.serial) === reading.check;
    const isMeantAsCode = isCode || (reading !== null && /[0-9-]/.test(text)) || text.includes("/");
    if (!isMeantAsCode && /\p{L}{2}/u.test(text) && !/[0-9]/.test(text)) {
      // A name, even if its eight letters look like a code.
      if (search().length) byId("found").querySelector("button").focus();
      else view.noneFound();
      return;
    }
    box.value = "";
    view.found([]);
    await take(text, text.includes("/") || text.replace(/[\s-]/g, "").length > 8 ? "reader" : "typed");
  });
  addEventListener("keydown", (event) => {
    const isWriting = document.activeElement.matches("input, textarea, select");
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && !isWriting) box.focus();
  });

  // The camera, and a photograph where there is none.

  const eye = new Reader();
  const camera = new Camera(byId("video"), eye, async (text) => {
    if (isReady()) answered(await act(() => door.look(text)));
  });
  let cameras = [];
  let isLit = false;
  const shutter = (trouble = "") =>
    view.camera({ isOn: camera.isOn, hasTorch: camera.hasTorch, cameras: cameras.length, problem: trouble });
  async function turnOn(id = null) {
    allow();
    try {
      await camera.start(id);
      tried.wasOn = true;
      cameras = await camera.list();
      isLit = false;
      shutter();
    } catch (error) {
      shutter(t(CAMERA_PROBLEMS[error.name] || "The camera cannot be used: type the code."));
    }
  }
  byId("camera-on").hidden = !Camera.isThere;
  byId("camera-on").addEventListener("click", () => turnOn());
  byId("turn").addEventListener("click", () => {
    const now = camera.track.getSettings().deviceId;
    const next = (cameras.findIndex((one) => one.id === now) + 1) % cameras.length;
    turnOn(cameras[next].id);
  });
  byId("torch").addEventListener("click", async () => {
    isLit = !isLit;
    await camera.light(isLit);
    byId("torch").setAttribute("aria-pressed", String(isLit));
  });
  byId("photo").addEventListener("change", async ({ target }) => {
    allow();
    const [file] = target.files;
    target.value = "";
    const text = file ? await readPhoto(eye, file).catch(() => null) : null;
    if (text) await take(text, "camera");
    else shutter(t("No code was found in this photograph."));
  });
  addEventListener("pointerdown", allow, { once: true });

  // The network, the screen, and what stays when the browser needs room.

  addEventListener("online", () => sync.nudge());
  addEventListener("pageshow", () => sync.nudge());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    stayAwake();
    sync.nudge();
  });
  stayAwake();
  setInterval(update, 5_000);
  setInterval(() => isReady() && !document.hidden && list.prepare(PREPARED), 50);
  if (location.hash === "#ready") {
    readyPage.open();
    history.replaceState(null, "", location.pathname + location.search);
  }
  // The list first: on a slow line it would wait for the decoder and for all that is kept.
  listed.then(async () => {
    await eye.prepare().catch(() => shutter(t("This browser cannot read codes by camera: type the code.")));
    if (navigator.serviceWorker) {
      navigator.serviceWorker.addEventListener("controllerchange", () => {
        // The worker did not see this page come. Now it does, and keeps it in the language that it came in.
        fetch(location.pathname)
          .catch(() => null)
          .then(tryOut);
      });
      navigator.serviceWorker.register("/checkin/sw.js", { scope: "/checkin/" });
    }
    tryOut();
  });
  update();
  sync.start();
}

main().catch((error) => {
  byId("problem").hidden = false;
  byId("problem").textContent = t("The scanner cannot start here (%(reason)s). Use the page without it.", {
    reason: error.message || error.name,
  });
  throw error;
});
