"""Calendars (iCalendar, RFC 5545): one event for a ticket, a list of sessions to subscribe to. Times are in UTC.

Written here line by line rather than with a library: what we write is plain, and a programme of hundreds of sessions
is asked for by every phone that subscribed to it. Reading is the library's (`formats.schedule_ical`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from eventapp.language import gettext as _

MIMETYPE = "text/calendar"
REFRESH = "PT1H"
"""How often a subscribed calendar should ask again: each hour (a duration, RFC 5545 3.3.6)."""

MAX_OCTETS = 75
"""The longest line (RFC 5545 3.1), without its end; what is longer goes on in lines that begin with a blank."""

PRODUCT = "-//eventapp//eventapp//EN"
"""By this name in a calendar we know our own."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing in a calendar."""

    uid: str
    """The same for as long as the thing exists (RFC 5545 3.8.4.7)."""
    sequence: int = 0
    """Raised with every change that matters to a reader (RFC 5545 3.8.7.4)."""
    updated_at: datetime
    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    place: str = ""
    description: str = ""
    address: str = ""
    """Of the page about it."""
    is_cancelled: bool = False
    """A cancelled entry stays in the calendar, marked, so that a phone does not keep the old one."""
    is_time_made_up: bool = False
    """The time stands in until the real one is known; the description says so."""


def event_calendar(entry: Entry) -> bytes:
    """A file with one entry, to put into a calendar once."""
    return _written([*_HEAD, *_event(entry)])


def schedule(name: str, entries: Iterable[Entry]) -> bytes:
    """A calendar to subscribe to. ``name`` is what phones list it under; they are asked to look again each hour."""
    shown = _text(name)
    lines = [
        *_HEAD,
        f"NAME:{shown}",  # RFC 7986 5.1; the next line is what calendars understood before it
        f"X-WR-CALNAME:{shown}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",  # RFC 7986 5.7; likewise
        f"X-PUBLISHED-TTL:{REFRESH}",
    ]
    for entry in entries:
        lines += _event(entry)
    return _written(lines)


_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "METHOD:PUBLISH")


def _event(entry: Entry) -> Iterator[str]:
    """The lines of an entry, unfolded."""
    updated_at = _utc(entry.updated_at)
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    yield f"DTSTAMP:{updated_at}"
    yield f"LAST-MODIFIED:{updated_at}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTART:{_utc(entry.starts_at)}"
    if entry.ends_at is not None:
        yield f"DTEND:{_utc(entry.ends_at)}"
    title = _("Cancelled: %(title)s", title=entry.title) if entry.is_cancelled else entry.title
    yield f"SUMMARY:{_text(title)}"
    yield f"STATUS:{_status(entry)}"
    notes = (_("The time is still to be confirmed.") if entry.is_time_made_up else "", entry.description, entry.address)
    for name, value in (("LOCATION", entry.place), ("DESCRIPTION", "\n\n".join(filter(None, notes)))):
        if shown := _text(value):
            yield f"{name}:{shown}"
    if entry.address:
        yield f"URL:{entry.address}"  # a URI, which is not escaped (RFC 5545 3.3.13)
    yield "END:VEVENT"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _status(entry: Entry) -> str:
    if entry.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if entry.is_time_made_up else "CONFIRMED"


_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but the line break, which RFC 5545 3.1 keeps out of texts; and halves of characters."""

_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})  # RFC 5545 3.3.11


def _text(text: str) -> str:
    """The text as a value: escaped, without control characters, which the format forbids; line breaks stay."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _FORBIDDEN.sub("", lines).translate(_ESCAPED)


def _written(lines: list[str]) -> bytes:
    return b"".join(_folded(line.encode()) for line in (*lines, "END:VCALENDAR"))


def _folded(line: bytes) -> bytes:
    """The line with its end; folded, with no character cut in two."""
    parts = []
    start, room = 0, MAX_OCTETS
    while len(line) - start > room:
        end = start + room
        while line[end] & 0xC0 == 0x80:  # inside a character of UTF-8
            end -= 1
        parts.append(line[start:end])
        start, room = end, MAX_OCTETS - 1
    return b"\r\n ".join((*parts, line[start:])) + b"\r\n"
