"""Rows that were entered from paper, and how they agree with what phones scanned."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, true
from sqlalchemy.orm import aliased

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.account import Account
from eventapp.models.checkin import Checkpoint, Device, Scan
from eventapp.models.paper_list import PaperEntry, PaperList, PaperMark, PaperRow
from eventapp.models.registration import Attendee
from eventapp.queries import checkpoint as checkpoints
from eventapp.rules import paper_list as rules
from eventapp.rules.paper_list import Period
from eventapp.rules.vocabulary import ScanKind, ScanMethod

SHOWN = 100
"""Entries of a list on its page: the latest."""


class Finding(StrEnum):
    """What paper and phones say differently about somebody."""

    PAPER_ALONE = "paper"
    SCANNED_ALONE = "scanned"
    TWICE = "twice"


@dataclass(frozen=True)
class Entered:
    """An entry with where it belongs to, how many rows it has, and who made it."""

    entry: PaperEntry
    checkpoint: Checkpoint
    rows: int
    made_by: str | None


@dataclass(frozen=True)
class Found:
    """Somebody about whom paper and phones disagree, with where they stand on the latest list, if they do."""

    attendee: Attendee
    version: int | None
    number: int | None
    sheet: int | None
    line: int | None


def get(event_id: int, entry_id: int) -> PaperEntry:
    """An entry of an event. Raises NotFound, also for one of another event."""
    row = db.session.scalar(select(PaperEntry).where(PaperEntry.id == entry_id, PaperEntry.event_id == event_id))
    if row is None:
        raise NotFound(entry_id)
    return row


def list_of_list(list_id: int) -> list[Entered]:
    """The entries made from a list, the latest first."""
    rows = db.session.execute(
        select(
            PaperEntry,
            Checkpoint,
            select(func.count()).where(PaperMark.entry_id == PaperEntry.id).scalar_subquery(),
            Account.name,
            Account.email,
        )
        .join(Checkpoint, Checkpoint.id == PaperEntry.checkpoint_id)
        .join(Device, Device.id == PaperEntry.device_id)
        .outerjoin(Account, Account.id == Device.account_id)
        .where(PaperEntry.list_id == list_id)
        .order_by(PaperEntry.id.desc())
        .limit(SHOWN)
    )
    return [Entered(entry, checkpoint, count, name or email) for entry, checkpoint, count, name, email in rows]


def list_marks(entry_id: int) -> list[PaperMark]:
    """The rows of an entry."""
    return list(db.session.scalars(select(PaperMark).where(PaperMark.entry_id == entry_id).order_by(PaperMark.number)))


def list_periods(checkpoint: Checkpoint, event_starts_at: datetime | None) -> list[Period]:
    """The periods of a checkpoint."""
    place = checkpoints.place_of(checkpoint)
    return rules.periods(place.periods, place.opens_at, event_starts_at)


def list_held(scan_ids: Collection[str]) -> set[str]:
    """Those of these scans that some entry stands for which nobody took back."""
    found = db.session.scalars(
        select(PaperMark.scan_id)
        .join(PaperEntry, PaperEntry.id == PaperMark.entry_id)
        .where(PaperMark.scan_id.in_(scan_ids), PaperEntry.undone_at.is_(None))
    )
    return set(filter(None, found))


def list_devices(scan_ids: Collection[str]) -> dict[str, int]:
    """Which phone made these scans, by scan."""
    rows = db.session.execute(select(Scan.id, Scan.device_id).where(Scan.id.in_(scan_ids)))
    return {row[0]: row[1] for row in rows}


def list_undone(scan_ids: Collection[str]) -> set[str]:
    """Those of these scans that were taken back."""
    query = select(Scan.target_id).where(Scan.target_id.in_(scan_ids), Scan.kind == ScanKind.UNDO)
    return set(filter(None, db.session.scalars(query)))


def list_entries_of(
    attendee_ids: Collection[int], checkpoint_id: int, period: Period
) -> dict[int, list[tuple[str, ScanMethod]]]:
    """With which scans these people came in within a period, with how each was read; by person."""
    rows = db.session.execute(
        select(Scan.attendee_id, Scan.id, Scan.method)
        .where(Scan.attendee_id.in_(attendee_ids), *_came(checkpoint_id, period))
        .order_by(Scan.corrected_at, Scan.id)
    )
    found: dict[int, list[tuple[str, ScanMethod]]] = {}
    for attendee_id, scan_id, method in rows:
        found.setdefault(attendee_id or 0, []).append((scan_id, method))
    return found


def _came(checkpoint_id: int, period: Period) -> list[ColumnElement[bool]]:
    """Scans with which somebody came in, within a period, and which count."""
    undo = aliased(Scan)
    is_undone = exists(
        select(literal(1)).where(
            undo.target_id == Scan.id,
            undo.kind == ScanKind.UNDO,
            undo.device_id - Scan.device_id == 0,  # not by the index of phones; see queries.door_page
            undo.set_aside_at.is_(None),
        )
    )
    return [
        Scan.checkpoint_id == checkpoint_id,
        Scan.moves == true(),
        Scan.kind.not_in((ScanKind.UNDO, ScanKind.EXIT, ScanKind.GIVEN_BACK)),
        Scan.set_aside_at.is_(None),
        ~is_undone,
        *_within(Scan.corrected_at, period),
    ]


def _within(column: Any, period: Period) -> list[ColumnElement[bool]]:
    wanted = []
    if period.starts_at is not None:
        wanted.append(column >= period.starts_at)
    if period.ends_at is not None:
        wanted.append(column < period.ends_at)
    return wanted


def count_found(event_id: int, checkpoint_id: int, period: Period) -> dict[Finding, int]:
    """About how many people paper and phones disagree, by how."""
    return {
        finding: db.session.scalar(_found(select(func.count()), finding, event_id, checkpoint_id, period)) or 0
        for finding in Finding
    }


def count_marked(event_id: int, checkpoint_id: int, period: Period) -> int:
    """How many people are on the paper that was entered."""
    marked = _marked(event_id, checkpoint_id, period).subquery()
    return db.session.scalar(select(func.count()).select_from(marked)) or 0


def list_found(
    finding: Finding, event_id: int, checkpoint_id: int, period: Period, *, offset: int = 0, limit: int | None = None
) -> list[Found]:
    """About whom paper and phones disagree, in the order of names, with where they stand on the latest list."""
    latest = select(func.max(PaperList.id)).where(PaperList.event_id == event_id).scalar_subquery()
    query = _found(
        select(Attendee, PaperList.version, PaperRow.number, PaperRow.sheet, PaperRow.line),
        finding,
        event_id,
        checkpoint_id,
        period,
    )
    rows = db.session.execute(
        query.outerjoin(PaperRow, (PaperRow.attendee_id == Attendee.id) & (PaperRow.list_id == latest))
        .outerjoin(PaperList, PaperList.id == PaperRow.list_id)
        .order_by(Attendee.name_key, Attendee.id)
        .offset(offset)
        .limit(limit)
    )
    return [Found(*row) for row in rows]


def _marked(event_id: int, checkpoint_id: int, period: Period) -> Select[*tuple[Any, ...]]:
    """People on the paper that was entered for a period, with in how many entries."""
    return (
        select(PaperMark.attendee_id, func.count().label("times"))
        .join(PaperEntry, PaperEntry.id == PaperMark.entry_id)
        .where(
            PaperEntry.event_id == event_id,
            PaperEntry.checkpoint_id == checkpoint_id,
            PaperEntry.undone_at.is_(None),
            *_within(PaperEntry.at, period),
        )
        .group_by(PaperMark.attendee_id)
    )


def _found(
    query: Select[*tuple[Any, ...]], finding: Finding, event_id: int, checkpoint_id: int, period: Period
) -> Select[*tuple[Any, ...]]:
    marked = _marked(event_id, checkpoint_id, period).subquery()
    scanned = (
        select(Scan.attendee_id)
        .where(Scan.event_id == event_id, Scan.method != ScanMethod.PAPER, *_came(checkpoint_id, period))
        .where(Scan.attendee_id.is_not(None))
        .distinct()
        .subquery()
    )
    query = query.select_from(Attendee).where(Attendee.event_id == event_id)
    if finding is Finding.SCANNED_ALONE:
        query = query.join(scanned, scanned.c.attendee_id == Attendee.id)
        return query.outerjoin(marked, marked.c.attendee_id == Attendee.id).where(marked.c.attendee_id.is_(None))
    query = query.join(marked, marked.c.attendee_id == Attendee.id)
    if finding is Finding.TWICE:
        return query.where(marked.c.times > 1)
    return query.outerjoin(scanned, scanned.c.attendee_id == Attendee.id).where(scanned.c.attendee_id.is_(None))
