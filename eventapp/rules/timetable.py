"""Moves on the timetable: a session placed, moved, made longer, swapped, shifted, taken off, and all of it undone.

Each returns how the sessions that it touches stood before and stand after it. Nothing here forbids what is unwise: that
is said by `rules.concerns`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from eventapp.errors import Refused
from eventapp.language import local
from eventapp.rules.programme import FOR_ALL
from eventapp.rules.vocabulary import SessionKind

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=24)
USUAL = timedelta(minutes=30)
"""How long a session is taken to be that is placed where no other one tells."""


class Action(StrEnum):
    """What was done to the timetable."""

    PLACE = "place"
    MOVE = "move"
    RESIZE = "resize"
    SWAP = "swap"
    SHIFT = "shift"
    UNSCHEDULE = "unschedule"


@dataclass(frozen=True)
class Spot:
    """When and where a session takes place; each may be unknown."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    room_id: int | None = None

    @property
    def mark(self) -> str:
        """The spot as a short text, in seconds since 1970: forms carry it, to say what their reader saw."""
        ends = "" if self.ends_at is None else int(self.ends_at.timestamp())
        starts = "" if self.starts_at is None else int(self.starts_at.timestamp())
        return f"{starts}/{ends}/{self.room_id or ''}"

    def as_json(self) -> dict[str, Any]:
        """The spot as tables keep it."""
        return {
            "starts_at": self.starts_at and self.starts_at.astimezone(UTC).isoformat(),
            "ends_at": self.ends_at and self.ends_at.astimezone(UTC).isoformat(),
            "room_id": self.room_id,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Spot":
        """The spot that `as_json` wrote."""
        starts, ends = (kept[name] and datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at"))
        return cls(starts, ends, kept["room_id"])

    def starting(self, starts_at: datetime) -> "Spot":
        """The same length and room from another time on."""
        ends = starts_at + (self.ends_at - self.starts_at) if self.starts_at and self.ends_at else None
        return Spot(starts_at, ends, self.room_id)

    def inside(self, room_id: int | None) -> "Spot":
        """The same time in another room."""
        return Spot(self.starts_at, self.ends_at, room_id)


class Movable(Protocol):
    """A session, as far as it can be moved."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> SessionKind: ...
    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def room_id(self) -> int | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Change:
    """How the sessions that something touches stand before and after it, by their ids."""

    before: dict[int, Spot]
    after: dict[int, Spot]

    def __bool__(self) -> bool:
        return bool(self.after)


def spot(session: Movable) -> Spot:
    """Where a session stands."""
    return Spot(session.starts_at, session.ends_at, session.room_id)


def _change(*moves: tuple[Movable, Spot]) -> Change:
    real = [(session, after) for session, after in moves if spot(session) != after]
    return Change({session.id: spot(session) for session, _ in real}, {session.id: after for session, after in real})


def check_seen(session: Movable, seen: str | None) -> None:
    """Raises Refused("session_moved_since") if a session is not where the reader of a form saw it (`Spot.mark`)."""
    if seen is not None and seen != spot(session).mark:
        raise Refused("session_moved_since")


def place(session: Movable, starts_at: datetime, room_id: int | None, length: timedelta) -> Change:
    """Gives a session without a time one, and a room. Raises Refused if it has one, or for a length that cannot be."""
    if session.starts_at is not None:
        raise Refused("session_placed")
    _check_length(length, "minutes")
    return _change((session, Spot(starts_at, starts_at + length, room_id)))


def move(session: Movable, starts_at: datetime, room_id: int | None) -> Change:
    """Another start, another room; the length stays. Raises Refused("session_unplaced") if it has no time."""
    _start_of(session)
    return _change((session, spot(session).starting(starts_at).inside(room_id)))


def resize(session: Movable, ends_at: datetime) -> Change:
    """Another end. Raises Refused for a session without a time, or for a length that cannot be."""
    starts_at = _start_of(session)
    if ends_at <= starts_at:
        raise Refused("ends_before_start", field="ends_at")
    _check_length(ends_at - starts_at, "ends_at")
    return _change((session, Spot(starts_at, ends_at, session.room_id)))


def unschedule(session: Movable) -> Change:
    """Takes time and room away. Raises Refused("session_unplaced") if it has no time."""
    _start_of(session)
    return _change((session, Spot()))


def swap(first: Movable, second: Movable) -> Change:
    """Two sessions exchange time and room; each keeps its length. Doing it twice is doing nothing.

    In two rooms, each begins when the other one began. In one room they are mirrored within the time from the first
    start to the last end: the later one begins where the earlier one began, and that one ends where the later one
    ended. So neighbours of different lengths do not run into each other or into what follows.

    Raises Refused: "swap_same", or "session_unplaced" if one has no time.
    """
    if first.id == second.id:
        raise Refused("swap_same", field="other_id")
    a, b = spot(first), spot(second)
    first_start, second_start = _start_of(first), _start_of(second)
    if a.room_id == b.room_id and a.ends_at is not None and b.ends_at is not None:
        around = min(first_start, second_start), max(a.ends_at, b.ends_at)
        return _change((first, _mirrored(a, *around)), (second, _mirrored(b, *around)))
    return _change(
        (first, a.starting(second_start).inside(b.room_id)), (second, b.starting(first_start).inside(a.room_id))
    )


def _mirrored(some: Spot, opens: datetime, closes: datetime) -> Spot:
    return some.starting(opens + (closes - some.ends_at)) if some.ends_at is not None else some


def shift(sessions: Iterable[Movable], since: Movable, by: timedelta, zone: str, *, everywhere: bool) -> Change:
    """Moves a session and all that begins with it or later on its day (on the clocks of the zone), breaks too.

    In its room alone, or ``everywhere``. A break or ceremony without a room concerns all rooms: it moves with a single
    one only if nothing takes place in another one on that day. What is cancelled stays. Raises
    Refused("session_unplaced") if the session has no time.
    """
    start = _start_of(since)
    day = local(start, zone).date()
    today = [
        (session, session.starts_at)
        for session in sessions
        if session.cancelled_at is None
        and session.starts_at is not None
        and local(session.starts_at, zone).date() == day
    ]
    is_only_room = {session.room_id for session, _ in today} <= {None, since.room_id}
    return _change(
        *(
            (session, spot(session).starting(at + by))
            for session, at in today
            if at >= start
            and (
                everywhere
                or session.room_id == since.room_id
                or (is_only_room and session.room_id is None and session.kind in FOR_ALL)
            )
        )
    )


def undo(change: Change, sessions: Mapping[int, Movable], room_ids: Collection[int]) -> Change:
    """Puts everything back where it stood before a change.

    Raises Refused: "edit_overtaken" if a session is no more or stands elsewhere than the change left it,
    "edit_room_gone" if a session would go into a room that is no more.
    """
    if not all(key in sessions and spot(sessions[key]) == after for key, after in change.after.items()):
        raise Refused("edit_overtaken")
    if not all(before.room_id is None or before.room_id in room_ids for before in change.before.values()):
        raise Refused("edit_room_gone")
    return Change(change.after, change.before)


def usual_length(sessions: Iterable[Movable], kind: SessionKind) -> timedelta:
    """The length that most sessions of a kind have; the shorter one of two."""
    lengths = [s.ends_at - s.starts_at for s in sessions if s.kind is kind and s.starts_at and s.ends_at]
    return max(sorted(set(lengths)), key=lengths.count, default=USUAL)


def _start_of(session: Movable) -> datetime:
    if session.starts_at is None:
        raise Refused("session_unplaced")
    return session.starts_at


def _check_length(length: timedelta, field: str) -> None:
    if length < SHORTEST:
        raise Refused("session_too_short", field=field, min=int(SHORTEST.total_seconds() // 60))
    if length > LONGEST:
        raise Refused("session_too_long", field=field, max=int(LONGEST.total_seconds() // 3600))
