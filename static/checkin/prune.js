// Which scans a phone need not remember any more, so that one that has made thousands stays quick.
//
// Pure. A scan may go a day after the server has acknowledged it, when nothing is lost by that: who is in comes from
// the server, and the last ones stay to be looked at and taken back. One that waits never goes.

import { hasPassed } from "./list.js";

const LONG = 24 * 3_600_000;
/** So many of the last scans stay in any case; among them the one with the highest number, from which to count on. */
const LAST = 100;

/** The scans of a list that may go, by the phone's clock. */
export function stale(list, now) {
  const all = [...list.scans.values()];
  const last = new Set(all.slice(-LAST));
  const isOld = (scan) =>
    !scan.waiting && !scan.asking && !scan.error && !last.has(scan) && now - (scan.told_at || scan.at) > LONG;
  const undos = new Map(all.filter((scan) => scan.kind === "undo").map((scan) => [scan.target, scan]));
  const goes = (scan) => {
    const undo = undos.get(scan.id);
    return isOld(scan) && (undo ? isOld(undo) : isKnown(list, scan));
  };
  return all.filter((scan) => {
    if (scan.kind !== "undo") return goes(scan);
    // Without it, what it takes back would count again: it goes along with that, or after it.
    const target = list.scans.get(scan.target);
    return isOld(scan) && (!target || goes(target));
  });
}

/** Whether what a scan did is known without it: it let nobody in, or the server has told who is in. */
function isKnown(list, scan) {
  if (!scan.serial || !hasPassed(scan)) return true;
  const row = list.holderOf(scan);
  return Boolean(row && row.id && list.admissions.has(`${row.id} ${scan.checkpoint}`));
}
