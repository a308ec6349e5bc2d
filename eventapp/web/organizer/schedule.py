"""The programme as a file: taken in from one, after a look at what that would change; and given out."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from wtforms import FileField, HiddenField

from eventapp import language, queries, services
from eventapp.errors import NotFound, Refused
from eventapp.formats import schedule as schedules
from eventapp.formats import schedule_file, schedule_template
from eventapp.formats.schedule import Problem, Schedule
from eventapp.language import N_, LocalizedText, local
from eventapp.language import gettext as _
from eventapp.rules.vocabulary import SessionKind
from eventapp.services.schedule_plan import Change
from eventapp.web import schedules as files
from eventapp.web.forms import ChoiceField, FormIdField, StaffForm, show_refusal
from eventapp.web.organizer import frame, upload, words
from eventapp.web.organizer.frame import Answer

if TYPE_CHECKING:
    from eventapp.models.event import Event

bp = Blueprint("schedule", __name__)

MOST_SHOWN = 100
"""Lines of each list on the page; the rest is counted."""

FIELDS = {
    "title": N_("Title"),
    "abstract": N_("Summary"),
    "kind": N_("Kind"),
    "topic": N_("Topic"),
    "room": N_("Room"),
    "starts_at": N_("Start"),
    "ends_at": N_("End"),
    "language": N_("Language"),
    "cancelled_at": N_("Cancelled"),
    "speakers": N_("Speakers"),
}
"""What of a session can change."""

COUNTED = {"sessions": N_("Sessions"), "rooms": N_("Rooms"), "topics": N_("Topics"), "speakers": N_("Speakers")}


class UploadForm(StaffForm):
    """A schedule file, and the language of its texts."""

    file = FileField(N_("File"), description=N_("Up to 5 MB."))
    texts = ChoiceField(
        N_("Language of the texts"),
        description=N_(
            "For files that tell in one language only. Tables that name languages in their heads need none."
        ),
    )


class ImportForm(StaffForm):
    """What was looked at, to be imported."""

    form_id = FormIdField()
    file = HiddenField()
    texts = HiddenField()
    expected = HiddenField()


@bp.route("/<slug>/programme/import", methods=["GET", "POST"])
def take_in(slug: str) -> Answer:
    """Asks for a file; one that can be read is kept, and looked at before anything is changed."""
    form = UploadForm()
    form.texts.choices = [("", _("As the file says")), *((tag, language.name_of(tag)) for tag in g.event.languages)]
    if form.validate_on_submit():
        try:
            content = upload.content(form.file)
            schedule_file.read(content, files.target(g.event, form.texts.data or None))
        except Refused as refused:
            show_refusal(form, refused)
        else:
            sha256 = services.schedule.keep_upload(g.event.id, content, account_id=frame.me())
            return redirect(url_for(".preview", slug=slug, file=sha256, texts=form.texts.data or None), 303)
    return frame.page("schedule_import.html", form)


@bp.route("/<slug>/programme/import/look", methods=["GET", "POST"])
def preview(slug: str) -> Answer:
    """What the import of a kept file would change, with what is wrong in it, row by row; then imports it."""
    form = ImportForm(data=request.args.to_dict())
    try:
        schedule = _kept(g.event, form)
    except (NotFound, Refused):  # dropped since, or changed languages since: then it is to be sent again
        flash(_("This file is not kept any longer. Please choose it again."))
        return redirect(url_for(".take_in", slug=slug), 303)

    def change() -> None:
        services.schedule.import_previewed(
            g.event.id,
            schedule,
            expected=form.expected.data or "",
            form_id=str(form.form_id.data),
            account_id=frame.me(),
        )

    if frame.attempt(form, change):
        return redirect(url_for(".done", slug=slug, form=form.form_id.data), 303)
    errors = sorted((p for p in schedule.problems if p.is_fatal), key=lambda problem: problem.line)
    outcome = None if errors else services.schedule.preview(g.event.id, schedule)
    form.expected.data = outcome.fingerprint if outcome else ""
    return frame.page(
        "schedule_preview.html",
        form,
        outcome=outcome,
        changes=[_changed(change) for change in outcome.changes[:MOST_SHOWN]] if outcome else [],
        errors_found=[_line(problem) for problem in errors],
        remarks=_remarks([problem for problem in schedule.problems if not problem.is_fatal]),
        counted=COUNTED,
        fields=FIELDS,
        most=MOST_SHOWN,
    )


def _kept(event: "Event", form: ImportForm) -> Schedule:
    sha256 = str(form.file.data)
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise NotFound(sha256)
    content = queries.stored_file.get_upload(event.id, sha256, queries.stored_file.PROGRAMME)
    tag = form.texts.data if form.texts.data in event.languages else None
    return schedule_file.read(content, files.target(event, tag))


@dataclass(frozen=True)
class Changed:
    """A session that changes: each field in words, with what it says before and after where that is short."""

    session_id: int
    title: LocalizedText
    fields: list[tuple[str, str, str]]


def _changed(change: Change) -> Changed:
    fields = [
        (_(FIELDS[name]), _shown(name, before), _shown(name, after))
        for name, before, after in zip(change.fields, change.before, change.after, strict=True)
    ]
    return Changed(change.session_id, change.title, fields)


def _shown(name: str, value: Any) -> str:
    """A value in words; empty for a long text, whose change is not shown."""
    if name == "abstract":
        return ""
    if name == "speakers":
        return ", ".join(person.pick(g.event.languages).value for person, _role in value) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, LocalizedText):
        return " / ".join(value.values()) if name == "title" else value.pick(g.event.languages).value
    if isinstance(value, datetime):
        return language.short_moment(local(value, g.event.timezone))
    if isinstance(value, SessionKind):
        return words.word(value)
    return language.name_of(value) if value else "–"


@dataclass(frozen=True)
class Line:
    """A problem as the page tells it."""

    place: str
    sentence: str


def _line(problem: Problem) -> Line:
    return Line(schedules.place(problem), schedules.sentence(problem))


def _remarks(problems: list[Problem]) -> list[tuple[str, list[str]]]:
    """What was guessed or left out, each once, with where."""
    places: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        line = _line(problem)
        places[line.sentence] += [line.place] if line.place else []
    return list(places.items())


@bp.get("/<slug>/programme/import/done")
def done(slug: str) -> Answer:
    """What an import did, with where to go on."""
    form_id = re.fullmatch("[A-Za-z0-9_-]{8,64}", request.args.get("form", ""))
    try:
        found = queries.schedule.get_import(g.event.id, form_id[0] if form_id else "")
    except NotFound:
        return redirect(url_for("organizer.programme.index", slug=slug), 303)
    ids = set(found.session_ids)
    sessions = [session for session in queries.programme.list_sessions(g.event.id) if session.id in ids]
    return render_template(
        "organizer/schedule_done.html", counts=found.counts, counted=COUNTED, sessions=sessions, most=MOST_SHOWN
    )


@bp.get("/<slug>/programme/import/template")
def template(slug: str) -> Response:
    """An empty table to fill in."""
    kind = "csv" if request.args.get("format") == "csv" else "xlsx"
    starts_at = g.event.starts_at or g.event.created_at
    kinds = [words.word(kind) for kind in SessionKind]
    day = local(starts_at, g.event.timezone).date()
    return _attached(schedule_template.write(kind, g.event.languages, day, kinds), kind, _("programme-template"))


@bp.get("/<slug>/programme/export")
def give_out(slug: str) -> str:
    """The files that the programme can be taken along as."""
    return render_template("organizer/schedule_export.html")


@bp.get("/<slug>/programme/export/file")
def file(slug: str) -> Response:
    """The programme as it stands at the desk, as a file."""
    asked, tag = request.args.get("format", ""), request.args.get("texts", "")
    kind = asked if asked in files.FORMATS else "csv"
    content = files.content(g.event, kind, tag if tag in g.event.languages else g.event.languages[0])
    return _attached(content, kind, f"{slug}-programme")


def _attached(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=files.FORMATS[kind])
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    return response
