"""Seats in a session: how full it is called, who is next, and whom two sessions at once concern."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from eventapp.rules.vocabulary import Fill

FEW = 6
"""With fewer free seats than this a session is filling, however small its room."""

FILLING_FROM = 0.8
"""The part of its seats from which on a session is filling."""

MAX_SEATS = 100_000
"""More than this is a slip of the finger."""


class Numbered(Protocol):
    """A session, as far as overlaps go."""

    @property
    def id(self) -> int: ...


S = TypeVar("S", bound=Numbered)


def label(seats: int, taken: int) -> Fill:
    """What guests are told about a session of which ``taken`` of ``seats`` are given."""
    if taken >= seats:
        return Fill.FULL
    if seats - taken < FEW or taken >= FILLING_FROM * seats:
        return Fill.FILLING
    return Fill.FREE


def is_open(cancelled_at: datetime | None, ends_at: datetime | None, now: datetime) -> bool:
    """Whether seats of a session are still given: it takes place, and is not over."""
    return cancelled_at is None and (ends_at is None or ends_at > now)


def next_ones(waiting: Sequence[int], seats: int, taken: int) -> Sequence[int]:
    """Who of those who wait, first come first, gets a free seat now."""
    return waiting[: max(0, seats - taken)]


def queued_at(now: datetime, last: datetime | None) -> datetime:
    """Since when somebody waits who joins the list now: behind whoever is last, also where clocks disagree."""
    return now if last is None or last < now else last + timedelta(microseconds=1)


def overlaps(pairs: Iterable[tuple[S, S]], held: Mapping[int, Collection[int]]) -> list[tuple[S, S]]:
    """Of the pairs of sessions at once those that concern somebody: two sessions with seats only if one person holds,
    or waits for, both. ``held``: the ids of the sessions with seats, by person."""
    with_seats = {session_id for sessions in held.values() for session_id in sessions}
    return [
        (one, other)
        for one, other in pairs
        if not {one.id, other.id} <= with_seats or any({one.id, other.id} <= set(mine) for mine in held.values())
    ]
