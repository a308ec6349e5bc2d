import assert from "node:assert/strict";
import { test } from "node:test";

import { code, MemoryStore, NINE, person, phone, quiet, whole } from "./phone.js";

const EVERYBODY = [
  person("K7QM2", 1),
  person("9TCBR", 2, { party: 7, name: "Ada" }),
  person("4H2MZ", 3, { party: 7, name: "Bintou" }),
];

/** A phone that has its list; what happens to requests after that is `server`'s. */
async function prepared(server = () => "lost", options = {}) {
  let first = true;
  const made = await phone((path, sent) => {
    if (!first) return server(path, sent);
    first = false;
    return whole(options.people || EVERYBODY, options);
  }, options).start();
  await made.sync.exchange();
  return made;
}

const alone = async (options) => {
  const made = await prepared(() => "lost", options);
  made.sync.heardAt = null;
  return made;
};

test("without a network a listed person is let in once, and the scan waits", async () => {
  const { door, list, store } = await alone();
  const first = await door.take(code("K7QM2"), "camera");
  assert.deepEqual([first.verdict, first.kind, first.input], ["admitted", "entry", code("K7QM2")]);
  assert.equal((await door.take(code("K7QM2"), "camera")).verdict, "already_admitted");
  assert.equal(list.waiting, 2);
  assert.deepEqual(
    (await store.waiting(9)).map((scan) => scan.seq),
    [1, 2],
  );
});

test("a genuine code that is not on the list opens, an invented one does not", async () => {
  const { door } = await alone();
  assert.equal((await door.take(code("ZZZZZ"), "camera")).verdict, "admitted_unlisted");
  assert.equal((await door.take("ZZZZZZZZ", "camera")).verdict, "unknown");
  assert.equal((await door.take("ZZZZZZZZ", "typed")).verdict, "mistyped");
});

test("the same code counts again when it has been away for three seconds", async () => {
  const made = await alone();
  assert.equal((await made.door.look(code("K7QM2"))).verdict, "admitted");
  for (const step of [1000, 2000, 2900]) {
    made.now += step;
    assert.equal(await made.door.look(code("K7QM2")), null);
  }
  made.now += 3000;
  assert.equal((await made.door.look(code("K7QM2"))).verdict, "already_admitted");
});

test("in contact the server's word counts, and is kept with the scan", async () => {
  const made = await prepared((path) =>
    path.endsWith("/scan") ? { verdict: "already_admitted", conflict: false } : "lost",
  );
  const scan = await made.door.take(code("K7QM2"), "camera");
  assert.deepEqual([scan.verdict, scan.answer, scan.waiting], [undefined, "already_admitted", undefined]);
  assert.equal(made.asked[made.asked.length - 1].sent.verdict, undefined);
});

test("a server that says nothing is not waited for, and asked no more until it answers", async () => {
  const made = await prepared(() => "late");
  const scan = await made.door.take(code("K7QM2"), "camera");
  assert.deepEqual([scan.verdict, scan.waiting], ["admitted", 1]);
  assert.equal(made.sync.hasContact, false);
  await made.door.take(code("9TCBR"), "camera");
  assert.equal(made.asked.filter(({ path }) => path.endsWith("/scan")).length, 1);
});

test("a question that arrived and was refused too late: the person is inside, and that is told", async () => {
  const made = await prepared((path, sent) =>
    path.endsWith("/scan") ? "late" : quiet(sent.scans, "already_admitted"),
  );
  const shown = await made.door.take(code("K7QM2"), "camera");
  await made.sync.exchange();
  const [follows] = await made.store.waiting(9);
  assert.deepEqual([follows.kind, follows.target, follows.at], ["let_in", shown.id, shown.at]);
  assert.equal(made.list.scans.get(shown.id).waiting, undefined);
});

test("what was asked and never shown is taken back when the phone begins again", async () => {
  const store = new MemoryStore();
  const made = await prepared((path) => (path.endsWith("/scan") ? "late" : "lost"), { store });
  const asking = made.door.take(code("K7QM2"), "camera");
  await new Promise((resolve) => setTimeout(resolve, 5)); // it is on the disk and asked; now the page is closed
  const again = await phone(() => "lost", {
    store: Object.assign(
      new MemoryStore(),
      structuredClone({ facts: store.facts, scans: store.scans, rows: store.rows }),
    ),
  }).start();
  assert.deepEqual(
    [...again.list.scans.values()].map((scan) => scan.kind),
    ["entry", "undo"],
  );
  again.sync.heardAt = null;
  assert.equal((await again.door.take(code("K7QM2"), "camera")).verdict, "admitted");
  await asking;
});

test("a scan that is taken back does not count, also while the server has not heard", async () => {
  const { door } = await alone();
  const scan = await door.take(code("K7QM2"), "camera");
  await door.undo(scan);
  assert.equal((await door.take(code("K7QM2"), "camera")).verdict, "admitted");
});

test("somebody who is let in against the answer is in", async () => {
  const { door } = await alone({ place: { types: [2] } });
  const refused = await door.take(code("K7QM2"), "camera");
  const scan = await door.letIn(refused, "Known to the team");
  assert.deepEqual(
    [refused.verdict, scan.kind, scan.target, scan.reason],
    ["wrong_checkpoint", "let_in", refused.id, "Known to the team"],
  );
});

test("one ticket opens for the party, with a scan for each who came", async () => {
  const { door, list } = await alone();
  await door.take(code("9TCBR"), "camera");
  const party = list.partyOf(list.bySerial.get("9TCBR"));
  assert.deepEqual(
    party.map(({ row, came }) => [row.name, came]),
    [
      ["Ada", true],
      ["Bintou", false],
    ],
  );
  await door.takeParty([party[1].row], (row) => code(row.serial));
  assert.deepEqual(
    list.latest(1).map((scan) => [scan.method, scan.serial, scan.verdict]),
    [["group", "4H2MZ", "admitted"]],
  );
  assert.ok(list.partyOf(list.bySerial.get("9TCBR")).every(({ came }) => came));
  assert.deepEqual(list.partyOf(list.bySerial.get("K7QM2")), []);
});

test("people whom the phone let in are counted before the server has heard of them, each once", async () => {
  const { door, list } = await alone();
  const scan = await door.take(code("K7QM2"), "camera");
  await door.take(code("K7QM2"), "camera");
  await door.take(code("9TCBR"), "camera");
  assert.equal(list.uncounted, 2);
  await door.undo(scan);
  assert.equal(list.uncounted, 1);
});

test("a list that comes in pages is used when its last page has come, and replaces the old one", async () => {
  const answers = [];
  const made = await prepared(() => answers.shift());
  answers.push({ ...whole([person("AAAAA", 11)], { more: true, cursor: "9:AAAAA" }), epoch: "new" });
  assert.equal(await made.sync.exchange(), true);
  assert.ok(made.list.bySerial.has("K7QM2"));
  answers.push({ ...whole([person("BBBBB", 12)], { event: false, cursor: "9" }), epoch: "new" });
  await made.sync.exchange();
  assert.deepEqual(made.asked[made.asked.length - 1].sent.cursor, "9:AAAAA");
  assert.deepEqual([...made.list.bySerial.keys()], ["AAAAA", "BBBBB"]);
  const again = await phone(() => "lost", { store: made.store }).start();
  assert.deepEqual([...again.list.bySerial.keys()], ["AAAAA", "BBBBB"]);
});

test("changes replace rows: a new ticket, a place that was given back, an entry at another door", async () => {
  const news = quiet([]);
  news.changes.attendees = [
    person("NEWNE", 1),
    { serial: "K7QM2", status: "revoked" },
    { serial: "9TCBR", status: "cancelled", since: "2026-12-01T10:00:00Z" },
  ];
  news.changes.admissions = [
    {
      attendee: 3,
      checkpoint: 1,
      entered_at: "2026-12-18T08:00:00Z",
      last_at: "2026-12-18T08:00:00Z",
      door: "B",
      inside: true,
    },
  ];
  const made = await prepared(() => news);
  await made.sync.exchange();
  made.sync.heardAt = null;
  const said = [];
  for (const serial of ["K7QM2", "NEWNE", "9TCBR", "4H2MZ"])
    said.push((await made.door.take(code(serial), "camera")).verdict);
  assert.deepEqual(said, ["revoked", "admitted", "cancelled", "already_admitted"]);
  assert.deepEqual(made.list.find("Ada"), []);
});

test("a scan that the server cannot keep stays on the phone, with its reason", async () => {
  const made = await prepared((_path, { scans }) => ({
    ...quiet([]),
    results: scans.map(({ id }) => ({ id, error: { field: "checkpoint", detail: "No such entrance." } })),
  }));
  made.sync.heardAt = null;
  const scan = await made.door.take(code("K7QM2"), "camera");
  await made.sync.exchange();
  assert.deepEqual([made.list.scans.get(scan.id).error, made.list.waiting], ["No such entrance.", 0]);
});

test("a phone that was withdrawn delivers what waits and forgets its list and its key", async () => {
  const made = await prepared((_path, { scans }) => ({
    server_time: new Date(NINE).toISOString(),
    results: scans.map(({ id }) => ({ id, verdict: null, conflict: false })),
    revoked: true,
  }));
  made.sync.heardAt = null;
  await made.door.take(code("K7QM2"), "camera");
  await made.sync.exchange();
  assert.equal(made.asked[made.asked.length - 1].sent.scans.length, 1);
  assert.deepEqual(await made.store.load(), { facts: { ended: true }, attendees: [], admissions: [], scans: [] });
  assert.equal(made.list.doorKey, null);
});

test("two weeks after the event a phone forgets everybody", async () => {
  const list = whole(EVERYBODY);
  list.changes.event.forget_at = new Date(NINE - 1).toISOString();
  const made = await phone(() => list).start();
  await made.sync.exchange();
  assert.deepEqual((await made.store.load()).attendees, []);
});

test("a scan is stamped with the server's time, and never before the one that came earlier", async () => {
  const made = await alone({ at: NINE - 3_600_000 });
  const first = await made.door.take(code("K7QM2"), "camera");
  assert.deepEqual([first.at, first.offset], [NINE, 3_600_000]);
  made.now -= 600_000;
  assert.ok((await made.door.take(code("9TCBR"), "camera")).at > first.at);
});

test("failures are waited out longer and longer", async () => {
  const made = await prepared(() => 503);
  for (const failures of [1, 2, 3]) {
    await made.sync.exchange();
    assert.equal(made.sync.failures, failures);
  }
});

// Delegations: one tap for all of them, and more who come later

const MINISTER = [person("K7QM2", 1, { companions: 9, personality: true, title: "Madam Minister" }), person("9TCBR", 2)];

test("a delegation is let in with one scan, and counts whole until the server counts it", async () => {
  const { door, list } = await alone({ people: MINISTER });
  const scan = await door.take(code("K7QM2"), "name", { companions: 9 });
  assert.deepEqual([scan.verdict, scan.companions], ["admitted", 9]);
  assert.equal(list.uncounted, 10);
  assert.equal(list.stateOf(1, list.place).companions, 9);
});

test("who comes later is counted in all, without a dispute, and taken back with the entry", async () => {
  const { door, list } = await alone({ people: MINISTER });
  const first = await door.take(code("K7QM2"), "camera", { companions: 6 });
  const later = await door.take(code("K7QM2"), "group", { companions: 9, target: first.id });
  assert.deepEqual([later.verdict, list.stateOf(1, list.place).companions], ["admitted", 9]);
  assert.equal(list.uncounted, 10);
  await door.undo(later);
  assert.equal(list.stateOf(1, list.place).companions, 6);
  const again = await door.take(code("K7QM2"), "group", { companions: 8, target: first.id });
  await door.undo(first);
  assert.ok(list.undone.has(again.id));
  assert.deepEqual([list.stateOf(1, list.place).lastAt, list.uncounted], [null, 0]);
});

test("companions go with what is asked, with what is let in by hand, and with a refusal that came too late", async () => {
  const { door, sync, asked } = await prepared((path, { scans }) => (scans ? quiet(scans, "too_early") : "late"), {
    people: MINISTER,
  });
  const scan = await door.take(code("K7QM2"), "name", { companions: 9 });
  assert.deepEqual([scan.verdict, asked[1].sent.companions], ["admitted", 9]);
  sync.heardAt = null;
  assert.equal((await door.letIn(scan, "known")).companions, 9);
  await sync.exchange();
  assert.deepEqual(
    asked[2].sent.scans.map(({ kind, companions }) => [kind, companions]),
    [
      ["entry", 9],
      ["let_in", 9],
    ],
  );
  assert.equal([...door.list.scans.values()].pop().companions, 9);
});

test("those who are awaited come first, then those who are there, the latest first", async () => {
  const people = ["K7QM2", "9TCBR", "4H2MZ"].map((serial, n) =>
    person(serial, n + 1, { name: "CAB"[n], personality: true }),
  );
  const { door, list } = await alone({ people: [...people, person("ZZZZZ", 4)] });
  const names = () => list.guests(door.now()).map(({ row, at }) => row.name + (at ? "!" : ""));
  assert.deepEqual(names(), ["A", "B", "C"]);
  await door.take(code("9TCBR"), "name");
  await door.take(code("K7QM2"), "name");
  assert.deepEqual(names(), ["B", "C!", "A!"]);
});

test("of a party that came, one is taken back and may come again", async () => {
  const { door, list } = await alone();
  const [, ada] = EVERYBODY;
  const came = () => list.partyOf(ada).map((one) => one.came);
  const rows = list.partyOf(ada).map(({ row }) => row);
  await door.takeParty(rows, (row) => code(row.serial));
  assert.deepEqual(came(), [true, true]);
  await door.undo(list.partyOf(ada)[1].own);
  assert.deepEqual(came(), [true, false]);
  await door.takeParty([list.partyOf(ada)[1].row], (row) => code(row.serial));
  assert.deepEqual(came(), [true, true]);
});
