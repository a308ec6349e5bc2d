"""Lists on paper: versions, rows, who is not on them yet, and on which line somebody stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.account import Account
from eventapp.models.paper_list import PaperEntry, PaperList, PaperRow
from eventapp.models.registration import Attendee, TicketType
from eventapp.rules import paper_list as rules
from eventapp.rules.vocabulary import AttendeeStatus, Initials


@dataclass(frozen=True)
class Version:
    """One list with its size. ``made_by`` is the name or address of whoever made it."""

    row: PaperList
    people: int
    sheets: int
    supplements: int
    entries: int
    made_by: str | None


@dataclass(frozen=True)
class Part:
    """A list as it was first made, or a supplement: its numbers and sheets, first and last."""

    supplement: int
    first: int
    last: int
    first_sheet: int
    last_sheet: int


@dataclass(frozen=True)
class Line:
    """A row with whom it is about, as they are now."""

    row: PaperRow
    attendee: Attendee
    ticket_type: TicketType


_LATEST = select(func.max(PaperList.id))
_IS_EXPECTED: tuple[ColumnElement[bool], ...] = (
    Attendee.status == AttendeeStatus.CONFIRMED,
    Attendee.erased_at.is_(None),
)


def get(event_id: int, list_id: int) -> PaperList:
    """A list of an event. Raises NotFound, also for one of another event."""
    row = db.session.scalar(select(PaperList).where(PaperList.id == list_id, PaperList.event_id == event_id))
    if row is None:
        raise NotFound(list_id)
    return row


def find_latest(event_id: int) -> PaperList | None:
    """The latest list of an event."""
    latest = _LATEST.where(PaperList.event_id == event_id).scalar_subquery()
    return db.session.scalar(select(PaperList).where(PaperList.id == latest))


def list_of_event(event_id: int) -> list[Version]:
    """The lists of an event, the latest first."""
    sizes = (
        select(
            PaperRow.list_id,
            func.max(PaperRow.number).label("people"),
            func.max(PaperRow.sheet).label("sheets"),
            func.max(PaperRow.supplement).label("supplements"),
        )
        .group_by(PaperRow.list_id)
        .subquery()
    )
    entries = (
        select(PaperEntry.list_id, func.count().label("n"))
        .where(PaperEntry.undone_at.is_(None))
        .group_by(PaperEntry.list_id)
        .subquery()
    )
    rows = db.session.execute(
        select(PaperList, sizes.c.people, sizes.c.sheets, sizes.c.supplements, entries.c.n, Account.name, Account.email)
        .join(sizes, sizes.c.list_id == PaperList.id)
        .outerjoin(entries, entries.c.list_id == PaperList.id)
        .outerjoin(Account, Account.id == PaperList.created_by_id)
        .where(PaperList.event_id == event_id)
        .order_by(PaperList.version.desc())
    )
    return [Version(row[0], row[1], row[2], row[3], row[4] or 0, row[5] or row[6]) for row in rows]


def list_versions(event_id: int) -> dict[int, int]:
    """The number that stands on each list of an event, by its id."""
    rows = db.session.execute(select(PaperList.id, PaperList.version).where(PaperList.event_id == event_id))
    return {row[0]: row[1] for row in rows}


def list_parts(list_id: int) -> list[Part]:
    """The list as it was first made, then its supplements."""
    r = PaperRow
    rows = db.session.execute(
        select(r.supplement, func.min(r.number), func.max(r.number), func.min(r.sheet), func.max(r.sheet))
        .where(r.list_id == list_id)
        .group_by(r.supplement)
        .order_by(r.supplement)
    )
    return [Part(*row) for row in rows]


def list_expected(event_id: int, *, without_list_id: int | None = None) -> list[tuple[int, str]]:
    """Everybody who is confirmed (id, name), or those of them who are not on a list."""
    query = select(Attendee.id, Attendee.name).where(Attendee.event_id == event_id, *_IS_EXPECTED)
    if without_list_id is not None:
        query = query.where(~_is_on(without_list_id))
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Attendee.id))]


def count_expected(event_id: int, *, without_list_id: int | None = None) -> int:
    """How many people `list_expected` would find."""
    query = select(func.count()).select_from(Attendee).where(Attendee.event_id == event_id, *_IS_EXPECTED)
    if without_list_id is not None:
        query = query.where(~_is_on(without_list_id))
    return db.session.scalar(query) or 0


def _is_on(list_id: int) -> ColumnElement[bool]:
    return select(PaperRow.number).where(PaperRow.list_id == list_id, PaperRow.attendee_id == Attendee.id).exists()


def list_numbers(event_id: int, options: dict[str, Any]) -> list[tuple[int, int]]:
    """The numbers that a print run with these options prints, in order, each with its sheet.

    ``list_id``; ``supplement``: that part alone; ``ticket_type_id``: of one category; ``initials``: of those whose
    names begin so.
    """
    query = (
        select(PaperRow.number, PaperRow.sheet, Attendee.name)
        .join(PaperList, PaperList.id == PaperRow.list_id)
        .join(Attendee, Attendee.id == PaperRow.attendee_id)
        .where(PaperList.event_id == event_id, PaperRow.list_id == options["list_id"])
        .order_by(PaperRow.number)
    )
    if options.get("supplement") is not None:
        query = query.where(PaperRow.supplement == options["supplement"])
    if options.get("ticket_type_id") is not None:
        query = query.where(Attendee.ticket_type_id == options["ticket_type_id"])
    part = Initials(options["initials"]) if options.get("initials") else None
    rows = db.session.execute(query)
    return [(row[0], row[1]) for row in rows if part is None or rules.initials(row[2]) is part]


def count_numbers(event_id: int, options: dict[str, Any]) -> int:
    """How many rows `list_numbers` would find."""
    return len(list_numbers(event_id, options))


def list_lines(list_id: int, numbers: Sequence[int]) -> list[Line]:
    """The rows of these numbers, in order, as far as they exist."""
    rows = db.session.execute(
        select(PaperRow, Attendee, TicketType)
        .join(Attendee, Attendee.id == PaperRow.attendee_id)
        .join(TicketType, TicketType.id == Attendee.ticket_type_id)
        .where(PaperRow.list_id == list_id, PaperRow.number.in_(numbers))
        .order_by(PaperRow.number)
    )
    return [Line(*row) for row in rows]


def list_places(event_id: int, attendee_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """On which sheet and line of the latest list these people stand, by person; who is on none is left out."""
    if not attendee_ids:
        return {}
    latest = _LATEST.where(PaperList.event_id == event_id).scalar_subquery()
    rows = db.session.execute(
        select(PaperRow.attendee_id, PaperRow.sheet, PaperRow.line).where(
            PaperRow.list_id == latest, PaperRow.attendee_id.in_(attendee_ids)
        )
    )
    return {row[0]: (row[1], row[2]) for row in rows}
