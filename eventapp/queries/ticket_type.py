"""Ticket types for the team: how full each is, what it opens, and what still refers to it."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.checkin import Checkpoint
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation, InvitationCode
from eventapp.models.question import EventQuestion
from eventapp.models.registration import Attendee, Registration, SeatPool, TicketType
from eventapp.queries import seats
from eventapp.rules.vocabulary import CheckpointKind


@dataclass(frozen=True)
class Standing:
    """A ticket type with how many of its seats are taken or kept; ``free`` counts all limits, None: no limit."""

    ticket_type: TicketType
    pool: SeatPool | None
    taken: int
    free: int | None
    people: int
    """Everybody who is or was in it, whatever their status."""


@dataclass(frozen=True)
class SharedSeats:
    """Seats that types share, with how many are taken and which types share them."""

    pool: SeatPool
    taken: int
    types: list[TicketType]


def list_standings(event: Event) -> list[Standing]:
    """The ticket types of an event in the organizer's order."""
    people = (
        select(func.count())
        .select_from(Attendee)
        .where(Attendee.event_id == TicketType.event_id, Attendee.ticket_type_id == TicketType.id)
        .correlate(TicketType)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(TicketType, SeatPool, seats.TAKEN, people)
        .outerjoin(SeatPool, SeatPool.id == TicketType.pool_id)
        .where(TicketType.event_id == event.id)
        .order_by(TicketType.position, TicketType.id)
    ).all()
    now = seats.load(event)
    return [
        Standing(ticket_type, pool, int(taken), now.free(ticket_type.id), everybody)
        for ticket_type, pool, taken, everybody in rows
    ]


def get(event_id: int, type_id: int) -> TicketType:
    """A ticket type of an event. Raises NotFound, also for one of another event."""
    found = db.session.scalar(select(TicketType).where(TicketType.id == type_id, TicketType.event_id == event_id))
    if found is None:
        raise NotFound(type_id)
    return found


def list_pools(event_id: int) -> list[SeatPool]:
    """The pools of an event, by name."""
    return list(
        db.session.scalars(select(SeatPool).where(SeatPool.event_id == event_id).order_by(SeatPool.name, SeatPool.id))
    )


def shared(pools: list[SeatPool], standings: list[Standing]) -> list[SharedSeats]:
    """The pools with what is taken of them."""
    taken: Counter[int] = Counter()
    types: dict[int, list[TicketType]] = {}
    for one in standings:
        if one.pool is not None:
            taken[one.pool.id] += one.taken
            types.setdefault(one.pool.id, []).append(one.ticket_type)
    return [SharedSeats(pool, taken[pool.id], types.get(pool.id, [])) for pool in pools]


def get_pool(event_id: int, pool_id: int) -> SeatPool:
    """A pool of an event. Raises NotFound, also for one of another event."""
    found = db.session.scalar(select(SeatPool).where(SeatPool.id == pool_id, SeatPool.event_id == event_id))
    if found is None:
        raise NotFound(pool_id)
    return found


def list_in_pool(pool_id: int) -> list[TicketType]:
    """The types that share the seats of a pool."""
    return list(
        db.session.scalars(
            select(TicketType).where(TicketType.pool_id == pool_id).order_by(TicketType.position, TicketType.id)
        )
    )


def list_doors(event_id: int) -> list[Checkpoint]:
    """The checkpoints of an event that tickets open."""
    return list(
        db.session.scalars(
            select(Checkpoint).where(Checkpoint.event_id == event_id).order_by(Checkpoint.position, Checkpoint.id)
        )
    )


def list_usual_doors(event_id: int) -> list[Checkpoint]:
    """What a new type opens if nobody says otherwise: the entrances of the venue, and what opens for everybody."""
    return [door for door in list_doors(event_id) if door.kind is CheckpointKind.VENUE or not door.ticket_type_ids]


def list_questions(event_id: int) -> list[EventQuestion]:
    """The questions of an event that are asked of some types only."""
    questions = db.session.scalars(
        select(EventQuestion).where(EventQuestion.event_id == event_id).order_by(EventQuestion.id)
    )
    return [question for question in questions if question.ticket_type_ids]


def count_people(type_id: int) -> int:
    """Everybody who is or was in a type, whatever their status."""
    return _count(Attendee, type_id)


def count_invitations(type_id: int) -> int:
    """The invitations that are for a type."""
    return _count(Invitation, type_id)


def count_held(type_id: int) -> int:
    """How many seats of a type are kept for invitations."""
    held = select(func.coalesce(func.sum(Invitation.held), 0)).where(Invitation.ticket_type_id == type_id)
    return int(db.session.scalar(held) or 0)


def has_used_codes(type_id: int) -> bool:
    """Whether somebody registered with a code that opens a type."""
    used = select(Registration.id).join(InvitationCode, InvitationCode.id == Registration.code_id)
    return db.session.scalar(used.where(InvitationCode.ticket_type_id == type_id).limit(1)) is not None


def count_codes_in_use(type_id: int) -> int:
    """The codes that open a type and are not withdrawn."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(InvitationCode)
            .where(InvitationCode.ticket_type_id == type_id, InvitationCode.revoked_at.is_(None))
        )
        or 0
    )


def _count(model: type[Attendee] | type[Invitation], type_id: int) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(model.ticket_type_id == type_id)) or 0
