"""Schedules as calendars (iCalendar, RFC 5545): title, time, place, and what the entry says of it.

A calendar does not say who speaks, in which language, or what kind of item it is; an import leaves that alone.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from icalendar import Calendar

from eventapp.errors import Refused
from eventapp.formats.ical import PRODUCT
from eventapp.formats.schedule import Problem
from eventapp.formats.schedule_reading import Draft, DraftSession
from eventapp.rules import schedule as rules


def read(content: bytes, places: Sequence[str] = ()) -> Draft:
    """What stands in a calendar. ``places`` are the event's own, which our calendars write behind a room.

    Raises Refused: "calendar_broken", or "calendar_uid_twice" when entries have one identity (RFC 5545 3.8.4.7), so
    that nobody could tell them apart the next time.
    """
    try:
        calendar = Calendar.from_ical(content)
        entries = calendar.walk("VEVENT")
        if any(entry.errors for entry in entries):
            raise ValueError("a time or another value cannot be read")
        _check_identities(entries)
        is_ours = str(calendar.get("PRODID", "")) == PRODUCT
        draft = Draft(title=str(calendar.get("X-WR-CALNAME", "")), zone=str(calendar.get("X-WR-TIMEZONE", "")))
        draft.is_ours = is_ours
        draft.sessions = [_session(entry, draft, places) for entry in entries]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        # The parser's ways to stumble over a file that is none.
        raise Refused("calendar_broken") from error
    has_tracks = any(session.track for session in draft.sessions)
    draft.silent_on = frozenset({"speakers", "language", "kind"} | (set() if has_tracks else {"topic"}))
    if is_ours:
        draft.silent_on |= {"abstract"}  # what our calendars describe is the event and the speakers
    return draft


def _check_identities(entries: Sequence[Any]) -> None:
    counts = Counter((str(entry.get("UID", "")), str(entry.get("RECURRENCE-ID", ""))) for entry in entries)
    (uid, _), count = counts.most_common(1)[0] if counts else (("", ""), 0)
    if count > 1:
        raise Refused("calendar_uid_twice", uid=uid[:40], count=count)


def _session(entry: Any, draft: Draft, places: Sequence[str]) -> DraftSession:
    title = str(entry.get("SUMMARY", ""))
    if "RRULE" in entry:
        draft.problems.append(Problem("repeats", title))
    start = _when(entry, "DTSTART")
    end = _when(entry, "DTEND")
    if not end and start and "DURATION" in entry:
        end = (datetime.fromisoformat(start) + entry.decoded("DURATION")).isoformat()
    again = str(entry.get("RECURRENCE-ID", ""))
    status = str(entry.get("STATUS", "")).upper()
    sequence = int(entry.get("SEQUENCE", 0))
    categories = entry.get("CATEGORIES")
    return DraftSession(
        guid=rules.guid(str(entry.get("UID", "")) + again),
        title=title,
        description="" if draft.is_ours else str(entry.get("DESCRIPTION", "")),
        date=start,
        end=end,
        room=_room(str(entry.get("LOCATION", "")), places),
        track=str(categories.cats[0]) if hasattr(categories, "cats") and categories.cats else "",
        is_cancelled=status == "CANCELLED" if status else None,
        sequence=sequence if 0 <= sequence < 2**31 else 0,
    )


def _when(entry: Any, name: str) -> str:
    """A time of an entry in ISO 8601; a day alone is no time of a session."""
    found = entry.decoded(name) if name in entry else None
    return found.isoformat() if isinstance(found, datetime) else ""


def _room(location: str, places: Sequence[str]) -> str:
    for place in places:
        if location == place:
            return ""
        location = location.removesuffix(f", {place}")
    return location
