// An answer as people at the door read it: the headline, whose ticket, why, and what to do next.

import { TONES } from "./rules.js";

/** Words in the reader's language, from what the page brought along; `%(name)s` stands for a value. */
export function speaker(words) {
  return (text, values = {}) =>
    (words[text] || text).replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? values[name] : whole));
}

/** A text per language as the reader has it, else in the first language there is. */
export function picked(texts, language) {
  return texts ? texts[language] || Object.values(texts).find(Boolean) || "" : "";
}

const TITLES = {
  mistyped: "Read it again",
  wrong_event: "Another event",
  unknown: "Unknown",
  revoked: "Old ticket",
  cancelled: "Cancelled",
  not_confirmed: "No place yet",
  wrong_checkpoint: "Another entrance",
  too_early: "Too early",
  too_late: "Too late",
  already_admitted: "Already in",
  not_inside: "Was not inside",
  back_again: "Welcome back",
  left: "Goodbye",
  admitted_unlisted: "Welcome",
  admitted: "Welcome",
};

/** Where something is handed out, as far as it is said otherwise. */
const GIFTS = {
  already_admitted: "Already given",
  not_inside: "Was not given",
  back_again: "Given",
  left: "Handed back",
  admitted_unlisted: "Given",
  admitted: "Given",
};

const NEXT = {
  mistyped: "Read the code again",
  unknown: "Read it again, or to the help desk",
  revoked: "Ask for the newer one, or to the help desk",
  too_early: "Please wait, or let in anyway",
  too_late: "To the help desk, or let in anyway",
  already_admitted: "Another person, or to the help desk",
  not_inside: "Ask by which entrance they came",
  wrong_event: "To the help desk",
  cancelled: "To the help desk",
  not_confirmed: "To the help desk",
  wrong_checkpoint: "To the help desk",
};

/**
 * @param {object} scan a scan of this phone
 * @param {object} list
 * @param {{t: Function, language: string}} reader
 * @returns {{tone, title, name, courtesy, companions, type, photo, note, protocol, why, next, isUndone}} courtesy: how a
 *   personality is addressed; note: what the team wrote down for the door; protocol: who wants to hear of the arrival
 */
export function explain(scan, list, { t, language }) {
  const row = list.holderOf(scan);
  const type = list.typeOf(row);
  const place = list.placeOf(scan.checkpoint);
  const isGift = Boolean(place && place.kind === "distribution");
  const about = {
    isGift,
    name: (row && row.name) || (scan.walk_in && scan.walk_in.name) || "",
    courtesy: row ? [row.title, row.function].filter(Boolean).join(", ") : "",
    companions: scan.companions ? t("Companions: %(n)s", { n: scan.companions }) : "",
    note: (row && row.note) || "",
    protocol: row && row.personality ? t("To the protocol desk") : "",
    type: type ? picked(type.name, language) : "",
    photo: row && row.photo === false ? t("no photographs") : "",
  };
  if (list.undone.has(scan.id)) {
    return {
      ...about,
      tone: "amber",
      title: t("Taken back"),
      why: t("This entry does not count any more."),
      next: "",
      isUndone: true,
    };
  }
  if (scan.kind === "let_in") {
    return {
      ...about,
      tone: "green",
      title: isGift ? t("Given all the same") : t("Let in all the same"),
      why: t("Against the answer; the organizer sees it."),
      next: "",
    };
  }
  const verdict = scan.verdict || scan.answer || "unknown";
  return {
    ...about,
    tone: TONES[verdict],
    isOutside: verdict === "too_early" || verdict === "too_late",
    title: t((isGift && GIFTS[verdict]) || TITLES[verdict]),
    why: why(verdict, scan, row, list, { t, language }),
    next: NEXT[verdict] ? t(NEXT[verdict]) : "",
  };
}

function why(verdict, scan, row, list, { t, language }) {
  const place = list.placeOf(scan.checkpoint) || {};
  const when = (at) => moment(at, list.facts.event.timezone, language);
  switch (verdict) {
    case "mistyped":
      return t("A sign is wrong or missing: eight signs, such as %(code)s.", { code: "K7QM‑2XVD" });
    case "wrong_event":
      return t("This ticket is for another event.");
    case "unknown":
      return t("This is no ticket of this event.");
    case "revoked":
      return t("A newer ticket exists.");
    case "cancelled":
      return row && row.since ? t("The place was given back or cancelled on %(day)s.", { day: when(row.since) }) : "";
    case "not_confirmed":
      return t(
        {
          waitlisted: "On the waiting list.",
          pending: "Not decided yet.",
          offered: "Was offered a place, has not taken it yet.",
        }[row.status] || "Invited, has not answered yet.",
      );
    case "wrong_checkpoint":
      return otherDoor(row, place, list, { t, language });
    case "too_early":
      // Once it was opened early, the time it would have opened is past.
      return place.opens_at ? t("Opens: %(when)s.", { when: when(place.opens_at) }) : "";
    case "too_late":
      return place.closes_at ? t("This entrance is closed since: %(when)s.", { when: when(place.closes_at) }) : "";
    case "already_admitted": {
      const before = row && row.id ? list.entryBefore(row, scan) : null;
      if (!before) return "";
      const facts = { time: when(before.at), door: before.door };
      return before.door ? t("At %(time)s, %(door)s.", facts) : t("At %(time)s.", facts);
    }
    case "not_inside":
      return t("Noted. Nothing is taken off the count.");
    case "admitted_unlisted":
      return t("The ticket is genuine, but not on the list yet.");
    default:
      return "";
  }
}

/** Why a ticket does not open an entrance; at a session's door also in which sessions the person has a seat. */
function otherDoor(row, place, list, { t, language }) {
  const opens = row && (!place.types || !place.types.length || place.types.includes(row.type));
  if (!place.session || !opens) return t("This ticket does not open this entrance.");
  const names = (list.facts.checkpoints || [])
    .filter((one) => one.session && !one.closed_at && (row.sessions || []).includes(one.session))
    .map((one) => picked(one.name, language));
  if (!names.length) return t("No seat in this session.");
  return t("No seat in this session, but in: %(names)s.", { names: names.join(", ") });
}

/** The time of day on the event's clocks; with the day, if that is not today. */
export function moment(at, timeZone, language) {
  const show = (options, date) => new Intl.DateTimeFormat(language, { timeZone, ...options }).format(date);
  const date = new Date(at);
  const day = { year: "numeric", month: "numeric", day: "numeric" };
  const time = show({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, date);
  return show(day, date) === show(day, new Date())
    ? time
    : `${show({ weekday: "short", day: "numeric", month: "short" }, date)}, ${time}`;
}
