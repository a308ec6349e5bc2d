"""Guests whom the protocol desk awaits: who is expected, who has come, when, where and with how many."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select, true

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.language import local
from eventapp.models.checkin import Admission, Checkpoint, Scan
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.models.registration import Attendee, TicketType
from eventapp.queries.door_page import IS_UNDONE
from eventapp.rules import names
from eventapp.rules.vocabulary import AttendeeStatus, CheckpointKind, ScanKind

IS_INVITED = and_(Invitation.registration_id == Attendee.registration_id, Invitation.name == Attendee.name)
"""How a person finds the invitation that names them: whoever comes in their place is not *Madam Minister*."""

TITLE = Invitation.courtesy_title
FUNCTION = func.coalesce(Attendee.function, Invitation.function)
_OUT = (ScanKind.EXIT, ScanKind.GIVEN_BACK)


@dataclass(frozen=True)
class Guest:
    """A personality with a place. ``arrived_at`` and ``door`` are of today."""

    attendee_id: int
    registration_id: int
    name: str
    title: str | None
    function: str | None
    organization: str | None
    note: str | None
    expected: int
    """Companions who are expected."""
    arrived_at: datetime | None = None
    door: str = ""
    came: int = 0
    """Companions who came."""
    is_mine: bool = False
    """Whether the arrival was noted by the account that looks, and can be taken back by it."""


@dataclass(frozen=True)
class Standing:
    """What the door knows of somebody beside the name: how a personality is addressed, whether they are in here, and
    how many companions are expected and came."""

    title: str | None
    function: str | None
    is_in: bool
    came: int
    expected: int
    is_personality: bool

    @property
    def is_delegation(self) -> bool:
        """Whether companions can be counted: somebody is in, and leads people or is awaited by the protocol desk."""
        return self.is_in and bool(self.came or self.expected or self.is_personality)


@dataclass(frozen=True)
class Category:
    """A category of guests: how many people it has, and how many of them are awaited by the protocol desk."""

    ticket_type: TicketType
    people: int
    awaited: int


def list_guests(event: Event, now: datetime, *, sought: str = "", account_device_id: int | None = None) -> list[Guest]:
    """The personalities of an event: those who are there, the latest first, then those who are expected, by name.

    ``sought`` narrows them to names, titles, functions and organizations that hold all its words.
    """
    rows = db.session.execute(
        select(
            Attendee.id,
            Attendee.registration_id,
            Attendee.name,
            TITLE,
            FUNCTION,
            Attendee.organization,
            Attendee.door_note,
            Attendee.companions,
        )
        .outerjoin(Invitation, IS_INVITED)
        .where(
            Attendee.event_id == event.id,
            Attendee.is_personality == true(),
            Attendee.status == AttendeeStatus.CONFIRMED,
        )
        .order_by(Attendee.name_key, Attendee.id)
    )
    came = _arrivals(event, now)
    mine = _noted_by(account_device_id) if account_device_id is not None else set()
    wanted = names.search_key(sought).split()
    found = []
    for row in rows:
        key = names.search_key(" ".join(filter(None, (row[2], row[3], row[4], row[5]))))
        if all(word in key for word in wanted):
            arrived_at, door, companions = came.get(row[0], (None, "", 0))
            found.append(Guest(*row, arrived_at, door, companions, row[0] in mine))
    there = sorted((one for one in found if one.arrived_at), key=lambda one: one.arrived_at or now, reverse=True)
    return [*there, *(one for one in found if one.arrived_at is None)]


def _arrivals(event: Event, now: datetime) -> dict[int, tuple[datetime, str, int]]:
    """When personalities came in today by an entrance of the venue, by which door, and with how many."""
    rows = db.session.execute(
        select(Admission.attendee_id, Admission.entered_at, Admission.last_at, Admission.door, Admission.companions)
        .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
        .join(Attendee, Attendee.id == Admission.attendee_id)
        .where(
            Admission.event_id == event.id,
            Attendee.is_personality == true(),
            Checkpoint.kind == CheckpointKind.VENUE,
            Admission.entered_at.is_not(None),
        )
        .order_by(Admission.entered_at.desc(), Admission.checkpoint_id)
    )
    today = local(now, event.timezone).date()
    found: dict[int, tuple[datetime, str, int]] = {}
    for attendee_id, entered_at, last_at, door, companions in rows:
        days = [at for at in (entered_at, last_at) if at and local(at, event.timezone).date() == today]
        if days:
            found[attendee_id] = (days[0], door, companions)  # the earliest entrance comes last, and stays
    return found


def _noted_by(device_id: int) -> set[int]:
    rows = db.session.scalars(
        select(Scan.attendee_id).where(
            Scan.device_id == device_id,
            Scan.attendee_id.is_not(None),
            Scan.moves == true(),
            Scan.kind == ScanKind.ENTRY,
            ~IS_UNDONE,
        )
    )
    return {attendee_id for attendee_id in rows if attendee_id is not None}


def get_standing(attendee_id: int, checkpoint_id: int) -> Standing:
    """How somebody stands at a checkpoint. Raises NotFound."""
    row = db.session.execute(
        select(
            TITLE, FUNCTION, Admission.entered_at, Admission.companions, Attendee.companions, Attendee.is_personality
        )
        .select_from(Attendee)
        .outerjoin(Invitation, IS_INVITED)
        .outerjoin(Admission, (Admission.attendee_id == Attendee.id) & (Admission.checkpoint_id == checkpoint_id))
        .where(Attendee.id == attendee_id)
    ).first()
    if row is None:
        raise NotFound(attendee_id)
    title, function, entered_at, came, expected, is_personality = row
    return Standing(
        title=title if is_personality else None,
        function=function if is_personality else None,
        is_in=entered_at is not None,
        came=came or 0,
        expected=expected,
        is_personality=is_personality,
    )


def list_added(device_id: int, scan_id: str) -> list[Scan]:
    """The scans of a phone that counted companions who came after a scan, and were not taken back."""
    return list(
        db.session.scalars(
            select(Scan)
            .where(
                Scan.target_id == scan_id,
                Scan.device_id - device_id == 0,  # by the few scans that name this one, not by all of a phone
                Scan.kind.in_((ScanKind.ENTRY, ScanKind.GIVEN)),
                ~IS_UNDONE,
            )
            .order_by(Scan.corrected_at, Scan.id)
        )
    )


def list_entries(attendee_id: int, checkpoint_id: int) -> list[Scan]:
    """The scans by which somebody is in at a checkpoint, in their order; those that were taken back are none."""
    return list(
        db.session.scalars(
            select(Scan)
            .where(
                Scan.attendee_id == attendee_id,
                Scan.checkpoint_id == checkpoint_id,
                Scan.moves == true(),
                Scan.kind.not_in((*_OUT, ScanKind.UNDO)),
                Scan.set_aside_at.is_(None),
                ~IS_UNDONE,
            )
            .order_by(Scan.corrected_at, Scan.id)
        )
    )


def list_categories(event_id: int) -> list[Category]:
    """The categories of an event in the organizer's order."""
    rows = db.session.execute(
        select(TicketType, func.count(Attendee.id), func.count(Attendee.id).filter(Attendee.is_personality == true()))
        .outerjoin(Attendee, (Attendee.ticket_type_id == TicketType.id) & (Attendee.status == AttendeeStatus.CONFIRMED))
        .where(TicketType.event_id == event_id)
        .group_by(TicketType.id)
        .order_by(TicketType.position, TicketType.id)
    )
    return [Category(*row) for row in rows]


def list_of_category(event_id: int, ticket_type_id: int) -> list[Attendee]:
    """Everybody of a category who is not erased, whatever their status."""
    return list(
        db.session.scalars(
            select(Attendee)
            .where(
                Attendee.event_id == event_id,
                Attendee.ticket_type_id == ticket_type_id,
                Attendee.erased_at.is_(None),
            )
            .order_by(Attendee.id)
        )
    )
