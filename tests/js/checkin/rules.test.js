import assert from "node:assert/strict";
import { test } from "node:test";

import { decide, direction, fold, GREEN, kindAt, TONES } from "../../../static/checkin/rules.js";
import { isGenuine, read } from "../../../static/checkin/ticket.js";
import { key, table } from "./cases.js";

const CASES = table("admission");
const KEY = key(CASES.door_key);

const instant = (text) => (text === null ? null : Date.parse(text));
const stateOf = (facts) => ({
  enteredAt: instant(facts.entered_at),
  lastAt: instant(facts.last_at),
  door: facts.door,
  isInside: facts.inside,
  companions: facts.companions || 0,
});

for (const changed of CASES.decide) {
  test(`decide: ${changed.name}`, () => {
    const facts = { ...CASES.decide_defaults, ...changed };
    const reading = read(facts.text);
    const question = {
      reading,
      isGenuine: reading !== null && isGenuine(KEY, reading),
      method: facts.method,
      direction: facts.direction,
      at: instant(facts.at),
      isElsewhere: facts.elsewhere,
      adds: facts.adds,
    };
    const { holder, place } = facts;
    const verdict = decide(
      question,
      holder && {
        serial: holder.serial,
        status: holder.status,
        ticketType: holder.ticket_type,
        sessions: holder.sessions || [],
      },
      stateOf(facts.state),
      {
        policy: place.policy,
        opensAt: instant(place.opens_at),
        closesAt: instant(place.closes_at),
        periods: place.periods.map(instant),
        ticketTypes: place.ticket_types,
        session: place.session || null,
      },
      { hasContact: facts.contact, unlistedAdmission: facts.unlisted_admission },
    );
    assert.equal(verdict, changed.expect);
  });
}

function shuffled(list, seed) {
  const ranks = list.map((item, n) => [Math.sin(seed * 97 + n * 31), item]);
  return ranks.sort((one, other) => one[0] - other[0]).map(([, item]) => item);
}

for (const { name, policy, periods, scans, expect } of CASES.fold) {
  test(`fold: ${name}, in any order`, () => {
    const all = scans.map((changed) => {
      const facts = { ...CASES.scan_defaults, ...changed };
      return { ...facts, at: instant(facts.at), isSetAside: facts.set_aside };
    });
    for (let seed = 0; seed < 5; seed++) {
      const found = fold(seed ? shuffled([...all, ...all], seed) : all, policy, periods.map(instant));
      assert.deepEqual(found, { state: stateOf(expect), disputes: expect.disputes });
    }
  });
}

test("every verdict has a tone, and the green ones pass", () => {
  assert.deepEqual(new Set(CASES.decide.map((one) => one.expect)), new Set(Object.keys(TONES)));
  assert.deepEqual(
    Object.keys(TONES)
      .filter((verdict) => TONES[verdict] === "green")
      .sort(),
    [...GREEN].sort(),
  );
});

test("a plain reading means what the checkpoint is for", () => {
  for (const [checkpoint, way, kind] of [
    ["venue", "entry", "entry"],
    ["session", "exit", "exit"],
    ["distribution", "entry", "given"],
    ["distribution", "exit", "given_back"],
  ]) {
    assert.equal(kindAt(checkpoint, way), kind);
    assert.equal(direction(kind), way);
  }
});
