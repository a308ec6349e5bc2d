"""The timetable: rooms by time of one day, where sessions are placed, moved, made longer, swapped, delayed; and undo.

Every action is a plain form. With script, `static/js/timetable.js` sends the same forms and shows the same answers.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField

from eventapp import queries, services
from eventapp.errors import Refused
from eventapp.language import N_, local, ngettext
from eventapp.language import gettext as _
from eventapp.rules import refusals
from eventapp.rules import timetable as rules
from eventapp.web.forms import ChoiceField, CountField, FormIdField, InstantField, StaffForm
from eventapp.web.organizer import concerns, frame, timetable_page
from eventapp.web.organizer.frame import ID, Answer

if TYPE_CHECKING:
    from eventapp.models.programme import EventSession
    from eventapp.models.release import ProgrammeEdit

bp = Blueprint("timetable", __name__)

MINUTE = timedelta(minutes=1)
MOST_MINUTES = 1440
TOLD = 3
"""How many warnings are said together with a result; the page has them all."""


def row_id(text: str | None) -> int | None:
    """The id of a row that was chosen; None for "none". Raises ValueError."""
    return int(text) if text else None


class TimetableForm(StaffForm):
    """What every form of the panel carries: its own id, and where its reader saw the session."""

    form_id = FormIdField()
    seen = HiddenField()


class PlaceForm(TimetableForm):
    """A time and a room for a session that has none."""

    starts_at = InstantField(N_("Start"))
    length = CountField(N_("Minutes"), least=5, most=MOST_MINUTES)
    room_id = ChoiceField(N_("Room"), coerce=row_id)


class MoveForm(TimetableForm):
    """Another start, another room."""

    starts_at = InstantField(N_("Start"))
    room_id = ChoiceField(N_("Room"), coerce=row_id)


class StepForm(TimetableForm):
    """A move by so many minutes; the room stays if none is named."""

    room_id = ChoiceField(N_("Room"), coerce=row_id)


class ResizeForm(TimetableForm):
    """Another end."""

    ends_at = InstantField(N_("End"))


class SwapForm(TimetableForm):
    """The session to swap with."""

    other_id = ChoiceField(N_("Swap with"), coerce=row_id)


class ShiftForm(TimetableForm):
    """A delay."""

    minutes = CountField(N_("Minutes"), least=1, most=MOST_MINUTES)
    where = ChoiceField(N_("Where"))


FORMS: dict[str, type[TimetableForm]] = {
    "place": PlaceForm,
    "move": MoveForm,
    "resize": ResizeForm,
    "swap": SwapForm,
    "shift": ShiftForm,
    "unschedule": TimetableForm,
}
"""The forms of the panel, by what they do."""


@bp.get("/<slug>/programme/board")
def index(slug: str) -> str:
    """One day; a session that is chosen in the query has a panel with all that can be done to it."""
    return _page()


def _page(refused: tuple[str, StaffForm] | None = None, session_id: int | None = None, problem: str = "") -> str:
    """The page; with a form that was refused, it shows that session with that form."""
    page = timetable_page.build(g.event, request.args, session_id)
    forms: dict[str, StaffForm] = {}
    if page.chosen is not None:
        forms = {name: _form(name, page.chosen, page) for name in FORMS}
        if refused is not None:
            name, form = refused
            form.seen.data = rules.spot(page.chosen).mark  # the page shows how it stands now
            forms[name] = form
    return render_template(
        "organizer/timetable.html",
        page=page,
        forms=forms,
        problem=problem,
        is_open=refused is not None,
        page_css=timetable_page.css(page.sheet),
    )


def _form(name: str, session: "EventSession", page: timetable_page.Page) -> StaffForm:
    """A form of the panel as it stands before anybody fills it in."""
    spot = rules.spot(session)
    lengths = {"length": rules.usual_length(page.concerns.sessions.values(), session.kind) // MINUTE}
    form = FORMS[name](
        formdata=None,
        seen=spot.mark,
        starts_at=session.starts_at or page.sheet.starts_at + timedelta(hours=1),
        ends_at=session.ends_at,
        room_id=session.room_id,
        minutes=10,
        where="room",
        **lengths,
    )
    return _prepare(form, session, page.concerns.sessions.values())


def _prepare(form: StaffForm, session: "EventSession", sessions: "Iterable[EventSession]" = ()) -> StaffForm:
    """Gives the choices of this event, in the reader's language."""
    for field in form:
        if isinstance(field, InstantField):
            field.zone = g.event.timezone
    if "room_id" in form:
        rooms = queries.programme.list_rooms(g.event.id)
        form.room_id.choices = [("", _("No room")), *((str(room.id), str(room.name)) for room in rooms)]
    if "where" in form:
        form.where.choices = [("room", _("In this room")), ("all", _("In all rooms"))]
    if "other_id" in form:
        form.other_id.choices = [("", "—"), *timetable_page.others(session, sessions, g.event)]
    return form


@dataclass(frozen=True)
class Sent:
    """A form that was sent for a session."""

    session: "EventSession"
    name: str
    form: Any

    @property
    def facts(self) -> dict[str, Any]:
        """What every service wants to know besides."""
        return {"account_id": frame.me(), "form_id": self.form.form_id.data}


def _handle(
    session_id: int,
    name: str,
    work: Callable[[Sent], "ProgrammeEdit | None"],
    said: Callable[["ProgrammeEdit"], str] | None = None,
    form: StaffForm | None = None,
) -> Answer:
    """Does what a form asks for and goes back to the timetable, which says how it ended; or shows what is wrong."""
    session = queries.programme.get_session_by_id(g.event.id, session_id)
    sessions = queries.programme.list_sessions(g.event.id) if name == "swap" else ()
    sent = Sent(session, name, _prepare(FORMS[name]() if form is None else form, session, sessions))
    results: list[ProgrammeEdit | None] = []
    if frame.attempt(sent.form, lambda: results.append(work(sent))):
        edit = results[0]
        if edit is None:
            return _back(_("Nothing changed."), session_id)
        return _back(said(edit) if said else _stands(edit), session_id)
    is_of_panel = form is None
    problem = "" if is_of_panel else " ".join(str(e) for errors in sent.form.errors.values() for e in errors)
    return _page((name, sent.form) if is_of_panel else None, session_id, problem), 422


def _stands(edit: "ProgrammeEdit") -> str:
    """Where the sessions of an edit stand now, and what is unwise about it."""
    found = concerns.look(g.event, queries.programme.list_sessions(g.event.id))
    told = []
    for key in edit.after:
        session = found.sessions[int(key)]
        told.append(
            _(
                "“%(title)s”: %(where)s.",
                title=session.title.pick(g.event.languages).value,
                where=timetable_page.where(session, g.event),
            )
        )
        told += [f"⚠ {sentence.striptags()}." for sentence in found.about(session.id)[:TOLD]]
    return " ".join(told)


def _back(message: str, session_id: int | None = None) -> BaseResponse:
    """Back to the timetable, on the day where the session is now, with the panel open if it was."""
    flash(message)
    kept: dict[str, Any] = {name: request.args[name] for name in ("day", "step", "session") if name in request.args}
    session = queries.programme.get_session_by_id(g.event.id, session_id) if session_id is not None else None
    if session is not None and session.starts_at is not None:
        kept["day"] = local(session.starts_at, g.event.timezone).date().isoformat()
    return redirect(url_for(".index", slug=g.event.slug, **kept), 303)


def _by() -> timedelta | None:
    """By how many minutes something is to be moved, if the form says so."""
    asked = request.form.get("by", "")
    if not re.fullmatch(r"[+-]?[0-9]{1,4}", asked) or abs(int(asked)) > MOST_MINUTES:
        return None
    return int(asked) * MINUTE


@bp.post(f"/<slug>/programme/board/<{ID}:session_id>/place")
def place(slug: str, session_id: int) -> Answer:
    """A time and a room for a session that has none."""

    def work(sent: Sent) -> "ProgrammeEdit | None":
        form = sent.form
        if form.starts_at.data is None:
            raise Refused("time_invalid", field="starts_at")
        if form.length.data is None:
            raise Refused("number_invalid", field="length", min=5, max=MOST_MINUTES)
        length = form.length.data * MINUTE
        return services.timetable.place(
            g.event.id, session_id, form.starts_at.data, form.room_id.data, length, **sent.facts
        )

    return _handle(session_id, "place", work)


@bp.post(f"/<slug>/programme/board/<{ID}:session_id>/move")
def move(slug: str, session_id: int) -> Answer:
    """Another start, as a time or by so many minutes; another room."""
    by = _by()

    def work(sent: Sent) -> "ProgrammeEdit | None":
        form, session = sent.form, sent.session
        room_id = form.room_id.data if "room_id" in request.form else session.room_id
        if by is None:
            starts_at = form.starts_at.data
            if starts_at is None:
                raise Refused("time_invalid", field="starts_at")
        else:
            starts_at = _start(session) + by
        return services.timetable.move(
            g.event.id, session_id, starts_at, room_id, seen=form.seen.data or None, **sent.facts
        )

    return _handle(session_id, "move", work, form=None if by is None else StepForm(room_id=""))


@bp.post(f"/<slug>/programme/board/<{ID}:session_id>/resize")
def resize(slug: str, session_id: int) -> Answer:
    """Another end, as a time or by so many minutes."""
    by = _by()

    def work(sent: Sent) -> "ProgrammeEdit | None":
        form, session = sent.form, sent.session
        if by is None:
            ends_at = form.ends_at.data
            if ends_at is None:
                raise Refused("time_invalid", field="ends_at")
        else:
            ends_at = (session.ends_at or _start(session)) + by
        return services.timetable.resize(g.event.id, session_id, ends_at, seen=form.seen.data or None, **sent.facts)

    return _handle(session_id, "resize", work, form=None if by is None else TimetableForm())


def _start(session: "EventSession") -> datetime:
    if session.starts_at is None:
        raise Refused("session_unplaced")
    return session.starts_at


@bp.post(f"/<slug>/programme/board/<{ID}:session_id>/swap")
def swap(slug: str, session_id: int) -> Answer:
    """Two sessions exchange time and room."""

    def work(sent: Sent) -> "ProgrammeEdit | None":
        other_id = sent.form.other_id.data
        if other_id is None:
            raise Refused("swap_same", field="other_id")
        return services.timetable.swap(g.event.id, session_id, other_id, seen=sent.form.seen.data or None, **sent.facts)

    return _handle(session_id, "swap", work)


@bp.post(f"/<slug>/programme/board/<{ID}:session_id>/shift")
def shift(slug: str, session_id: int) -> Answer:
    """A delay: this session and what follows on its day; earlier with the other button."""
    sign = -1 if request.form.get("way") == "earlier" else 1

    def work(sent: Sent) -> "ProgrammeEdit | None":
        form = sent.form
        if form.minutes.data is None:
            raise Refused("number_invalid", field="minutes", min=1, max=MOST_MINUTES)
        return services.timetable.shift(
            g.event.id,
            session_id,
            sign * form.minutes.data * MINUTE,
            everywhere=form.where.data == "all",
            seen=form.seen.data or None,
            **sent.facts,
        )

    def said(edit: "ProgrammeEdit") -> str:
        return timetable_page.shifted(queries.timetable.change_of(edit))

    return _handle(session_id, "shift", work, said)


@bp.post(f"/<slug>/programme/board/<{ID}:session_id>/unschedule")
def unschedule(slug: str, session_id: int) -> Answer:
    """Takes time and room away."""

    def work(sent: Sent) -> "ProgrammeEdit | None":
        return services.timetable.unschedule(g.event.id, session_id, seen=sent.form.seen.data or None, **sent.facts)

    return _handle(session_id, "unschedule", work)


@bp.post(f"/<slug>/programme/board/<{ID}:session_id>/cancel")
def cancel(slug: str, session_id: int) -> BaseResponse:
    """Crosses a session out; it can be taken back."""
    services.programme.cancel_session(g.event.id, session_id, account_id=frame.me())
    return _back(_("The session is cancelled. It stays on the page, crossed out."), session_id)


@bp.post(f"/<slug>/programme/board/<{ID}:session_id>/restore")
def restore(slug: str, session_id: int) -> BaseResponse:
    """Takes a cancellation back."""
    services.programme.restore_session(g.event.id, session_id, account_id=frame.me())
    return _back(_("The session takes place again."), session_id)


@bp.post(f"/<slug>/programme/board/undo/<{ID}:edit_id>")
def undo(slug: str, edit_id: int) -> Answer:
    """Undoes the last edit: the one whose button was pressed, and no other."""
    edit = queries.timetable.get_edit(g.event.id, edit_id)
    try:
        services.timetable.undo(g.event.id, edit.id, account_id=frame.me())
    except Refused as refused:
        return _page(problem=refusals.sentence(refused)), 409
    count = len(edit.after)
    only = int(next(iter(edit.after))) if count == 1 else None
    return _back(
        ngettext(
            "Undone: the session stands where it stood.", "Undone: %(num)s sessions stand where they stood.", count
        ),
        only,
    )
