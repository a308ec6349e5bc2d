// Scans that wait, as a file that is handed in at the desk; eventapp/rules/hand_in.py reads it.
//
// It names nobody but people who registered here, and proves which phone wrote it: the key stays, and signs just this.

import { hmac } from "./sha256.js";
import { body } from "./sync.js";

const FORMAT = "eventapp-scans-1";

const bytes = (text) => new TextEncoder().encode(text);
const hexadecimal = (digest) => [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * @param {{id: number, hand_in: string}} phone
 * @param {object[]} scans
 * @returns {string} the file's text
 */
export function written(phone, scans) {
  const text = JSON.stringify(scans.map(body));
  const proof = hexadecimal(hmac(bytes(phone.hand_in), bytes(`${FORMAT}\n${phone.id}\n${text}`)));
  return JSON.stringify({ format: FORMAT, phone: phone.id, scans: text, proof });
}

/** Gives a text to the person as a file. */
export function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
