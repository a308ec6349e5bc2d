"""What a schedule file says: sessions with their rooms, tracks and people; the common ground of its formats.

The format is the one of c3voc, frab and pretalx (https://c3voc.de/wiki/schedule), as JSON and as XML. A file speaks one
language; where a text is missing in it, the text of another one stands in.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from eventapp import language
from eventapp.language import N_, LocalizedText, Text, gettext, local
from eventapp.rules.vocabulary import SessionKind, SpeakerRole

GENERATOR = "eventapp"
"""By this name in a file we know our own, whose texts need no guessing."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """A room."""

    name: LocalizedText
    capacity: int | None = None
    guid: str = ""


@dataclass(frozen=True, kw_only=True)
class Track:
    """A subject: a topic of ours."""

    name: LocalizedText


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody on the programme."""

    name: LocalizedText
    biography: LocalizedText = field(default_factory=LocalizedText)
    """Markdown."""
    guid: str = ""
    number: int = 0
    url: str = ""


@dataclass(frozen=True)
class Credit:
    """What one person does in a session; ``role`` is None where a file does not say."""

    person: str
    role: SpeakerRole | None = None


@dataclass(frozen=True, kw_only=True)
class Session:
    """A session. Room, track and people are keys of the schedule's."""

    guid: str
    title: LocalizedText
    told_in: str
    """The language in which the file tells of this session."""
    abstract: LocalizedText = field(default_factory=LocalizedText)
    """Markdown."""
    kind: SessionKind | None = None
    """None: the file's word for it says nothing here."""
    room: str | None = None
    track: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    language: str | None = None
    credits: tuple[Credit, ...] = ()
    sequence: int = 0
    is_cancelled: bool | None = None
    """None: the file cannot say."""
    slug: str = ""
    """Its part of an address, where the file is ours."""
    has_guid: bool = True
    """False: the identifier was made of title, time and room, since the file gives none."""
    number: int = 0
    url: str = ""
    note: str = ""
    """What a reader should know besides, such as that the time is not certain."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a file or was guessed. ``where`` is the title of a session, or a part of the file."""

    code: str
    where: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    line: int = 0
    """The row of a table, as a spreadsheet numbers it; 0: the file has no rows."""
    column: str = ""
    """The head of the column."""

    @property
    def is_fatal(self) -> bool:
        """Whether nothing can be imported because of it."""
        return self.code in ERRORS


ERRORS = {
    "title_missing": N_("There is no title."),
    "time_unreadable": N_("Day or time cannot be read: %(text)s"),
    "time_skipped": N_("Such a time does not exist on this day, since the clocks are put forward: %(text)s"),
    "text_too_long": N_("This is too long: %(length)s letters, up to %(max)s can be kept."),
    "date_ambiguous": N_("This can be two different days: %(text)s. Please write it as 2026-12-18."),
    "day_missing": N_("There is a time, but no day: %(text)s"),
    "days_differ": N_("Here stands another day than in the column for the day: %(text)s"),
    "length_unreadable": N_("The length cannot be read: %(text)s. Examples: 30, 1 h 30, 0:45."),
    "ends_before_start": N_("The end is not after the start: %(text)s"),
    "cancelled_unreadable": N_("Whether it is cancelled cannot be read: %(text)s. Please write yes or leave it empty."),
}
"""Sentences for what makes a file impossible to import."""

REMARKS = {
    "several_languages": N_("Several spoken languages are named; the first was kept."),
    "language_unknown": N_("The spoken language cannot be read and was left open."),
    "length_missing": N_("There is no length; the end was left open."),
    "time_missing": N_("There is no time yet."),
    "guid_twice": N_("The identifier stands in the file twice; the second session got one of its own."),
    "session_twice": N_("This stands in the file twice; the second was left out."),
    "not_accepted": N_("This has not been accepted and was left out."),
    "part_not_read": N_("This part of the file holds no sessions of the programme and was left out."),
    "repeats": N_("This repeats; the first time alone was kept."),
    "clock_missing": N_("There is a day, but no time of day; the time was left open."),
    "kind_unknown": N_("This kind is not known here and was left out: %(text)s"),
    "column_not_read": N_("This column is not read: %(column)s"),
    "zone_differs": N_("The times of the file are those of %(zone)s; the event shows them on its own clocks."),
}
"""Sentences for what was guessed or left out."""


def sentence(problem: Problem) -> str:
    """The problem as a sentence in the reader's language."""
    return gettext({**ERRORS, **REMARKS}[problem.code], **problem.facts)


def place(problem: Problem) -> str:
    """Where in the file the problem is: row and column of a table, the title of the session; empty for the whole."""
    if not problem.line:
        return problem.where
    facts = {"line": problem.line, "column": problem.column}
    row = gettext("row %(line)s, column “%(column)s”", **facts) if problem.column else gettext("row %(line)s", **facts)
    return f"{row} · {problem.where}" if problem.where else row


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A programme as a file holds it. The keys of rooms, tracks and people are whatever tells them apart."""

    title: LocalizedText
    acronym: str
    language: str
    """The language of the file."""
    languages: Sequence[str] = ()
    """The languages that stand in, in this order, where a text is missing in the file's."""
    zone: str
    description: str = ""
    version: str = ""
    url: str = ""
    """The address of the event; those of its files lie beneath."""
    colour: str = ""
    rooms: Mapping[str, Room] = field(default_factory=dict)
    tracks: Mapping[str, Track] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    sessions: Sequence[Session] = ()
    problems: Sequence[Problem] = ()
    silent_on: frozenset[str] = frozenset()
    """Facts of a session that the file cannot say, by the names that `EventSession` has, such as ``topic``."""
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The languages that the file tells of ``title`` and ``abstract``, where it tells of several at once."""

    def pick(self, text: LocalizedText) -> Text:
        """The text as the file tells it."""
        return text.pick(self.languages, self.language)


@dataclass(frozen=True)
class Day:
    """A day on the clocks of the schedule, from midnight on, with its sessions by the names of their rooms."""

    day: date
    index: int
    starts_at: datetime
    ends_at: datetime
    rooms: dict[str, list[Session]]


def days(schedule: Schedule) -> list[Day]:
    """The days that have sessions, in order. Sessions without a time are in none; a missing room has an empty name."""
    order = {schedule.pick(room.name).value: place for place, room in enumerate(schedule.rooms.values())}
    found: dict[date, dict[str, list[Session]]] = {}
    timed = [(session.starts_at, session.number, session) for session in schedule.sessions if session.starts_at]
    for at, _, session in sorted(timed, key=lambda item: item[:2]):
        room = schedule.pick(schedule.rooms[session.room].name).value if session.room is not None else ""
        found.setdefault(local(at, schedule.zone).date(), {}).setdefault(room, []).append(session)
    return [
        Day(
            day,
            index,
            _at(day, time(0, 0), schedule.zone),
            _at(day, time(23, 59), schedule.zone),
            dict(sorted(rooms.items(), key=lambda item: order.get(item[0], len(order)))),
        )
        for index, (day, rooms) in enumerate(sorted(found.items()), 1)
    ]


def _at(day: date, clock_time: time, zone: str) -> datetime:
    return datetime.combine(day, clock_time, ZoneInfo(zone))


def starting(session: Session, zone: str) -> datetime:
    """The start of a session that has one, on the clocks of a zone."""
    if session.starts_at is None:
        raise ValueError("this session has no time")
    return local(session.starts_at, zone)


def duration(session: Session, most_hours: int | None = None) -> str:
    """How long a session is, as ``HH:MM``; an end that is not known makes it ``00:00``."""
    if session.starts_at is None or session.ends_at is None:
        return "00:00"
    minutes = int((session.ends_at - session.starts_at).total_seconds() // 60)
    hours, minutes = divmod(minutes, 60)
    if most_hours is not None and hours > most_hours:
        hours, minutes = most_hours, 59
    return f"{hours:02d}:{minutes:02d}"


def title(schedule: Schedule, session: Session) -> str:
    """The title as a file tells it: a cancelled session says so, since the format has no other place for that."""
    text = schedule.pick(session.title).value
    if not session.is_cancelled:
        return text
    with language.speaking(schedule.language):
        return gettext("Cancelled: %(title)s", title=text)


def uncancelled(text: str, told_in: str) -> tuple[str, bool]:
    """The title without what `title` put in front, and whether it was there."""
    with language.speaking(told_in):
        mark = gettext("Cancelled: %(title)s", title="")
    return (text.removeprefix(mark), True) if text.startswith(mark) else (text, False)


def slug(schedule: Schedule, session: Session) -> str:
    """The short name of a session: unique in the file, at least four signs behind that of the event."""
    return f"{schedule.acronym}-{session.slug:_>4}"


def acronym(slug: str) -> str:
    """The short name of an event as the format wants it: small letters, digits and ``_``, at least four."""
    return slug.replace("-", "_").ljust(4, "_")


_INVISIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def visible(text: str) -> str:
    """The text without the signs that XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets), for both formats."""
    return _INVISIBLE.sub("", text)
