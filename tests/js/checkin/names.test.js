import assert from "node:assert/strict";
import { test } from "node:test";

import { searchKey } from "../../../static/checkin/names.js";
import { table } from "./cases.js";

const KEYS = table("name_keys");

for (const [name, key] of KEYS.keys) {
  test(`key of ${name}`, () => {
    assert.equal(searchKey(name), key);
  });
}
