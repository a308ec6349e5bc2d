"""The screen in the hall: what is on now and next in each room, in letters to be read from afar."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request

from eventapp import clock, queries
from eventapp.language import gettext as _
from eventapp.language import local, ngettext
from eventapp.queries.programme import Listed
from eventapp.rules import event as event_rules
from eventapp.rules import programme as rules
from eventapp.rules.vocabulary import EventState
from eventapp.web import cache

if TYPE_CHECKING:
    from eventapp.models.event import Event

bp = Blueprint("now", __name__)


class Phase(StrEnum):
    """What the screen is about."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
    CANCELLED = "cancelled"


@bp.get("/e/<slug>/now")
def show(slug: str) -> Response:
    """What is on now and next, for all rooms or, with ``?room=``, for the one beside the screen."""
    return cache.page(slug, lambda: _show(slug), choices=("room",))


def _show(slug: str) -> str:
    event = queries.event.get_by_slug(slug)
    now = clock.now()
    sessions = queries.programme.list_programme(event.id)
    rooms = {line.room.id: line.room for line in sessions if line.room}
    asked = request.args.get("room", "")
    chosen = [room for room in rooms.values() if str(room.id) == asked]
    if "room" in request.args and not chosen:
        cache.do_not_keep()
    shown = [line for line in sessions if not chosen or line.room_id in (None, chosen[0].id)]
    order = sorted(rooms.values(), key=lambda room: (room.position, room.id))
    board = rules.board(shown, [room.id for room in order], now, event.timezone)
    starts_at = _start(event, sessions)
    phase = _phase(event, board, starts_at, now)
    return render_template(
        "public/now_show.html",
        event=event,
        phase=phase,
        board=board,
        rooms=rooms,
        chosen=chosen[0] if chosen else None,
        starts_at=starts_at,
        countdown=_countdown(starts_at, now, event) if phase is Phase.BEFORE and starts_at else "",
        today=local(now, event.timezone).date(),
        clock_time=f"{local(now, event.timezone):%H:%M}",
        shape=_shape(len(board.rooms)) if board else "",
    )


def _shape(count: int) -> str:
    """The classes that make so many rooms fill a screen: ``wideN`` columns when it lies, ``tallN`` when it stands."""
    rows = next((rows for rows, most in ((1, 3), (2, 10), (3, 18), (4, 32)) if count <= most), 5)
    upright = next((columns for columns, most in ((1, 4), (2, 12)) if count <= most), 3)
    return f"wide{min(10, -(-count // rows))} tall{upright}"


def _start(event: "Event", sessions: list[Listed]) -> datetime | None:
    """When the event begins: at its start, or with a session that is earlier."""
    return min((at for at in (event.starts_at, *(line.starts_at for line in sessions)) if at is not None), default=None)


def _phase(event: "Event", board: rules.Board[Listed] | None, starts_at: datetime | None, now: datetime) -> Phase:
    if event.state is EventState.CANCELLED:
        return Phase.CANCELLED
    if starts_at is None or now < starts_at:
        return Phase.BEFORE
    is_finished = event_rules.stage(event.state, event.starts_at, event.ends_at, now) is event_rules.Stage.FINISHED
    if board is None and (is_finished or event.programme_released_at is not None):
        return Phase.AFTER
    return Phase.DURING


def _countdown(starts_at: datetime, now: datetime, event: "Event") -> str:
    """How long it is until the start: in days of the calendar, and when it is near, in hours or minutes."""
    left = starts_at - now
    days = (local(starts_at, event.timezone).date() - local(now, event.timezone).date()).days
    if not event.time_is_known or left >= timedelta(hours=48):
        return ngettext("in %(num)s day", "in %(num)s days", days) if days else _("today")
    if left >= timedelta(hours=2):
        hours = int(left.total_seconds() // 3600)
        return ngettext("in %(num)s hour", "in %(num)s hours", hours)
    minutes = max(1, round(left.total_seconds() / 60))
    return ngettext("in %(num)s minute", "in %(num)s minutes", minutes)
