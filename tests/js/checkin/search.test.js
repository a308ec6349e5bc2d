import assert from "node:assert/strict";
import { test } from "node:test";

import { isClose } from "../../../static/checkin/names.js";
import { indexed, search } from "../../../static/checkin/search.js";
import { table } from "./cases.js";

const { same, different } = table("names");
const EVERYBODY = [...new Set([...same.map(([name]) => name), ...different.flat()])];
const PEOPLE = EVERYBODY.map((name) => indexed({ name }));

/** Of the pairs that are one name: found among the first three, by this search and by a LIKE for each word. */
const [FOUND, FOUND_BY_LIKE] = [268, 23];
/** The same among five thousand others, whose names are made of the words of these. */
const [FOUND_IN_CROWD, FOUND_IN_CROWD_BY_LIKE] = [268, 23];

function crowd(size) {
  const words = EVERYBODY.reduce((all, name) => [...all, ...name.split(" ")], []);
  const made = new Set();
  for (let n = 0; made.size < size; n++) {
    const other = n + 7 + 31 * Math.floor(n / words.length);
    made.add(`${words[n % words.length]} ${words[other % words.length]}`);
  }
  return [...made];
}

const names = (people) => people.map((person) => person.name);

function foundByLike(everybody) {
  const small = everybody.map((one) => one.toLowerCase());
  return same.filter(([name, typed]) => {
    const words = typed.toLowerCase().split(" ");
    const all = everybody.filter((_one, n) => words.every((word) => small[n].includes(word)));
    return all.slice(0, 3).includes(name);
  });
}

for (const [where, others, most, mostByLike] of [
  ["alone", [], FOUND, FOUND_BY_LIKE],
  ["among five thousand others", crowd(5_000), FOUND_IN_CROWD, FOUND_IN_CROWD_BY_LIKE],
]) {
  test(`somebody is among the first three however the name is spelt, in 95 of 100 cases, ${where}`, (t) => {
    const people = [...PEOPLE, ...others.map((name) => indexed({ name }))];
    const found = same.filter(([name, typed]) => names(search(people, typed, 3)).includes(name));
    const like = foundByLike([...EVERYBODY, ...others]);
    t.diagnostic(`found ${found.length} of ${same.length} pairs, LIKE ${like.length}`);
    assert.deepEqual([found.length, like.length], [most, mostByLike]);
    assert.ok(found.length >= same.length * 0.95);
  });
}

test("what is written alike stands before what is only close", () => {
  const people = ["Kadiatou Koné", "Awa Kané", "Bakary Koné", "Koné Bakary Traoré"].map((name) => indexed({ name }));
  assert.deepEqual(names(search(people, "kone bakary")), ["Bakary Koné", "Koné Bakary Traoré"]);
  assert.deepEqual(names(search(people, "koné")).slice(-1), ["Awa Kané"]);
});

test("a town, an organization or two digits of the telephone tell people of one name apart", () => {
  const people = [
    { name: "Oumar Traoré", hints: ["Kayes", "Lycée Askia", "18"] },
    { name: "Oumar Traoré", hints: ["Ségou", "", "65"] },
  ].map(indexed);
  for (const [typed, expected] of [
    ["umar traore segou", 1],
    ["traore 18", 0],
    ["oumar traoré askia", 0],
  ]) {
    assert.deepEqual(search(people, typed), [people[expected].person]);
  }
});

test("nothing is found for nothing, and never more than is wanted", () => {
  assert.deepEqual(search(PEOPLE, " - "), []);
  assert.equal(search(PEOPLE, "ko", 2).length, 2);
  assert.deepEqual(search(PEOPLE, "Zzyzx"), []);
});

test("a list of fifty thousand is searched without a mistake", () => {
  const many = Array.from({ length: 50_000 }, (_, n) => indexed({ name: `${EVERYBODY[n % EVERYBODY.length]} ${n}` }));
  assert.deepEqual(names(search(many, "Kulibali 48000", 1)).length, 1);
});

for (const [one, other, areClose] of [
  ["kulibali", "kulibzli", true],
  ["kulibali", "kulibli", true],
  ["kulibali", "kuliibali", true],
  ["kulibali", "kuilbali", true],
  ["kulibali", "kulibali", true],
  ["kulibali", "kulbaly", false],
  ["kulibali", "kuilabli", false],
  ["kone", "kane", true],
  ["ba", "ka", false],
]) {
  test(`${one} and ${other} are ${areClose ? "" : "not "}one slip of a finger apart`, () => {
    assert.equal(isClose(one, other), areClose);
    assert.equal(isClose(other, one), areClose);
  });
}
