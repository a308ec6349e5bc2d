// IndexedDB in memory, as much of it as store.js uses, with a plug that can be pulled at any moment.
//
// A transaction is on the disk whole or not at all. A program whose power is gone hears of nothing any more.

const RANK = { number: 0, string: 1, object: 2 };

function compare(one, other) {
  if (typeof one !== typeof other) return RANK[typeof one] - RANK[typeof other];
  if (!Array.isArray(one)) return one < other ? -1 : one > other ? 1 : 0;
  for (let n = 0; n < Math.min(one.length, other.length); n++) {
    const found = compare(one[n], other[n]);
    if (found) return found;
  }
  return one.length - other.length;
}

class Range {
  constructor(lower, upper, lowerOpen = false, upperOpen = false) {
    Object.assign(this, { lower, upper, lowerOpen, upperOpen });
  }

  includes(key) {
    const low = this.lower === undefined ? 1 : compare(key, this.lower);
    const high = this.upper === undefined ? -1 : compare(key, this.upper);
    return low >= (this.lowerOpen ? 1 : 0) && high <= (this.upperOpen ? -1 : 0);
  }
}

globalThis.IDBKeyRange = {
  bound: (lower, upper, lowerOpen, upperOpen) => new Range(lower, upper, lowerOpen, upperOpen),
  lowerBound: (lower, isOpen) => new Range(lower, undefined, isOpen),
  upperBound: (upper, isOpen) => new Range(undefined, upper, false, isOpen),
  only: (key) => new Range(key, key),
};

const matches = (query) => {
  if (query === undefined || query === null) return () => true;
  return query instanceof Range ? (key) => query.includes(key) : (key) => compare(key, query) === 0;
};

/** What somebody's power supply does. `left`: how many moments it lasts; at each of them something could be lost. */
export class Power {
  constructor() {
    this.isOn = true;
    this.left = Infinity;
    this.gone = new Promise((resolve) => (this.cut = resolve));
  }

  /** Something happens now. Gives whether the program is still there. */
  moment() {
    if (this.isOn && --this.left < 0) {
      this.isOn = false;
      this.cut();
    }
    return this.isOn;
  }
}

export class Disk {
  constructor() {
    this.stores = new Map();
    this.version = 0;
    this.turns = [];
    this.written = () => {};
  }

  /** What `indexedDB` is to a program that runs on this power. */
  factory(power) {
    return {
      open: (_name, version) => {
        const request = {};
        setImmediate(() => {
          if (!power.isOn) return;
          request.result = new Database(this, power);
          if (version > this.version) {
            const oldVersion = this.version;
            this.version = version;
            request.transaction = { objectStore: (name) => new Table(null, this.stores.get(name)) };
            request.onupgradeneeded({ oldVersion, newVersion: version, target: request });
          }
          request.onsuccess({ target: request });
        });
        return request;
      },
    };
  }

  /** Starts whatever need not wait for another transaction any more. */
  next() {
    const isFree = (one, n) =>
      this.turns
        .slice(0, n)
        .every((other) => (!one.writes && !other.writes) || !other.names.some((name) => one.names.includes(name)));
    this.turns.filter((one, n) => !one.isRunning && isFree(one, n)).forEach((one) => one.run());
  }
}

class Database {
  constructor(disk, power) {
    Object.assign(this, { disk, power });
    this.objectStoreNames = { contains: (name) => disk.stores.has(name) };
  }

  createObjectStore(name, { keyPath = null } = {}) {
    const kept = { name, keyPath, rows: new Map(), indexes: {} };
    this.disk.stores.set(name, kept);
    return new Table(null, kept);
  }

  transaction(names, mode = "readonly") {
    return new Transaction(this.disk, this.power, [].concat(names), mode === "readwrite");
  }

  close() {}
}

class Transaction {
  constructor(disk, power, names, writes) {
    Object.assign(this, { disk, power, names, writes });
    [this.asked, this.undo, this.puts] = [[], [], []];
    disk.turns.push(this);
    setImmediate(() => disk.next());
  }

  objectStore(name) {
    return new Table(this, this.disk.stores.get(name));
  }

  ask(work) {
    const request = {};
    this.asked.push([request, work]);
    return request;
  }

  async run() {
    this.isRunning = true;
    while (this.asked.length) {
      const [request, work] = this.asked.shift();
      request.result = work(request);
      if (request.onsuccess) request.onsuccess({ target: request });
      // Whoever hears of it may ask for more before this ends.
      if (!this.asked.length) await new Promise((resolve) => setImmediate(resolve));
    }
    this.end();
  }

  end() {
    const isKept = !this.writes || this.power.moment();
    if (isKept) for (const [name, value] of this.puts) this.disk.written(name, value);
    else for (const back of this.undo.reverse()) back();
    this.disk.turns.splice(this.disk.turns.indexOf(this), 1);
    this.disk.next();
    if (isKept && (!this.writes || this.power.moment()) && this.oncomplete) this.oncomplete();
  }
}

class Table {
  constructor(transaction, kept, path = null) {
    Object.assign(this, { transaction, kept, path });
  }

  createIndex(name, path) {
    this.kept.indexes[name] = path;
    return this;
  }

  index(name) {
    return new Table(this.transaction, this.kept, this.kept.indexes[name]);
  }

  sorted(query) {
    const isMeant = matches(query);
    const keyOf = (row) => (this.path === null ? row.key : row.value[this.path]);
    const rows = [...this.kept.rows.values()].filter((row) => keyOf(row) !== undefined && isMeant(keyOf(row)));
    return rows.sort((one, other) => compare(keyOf(one), keyOf(other)) || compare(one.key, other.key));
  }

  getAll(query, most) {
    return this.transaction.ask(() =>
      this.sorted(query)
        .slice(0, most)
        .map((row) => structuredClone(row.value)),
    );
  }

  getAllKeys(query, most) {
    return this.transaction.ask(() =>
      this.sorted(query)
        .slice(0, most)
        .map((row) => row.key),
    );
  }

  get(key) {
    return this.transaction.ask(() => structuredClone((this.sorted(key)[0] || {}).value));
  }

  count(query) {
    return this.transaction.ask(() => this.sorted(query).length);
  }

  put(value, outer) {
    const copy = structuredClone(value);
    const { keyPath, name } = this.kept;
    const key = keyPath === null ? outer : Array.isArray(keyPath) ? keyPath.map((part) => copy[part]) : copy[keyPath];
    return this.transaction.ask(() => {
      this.set(JSON.stringify(key), { key, value: copy });
      this.transaction.puts.push([name, copy]);
      return key;
    });
  }

  set(at, row) {
    const { rows } = this.kept;
    const before = rows.get(at);
    if (row) rows.set(at, row);
    else rows.delete(at);
    this.transaction.undo.push(() => (before ? rows.set(at, before) : rows.delete(at)));
  }

  delete(query) {
    return this.transaction.ask(() => this.sorted(query).forEach((row) => this.set(JSON.stringify(row.key), null)));
  }

  clear() {
    return this.delete();
  }

  openCursor(query) {
    let rows = null;
    const step = (request) => {
      rows = rows || this.sorted(query);
      const row = rows.shift();
      if (!row) return null;
      const at = JSON.stringify(row.key);
      const again = () => this.transaction.asked.push([request, step]);
      return {
        key: row.key,
        value: structuredClone(row.value),
        continue: again,
        delete: () => this.set(at, null),
        update: (value) => {
          this.set(at, { key: row.key, value: structuredClone(value) });
          this.transaction.puts.push([this.kept.name, structuredClone(value)]);
        },
      };
    };
    return this.transaction.ask(step);
  }
}
