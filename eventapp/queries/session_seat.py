"""Sessions with limited seats: how full they are, who has a seat, who waits and as what number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select

from eventapp.db import db
from eventapp.models.registration import Attendee
from eventapp.models.session_seat import SessionSeat, SessionSignUp
from eventapp.rules import names
from eventapp.rules.vocabulary import AttendeeStatus, Fill, SessionSeatStatus

HELD = (SessionSeatStatus.CONFIRMED, SessionSeatStatus.WAITLISTED)
"""A seat, or a place on the waiting list."""

_IN_ORDER = (SessionSeat.status_at, SessionSeat.attendee_id)


@dataclass(frozen=True)
class Numbers:
    """A session's seats: how many there are, are taken, and how many people wait."""

    seats: int
    fill: Fill
    taken: int
    waiting: int


@dataclass(frozen=True)
class Seat:
    """Where one person stands for one session; ``number`` is theirs on the waiting list, from 1."""

    attendee_id: int
    session_id: int
    status: SessionSeatStatus
    number: int | None


@dataclass(frozen=True)
class Listed:
    """A line of the desk's list."""

    attendee: Attendee
    status: SessionSeatStatus
    since: datetime


def find(event_id: int, session_id: int) -> SessionSignUp | None:
    """What a session's seats are; None when anybody may come."""
    return db.session.scalar(
        select(SessionSignUp).where(SessionSignUp.session_id == session_id, SessionSignUp.event_id == event_id)
    )


def labels(event_id: int) -> dict[int, Fill]:
    """How full each session with limited seats is, by its id; others are missing."""
    rows = select(SessionSignUp.session_id, SessionSignUp.fill).where(SessionSignUp.event_id == event_id)
    return dict(db.session.execute(rows).all())


def numbers(event_id: int, session_id: int | None = None) -> dict[int, Numbers]:
    """The seats of each session that has limited ones, or of one session, by id. One statement."""

    def many(status: SessionSeatStatus) -> Any:
        return func.count().filter(SessionSeat.status == status)

    query = (
        select(
            SessionSignUp.session_id,
            SessionSignUp.seats,
            SessionSignUp.fill,
            many(SessionSeatStatus.CONFIRMED),
            many(SessionSeatStatus.WAITLISTED),
        )
        .outerjoin(SessionSeat, SessionSeat.session_id == SessionSignUp.session_id)
        .where(SessionSignUp.event_id == event_id)
        .group_by(SessionSignUp.session_id, SessionSignUp.seats, SessionSignUp.fill)
    )
    if session_id is not None:
        query = query.where(SessionSignUp.session_id == session_id)
    return {row[0]: Numbers(*row[1:]) for row in db.session.execute(query)}


def count_taken(event_id: int) -> dict[int, int]:
    """How many seats are taken in each session that has limited ones, by id."""
    return {session_id: found.taken for session_id, found in numbers(event_id).items()}


def of_registration(registration_id: int) -> list[Seat]:
    """The seats and waiting-list places of a registration's people. One statement."""
    people = select(Attendee.id).where(Attendee.registration_id == registration_id)
    sessions = select(SessionSeat.session_id).where(SessionSeat.attendee_id.in_(people), SessionSeat.status.in_(HELD))
    number = func.row_number().over(partition_by=(SessionSeat.session_id, SessionSeat.status), order_by=_IN_ORDER)
    ranked = (
        select(SessionSeat.attendee_id, SessionSeat.session_id, SessionSeat.status, number.label("number"))
        .where(SessionSeat.session_id.in_(sessions), SessionSeat.status.in_(HELD))
        .subquery()
    )
    rows = db.session.execute(
        select(ranked).where(ranked.c.attendee_id.in_(people)).order_by(ranked.c.session_id, ranked.c.attendee_id)
    )
    return [
        Seat(attendee_id, session_id, status, place if status is SessionSeatStatus.WAITLISTED else None)
        for attendee_id, session_id, status, place in rows
    ]


def of_attendee(attendee_id: int) -> list[SessionSeat]:
    """What one person has or waits for."""
    return list(
        db.session.scalars(
            select(SessionSeat)
            .where(SessionSeat.attendee_id == attendee_id, SessionSeat.status.in_(HELD))
            .order_by(SessionSeat.session_id)
        )
    )


def list_waiting(session_id: int) -> list[SessionSeat]:
    """Who waits for a session, first come first."""
    return list(
        db.session.scalars(
            select(SessionSeat)
            .where(SessionSeat.session_id == session_id, SessionSeat.status == SessionSeatStatus.WAITLISTED)
            .order_by(*_IN_ORDER)
        )
    )


def list_seated(session_id: int) -> list[Attendee]:
    """The people who have a seat in a session, by number."""
    return list(
        db.session.scalars(
            select(Attendee)
            .join(SessionSeat, SessionSeat.attendee_id == Attendee.id)
            .where(SessionSeat.session_id == session_id, SessionSeat.status == SessionSeatStatus.CONFIRMED)
            .order_by(Attendee.id)
        )
    )


def sessions_with_seat(registration_id: int) -> frozenset[int]:
    """The sessions in which somebody of a registration has a seat."""
    return frozenset(
        db.session.scalars(
            select(SessionSeat.session_id)
            .join(Attendee, Attendee.id == SessionSeat.attendee_id)
            .where(Attendee.registration_id == registration_id, SessionSeat.status == SessionSeatStatus.CONFIRMED)
        )
    )


def is_anybody_there(session_id: int) -> bool:
    """Whether somebody has a seat in a session, or waits for one."""
    return bool(
        db.session.scalar(select(exists().where(SessionSeat.session_id == session_id, SessionSeat.status.in_(HELD))))
    )


def list_people(
    event_id: int, session_id: int, words: str = "", *, offset: int = 0, limit: int | None = None
) -> list[Listed]:
    """Who has a seat in a session, then who waits, each in the order in which they came. ``words`` finds names."""
    columns = select(Attendee, SessionSeat.status, SessionSeat.status_at)
    query = _people(columns, event_id, session_id, words)
    rows = db.session.execute(query.order_by(SessionSeat.status, *_IN_ORDER).offset(offset).limit(limit))
    return [Listed(*row) for row in rows]


def count_people(event_id: int, session_id: int, words: str = "") -> int:
    """How many people `list_people` would find."""
    return db.session.scalar(_people(select(func.count()), event_id, session_id, words)) or 0


def _people(query: Select[*tuple[Any, ...]], event_id: int, session_id: int, words: str) -> Select[*tuple[Any, ...]]:
    query = query.select_from(SessionSeat).join(Attendee, Attendee.id == SessionSeat.attendee_id)
    query = query.where(
        SessionSeat.event_id == event_id, SessionSeat.session_id == session_id, SessionSeat.status.in_(HELD)
    )
    return _named(query, words)


def list_candidates(event_id: int, session_id: int, words: str, limit: int) -> list[Attendee]:
    """People with a place at the event who are not in a session yet, by a part of their name."""
    there = select(SessionSeat.attendee_id).where(SessionSeat.session_id == session_id, SessionSeat.status.in_(HELD))
    query = select(Attendee).where(
        Attendee.event_id == event_id, Attendee.status == AttendeeStatus.CONFIRMED, Attendee.id.not_in(there)
    )
    return list(db.session.scalars(_named(query, words).order_by(Attendee.name_key, Attendee.id).limit(limit)))


def _named(query: Select[*tuple[Any, ...]], words: str) -> Select[*tuple[Any, ...]]:
    for part in names.search_key(words).split():
        query = query.where(Attendee.name_key.contains(part, autoescape=True))
    return query
