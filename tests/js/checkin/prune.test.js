import assert from "node:assert/strict";
import { test } from "node:test";

import { stale } from "../../../static/checkin/prune.js";
import { code, NINE, person, phone, whole } from "./phone.js";

const DAY = 24 * 3_600_000;
const PEOPLE = [person("K7QM2", 1), person("9TCBR", 2)];
const IN = (attendee) => ({
  attendee,
  checkpoint: 1,
  entered_at: new Date(NINE).toISOString(),
  last_at: new Date(NINE).toISOString(),
  door: "A",
  inside: true,
});

/** A phone out of contact, with a list on which so many are in. */
async function prepared(...inside) {
  const answer = whole(PEOPLE);
  answer.changes.admissions = inside.map(IN);
  const made = await phone(() => answer).start();
  await made.sync.exchange();
  made.sync.heardAt = null;
  return made;
}

/** The server has heard of a scan, long ago. */
const acknowledge = (made, ...scans) => {
  for (const scan of scans) {
    const heard = { ...made.list.scans.get(scan.id), told_at: NINE };
    delete heard.waiting;
    made.list.add(heard);
  }
};

/** Enough scans that wait for nothing, so that none of those before is among the last. */
async function busy(made) {
  for (let n = 0; n < 100; n++) acknowledge(made, await made.door.take("no ticket", "camera"));
}

const kinds = (made, at) => stale(made.list, at).map(({ kind, serial }) => `${kind} ${serial}`.trim());

test("what was acknowledged long ago goes, and the person is in all the same", async () => {
  const made = await prepared(1);
  const scan = await made.door.take(code("K7QM2"), "camera");
  acknowledge(made, scan);
  await busy(made);
  assert.deepEqual(kinds(made, NINE + DAY - 1), []);
  const old = stale(made.list, NINE + 2 * DAY);
  assert.deepEqual(
    old.map(({ id }) => id),
    [scan.id],
  );
  made.list.drop(old);
  assert.equal((await made.door.take(code("K7QM2"), "camera")).verdict, "already_admitted");
});

test("one that waits never goes, nor one whose person the server has not told yet", async () => {
  const made = await prepared();
  await made.door.take(code("K7QM2"), "camera");
  acknowledge(made, await made.door.take(code("9TCBR"), "camera"));
  await busy(made);
  assert.deepEqual(kinds(made, NINE + 2 * DAY), []);
});

test("what was taken back goes together with what takes it back, and not while that waits", async () => {
  const made = await prepared();
  const scan = await made.door.take(code("K7QM2"), "camera");
  const undo = await made.door.undo(scan);
  acknowledge(made, scan);
  await busy(made);
  assert.deepEqual(kinds(made, NINE + 2 * DAY), []);
  acknowledge(made, undo);
  assert.deepEqual(kinds(made, NINE + 2 * DAY), ["entry K7QM2", "undo K7QM2"]);
  made.list.drop(stale(made.list, NINE + 2 * DAY));
  assert.equal((await made.door.take(code("K7QM2"), "camera")).verdict, "admitted");
});

test("the last hundred stay, so that numbers go on from the highest", async () => {
  const made = await prepared(1);
  await busy(made);
  await busy(made);
  assert.equal(stale(made.list, NINE + 2 * DAY).length, 100);
});
