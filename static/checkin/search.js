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
  const parts = hints.reduce((all, hint) => [...all, ...hint.split(" ")], []);
  return { person, words: key.split(" "), joined: key.replace(/ /g, ""), hints: parts };
}

/**
 * The people whom a search means, best first. Each word has to fit a word of the name, or a hint.
 *
 * @param {Iterable<ReturnType<typeof indexed>>} people
 * @param {string} typed
 * @param {number} most how many are wanted
 * @returns {object[]} the persons
 */
export function search(people, typed, most = 20) {
  const asked = searchKey(typed).split(" ").filter(Boolean);
  if (!asked.length) return [];
  const fits = asked.map((word) => ({ word, known: new Map() }));
  const best = [];
  for (const one of people) {
    const rank = total(fits, one);
    if (rank === NOT) continue;
    const found = { rank, spare: Math.abs(one.words.length - asked.length), one };
    if (best.length === most && !isBefore(found, best[most - 1])) continue;
    let at = best.length;
    while (at > 0 && isBefore(found, best[at - 1])) at--;
    best.splice(at, 0, found);
    if (best.length > most) best.pop();
  }
  return best.map(({ one }) => one.person);
}

function isBefore(a, b) {
  return (a.rank - b.rank || a.spare - b.spare || compare(a.one.person.name, b.one.person.name)) < 0;
}

function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

function total(fits, one) {
  let rank = 0;
  for (const { word, known } of fits) {
    rank += fit(word, one, known);
    if (rank === NOT) return NOT;
  }
  return rank;
}

/** `known`: how well other words fit this one; people share their names, so each is compared once in a search. */
function fit(word, { words, joined, hints }, known) {
  let best = NOT;
  for (const other of words) best = Math.min(best, comparison(word, other, known));
  if (best < INSIDE) return best;
  if (hints.some((part) => part.startsWith(word))) return BEGINNING;
  if (word.length >= LONG && joined.includes(word)) return INSIDE;
  return best;
}

function comparison(word, other, known) {
  let found = known.get(other);
  if (found === undefined) known.set(other, (found = compared(word, other)));
  return found;
}

function compared(word, other) {
  if (other === word) return WHOLE;
  if (other.startsWith(word)) return BEGINNING;
  if (other.length >= LONG && word.startsWith(other)) return SAME_START;
  return isClose(word, other) ? CLOSE : NOT;
}
