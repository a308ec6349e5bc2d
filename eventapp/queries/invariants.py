"""What must always be true of the data, looked at row by row; the constraints of the tables are not trusted here."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select, text

from eventapp.db import db
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration, TicketType
from eventapp.models.ticket import Serial, Ticket
from eventapp.rules.vocabulary import BEHIND_THE_STAGE, SEATED, AttendeeStatus

_TAKEN = (
    select(Attendee.event_id, func.count().label("taken"))
    .join(TicketType, TicketType.id == Attendee.ticket_type_id)
    .where(Attendee.status.in_(SEATED), TicketType.kind.not_in(BEHIND_THE_STAGE))
    .group_by(Attendee.event_id)
    .subquery()
)
_VALID = (
    select(Ticket.attendee_id, func.count().label("valid"), func.min(Ticket.code).label("code"))
    .where(Ticket.revoked_at.is_(None))
    .group_by(Ticket.attendee_id)
    .subquery()
)
_CONFIRMED = select(func.count()).where(Attendee.status == AttendeeStatus.CONFIRMED)


@dataclass(frozen=True)
class Oversold:
    """An event in which more people of the audience have a seat than there are seats."""

    slug: str
    capacity: int
    taken: int


def list_oversold() -> list[Oversold]:
    """Events with more seats taken than there are. An organizer who takes seats away later makes one, too."""
    return [
        Oversold(*row)
        for row in db.session.execute(
            select(Event.slug, Event.capacity, _TAKEN.c.taken)
            .join(_TAKEN, _TAKEN.c.event_id == Event.id)
            .where(_TAKEN.c.taken > Event.capacity)
            .order_by(Event.slug)
        )
    ]


def count_without_one_ticket() -> int:
    """Confirmed people who have no valid ticket, or more than one."""
    return _count(
        _CONFIRMED.outerjoin_from(Attendee, _VALID, _VALID.c.attendee_id == Attendee.id).where(
            func.coalesce(_VALID.c.valid, 0) != 1
        )
    )


def count_wrong_serials() -> int:
    """People whose valid ticket has another serial than theirs, or whose serial is not among the event's."""
    other = (
        select(func.count())
        .select_from(Attendee)
        .join(_VALID, _VALID.c.attendee_id == Attendee.id)
        .where(func.substr(_VALID.c.code, 1, 5) != Attendee.serial)
    )
    unknown = (
        select(func.count())
        .select_from(Attendee)
        .outerjoin(
            Serial,
            (Serial.event_id == Attendee.event_id)
            & (Serial.value == Attendee.serial)
            & (Serial.attendee_id == Attendee.id),
        )
        .where(Serial.value.is_(None))
    )
    return _count(other) + _count(unknown)


def count_empty_registrations() -> int:
    """Registrations that name nobody."""
    return _count(
        select(func.count())
        .select_from(Registration)
        .outerjoin(Attendee, Attendee.registration_id == Registration.id)
        .where(Attendee.id.is_(None))
    )


def count_orphans() -> int:
    """Rows that refer to rows which do not exist. PostgreSQL lets none arise; SQLite does while its keys are off."""
    if db.engine.dialect.name != "sqlite":
        return 0
    return len(db.session.execute(text("pragma foreign_key_check")).all())


def find_damage() -> str | None:
    """What SQLite says about a damaged file; None if all is well, and on PostgreSQL."""
    if db.engine.dialect.name != "sqlite":
        return None
    said = db.session.scalar(text("pragma quick_check(1)"))
    return None if said == "ok" else str(said)


def _count(statement: Select[int]) -> int:
    return db.session.scalar(statement) or 0
