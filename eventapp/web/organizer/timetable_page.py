"""What the timetable shows: a day as a sheet, its cards and warnings, what has no time yet, and what was done."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask import url_for
from markupsafe import Markup

from eventapp import clock, queries
from eventapp.language import N_, local, ngettext, time
from eventapp.language import gettext as _
from eventapp.queries.timetable import Edit
from eventapp.rules import programme, timetable
from eventapp.rules.timetable import Action, Change
from eventapp.rules.timetable_sheet import Sheet, sheet
from eventapp.rules.vocabulary import SessionKind
from eventapp.web.organizer import concerns
from eventapp.web.organizer.concerns import Concerns

if TYPE_CHECKING:
    from eventapp.models.event import Event
    from eventapp.models.programme import EventSession, Room

STEPS = (5, 10, 15, 30)
"""By how many minutes the buttons and keys move; the first unless another is chosen."""

EDITS = 12
"""How many of the last edits are shown."""

LONGEST_EVENT = 31
"""Days of an event that have a tab even without a session."""


@dataclass(frozen=True)
class Card:
    """A session as the sheet shows it. ``mark`` says to script and to forms where it stands."""

    session: "EventSession"
    classes: str
    address: str
    mark: str
    hours: str
    warnings: list[Markup]


@dataclass(frozen=True)
class Tab:
    """A day that can be chosen."""

    date: date
    sessions: int
    warnings: int
    address: str
    is_here: bool


@dataclass(frozen=True)
class Deed:
    """Something that was done, in words."""

    edit: Edit
    what: str


@dataclass(frozen=True)
class Page:
    """All that the page shows.

    ``undoable``: the last edit, if it can still be undone. ``query``: what this page was asked for. ``where``: when and
    where the chosen session is. ``closed``: the address of the page without a chosen session.
    """

    day: date
    step: int
    tabs: list[Tab]
    sheet: Sheet
    rooms: Mapping[int, "Room"]
    cards: list[Card]
    tray: list[Card]
    concerns: Concerns
    warned: list[tuple[Card, Markup]]
    chosen: "EventSession | None"
    deeds: list[Deed]
    undoable: Deed | None
    steps = STEPS
    query: dict[str, Any]
    where: str
    closed: str


def build(event: "Event", asked: Mapping[str, str], session_id: int | None) -> Page:
    """The page that a query asks for: what makes no sense there is today, or the first day.

    ``session_id`` is the session whose panel is shown, whatever the query says.
    """
    sessions = queries.programme.list_sessions(event.id)
    found = concerns.look(event, sessions)
    rooms = queries.programme.list_rooms(event.id)
    by_day = dict(programme.by_day(sessions, event.timezone))
    chosen = found.sessions.get(session_id or _number(asked.get("session", "")))
    days = _days(event, by_day)
    usual = chosen.starts_at if chosen is not None and chosen.starts_at is not None else clock.now()
    day = _day(days, asked.get("day", ""), local(usual, event.timezone).date())
    step = next((step for step in STEPS if str(step) == asked.get("step")), STEPS[0])
    query: dict[str, Any] = {"day": day.isoformat()} | ({"step": step} if step != STEPS[0] else {})
    here = by_day.get(day, [])
    made = sheet(here, [room.id for room in rooms], day, event.timezone)
    root = url_for("organizer.timetable.index", slug=event.slug, **query)
    cards = [_card(session, event, made, found, chosen, root) for session in here]
    tray = [_card(session, event, made, found, chosen, root) for session in by_day.get(None, [])]
    edits = queries.timetable.list_edits(event.id, EDITS)
    deeds = [Deed(edit, _what(edit, event, found)) for edit in edits]
    last = next((deed for deed in deeds if deed.edit.undone_at is None), None)
    return Page(
        day=day,
        step=step,
        tabs=[_tab(event, each, by_day.get(each, []), found, day, step) for each in days],
        sheet=made,
        rooms={room.id: room for room in rooms},
        cards=cards,
        tray=tray,
        concerns=found,
        warned=_warned([*cards, *tray], found),
        chosen=chosen,
        deeds=deeds,
        undoable=last if last is not None and _stands(last.edit.change, found) else None,
        query=query | ({"session": chosen.id} if chosen is not None else {}),
        where=where(chosen, event) if chosen is not None else "",
        closed=root,
    )


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def _days(event: "Event", by_day: Mapping[date | None, object]) -> list[date]:
    """The days of the event and of its sessions."""
    days = {day for day in by_day if day is not None}
    if event.starts_at is not None:
        first = local(event.starts_at, event.timezone).date()
        last = local(event.ends_at or event.starts_at, event.timezone).date()
        days |= {first + timedelta(days=n) for n in range(min((last - first).days, LONGEST_EVENT - 1) + 1)}
    return sorted(days) or [local(clock.now(), event.timezone).date()]


def _day(days: list[date], asked: str, usual: date) -> date:
    wanted = {day.isoformat(): day for day in days}.get(asked)
    return wanted or (usual if usual in days else days[0])


def _tab(event: "Event", day: date, sessions: "list[EventSession]", found: Concerns, here: date, step: int) -> Tab:
    warned = sum(session.id in found.by_session for session in sessions)
    query: dict[str, Any] = {"step": step} if step != STEPS[0] else {}
    address = url_for("organizer.timetable.index", slug=event.slug, day=day.isoformat(), **query)
    return Tab(day, len(sessions), warned, address, day == here)


def _card(
    session: "EventSession", event: "Event", made: Sheet, found: Concerns, chosen: "EventSession | None", root: str
) -> Card:
    names = "s"
    warnings = found.about(session.id)
    if session.cancelled_at is not None:
        names += " gone"
    elif session.kind is SessionKind.BREAK:
        names += " pause"
    if warnings:
        names += " warned"
    if session is chosen:
        names += " here"
    if session.id in made.cells:
        cell = made.cells[session.id]
        names += f" a{cell.top} b{cell.bottom} c{cell.left}"
        if cell.right - cell.left > 1:
            names += f" w{cell.right - cell.left}"
    address = f"{root}&session={session.id}"
    return Card(session, names, address, timetable.spot(session).mark, hours(session, event), warnings)


def hours(session: "EventSession", event: "Event") -> str:
    """From when to when a session lasts, in words."""
    if session.starts_at is None:
        return ""
    starts = time(local(session.starts_at, event.timezone))
    return f"{starts}–{time(local(session.ends_at, event.timezone))}" if session.ends_at else starts


def where(session: "EventSession", event: "Event") -> str:
    """When and where a session takes place, in words."""
    if session.starts_at is None:
        return _("without a time")
    room = session.room.name.pick(event.languages).value if session.room else _("without a room")
    return f"{hours(session, event)}, {room}"


def _warned(cards: Iterable[Card], found: Concerns) -> list[tuple[Card, Markup]]:
    """The warnings of the day, each clash once."""
    by_id = {card.session.id: card for card in cards}
    return [
        (by_id[concern.session_id], found.sentence(concern)) for concern in found.found if concern.session_id in by_id
    ]


def others(session: "EventSession", sessions: "Iterable[EventSession]", event: "Event") -> list[tuple[str, str]]:
    """The other sessions of a session's day, to choose from: ids and words."""
    if session.starts_at is None:
        return []
    by_day = dict(programme.by_day(sessions, event.timezone))
    return [
        (str(other.id), f"{hours(other, event)} {other.title.pick(event.languages).value}")
        for other in by_day.get(local(session.starts_at, event.timezone).date(), [])
        if other.id != session.id
    ]


_DEEDS = {
    Action.PLACE: N_("“%(title)s” placed: %(after)s"),
    Action.MOVE: N_("“%(title)s” moved: %(before)s → %(after)s"),
    Action.RESIZE: N_("“%(title)s” lasts longer or shorter: %(before)s → %(after)s"),
    Action.UNSCHEDULE: N_("“%(title)s” taken off: %(before)s"),
}


def _what(edit: Edit, event: "Event", found: Concerns) -> str:
    change = edit.change
    titles = [
        found.sessions[key].title.pick(event.languages).value if key in found.sessions else _("a deleted session")
        for key in change.after
    ]
    if edit.action is Action.SHIFT:
        return shifted(change)
    if edit.action is Action.SWAP:
        return _("Swapped: %(titles)s", titles=", ".join(f"“{title}”" for title in titles))
    (key,) = change.after
    before, after = change.before[key], change.after[key]
    names = {room.id: room for session in found.sessions.values() if (room := session.room)}

    def told(spot: timetable.Spot) -> str:
        if spot.starts_at is None:
            return _("without a time")
        times = [time(local(at, event.timezone)) for at in (spot.starts_at, spot.ends_at) if at is not None]
        room = names[spot.room_id].name.pick(event.languages).value if spot.room_id in names else ""
        return "–".join(times) + (f", {room}" if room and before.room_id != after.room_id else "")

    return _(_DEEDS[edit.action], title=titles[0], before=told(before), after=told(after))


def shifted(change: Change) -> str:
    """What a shift did, in words."""
    key = next(iter(change.after))
    before, after = change.before[key].starts_at, change.after[key].starts_at
    by = after - before if before is not None and after is not None else timedelta()
    minutes = abs(by) // timedelta(minutes=1)
    if by > timedelta():
        return ngettext(
            "%(num)s session begins %(minutes)s minutes later",
            "%(num)s sessions begin %(minutes)s minutes later",
            len(change.after),
            minutes=minutes,
        )
    return ngettext(
        "%(num)s session begins %(minutes)s minutes earlier",
        "%(num)s sessions begin %(minutes)s minutes earlier",
        len(change.after),
        minutes=minutes,
    )


def _stands(change: Change, found: Concerns) -> bool:
    """Whether everything stands as a change left it."""
    return all(
        key in found.sessions and timetable.spot(found.sessions[key]) == after for key, after in change.after.items()
    )


def css(made: Sheet) -> str:
    """The rules that put sessions into the sheet; narrow screens have a list.

    Line 1 holds the names of the rooms, column 1 the times. Style attributes are forbidden by the pages' policy.
    """
    height = 0.75 if made.has_short else 0.5
    starts = {cell.top for cell in made.cells.values()} | set(made.hours)
    ends = {cell.bottom for cell in made.cells.values()}
    lefts = {cell.left for cell in made.cells.values()} | {column.first for column in made.columns}
    widths = {cell.right - cell.left for cell in made.cells.values()} | {column.width for column in made.columns}
    rules = [f".sheet .a{line}{{grid-row-start:{line - made.top + 2}}}" for line in sorted(starts)]
    rules += [f".sheet .b{line}{{grid-row-end:{line - made.top + 2}}}" for line in sorted(ends)]
    rules += [f".sheet .c{lane}{{grid-column-start:{lane + 2}}}" for lane in sorted(lefts)]
    rules += [f".sheet .w{width}{{grid-column-end:span {width}}}" for width in sorted(widths) if width > 1]
    lines = f"auto repeat({made.bottom - made.top},{height}rem)"
    rules.append(f".sheet{{grid-template:{lines}/4.6rem repeat({made.lanes},minmax(6.5rem,1fr))}}")
    return f"@media(min-width:60rem){{{''.join(rules)}}}"
