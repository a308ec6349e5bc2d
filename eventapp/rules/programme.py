"""The programme as people read it: by day, chosen by topic or room, as a grid, now and next, and where it clashes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import groupby, pairwise
from typing import Generic, NamedTuple, Protocol, TypeVar

from eventapp.language import local
from eventapp.rules.vocabulary import SessionKind


class Dated(Protocol):
    """An event, as far as its times may be made up."""

    @property
    def placeholder(self) -> bool: ...
    @property
    def time_is_known(self) -> bool: ...


class Scheduled(Protocol):
    """A session, whose time may be made up."""

    @property
    def placeholder(self) -> bool: ...


def is_time_made_up(session: Scheduled, event: Dated) -> bool:
    """Whether a session's time stands in for one that is not known: then it is not shown as if it were certain.

    In an event that is made up as a whole, the times are as good as everything else; its banner says so once.
    """
    return not event.time_is_known or (session.placeholder and not event.placeholder)


class Timed(Protocol):
    """Anything with a start and an end."""

    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...


T = TypeVar("T", bound=Timed)


def by_day(sessions: Iterable[T], zone: str) -> list[tuple[date | None, list[T]]]:
    """Sessions grouped by their day on the clocks of the zone, in time order; those without a time come last."""
    days: dict[date | None, list[T]] = {}
    for session in sessions:
        day = local(session.starts_at, zone).date() if session.starts_at else None
        days.setdefault(day, []).append(session)
    for items in days.values():
        items.sort(key=lambda s: (s.starts_at is None, s.starts_at.timestamp() if s.starts_at else 0.0))
    return sorted(days.items(), key=lambda item: (item[0] is None, item[0] or date.min))


def is_now(session: Timed, now: datetime) -> bool:
    """Whether a session is running."""
    return session.starts_at is not None and session.ends_at is not None and session.starts_at <= now < session.ends_at


def next_start(sessions: Sequence[Timed], now: datetime) -> datetime | None:
    """When the next session begins; None when none is left."""
    return min((s.starts_at for s in sessions if s.starts_at is not None and s.starts_at > now), default=None)


class Announced(Timed, Protocol):
    """A session that may have been cancelled."""

    @property
    def id(self) -> int: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Marks:
    """Which sessions are running, and which begin next, by their ids."""

    now: frozenset[int] = frozenset()
    next: frozenset[int] = frozenset()


def marks(sessions: Iterable[Announced], now: datetime, zone: str) -> Marks:
    """What is on now, and what begins next if that is still today on the clocks of the zone.

    Cancelled sessions are neither.
    """
    taking_place = [session for session in sessions if session.cancelled_at is None]
    start = next_start(taking_place, now)
    if start is not None and local(start, zone).date() != local(now, zone).date():
        start = None
    return Marks(
        now=frozenset(session.id for session in taking_place if is_now(session, now)),
        next=frozenset(session.id for session in taking_place if start is not None and session.starts_at == start),
    )


SOON = timedelta(hours=24)


def is_live(sessions: Iterable[Timed], now: datetime) -> bool:
    """Whether a page left open may see a session begin or end: one of them is running or begins within a day."""
    return any(
        session.starts_at is not None
        and session.starts_at < now + SOON
        and (session.ends_at or session.starts_at) > now
        for session in sessions
    )


@dataclass(frozen=True)
class Start(Generic[T]):
    """The sessions that begin together; ``at`` is None where that is not known."""

    at: datetime | None
    sessions: list[T]


def starts(sessions: Iterable[T]) -> list[Start[T]]:
    """Sessions that are in the order of time (those of `by_day`), grouped by when they begin."""
    return [Start(at, list(items)) for at, items in groupby(sessions, key=lambda session: session.starts_at)]


@dataclass(frozen=True)
class Extract(Generic[T]):
    """A part of a day, and how many of its sessions are left out."""

    day: date | None
    sessions: list[T]
    left_out: int


def in_short(
    days: Iterable[tuple[date | None, list[T]]], now: datetime, zone: str, limit: int = 12
) -> list[Extract[T]]:
    """The first sessions of each day. Of a long day that is today: the first that are not over."""
    today = local(now, zone).date()
    extracts = []
    for day, sessions in days:
        shown = sessions
        if len(sessions) > limit and day == today:
            coming = [s for s in sessions if (s.ends_at or s.starts_at or now) > now]
            shown = coming or sessions[-limit:]
        extracts.append(Extract(day, shown[:limit], len(sessions) - len(shown[:limit])))
    return extracts


class Posting(StrEnum):
    """How a session stands on the screen in the hall."""

    NOW = "now"
    NEXT = "next"
    LATER = "later"


class Hosted(Announced, Protocol):
    """A session with its kind and place."""

    @property
    def kind(self) -> SessionKind: ...
    @property
    def room_id(self) -> int | None: ...


H = TypeVar("H", bound=Hosted)


@dataclass(frozen=True)
class Board(Generic[H]):
    """What a screen shows of one day: by room, each session that is not over, and how it stands."""

    day: date
    rooms: list[tuple[int | None, list[tuple[H, Posting]]]]


FOR_ALL = (SessionKind.BREAK, SessionKind.CEREMONY)
"""Kinds of sessions that concern everybody, wherever they are, unless they have a room."""


def board(sessions: Iterable[H], room_ids: Sequence[int], now: datetime, zone: str) -> Board[H] | None:
    """What is on now and next in each room, on the first day of which something is left; None when all is over.

    ``room_ids`` gives the order of the rooms; None stands for what has no room. A break without a room is one in every
    room. Where all is in one place, three sessions are next, else one in each room; one that is cancelled stands there
    besides.
    """
    left = by_day([s for s in sessions if s.starts_at and (s.ends_at or s.starts_at) > now], zone)
    days = [day for day, _ in left if day is not None]
    if not days:
        return None
    shown_day = max(days[0], local(now, zone).date())  # what began yesterday and is not over is on today
    shown = [session for day, items in left for session in items if day is not None and day <= shown_day]
    for_all = {session.id for session in shown if session.room_id is None and session.kind in FOR_ALL}
    places = {session.room_id for session in shown if session.id not in for_all} or {None}
    by_room = {
        place: [session for session in shown if session.id in for_all or session.room_id == place] for place in places
    }
    order = [room_id for room_id in (*room_ids, None) if room_id in by_room]
    limit = 3 if len(order) == 1 else 1
    return Board(shown_day, [(room_id, _posted(by_room[room_id], now, limit)) for room_id in order])


def _posted(sessions: Iterable[H], now: datetime, limit: int) -> list[tuple[H, Posting]]:
    posted = []
    coming = 0
    for session in sessions:
        if is_now(session, now):
            posted.append((session, Posting.NOW))
            continue
        posted.append((session, Posting.NEXT if coming < limit else Posting.LATER))
        coming += session.cancelled_at is None
    return posted


FACETS = ("day", "room", "topic", "language")
"""By what a reader can choose from a programme, in the order in which pages offer it."""


class Sorted(Timed, Protocol):
    """A session with what it can be chosen by."""

    @property
    def room_id(self) -> int | None: ...
    @property
    def topic_id(self) -> int | None: ...
    @property
    def language(self) -> str | None: ...


S = TypeVar("S", bound=Sorted)


@dataclass(frozen=True)
class Choice(Generic[S]):
    """A reader's choice from a programme.

    ``wanted``: facet to value, as far as the programme has such a value. ``has_unknown``: something else was asked for
    as well. ``counts``: for each facet with something to choose, each value and how many sessions one would see with
    it, other choices staying as they are; in the order in which the values first appear.
    """

    sessions: list[S]
    wanted: dict[str, str]
    has_unknown: bool
    counts: dict[str, dict[str, int]]


def choose(sessions: Sequence[S], asked: Mapping[str, str], zone: str) -> Choice[S]:
    """The sessions that a reader asked for: ``asked`` maps facets to values as they stand in an address.

    A day is written as in ISO 8601, a room or topic by its id, a language by its tag. What the programme does not have
    is ignored; a facet of which all sessions have the same value, or none, is not offered.
    """
    facts = [(session, _values(session, zone)) for session in sessions]
    known: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    for _, values in facts:
        for facet, value in values.items():
            known[facet].setdefault(value, 0)
    wanted = {facet: asked[facet] for facet in FACETS if asked.get(facet) in known[facet]}
    shown = []
    for session, values in facts:
        missed = [facet for facet, value in wanted.items() if values.get(facet) != value]
        if not missed:
            shown.append(session)
        for facet, value in values.items():
            if not missed or missed == [facet]:
                known[facet][value] += 1
    return Choice(
        sessions=shown,
        wanted=wanted,
        has_unknown=any(value for facet, value in asked.items() if facet not in wanted),
        counts={facet: counts for facet, counts in known.items() if len(counts) > 1},
    )


def _values(session: Sorted, zone: str) -> dict[str, str]:
    values = {}
    if session.starts_at is not None:
        values["day"] = local(session.starts_at, zone).date().isoformat()
    if session.room_id is not None:
        values["room"] = str(session.room_id)
    if session.topic_id is not None:
        values["topic"] = str(session.topic_id)
    if session.language:
        values["language"] = session.language
    return values


class Placed(Timed, Protocol):
    """A session with its kind and place."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> SessionKind: ...
    @property
    def room_id(self) -> int | None: ...


@dataclass(frozen=True)
class Column:
    """A room in a grid; None is a place that is not known. It is ``width`` lanes wide, from lane ``first`` on."""

    room_id: int | None
    first: int
    width: int


class Cell(NamedTuple):
    """Where a session stands in a grid: rows and lanes, counted from 0; the ends are not part of it."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class Grid:
    """A day as rooms by times. ``rows`` holds the length of each row in minutes, ``row_of`` the row of each time."""

    columns: list[Column]
    rows: list[int]
    row_of: dict[datetime, int]
    cells: dict[int, Cell]

    @property
    def lanes(self) -> int:
        """How many lanes all rooms have together."""
        return sum(column.width for column in self.columns)

    @cached_property
    def room_ids(self) -> frozenset[int]:
        """The rooms that have a column."""
        return frozenset(column.room_id for column in self.columns if column.room_id is not None)


class Span(NamedTuple):
    """A session's time from start to end; an end that is not known is made up."""

    session: Placed
    starts_at: datetime
    ends_at: datetime

    def meets(self, other: "Span") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


SHORTEST = timedelta(minutes=15)
"""How long a session without an end is taken to be when nothing follows it."""


def grid(sessions: Iterable[Placed], room_ids: Sequence[int]) -> Grid | None:
    """Rooms by times for the sessions of one day; None when all of it is in one place, where a list says the same.

    ``room_ids`` gives the order of the rooms. Every session that has a start gets a cell, and no cell covers another:
    sessions that overlap in one room stand side by side in lanes. A break goes over all rooms beside its own that are
    free at that time; what has no room goes over all rooms if they are free, else into a column of its own.
    """
    spans = _spans(sessions)
    in_rooms = {s.session.room_id for s in spans if s.session.kind is not SessionKind.BREAK}
    rooms: list[int | None] = [room_id for room_id in room_ids if room_id in in_rooms]
    if not rooms:
        return None
    fixed = [span for span in spans if span.session.room_id in rooms]
    loose = [span for span in spans if span.session.room_id not in rooms]
    wide: dict[int, tuple[int, int]] = {}  # session to the rooms it goes over, as positions among the rooms
    taken = [(span, place, place + 1) for span in fixed for place in [rooms.index(span.session.room_id)]]
    for span in [s for s in fixed if s.session.kind is SessionKind.BREAK] + loose:
        busy = {
            place
            for other, a, b in taken
            if other.session is not span.session and other.meets(span)
            for place in range(a, b)
        }
        home = rooms.index(span.session.room_id) if span.session.room_id in rooms else None
        run = _run([place not in busy for place in range(len(rooms))], home)
        is_whole = run is not None and run[1] - run[0] == len(rooms)
        if run is not None and (is_whole or span.session.kind is SessionKind.BREAK):
            wide[span.session.id] = run
            taken.append((span, *run))
    lost = [span for span in loose if span.session.id not in wide]
    if lost:
        rooms.append(None)
    if len(rooms) < 2:
        return None
    in_room: dict[int | None, list[Span]] = {None: lost}
    for span in fixed:
        if span.session.id not in wide:
            in_room.setdefault(span.session.room_id, []).append(span)
    columns: list[Column] = []
    lane_of: dict[int, tuple[int, int]] = {}
    for room_id in rooms:
        first = columns[-1].first + columns[-1].width if columns else 0
        width, lane_of_room = lanes(in_room.get(room_id, []))
        columns.append(Column(room_id, first, width))
        for session_id, (left, right) in lane_of_room.items():
            lane_of[session_id] = (first + left, first + right)
    for session_id, (a, b) in wide.items():
        lane_of[session_id] = (columns[a].first, columns[b - 1].first + columns[b - 1].width)
    times = sorted({time for span in spans for time in (span.starts_at, span.ends_at)})
    row_of = {time: row for row, time in enumerate(times)}
    return Grid(
        columns=columns,
        rows=[int((b - a).total_seconds() // 60) for a, b in pairwise(times)],
        row_of=row_of,
        cells={
            span.session.id: Cell(row_of[span.starts_at], row_of[span.ends_at], *lane_of[span.session.id])
            for span in spans
        },
    )


def _spans(sessions: Iterable[Placed]) -> list[Span]:
    timed = [(session, session.starts_at) for session in sessions if session.starts_at is not None]
    times = sorted({time for session, at in timed for time in (at, session.ends_at or at)})
    return sorted(
        (
            Span(session, at, session.ends_at or next((time for time in times if time > at), at + SHORTEST))
            for session, at in timed
        ),
        key=lambda span: (span.starts_at, span.ends_at, span.session.id),
    )


def _run(free: Sequence[bool], home: int | None) -> tuple[int, int] | None:
    """The free places around ``home``, or the longest run of free places if there is no home; None if there is none."""
    runs = []
    for is_free, places in groupby(range(len(free)), key=free.__getitem__):
        found = list(places)
        if is_free and (home is None or home in found):
            runs.append((found[0], found[-1] + 1))
    return max(runs, key=lambda run: run[1] - run[0], default=None)


def lanes(spans: Sequence[Span]) -> tuple[int, dict[int, tuple[int, int]]]:
    """How many lanes a room needs, and the lanes of each of its sessions: all of them for one that meets no other.

    Spans come in the order of their starts.
    """
    lane_ends: list[datetime] = []
    lane_of: dict[int, int] = {}
    crowded: set[int] = set()
    running: list[Span] = []
    for span in spans:
        running = [other for other in running if other.ends_at > span.starts_at]
        if running:
            crowded.update(other.session.id for other in (*running, span))
        running.append(span)
        lane = next((n for n, ends_at in enumerate(lane_ends) if ends_at <= span.starts_at), len(lane_ends))
        lane_ends[lane : lane + 1] = [span.ends_at]
        lane_of[span.session.id] = lane
    width = max(len(lane_ends), 1)
    return width, {key: (lane, lane + 1) if key in crowded else (0, width) for key, lane in lane_of.items()}


@dataclass(frozen=True)
class Slot:
    """What a clash is computed from: a session's place, time and people."""

    session_id: int
    starts_at: datetime
    ends_at: datetime
    room_id: int | None
    speaker_ids: frozenset[int]


@dataclass(frozen=True)
class Clash:
    """Two sessions that overlap in time and share a room or a person."""

    first_id: int
    second_id: int
    room_id: int | None
    speaker_ids: frozenset[int]


def clashes(slots: Sequence[Slot]) -> list[Clash]:
    """All clashes, in order of time. Touching ends do not clash. A warning, never a refusal."""
    ordered = sorted(slots, key=lambda s: (s.starts_at, s.session_id))
    found = []
    running: list[Slot] = []
    for slot in ordered:
        running = [other for other in running if other.ends_at > slot.starts_at]
        for other in running:
            room = slot.room_id if slot.room_id is not None and slot.room_id == other.room_id else None
            people = slot.speaker_ids & other.speaker_ids
            if room is not None or people:
                found.append(Clash(other.session_id, slot.session_id, room, people))
        running.append(slot)
    return found


class Part(Protocol):
    """What one person does in a session, or somebody in their place."""

    @property
    def speaker_id(self) -> int: ...
    @property
    def substitute_id(self) -> int | None: ...


class Staged(Timed, Protocol):
    """A session with its place and people."""

    @property
    def id(self) -> int: ...
    @property
    def room_id(self) -> int | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...
    @property
    def speakers(self) -> Collection[Part]: ...


def clashes_among(sessions: Iterable[Staged]) -> list[Clash]:
    """The clashes of a programme. Sessions that are cancelled or have no times clash with nothing."""
    return clashes(
        [
            Slot(
                s.id,
                s.starts_at,
                s.ends_at,
                s.room_id,
                frozenset(part.substitute_id or part.speaker_id for part in s.speakers),
            )
            for s in sessions
            if s.starts_at is not None and s.ends_at is not None and s.cancelled_at is None
        ]
    )


def is_outside(session: Timed, starts_at: datetime | None, ends_at: datetime | None, zone: str) -> bool:
    """Whether a session lies on a day on which its event does not take place. Unknown times are not outside."""
    if session.starts_at is None or starts_at is None:
        return False
    first, last = local(starts_at, zone).date(), local(ends_at or starts_at, zone).date()
    return not first <= local(session.starts_at, zone).date() <= last
