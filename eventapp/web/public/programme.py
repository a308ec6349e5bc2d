"""The programme of an event, and one session of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup, escape

from eventapp import clock, queries
from eventapp.formats import ical, programme_change
from eventapp.language import LocalizedText, local, time
from eventapp.language import gettext as _
from eventapp.queries.programme import Listed, ListedPart, ListedSpeaker
from eventapp.rules import programme as rules
from eventapp.rules import release as release_rules
from eventapp.rules.release import Room, Topic
from eventapp.rules.vocabulary import SessionKind, Substitution
from eventapp.web import cache, calendars
from eventapp.web.templating import made_up_mark, role_words, shown

if TYPE_CHECKING:
    from eventapp.models.event import Event

bp = Blueprint("programme", __name__)

MAX_CHOSEN = 100
"""How many sessions an address may choose; static/js/programme.js knows it too."""

MAX_DIGITS = 10
"""Longer numbers are no ids."""

MANY_LANES = 5
"""A grid with more lanes than this may be wider than the screen, and scrolls by itself."""


@bp.get("/e/<slug>/programme")
def show(slug: str) -> Response:
    """All sessions, or those that the reader chose, by day and time; what is on now and next is marked."""
    return cache.page(slug, lambda: _show(slug), choices=rules.FACETS)


def _show(slug: str) -> str:
    event = queries.event.get_by_slug(slug)
    now = clock.now()
    lines = queries.programme.list_programme(event.id)
    asked = {facet: request.args[facet] for facet in rules.FACETS if facet in request.args}
    choice = rules.choose(lines, asked, event.timezone)
    if choice.has_unknown or not choice.sessions:
        cache.do_not_keep()
    certain = [line for line in choice.sessions if not rules.is_time_made_up(line, event)]
    marks = rules.marks(certain, now, event.timezone)
    rooms = sorted({line.room.id: line.room for line in lines if line.room}.values(), key=lambda r: (r.position, r.id))
    days = _days(event, choice.sessions, [room.id for room in rooms], marks)
    return render_template(
        "public/programme_show.html",
        event=event,
        sessions=lines,
        fills=queries.session_seat.labels(event.id),
        choice=choice,
        facets=[_facet(facet, lines, choice) for facet in choice.counts],
        chosen=[_facet(facet, lines, choice) for facet in choice.wanted],
        days=days,
        all_days=[day for day, _found in rules.by_day(lines, event.timezone)],
        rooms={room.id: room for room in rooms},
        first_now=next((line.id for line in choice.sessions if line.id in marks.now), None),
        is_live=rules.is_live(certain, now),
        is_translated=any(line.topic is not None and line.topic.translation for line in lines),
        page_css=_topic_css(lines) + _grid_css({day.number: day.grid for day in days if day.grid is not None}),
    )


@dataclass(slots=True)
class Entry:
    """A session as the page shows it: with its place in the grid, what is said of it now, and its end in words."""

    session: Listed
    address: str
    classes: str
    word: str
    ends: str
    until: str
    topic: Markup
    room: Markup
    people: Markup


@dataclass(frozen=True)
class Slot:
    """What begins at one time, for machines and in words; empty when that is not known.

    ``is_made_up``: every time here stands in for one that is not known.
    """

    at: datetime | None
    starts: str
    time: str
    entries: list[Entry]
    is_made_up: bool


@dataclass(frozen=True)
class Day:
    """A day of the programme; without a grid it is a list on every screen."""

    number: int
    date: date | None
    slots: list[Slot]
    grid: rules.Grid | None

    @property
    def ids(self) -> str:
        """The ids of the sessions that have a page, in the order of the page: all that marking them takes."""
        kept = (entry.session for slot in self.slots for entry in slot.entries)
        return " ".join(str(session.id) for session in kept if session.kind is not SessionKind.BREAK)

    @property
    def is_vast(self) -> bool:
        """Whether its grid may be wider than the screen."""
        return self.grid is not None and self.grid.lanes > MANY_LANES


class Labels:
    """What stands on many sessions of a page, put into words once: names of rooms, topics and people.

    Inside are plain strings that are escaped already: a page of hundreds of sessions would spend half of its time on
    putting markup together.
    """

    def __init__(self, event: "Event") -> None:
        self._languages = event.languages
        self._mark = "" if event.placeholder else str(made_up_mark())
        self._roles = {role: f" ({escape(word)})" for role, word in role_words().items()}
        self._stand_ins = {
            Substitution.REPLACED: f", {escape(_('replaced by'))} ",
            Substitution.REPRESENTED: f", {escape(_('represented by'))} ",
        }
        self._known: dict[tuple[str, int], str] = {}

    def room(self, room: Room | None) -> Markup:
        """The name of a room."""
        return _safe(self._named("room", room.id, room.name, room.placeholder) if room else "")

    def topic(self, session: Listed) -> Markup:
        """The title of a session's topic, or its number where the session is called like it."""
        topic = session.topic
        if topic is None:
            return _safe("")
        if topic.title == session.title:
            return escape(_("Topic %(number)s", number=topic.position))
        return _safe(self._named("topic", topic.id, topic.title, False))

    def people(self, session: Listed) -> Markup:
        """Everybody in a session with their roles, and who stands in for whom."""
        return _safe(", ".join([self._part(part) for part in session.speakers]))

    def _part(self, part: ListedPart) -> str:
        told = self._person(part.speaker) + self._roles.get(part.role, "")
        if part.substitute is not None and part.substitution is not None:
            told += self._stand_ins[part.substitution] + self._person(part.substitute)
        return told

    def _person(self, speaker: ListedSpeaker) -> str:
        return self._named("person", speaker.id, speaker.name, speaker.placeholder, "<bdi>", "</bdi>")

    def _named(
        self, kind: str, row_id: int, name: LocalizedText, is_made_up: bool, before: str = "", after: str = ""
    ) -> str:
        known = self._known.get((kind, row_id))
        if known is None:
            known = f"{before}{shown(name, self._languages)}{after}{self._mark if is_made_up else ''}"
            self._known[kind, row_id] = known
        return known


def _safe(escaped: str) -> Markup:
    return Markup(escaped)  # noqa: S704  made of parts that were escaped


def _days(event: "Event", lines: Iterable[Listed], room_ids: list[int], marks: rules.Marks) -> list[Day]:
    is_whole = event.placeholder  # made up as a whole: its banner says so once
    root = url_for(".session", slug=event.slug, session_slug="-")[:-1]
    until = _("until %(end)s")
    labels = Labels(event)
    days = []
    for number, (day, sessions) in enumerate(rules.by_day(lines, event.timezone)):
        grid = rules.grid(sessions, room_ids) if day is not None else None
        # Hundreds of sessions share a few dozen times, so each is written once.
        times = _times({at for line in sessions for at in (line.starts_at, line.ends_at)}, event.timezone)
        slots = []
        for start in rules.starts(sessions):
            entries = []
            for line in start.sessions:
                ends, end = times[line.ends_at]
                classes = _classes(line, grid, marks, is_whole=is_whole)
                words = until % {"end": end} if ends else ""
                entries.append(
                    Entry(
                        session=line,
                        address=root + line.slug,
                        classes=classes,
                        word=_word(line, marks),
                        ends=ends,
                        until=words,
                        topic=labels.topic(line),
                        room=labels.room(line.room),
                        people=labels.people(line),
                    )
                )
            made_up = not is_whole and all(line.placeholder for line in start.sessions)
            slots.append(Slot(start.at, *times[start.at], entries, made_up))
        days.append(Day(number, day, slots, grid))
    return days


def _times(instants: Iterable[datetime | None], zone: str) -> dict[datetime | None, tuple[str, str]]:
    """Times of day as machines read them (ISO 8601) and in words; twice nothing for an unknown one."""
    there = {at: local(at, zone) for at in instants if at is not None}
    return {None: ("", ""), **{at: (t.isoformat(timespec="minutes"), time(t)) for at, t in there.items()}}


def _classes(line: Listed, grid: rules.Grid | None, marks: rules.Marks, *, is_whole: bool) -> str:
    names = "s" if line.topic is None or line.topic.colour is None else f"s t{line.topic.id}"
    if line.cancelled_at is not None:
        names += " gone"
    elif line.kind is SessionKind.BREAK:
        names += " pause"
    if line.placeholder and not is_whole:
        names += " unsure"
    if line.id in marks.now:
        names += " now"
    if grid is not None:
        cell = grid.cells[line.id]
        names += f" a{cell.top} b{cell.bottom} c{cell.left}"
        if cell.right - cell.left > 1:
            names += f" w{cell.right - cell.left}"
        if line.room_id in grid.room_ids:
            names += " in"  # the head of the column names the room
    return names


def _word(line: Listed, marks: rules.Marks) -> str:
    if line.cancelled_at is not None:
        return _("Cancelled")
    if line.id in marks.now:
        return _("Now")
    return _("Up next") if line.id in marks.next else ""


def _topic_css(lines: Iterable[Listed]) -> str:
    """A mark in its topic's colour on each session; the topic's name stands beside it, so nothing is said by colour."""
    colours = {line.topic.id: line.topic.colour for line in lines if line.topic is not None and line.topic.colour}
    return "".join(
        f".t{topic_id} .tag>span::after{{content:' ●';color:{colour}}}.grid .t{topic_id}{{border-left-color:{colour}}}"
        for topic_id, colour in sorted(colours.items())
    )


def _grid_css(grids: dict[int, rules.Grid]) -> str:
    """The rules that put sessions into the grids of this page, by the number of the day; narrow screens have a list.

    Style attributes are forbidden by the pages' policy. Row 1 holds the names of the rooms, column 1 the times.
    """
    if not grids:
        return ""
    rows = max(len(grid.rows) for grid in grids.values())
    lanes = max(grid.lanes for grid in grids.values())
    widths = {cell.right - cell.left for grid in grids.values() for cell in grid.cells.values()}
    widths |= {column.width for grid in grids.values() for column in grid.columns}
    css = [f".grid .a{n}{{grid-row-start:{n + 2}}}.grid .b{n + 1}{{grid-row-end:{n + 3}}}" for n in range(rows)]
    css += [f".grid .c{n}{{grid-column:{n + 2}}}" for n in range(lanes)]
    css += [f".grid .w{n}{{grid-column-end:span {n}}}" for n in sorted(widths) if n > 1]
    for number, grid in grids.items():
        heights = " ".join(f"minmax({min(minutes, 60) / 10:g}rem,auto)" for minutes in grid.rows)
        css.append(f".g{number}{{grid-template:auto {heights}/4.6rem repeat({grid.lanes},minmax(9rem,1fr))}}")
    return f"@media(min-width:60rem){{.page,.bar,.foot{{max-width:110rem}}{''.join(css)}}}"


@dataclass(frozen=True)
class Option:
    """A value that can be chosen; ``what`` it stands for is a day, a room, a topic or the tag of a language.

    ``address`` chooses it, or gives the choice up when it is chosen already; ``count`` sessions remain then.
    """

    what: date | Room | Topic | str
    count: int
    address: str
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """One way to choose from a programme."""

    name: str
    options: list[Option]

    @property
    def chosen(self) -> Option:
        """The option that is chosen; there is one in a facet of what was asked for."""
        return next(option for option in self.options if option.is_chosen)


def _facet(name: str, lines: list[Listed], choice: rules.Choice[Listed]) -> Facet:
    counts = choice.counts.get(name) or {choice.wanted[name]: len(choice.sessions)}
    known: dict[str, date | Room | Topic | str] = {}
    if name == "room":
        known = {str(line.room.id): line.room for line in lines if line.room}
    elif name == "topic":
        known = {str(line.topic.id): line.topic for line in lines if line.topic}
    elif name == "day":
        known = {value: date.fromisoformat(value) for value in counts}
    else:
        known = {value: value for value in counts}
    order = sorted(counts, key=lambda value: _rank(known[value]))
    return Facet(name, [_option(name, value, known[value], counts[value], choice) for value in order])


def _rank(what: date | Room | Topic | str) -> tuple[int, int, str]:
    """Rooms and topics in the organizer's order, days in time, languages by their tags."""
    if isinstance(what, date):
        return what.toordinal(), 0, ""
    if isinstance(what, str):
        return 0, 0, what
    return what.position, what.id, ""


def _option(name: str, value: str, what: date | Room | Topic | str, count: int, choice: rules.Choice[Listed]) -> Option:
    is_chosen = choice.wanted.get(name) == value
    others = {facet: chosen for facet, chosen in choice.wanted.items() if facet != name}
    query = urlencode(others if is_chosen else {**others, name: value})
    return Option(what, count, f"?{query}" if query else request.path, is_chosen)


RELEASES_SHOWN = 10
"""Of how many releases the page of changes tells; older ones say nothing any more."""


@bp.get("/e/<slug>/programme/changes")
def changes(slug: str) -> Response:
    """What changed from release to release, the latest first."""
    return cache.page(slug, lambda: _changes(slug), is_timeless=True)


def _changes(slug: str) -> str:
    event = queries.event.get_by_slug(slug)
    releases = queries.release.list_latest(event.id, RELEASES_SHOWN + 1)
    timetables = [queries.release.timetable(release) for release in releases]
    told = []
    for (release, after), before in zip(zip(releases, timetables, strict=True), timetables[1:], strict=False):
        found = release_rules.changes(before, after)
        told.append(
            (release, [programme_change.tell(one, before, after, event.timezone, event.languages) for one in found])
        )
    first = releases[-1] if 0 < len(releases) <= RELEASES_SHOWN else None
    return render_template("public/programme_changes.html", event=event, told=told, first=first)


@bp.get("/e/<slug>/programme.ics")
def calendar(slug: str) -> Response:
    """The programme for calendar programs, by subscription or once; with ``?only=``, the sessions with these ids.

    So a reader without an account subscribes to a choice. There are endless choices: none is kept in memory.
    """
    return cache.page(slug, lambda: _calendar(slug), mimetype="text/calendar")


def _calendar(slug: str) -> str:
    event = queries.event.get_by_slug(slug)
    sessions = queries.programme.list_calendar(event.id)
    name = event.title.pick(event.languages).value
    only = request.args.get("only")
    if only is not None:
        chosen = _ids(only)
        sessions = [session for session in sessions if session.id in chosen]
        name = _("My programme: %(event)s", event=name)
    return ical.schedule(name, calendars.session_entries(event, sessions)).decode()


def _ids(text: str) -> set[int]:
    """The ids in an address, as far as they are any; the first hundred, which is more than anybody can see."""
    return {int(part) for part in re.findall(r"[0-9]+", text)[:MAX_CHOSEN] if len(part) < MAX_DIGITS}


@bp.get("/e/<slug>/sessions/<session_slug>")
def session(slug: str, session_slug: str) -> Response:
    """One session: when, where, with whom, what about."""
    return cache.page(slug, lambda: _session(slug, session_slug))


def _session(slug: str, session_slug: str) -> str:
    event = queries.event.get_by_slug(slug)
    found = queries.programme.get_session(event.id, session_slug)
    is_sure = found.cancelled_at is None and not rules.is_time_made_up(found, event)
    return render_template(
        "public/programme_session.html",
        event=event,
        session=found,
        fill=queries.session_seat.labels(event.id).get(found.id) if found.cancelled_at is None else None,
        is_now=is_sure and rules.is_now(found, clock.now()),
    )
