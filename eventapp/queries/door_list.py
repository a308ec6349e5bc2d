"""What phones at the doors hold a copy of, whole and as changes."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from eventapp.db import db
from eventapp.models.checkin import Admission, Checkpoint
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.models.registration import Attendee, Registration, TicketType
from eventapp.models.session_seat import SessionSeat
from eventapp.models.ticket import Serial
from eventapp.models.version import EventVersion
from eventapp.queries import checkpoint, personality
from eventapp.rules import ticket
from eventapp.rules.vocabulary import AttendeeStatus, PhotoConsent, SessionSeatStatus

PAGE = 5_000
"""How many people, or how many changes, one answer holds at most."""

LAST_SERIAL = ticket.ALPHABET[-1] * ticket.SERIAL_LENGTH


@dataclass(frozen=True)
class Cursor:
    """How far a phone has come: all changes up to ``version``; or, in the whole list, all serials up to ``serial``.

    Phones keep it as text and know nothing of what it means.
    """

    version: int
    serial: str | None = None

    def __str__(self) -> str:
        return str(self.version) if self.serial is None else f"{self.version}:{self.serial}"


@dataclass(frozen=True)
class Listed:
    """One serial on the door's list. Only the serial that counts, of someone who is expected, comes with a person."""

    serial: str
    status: AttendeeStatus | None
    """None: revoked."""
    attendee_id: int
    since: datetime
    ticket_type_id: int
    party: int
    name: str
    organization: str | None
    digits: str | None
    photo: PhotoConsent | None
    companions: int
    note: str | None
    is_personality: bool
    courtesy_title: str | None
    function: str | None
    town: str | None
    session_ids: tuple[int, ...] = ()
    """Of the sessions whose doors ask for a seat: those in which the person has one."""


@dataclass(frozen=True)
class Entered:
    """What somebody's scans at a checkpoint add up to."""

    attendee_id: int
    checkpoint_id: int
    entered_at: datetime | None
    last_at: datetime | None
    door: str
    is_inside: bool
    companions: int


@dataclass(frozen=True)
class Changes:
    """A part of what phones hold: the whole list from the beginning, or what changed since a cursor."""

    cursor: Cursor
    more: bool
    is_whole: bool
    event: Event | None
    checkpoints: list[Checkpoint]
    types: list[TicketType]
    people: list[Listed]
    admissions: list[Entered]


_COUNTER = select(EventVersion.door).where(EventVersion.event_id == bindparam("event_id"))
_LISTED = (
    select(
        Serial.value,
        Attendee.serial,
        Attendee.status,
        Attendee.id,
        Attendee.status_at,
        Attendee.ticket_type_id,
        Attendee.registration_id,
        Attendee.name,
        Attendee.organization,
        func.substr(Registration.phone, func.length(Registration.phone) - 1),
        Attendee.photo_consent,
        Attendee.companions,
        Attendee.door_note,
        Attendee.is_personality,
        personality.TITLE,
        personality.FUNCTION,
        Attendee.region,
    )
    .join(Attendee, Attendee.id == Serial.attendee_id)
    .join(Registration, Registration.id == Attendee.registration_id)
    .outerjoin(Invitation, personality.IS_INVITED)
)
_ENTERED = select(
    Admission.attendee_id,
    Admission.checkpoint_id,
    Admission.entered_at,
    Admission.last_at,
    Admission.door,
    Admission.is_inside,
    Admission.companions,
)
_SEATS = (
    select(SessionSeat.attendee_id, SessionSeat.session_id)
    .where(
        SessionSeat.attendee_id.in_(bindparam("people", expanding=True)),
        SessionSeat.session_id.in_(bindparam("sessions", expanding=True)),
        SessionSeat.status == SessionSeatStatus.CONFIRMED,
    )
    .order_by(SessionSeat.attendee_id, SessionSeat.session_id)
)
_BETWEEN = and_(
    Serial.event_id == bindparam("event_id"), Serial.value > bindparam("after"), Serial.value <= bindparam("last")
)
_PAGE_END = (
    select(Serial.value)
    .where(Serial.event_id == bindparam("event_id"), Serial.value > bindparam("after"))
    .order_by(Serial.value)
    .limit(1)
    .offset(bindparam("skip"))
)
_PAGE = _LISTED.where(_BETWEEN).order_by(Serial.value)
_ENTERED_PAGE = (
    _ENTERED.select_from(Serial)
    .join(Attendee, and_(Attendee.id == Serial.attendee_id, Attendee.serial == Serial.value))
    .join(Admission, Admission.attendee_id == Attendee.id)
    .where(_BETWEEN)
    .order_by(Serial.value, Admission.checkpoint_id)
)


_LISTED_CHANGES = _LISTED.where(
    Attendee.event_id == bindparam("event_id"), Attendee.version.between(bindparam("after"), bindparam("upto"))
).order_by(Attendee.version, Attendee.id, Serial.value)
_ENTERED_CHANGES = _ENTERED.where(
    Admission.event_id == bindparam("event_id"), Admission.version.between(bindparam("after"), bindparam("upto"))
).order_by(Admission.version, Admission.attendee_id, Admission.checkpoint_id)


def epoch(event: Event) -> str:
    """Names this event's data: another event under the same number, after the database was replaced, has another."""
    return hashlib.sha256(event.created_at.isoformat().encode() + event.door_key).hexdigest()[:16]


def version(event_id: int) -> int:
    """How far a list goes that misses nothing."""
    return db.session.connection().execute(_COUNTER, {"event_id": event_id}).scalar() or 0


def count_serials(event_id: int) -> int:
    """How many rows a whole list has. Codes that are kept for phones are none of them."""
    issued = (Serial.event_id == event_id, Serial.attendee_id.is_not(None))
    return db.session.scalar(select(func.count()).select_from(Serial).where(*issued)) or 0


def list_changes(event_id: int, cursor: Cursor | None, *, size: int = PAGE) -> Changes:
    """What changed since a cursor, oldest first; without one the whole list, in pages walked by serial.

    Nothing is skipped: the counter is read first, and whoever raised it up to there has committed. The whole list also
    answers a cursor that lies ahead of the counter (the database was replaced by an older one) and a single change
    that is larger than a page.
    """
    on = db.session.connection()
    counter = on.execute(_COUNTER, {"event_id": event_id}).scalar() or 0
    if cursor is None or cursor.version > counter:
        return _whole(event_id, Cursor(counter, serial=""), size)
    if cursor.serial is not None:
        return _whole(event_id, cursor, size)
    upto = counter
    for table in (Attendee, Admission):
        upto = _end_of_page(table, event_id, cursor.version, upto, size)
    if upto <= cursor.version < counter:
        return _whole(event_id, Cursor(counter, serial=""), size)
    event = db.session.get_one(Event, event_id)
    between = {"event_id": event_id, "after": cursor.version + 1, "upto": upto}
    return Changes(
        cursor=Cursor(upto),
        more=upto < counter,
        is_whole=False,
        event=event if cursor.version < event.version <= upto else None,
        checkpoints=[c for c in checkpoint.list_of_event(event_id) if cursor.version < c.version <= upto],
        types=[t for t in _list_types(event_id) if cursor.version < t.version <= upto],
        people=_with_seats(event_id, [_listed(row) for row in on.execute(_LISTED_CHANGES, between)]),
        admissions=[Entered(*row) for row in on.execute(_ENTERED_CHANGES, between)],
    )


def _whole(event_id: int, cursor: Cursor, size: int) -> Changes:
    """A page of the whole list. The last one ends with the version that the first one began with."""
    on = db.session.connection()
    after = cursor.serial or ""
    last = on.execute(_PAGE_END, {"event_id": event_id, "after": after, "skip": size - 1}).scalar()
    between = {"event_id": event_id, "after": after, "last": last or LAST_SERIAL}
    return Changes(
        cursor=Cursor(cursor.version, last),
        more=last is not None,
        is_whole=True,
        event=None if after else db.session.get_one(Event, event_id),
        checkpoints=[] if after else checkpoint.list_of_event(event_id),
        types=[] if after else _list_types(event_id),
        people=_with_seats(event_id, [_listed(row) for row in on.execute(_PAGE, between)]),
        admissions=[Entered(*row) for row in on.execute(_ENTERED_PAGE, between)],
    )


def _end_of_page(table: type[Attendee] | type[Admission], event_id: int, after: int, upto: int, size: int) -> int:
    """The last version that fits whole on a page of so many rows."""
    beyond = (
        db.session.connection()
        .execute(
            select(table.version)
            .where(table.event_id == event_id, table.version > after, table.version <= upto)
            .order_by(table.version)
            .limit(1)
            .offset(size)
        )
        .scalar()
    )
    return upto if beyond is None else beyond - 1


def _list_types(event_id: int) -> list[TicketType]:
    return list(
        db.session.scalars(
            select(TicketType).where(TicketType.event_id == event_id).order_by(TicketType.position, TicketType.id)
        )
    )


def _with_seats(event_id: int, people: list[Listed]) -> list[Listed]:
    """The people with their seats, as far as doors ask for them; at no cost where none does."""
    asked = {
        one.session_id
        for one in checkpoint.list_of_event(event_id)
        if one.needs_seat and one.closed_at is None and one.session_id is not None
    }
    expected = {one.attendee_id for one in people if one.status is AttendeeStatus.CONFIRMED}
    if not asked or not expected:
        return people
    found: defaultdict[int, tuple[int, ...]] = defaultdict(tuple)
    rows = db.session.connection().execute(_SEATS, {"people": sorted(expected), "sessions": sorted(asked)})
    for attendee_id, session_id in rows:
        found[attendee_id] += (session_id,)
    return [
        replace(one, session_ids=found[one.attendee_id]) if one.attendee_id in found and one.status else one
        for one in people
    ]


def _listed(row: Any) -> Listed:
    serial, current, status, *facts = row
    return Listed(serial, status if serial == current else None, *facts)
