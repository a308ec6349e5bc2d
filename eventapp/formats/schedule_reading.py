"""From what a schedule file holds to a `Schedule`: the common part of reading each format.

A reader collects what stands in the file, unjudged, as a `Draft`; `finish` decides what it means.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from eventapp import language
from eventapp.errors import Refused
from eventapp.formats import schedule_text
from eventapp.formats import schedule_times as times
from eventapp.formats.schedule import Credit, Person, Problem, Room, Schedule, Session, Track, uncancelled
from eventapp.language import LANGUAGES, LocalizedText
from eventapp.rules import event as event_rules
from eventapp.rules import names, texts
from eventapp.rules import schedule as rules
from eventapp.rules.vocabulary import SpeakerRole

Told: TypeAlias = str | Mapping[str, str]
"""A text of a file: in the language of the file, or in several languages."""

MOST_BYTES = 8 * 1024 * 1024
"""Three times the largest schedule that we know of, that of a conference with 900 sessions."""

MOST_SESSIONS = 10_000

MOST_SHOWN = 80
"""Letters of a title by which a problem names its session."""

MOST_DAYS = 366
"""No session is longer."""


@dataclass(frozen=True)
class Target:
    """The event that a file is read for: the languages of its texts, its zone, and in which language to read."""

    languages: Sequence[str]
    zone: str
    language: str | None = None
    """None: as the file says, or as can be guessed."""
    places: Sequence[str] = ()
    """Venue and city, in each language, as our calendars write them behind a room."""


@dataclass(kw_only=True)
class DraftPerson:
    """Somebody on the programme, as the file has it."""

    name: Told
    biography: Told = ""
    role: str = ""


@dataclass(kw_only=True)
class DraftSession:
    """A session, as the file has it: texts, unjudged."""

    guid: str = ""
    number: str = ""
    title: Told = ""
    subtitle: str = ""
    abstract: Told = ""
    description: Told = ""
    day: str = ""
    """The day under which it stands."""
    date: str = ""
    start: str = ""
    end: str = ""
    duration: str = ""
    language: str = ""
    kinds: Sequence[str] = ()
    room: Told = ""
    track: Told = ""
    people: list[DraftPerson] = field(default_factory=list)
    slug: str = ""
    is_cancelled: bool | None = None
    sequence: int = 0
    line: int = 0
    """The row of a table in which it stands; 0: the file is none."""


@dataclass(kw_only=True)
class Draft:
    """A schedule, as the file has it."""

    title: str = ""
    acronym: str = ""
    zone: str = ""
    day_change: str = ""
    """The time of day before which a session without a date belongs to the day after the one it stands under."""
    is_ours: bool = False
    language: str = ""
    """The language of the file, where it says so."""
    rooms: list[tuple[Told, int | None]] = field(default_factory=list)
    tracks: list[Told] = field(default_factory=list)
    people: list[DraftPerson] = field(default_factory=list)
    sessions: list[DraftSession] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    silent_on: frozenset[str] = frozenset()
    """Facts of a session that the format cannot say."""
    has_markdown: bool = False
    """Texts are as they are kept here: Markdown, no HTML."""
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The languages in which every ``title`` and ``abstract`` is told at once."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """The heads of a table's columns, by what they tell."""


def finish(draft: Draft, target: Target) -> Schedule:
    """The schedule that a draft means for an event. Raises Refused: "schedule_empty" or "schedule_too_large"."""
    if not draft.sessions:
        raise Refused("schedule_empty")
    if len(draft.sessions) > MOST_SESSIONS:
        raise too_large()
    return _Finish(draft, target).schedule()


def too_large() -> Refused:
    """The refusal of a file that would keep the program busy for too long, or fill its memory."""
    return Refused("schedule_too_large", max=MOST_BYTES // 1024**2, sessions=language.number(MOST_SESSIONS))


class _Finish:
    """Turns a draft into a schedule; holds what has been seen on the way."""

    def __init__(self, draft: Draft, target: Target) -> None:
        self._draft, self._target = draft, target
        self._spoken = [rules.read_languages(session.language) for session in draft.sessions]
        own = draft.language if draft.language in LANGUAGES else ""
        self._given = target.language or own
        self._home = self._given or _most_spoken(self._spoken, target.languages)
        self._zone = draft.zone if draft.zone in event_rules.zones() else target.zone
        self._problems = list(draft.problems)
        self._rooms: dict[str, Room] = {}
        self._tracks: dict[str, Track] = {}
        self._people: dict[str, Person] = {}
        self._seen: dict[str, list[Session]] = {}
        self._line = 0
        self._wrong = {problem.line for problem in draft.problems if problem.is_fatal}

    def schedule(self) -> Schedule:
        draft = self._draft
        if _offset_differs(self._zone, self._target.zone, draft):
            self._problems.append(Problem("zone_differs", "", {"zone": self._zone}))
        for name, capacity in draft.rooms:
            self._room(name, capacity)
        for name in draft.tracks:
            self._track(name)
        for person in draft.people:
            self._person(person)
        drafted = [self._session(*item) for item in zip(draft.sessions, self._spoken, strict=True)]
        sessions = [session for session in drafted if session is not None]
        used = {session.track for session in sessions}
        return Schedule(
            title=LocalizedText({self._home: texts.line(draft.title)}),
            acronym=draft.acronym,
            language=self._home,
            languages=self._target.languages,
            zone=self._zone,
            rooms=self._rooms,
            tracks={key: track for key, track in self._tracks.items() if key in used or draft.is_ours},
            people=self._people,
            sessions=sessions,
            problems=self._problems,
            silent_on=draft.silent_on,
            texts={
                name: tags
                for name, told in draft.texts.items()
                if (tags := [tag for tag in told if tag in self._target.languages])
            },
        )

    def _told(self, told: Told, language: str, *, is_line: bool = True) -> LocalizedText:
        """A text of the file with its languages: of several, those of the event, or else one that stands in."""
        clean = texts.line if is_line else self._markdown
        if isinstance(told, str):
            return LocalizedText({language: clean(told)})
        known = LocalizedText({tag: clean(text) for tag, text in told.items() if tag in self._target.languages})
        return known or LocalizedText({language: next(filter(None, map(clean, told.values())), "")})

    def _markdown(self, text: str) -> str:
        # What we wrote ourselves is Markdown, and stays as it was written.
        is_kept = self._draft.is_ours or self._draft.has_markdown
        return texts.paragraphs(text) if is_kept else schedule_text.paragraphs(text)

    def _room(self, told: Told, capacity: int | None = None) -> str | None:
        name = self._told(told, self._home)
        key = _key(name, self._home)
        if not key:
            return None
        self._check_length(name, "room", texts.MAX_LINE)
        known = self._rooms.get(key)
        if known is None or (known.capacity is None and capacity is not None):
            self._rooms[key] = Room(name=known.name if known else name, capacity=capacity)
        return key

    def _track(self, told: Told) -> str | None:
        name = self._told(told, self._home)
        key = _key(name, self._home)
        if not key:
            return None
        self._check_length(name, "topic", texts.MAX_LINE)
        self._tracks.setdefault(key, Track(name=name))
        return key

    def _person(self, person: DraftPerson) -> str | None:
        name = self._told(person.name, self._home)
        key = _key(name, self._home)
        if not key:
            return None
        self._check_length(name, "speakers", names.MAX_LENGTH)
        known = self._people.get(key)
        if known is None or (not known.biography and person.biography):
            biography = self._told(person.biography, self._home, is_line=False)
            self._check_length(biography, "speakers", texts.MAX_BIOGRAPHY, name.pick((), self._home).value[:MOST_SHOWN])
            self._people[key] = Person(name=known.name if known else name, biography=biography)
        return key

    def _check_length(self, text: LocalizedText, name: str, most: int, where: str = "") -> None:
        length = max(map(len, text.values()), default=0)
        if length > most:
            shown = where or text.pick(self._target.languages).value[:MOST_SHOWN]
            facts = {"length": language.number(length), "max": language.number(most)}
            self._problem("text_too_long", shown, name, **facts)

    def _session(self, draft: DraftSession, spoken: list[str] | None) -> Session | None:
        self._line = draft.line
        told_in = self._given or next((tag for tag in _primary(spoken) if tag in self._target.languages), self._home)
        title = self._told(draft.title, told_in)
        where = title.pick(self._target.languages, told_in).value or draft.guid or draft.number or draft.start
        where = where[:MOST_SHOWN]
        if not title:
            self._problem("title_missing", where, "title")
            return None
        self._check_length(title, "title", texts.MAX_LINE, where)
        starts_at, ends_at = self._times(draft, where)
        title, is_cancelled = self._uncancelled(title, draft)
        abstract = self._abstract(draft, told_in)
        self._check_length(abstract, "abstract", texts.MAX_ABSTRACT, where)
        session = Session(
            guid=self._guid(draft, where, starts_at),
            has_guid=bool(draft.guid or not draft.line),
            title=title,
            told_in=told_in,
            abstract=abstract,
            kind=next(filter(None, map(rules.kind, draft.kinds)), None),
            room=self._room(draft.room),
            track=self._track(draft.track),
            starts_at=starts_at,
            ends_at=ends_at,
            language=self._language(spoken, where),
            credits=self._credits(draft),
            sequence=draft.sequence,
            is_cancelled=is_cancelled,
            slug=draft.slug if self._draft.is_ours else "",
        )
        return self._once(session, where)

    def _problem(self, code: str, where: str, name: str = "", /, **facts: object) -> None:
        column = self._draft.columns.get(name, "")
        self._problems.append(Problem(code, where, facts, line=self._line, column=column))

    def _uncancelled(self, title: LocalizedText, draft: DraftSession) -> tuple[LocalizedText, bool | None]:
        """The title without the mark that our own files put in front of a cancelled one."""
        if not self._draft.is_ours or draft.is_cancelled is False:
            return title, draft.is_cancelled
        plain = {tag: uncancelled(text, self._home) for tag, text in title.items()}
        has_mark = any(mark for _, mark in plain.values())
        return LocalizedText({tag: text for tag, (text, _) in plain.items()}), has_mark or bool(draft.is_cancelled)

    def _guid(self, draft: DraftSession, where: str, starts_at: datetime | None) -> str:
        if draft.line and not draft.guid:
            room = self._told(draft.room, self._home).pick((), self._home).value
            return rules.made_guid(where, starts_at.isoformat() if starts_at else "", room)
        conference = self._draft.acronym or self._draft.title
        if draft.guid:
            return rules.read_guid(draft.guid, conference)
        return rules.made_guid(conference, *((draft.number,) if draft.number else (where, draft.date, draft.start)))

    def _abstract(self, draft: DraftSession, told_in: str) -> LocalizedText:
        if self._draft.is_ours:
            return self._told(draft.abstract, told_in, is_line=False)
        parts = [
            self._told(part, told_in, is_line=False) for part in (draft.subtitle, draft.abstract, draft.description)
        ]
        return LocalizedText(
            {tag: schedule_text.joined([part.get(tag, "") for part in parts]) for part in parts for tag in part}
        )

    def _language(self, spoken: list[str] | None, where: str) -> str | None:
        if spoken is None:
            self._problem("language_unknown", where, "language")
            return None
        if len(spoken) > 1:
            self._problem("several_languages", where, "language")
        return spoken[0] if spoken else None

    def _credits(self, draft: DraftSession) -> tuple[Credit, ...]:
        named: dict[str, Credit] = {}
        for person in draft.people:
            key = self._person(person)
            if key is not None:
                role = SpeakerRole(person.role) if person.role in list(SpeakerRole) else None
                named.setdefault(key, Credit(key, role))
        return tuple(named.values())

    def _times(self, draft: DraftSession, where: str) -> tuple[datetime | None, datetime | None]:
        if not (draft.date or (draft.day and draft.start)):
            if "starts_at" not in self._draft.silent_on and self._line not in self._wrong - {0}:
                self._problem("time_missing", where, "starts_at")
            return None, None
        starts_at = self._start(draft)
        if starts_at is None:
            text = " ".join(filter(None, (draft.date or draft.day, draft.start)))
            self._problem("time_unreadable", where, "starts_at", text=text)
            return None, None
        if draft.line:
            self._check_clocks(draft, where)
        ends_at = times.instant(draft.end, self._zone) if draft.end else None
        if ends_at is None:
            ends_at = starts_at + (times.length(draft.duration) or timedelta())
        if not starts_at < ends_at <= starts_at + timedelta(days=MOST_DAYS):
            if "ends_at" not in self._draft.silent_on:
                self._problem("length_missing", where, "ends_at")
            return starts_at, None
        return starts_at, ends_at

    def _check_clocks(self, draft: DraftSession, where: str) -> None:
        """Tells of a time that the clocks of the zone skip. Of one that they show twice, the first is meant."""
        for name, text in (("starts_at", draft.date), ("ends_at", draft.end)):
            written = datetime.fromisoformat(text) if text else None
            if written is None or written.tzinfo is not None:
                continue
            at = times.on_clocks(written, self._zone)
            if at is not None and language.local(at, self._zone).replace(tzinfo=None) != written:
                self._problem("time_skipped", where, name, text=text)

    def _start(self, draft: DraftSession) -> datetime | None:
        """The start: a date with its time, or a day with a time of day, which may lie after midnight."""
        if len(draft.date) > len("2026-12-18"):
            return times.instant(draft.date, self._zone)
        clock_time = times.length(draft.start)
        day = times.day(draft.date or draft.day)
        if clock_time is None or day is None:
            return None
        change = times.length(self._draft.day_change)
        if not draft.date and change is not None and clock_time < change:
            clock_time += timedelta(days=1)
        return times.on_clocks(datetime.combine(day, time()) + clock_time, self._zone)

    def _once(self, session: Session, where: str) -> Session | None:
        """The session under an identifier that it alone has; None when it stands in the file already."""
        same = self._seen.setdefault(session.guid, [])
        if any((other.starts_at, other.room) == (session.starts_at, session.room) for other in same):
            self._problem("session_twice", where)
            return None
        same.append(session)
        if len(same) == 1:
            return session
        self._problem("guid_twice", where)
        return replace(session, guid=rules.made_guid(session.guid, str(len(same))))


def _primary(spoken: list[str] | None) -> list[str]:
    return [tag.partition("-")[0].lower() for tag in spoken or []]


def _most_spoken(spoken: Iterable[list[str] | None], languages: Sequence[str]) -> str:
    """The one of the event's languages in which most sessions are; the first one when none is named."""
    counts = Counter(tag for tags in spoken for tag in _primary(tags)[:1] if tag in languages)
    return max(languages, key=lambda tag: (counts[tag], -list(languages).index(tag)))


def _key(name: LocalizedText, language: str) -> str:
    """What tells two rooms (tracks, people) of a file apart: the name, with all blanks alike."""
    return " ".join(name.pick((), language).value.split())


def _offset_differs(zone: str, other: str, draft: Draft) -> bool:
    """Whether the clocks of two zones differ on the days of the file."""
    found = {at for session in draft.sessions for at in [times.day(session.day or session.date[:10])] if at is not None}
    noons = [datetime.combine(day, time(12), UTC) for day in found]
    return any(at.astimezone(ZoneInfo(zone)).utcoffset() != at.astimezone(ZoneInfo(other)).utcoffset() for at in noons)
