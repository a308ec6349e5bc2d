"""Changes to the timetable: sessions placed, moved, made longer, swapped, shifted, taken off; and the last one undone.

What is returned is the edit, or None when there was nothing to do. A form that is sent twice does its work once.
``seen`` is the `Spot.mark` that the form was made with: if the session stands elsewhere by now, nothing is done.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.models.event import Event
from eventapp.models.programme import EventSession
from eventapp.models.release import ProgrammeEdit
from eventapp.rules import timetable as rules
from eventapp.rules.timetable import Action, Change, Spot
from eventapp.services import audit


@transactional
def place(
    event_id: int,
    session_id: int,
    starts_at: datetime,
    room_id: int | None,
    length: timedelta,
    *,
    account_id: int | None = None,
    form_id: str | None = None,
) -> ProgrammeEdit | None:
    """Gives a session that has no time a time and a room. Raises NotFound; Refused as `rules.timetable.place` does."""

    def work(_event: Event, session: EventSession) -> Change:
        _check_room(event_id, room_id)
        return rules.place(session, starts_at, room_id, length)

    return _edit(event_id, session_id, Action.PLACE, work, None, account_id, form_id)


@transactional
def move(
    event_id: int,
    session_id: int,
    starts_at: datetime,
    room_id: int | None,
    *,
    seen: str | None = None,
    account_id: int | None = None,
    form_id: str | None = None,
) -> ProgrammeEdit | None:
    """Another start, another room; the length stays. Raises NotFound; Refused as `rules.timetable.move` does."""

    def work(_event: Event, session: EventSession) -> Change:
        _check_room(event_id, room_id)
        return rules.move(session, starts_at, room_id)

    return _edit(event_id, session_id, Action.MOVE, work, seen, account_id, form_id)


@transactional
def resize(
    event_id: int,
    session_id: int,
    ends_at: datetime,
    *,
    seen: str | None = None,
    account_id: int | None = None,
    form_id: str | None = None,
) -> ProgrammeEdit | None:
    """Another end. Raises NotFound; Refused as `rules.timetable.resize` does."""

    def work(_event: Event, session: EventSession) -> Change:
        return rules.resize(session, ends_at)

    return _edit(event_id, session_id, Action.RESIZE, work, seen, account_id, form_id)


@transactional
def swap(
    event_id: int,
    session_id: int,
    other_id: int,
    *,
    seen: str | None = None,
    account_id: int | None = None,
    form_id: str | None = None,
) -> ProgrammeEdit | None:
    """Two sessions exchange time and room. Raises NotFound; Refused as `rules.timetable.swap` does."""

    def work(_event: Event, session: EventSession) -> Change:
        other = queries.programme.get_session_by_id(event_id, other_id)
        return rules.swap(session, other)

    return _edit(event_id, session_id, Action.SWAP, work, seen, account_id, form_id)


@transactional
def shift(
    event_id: int,
    session_id: int,
    by: timedelta,
    *,
    everywhere: bool = False,
    seen: str | None = None,
    account_id: int | None = None,
    form_id: str | None = None,
) -> ProgrammeEdit | None:
    """Moves a session and what follows on its day, in its room or everywhere: on the day, a delay.

    Raises NotFound; Refused as `rules.timetable.shift` does.
    """

    def work(event: Event, session: EventSession) -> Change:
        sessions = queries.programme.list_sessions(event_id)
        return rules.shift(sessions, session, by, event.timezone, everywhere=everywhere)

    return _edit(event_id, session_id, Action.SHIFT, work, seen, account_id, form_id)


@transactional
def unschedule(
    event_id: int,
    session_id: int,
    *,
    seen: str | None = None,
    account_id: int | None = None,
    form_id: str | None = None,
) -> ProgrammeEdit | None:
    """Takes time and room away. Raises NotFound, and Refused("session_unplaced") if it has no time."""

    def work(_event: Event, session: EventSession) -> Change:
        return rules.unschedule(session)

    return _edit(event_id, session_id, Action.UNSCHEDULE, work, seen, account_id, form_id)


def _edit(
    event_id: int,
    session_id: int,
    action: Action,
    work: Callable[[Event, EventSession], Change],
    seen: str | None,
    account_id: int | None,
    form_id: str | None,
) -> ProgrammeEdit | None:
    """Makes a change once, under the event's lock, and keeps it so that it can be undone."""
    event = queries.event.lock(event_id)
    session = queries.programme.get_session_by_id(event_id, session_id)
    made = queries.timetable.find_made_edit(event_id, form_id)
    if made is not None:
        return made
    rules.check_seen(session, seen)
    change = work(event, session)
    if not change:
        return None
    _apply(change)
    edit = ProgrammeEdit(
        event_id=event_id,
        account_id=account_id,
        at=clock.now(),
        action=action,
        before={str(key): spot.as_json() for key, spot in change.before.items()},
        after={str(key): spot.as_json() for key, spot in change.after.items()},
        form_id=form_id,
    )
    db.session.add(edit)
    db.session.flush()
    _note(action, edit, account_id)
    return edit


def _check_room(event_id: int, room_id: int | None) -> None:
    if room_id is not None:
        queries.programme.get_room(event_id, room_id)


@transactional
def undo(event_id: int, edit_id: int, *, account_id: int | None = None) -> ProgrammeEdit:
    """Undoes an edit, which must be the last one that is not undone. Undoing it twice is undoing it once.

    Raises NotFound, and Refused: "edit_not_last", "edit_room_gone", or "edit_overtaken" when a session was changed in
    another way since, or deleted.
    """
    queries.event.lock(event_id)
    edit = queries.timetable.get_edit(event_id, edit_id)
    if edit.undone_at is not None:
        return edit
    if edit is not queries.timetable.find_last_edit(event_id):
        raise Refused("edit_not_last")
    sessions = {session.id: session for session in queries.programme.list_sessions(event_id)}
    rooms = {room.id for room in queries.programme.list_rooms(event_id)}
    _apply(rules.undo(queries.timetable.change_of(edit), sessions, rooms))
    edit.undone_at = clock.now()
    _note("undo", edit, account_id)
    return edit


def _apply(change: Change) -> None:
    for session_id, spot in change.after.items():
        _put(db.session.get_one(EventSession, session_id), spot)


def _put(session: EventSession, spot: Spot) -> None:
    """Where a session is from now on. Calendars hear of it by the sequence."""
    session.starts_at, session.ends_at, session.room_id = spot.starts_at, spot.ends_at, spot.room_id
    db.session.expire(session, ["room"])  # it is the room of before
    session.sequence += 1
    session.updated_at = clock.now()


def _note(what: str, edit: ProgrammeEdit, account_id: int | None) -> None:
    audit.record(
        f"timetable.{what}",
        f"edit:{edit.id}",
        event_id=edit.event_id,
        account_id=account_id,
        sessions=sorted(map(int, edit.after)),
    )
