import assert from "node:assert/strict";
import { test } from "node:test";

import { isGenuine, read, spoken } from "../../../static/checkin/ticket.js";
import { key, table } from "./cases.js";

const CODES = table("codes");

for (const { name, text, reading, genuine } of CODES.cases) {
  test(`code: ${name}`, () => {
    const found = read(text);
    assert.deepEqual(found, reading);
    if (found) assert.equal(isGenuine(key(CODES.door_key), found), genuine);
  });
}

test("a short code is said in two groups", () => {
  assert.equal(spoken("K7QM2XVD4P9RT"), "K7QM-2XVD");
});
