// What happens at the door: a code was read, somebody is let in all the same, a scan is taken back.
//
// Each becomes a scan that is on the disk before anybody hears of it.

import { baseOf } from "./list.js";
import { wished } from "./places.js";
import { GREEN, kindAt } from "./rules.js";
import { read } from "./ticket.js";

/** The same code counts again when it has been away for so long. */
const AWAY = 3_000;
const MAX_INPUT = 200;

export class Door {
  /** @param {{list: object, store: object, sync: object, clock: () => number, newId: () => string}} parts */
  constructor({ list, store, sync, clock, newId }) {
    Object.assign(this, { list, store, sync, clock, newId });
    this.seen = { text: "", at: 0 };
    this.isBusy = false;
  }

  /** Begins where the phone ended: what was asked and never shown is taken back, whether it arrived or not. */
  async recover() {
    const scans = [...this.list.scans.values()];
    this.seq = scans.reduce((most, scan) => Math.max(most, scan.seq), 0);
    this.lastAt = scans.reduce((latest, scan) => Math.max(latest, scan.at), 0);
    for (const scan of scans.filter((one) => one.asking)) {
      await this.keep({ ...scan, asking: false }, this.made({ kind: "undo", target: scan.id, like: scan }));
    }
  }

  /**
   * A camera sees a code, perhaps the same one as a moment ago.
   *
   * @returns {Promise<object | null>} the scan, or null if nothing new was read
   */
  async look(text) {
    const now = this.clock();
    const isSame = text === this.seen.text && now - this.seen.at < AWAY;
    if (this.isBusy) return null;
    this.seen = { text, at: now };
    return isSame ? null : this.take(text, "camera");
  }

  /**
   * Takes what was read, typed or chosen by name; gives the scan with its answer.
   *
   * @param {{companions?: number, target?: string}} more companions: how many came along without a ticket, in all;
   *   target: the scan that they follow, of somebody who is in
   */
  async take(text, method, { companions = 0, target } = {}) {
    this.isBusy = true;
    try {
      const how = { method, at: this.now(), hasContact: false, isMore: Boolean(target) };
      const { verdict, kind, serial } = this.list.judge(text, how);
      const reading = read(text);
      const input = reading && serial ? reading.serial + reading.check : text.slice(0, MAX_INPUT);
      const scan = this.made({ kind, method, input, serial, companions, target });
      // A server that has not heard that this door is open would refuse: until then the phone decides.
      const isAlone = !this.sync.hasContact || this.list.waitingWords.length > 0;
      if (!GREEN.includes(verdict) || isAlone) return await this.keep({ ...scan, verdict });
      return await this.ask(scan, verdict);
    } finally {
      this.isBusy = false;
    }
  }

  /** Asks the server before anybody is let in; without a word in time the phone's own verdict stands. */
  async ask(scan, verdict) {
    await this.keep({ ...scan, asking: true });
    const said = await this.sync.ask(scan);
    if (said === null || !said.verdict) return this.keep({ ...scan, verdict });
    const answered = { ...scan, answer: said.verdict, conflict: said.conflict };
    delete answered.waiting;
    return this.keep(answered);
  }

  /** Lets somebody in against an answer. */
  async letIn(scan, reason) {
    const { companions } = scan;
    return this.keep(this.made({ kind: "let_in", target: scan.id, reason, like: scan, companions }));
  }

  /** Takes a scan of this phone back, with the companions who came after it. */
  async undo(scan) {
    const all = [scan, ...this.list.addedTo(scan)];
    return this.keep(...all.map((one) => this.made({ kind: "undo", target: one.id, like: one })));
  }

  /** Those of a party who came along: one scan each. */
  async takeParty(rows, codeOf) {
    const kind = kindAt(this.list.place.kind, this.list.phone.direction);
    const scans = rows.map((row) => this.made({ kind, method: "group", input: codeOf(row), serial: row.serial }));
    await this.keep(...scans.map((scan) => ({ ...scan, verdict: "admitted" })));
  }

  /**
   * Opens this entrance now (`open`), or keeps it open longer (`half_hour`, `hour`, `until`).
   *
   * It holds at once on this phone, and everywhere as soon as the server hears of it.
   *
   * @returns {Promise<object | null>} what was said, or null if that is not possible
   */
  async setWindow(wish, until = null) {
    const { place } = this.list;
    const instant = (text) => (text ? Date.parse(text) : null);
    const now = this.now();
    const asked = wished(wish, { opensAt: instant(place.opens_at), closesAt: instant(place.closes_at) }, now, until);
    if (!asked) return null;
    const iso = (at) => (at === null ? null : new Date(at).toISOString());
    const raw = this.clock();
    // Who changes what stands there comes after it, even if that was said by a clock that runs ahead.
    const at = Math.max(now, place.window ? Date.parse(place.window.changed_at) + 1 : now);
    const word = {
      id: this.newId(),
      checkpoint: place.id,
      opens_at: iso(asked.opensAt),
      closes_at: iso(asked.closesAt),
      scanned_at: iso(raw),
      offset: Math.round(at - raw),
      at,
      waiting: 1,
    };
    this.list.words = [...this.list.words, word];
    try {
      await this.store.remember({ words: this.list.words });
    } catch (error) {
      this.list.words = this.list.words.filter((one) => one.id !== word.id);
      throw error;
    }
    return word;
  }

  /** Turns this phone to another entrance or the other way, until the desk names it anew; null: as the desk has it. */
  async turnTo({ checkpoint, direction }) {
    const here = { checkpoint, direction, base: baseOf(this.list.facts.phone), at: this.clock() };
    await this.store.remember({ here });
    this.list.here = here;
  }

  /** A person was shown green, and the server had refused the question that it answered too late: they are inside. */
  follow(scan) {
    const { companions } = scan;
    const made = this.made({ kind: "let_in", target: scan.id, reason: "no answer in time", like: scan, companions });
    return { ...made, scanned_at: scan.scanned_at, offset: scan.offset, at: scan.at };
  }

  /** This phone's clock, put right by what the server said, in milliseconds. */
  now() {
    return this.clock() + (this.list.facts.offset || 0);
  }

  made({ kind, target, reason, like, method, input, serial, companions }) {
    const raw = this.clock();
    // A clock that is put back must not put a scan before the one that came earlier.
    const at = Math.max(this.now(), this.lastAt + 1);
    this.lastAt = at;
    this.seq += 1;
    const { phone } = this.list;
    const scan = {
      id: this.newId(),
      seq: this.seq,
      // What is taken back or overruled lies where it was scanned, whatever the phone was turned to since.
      checkpoint: like ? like.checkpoint : phone.checkpoint,
      door: phone.door,
      kind,
      method: method || like.method,
      input: input === undefined ? like.input : input,
      serial: serial === undefined ? like.serial : serial,
      scanned_at: new Date(raw).toISOString(),
      offset: Math.round(at - raw),
      at,
      waiting: 1,
    };
    if (target) scan.target = target;
    if (reason) scan.reason = reason;
    if (companions) scan.companions = companions;
    return scan;
  }

  async keep(...scans) {
    await this.store.keep(...scans);
    for (const scan of scans) this.list.add(scan);
    return scans[0];
  }
}
