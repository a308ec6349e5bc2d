// The tables that Python's rules pass too.

import { readFileSync } from "node:fs";

export function table(name) {
  return JSON.parse(readFileSync(new URL(`../../cases/${name}.json`, import.meta.url), "utf-8"));
}

export function key(hexadecimal) {
  return Uint8Array.from(Buffer.from(hexadecimal, "hex"));
}
