// A day of several phones that run the real scanner's modules, against a real server: a program for tests/flows.
//
// Reads jobs as lines of JSON and answers each with one line. The phones' time is their own: a request says when it
// arrives. All that is left to chance comes from the job's seed, phone by phone.

import { createInterface } from "node:readline";

import { Door } from "../../../static/checkin/door.js";
import { List } from "../../../static/checkin/list.js";
import { GREEN } from "../../../static/checkin/rules.js";
import { open } from "../../../static/checkin/store.js";
import { Sync } from "../../../static/checkin/sync.js";
import { ALPHABET, checkSigns } from "../../../static/checkin/ticket.js";
import { Disk, Power } from "./disk.js";

const [SECOND, HOUR] = [1_000, 3_600_000];
const FOR_EVER = new Promise(() => {});

/** How often (of 100) a request over a network that is there meets something else than an answer. */
const FATES = { lost: 6, late: 5, twice: 5, broken: 4 };

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const replies = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const hear = async () => JSON.parse((await replies.next()).value || "null");
const say = (said) => process.stdout.write(`${JSON.stringify(said)}\n`);

class World {
  constructor(job) {
    Object.assign(this, job);
    this.now = job.begins;
    this.random = dice(job.seed * 7919);
    this.late = [];
    this.answers = new Map();
    this.missed = 0;
    this.problems = [];
    this.phones = job.tokens.map((token, n) => new Phone(this, n, token));
  }

  /** A request arrives at the server. Gives {status, text}; throws TypeError if nobody is there. */
  async arrive({ token, path, body, at }) {
    const headers = {
      "Content-Type": "application/json",
      Authorization: `Bearer ${token}`,
      "X-Now": new Date(at).toISOString(),
    };
    let answer, text;
    try {
      answer = await fetch(this.server + path, { method: "POST", headers, body });
      text = await answer.text();
    } catch (error) {
      this.missed += 1;
      throw error;
    }
    if (answer.ok) this.note(path, JSON.parse(body), JSON.parse(text));
    else if (answer.status < 500) this.problems.push(`${answer.status} to ${path}: ${text}`);
    return { status: answer.status, text };
  }

  /** Whatever the server says about a scan, it says for ever, heard or not. */
  note(path, sent, got) {
    const results = path.endsWith("/scan") ? [{ ...got, id: sent.id }] : got.results;
    for (const said of results) {
      const key = said.error ? `error: ${said.error.detail}` : `${said.verdict} ${said.conflict}`;
      const before = this.answers.get(said.id);
      if (before !== undefined && before !== key) this.problems.push(`${said.id}: first ${before}, then ${key}`);
      this.answers.set(said.id, key);
    }
  }

  /** Some of the requests arrive that were given up long ago. */
  async deliver(share) {
    const [now, later] = [[], []];
    for (const one of this.late) (this.random() < share ? now : later).push(one);
    this.late = later;
    const all = now.map((one) => this.arrive({ ...one, at: this.now }));
    await Promise.all(this.isKilled ? all.map((one) => one.catch(() => null)) : all);
  }

  async play() {
    const changes = [...this.changes];
    for (let step = 0; step < this.steps; step++) {
      this.now = Math.round(this.begins + ((this.ends - this.begins) * step) / this.steps);
      let done = null;
      while (changes.length && step >= changes[0].step) {
        const change = changes.shift();
        say({ do: change, now: this.now });
        done = hear();
        if (!change.meanwhile) await done;
      }
      await this.deliver(0.3);
      if (this.atOnce) await Promise.all(this.phones.map((phone) => phone.step()));
      else for (const phone of this.phones) await phone.step();
      await done;
    }
    await this.gather();
  }

  /** All deliver and hear of each other; requests that were given up go on arriving. */
  async gather() {
    this.now = this.ends;
    await this.deliver(0.5);
    for (const phone of this.phones) await phone.finish();
    await this.deliver(1);
    for (const phone of this.phones) await phone.finish();
  }

  result() {
    return { problems: this.problems, missed: this.missed, phones: this.phones.map((phone) => phone.result()) };
  }
}

class Phone {
  constructor(world, number, token) {
    Object.assign(this, { world, number, token });
    this.random = dice(world.seed * 104729 + number);
    this.disk = new Disk();
    this.scans = new Map();
    this.disk.written = (name, scan) => {
      if (name === "scans" && !this.scans.has(scan.id)) this.scans.set(scan.id, scan);
    };
    this.wrong = Math.round((this.random() * 4 - 2) * HOUR);
    this.spent = 0;
    this.isCut = false;
    this.power = null;
    this.crashes = 0;
  }

  chance(share) {
    return this.random() < share;
  }

  pick(list) {
    return list[Math.floor(this.random() * list.length)];
  }

  get time() {
    return this.world.now + this.spent;
  }

  newId() {
    const digits = Array.from({ length: 32 }, () => Math.floor(this.random() * 16).toString(16)).join("");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  /** The page is opened: all that is known comes from the disk. */
  async wake() {
    const power = (this.power = new Power());
    const store = await open(this.disk.factory(power));
    this.list = new List();
    this.list.load(await store.load());
    const clock = () => this.time + this.wrong;
    this.sync = new Sync({
      store,
      list: this.list,
      clock,
      health: () => ({ waiting: this.list.waiting }),
      changed: () => {},
      follow: (scan) => this.door.follow(scan),
      fetch: (path, { body }) => this.request(power, path, body),
    });
    this.door = new Door({ list: this.list, store, sync: this.sync, clock, newId: () => this.newId() });
    await this.door.recover();
  }

  async request(power, path, body) {
    const asked = { token: this.token, path, body, at: this.time };
    const fate = this.fate();
    if (!power.moment()) return FOR_EVER;
    if (fate === "cut") throw new TypeError("no network");
    if (fate === "late") this.world.late.push(asked);
    const answer = fate === "late" ? null : await this.world.arrive(asked);
    if (fate === "twice") this.world.late.push(asked);
    if (!power.moment()) return FOR_EVER;
    if (fate === "late") throw Object.assign(new Error("given up"), { name: "AbortError" });
    if (fate === "lost") throw new TypeError("the connection was lost");
    const text = fate === "broken" ? answer.text.slice(0, answer.text.length / 2) : answer.text;
    return { status: answer.status, ok: answer.status === 200, json: async () => JSON.parse(text) };
  }

  fate() {
    if (this.isCut) return "cut";
    if (this.isSafe) return "well";
    let at = this.random() * 100;
    for (const [name, share] of Object.entries(FATES)) if ((at -= share) < 0) return name;
    return "well";
  }

  /** Does something unless the power fails; after that the phone is off until it is used again. */
  async live(work) {
    if (!this.power || !this.power.isOn) await this.wake();
    const { power } = this;
    const failed = await Promise.race([work().then(() => false), power.gone.then(() => true)]);
    if (failed) this.crashes += 1;
  }

  get isReady() {
    return Boolean(this.list.facts.list && this.list.place);
  }

  /** What a volunteer does in a minute or two. */
  async step() {
    this.spent = 0;
    if (this.chance(0.12)) this.isCut = !this.isCut;
    if (this.chance(0.02)) this.wrong += Math.round((this.random() * 4 - 2) * HOUR);
    await this.live(async () => {
      if (this.chance(0.06)) this.power.left = Math.floor(this.random() * 8);
      if (this.chance(0.6) || !this.isReady) await this.sync.exchange();
      const times = Math.floor(this.random() * this.world.busy);
      for (let n = 0; n < times && this.isReady; n++) {
        this.spent += Math.round((1 + this.random() * 8) * SECOND);
        await this.act();
      }
    });
  }

  async act() {
    const { door, list } = this;
    const latest = list.latest(6).filter((scan) => !list.undone.has(scan.id));
    if (latest.length && this.chance(0.08)) return door.undo(this.pick(latest));
    if (latest.length && this.chance(0.1)) {
      const scan = this.pick(latest);
      return GREEN.includes(scan.verdict || scan.answer) ? null : door.letIn(scan, "Known to the team");
    }
    const [text, method] = this.ticket();
    const scan = method === "camera" ? await door.look(text) : await door.take(text, method);
    const party = scan ? list.partyOf(list.holderOf(scan)) : [];
    if (party.length && this.chance(0.7)) {
      const missing = party.filter((one) => !one.came && this.chance(0.8)).map((one) => one.row);
      if (missing.length) await door.takeParty(missing, (row) => row.serial + checkSigns(list.doorKey, row.serial));
    }
    return scan;
  }

  ticket() {
    const { codes, hot } = this.world;
    const code = this.chance(0.6) ? codes[Math.floor(this.random() * hot)] : this.pick(codes);
    const at = this.random();
    if (at < 0.5) return [`HTTPS://FORUM.EXAMPLE.ORG/T/${code}`, "camera"];
    if (at < 0.75) return [`${code.slice(0, 4)}-${code.slice(4, 8)}`.toLowerCase(), "typed"];
    if (at < 0.88) return [code.slice(0, 8), "name"];
    const serial = Array.from({ length: 5 }, () => this.pick([...ALPHABET])).join("");
    if (at < 0.94) return [serial + checkSigns(this.list.doorKey, serial), "camera"];
    return [`${serial}AAA`, this.pick(["camera", "typed"])];
  }

  /** Delivers all that waits and fetches all there is, over a network that is there. */
  async finish() {
    [this.isCut, this.isSafe, this.spent] = [false, true, 60 * SECOND];
    for (let tries = 0; tries < 400; tries++) {
      let more = false;
      await this.live(async () => {
        this.power.left = Infinity;
        more = await this.sync.exchange();
        if (this.sync.failures) await new Promise((resolve) => setTimeout(resolve, 25));
      });
      if (!more && !this.sync.failures && !this.list.waiting) break;
    }
    await this.reloaded();
  }

  /** What the disk alone gives. */
  async reloaded() {
    this.kept = new List();
    this.kept.load(await (await open(this.disk.factory(new Power()))).load());
  }

  result() {
    const states = (list) => {
      const { place } = list;
      if (!place) return null;
      const all = [...list.byId.keys()].map((id) => [id, list.stateOf(id, place)]);
      const told = all.filter(([, state]) => state.enteredAt !== null || state.isInside);
      return Object.fromEntries(told.map(([id, s]) => [id, [s.enteredAt, s.lastAt, s.door, s.isInside]]));
    };
    return {
      crashes: this.crashes,
      waiting: this.list.waiting,
      scans: [...this.scans.values()],
      states: states(this.list),
      kept: states(this.kept),
    };
  }
}

for (let job = await hear(); job; job = await hear()) {
  const world = new World(job);
  await world.play();
  say({ done: world.result() });
}
process.exit(0);
