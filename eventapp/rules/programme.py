"""The programme as people read it: by day, with what is on now and next, and where it clashes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from eventapp.language import local


class Dated(Protocol):
    """An event, as far as its times may be made up."""

    @property
    def placeholder(self) -> bool: ...
    @property
    def time_is_known(self) -> bool: ...


class Scheduled(Protocol):
    """A session, whose time may be made up."""

    @property
    def placeholder(self) -> bool: ...


def is_time_made_up(session: Scheduled, event: Dated) -> bool:
    """Whether a session's time stands in for one that is not known: then it is not shown as if it were certain.

    In an event that is made up as a whole, the times are as good as everything else; its banner says so once.
    """
    return not event.time_is_known or (session.placeholder and not event.placeholder)


class Timed(Protocol):
    """Anything with a start and an end."""

    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...


T = TypeVar("T", bound=Timed)


def by_day(sessions: Iterable[T], zone: str) -> list[tuple[date | None, list[T]]]:
    """Sessions grouped by their day on the clocks of the zone, in time order; those without a time come last."""
    days: dict[date | None, list[T]] = {}
    for session in sessions:
        day = local(session.starts_at, zone).date() if session.starts_at else None
        days.setdefault(day, []).append(session)
    for items in days.values():
        items.sort(key=lambda s: (s.starts_at is None, s.starts_at.timestamp() if s.starts_at else 0.0))
    return sorted(days.items(), key=lambda item: (item[0] is None, item[0] or date.min))


def is_now(session: Timed, now: datetime) -> bool:
    """Whether a session is running."""
    return session.starts_at is not None and session.ends_at is not None and session.starts_at <= now < session.ends_at


def next_start(sessions: Sequence[Timed], now: datetime) -> datetime | None:
    """When the next session begins; None when none is left."""
    return min((s.starts_at for s in sessions if s.starts_at is not None and s.starts_at > now), default=None)


@dataclass(frozen=True)
class Slot:
    """What a clash is computed from: a session's place, time and people."""

    session_id: int
    starts_at: datetime
    ends_at: datetime
    room_id: int | None
    speaker_ids: frozenset[int]


@dataclass(frozen=True)
class Clash:
    """Two sessions that overlap in time and share a room or a person."""

    first_id: int
    second_id: int
    room_id: int | None
    speaker_ids: frozenset[int]


def clashes(slots: Sequence[Slot]) -> list[Clash]:
    """All clashes, in order of time. Touching ends do not clash. A warning, never a refusal."""
    ordered = sorted(slots, key=lambda s: (s.starts_at, s.session_id))
    found = []
    running: list[Slot] = []
    for slot in ordered:
        running = [other for other in running if other.ends_at > slot.starts_at]
        for other in running:
            room = slot.room_id if slot.room_id is not None and slot.room_id == other.room_id else None
            people = slot.speaker_ids & other.speaker_ids
            if room is not None or people:
                found.append(Clash(other.session_id, slot.session_id, room, people))
        running.append(slot)
    return found


class Part(Protocol):
    """What one person does in a session."""

    @property
    def speaker_id(self) -> int: ...


class Staged(Timed, Protocol):
    """A session with its place and people."""

    @property
    def id(self) -> int: ...
    @property
    def room_id(self) -> int | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...
    @property
    def speakers(self) -> Collection[Part]: ...


def clashes_among(sessions: Iterable[Staged]) -> list[Clash]:
    """The clashes of a programme. Sessions that are cancelled or have no times clash with nothing."""
    return clashes(
        [
            Slot(s.id, s.starts_at, s.ends_at, s.room_id, frozenset(part.speaker_id for part in s.speakers))
            for s in sessions
            if s.starts_at is not None and s.ends_at is not None and s.cancelled_at is None
        ]
    )


def is_outside(session: Timed, starts_at: datetime | None, ends_at: datetime | None, zone: str) -> bool:
    """Whether a session lies on a day on which its event does not take place. Unknown times are not outside."""
    if session.starts_at is None or starts_at is None:
        return False
    first, last = local(starts_at, zone).date(), local(ends_at or starts_at, zone).date()
    return not first <= local(session.starts_at, zone).date() <= last
