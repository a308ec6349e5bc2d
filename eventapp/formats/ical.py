"""Calendars (iCalendar, RFC 5545): one event for a ticket, a list of sessions to subscribe to. Times are in UTC."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vDuration, vText

from eventapp.language import gettext as _

MIMETYPE = "text/calendar"
REFRESH = timedelta(hours=1)
"""How often a subscribed calendar should ask again."""

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
    calendar = _calendar()
    calendar.add_component(_event(entry))
    return _written(calendar)


def schedule(name: str, entries: Iterable[Entry]) -> bytes:
    """A calendar to subscribe to. ``name`` is what phones list it under; they are asked to look again each hour."""
    calendar = _calendar()
    calendar.add("NAME", vText(_visible(name)))  # RFC 7986 5.1; the next line is what calendars understood before it
    calendar.add("X-WR-CALNAME", vText(_visible(name)))
    refresh = vDuration(REFRESH)
    refresh.params["VALUE"] = "DURATION"
    calendar.add("REFRESH-INTERVAL", refresh)  # RFC 7986 5.7; likewise
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    for entry in entries:
        calendar.add_component(_event(entry))
    return _written(calendar)


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("METHOD", "PUBLISH")
    return calendar


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("UID", entry.uid)
    event.add("DTSTAMP", entry.updated_at.astimezone(UTC))
    event.add("LAST-MODIFIED", entry.updated_at.astimezone(UTC))
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTART", entry.starts_at.astimezone(UTC))
    if entry.ends_at is not None:
        event.add("DTEND", entry.ends_at.astimezone(UTC))
    title = _("Cancelled: %(title)s", title=entry.title) if entry.is_cancelled else entry.title
    event.add("SUMMARY", _visible(title))
    event.add("STATUS", _status(entry))
    notes = [_("The time is still to be confirmed.") if entry.is_time_made_up else "", entry.description, entry.address]
    for name, value in (("LOCATION", entry.place), ("DESCRIPTION", "\n\n".join(filter(None, notes)))):
        if shown := _visible(value):
            event.add(name, shown)
    if entry.address:
        event.add("URL", entry.address)
    return event


def _written(calendar: Calendar) -> bytes:
    content: bytes = calendar.to_ical(sorted=False)  # folds at 75 octets, escapes, ends lines with CRLF
    return content


def _status(entry: Entry) -> str:
    if entry.is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if entry.is_time_made_up else "CONFIRMED"


def _visible(text: str) -> str:
    """The text without control characters, which the format forbids; line breaks stay."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs"))
