// The only file that talks to the server: brings scans, fetches what changed, and knows whether there is contact.

import { GREEN } from "./rules.js";

const SYNC = "/api/v1/checkin/sync";
const SCAN = "/api/v1/checkin/scan";

/** Scans that one request may bring. */
const MOST = 500;
const EVERY = 15_000;
const LONGEST = 60_000;
/** How long the last exchange stands for contact. */
const CONTACT = 20_000;
/** How long a person waits for the server's word; after that the phone decides by itself. */
const PATIENCE = 400;
/** A list of fifty thousand on a slow line takes its time; a request that says nothing for so long says nothing. */
const GIVEN_UP = 30_000;

/** What the server wants of a scan; the rest is the phone's own. */
const SENT = [
  "id",
  "checkpoint",
  "door",
  "input",
  "kind",
  "method",
  "scanned_at",
  "offset",
  "seq",
  "verdict",
  "target",
  "reason",
  "companions",
  "walk_in",
];

/** A scan as it is sent. One that was asked and got no answer carries no verdict: nobody was told one. */
export function body(scan) {
  return SENT.filter((name) => scan[name] !== undefined && scan[name] !== null).reduce(
    (all, name) => ({ ...all, [name]: scan[name] }),
    {},
  );
}

const SAID = ["id", "checkpoint", "opens_at", "closes_at", "scanned_at", "offset"];

/** Words about windows that one request may bring. */
const MOST_WORDS = 50;

/** A word about a window as it is sent. */
const said = (word) => SAID.reduce((all, name) => ({ ...all, [name]: word[name] }), {});

export class Sync {
  /**
   * @param {{store: object, list: object, fetch: Function, clock: () => number, health: () => object,
   *   changed: () => void, follow: (scan: object) => object}} parts
   *   changed: called after each exchange; follow: makes the scan by which somebody was let in against an answer
   */
  constructor({ store, list, fetch, clock, health, changed, follow }) {
    Object.assign(this, { store, list, fetch, clock, health, changed, follow });
    this.heardAt = null;
    this.failures = 0;
    this.isBusy = false;
    this.isEnded = false;
    this.timer = null;
    this.isRunning = false;
  }

  get hasContact() {
    return this.heardAt !== null && this.clock() - this.heardAt < CONTACT;
  }

  /** Exchanges now and again and again until `stop`. */
  start() {
    this.isRunning = true;
    this.soon(0);
  }

  stop() {
    this.isRunning = false;
    clearTimeout(this.timer);
  }

  /** Exchanges at once, or after the exchange that is under way. */
  nudge() {
    this.failures = 0;
    if (this.isBusy) this.isWanted = true;
    else this.soon(0);
  }

  soon(milliseconds) {
    if (!this.isRunning || this.isEnded) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.turn(), milliseconds);
  }

  async turn() {
    const more = await this.exchange();
    const again = more || this.isWanted;
    this.isWanted = false;
    if (this.failures) this.soon(Math.min(LONGEST, 1000 * 2 ** (this.failures - 1)));
    else this.soon(again ? 0 : EVERY);
  }

  /**
   * One exchange: what waits goes, what changed comes, and both are kept in one step.
   *
   * @returns {Promise<boolean>} whether there is more to fetch or to send
   */
  async exchange() {
    this.isBusy = true;
    try {
      const words = this.list.waitingWords.slice(0, MOST_WORDS);
      // Scans are judged by the words that come with them or before: so none goes ahead of its word.
      const isAhead = this.list.waitingWords.length > words.length;
      const scans = isAhead ? [] : await this.store.waiting(MOST);
      const { facts } = this.list;
      const from = facts.coming || facts;
      const begun = this.clock();
      const answer = await this.post(SYNC, GIVEN_UP, {
        device_time: new Date(begun).toISOString(),
        epoch: from.epoch,
        cursor: from.cursor,
        ...(words.length ? { windows: words.map(said) } : {}),
        scans: scans.map(body),
        codes: this.list.codes.length,
        health: this.health(),
      });
      if (answer === null) {
        this.failures += 1;
        return false;
      }
      this.heardAt = this.clock();
      this.failures = 0;
      await this.take(answer, scans, begun);
      return Boolean(answer.more) || scans.length === MOST || isAhead;
    } finally {
      this.isBusy = false;
      this.changed();
    }
  }

  async take(answer, scans, begun) {
    if (answer.windows) await this.store.remember({ words: this.list.heard(answer.windows) });
    const told = this.settled(scans, answer.results);
    if (answer.revoked || this.isOver(answer)) {
      // Nothing more comes for this phone. What it holds goes; scans that wait stay until they are acknowledged.
      await this.store.receive(nothing(this.list.facts.list), told);
      await this.store.wipe();
      this.isEnded = told.every((scan) => !scan.waiting) && !this.list.waitingWords.length;
      await this.store.remember({ ended: true });
      this.list.load(await this.store.load());
      return;
    }
    const news = this.news(answer, begun);
    if (news.begins) await this.store.dropFrom(news.list);
    await this.store.receive(news, told);
    if (news.replaces || news.begins) this.list.load(await this.store.load());
    else if (!answer.changes.whole) this.list.change(news, told);
    else this.list.change({ ...news, rows: { attendees: [], admissions: [] } }, told);
    const { words } = this.list;
    if (words.length && this.list.heard([]).length < words.length)
      await this.store.remember({ words: this.list.words });
  }

  /** Whether the event is so long ago that phones hold nothing of it any more. */
  isOver({ changes, server_time: server }) {
    const event = changes.event || this.list.facts.event;
    return Boolean(event && event.forget_at && Date.parse(event.forget_at) <= Date.parse(server));
  }

  /** What an answer adds to the store. */
  news(answer, begun) {
    const { changes, epoch, cursor, more, phone, counts, checkpoint_ids: there, server_time: server } = answer;
    const { facts } = this.list;
    const begins = changes.whole && Boolean(changes.event);
    const current = facts.list || 0;
    const list = begins ? current + 1 : changes.whole && facts.coming ? facts.coming.list : current;
    const place = { epoch, cursor };
    const coming = changes.whole && more ? { ...place, list } : null;
    const learnt = {
      phone,
      counts,
      coming,
      ended: false,
      offset: this.offset(Date.parse(server), begun),
      notices: merged(facts.notices, changes.notices, (one) => one.ended),
      ...(coming ? {} : { ...place, list }),
    };
    if (changes.event) learnt.event = changes.event;
    for (const name of ["places", "walk_in_type"]) if (answer[name] !== undefined) learnt[name] = answer[name];
    // Codes of another event are no use here.
    if (answer.codes || epoch !== (facts.coming || facts).epoch) learnt.codes = answer.codes || [];
    for (const name of ["checkpoints", "types"]) {
      learnt[name] = changes.whole && begins ? changes[name] : merged(facts[name], changes[name], () => false);
    }
    // One that was removed is told by being missing.
    if (there) learnt.checkpoints = learnt.checkpoints.filter((one) => there.includes(one.id));
    const rows = { attendees: changes.attendees, admissions: changes.admissions };
    return { facts: learnt, rows, list, begins, replaces: changes.whole && !more };
  }

  /** What to add to this phone's clock to have the server's. A slow answer says little, so the quickest one counts. */
  offset(server, begun) {
    const took = this.clock() - begun;
    const known = this.list.facts.offset;
    if (known !== undefined && this.quickest !== undefined && took > 2 * this.quickest + 250) return known;
    this.quickest = Math.min(took, this.quickest === undefined ? Infinity : this.quickest);
    return Math.round(server - (begun + took / 2));
  }

  /** Scans with the server's word about them; and those that follow, where the phone had let in whom it refused. */
  settled(scans, results) {
    const states = [];
    results.forEach((said, n) => {
      const scan = { ...scans[n], asking: false };
      delete scan.waiting;
      if (said.error) states.push({ ...scan, error: said.error.detail });
      else {
        delete scan.walk_in; // the name has arrived; here it is on the list
        states.push({ ...scan, answer: said.verdict, conflict: said.conflict });
        // The question had reached the server though its answer was too late: there it stands as a refusal.
        const isShown = GREEN.includes(scan.verdict) && !this.list.undone.has(scan.id);
        if (isShown && said.verdict && !GREEN.includes(said.verdict) && !said.conflict) states.push(this.follow(scan));
      }
    });
    return states;
  }

  /**
   * Asks the server about one scan, and waits no longer than a person would.
   *
   * @returns {Promise<{verdict: string, conflict: boolean} | null>} null: no word in time
   */
  async ask(scan) {
    if (!this.hasContact) return null;
    const answer = await this.post(SCAN, PATIENCE, { ...body(scan), verdict: undefined });
    if (answer === null) this.heardAt = null; // out of contact, until an exchange succeeds
    return answer;
  }

  /** Sends a body and gives the answer, or null when there is none in time, or none that helps. */
  async post(path, patience, content) {
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), patience);
    try {
      const answer = await this.fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        credentials: "same-origin",
        body: JSON.stringify(content),
        signal: control.signal,
      });
      this.isUnknown = answer.status === 401;
      return answer.ok ? await answer.json() : null;
    } catch (error) {
      if (error instanceof TypeError || error.name === "AbortError" || error instanceof SyntaxError) return null;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

function nothing(list) {
  return { facts: {}, rows: { attendees: [], admissions: [] }, list: list || 0, replaces: false };
}

function merged(known = [], news = [], isGone) {
  const ids = new Set(news.map((one) => one.id));
  return [...known.filter((one) => !ids.has(one.id)), ...news.filter((one) => !isGone(one))];
}
