// Finding somebody by name at the door, however it is spelt: the best first.

import { isClose, searchKey } from "./names.js";

/** Letters of a word that is found in the middle of others and over gaps too: `Cheickoumar` in `Cheick Oumar`. */
const LONG = 5;

/** How well a word fits: 0 best, 4 worst, and what does not fit at all. */
const [WHOLE, BEGINNING, SAME_START, INSIDE, CLOSE, NOT] = [0, 1, 2, 3, 4, Infinity];

/**
 * What the search compares of a person; made once when the list arrives.
 *
 * @param {{name: string, hints?: string[]}} person hints: town, organization, the last two digits of the telephone
 */
export function indexed(person) {
  const key = searchKey(person.name);
  const hints = (person.hints || []).filter(Boolean).map((hint) => searchKey(hint) || hint);
  return { person, words: key.split(" "), joined: key.replace(/ /g, ""), hints };
}

/**
 * The people whom a search means, best first. Each word has to fit a word of the name, or a hint.
 *
 * @param {ReturnType<typeof indexed>[]} people
 * @param {string} typed
 * @param {number} most how many are wanted
 * @returns {object[]} the persons
 */
export function search(people, typed, most = 20) {
  const asked = searchKey(typed).split(" ").filter(Boolean);
  if (!asked.length) return [];
  const found = [];
  for (const one of people) {
    const rank = total(asked, one);
    if (rank !== NOT) found.push({ rank, spare: Math.abs(one.words.length - asked.length), one });
  }
  found.sort((a, b) => a.rank - b.rank || a.spare - b.spare || compare(a.one.person.name, b.one.person.name));
  return found.slice(0, most).map(({ one }) => one.person);
}

function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

function total(asked, one) {
  let rank = 0;
  for (const word of asked) {
    rank += fit(word, one);
    if (rank === NOT) return NOT;
  }
  return rank;
}

function fit(word, { words, joined, hints }) {
  let best = NOT;
  for (const other of words) {
    if (other === word) return WHOLE;
    if (other.startsWith(word)) best = Math.min(best, BEGINNING);
    else if (other.length >= LONG && word.startsWith(other)) best = Math.min(best, SAME_START);
  }
  if (best !== NOT) return best;
  if (hints.some((hint) => hint === word || hint.split(" ").some((part) => part.startsWith(word)))) return BEGINNING;
  if (word.length >= LONG && joined.includes(word)) return INSIDE;
  return words.some((other) => isClose(word, other)) ? CLOSE : NOT;
}
