// The ticket code, as eventapp/rules/ticket.py reads it: both pass tests/cases/codes.json.

import { hmac } from "./sha256.js";

export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SERIAL = 5;
const SHORT = 8;
const LENGTH = 13;
const IGNORED = /[\s\-\u001c-\u001f\u0085\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff]/g;
const SIGNS = /^[0-9A-HJKMNP-TV-Z]+$/;
const READ_AS = { O: "0", I: "1", L: "1" };

/**
 * Reads a whole code, a short code or a ticket link; host and rest of a link are ignored.
 *
 * @param {string} text what was typed, pasted or scanned
 * @returns {{serial: string, check: string, tail: string} | null} null if it holds no code
 */
export function read(text) {
  text = text.trim().toUpperCase();
  if (text.includes("/")) {
    // A link: the code follows /T/; without one, the last part of the path.
    const path = text.split("?", 1)[0].split("#", 1)[0].replace(/\/+$/, "");
    const at = path.lastIndexOf("/T/");
    text = at < 0 ? path.slice(path.lastIndexOf("/") + 1) : path.slice(at + 3).split("/", 1)[0];
    text = text.split(".", 1)[0];
  }
  const signs = text.replace(IGNORED, "").replace(/[OIL]/g, (sign) => READ_AS[sign]);
  if ((signs.length !== SHORT && signs.length !== LENGTH) || !SIGNS.test(signs)) return null;
  return { serial: signs.slice(0, SERIAL), check: signs.slice(SERIAL, SHORT), tail: signs.slice(SHORT) };
}

/** The three check signs: the first 15 bits of HMAC-SHA256 over the serial's five capitals. */
export function checkSigns(doorKey, serial) {
  const digest = hmac(
    doorKey,
    Uint8Array.from(serial, (sign) => sign.charCodeAt(0)),
  );
  const bits = ((digest[0] << 8) | digest[1]) >> 1;
  return ALPHABET[bits >> 10] + ALPHABET[(bits >> 5) & 31] + ALPHABET[bits & 31];
}

/** Whether the check signs are right. One blind guess in 32,768 is. */
export function isGenuine(doorKey, reading) {
  return checkSigns(doorKey, reading.serial) === reading.check;
}

/** The short code as it is printed and said: `K7QM-2XVD`. */
export function spoken(code) {
  return `${code.slice(0, 4)}-${code.slice(4, SHORT)}`;
}
