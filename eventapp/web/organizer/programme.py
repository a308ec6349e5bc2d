"""The programme: sessions by day, with where they clash; a session added, changed, cancelled, deleted."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form, FormField

from eventapp import queries, services
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import programme as rules
from eventapp.rules.vocabulary import SessionKind, SpeakerRole, Substitution
from eventapp.services.programme import Part, SessionFacts
from eventapp.web.forms import (
    ChoiceField,
    CountField,
    FormIdField,
    InstantField,
    LocalizedField,
    ParagraphsField,
    RowsField,
    StaffForm,
    TicksField,
)
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import ID, Answer

if TYPE_CHECKING:
    from eventapp.models.programme import EventSession

bp = Blueprint("programme", __name__)

MAX_PARTS = 40
EMPTY_ROWS = 2


def row_id(text: str | None) -> int | None:
    """The id of a row that was chosen; None for "none". Raises ValueError."""
    return int(text) if text else None


class PartForm(Form):
    """One person in a session."""

    speaker_id = ChoiceField(N_("Person"), coerce=row_id)
    role = ChoiceField(N_("Role"))
    place = CountField(N_("Order"), least=1, most=99)
    substitute_id = ChoiceField(N_("Stand-in"), coerce=row_id)
    substitution = ChoiceField(N_("How they stand in"), coerce=lambda text: text or "")


class SessionForm(StaffForm):
    """A session."""

    form_id = FormIdField()
    kind = ChoiceField(N_("Kind"))
    title = LocalizedField(N_("Title"), required=True)
    topic_id = ChoiceField(N_("Topic"), coerce=row_id)
    room_id = ChoiceField(N_("Room"), coerce=row_id)
    starts_at = InstantField(N_("Start"), description=N_("May stay empty until it is known."))
    ends_at = InstantField(N_("End"))
    language = ChoiceField(N_("Language spoken"), coerce=lambda text: text or "")
    interpretation = TicksField(N_("Interpreted into"))
    abstract = LocalizedField(
        N_("What it is about"), lines=5, max_length=5_000, description=N_("A few sentences. May stay empty.")
    )
    notes = ParagraphsField(
        N_("Private notes"),
        description=N_("For the team and the running order only; nobody else sees them."),
    )
    cues = ParagraphsField(
        N_("Cues"),
        description=N_("Light, sound, slides: one a line. They stand in the running order."),
    )
    parts = RowsField(FormField(PartForm), N_("People"), max_entries=MAX_PARTS)


@bp.get("/<slug>/programme")
def index(slug: str) -> str:
    """All sessions by day, cancelled ones too, with what clashes."""
    sessions = queries.programme.list_sessions(g.event.id)
    return render_template(
        "organizer/programme_list.html",
        sessions=sessions,
        days=rules.by_day(sessions, g.event.timezone),
        clashes=_clashes(sessions),
        waiting=queries.release.count_unreleased(g.event.id) if g.event.programme_released_at else 0,
        outside={s.id for s in sessions if rules.is_outside(s, g.event.starts_at, g.event.ends_at, g.event.timezone)},
    )


def _clashes(sessions: Iterable["EventSession"]) -> list[dict[str, Any]]:
    """The clashes with what is needed to tell them: both sessions, the room, the people."""
    by_id = {session.id: session for session in sessions}
    told = []
    for clash in rules.clashes_among(by_id.values()):
        first, second = by_id[clash.first_id], by_id[clash.second_id]
        told.append(
            {
                "first": first,
                "second": second,
                "room": first.room if clash.room_id is not None else None,
                "people": [part.speaker for part in first.speakers if part.speaker_id in clash.speaker_ids],
            }
        )
    return told


@bp.route("/<slug>/programme/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """A further session."""
    form = _prepare(SessionForm())
    if "add_row" in request.form:
        return render_template("organizer/programme_form.html", form=_with_rows(form), row=None, clashes=[])

    def change() -> None:
        services.programme.add_session(g.event.id, _facts(form), account_id=frame.me(), form_id=form.form_id.data)

    if frame.attempt(form, change):
        return frame.done(_("Added."), ".index")
    return frame.page("programme_form.html", _with_rows(form), row=None, clashes=[])


@bp.route(f"/<slug>/programme/<{ID}:session_id>", methods=["GET", "POST"])
def edit(slug: str, session_id: int) -> Answer:
    """One session."""
    session = queries.programme.get_session_by_id(g.event.id, session_id)
    parts = [
        {
            "speaker_id": part.speaker_id,
            "role": part.role.value,
            "place": place,
            "substitute_id": part.substitute_id,
            "substitution": part.substitution.value if part.substitution else "",
        }
        for place, part in enumerate(session.speakers, 1)
    ]
    form = _prepare(
        SessionForm(
            kind=session.kind.value,
            title=session.title,
            topic_id=session.topic_id,
            room_id=session.room_id,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            language=session.language or "",
            interpretation=session.interpretation,
            notes=session.notes,
            cues=session.cues,
            abstract=session.abstract,
            parts=parts,
        )
    )
    if "add_row" not in request.form:

        def change() -> None:
            services.programme.change_session(g.event.id, session_id, _facts(form), account_id=frame.me())

        if frame.attempt(form, change):
            return frame.done(_("Saved."), ".index")
    clashes = [
        clash
        for clash in _clashes(queries.programme.list_sessions(g.event.id))
        if session_id in (clash["first"].id, clash["second"].id)
    ]
    row = queries.programme.get_session_by_id(g.event.id, session_id)
    return frame.page("programme_form.html", _with_rows(form), row=row, clashes=clashes)


def _prepare(form: SessionForm) -> SessionForm:
    """Gives the choices of this event, in the reader's language."""
    event_id = g.event.id
    form.kind.choices = words.choices(SessionKind)
    form.topic_id.choices = [
        ("", "—"),
        *((str(t.id), f"{t.position}. {t.title}") for t in queries.programme.list_topics(event_id)),
    ]
    form.room_id.choices = [("", "—"), *((str(r.id), str(r.name)) for r in queries.programme.list_rooms(event_id))]
    form.language.choices = words.spoken_languages(form.language.object_data)
    form.interpretation.choices = words.spoken_languages(*form.interpretation.object_data or ())[1:]
    form.starts_at.zone = form.ends_at.zone = g.event.timezone
    g.people = [("", "—"), *((str(s.id), str(s.name)) for s in queries.speaker.list_speakers(event_id))]
    for entry in form.parts:
        _prepare_row(entry)
    return form


def _prepare_row(entry: Any) -> None:
    entry.form.speaker_id.choices = g.people
    entry.form.role.choices = words.choices(SpeakerRole)
    entry.form.substitute_id.choices = g.people
    entry.form.substitution.choices = [("", "—"), *words.choices(Substitution)]


def _with_rows(form: SessionForm) -> SessionForm:
    """Adds empty rows for further people."""
    filled = sum(entry.form.speaker_id.data is not None for entry in form.parts)
    while len(form.parts) < min(MAX_PARTS, filled + EMPTY_ROWS):
        _prepare_row(form.parts.append_entry())
    return form


def _facts(form: SessionForm) -> SessionFacts:
    rows = [entry.form for entry in form.parts if entry.form.speaker_id.data is not None]
    rows.sort(key=lambda row: row.place.data or 100)  # those without a number stay behind, in their order
    return SessionFacts(
        kind=SessionKind(form.kind.data),
        title=form.title.data,
        topic_id=form.topic_id.data,
        room_id=form.room_id.data,
        starts_at=form.starts_at.data,
        ends_at=form.ends_at.data,
        language=form.language.data or None,
        interpretation=tuple(form.interpretation.data or ()),
        notes=form.notes.data or "",
        cues=form.cues.data or "",
        abstract=form.abstract.data,
        parts=tuple(
            Part(
                row.speaker_id.data,
                SpeakerRole(row.role.data),
                row.substitute_id.data,
                Substitution(row.substitution.data) if row.substitution.data else None,
            )
            for row in rows
        ),
    )


@bp.post(f"/<slug>/programme/<{ID}:session_id>/cancel")
def cancel(slug: str, session_id: int) -> BaseResponse:
    """Crosses a session out; it can be taken back."""
    services.programme.cancel_session(g.event.id, session_id, account_id=frame.me())
    return frame.done(_("The session is cancelled. It stays on the page, crossed out."), ".index")


@bp.post(f"/<slug>/programme/<{ID}:session_id>/restore")
def restore(slug: str, session_id: int) -> BaseResponse:
    """Takes a cancellation back."""
    services.programme.restore_session(g.event.id, session_id, account_id=frame.me())
    return frame.done(_("The session takes place again."), ".index")


@bp.route(f"/<slug>/programme/<{ID}:session_id>/delete", methods=["GET", "POST"])
def delete(slug: str, session_id: int) -> Answer:
    """Asks, then deletes a session."""
    session = queries.programme.get_session_by_id(g.event.id, session_id)
    return frame.confirm(
        lambda: services.programme.delete_session(g.event.id, session_id, account_id=frame.me()),
        question=_("Delete “%(name)s”?", name=str(session.title)),
        consequences=[
            _("The session is gone as if it had never been, and so is its page."),
            _("If people know of it already, cancel it instead: then they see that it does not take place."),
        ],
        button=_("Delete"),
        back=url_for(".index", slug=slug),
        message=_("Deleted."),
    )
