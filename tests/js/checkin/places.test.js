import assert from "node:assert/strict";
import { test } from "node:test";

import { latest, nextAt, served, wished } from "../../../static/checkin/places.js";
import { table } from "./cases.js";
import { code, MemoryStore, NINE, person, phone, quiet, whole } from "./phone.js";

const CASES = table("places");
const at = (time) => (time === null || time === undefined ? null : Date.parse(`2026-12-18T${time}:00Z`));
const SLOTS = CASES.slots.map(([checkpoint, room, from, until]) => ({
  checkpoint,
  room,
  startsAt: at(from),
  endsAt: at(until),
}));

for (const one of CASES.served) {
  test(`served: ${one.name}`, () => assert.equal(served(SLOTS, one.room, at(one.at)), one.expect));
}

for (const one of CASES.latest) {
  test(`latest: ${one.name}`, () => {
    const words = one.words.map(([id, time]) => ({ id, at: at(time) }));
    for (const order of [words, [...words].reverse()]) {
      const found = latest(order);
      assert.equal(found && found.id, one.expect);
    }
  });
}

for (const one of CASES.wished) {
  test(`wished: ${one.name}`, () => {
    const [opensAt, closesAt] = one.window.map(at);
    const found = wished(one.wish, { opensAt, closesAt }, at(one.at), at(one.until));
    assert.deepEqual(found && [found.opensAt, found.closesAt], one.expect && one.expect.map(at));
  });
}

test("a time of day is the next such moment on the clocks of the event", () => {
  assert.equal(nextAt("18:30", at("17:10"), "Africa/Bamako"), at("18:30"));
  assert.equal(nextAt("18:30", at("18:30"), "Africa/Bamako"), at("18:30") + 24 * 3600 * 1000);
  assert.equal(nextAt("18:30", at("17:10"), "Africa/Lagos"), at("17:30"));
  assert.equal(nextAt("soon", at("17:10"), "UTC"), null);
});

const EARLY = { opens_at: "2026-12-18T10:00:00Z", closes_at: "2026-12-18T18:00:00Z", kind: "venue" };

/** A phone that has its list and no network until `server` is set. */
async function prepared({ people = [person("K7QM2", 1), person("9TCBR", 2)], store = new MemoryStore(), ...options }) {
  const made = { server: () => "lost" };
  let first = true;
  const device = await phone(
    (path, sent) => {
      if (!first) return made.server(path, sent);
      first = false;
      return whole(people, options);
    },
    { store },
  ).start();
  await device.sync.exchange();
  device.sync.heardAt = null;
  return Object.assign(device, made, { answer: (server) => (made.server = server) });
}

test("opened early without a network, the phone lets people in at once, and says so before the scans", async () => {
  const made = await prepared({ place: EARLY });
  assert.equal((await made.door.take(code("K7QM2"), "camera")).verdict, "too_early");
  await made.door.setWindow("open");
  assert.equal((await made.door.take(code("9TCBR"), "camera")).verdict, "admitted");
  made.answer((_path, { scans, windows }) => ({
    ...quiet(scans),
    windows: windows.map(({ id }) => ({ id, changed_at: new Date(NINE).toISOString() })),
  }));
  await made.sync.exchange();
  const [{ sent }] = made.asked.slice(-1);
  assert.deepEqual(
    sent.windows.map(({ checkpoint, opens_at, closes_at }) => [checkpoint, Date.parse(opens_at), closes_at]),
    [[1, NINE + 1, "2026-12-18T18:00:00.000Z"]].map(([id, , until]) => [
      id,
      Date.parse(sent.windows[0].opens_at),
      until,
    ]),
  );
  assert.equal(sent.scans.length, 2);
  await made.sync.exchange();
  assert.equal(made.asked.slice(-1)[0].sent.windows, undefined);
  assert.equal((await made.door.take(code("K7QM2"), "camera")).verdict, "admitted"); // until the list shows a later word
});

test("a word about a window outlives a reload, and one that came later from elsewhere replaces it", async () => {
  const store = new MemoryStore();
  const made = await prepared({ place: EARLY, store });
  await made.door.setWindow("open");
  const again = await phone(() => "lost", { store }).start();
  assert.equal(again.list.waitingWords.length, 1);
  assert.equal(again.list.judge(code("K7QM2"), { method: "camera", at: NINE, hasContact: false }).verdict, "admitted");
  const later = { changed_at: new Date(NINE + 60_000).toISOString(), by: "B" };
  again.list.change(
    {
      facts: { checkpoints: [{ ...again.list.facts.checkpoints[0], window: later }] },
      rows: { attendees: [], admissions: [] },
    },
    [],
  );
  assert.equal(again.list.judge(code("K7QM2"), { method: "camera", at: NINE, hasContact: false }).verdict, "too_early");
});

test("a refused word has no effect and is not sent again", async () => {
  const made = await prepared({ place: EARLY });
  await made.door.setWindow("open");
  made.answer((_path, { scans, windows }) => ({
    ...quiet(scans),
    windows: windows.map(({ id }) => ({ id, error: { field: "checkpoint", detail: "There is none." } })),
  }));
  await made.sync.exchange();
  assert.equal(made.list.waitingWords.length, 0);
  assert.equal((await made.door.take(code("K7QM2"), "camera")).verdict, "too_early");
});

test("in contact, nobody is asked about while the server has not heard that the door is open", async () => {
  const made = await prepared({ place: EARLY });
  made.sync.heardAt = made.now;
  await made.door.setWindow("open");
  assert.equal((await made.door.take(code("K7QM2"), "camera")).verdict, "admitted");
  assert.ok(made.asked.every(({ path }) => path.endsWith("sync")));
});

test("a phone turned to another entrance and the way out scans there, until the desk turns it", async () => {
  const made = await prepared({ place: { policy: "in_out" } });
  const second = { ...made.list.facts.checkpoints[0], id: 2, kind: "distribution" };
  made.list.facts.checkpoints.push(second);
  await made.door.turnTo({ checkpoint: 2, direction: "exit" });
  const scan = await made.door.take(code("K7QM2"), "camera");
  assert.deepEqual([scan.checkpoint, scan.kind, scan.verdict], [2, "given_back", "not_inside"]);
  made.list.change(
    { facts: { phone: { ...made.list.facts.phone, direction: "exit" } }, rows: { attendees: [], admissions: [] } },
    [],
  );
  assert.deepEqual([made.list.phone.checkpoint, made.list.phone.direction], [1, "exit"]);
});

test("at a room the phone turns to the session that runs, by itself and without a network", async () => {
  const made = await prepared({});
  const [venue] = made.list.facts.checkpoints;
  const session = (id, from, until) => ({
    ...venue,
    id,
    kind: "session",
    room: 7,
    starts_at: new Date(at(from)).toISOString(),
    ends_at: new Date(at(until)).toISOString(),
  });
  made.list.facts.checkpoints.push(session(2, "09:00", "10:40"), session(3, "10:40", "12:00"));
  made.list.facts.phone.room = { id: 7, name: { en: "Room B" } };
  assert.equal(made.list.place.id, 2);
  made.now = at("10:45");
  assert.equal(made.list.place.id, 3);
  assert.equal((await made.door.take(code("K7QM2"), "camera")).checkpoint, 3);
});

test("a door that asks for a seat opens for those who have one", async () => {
  const people = [person("K7QM2", 1, { sessions: [5] }), person("9TCBR", 2, { sessions: [6] })];
  const made = await prepared({ people, place: { kind: "session", session: 5 } });
  assert.equal((await made.door.take(code("K7QM2"), "camera")).verdict, "admitted");
  assert.equal((await made.door.take(code("9TCBR"), "camera")).verdict, "wrong_checkpoint");
});
