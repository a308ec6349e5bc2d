// Keys of names, as eventapp/rules/names.py makes them: both pass tests/cases/names.json.

import { SPELLINGS } from "./spellings.js";

const MAX_KEY = 600;
const TOGETHER = new RegExp(SPELLINGS.together, "g");
const RULES = SPELLINGS.spellings.map(([pattern, replacement]) => [new RegExp(pattern, "g"), replacement]);

const SHORTEST_CLOSE = 4;

function mapped(text, letters) {
  return [...text].map((sign) => (sign in letters ? letters[sign] : sign)).join("");
}

/** What `casefold` of Python makes of a text, for the letters in names. */
function small(text) {
  return text.toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ");
}

/** Lower case without accents, apostrophes and other marks; hyphens separate words. */
export function fold(text) {
  const visible = text
    .normalize("NFC")
    .replace(/[\s\u001c-\u001f\u0085]/g, " ")
    .replace(/\p{C}/gu, "");
  const plain = mapped(small(visible).normalize("NFKD"), SPELLINGS.letters);
  const words = plain.replace(/\p{M}/gu, "").replace(/['’ʼ‘`´]/g, "");
  return words.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

function spelt(word) {
  for (const [pattern, replacement] of RULES) word = word.replace(pattern, replacement);
  return word;
}

const SAME_NAME = {};
for (const [first, ...others] of SPELLINGS.one_name.map((line) => line.split(" "))) {
  for (const other of others) SAME_NAME[spelt(fold(other))] = spelt(fold(first));
}

/** People share their names: of fifty thousand only some hundred words are new. */
const known = new Map();
const MOST_KNOWN = 20_000;

function wordKey(word) {
  if (known.has(word)) return known.get(word);
  const key = spelt(word);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(word, SAME_NAME[key] || key);
  return known.get(word);
}

/**
 * What search compares: each word folded over accents, letters, scripts and spellings of the region.
 *
 * `Coulibaly`, `Koulibali` and `Kulubali` have one key. It is for finding; it never merges people.
 */
export function searchKey(text) {
  const latin = mapped(small(text).replace(/c(?=[ɛɔ])/g, "tch"), SPELLINGS.other_letters); // Bambara: Cɛmɔgɔ
  const words = fold(latin)
    .split(" ")
    .map((word) => SPELLINGS.arabic[word] || word);
  const keys = words.join(" ").replace(TOGETHER, "$1").split(" ").filter(Boolean).map(wordKey);
  return [...keys.join(" ")].slice(0, MAX_KEY).join("").trimEnd();
}

/** Whether two words of keys are one slip of a finger apart; short words are not compared: half of them are close. */
export function isClose(one, other) {
  if (Math.abs(one.length - other.length) > 1 || Math.min(one.length, other.length) < SHORTEST_CLOSE) return false;
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start++;
  const [a, b] = [one.slice(start), other.slice(start)];
  if (a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1)) return true;
  return a.length > 1 && a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
}
