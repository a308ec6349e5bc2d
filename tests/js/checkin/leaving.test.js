// A phone that waits for the organizer, one that leaves, and one that was ended: through the real list and sync.

import assert from "node:assert/strict";
import { test } from "node:test";

import { written } from "../../../static/checkin/hand_in.js";
import { table } from "./cases.js";
import { code, MemoryStore, person, phone, quiet, whole } from "./phone.js";

const ADA = person("K7QM2", 1);
const PHONE = { id: 7, hand_in: "key", name: "A", checkpoint: 1, door: "A", direction: "entry" };

/** A phone with a list, out of contact; what happens to its further requests is `server`'s. */
async function prepared(server, store = new MemoryStore()) {
  let first = true;
  const made = await phone(
    (path, sent) => {
      if (!first) return server(path, sent);
      first = false;
      return whole([ADA], { phone: PHONE });
    },
    { store },
  ).start();
  await made.sync.exchange();
  made.sync.heardAt = null;
  return made;
}

const told = (sent) => sent.scans.map(({ id }) => ({ id, verdict: "admitted", conflict: false }));
const over = (sent) => ({ server_time: "2026-12-18T09:00:00Z", results: told(sent), revoked: true });

for (const one of table("hand_in")) {
  test(`a file proves who wrote it: ${one.phone}`, () => {
    const file = JSON.parse(written({ id: one.phone, hand_in: one.key }, JSON.parse(one.scans)));
    assert.equal(file.phone, one.phone);
    if (file.scans === one.scans) assert.equal(file.proof, one.proof);
    else assert.fail(`${file.scans} is not written as ${one.scans}`);
  });
}

test("a phone that waits for the organizer holds nothing until it may begin", async () => {
  const store = new MemoryStore();
  let waits = true;
  const made = await phone(
    (_path, sent) =>
      waits ? { server_time: "2026-12-18T09:00:00Z", results: [], waits: true, phone: { name: "Awa" } } : whole([ADA]),
    { store },
  ).start();
  await made.sync.exchange();
  assert.deepEqual([made.list.facts.waits, made.list.facts.name, made.list.place], [true, "Awa", null]);
  waits = false;
  await made.sync.exchange();
  assert.deepEqual([made.list.facts.waits, made.list.place.id], [false, 1]);
});

test("a phone that is prepared for another event and waits there forgets the list of the first", async () => {
  const made = await prepared(() => ({
    server_time: "2026-12-18T09:00:00Z",
    results: [],
    waits: true,
    phone: { name: "Awa" },
  }));
  await made.sync.exchange();
  assert.equal(made.list.bySerial.size, 0);
  assert.equal(made.store.rows.attendees.size, 0);
});

test("a phone that leaves delivers what waits with its last request, and holds nothing after it", async () => {
  const made = await prepared((_path, sent) => (sent.leaving ? over(sent) : quiet(sent.scans)));
  await made.door.take(code("K7QM2"), "camera");
  await made.store.remember({ leaving: true });
  made.list.load(await made.store.load());
  await made.sync.exchange();
  const [last] = made.asked.slice(-1);
  assert.deepEqual([last.sent.leaving, last.sent.scans.length], [true, 1]);
  assert.deepEqual([made.sync.isEnded, made.store.facts, made.store.scans.size], [true, { ended: true }, 0]);
});

test("a phone revoked with more than one request's worth of scans loses none, and wipes itself", async () => {
  const seen = new Set();
  const made = await prepared((_path, sent) => {
    for (const { id } of sent.scans) seen.add(id);
    return over(sent);
  });
  for (let n = 0; n < 620; n++) await made.door.take(code("K7QM2"), "camera");
  while (!made.sync.isEnded) {
    await made.sync.exchange();
    assert.equal(made.store.rows.attendees.size, 0);
    if (made.list.waiting) assert.deepEqual(made.store.facts, { ended: true, sender: { id: 7, hand_in: "key" } });
  }
  assert.deepEqual([seen.size, made.store.scans.size, made.store.facts], [620, 0, { ended: true }]);
});
