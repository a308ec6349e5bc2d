// Where a phone stands: whose word about a window counts, which session a room's phone turns to, and when an entrance
// stays open longer. As eventapp/rules/checkpoint.py has it: both pass tests/cases/places.json.
//
// Pure: facts and a time in, an answer out. Instants are milliseconds since 1970, or null.

/** How long before a session a phone at its room turns to it, if the one before is over by then. */
const TURNS_BEFORE = 15 * 60 * 1000;

const MINUTES = { half_hour: 30, hour: 60 };

/** The word about a window that counts, by time and then by id, whatever the order in which they came; or null. */
export function latest(words) {
  return words.reduce(
    (last, word) => (last === null || word.at > last.at || (word.at === last.at && word.id > last.id) ? word : last),
    null,
  );
}

/**
 * The checkpoint that a phone at a room serves now; null if no session with a door takes place there.
 *
 * @param slots [{checkpoint, room, startsAt, endsAt}]
 */
export function served(slots, room, now) {
  const here = slots
    .filter((slot) => slot.room === room)
    .sort((a, b) => a.startsAt - b.startsAt || a.endsAt - b.endsAt || a.checkpoint - b.checkpoint);
  if (!here.length) return null;
  let chosen = here[0];
  let busyUntil = -Infinity;
  for (const slot of here) {
    if (Math.min(slot.startsAt, Math.max(slot.startsAt - TURNS_BEFORE, busyUntil)) <= now) chosen = slot;
    busyUntil = Math.max(busyUntil, slot.endsAt);
  }
  return chosen.checkpoint;
}

/**
 * The window that a wish (`open`, `half_hour`, `hour`, `until`) makes of this one, whole: {opensAt, closesAt}; null for
 * an end that is not ahead.
 */
export function wished(wish, { opensAt, closesAt }, now, until = null) {
  const ahead = closesAt !== null && closesAt > now;
  if (wish === "open") return { opensAt: now, closesAt: ahead ? closesAt : null };
  const begins = opensAt === null || opensAt <= now ? opensAt : now;
  if (wish === "until") return until !== null && until > now ? { opensAt: begins, closesAt: until } : null;
  return { opensAt: begins, closesAt: (ahead ? closesAt : now) + MINUTES[wish] * 60 * 1000 };
}

/** A time of day ("18:30") as the next such moment on the clocks of a zone; null for what is none. */
export function nextAt(text, now, timeZone) {
  const read = /^([01]?\d|2[0-3]):([0-5]\d)/.exec(text);
  if (!read) return null;
  const parts = new Intl.DateTimeFormat("en", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    .formatToParts(new Date(now))
    .reduce((all, { type, value }) => ({ ...all, [type]: Number(value) }), {});
  const day = 24 * 60;
  const ahead = (Number(read[1]) * 60 + Number(read[2]) - parts.hour * 60 - parts.minute + day) % day;
  return Math.floor(now / 60_000) * 60_000 + (ahead || day) * 60_000;
}

const instant = (text) => (text ? Date.parse(text) : null);
const iso = (at) => (at === null ? null : new Date(at).toISOString());

/** The slots of checkpoints as the server sends them; a closed one has none. */
export function slotsOf(checkpoints) {
  return checkpoints
    .filter((one) => one.room && one.starts_at && one.ends_at && !one.closed_at)
    .map((one) => ({
      checkpoint: one.id,
      room: one.room,
      startsAt: instant(one.starts_at),
      endsAt: instant(one.ends_at),
    }));
}

/**
 * A checkpoint with the window that holds: what the server knew, or a later word of this phone.
 *
 * @param place as the server sends it
 * @param words [{id, checkpoint, opens_at, closes_at, at}] of this phone
 */
export function withWords(place, words) {
  const own = latest(words.filter((word) => word.checkpoint === place.id && !word.error));
  const known = place.window ? instant(place.window.changed_at) : -Infinity;
  if (!own || own.at < known || (own.at === known && !own.waiting)) return place;
  const ends = [own.closes_at, place.closed_at].filter(Boolean).map(instant);
  return {
    ...place,
    opens_at: own.opens_at,
    closes_at: ends.length ? iso(Math.min(...ends)) : null,
    window: { changed_at: iso(own.at), by: "", isOwn: true },
  };
}

/** The words of this phone that still matter: those that wait, and those that the list does not show yet. */
export function stillNeeded(words, checkpoints) {
  return words.filter((word) => {
    const place = checkpoints.find((one) => one.id === word.checkpoint);
    const known = place && place.window ? instant(place.window.changed_at) : -Infinity;
    return word.waiting || (place && !word.error && known < word.at);
  });
}
