// What a phone knows of its event, in memory: who holds which ticket, and what its own scans change about that.
//
// Pure: rows as the server sends them go in, decisions and people come out. Instants are milliseconds since 1970.

import { decide, direction, GREEN, kindAt, NOWHERE } from "./rules.js";
import { indexed, search } from "./search.js";
import { isGenuine, read } from "./ticket.js";

const instant = (text) => (text ? Date.parse(text) : null);

function bytes(hexadecimal) {
  return Uint8Array.from(hexadecimal.match(/../g) || [], (pair) => parseInt(pair, 16));
}

/** An empty list; `load` fills it. */
export class List {
  constructor() {
    this.load({ facts: {}, attendees: [], admissions: [], scans: [] });
  }

  /** Takes all that the store holds. */
  load({ facts, attendees, admissions, scans }) {
    this.facts = facts;
    this.doorKey = facts.event ? bytes(facts.event.door_key) : null;
    this.bySerial = new Map(attendees.map((row) => [row.serial, row]));
    this.byId = new Map(attendees.filter((row) => row.id).map((row) => [row.id, row]));
    this.admissions = new Map(admissions.map((row) => [`${row.attendee} ${row.checkpoint}`, row]));
    this.scans = new Map();
    this.bySerialScanned = new Map();
    this.undone = new Set();
    this.people = null;
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
      this.people = null;
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

  /** The checkpoint that this phone is for. */
  get place() {
    const { checkpoints = [], phone } = this.facts;
    return checkpoints.find((one) => phone && one.id === phone.checkpoint) || null;
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
   * @param {{method: string, at: number, hasContact: boolean}} how
   * @returns {{verdict: string, kind: string, serial: string, row: object | null, before: object}}
   */
  judge(text, { method, at, hasContact }) {
    const place = this.place;
    const way = this.facts.phone.direction;
    const reading = read(text);
    const genuine = reading !== null && isGenuine(this.doorKey, reading);
    const row = (genuine && this.bySerial.get(reading.serial)) || null;
    const before =
      row && row.id ? this.stateOf(row.id, place) : this.ownState(NOWHERE, genuine ? [reading.serial] : [], place);
    const verdict = decide(
      { reading, isGenuine: genuine, method, direction: way, at, isElsewhere: false },
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
      } else if (hasPassed(scan) && (state.lastAt === null || scan.at >= state.lastAt)) {
        state =
          direction(scan.kind) === "exit"
            ? { ...state, isInside: false }
            : {
                enteredAt: state.enteredAt === null ? scan.at : state.enteredAt,
                lastAt: scan.at,
                door: scan.door,
                isInside: true,
              };
      }
    }
    return state;
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
    return all.map((one) => ({ row: one, came: this.stateOf(one.id, this.place).lastAt !== null }));
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

  /** How many people this phone has let in whom the server has not counted yet. */
  get uncounted() {
    const place = this.place;
    const known = (row) => row && row.id && this.admissions.has(`${row.id} ${place.id}`);
    const serials = [...this.scans.values()]
      .filter((scan) => scan.waiting && scan.serial && scan.checkpoint === place.id && !this.undone.has(scan.id))
      .filter((scan) => hasPassed(scan) && direction(scan.kind) === "entry" && !known(this.holderOf(scan)))
      .map((scan) => scan.serial);
    return new Set(serials).size;
  }

  /** How many scans the server has not heard of yet. */
  get waiting() {
    return [...this.scans.values()].filter((scan) => scan.waiting).length;
  }
}

/** A row as the rules want it. One that was replaced counts for nobody: its serial is not the one that counts now. */
function holder(row) {
  if (row.status === "revoked") return { serial: "", status: "confirmed", ticketType: 0 };
  return { serial: row.serial, status: row.status, ticketType: row.type };
}

function rulesOf(place) {
  return {
    policy: place.policy,
    opensAt: instant(place.opens_at),
    closesAt: instant(place.closes_at),
    periods: place.periods.map(instant),
    ticketTypes: place.types,
  };
}

/** Whether somebody passed with a scan of this phone. */
function hasPassed(scan) {
  if (["let_in", "walk_in", "exit", "given_back"].includes(scan.kind)) return true;
  return GREEN.includes(scan.verdict || scan.answer) && !scan.asking;
}
