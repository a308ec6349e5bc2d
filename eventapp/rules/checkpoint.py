"""Checkpoints: what they may be set to, whose word about their window counts, and which one a phone at a room serves.

The last two exist twice, as phones decide them without a network; see tests/cases/places.json and docs/checkin.md.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from eventapp.errors import Refused
from eventapp.language import local
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


class Wish(StrEnum):
    """What somebody at a door wants of its window."""

    OPEN = "open"
    HALF_HOUR = "half_hour"
    HOUR = "hour"
    UNTIL = "until"


def wished_window(
    wish: Wish,
    opens_at: datetime | None,
    closes_at: datetime | None,
    now: datetime,
    until: datetime | None = None,
) -> tuple[datetime | None, datetime | None]:
    """The window that a wish makes of this one, whole.

    Opened now, it keeps its end if that lies ahead. Extended, it goes on from its end, or from now if it is over.
    ``until`` for `Wish.UNTIL`; raises Refused with ``ends_before_start`` if that is not ahead.
    """
    if wish is Wish.OPEN:
        return now, closes_at if closes_at is not None and closes_at > now else None
    begins = opens_at if opens_at is None or opens_at <= now else now
    if wish is Wish.UNTIL:
        if until is None or until <= now:
            raise Refused("ends_before_start", field="until")
        return begins, until
    end = closes_at if closes_at is not None and closes_at > now else now
    return begins, end + timedelta(minutes=30 if wish is Wish.HALF_HOUR else 60)


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
        raise Refused("times_too_many", field="times", max=MAX_PERIODS)
    return [at.isoformat() for at in found]


def read_times(text: str) -> list[time]:
    """Times of day as people write them: ``8:00, 14h30``. Raises Refused with ``times_invalid``."""
    found = []
    for word in re.split(r"[,;\s]+", re.sub(r"\s*[hH]\s*", "h", text.strip())):
        if not word:
            continue
        read = re.fullmatch(r"([0-9]{1,2})(?:[:h.]([0-9]{2})?)?", word)
        hour, minute = (int(read[1]), int(read[2] or 0)) if read is not None else (24, 0)
        if hour > 23 or minute > 59:
            raise Refused("times_invalid", field="times")
        found.append(time(hour, minute))
    return sorted(set(found))


def each_day(
    times: Collection[time], starts_at: datetime | None, ends_at: datetime | None, zone: str
) -> list[datetime]:
    """These times of day on each day of an event, but for those before it begins, which part nothing.

    Raises Refused with ``times_without_days`` while the days are not known.
    """
    if not times:
        return []
    if starts_at is None:
        raise Refused("times_without_days", field="times")
    first = local(starts_at, zone).date()
    days = min((local(ends_at or starts_at, zone).date() - first).days, MAX_PERIODS)
    found = [
        datetime.combine(first + timedelta(days=n), at, ZoneInfo(zone)).astimezone(UTC)
        for n in range(days + 1)
        for at in sorted(times)
    ]
    return [at for at in found if at > starts_at]


def times_of(kept: Iterable[str], zone: str) -> list[time]:
    """The times of day of periods as they are kept."""
    return sorted({local(datetime.fromisoformat(at), zone).time() for at in kept})


def proposed_times(sessions: Iterable[tuple[datetime, datetime, bool]], zone: str) -> list[time]:
    """When half-days begin by a programme: at the end of the longest break in the middle of a day, as it is on most
    days; and, where there are several days, at full hours before the earliest beginning.

    ``sessions``: when each begins and ends, and whether it is a break. A break of less than half an hour parts nothing.
    """
    days: defaultdict[date, list[tuple[datetime, datetime, bool]]] = defaultdict(list)
    for begins, ends, is_break in sessions:
        days[local(begins, zone).date()].append((local(begins, zone), local(ends, zone), is_break))
    ends_of_breaks: Counter[time] = Counter()
    for slots in days.values():
        begins, ends = min(slot[0] for slot in slots), max(slot[1] for slot in slots)
        pauses = [slot for slot in slots if slot[2] and begins < slot[0] and slot[1] < ends]
        longest = max(pauses, key=lambda slot: slot[1] - slot[0], default=None)
        if longest is not None and longest[1] - longest[0] >= timedelta(minutes=30):
            ends_of_breaks[longest[1].time()] += 1
    found = {max(ends_of_breaks, key=lambda at: (ends_of_breaks[at], at))} if ends_of_breaks else set()
    if len(days) > 1:
        earliest = min(slot[0].time() for slots in days.values() for slot in slots)
        found.add(time(max(0, earliest.hour - 1)))
    return sorted(found)
