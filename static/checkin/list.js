// What a phone knows of its event, in memory: who holds which ticket, and what its own scans change about that.
//
// Pure: rows as the server sends them go in, decisions and people come out. Instants are milliseconds since 1970.

import { served, slotsOf, stillNeeded, withWords } from "./places.js";
import { adds, decide, direction, GREEN, kindAt, NOWHERE, period } from "./rules.js";
import { indexed, search } from "./search.js";
import { isGenuine, read } from "./ticket.js";

const instant = (text) => (text ? Date.parse(text) : null);

function bytes(hexadecimal) {
  return Uint8Array.from(hexadecimal.match(/../g) || [], (pair) => parseInt(pair, 16));
}

/** An empty list; `load` fills it. `clock` tells the phone's time, which says what runs in a room. */
export class List {
  constructor(clock = () => Date.now()) {
    this.clock = clock;
    this.words = [];
    this.here = null;
    this.load({ facts: {}, attendees: [], admissions: [], scans: [] });
  }

  /** Takes all that the store holds. */
  load({ facts, attendees, admissions, scans }) {
    this.facts = facts;
    // What was said or turned while the store was read must not be lost by reading.
    const known = new Set(this.words.map((word) => word.id));
    this.words = [...(facts.words || []).filter((word) => !known.has(word.id)), ...this.words];
    if (facts.here && !(this.here && this.here.at > facts.here.at)) this.here = facts.here;
    this.doorKey = facts.event ? bytes(facts.event.door_key) : null;
    this.bySerial = new Map(attendees.map((row) => [row.serial, row]));
    this.byId = new Map(attendees.filter((row) => row.id).map((row) => [row.id, row]));
    this.admissions = new Map(admissions.map((row) => [`${row.attendee} ${row.checkpoint}`, row]));
    this.scans = new Map();
    this.bySerialScanned = new Map();
    this.undone = new Set();
    this.people = this.awaited = null;
    for (const scan of scans) this.add(scan);
  }

  /** Takes what an exchange brought: rows that replace those of the same serial, or of the same person and place. */
  change({ facts, rows }, scans) {
    this.facts = { ...this.facts, ...facts };
    this.doorKey = this.facts.event ? bytes(this.facts.event.door_key) : null;
    for (const row of rows.attendees) {
      this.forget(row);
      this.bySerial.set(row.serial, row);
      if (row.id) this.byId.set(row.id, row);
      this.people = this.awaited = null;
    }
    for (const row of rows.admissions) this.admissions.set(`${row.attendee} ${row.checkpoint}`, row);
    for (const scan of scans) this.add(scan);
  }

  /** Somebody who gave their place back comes as a serial alone, and is found by no name then; who registered at this
   * phone comes with a number. */
  forget(row) {
    const known = this.bySerial.get(row.serial);
    if (!row.id || (known && known.isOwn)) {
      for (const [id, one] of this.byId) if (one.serial === row.serial) this.byId.delete(id);
    }
  }

  /** Takes a scan of this phone, or a newer state of it. */
  add(scan) {
    if (scan.kind === "undo") {
      this.undone.add(scan.target);
      this.expect(this.scans.get(scan.target));
    }
    this.expect(scan);
    const known = this.scans.has(scan.id);
    this.scans.set(scan.id, scan);
    if (known || !scan.serial) return;
    const others = this.bySerialScanned.get(scan.serial) || [];
    this.bySerialScanned.set(scan.serial, [...others, scan.id]);
  }

  /** Who registered at this phone is on its list at once; the server's row takes the place of this one. */
  expect(scan) {
    if (!scan || !scan.walk_in || !scan.serial) return;
    const known = this.bySerial.get(scan.serial);
    if (known && !known.isOwn) return;
    const { name, town } = scan.walk_in;
    const row = this.undone.has(scan.id)
      ? { serial: scan.serial, status: "cancelled", since: scan.scanned_at, isOwn: true }
      : {
          serial: scan.serial,
          status: "confirmed",
          id: `own ${scan.id}`,
          type: this.facts.walk_in_type,
          name,
          town,
          isOwn: true,
        };
    this.forget(row);
    this.bySerial.set(scan.serial, row);
    if (row.id) this.byId.set(row.id, row);
    this.people = null;
  }

  /** Codes that this phone may still give to people who register: nobody has them, as far as it knows. */
  get codes() {
    const isFree = (serial) => !this.bySerial.has(serial) && !this.bySerialScanned.has(serial);
    return (this.facts.codes || []).filter((code) => isFree(code.slice(0, 5)));
  }

  /** How many people registered at this phone of whom the server has not heard yet. */
  get newcomers() {
    const own = [...this.scans.values()].filter((scan) => scan.kind === "walk_in" && scan.waiting);
    return own.filter((scan) => !this.undone.has(scan.id)).length;
  }

  /** This phone as it stands: as the desk named it, or as it was turned since; at a room, by what runs there. */
  get phone() {
    const { checkpoints = [], phone } = this.facts;
    if (!phone) return null;
    const { here } = this;
    const isTurned = here && here.base === baseOf(phone) && checkpoints.some((one) => one.id === here.checkpoint);
    if (isTurned) return { ...phone, room: null, checkpoint: here.checkpoint, direction: here.direction };
    const now = this.clock() + (this.facts.offset || 0);
    const at = phone.room ? served(slotsOf(checkpoints), phone.room.id, now) : null;
    const direction = here && here.base === baseOf(phone) ? here.direction : phone.direction;
    return { ...phone, checkpoint: at === null ? phone.checkpoint : at, direction };
  }

  /** The checkpoint that this phone is for now, with the window that holds. */
  get place() {
    const { phone } = this;
    return phone && this.placeOf(phone.checkpoint);
  }

  /** A checkpoint with the window that holds. */
  placeOf(id) {
    const place = (this.facts.checkpoints || []).find((one) => one.id === id);
    return place ? withWords(place, this.words) : null;
  }

  /** What this phone said about windows and the server has not heard of. */
  get waitingWords() {
    return this.words.filter((word) => word.waiting);
  }

  /** Takes the server's answers to words about windows; gives the words that are still needed. */
  heard(results) {
    const byId = new Map(results.map((said) => [said.id, said]));
    const told = this.words.map((word) => {
      const said = byId.get(word.id);
      if (!said) return word;
      if (said.error) return { ...word, waiting: 0, error: said.error.detail };
      return { ...word, waiting: 0, at: said.changed_at ? Date.parse(said.changed_at) : word.at };
    });
    this.words = stillNeeded(told, this.facts.checkpoints || []);
    return this.words;
  }

  typeOf(row) {
    return (this.facts.types || []).find((type) => row && type.id === row.type) || null;
  }

  /** Whose ticket a scan was, if the list knows. */
  holderOf(scan) {
    return (scan.serial && this.bySerial.get(scan.serial)) || null;
  }

  /**
   * What the phone by itself says to what was read.
   *
   * @param {string} text
   * @param {{method: string, at: number, hasContact: boolean, isMore: boolean}} how isMore: companions of somebody who
   *   is in
   * @returns {{verdict: string, kind: string, serial: string, row: object | null, before: object}}
   */
  judge(text, { method, at, hasContact, isMore = false }) {
    const place = this.place;
    const way = this.phone.direction;
    const reading = read(text);
    const genuine = reading !== null && isGenuine(this.doorKey, reading);
    const row = (genuine && this.bySerial.get(reading.serial)) || null;
    const before =
      row && row.id ? this.stateOf(row.id, place) : this.ownState(NOWHERE, genuine ? [reading.serial] : [], place);
    const verdict = decide(
      { reading, isGenuine: genuine, method, direction: way, at, isElsewhere: false, adds: isMore },
      row && holder(row),
      before,
      rulesOf(place),
      { hasContact, unlistedAdmission: this.facts.event.unlisted_admission },
    );
    return { verdict, kind: kindAt(place.kind, way), serial: genuine ? reading.serial : "", row, before };
  }

  /** What somebody's scans at a checkpoint add up to: what the server knew, and what this phone has seen since. */
  stateOf(id, place) {
    const kept = this.admissions.get(`${id} ${place.id}`);
    const row = this.byId.get(id);
    const known = kept
      ? {
          enteredAt: instant(kept.entered_at),
          lastAt: instant(kept.last_at),
          door: kept.door,
          isInside: kept.inside,
          companions: kept.companions || 0,
        }
      : NOWHERE;
    return this.ownState(known, row ? [row.serial] : [], place);
  }

  ownState(state, serials, place) {
    const ids = serials.reduce((found, serial) => [...found, ...(this.bySerialScanned.get(serial) || [])], []);
    const own = ids.map((id) => this.scans.get(id)).filter((scan) => scan.checkpoint === place.id);
    own.sort((one, other) => one.at - other.at);
    for (const scan of own) {
      if (this.undone.has(scan.id)) {
        // The server may count it still: until it has heard, the phone leaves it out by itself.
        if (state.lastAt === scan.at)
          state = state.enteredAt === scan.at ? NOWHERE : { ...state, lastAt: state.enteredAt };
        if (scan.companions && scan.companions === state.companions && this.isUndoWaiting(scan))
          state = { ...state, companions: 0 };
      } else if (hasPassed(scan)) state = after(state, scan);
    }
    return state;
  }

  isUndoWaiting(scan) {
    return [...this.scans.values()].some((one) => one.kind === "undo" && one.target === scan.id && one.waiting);
  }

  /** The last entry of somebody before a scan, as far as the phone knows: {at, door}. */
  entryBefore(row, scan) {
    const kept = this.admissions.get(`${row.id} ${scan.checkpoint}`);
    const own = (this.bySerialScanned.get(row.serial) || []).map((id) => this.scans.get(id));
    const entries = own.filter(
      (one) =>
        one.id !== scan.id &&
        one.at < scan.at &&
        hasPassed(one) &&
        direction(one.kind) === "entry" &&
        !this.undone.has(one.id),
    );
    const all = entries.map(({ at, door }) => ({ at, door }));
    if (kept && kept.last_at && Date.parse(kept.last_at) < scan.at)
      all.push({ at: Date.parse(kept.last_at), door: kept.door });
    return all.sort((one, other) => other.at - one.at)[0] || null;
  }

  /** Those who are registered together with somebody, with whether they are in; nobody for whoever came alone. */
  partyOf(row) {
    if (!row || !row.party || !this.place) return [];
    const all = [...this.byId.values()].filter((one) => one.party === row.party && one.status === "confirmed");
    if (all.length < 2) return [];
    return all.map((one) => {
      const came = this.stateOf(one.id, this.place).lastAt !== null;
      return { row: one, came, own: came ? this.ownEntry(one) : null };
    });
  }

  /** The last scan by which this phone let somebody in, and did not take back. */
  ownEntry(row) {
    const own = (this.bySerialScanned.get(row.serial) || []).map((id) => this.scans.get(id));
    const counts = (scan) => scan.checkpoint === this.place.id && hasPassed(scan) && !this.undone.has(scan.id);
    return own.filter((scan) => counts(scan) && direction(scan.kind) === "entry").pop() || null;
  }

  /** Scans of this phone that counted companions who came after a scan, and were not taken back. */
  addedTo(scan) {
    return [...this.scans.values()].filter((one) => one.target === scan.id && adds(one) && !this.undone.has(one.id));
  }

  /** Guests whom the protocol desk awaits: those who are still to come, by name, then those who are there, latest first. */
  guests(at) {
    const { place } = this;
    if (!place) return [];
    if (!this.awaited) {
      this.awaited = [...this.byId.values()].filter((row) => row.personality && row.status === "confirmed");
      this.awaited.sort((one, other) => (one.name < other.name ? -1 : 1));
    }
    const periods = place.periods.map(instant);
    const all = this.awaited.map((row) => {
      const { lastAt, door, companions } = this.stateOf(row.id, place);
      const isIn = lastAt !== null && period(lastAt, periods) >= period(at, periods);
      return { row, at: isIn ? lastAt : null, door, came: isIn ? companions : 0 };
    });
    return [...all.filter((one) => one.at === null), ...all.filter((one) => one.at).sort((a, b) => b.at - a.at)];
  }

  /** The people whom a search means, best first. */
  find(typed, most) {
    if (!this.people) {
      this.people = [...this.byId.values()].map((row) =>
        indexed({ name: row.name, hints: [row.town, row.organization, row.digits], row }),
      );
    }
    return search(this.people, typed, most).map((person) => person.row);
  }

  /** The last scans that asked for entry or exit, latest first. */
  latest(most) {
    const asked = [...this.scans.values()].filter((scan) => scan.kind !== "undo");
    return asked.slice(-most).reverse();
  }

  /** How many people this phone has let in whom the server has not counted yet, companions among them. */
  get uncounted() {
    const place = this.place;
    const serials = [...this.scans.values()]
      .filter((scan) => scan.waiting && scan.serial && scan.checkpoint === place.id && !this.undone.has(scan.id))
      .filter((scan) => hasPassed(scan) && direction(scan.kind) === "entry")
      .map((scan) => scan.serial);
    return [...new Set(serials)].reduce((sum, serial) => sum + this.uncountedOf(serial, place), 0);
  }

  uncountedOf(serial, place) {
    const { id } = this.bySerial.get(serial) || {};
    const kept = id && this.admissions.get(`${id} ${place.id}`);
    const { companions } = id ? this.stateOf(id, place) : this.ownState(NOWHERE, [serial], place);
    return kept ? Math.max(0, companions - (kept.companions || 0)) : 1 + companions;
  }

  /** How many scans the server has not heard of yet. */
  get waiting() {
    return [...this.scans.values()].filter((scan) => scan.waiting).length;
  }
}

/** A row as the rules want it. One that was replaced counts for nobody: its serial is not the one that counts now. */
function holder(row) {
  if (row.status === "revoked") return { serial: "", status: "confirmed", ticketType: 0, sessions: [] };
  return { serial: row.serial, status: row.status, ticketType: row.type, sessions: row.sessions || [] };
}

/** What the desk says of a phone: when that changes, what was turned on the phone is over. */
export function baseOf(phone) {
  return JSON.stringify([phone.checkpoint, phone.room ? phone.room.id : null, phone.direction]);
}

function rulesOf(place) {
  return {
    policy: place.policy,
    opensAt: instant(place.opens_at),
    closesAt: instant(place.closes_at),
    periods: place.periods.map(instant),
    ticketTypes: place.types,
    session: place.session || null,
  };
}

/** What is known of somebody after a further scan by which somebody passed. */
function after(state, scan) {
  const isEarlier = state.lastAt !== null && scan.at < state.lastAt;
  if (direction(scan.kind) === "exit") return isEarlier ? state : { ...state, isInside: false };
  const companions = Math.max(state.companions, scan.companions || 0);
  if (isEarlier || (adds(scan) && state.lastAt !== null)) return { ...state, companions };
  const enteredAt = state.enteredAt === null ? scan.at : state.enteredAt;
  return { enteredAt, lastAt: scan.at, door: scan.door, isInside: true, companions };
}

/** Whether somebody passed with a scan of this phone. */
function hasPassed(scan) {
  if (["let_in", "walk_in", "exit", "given_back"].includes(scan.kind)) return true;
  return GREEN.includes(scan.verdict || scan.answer) && !scan.asking;
}
