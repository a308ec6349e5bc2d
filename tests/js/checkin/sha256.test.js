import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";

import { hmac, sha256 } from "../../../static/checkin/sha256.js";

const bytes = (length) => Uint8Array.from({ length }, (_, n) => (n * 89 + length) & 255);

test("digests are those of another program, at every length around a block", () => {
  for (let length = 0; length < 200; length++) {
    assert.deepEqual(Buffer.from(sha256(bytes(length))), createHash("sha256").update(bytes(length)).digest());
  }
});

test("so are authentication codes, with keys shorter and longer than a block", () => {
  for (const length of [0, 1, 32, 63, 64, 65, 130]) {
    const expected = createHmac("sha256", bytes(length)).update(bytes(77)).digest();
    assert.deepEqual(Buffer.from(hmac(bytes(length), bytes(77))), expected);
  }
});
