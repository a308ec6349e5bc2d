"""Checkpoints: what they may be set to, whose word about their window counts, and which one a phone at a room serves.

The last two exist twice, as phones decide them without a network; see tests/cases/places.json and docs/checkin.md.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventapp.errors import Refused
from eventapp.rules.vocabulary import CheckpointKind, Policy

OPENS_BEFORE = timedelta(minutes=30)
"""How long before its session a door usually opens."""

TURNS_BEFORE = timedelta(minutes=15)
"""How long before a session a phone at its room turns to it, if the one before is over by then."""

MAX_PERIODS = 60


@dataclass(frozen=True)
class Word:
    """What somebody said about a window, and when. The latest counts, by time and then by id; the desk's has no id."""

    changed_at: datetime
    id: str
    opens_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True)
class Slot:
    """When the session of a door takes place in a room."""

    checkpoint_id: int
    room_id: int
    starts_at: datetime
    ends_at: datetime


def is_later(changed_at: datetime, word_id: str, than_at: datetime | None, than_id: str) -> bool:
    """Whether one word about a window comes after another. ``than_at`` None: nobody has said anything yet."""
    return than_at is None or (changed_at, word_id) > (than_at, than_id)


def latest(words: Iterable[Word]) -> Word | None:
    """The word that counts, whatever the order in which they arrived."""
    return max(words, key=lambda word: (word.changed_at, word.id), default=None)


def served(slots: Collection[Slot], room_id: int, now: datetime) -> int | None:
    """The checkpoint that a phone at a room serves now; None if no session with a door takes place there.

    That of the running session. Before it begins a phone turns to it a quarter of an hour early, but not while the one
    before is still running; after it has ended the phone stays until the next turn, for those who leave late.
    """
    here = sorted(
        (slot for slot in slots if slot.room_id == room_id),
        key=lambda slot: (slot.starts_at, slot.ends_at, slot.checkpoint_id),
    )
    if not here:
        return None
    chosen, busy_until = here[0], None
    for slot in here:
        early = slot.starts_at - TURNS_BEFORE
        turns_at = early if busy_until is None else min(slot.starts_at, max(early, busy_until))
        if turns_at <= now:
            chosen = slot
        busy_until = slot.ends_at if busy_until is None else max(busy_until, slot.ends_at)
    return chosen.checkpoint_id


def usual_window(starts_at: datetime | None, ends_at: datetime | None) -> tuple[datetime | None, datetime | None]:
    """When the door of a session usually opens and closes."""
    return (starts_at - OPENS_BEFORE if starts_at is not None else None), ends_at


def check_window(opens_at: datetime | None, closes_at: datetime | None) -> None:
    """Refuses (``ends_before_start``) a window that closes before it opens."""
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise Refused("ends_before_start", field="closes_at")


def check_policy(kind: CheckpointKind, policy: Policy) -> None:
    """Refuses (``policy_for_doors``) to hand the same thing out again and again: nobody comes back into a lunch."""
    if kind is CheckpointKind.DISTRIBUTION and policy is Policy.RETURNS:
        raise Refused("policy_for_doors", field="policy")


def check_session(kind: CheckpointKind, session_id: int | None, *, needs_seat: bool, has_seats: bool) -> None:
    """Refuses a session's door without a session (``checkpoint_session_missing``), and asking for seats where none are
    given (``session_without_seats``)."""
    if kind is CheckpointKind.SESSION and session_id is None:
        raise Refused("checkpoint_session_missing", field="session")
    if needs_seat and not has_seats:
        raise Refused("session_without_seats", field="needs_seat")


def periods(instants: Iterable[datetime]) -> list[str]:
    """The beginnings of further periods, each once and in order, as they are kept.

    Raises Refused with ``times_too_many``.
    """
    found = sorted(set(instants))
    if len(found) > MAX_PERIODS:
        raise Refused("times_too_many", field="periods", max=MAX_PERIODS)
    return [at.isoformat() for at in found]


def proposed_periods(
    breaks: Sequence[tuple[datetime, datetime]], days: Sequence[tuple[datetime, datetime]]
) -> list[datetime]:
    """When a further half-day begins: with each day after the first, and at the end of each day's longest break that
    lies in the middle of it.

    ``days``: when each day's programme begins and ends, in order. A break shorter than half an hour parts nothing.
    """
    found = [begins for begins, _ends in days[1:]]
    for begins, ends in days:
        within = [pause for pause in breaks if begins < pause[0] and pause[1] < ends]
        longest = max(within, key=lambda pause: (pause[1] - pause[0], pause[0]), default=None)
        if longest is not None and longest[1] - longest[0] >= timedelta(minutes=30):
            found.append(longest[1])
    return sorted(found)
