"""What must always be true of the data, looked at row by row; the constraints of the tables are not trusted here."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Select, func, select, text

from eventapp.db import db
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.models.registration import Attendee, Registration, SeatPool, TicketType
from eventapp.models.session_seat import SessionSeat, SessionSignUp
from eventapp.models.ticket import Serial, Ticket
from eventapp.rules.vocabulary import BEHIND_THE_STAGE, SEATED, AttendeeStatus, SessionSeatStatus

_VALID = (
    select(Ticket.attendee_id, func.count().label("valid"), func.min(Ticket.code).label("code"))
    .where(Ticket.revoked_at.is_(None))
    .group_by(Ticket.attendee_id)
    .subquery()
)
_CONFIRMED = select(func.count()).where(Attendee.status == AttendeeStatus.CONFIRMED, Attendee.erased_at.is_(None))


@dataclass(frozen=True)
class Oversold:
    """Seats of which more are taken than there are. ``what`` is ``event``, or the kind and id of a narrower limit:
    ``ticket_type:3``, ``seat_pool:1``, ``session:7``."""

    slug: str
    what: str
    capacity: int
    taken: int


def list_oversold() -> list[Oversold]:
    """Where more seats are taken than there are. An organizer who takes seats away later makes one, too."""
    people: dict[int, int] = dict(
        db.session.execute(
            select(Attendee.ticket_type_id, func.count())
            .where(Attendee.status.in_(SEATED), Attendee.unclaimed_at.is_(None))
            .group_by(Attendee.ticket_type_id)
        ).all()
    )
    held: dict[int, int] = dict(
        db.session.execute(
            select(Invitation.ticket_type_id, func.sum(Invitation.held)).group_by(Invitation.ticket_type_id)
        ).all()
    )
    capacities: dict[tuple[str, str], int] = {}
    taken: Counter[tuple[str, str]] = Counter()
    for slug, capacity, row, pool_capacity in db.session.execute(
        select(Event.slug, Event.capacity, TicketType, SeatPool.capacity)
        .join(TicketType, TicketType.event_id == Event.id)
        .outerjoin(SeatPool, SeatPool.id == TicketType.pool_id)
    ):
        limits = [(f"ticket_type:{row.id}", row.capacity), (f"seat_pool:{row.pool_id}", pool_capacity)]
        if row.kind not in BEHIND_THE_STAGE:
            limits.append(("event", capacity))
        for what, limit in limits:
            if limit is not None:
                capacities[slug, what] = limit
                taken[slug, what] += people.get(row.id, 0) + int(held.get(row.id, 0))
    for slug, session_id, seats, number in db.session.execute(
        select(Event.slug, SessionSignUp.session_id, SessionSignUp.seats, func.count())
        .join(Event, Event.id == SessionSignUp.event_id)
        .join(SessionSeat, SessionSeat.session_id == SessionSignUp.session_id)
        .where(SessionSeat.status == SessionSeatStatus.CONFIRMED)
        .group_by(Event.slug, SessionSignUp.session_id, SessionSignUp.seats)
    ):
        capacities[slug, f"session:{session_id}"] = seats
        taken[slug, f"session:{session_id}"] = number
    return [
        Oversold(slug, what, capacity, taken[slug, what])
        for (slug, what), capacity in sorted(capacities.items())
        if taken[slug, what] > capacity
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
