"""Lists on paper: on which sheet and line a row stands, which rows somebody typed, which part of a day it was."""

import re
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from eventapp.errors import Refused
from eventapp.rules import names
from eventapp.rules.vocabulary import Initials

LINES = 12
"""Rows on one attendance sheet: each is high enough to sign and to press a thumb on."""

MOST_ROWS = 500
"""Rows that one entry takes: about forty sheets."""

MAX_TYPED = 5_000
"""Signs that may be typed for them."""

NOON = time(13)
"""When the afternoon begins, where the entrance has no periods of its own."""

_MOST_HALF_DAYS = 60
_PAPER = uuid.UUID("5d0c40f2-6a3c-5a43-9f2b-5f9b6d0b7a11")
_PART = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")
_LAST = {Initials.A_TO_F: "f", Initials.G_TO_M: "m", Initials.N_TO_S: "s"}


@dataclass(frozen=True)
class Row:
    """Where somebody new stands on a list."""

    attendee_id: int
    number: int
    sheet: int
    line: int


@dataclass(frozen=True)
class Period:
    """A part of what goes on at a checkpoint. ``starts_at`` None: since ever; ``ends_at`` None: with no end.

    ``begins_at`` is when people come who are only known to have come in it; None: nobody knows.
    """

    index: int
    starts_at: datetime | None
    ends_at: datetime | None
    begins_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether an instant lies in it."""
        return (self.starts_at is None or at >= self.starts_at) and (self.ends_at is None or at < self.ends_at)


def numbered(people: Collection[tuple[int, str]], *, numbers: int = 0, sheets: int = 0) -> list[Row]:
    """New rows for people (id, name), as a reader looks for names, after so many numbers and sheets that exist."""
    ordered = sorted(people, key=lambda one: (names.sort_key(one[1]), one[0]))
    return [
        Row(attendee_id, numbers + place + 1, sheets + place // LINES + 1, place % LINES + 1)
        for place, (attendee_id, _name) in enumerate(ordered)
    ]


def initials(name: str) -> Initials:
    """The part of a list that a name is on."""
    first = names.sort_key(name)[:1]
    return next((part for part, last in _LAST.items() if first and first <= last), Initials.T_TO_Z)


def read_rows(text: str) -> list[int]:
    """Row numbers as people write them down: ``12 13 17-22``; each once, in order.

    Raises Refused with ``paper_rows_missing``, ``paper_rows_unreadable`` or ``paper_rows_many``.
    """
    text = re.sub(r"\s*[-\u2010-\u2015\u2212]\s*", "-", text[: MAX_TYPED + 1])
    parts = [part for part in re.split(r"[\s,;.]+", text) if part]
    if not parts:
        raise Refused("paper_rows_missing", field="rows")
    if len(text) > MAX_TYPED:
        raise Refused("paper_rows_many", field="rows", most=MOST_ROWS)
    found: set[int] = set()
    for part in parts:
        read = _PART.fullmatch(part)
        first, last = (int(read[1]), int(read[2] or read[1])) if read else (1, 0)
        if not read or last < first:
            raise Refused("paper_rows_unreadable", field="rows", part=part[:40])
        if last - first >= MOST_ROWS:
            raise Refused("paper_rows_many", field="rows", most=MOST_ROWS)
        found.update(range(first, last + 1))
    if len(found) > MOST_ROWS:
        raise Refused("paper_rows_many", field="rows", most=MOST_ROWS)
    return sorted(found)


def periods(starts: Sequence[datetime], opens_at: datetime | None, event_starts_at: datetime | None) -> list[Period]:
    """The periods of a checkpoint: ``starts`` are the instants at which a further one begins, in order."""
    edges: list[datetime | None] = [None, *starts, None]
    found = []
    for index, (begin, end) in enumerate(pairwise(edges)):
        begins_at = begin or next(
            (at for at in (opens_at, event_starts_at) if at is not None and (end is None or at < end)), None
        )
        found.append(Period(index, begin, end, begins_at))
    return found


def when_came(period: Period, at: datetime | None, now: datetime) -> datetime:
    """When people of an entry came: at the time given, else at the beginning of the period.

    Raises Refused with ``paper_time_missing``, ``paper_time_outside`` or ``paper_time_ahead``.
    """
    if at is not None and not period.holds(at):
        raise Refused("paper_time_outside", field="at")
    came_at = at or period.begins_at
    if came_at is None:
        raise Refused("paper_time_missing", field="at")
    if came_at > now:
        raise Refused("paper_time_ahead", field="at" if at else "place")
    return came_at


def scan_id(list_id: int, number: int, checkpoint_id: int, period: int, times: int) -> str:
    """The scan that a row becomes: the same whenever it is entered. ``times``: how often it was taken back."""
    return str(uuid.uuid5(_PAPER, f"{list_id} {number} {checkpoint_id} {period} {times}"))


def undo_id(target_id: str) -> str:
    """The scan that takes such a scan back."""
    return str(uuid.uuid5(_PAPER, f"undo {target_id}"))


def half_days(
    starts: Sequence[datetime], starts_at: datetime | None, ends_at: datetime | None, zone: str
) -> list[list[datetime]]:
    """When people sign, by day: at the beginning of each period of the entrance; without any, in the morning and in
    the afternoon of each day, as far as the event lasts. Empty as long as the event has no date."""
    if starts_at is None:
        return []
    ends_at = max(ends_at or starts_at, starts_at)
    if starts:
        times = [starts_at if starts_at < starts[0] else starts[0], *starts]
    else:
        times = []
        day = starts_at.astimezone(ZoneInfo(zone)).date()
        while len(times) < _MOST_HALF_DAYS and datetime.combine(day, time(), ZoneInfo(zone)) < max(
            ends_at, starts_at + timedelta(seconds=1)
        ):
            noon = datetime.combine(day, NOON, ZoneInfo(zone))
            morning = max(datetime.combine(day, time(), ZoneInfo(zone)), starts_at)
            if morning < noon:
                times.append(morning)
            if ends_at > noon or starts_at >= noon:
                times.append(max(noon, starts_at))
            day += timedelta(days=1)
    by_day: dict[object, list[datetime]] = {}
    for at in sorted(set(times)):
        by_day.setdefault(at.astimezone(ZoneInfo(zone)).date(), []).append(at)
    return list(by_day.values())
