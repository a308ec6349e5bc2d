// The only file that uses IndexedDB: what this phone holds, and its scans, which are never lost.

const NAME = "eventapp-checkin";
const VERSION = 1;

function done(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Opens what this phone holds.
 *
 * @param {IDBFactory} factory the browser's, or a test's
 * @returns {Promise<Store>}
 */
export async function open(factory = indexedDB) {
  const request = factory.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    const db = request.result;
    db.createObjectStore("facts");
    db.createObjectStore("attendees", { keyPath: ["list", "serial"] });
    db.createObjectStore("admissions", { keyPath: ["list", "attendee", "checkpoint"] });
    db.createObjectStore("scans", { keyPath: "seq" }).createIndex("waiting", "waiting");
  };
  return new Store(await result(request));
}

class Store {
  constructor(db) {
    this.db = db;
    // Another tab opens a newer version: let go, or that one waits for ever.
    db.onversionchange = () => db.close();
  }

  /** `strict`: on the disk when it is done, where the browser knows the word. */
  write(names, strict = false) {
    return strict
      ? this.db.transaction(names, "readwrite", { durability: "strict" })
      : this.db.transaction(names, "readwrite");
  }

  /** All of it: {facts, attendees, admissions, scans}. The list is empty until its last page has come. */
  async load() {
    const transaction = this.db.transaction(["facts", "attendees", "admissions", "scans"]);
    const [names, values] = await Promise.all([
      result(transaction.objectStore("facts").getAllKeys()),
      result(transaction.objectStore("facts").getAll()),
    ]);
    const facts = names.reduce((all, name, n) => ({ ...all, [name]: values[n] }), {});
    const current = IDBKeyRange.bound([facts.list || 0], [facts.list || 0, []]);
    const [attendees, admissions, scans] = await Promise.all([
      result(transaction.objectStore("attendees").getAll(current)),
      result(transaction.objectStore("admissions").getAll(current)),
      result(transaction.objectStore("scans").getAll()),
    ]);
    return { facts, attendees, admissions, scans };
  }

  /** Keeps a scan, or a newer state of it; when this is done, it is on the disk. */
  async keep(...scans) {
    const transaction = this.write(["scans"], true);
    for (const scan of scans) transaction.objectStore("scans").put(scan);
    await done(transaction);
  }

  /** The scans that the server has not heard of, oldest first, at most so many. */
  async waiting(most) {
    const index = this.db.transaction(["scans"]).objectStore("scans").index("waiting");
    return result(index.getAll(undefined, most));
  }

  /** Keeps facts about the phone: {name: value}. */
  async remember(facts) {
    const transaction = this.write(["facts"], true);
    for (const name of Object.keys(facts)) transaction.objectStore("facts").put(facts[name], name);
    await done(transaction);
  }

  /**
   * Takes an answer of the server whole, or not at all: rows, how far they go, and what became of the scans.
   *
   * A whole list comes in pages beside the one that is in use, and takes its place with the last of them.
   *
   * @param {{facts: object, rows: {attendees: object[], admissions: object[]}, list: number, replaces: boolean}} news
   * @param {object[]} scans newer states of scans, and scans that follow from the answer
   */
  async receive({ facts, rows, list, replaces }, scans) {
    const transaction = this.write(["facts", "attendees", "admissions", "scans"], true);
    for (const name of Object.keys(facts)) transaction.objectStore("facts").put(facts[name], name);
    for (const scan of scans) transaction.objectStore("scans").put(scan);
    for (const name of ["attendees", "admissions"]) {
      const table = transaction.objectStore(name);
      for (const row of rows[name]) table.put({ ...row, list });
      if (replaces) table.delete(IDBKeyRange.upperBound([list], true));
    }
    await done(transaction);
  }

  /** Forgets a part of a list that never came whole. */
  async dropFrom(list) {
    const transaction = this.write(["attendees", "admissions"]);
    for (const name of ["attendees", "admissions"]) {
      transaction.objectStore(name).delete(IDBKeyRange.lowerBound([list]));
    }
    await done(transaction);
  }

  /** Forgets everything but what waits, scans and words about windows: lost nowhere. Only who registered here is named. */
  async wipe() {
    const transaction = this.write(["facts", "attendees", "admissions", "scans"], true);
    const words = transaction.objectStore("facts").get("words");
    words.onsuccess = () => {
      const waiting = (words.result || []).filter((word) => word.waiting);
      if (waiting.length) transaction.objectStore("facts").put(waiting, "words");
    };
    for (const name of ["facts", "attendees", "admissions"]) transaction.objectStore(name).clear();
    const cursor = transaction.objectStore("scans").openCursor();
    cursor.onsuccess = () => {
      if (!cursor.result) return;
      if (!cursor.result.value.waiting) cursor.result.delete();
      cursor.result.continue();
    };
    await done(transaction);
  }
}
