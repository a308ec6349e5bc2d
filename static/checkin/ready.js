// Whether this phone is ready for the door: what was tried, and what to do where something is missing.
//
// Pure: what self_check.js found out goes in. The names of the checks are those of eventapp/rules/readiness.py.

/** A clock that is further off should be set, though the phone reckons with the difference. */
const CLOCK_OFF = 5 * 60_000;

/**
 * @param {{list: {have: number, total: number, isWhole: boolean}, isSecure: boolean, isKept: boolean | null,
 *   camera: {isThere: boolean, wasOn: boolean}, reads: boolean | null, isPersisted: boolean | null,
 *   offset: number | undefined, sound: {isThere: boolean, wasHeard: boolean}, isAwake: boolean | null}} facts
 *   null: not known, or not known yet
 * @param {Function} t words in the reader's language
 * @returns {{name: string, state: "done" | "open" | "failed", title: string, note: string}[]}
 */
export function check(facts, t) {
  const line = (name, title) => (state, note) => ({ name, state, title, note });
  return [
    listed(facts.list, line("list_complete", t("The list")), t),
    stays(facts, line("offline", t("Opening without a network")), t),
    seen(facts.camera, line("camera", t("Camera")), t),
    reads(facts.reads, line("decoder", t("Reading of codes")), t),
    stored(facts.isPersisted, line("storage", t("Storage")), t),
    timed(facts.offset, line("clock", t("Clock")), t),
    heard(facts.sound, line("sound", t("Sound and vibration")), t),
    lit(facts.isAwake, line("awake", t("Screen")), t),
  ];
}

/** The same for the organizer: true where it works, false where it does not, null where it was not tried yet. */
export function health(lines) {
  const said = { done: true, open: null, failed: false };
  return lines.reduce((all, { name, state }) => ({ ...all, [name]: said[state] }), {});
}

function listed({ have, total, isWhole }, line, t) {
  const all = Math.max(have, total);
  if (!all) return line("open", t("Stay where there is a network."));
  const count = t("%(n)s of %(all)s tickets are here.", { n: have, all });
  return isWhole ? line("done", count) : line("open", `${count} ${t("Stay where there is a network.")}`);
}

function stays({ isSecure, isKept }, line, t) {
  if (!isSecure) return line("failed", t("This address has no HTTPS: keep the page open all day."));
  if (isKept === null) return line("open", t("Being kept. Stay where there is a network."));
  if (!isKept) return line("failed", t("This browser does not keep the page: leave it open all day."));
  return line("done", t("The page and its files are kept."));
}

function seen({ isThere, wasOn }, line, t) {
  if (!isThere) return line("failed", t("None for this page: type codes, use a reader, or photograph them."));
  return wasOn ? line("done", t("It works.")) : line("open", t("Turn it on once, and allow it."));
}

function reads(does, line, t) {
  if (does === null) return line("open", t("Being tried."));
  return does ? line("done", t("A code was read.")) : line("failed", t("Codes cannot be read here: type them."));
}

function stored(isPersisted, line, t) {
  if (isPersisted) return line("done", t("The browser keeps what this phone holds."));
  const what = t("The browser may clear it when room is short: add this page to the home screen, and let it send.");
  return line("failed", what);
}

function timed(offset, line, t) {
  if (offset === undefined) return line("open", t("Compared when there is contact."));
  const seconds = Math.round(Math.abs(offset) / 1000);
  if (Math.abs(offset) <= CLOCK_OFF)
    return line("done", t("Off by %(n)s seconds, which is put right.", { n: seconds }));
  const minutes = Math.round(seconds / 60);
  return line("failed", t("Off by %(n)s minutes. This is put right, but please set it.", { n: minutes }));
}

function heard({ isThere, wasHeard }, line, t) {
  if (!isThere) return line("failed", t("This browser plays no tones: look at colour and words."));
  if (!wasHeard) return line("open", t("Play the tones. If you hear nothing, turn the volume up."));
  return line("done", t("Three tones: in, look again, no."));
}

function lit(isAwake, line, t) {
  if (isAwake) return line("done", t("It stays on while this page is seen."));
  return line("failed", t("It may go dark: choose a longer time in the phone’s settings."));
}
