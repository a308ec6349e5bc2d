import assert from "node:assert/strict";
import { test } from "node:test";

import { check, health } from "../../../static/checkin/ready.js";

const t = (text, values = {}) => text.replace(/%\((\w+)\)s/g, (_whole, name) => values[name]);
const GOOD = {
  list: { have: 41, total: 41, isWhole: true },
  isSecure: true,
  isKept: true,
  camera: { isThere: true, wasOn: true },
  reads: true,
  isPersisted: true,
  offset: -2_000,
  sound: { isThere: true, wasHeard: true },
  isAwake: true,
};
const of = (name, facts) => check({ ...GOOD, ...facts }, t).find((line) => line.name === name);

test("a phone on which all works is ready, and says so to the organizer", () => {
  const lines = check(GOOD, t);
  assert.deepEqual(new Set(lines.map(({ state }) => state)), new Set(["done"]));
  assert.deepEqual(health(lines), {
    list_complete: true,
    offline: true,
    camera: true,
    decoder: true,
    storage: true,
    clock: true,
    sound: true,
    awake: true,
  });
  assert.equal(of("list_complete").note, "41 of 41 tickets are here.");
});

for (const [name, facts, state] of [
  ["list_complete", { list: { have: 20, total: 41, isWhole: false } }, "open"],
  ["list_complete", { list: { have: 0, total: 0, isWhole: false } }, "open"],
  ["offline", { isKept: null }, "open"],
  ["offline", { isKept: false }, "failed"],
  ["offline", { isSecure: false, isKept: true }, "failed"],
  ["camera", { camera: { isThere: true, wasOn: false } }, "open"],
  ["camera", { camera: { isThere: false, wasOn: false } }, "failed"],
  ["decoder", { reads: null }, "open"],
  ["decoder", { reads: false }, "failed"],
  ["storage", { isPersisted: null }, "failed"],
  ["clock", { offset: undefined }, "open"],
  ["clock", { offset: 7_200_000 }, "failed"],
  ["sound", { sound: { isThere: true, wasHeard: false } }, "open"],
  ["sound", { sound: { isThere: false, wasHeard: false } }, "failed"],
  ["awake", { isAwake: false }, "failed"],
]) {
  test(`what is missing says what to do: ${name} ${state} ${JSON.stringify(facts)}`, () => {
    const line = of(name, facts);
    assert.equal(line.state, state);
    assert.ok(line.note.length > 10);
    assert.equal(health([line])[name], { open: null, failed: false }[state]);
  });
}
