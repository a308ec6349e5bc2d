"""Seats: how many there are and how many are taken, of an event, its ticket types and their pools."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from eventapp.db import db
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.models.registration import Attendee, SeatPool, TicketType
from eventapp.rules.registration import Places
from eventapp.rules.seats import Seats, TypeSeats
from eventapp.rules.vocabulary import BEHIND_THE_STAGE, SEATED, TypeAccess

# Subqueries rather than joins: type by type, each a range of one index that holds all that is counted. Left to choose,
# a planner without statistics looks the type up once for every person (measured in PostgreSQL: 80 ms instead of 8 with
# 50,000 people).
_SEATED = (
    select(func.count())
    .select_from(Attendee)
    .where(
        Attendee.event_id == TicketType.event_id,
        Attendee.ticket_type_id == TicketType.id,
        Attendee.status.in_(SEATED),
        Attendee.unclaimed_at.is_(None),
    )
    .correlate(TicketType)
    .scalar_subquery()
)
_HELD = (
    select(func.coalesce(func.sum(Invitation.held), 0))
    .where(Invitation.event_id == TicketType.event_id, Invitation.ticket_type_id == TicketType.id, Invitation.held > 0)
    .correlate(TicketType)
    .scalar_subquery()
)
TAKEN = _SEATED + _HELD
"""Of a ticket type: seats of people who are confirmed or have an offer, and seats that are kept for invitations."""

BY_TYPE = (TicketType.id, TicketType.kind, TicketType.capacity, TicketType.pool_id, TicketType.access, TAKEN)
"""The columns that `free_for_newcomers` reads, followed by the capacity of the pool."""

_BY_TYPE = select(*BY_TYPE, SeatPool.capacity).outerjoin(SeatPool, SeatPool.id == TicketType.pool_id)
_TAKEN_BY_AUDIENCE = select(func.coalesce(func.sum(TAKEN), 0)).where(TicketType.kind.not_in(BEHIND_THE_STAGE))


def load(event: Event) -> Seats:
    """The seats of an event now. Under `queries.event.lock` exact, else a look."""
    return _seats(event.capacity, _rows(event.id))


def load_on(on: Connection, event_id: int, capacity: int | None) -> Seats:
    """The same on a connection without a session."""
    return _seats(capacity, list(on.execute(_BY_TYPE.where(TicketType.event_id == event_id))))


def for_newcomers(event: Event) -> Places:
    """The seats of an event as somebody finds them who may take any ticket type that is open to everybody."""
    rows = _rows(event.id)
    taken = _seats(event.capacity, rows).taken
    free = free_for_newcomers(event.capacity, rows)
    return Places(capacity=None if free is None else taken + free, taken=taken, has_waiting_list=event.waiting_list)


def free_for_newcomers(capacity: int | None, rows: Sequence[Sequence[Any]]) -> int | None:
    """The most seats that are free in a type that is open to everybody, from rows of `BY_TYPE`; None: no limit.

    Where no type is open to everybody, those count that guests get by a code or from the team.
    """
    seats = _seats(capacity, rows)
    of_guests = [row for row in rows if row[1] not in BEHIND_THE_STAGE]
    is_open = [row[0] for row in of_guests if row[4] is TypeAccess.OPEN]
    return seats.free_among(is_open or [row[0] for row in of_guests])


def _rows(event_id: int) -> list[Sequence[Any]]:
    return list(db.session.execute(_BY_TYPE.where(TicketType.event_id == event_id)))


def _seats(capacity: int | None, rows: Sequence[Sequence[Any]]) -> Seats:
    types = [
        TypeSeats(type_id, kind, limit, pool_id, int(taken))
        for type_id, kind, limit, pool_id, _access, taken, _ in rows
    ]
    return Seats(capacity, types, {row[3]: row[6] for row in rows if row[3] is not None})


def count_taken(event_id: int) -> int:
    """How many seats of the audience are taken or kept for invitations."""
    return int(db.session.scalar(_TAKEN_BY_AUDIENCE.where(TicketType.event_id == event_id)) or 0)


def count_taken_by_event(event_ids: Sequence[int]) -> dict[int, int]:
    """How many seats of the audience are taken or kept in each of several events."""
    rows = db.session.execute(
        _TAKEN_BY_AUDIENCE.add_columns(TicketType.event_id)
        .where(TicketType.event_id.in_(event_ids))
        .group_by(TicketType.event_id)
    )
    return {event_id: int(taken) for taken, event_id in rows}
