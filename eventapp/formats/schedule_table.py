"""Schedules as tables: a row for each session, with the columns of our export or with what people call them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import cache
from typing import TypeVar

from eventapp.formats import schedule_cells as cells
from eventapp.formats import table_reading
from eventapp.formats.schedule import Problem
from eventapp.formats.schedule_cells import Moment, Unclear
from eventapp.formats.schedule_reading import Draft, DraftPerson, DraftSession
from eventapp.formats.table_reading import Cell, Row, Table
from eventapp.rules import cast, names
from eventapp.rules import schedule as rules
from eventapp.rules.vocabulary import SpeakerRole

T = TypeVar("T")

EXAMPLES = ("example", "exemple")
"""A row with one of these for its identifier shows how a table is filled in, and is no session."""

_HEADS = {
    "guid": "guid, uuid, uid, id, identifier, identifiant, session id",
    "date": "date, day, jour",
    "starts_at": """starts at, start, starts, start time, begin, begins at, beginning, time, hour, from, start date,
        start date time, session start, time start, scheduled at, date and time, debut, commence a, heure, heures,
        horaire, horaires, heure de debut, heure debut, date de debut, date debut, date et heure, date heure""",
    "ends_at": """ends at, end, ends, end time, to, until, end date, end date time, session end, time end, fin,
        heure de fin, heure fin, date de fin, date fin, se termine a""",
    "duration": """duration, length, minutes, duree, duree min, duree minutes, duree en minutes, duration min,
        duration minutes, duration in minutes, scheduled duration""",
    "room": "room, rooms, salle, salles, lieu, location, venue, place, hall, espace, stage, scene",
    "kind": "kind, type, genre, session type, session format, type de session, genre de session, format, nature",
    "title": """title, titre, intitule, session, session title, session name, proposal title, titre de la session,
        talk, activite, activity""",
    "topic": "topic, theme, thematique, track, axe, sujet, subject, volet",
    "language": "language, lang, langue, spoken language, language spoken, langue parlee",
    "speakers": """speakers, speaker, people, persons, presenters, presenter, panelists, speaker names, speaker name,
        intervenants, intervenant, intervenantes, intervenant e, intervenant es, intervenant e s, orateurs, orateur,
        intervenants et intervenantes, conferenciers, conferencier, panelistes, paneliste, personnes""",
    "moderators": """moderators, moderator, moderated by, chair, chairs, moderateur, moderateurs, moderatrice,
        moderatrices, moderateur rice, moderateur rice s, moderation""",
    "cancelled_at": "cancelled at, cancelled, canceled, annule, annulee, annule e, annulation",
    "abstract": "abstract, description, summary, resume, presentation, contenu, content",
}
_FIELDS = {head.strip(): name for name, heads in _HEADS.items() for head in " ".join(heads.split()).split(",")}
_IN_LANGUAGES = ("title", "abstract", "room", "topic")
_IN_PARTS = ("starts_at", "ends_at")
"""What may stand in two columns: the day in one, the time of day in the other."""

_LANGUAGE = re.compile(
    r"^(.+?) (?:(?:en|in) )?(?:(fr|francais|francaise|french)|(en|anglais|anglaise|english)|([a-z]{2}))$"
)


@dataclass(frozen=True)
class Column:
    """What a column tells; ``language`` is that of its texts, where its head names one."""

    name: str
    language: str = ""
    is_french: bool = False


@cache
def column(head: str) -> Column | None:
    """What a column tells, by its head; None for one that tells nothing here."""
    plain = names.fold(head)
    if plain in _FIELDS:
        return Column(_FIELDS[plain], is_french=plain in ("titre", "intitule", "titre de la session", "activite"))
    read = _LANGUAGE.match(plain)
    if read is None or _FIELDS.get(read[1]) not in _IN_LANGUAGES:
        return None
    return Column(_FIELDS[read[1]], "fr" if read[2] else "en" if read[3] else read[4])


def _judge(head: Sequence[str]) -> int:
    """Without a column for the title it is no programme."""
    found = {known.name for text in head if text and (known := column(text))}
    return len(found) if "title" in found else 0


def find(content: bytes) -> Table | None:
    """The table with sessions in a file; None if there is none. Raises Refused like `table_reading.read`."""
    return table_reading.read(content, _judge)


def read(table: Table) -> Draft:
    """What stands in the table; what cannot be read is told with its row and column."""
    return _Reading(table).draft()


@dataclass
class _Place:
    """A column's place in the row, and its head as it stands there."""

    index: int
    head: str
    language: str


@dataclass
class _Reading:
    """Reads a table row by row; holds where its columns are and what was wrong."""

    table: Table
    places: dict[str, list[_Place]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    day_first: bool | None = None
    has_ranges: bool = False
    row: Row = field(default_factory=lambda: Row(0, ()))
    title: str = ""

    def draft(self) -> Draft:
        is_french = self._find_columns()
        times = [place.index for name in ("date", "starts_at", "ends_at") for place in self.places.get(name, [])]
        self.day_first = cells.is_day_first(
            row.cells[i] for row in self.table.rows for i in times if i < len(row.cells)
        )
        sessions = [session for row in self.table.rows if (session := self._session(row)) is not None]
        return Draft(
            has_markdown=True,
            language="fr" if is_french else "",
            sessions=sessions,
            problems=self.problems,
            silent_on=self._silent_on(),
            texts={
                name: tuple(p.language for p in self.places.get(name, []) if p.language)
                for name in ("title", "abstract")
            },
            columns={name: places[0].head for name, places in self.places.items()},
        )

    def _find_columns(self) -> bool:
        is_french = False
        for index, head in enumerate(self.table.head):
            known = column(head) if head else None
            there = self.places.setdefault(known.name, []) if known else []
            is_there = any(place.language == known.language for place in there) if known else False
            if known is None or (is_there and known.name not in _IN_PARTS):
                if head:
                    self.problems.append(Problem("column_not_read", "", {"column": head}))
                continue
            there.append(_Place(index, head, known.language))
            is_french = is_french or known.is_french
        return is_french

    def _silent_on(self) -> frozenset[str]:
        told = set(self.places)
        if "date" in told:
            told.add("starts_at")
        if self.has_ranges or "duration" in told:
            told.add("ends_at")
        if "moderators" in told:
            told.add("speakers")
        said = {"room", "kind", "topic", "language", "speakers", "abstract", "starts_at", "ends_at"}
        return frozenset(said - told)

    def _cell(self, name: str) -> Cell:
        places = self.places.get(name, [])
        return self._at(places[0]) if places else None

    def _at(self, place: _Place) -> Cell:
        return self.row.cells[place.index] if place.index < len(self.row.cells) else None

    def _told(self, name: str) -> str | dict[str, str]:
        """A text: in the language of its one column, or by the languages of several."""
        places = self.places.get(name, [])
        if not any(place.language for place in places):
            return cells.text(self._cell(name))
        return {place.language: cells.text(self._at(place)) for place in places if place.language}

    def _problem(self, code: str, name: str, cell: Cell) -> None:
        head = self.places[name][0].head if name in self.places else ""
        self.problems.append(Problem(code, self.title, {"text": cells.text(cell)}, line=self.row.number, column=head))

    def _session(self, row: Row) -> DraftSession | None:
        self.row = row
        guid = cells.text(self._cell("guid"))
        if names.fold(guid) in EXAMPLES:
            return None
        title = self._told("title")
        self.title = title if isinstance(title, str) else next(filter(None, title.values()), "")
        start, end, duration = self._times()
        kind = cells.text(self._cell("kind"))
        if kind and rules.kind(kind) is None:
            self._problem("kind_unknown", "kind", kind)
        return DraftSession(
            guid=guid,
            title=title,
            description=self._told("abstract"),
            date=start,
            end=end,
            duration=duration,
            language=cells.spoken(self._cell("language")),
            kinds=[kind],
            room=self._told("room"),
            track=self._told("topic"),
            people=self._people(),
            is_cancelled=self._try("cancelled_at", cells.is_cancelled) if "cancelled_at" in self.places else None,
            line=row.number,
        )

    def _people(self) -> list[DraftPerson]:
        found = cast.read(cells.text(self._cell("speakers")))
        found += [
            (name, role or SpeakerRole.MODERATOR) for name, role in cast.read(cells.text(self._cell("moderators")))
        ]
        return [DraftPerson(name=name, role=role.value if role else "") for name, role in found]

    def _try(self, name: str, read: Callable[[Cell], T]) -> T | None:
        try:
            return read(self._cell(name))
        except Unclear as unclear:
            self._problem(unclear.code, name, self._cell(name))
            return None

    def _times(self) -> tuple[str, str, str]:
        """Start, end and length, as a draft holds them. What cannot be read is told, and left out."""
        day = self._try("date", self._day)
        span = self._moments("starts_at")
        ending = self._moments("ends_at")
        has_length = self._cell("duration") not in (None, "")
        duration = self._try("duration", cells.length) if has_length else ""
        if day is None or span is None or ending is None or duration is None:
            return "", "", ""
        first, last = span
        end = ending[1] or ending[0]
        if last is not None:
            self.has_ranges = True
        starts_at = self._start(day, first)
        if starts_at is None:
            return "", "", ""
        return starts_at.isoformat(), self._end(starts_at, end if end.clock or end.day else last), duration

    def _moments(self, name: str) -> tuple[Moment, Moment | None] | None:
        """What the columns of a start or an end say together, and the end where a start is a range; None if unclear."""
        places = self.places.get(name, [])
        found, last = Moment(), None
        for place in places:
            cell = self._at(place)
            try:
                first, end = cells.span(cell, day_first=self.day_first)
            except Unclear as unclear:
                facts = {"text": cells.text(cell)}
                self.problems.append(Problem(unclear.code, self.title, facts, line=self.row.number, column=place.head))
                return None
            if len(places) > 1:
                first = _without_midnight(cell, first)
            found = Moment(found.day or first.day, found.clock or first.clock, found.days_later or first.days_later)
            last = last or end
        return found, last

    def _day(self, cell: Cell) -> Moment:
        return _without_midnight(cell, cells.moment(cell, day_first=self.day_first))

    def _start(self, day: Moment, first: Moment) -> datetime | None:
        """The start; None when there is no time yet, or when it makes no sense, which is told."""
        clock = first.clock or (day.clock if first.day is None else None)
        if clock is None:
            if first.day is not None and first.days_later == 0 and day.day is None:
                self._problem("clock_missing", "starts_at", self._cell("starts_at"))
            return None
        found = first.day or day.day
        if found is None:
            self._problem("day_missing", "starts_at", self._cell("starts_at") or self._cell("date"))
            return None
        if first.day is not None and day.day not in (None, first.day):
            self._problem("days_differ", "starts_at", self._cell("starts_at"))
            return None
        return datetime.combine(found, clock) + timedelta(days=first.days_later)

    def _end(self, starts_at: datetime, end: Moment | None) -> str:
        """The end; one without a day is on the day of the start, or in the night that follows."""
        if end is None or end.clock is None:
            return ""
        at = datetime.combine(end.day or starts_at.date(), end.clock) + timedelta(days=end.days_later)
        if at.tzinfo is None:
            at = at.replace(tzinfo=starts_at.tzinfo)
        if starts_at.tzinfo is None and at.tzinfo is not None:
            return at.isoformat()  # the event's zone decides which is later
        if end.day is None and at < starts_at and at + timedelta(days=1) - starts_at <= MOST_NIGHT:
            at += timedelta(days=1)
        if at <= starts_at:
            self._problem("ends_before_start", "ends_at" if "ends_at" in self.places else "starts_at", self._ending())
            return ""
        return at.isoformat()

    def _ending(self) -> Cell:
        return self._cell("ends_at") or self._cell("starts_at")


def _without_midnight(cell: Cell, found: Moment) -> Moment:
    """What a column for days says: a day in a workbook is a midnight."""
    return replace(found, clock=None) if isinstance(cell, datetime) and found.clock == time() else found


MOST_NIGHT = timedelta(hours=12)
"""A session that ends at an earlier time of day than it begins at ends on the next day, unless it were longer."""
