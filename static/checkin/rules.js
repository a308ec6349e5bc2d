// The door's decisions, as eventapp/rules/checkin.py takes them: both pass tests/cases/admission.json.
//
// Pure: facts and a time in, an answer out. Instants are milliseconds since 1970, or null; words are those of the API.

export const GREEN = ["admitted", "admitted_unlisted", "back_again", "left"];

export const TONES = {
  mistyped: "red",
  wrong_event: "red",
  unknown: "red",
  revoked: "red",
  cancelled: "red",
  not_confirmed: "amber",
  wrong_checkpoint: "amber",
  too_early: "amber",
  too_late: "amber",
  already_admitted: "amber",
  not_inside: "amber",
  back_again: "green",
  left: "green",
  admitted_unlisted: "green",
  admitted: "green",
};

/** Verdicts that depend on the person's other scans; all others stand for themselves. */
const BY_PASSAGE = ["already_admitted", "not_inside", "back_again", "left", "admitted_unlisted", "admitted"];

/** Policy `returns`: the same ticket again within this time was probably handed back through the door. */
const PASSED_BACK = 10 * 60 * 1000;

const OUTWARDS = ["exit", "given_back"];
const ASKING = ["entry", "given"];
const BY_HAND = ["let_in", "walk_in"];

/** How many people without a ticket of their own may come in with one person. */
export const MOST_COMPANIONS = 99;

export const NOWHERE = { enteredAt: null, lastAt: null, door: "", isInside: false, companions: 0 };

/** Which way a scan of this kind goes. */
export function direction(kind) {
  return OUTWARDS.includes(kind) ? "exit" : "entry";
}

/** Whether a scan counts companions of somebody who is in: an entry that names an earlier scan. */
export function adds({ kind, target }) {
  return ASKING.includes(kind) && Boolean(target);
}

/** What a plain reading means at a checkpoint: a distribution gives and takes back, all others let in and out. */
export function kindAt(checkpoint, way) {
  if (checkpoint === "distribution") return way === "entry" ? "given" : "given_back";
  return way === "entry" ? "entry" : "exit";
}

/**
 * The verdict. The first rule that holds wins, in the order of the table in docs/checkin.md.
 *
 * @param question {reading, isGenuine, method, direction, at, isElsewhere, adds}; adds: more companions of somebody came
 * @param holder {serial, status, ticketType, sessions: those of their seats}, or null: the serial is on no list here
 * @param state what `fold` gave for this person at this checkpoint
 * @param place {policy, opensAt, closesAt, periods, ticketTypes, session: the one that needs a seat, or null}
 * @param list {hasContact, unlistedAdmission}; hasContact: the list is the server's own
 */
export function decide(question, holder, state, place, list) {
  const barred = whatBars(question, holder, place, list);
  if (barred) return barred;
  const verdict = question.adds
    ? "admitted" // whoever comes later does not come twice
    : passage(state, question.direction, question.at, place.policy, place.periods);
  return verdict === "admitted" && !holder ? "admitted_unlisted" : verdict;
}

/** What keeps a ticket out whatever else was scanned. */
function whatBars({ reading, isGenuine, method, direction: way, at, isElsewhere }, holder, place, list) {
  if (!reading || !isGenuine) {
    if (method === "typed") return "mistyped";
    return isElsewhere ? "wrong_event" : "unknown";
  }
  if (holder) {
    if (reading.serial !== holder.serial) return "revoked";
    if (holder.status === "cancelled" || holder.status === "rejected") return "cancelled";
    if (holder.status !== "confirmed") return "not_confirmed";
    if (place.ticketTypes.length && !place.ticketTypes.includes(holder.ticketType)) return "wrong_checkpoint";
    if (place.session && !holder.sessions.includes(place.session)) return "wrong_checkpoint";
  } else {
    if (isElsewhere) return "wrong_event";
    if (list.hasContact || !list.unlistedAdmission) return "unknown";
    if (place.ticketTypes.length || place.session) return "wrong_checkpoint"; // nobody here knows its type, or its seats
  }
  if (way === "exit") return null; // one may always leave
  if (place.opensAt !== null && at < place.opensAt) return "too_early";
  if (place.closesAt !== null && at >= place.closesAt) return "too_late";
  return null;
}

/** What the policy says, given what was scanned before. */
function passage(state, way, at, policy, periods) {
  if (way === "exit") return state.isInside ? "left" : "not_inside";
  // A period later than this scan's was entered already when clocks disagree: that counts as this one, too.
  if (state.lastAt === null || period(state.lastAt, periods) < period(at, periods)) return "admitted";
  if (policy === "in_out") return state.isInside ? "already_admitted" : "admitted";
  if (policy === "single" || at - state.lastAt < PASSED_BACK) return "already_admitted";
  return "back_again";
}

/** The number of the period that an instant lies in, from 0. */
export function period(at, periods) {
  return periods.filter((begins) => begins <= at).length;
}

/** Whether somebody passed: let in by hand, gone out, or told to enter by the phone, else by the server. */
function moves(scan) {
  if (BY_HAND.includes(scan.kind) || OUTWARDS.includes(scan.kind)) return true;
  const said = scan.told || scan.answer;
  return ASKING.includes(scan.kind) && GREEN.includes(said) && said !== "left";
}

/**
 * What scans of one person at one checkpoint add up to: the same for any order and any repetition.
 *
 * Whoever passed counts, also where the rules disagree: that is a dispute. An exit without an entry takes nothing away.
 * An undo takes back a scan of the same phone, whichever of the two came first, and cannot be taken back. A scan that
 * adds companions to another entry changes nothing but their number; where none other counts it is an entry.
 *
 * @param scans [{id, phone, kind, at, door, told, answer, target, isSetAside, companions}]
 * @returns {{state: object, disputes: {scan: string, verdict: string, against: string | null}[]}}
 */
export function fold(scans, policy, periods) {
  const counted = scans.filter((scan) => !scan.isSetAside);
  const pair = (id, phone) => JSON.stringify([id, phone]);
  const undone = new Set(counted.filter((scan) => scan.kind === "undo").map((scan) => pair(scan.target, scan.phone)));
  const once = new Map();
  for (const scan of counted) if (moves(scan) && !undone.has(pair(scan.id, scan.phone))) once.set(scan.id, scan);
  const ordered = [...once.values()].sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
  const isIn = ordered.some((scan) => direction(scan.kind) === "entry" && !adds(scan));
  let [state, lastId] = [NOWHERE, null];
  const disputes = [];
  for (const scan of ordered) {
    if (direction(scan.kind) === "exit") {
      state = { ...state, isInside: false };
      continue;
    }
    const onlyAdds = adds(scan) && isIn;
    let verdict = onlyAdds ? "admitted" : passage(state, "entry", scan.at, policy, periods);
    let against = verdict === "already_admitted" ? lastId : null;
    if (scan.answer && !BY_PASSAGE.includes(scan.answer)) [verdict, against] = [scan.answer, null];
    if (!GREEN.includes(verdict)) disputes.push({ scan: scan.id, verdict, against });
    const companions = Math.max(state.companions, scan.companions || 0);
    if (onlyAdds) {
      state = { ...state, companions };
      continue;
    }
    const enteredAt = state.enteredAt === null ? scan.at : state.enteredAt;
    state = { enteredAt, lastAt: scan.at, door: scan.door, isInside: true, companions };
    lastId = scan.id;
  }
  return { state, disputes };
}
