"""Rows of a list on paper are entered as scans, after a look at whom they mean; and taken back as a whole.

An entry and its scans are two transactions, since scans are taken in on a connection of their own. Whichever is lost,
sending the same again, or entering the same rows again, makes it whole: rows give the same scans each time.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from eventapp import clock, queries
from eventapp.db import db, look, transactional
from eventapp.errors import Refused
from eventapp.language import gettext as _
from eventapp.language import speaking
from eventapp.models.checkin import Checkpoint
from eventapp.models.event import Event
from eventapp.models.paper_list import PaperEntry, PaperList, PaperMark, PaperRow
from eventapp.queries.account import PairedPhone
from eventapp.queries.paper_list import Line
from eventapp.rules import checkin, ticket
from eventapp.rules import paper_list as rules
from eventapp.rules.paper_list import Period
from eventapp.rules.vocabulary import Direction, ScanKind, ScanMethod, Verdict
from eventapp.services import audit, device
from eventapp.services import checkin as scans
from eventapp.services.scan_book import NewScan


@dataclass(frozen=True)
class Wanted:
    """What somebody typed: row numbers as text, where, in which period (from 0), and the time if they know it."""

    rows: str
    checkpoint_id: int
    period: int
    at: datetime | None = None


@dataclass(frozen=True)
class Meant:
    """Whom the rows mean, before anything is done. ``here``: they are in already (attendees' ids); ``missing``: the
    list has no such row; ``last`` is the last it has."""

    lines: list[Line]
    here: frozenset[int]
    missing: list[int]
    last: int
    checkpoint: Checkpoint
    period: Period
    at: datetime


def find_meant(event_id: int, list_id: int, wanted: Wanted) -> Meant:
    """Whom an entry would mean; changes nothing.

    Raises NotFound for another event's list, and Refused with ``paper_rows_…``, ``paper_place_missing`` or
    ``paper_time_…``.
    """
    event = queries.event.get(event_id)
    queries.paper_list.get(event_id, list_id)
    numbers = rules.read_rows(wanted.rows)
    checkpoint = queries.checkpoint.find(event_id, wanted.checkpoint_id)
    if checkpoint is None:
        raise Refused("paper_place_missing", field="place")
    periods = queries.paper_entry.list_periods(checkpoint, event.starts_at)
    if not 0 <= wanted.period < len(periods):
        raise Refused("paper_place_missing", field="place")
    period = periods[wanted.period]
    at = rules.when_came(period, wanted.at, clock.now())
    lines = queries.paper_list.list_lines(list_id, numbers)
    last = db.session.scalar(select(func.max(PaperRow.number)).where(PaperRow.list_id == list_id)) or 0
    if not lines:
        raise Refused("paper_rows_unknown", field="rows", last=last)
    came = queries.paper_entry.list_entries_of([line.attendee.id for line in lines], checkpoint.id, period)
    missing = sorted(set(numbers) - {line.row.number for line in lines})
    return Meant(lines, frozenset(came), missing, last, checkpoint, period, at)


def enter(event_id: int, list_id: int, wanted: Wanted, *, form_id: str, by: int) -> int:
    """Enters rows: whoever did not come in yet counts as having come. Returns the entry's id.

    The same ``form_id`` again, or the same rows, change nothing more. Raises NotFound, NotAllowed without the right to
    check people in, and what `find_meant` raises.
    """
    entry_id = _note(event_id, list_id, wanted, form_id=form_id, by=by)
    _send_scans(event_id, entry_id)
    return entry_id


@transactional
def _note(event_id: int, list_id: int, wanted: Wanted, *, form_id: str, by: int) -> int:
    queries.event.lock(event_id)
    made = db.session.scalar(
        select(PaperEntry.id).where(PaperEntry.event_id == event_id, PaperEntry.form_id == form_id)
    )
    if made is not None:
        return made
    meant = find_meant(event_id, list_id, wanted)
    entry = PaperEntry(
        event_id=event_id,
        list_id=list_id,
        checkpoint_id=meant.checkpoint.id,
        device_id=device.of_account(by, event_id).id,
        form_id=form_id,
        at=meant.at,
        created_at=clock.now(),
    )
    db.session.add(entry)
    db.session.flush()
    scan_ids = _scan_ids(list_id, meant)
    marks = [
        {
            "entry_id": entry.id,
            "number": line.row.number,
            "list_id": list_id,
            "attendee_id": line.attendee.id,
            "scan_id": scan_ids[line.row.number],
        }
        for line in meant.lines
    ]
    db.session.execute(insert(PaperMark), marks)
    audit.record("paper_entry.enter", f"paper_entry:{entry.id}", event_id=event_id, account_id=by, rows=len(marks))
    return entry.id


def _scan_ids(list_id: int, meant: Meant) -> dict[int, str | None]:
    """The scan that stands for each row: the one there is from paper, a new one, or none where a phone had scanned."""
    came = queries.paper_entry.list_entries_of(
        [line.attendee.id for line in meant.lines], meant.checkpoint.id, meant.period
    )
    found: dict[int, str | None] = {}
    open_rows = []
    for line in meant.lines:
        entries = came.get(line.attendee.id)
        if entries is None:
            open_rows.append(line.row.number)
        else:
            on_paper = [scan_id for scan_id, method in entries if method is ScanMethod.PAPER]
            found[line.row.number] = on_paper[0] if on_paper else None
    times = 0
    while open_rows:  # a scan that was taken back never counts again: the next one does
        ids = {
            number: rules.scan_id(list_id, number, meant.checkpoint.id, meant.period.index, times)
            for number in open_rows
        }
        undone = queries.paper_entry.list_undone(ids.values())
        found |= {number: scan_id for number, scan_id in ids.items() if scan_id not in undone}
        open_rows = [number for number, scan_id in ids.items() if scan_id in undone]
        times += 1
    return found


def _send_scans(event_id: int, entry_id: int) -> None:
    """Records the scans of an entry that are not there yet. Their time is the paper's, and so is the decision."""
    entry = queries.paper_entry.get(event_id, entry_id)
    if entry.undone_at is not None:
        return
    event, paper = queries.event.get(event_id), queries.paper_list.get(event_id, entry.list_id)
    checkpoint = queries.checkpoint.find(event_id, entry.checkpoint_id)
    marks = {mark.number: mark.scan_id for mark in queries.paper_entry.list_marks(entry_id) if mark.scan_id}
    known = queries.paper_entry.list_devices(list(marks.values()))
    lines = [
        line
        for line in queries.paper_list.list_lines(entry.list_id, list(marks))
        if marks[line.row.number] not in known
    ]
    if not lines or checkpoint is None:
        return
    kind = checkin.kind_at(checkpoint.kind, Direction.ENTRY)
    new = [
        NewScan(
            id=str(marks[line.row.number]),
            input=line.attendee.serial + ticket.check_signs(event.door_key, line.attendee.serial),
            kind=kind,
            method=ScanMethod.PAPER,
            scanned_at=entry.at,
            checkpoint_id=checkpoint.id,
            door=_door(event, paper),
            told=Verdict.ADMITTED,
        )
        for line in lines
    ]
    _record(event_id, entry.device_id, checkpoint.id, new)


def _door(event: Event, paper: PaperList) -> str:
    """What stands in place of a door: the list, in the event's first language."""
    with speaking(event.languages[0] if event.languages else "fr"):
        return _("List %(number)s", number=paper.version)


def _record(event_id: int, device_id: int, checkpoint_id: int, new: Sequence[NewScan]) -> None:
    """Records scans in the name of a staff member's phone.

    Somebody else may have entered the same rows in the same moment: then the scan is there, and that is all we want.
    """
    with look() as connection:
        facts = queries.checkin.get_door(connection, device_id, {checkpoint_id})
    row = queries.device.get(event_id, device_id)
    phone = PairedPhone(
        device_id=device_id,
        event_id=event_id,
        checkpoint_id=checkpoint_id,
        door="",
        name=row.name,
        account_id=row.account_id,
        is_revoked=False,
        counts=True,
        facts=facts,
    )
    for first in range(0, len(new), scans.MAX_SCANS):
        for answer in scans.record_scans(phone, new[first : first + scans.MAX_SCANS]):
            if isinstance(answer, Refused) and answer.code != "scan_id_taken":
                raise answer


def undo(event_id: int, entry_id: int, *, by: int) -> None:
    """Takes a whole entry back, but for rows that another entry stands for too. Twice changes nothing.

    Raises NotFound.
    """
    targets = _note_undone(event_id, entry_id, by=by)
    devices = queries.paper_entry.list_devices(targets)
    entry = queries.paper_entry.get(event_id, entry_id)
    checkpoint_id = entry.checkpoint_id
    by_device: dict[int, list[NewScan]] = defaultdict(list)
    now = clock.now()
    for target_id in targets:
        scan = NewScan(
            id=rules.undo_id(target_id),
            input="",
            kind=ScanKind.UNDO,
            method=ScanMethod.PAPER,
            scanned_at=now,
            checkpoint_id=checkpoint_id,
            door="",
            target_id=target_id,
        )
        by_device[devices.get(target_id, entry.device_id)].append(scan)
    for device_id, undone in by_device.items():
        _record(event_id, device_id, checkpoint_id, undone)


@transactional
def _note_undone(event_id: int, entry_id: int, *, by: int) -> list[str]:
    """Notes that an entry does not stand any more; returns the scans that no other entry stands for."""
    queries.event.lock(event_id)
    entry = queries.paper_entry.get(event_id, entry_id)
    if entry.undone_at is None:
        entry.undone_at = clock.now()
        audit.record("paper_entry.undo", f"paper_entry:{entry_id}", event_id=event_id, account_id=by)
        db.session.flush()
    mine = {mark.scan_id for mark in queries.paper_entry.list_marks(entry_id) if mark.scan_id}
    return sorted(mine - queries.paper_entry.list_held(mine))
