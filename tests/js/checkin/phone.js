// A phone without a browser: the real list, door and sync over a store in memory and a server that a test plays.

import { Door } from "../../../static/checkin/door.js";
import { List } from "../../../static/checkin/list.js";
import { Sync } from "../../../static/checkin/sync.js";
import { checkSigns } from "../../../static/checkin/ticket.js";

export const KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const BYTES = Uint8Array.from(Buffer.from(KEY, "hex"));
export const NINE = Date.parse("2026-12-18T09:00:00Z");

/** The same promises as store.js gives, kept in memory. */
export class MemoryStore {
  constructor() {
    this.facts = {};
    this.rows = { attendees: new Map(), admissions: new Map() };
    this.scans = new Map();
  }

  async load() {
    const of = (name) => [...this.rows[name].values()].filter((row) => row.list === (this.facts.list || 0));
    return structuredClone({
      facts: this.facts,
      attendees: of("attendees"),
      admissions: of("admissions"),
      scans: [...this.scans.values()],
    });
  }

  async keep(...scans) {
    for (const scan of scans) this.scans.set(scan.seq, structuredClone(scan));
  }

  async waiting(most) {
    return structuredClone([...this.scans.values()].filter((scan) => scan.waiting).slice(0, most));
  }

  async remember(facts) {
    Object.assign(this.facts, structuredClone(facts));
  }

  async receive({ facts, rows, list, replaces }, scans) {
    Object.assign(this.facts, structuredClone(facts));
    await this.keep(...scans);
    const keys = {
      attendees: (row) => `${list} ${row.serial}`,
      admissions: (row) => `${list} ${row.attendee} ${row.checkpoint}`,
    };
    for (const name of Object.keys(keys)) {
      for (const row of rows[name]) this.rows[name].set(keys[name](row), { ...row, list });
      if (replaces) for (const [key, row] of this.rows[name]) if (row.list < list) this.rows[name].delete(key);
    }
  }

  async dropFrom(list) {
    for (const table of Object.values(this.rows))
      for (const [key, row] of table) if (row.list >= list) table.delete(key);
  }

  async wipe() {
    const words = (this.facts.words || []).filter((word) => word.waiting);
    this.facts = words.length ? { words } : {};
    for (const table of Object.values(this.rows)) table.clear();
    for (const [key, scan] of this.scans) if (!scan.waiting) this.scans.delete(key);
  }
}

export const code = (serial) => serial + checkSigns(BYTES, serial);

export const person = (serial, id, more = {}) => ({
  serial,
  status: "confirmed",
  id,
  type: 1,
  party: id,
  name: `Person ${id}`,
  ...more,
});

/** A page of the whole list, as the server sends it. */
export function whole(attendees, { event = true, more = false, cursor = "5", place = {}, ...rest } = {}) {
  return {
    server_time: new Date(NINE).toISOString(),
    results: [],
    changes: {
      whole: true,
      checkpoints: event
        ? [
            {
              id: 1,
              kind: "venue",
              name: { en: "Entrance" },
              policy: "single",
              opens_at: null,
              closes_at: null,
              periods: [],
              types: [],
              ...place,
            },
          ]
        : [],
      types: event ? [{ id: 1, name: { en: "Public" }, colour: "#000000" }] : [],
      attendees,
      admissions: [],
      notices: [],
      ...(event
        ? {
            event: {
              slug: "forum",
              timezone: "Africa/Bamako",
              door_key: KEY,
              unlisted_admission: true,
              forget_at: null,
            },
          }
        : {}),
    },
    epoch: "e",
    cursor,
    more,
    phone: { name: "A", checkpoint: 1, door: "A", direction: "entry" },
    counts: [],
    ...rest,
  };
}

/** What an exchange brings that changed nothing, with a word about each scan. */
export function quiet(scans, verdict = "admitted", more = {}) {
  const results = scans.map(({ id }) => ({ id, verdict, conflict: false, ...more }));
  const empty = { whole: false, checkpoints: [], types: [], attendees: [], admissions: [], notices: [] };
  return { ...whole([], { event: false }), changes: empty, results };
}

let ids = 0;

/** A phone. `server` answers (path, body) with a body, a status, or "lost": nothing comes back. */
export function phone(server, { store = new MemoryStore(), at = NINE } = {}) {
  const made = { now: at, asked: [], store };
  made.list = new List(() => made.now);
  made.sync = new Sync({
    store,
    list: made.list,
    clock: () => made.now,
    health: () => ({ waiting: made.list.waiting }),
    changed: () => {},
    follow: (scan) => made.door.follow(scan),
    fetch: async (path, { body, signal }) => {
      const sent = JSON.parse(body);
      made.asked.push({ path, sent });
      const answer = await server(path, sent);
      if (answer === "lost") throw new TypeError("no network");
      if (answer === "late") {
        return new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(Object.assign(new Error(), { name: "AbortError" }))),
        );
      }
      return typeof answer === "number"
        ? { ok: false, status: answer }
        : { ok: true, status: 200, json: async () => answer };
    },
  });
  made.door = new Door({
    list: made.list,
    store,
    sync: made.sync,
    clock: () => made.now,
    newId: () => `scan-${(ids += 1)}`,
  });
  made.start = async () => {
    made.list.load(await store.load());
    await made.door.recover();
    return made;
  };
  return made;
}
