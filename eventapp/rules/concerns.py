"""What is unwise about a programme: warnings for whoever makes it, never refusals."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from eventapp.rules import programme
from eventapp.rules.programme import Slot


class Kind(StrEnum):
    """In which way something is unwise."""

    ROOM = "room"
    """Two sessions at once in one room."""
    PERSON = "person"
    """Two sessions at once with one person."""
    AWAY = "away"
    """Somebody on stage cannot be there at that time."""
    DECLINED = "declined"
    """Somebody on stage said that they do not come."""
    SEATS = "seats"
    """More people mean to come than the room seats."""
    HOURS = "hours"
    """Before the event begins or after it ends, on one of its days."""
    DAYS = "days"
    """On a day on which the event does not take place."""


@dataclass(frozen=True)
class Concern:
    """One thing that is unwise about a session; ``other_id`` is the second session of a clash."""

    kind: Kind
    session_id: int
    other_id: int | None = None
    room_id: int | None = None
    speaker_id: int | None = None
    people: int = 0
    """Of `Kind.SEATS`: how many mean to come."""
    seats: int = 0
    """Of `Kind.SEATS`: how many the room has."""


class Part(Protocol):
    """What one person does in a session, or somebody in their place."""

    @property
    def speaker_id(self) -> int: ...
    @property
    def substitute_id(self) -> int | None: ...


class Staged(Protocol):
    """A session with its time, place and people."""

    @property
    def id(self) -> int: ...
    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def room_id(self) -> int | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...
    @property
    def speakers(self) -> Collection[Part]: ...


@dataclass(frozen=True)
class Circumstances:
    """What a programme is measured by.

    ``starts_at`` and ``ends_at`` are those of the event; without ``time_is_known`` only their days count. ``seats``: by
    room, where it is known. ``sign_ups``: how many people mean to see a session. ``availability``: when a speaker can
    be on stage; one without an entry always can. ``declined``: speakers who do not come.
    """

    zone: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_is_known: bool = True
    seats: Mapping[int, int] = field(default_factory=dict)
    sign_ups: Mapping[int, int] = field(default_factory=dict)
    availability: Mapping[int, Sequence[tuple[datetime, datetime]]] = field(default_factory=dict)
    declined: frozenset[int] = frozenset()


def among(sessions: Iterable[Staged], about: Circumstances) -> list[Concern]:
    """All that is unwise, clashes first, each in the order of time. Nothing is unwise about a cancelled session."""
    on = sorted(
        (s for s in sessions if s.cancelled_at is None),
        key=lambda s: (s.starts_at is None, s.starts_at.timestamp() if s.starts_at else 0.0, s.id),
    )
    return [*_clashes(on), *(concern for session in on for concern in _alone(session, about))]


def on_stage(session: Staged) -> frozenset[int]:
    """Who speaks in a session: a substitute counts instead of the person they stand in for."""
    return frozenset(part.substitute_id or part.speaker_id for part in session.speakers)


def _clashes(sessions: Iterable[Staged]) -> list[Concern]:
    found = []
    for clash in programme.clashes(
        [
            Slot(s.id, s.starts_at, s.ends_at, s.room_id, on_stage(s))
            for s in sessions
            if s.starts_at is not None and s.ends_at is not None
        ]
    ):
        if clash.room_id is not None:
            found.append(Concern(Kind.ROOM, clash.first_id, clash.second_id, room_id=clash.room_id))
        found += [
            Concern(Kind.PERSON, clash.first_id, clash.second_id, speaker_id=speaker_id)
            for speaker_id in sorted(clash.speaker_ids)
        ]
    return found


def _alone(session: Staged, about: Circumstances) -> Iterable[Concern]:
    for speaker_id in sorted(on_stage(session)):
        if speaker_id in about.declined:
            yield Concern(Kind.DECLINED, session.id, speaker_id=speaker_id)
        elif session.starts_at is not None and not _can(
            about.availability.get(speaker_id, ()), session.starts_at, session.ends_at or session.starts_at
        ):
            yield Concern(Kind.AWAY, session.id, speaker_id=speaker_id)
    people, seats = about.sign_ups.get(session.id, 0), about.seats.get(session.room_id or 0)
    if seats is not None and people > seats:
        yield Concern(Kind.SEATS, session.id, room_id=session.room_id, people=people, seats=seats)
    if programme.is_outside(session, about.starts_at, about.ends_at, about.zone):
        yield Concern(Kind.DAYS, session.id)
    elif about.time_is_known and _is_outside_hours(session, about):
        yield Concern(Kind.HOURS, session.id)


def _can(windows: Sequence[tuple[datetime, datetime]], starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a time lies within windows, of which those that touch are one; without any, it does."""
    reached = starts_at
    for opens, closes in sorted(windows):
        if opens <= reached <= closes:
            reached = closes
            if reached >= ends_at:
                return True
    return not windows


def _is_outside_hours(session: Staged, about: Circumstances) -> bool:
    if session.starts_at is None or about.starts_at is None:
        return False
    ends_at = session.ends_at or session.starts_at
    return session.starts_at < about.starts_at or (about.ends_at is not None and ends_at > about.ends_at)


def by_session(found: Iterable[Concern]) -> dict[int, list[Concern]]:
    """Concerns by the sessions they are about; a clash stands with both, each time seen from there."""
    by_id: dict[int, list[Concern]] = defaultdict(list)
    for concern in found:
        by_id[concern.session_id].append(concern)
        if concern.other_id is not None:
            by_id[concern.other_id].append(replace(concern, session_id=concern.other_id, other_id=concern.session_id))
    return dict(by_id)
