// People who register at the door: whether they may come in, the code that they get, and the scan that says so.
//
// `stops` is the twin of eventapp/rules/walk_in.py: both pass tests/cases/full_house.json.

import { read } from "./ticket.js";

/** Checkpoints where somebody can register; a distribution gives to those who are registered. */
const KINDS = ["venue", "session"];

/**
 * What keeps one more person out, by the organizer's rule: "refuse", "ask", or null.
 *
 * @param {string} rule
 * @param {{capacity: number, taken: number} | null} places as the server told them last; null: as many as come
 * @param {number} waiting how many this phone has registered of whom the server has not heard
 */
export function stops(rule, places, waiting) {
  const free = freeSeats(places, waiting);
  return free === null || free > 0 || rule === "admit" ? null : rule;
}

/** Seats that are left, as far as the phone knows; null: no limit. */
export function freeSeats(places, waiting) {
  return places ? Math.max(0, Math.max(0, places.capacity - places.taken) - waiting) : null;
}

/** Whether people can register at this phone. */
export function isOffered({ place, phone }) {
  // Who registers now has no seat in a session that asks for one.
  return Boolean(place && KINDS.includes(place.kind) && !place.session && phone.direction === "entry");
}

/**
 * A code for the next person; null when none is left. Drawn by lot: two browsers may hold the codes of one phone.
 *
 * @param {string[]} codes
 * @param {() => number} random
 */
export function drawn(codes, random = Math.random) {
  return codes.length ? codes[Math.floor(random() * codes.length)] : null;
}

/**
 * Registers somebody and lets them in. When this is done, it is on the disk.
 *
 * @param {object} door
 * @param {{name: string, sex: string | null, age_band: string | null, town: string | null}} who
 * @param {string} reason why they come in although all seats are taken; empty: there are seats
 * @returns {Promise<object>} the scan
 */
export async function register(door, who, reason = "") {
  const code = drawn(door.list.codes) || "";
  const reading = read(code);
  const made = door.made({
    kind: "walk_in",
    method: "typed",
    input: code,
    serial: reading ? reading.serial : "",
    reason,
  });
  return door.keep({ ...made, verdict: "admitted", walk_in: cleaned(who) });
}

/** Lets somebody in who does not register: all seats are taken. */
export async function letIn(door, reason) {
  return door.keep(door.made({ kind: "let_in", method: "typed", input: "", serial: "", reason }));
}

/** Blanks folded; the server cleans further. What was not said is null. */
function cleaned(who) {
  return Object.keys(who).reduce((all, name) => {
    const text = (who[name] || "").replace(/\s+/g, " ").trim();
    return { ...all, [name]: text || null };
  }, {});
}

/** What is left of a scan when the phone has to forget names before it was heard: that somebody came in. */
export function nameless(scan) {
  const { walk_in: _who, ...rest } = scan;
  return { ...rest, kind: "let_in", reason: rest.reason || "registered at the door, name forgotten" };
}
