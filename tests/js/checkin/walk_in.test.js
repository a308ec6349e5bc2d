import assert from "node:assert/strict";
import { test } from "node:test";

import { encode } from "../../../static/checkin/vendor/uqr-0.1.3/uqr.mjs";
import { drawn, freeSeats, isOffered, letIn, nameless, register, stops } from "../../../static/checkin/walk_in.js";
import { table } from "./cases.js";
import { code, NINE, person, phone, quiet, whole } from "./phone.js";

const CODES = ["ZZZZ0", "ZZZZ1", "ZZZZ2"].map((serial) => code(serial) + "TA1LS");
const AWA = { name: " Awa  Kéïta ", sex: "female", age_band: "25-35", town: "Kayes" };

/** A phone that has its list and three codes; what happens to requests after that is `server`'s. */
async function prepared(server = () => "lost", options = {}) {
  let first = true;
  const more = { codes: CODES, walk_in_type: 1, places: { capacity: 50, taken: 49 } };
  const made = await phone((path, sent) => {
    if (!first) return server(path, sent);
    first = false;
    return { ...whole([person("K7QM2", 1, { town: "Ségou" })], options), ...more };
  }).start();
  await made.sync.exchange();
  made.sync.heardAt = null;
  return made;
}

for (const { name, rule, places, waiting, stops: expected } of table("full_house").cases) {
  test(`full house: ${name}`, () => assert.equal(stops(rule, places, waiting), expected));
}

test("without a network somebody registers, is found by name and by code, and came in once", async () => {
  const { door, list, store } = await prepared();
  const scan = await register(door, AWA);
  assert.deepEqual(
    [scan.kind, scan.verdict, scan.waiting, CODES.includes(scan.input)],
    ["walk_in", "admitted", 1, true],
  );
  assert.deepEqual(scan.walk_in, { name: "Awa Kéïta", sex: "female", age_band: "25-35", town: "Kayes" });
  assert.equal((await store.waiting(9)).length, 1);
  assert.deepEqual(
    list.find("keita kayes").map((row) => row.serial),
    [scan.serial],
  );
  assert.equal((await door.take(scan.input.slice(0, 8), "typed")).verdict, "already_admitted");
  assert.deepEqual([list.newcomers, list.uncounted, list.codes.length], [1, 1, 2]);
  assert.equal(freeSeats(list.facts.places, list.newcomers), 0);
});

test("a code is given once, also after the page was opened again and when the server sends it once more", async () => {
  const made = await prepared((_path, { scans }) => (scans.length ? { ...quiet([]), codes: CODES } : quiet([])));
  const first = await register(made.door, AWA);
  const again = await phone((_path, sent) => ({ ...quiet(sent.scans), codes: CODES }), { store: made.store }).start();
  assert.equal(again.list.codes.includes(first.input), false);
  await again.sync.exchange();
  assert.equal(again.list.codes.includes(first.input), false);
  const others = [await register(again.door, AWA), await register(again.door, AWA)];
  assert.equal(new Set([first, ...others].map((scan) => scan.input)).size, 3);
});

test("without a code somebody comes in all the same", async () => {
  const { door, list } = await prepared();
  for (const _code of CODES) await register(door, AWA);
  const scan = await register(door, { name: "Bintou", sex: "", age_band: "", town: "" });
  assert.deepEqual([scan.input, scan.serial, scan.walk_in.sex], ["", "", null]);
  assert.equal(list.newcomers, 4);
});

test("a code that somebody else's list row has is given to nobody", async () => {
  const news = quiet([]);
  news.changes.attendees = [person("ZZZZ1", 9)];
  const made = await prepared(() => news);
  await made.sync.exchange();
  assert.deepEqual(made.list.codes, [CODES[0], CODES[2]]);
});

test("what is sent has four fields; heard of, the name is forgotten and the server's row stands", async () => {
  let sent = null;
  const made = await prepared((_path, body) => {
    if (!body.scans.length) return quiet([]);
    sent = body;
    const answer = quiet(body.scans);
    const [{ input }] = body.scans;
    answer.changes.attendees = [person(input.slice(0, 5), 7, { name: "Awa Kéïta", town: "Kayes" })];
    return answer;
  });
  const scan = await register(made.door, AWA);
  await made.sync.exchange();
  assert.deepEqual([sent.codes, sent.scans[0].walk_in, sent.scans[0].input], [2, scan.walk_in, scan.input]);
  assert.equal((await made.store.load()).scans[0].walk_in, undefined);
  assert.deepEqual(
    made.list.find("awa").map((row) => row.id),
    [7],
  );
  assert.equal(made.list.newcomers, 0);
});

test("a walk-in that is taken back is found no more, and its code opens nothing", async () => {
  const { door, list } = await prepared();
  const scan = await register(door, AWA);
  await door.undo(scan);
  assert.deepEqual([list.find("awa"), list.newcomers, list.codes.length], [[], 0, 2]);
  assert.equal((await door.take(scan.input, "camera")).verdict, "cancelled");
});

test("where nobody is registered any more somebody is let in with a reason", async () => {
  const { door } = await prepared();
  const scan = await letIn(door, "A minister");
  assert.deepEqual([scan.kind, scan.input, scan.reason], ["let_in", "", "A minister"]);
});

test("people register where one goes in", async () => {
  const { list } = await prepared();
  assert.equal(isOffered(list), true);
  assert.equal(isOffered((await prepared(() => "lost", { place: { kind: "distribution" } })).list), false);
  list.facts.phone.direction = "exit";
  assert.equal(isOffered(list), false);
});

test("codes stay while a long list comes in pages", async () => {
  const pages = [
    { ...whole([person("AAAAA", 1)], { more: true, cursor: "9:AAAAA" }), codes: CODES },
    whole([person("BBBBB", 2)], { event: false, cursor: "9" }),
  ];
  const made = await phone(() => pages.shift()).start();
  await made.sync.exchange();
  await made.sync.exchange();
  assert.equal(made.asked[1].sent.codes, 3);
  assert.deepEqual(made.list.codes, CODES);
});

test("codes of another event are no use", async () => {
  const made = await prepared(() => ({ ...whole([]), epoch: "another", at: NINE }));
  await made.sync.exchange();
  assert.deepEqual([made.list.codes, drawn([]), drawn(CODES, () => 0.999)], [[], null, CODES[2]]);
});

test("what is sent after names had to be forgotten says that somebody came in", async () => {
  const { door } = await prepared();
  const left = nameless(await register(door, AWA));
  assert.deepEqual([left.kind, left.walk_in, left.waiting], ["let_in", undefined, 1]);
});

test("the square is of version 3 and corrected as much as that holds", () => {
  const { version, size } = encode("HTTPS://FORUM.CULTURE-PATRIMOINE.ML/T/" + CODES[0], {
    ecc: "L",
    boostEcc: true,
    border: 0,
  });
  assert.deepEqual([version, size], [3, 29]);
});
