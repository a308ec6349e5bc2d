"""A list of people taken in at the desk: looked at, its columns named, its doubles decided on, then registered."""

import re
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from wtforms import BooleanField, FileField, HiddenField

from eventapp import queries, services
from eventapp.errors import NotFound, Refused
from eventapp.formats import attendee_list, attendee_template
from eventapp.formats.attendee_list import Problem, Reading
from eventapp.formats.table_reading import Table
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import attendee_import as rules
from eventapp.rules import names, refusals
from eventapp.rules.attendee_import import Field, Known
from eventapp.web.forms import FormIdField, StaffForm, TicksField, show_refusal
from eventapp.web.organizer import frame, upload
from eventapp.web.organizer.frame import Answer

if TYPE_CHECKING:
    from eventapp.services.attendee_plan import Plan

bp = Blueprint("attendee_import", __name__)

MOST_SHOWN = 100
"""Lines of each list on the page; the rest is counted."""

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadForm(StaffForm):
    """A list of people."""

    file = FileField(N_("File"), description=N_("XLSX or CSV, up to 5 MB. The first row holds the headings."))


class ImportForm(StaffForm):
    """What was looked at, to be imported."""

    form_id = FormIdField()
    file = HiddenField()
    expected = HiddenField()
    taken = TicksField(N_("Take in anyway"))
    mail = BooleanField(N_("Send the tickets"))


@bp.route("/<slug>/registrations/import", methods=["GET", "POST"])
def take_in(slug: str) -> Answer:
    """Asks for a list; one that can be read is kept, and looked at before anything is stored."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            content = upload.content(form.file)
            attendee_list.open_table(content, queries.attendee_import.known(g.event.id))
        except Refused as refused:
            refused.field = refused.field or "file"
            show_refusal(form, refused)
        else:
            sha256 = services.attendee_import.keep_upload(g.event.id, content, account_id=frame.me())
            return redirect(url_for(".preview", slug=slug, file=sha256), 303)
    return frame.page("attendee_import_choose.html", form)


@bp.route("/<slug>/registrations/import/look", methods=["GET", "POST"])
def preview(slug: str) -> Answer:
    """What the import of a kept list would do, with what is wrong in it, row by row; then does it."""
    form = ImportForm(data=request.args.to_dict())
    try:
        queries.attendee_import.get_import(g.event.id, form.form_id.data)
    except NotFound:
        pass
    else:  # sent twice
        return redirect(url_for(".done", slug=slug, form=form.form_id.data), 303)
    known = queries.attendee_import.known(g.event.id)
    try:
        table = _kept(str(form.file.data), known)
    except (NotFound, Refused):
        flash(_("This file is not kept any longer. Please choose it again."))
        return redirect(url_for(".take_in", slug=slug), 303)
    fields = rules.guess(table.head, known.own, queries.attendee_import.remembered(g.event.id))
    try:
        reading = attendee_list.read(table, fields, known)
    except Refused as refused:
        return _page(form, table, fields, known, nameless=refusals.sentence(refused))
    if reading.problems:
        return _page(form, table, fields, known, problems=reading.problems)
    return _decide(form, table, fields, known, reading)


def _decide(form: ImportForm, table: Table, fields: dict[int, str], known: Known, reading: Reading) -> Answer:
    """The page with what would be done, or having done it."""
    plan = services.attendee_import.preview(g.event.id, reading.entries)
    shown = plan.doubles[:MOST_SHOWN]
    form.taken.choices = [(str(double.line), str(double.line)) for double in plan.doubles]
    take: set[int] = set()
    leave: set[int] = set()
    if form.is_submitted():
        ticked = {int(line) for line in form.taken.data or () if re.fullmatch("[0-9]{1,9}", str(line))}
        take = ticked
        leave = {double.line for double in shown} - ticked
    else:
        form.taken.data = [str(double.line) for double in shown if not double.is_close]

    def change() -> None:
        services.attendee_import.import_attendees(
            g.event.id,
            reading.entries,
            take=take,
            leave=leave,
            expected=form.expected.data or "",
            form_id=str(form.form_id.data),
            file=str(form.file.data),
            send_mail=bool(form.mail.data),
            account_id=frame.me(),
        )

    if frame.attempt(form, change):
        return redirect(url_for(".done", slug=g.event.slug, form=form.form_id.data), 303)
    form.expected.data = plan.fingerprint
    if take or leave:
        plan = services.attendee_import.preview(g.event.id, reading.entries, take=take, leave=leave)
    return _page(form, table, fields, known, problems=plan.problems, plan=plan, shown=shown)


def _kept(sha256: str, known: Known) -> Table:
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise NotFound(sha256)
    content = queries.stored_file.get_upload(g.event.id, sha256, queries.stored_file.ATTENDEES)
    return attendee_list.open_table(content, known)


def _page(
    form: ImportForm,
    table: Table,
    fields: dict[int, str],
    known: Known,
    *,
    nameless: str = "",
    problems: list[Problem] | None = None,
    plan: "Plan | None" = None,
    shown: Any = (),
) -> Answer:
    return frame.page(
        "attendee_import_preview.html",
        form,
        columns=[
            (place, head or _("Column %(number)s", number=place + 1), _example(table, place), fields.get(place, ""))
            for place, head in enumerate(table.head)
        ],
        choices=_choices(known),
        nameless=nameless,
        problems=[_line(problem) for problem in (problems or [])[:MOST_SHOWN]],
        problem_count=len(problems or ()),
        plan=plan,
        shown=shown,
        total=len(table.rows),
    )


def _example(table: Table, place: int) -> str:
    """What stands in a column, in the first row that says anything."""
    cells = (row.cells[place] for row in table.rows[:20] if place < len(row.cells))
    return next(filter(None, (names.clean(str(cell)) for cell in cells if cell is not None)), "")[:60]


def _choices(known: Known) -> list[tuple[str, str]]:
    own = [(f"{rules.OWN}{question.id}", str(question.label)) for question in known.questions]
    return [
        (rules.LEFT_OUT, _("leave out")),
        *((field.value, _(label)) for field, label in rules.LABELS.items() if field is not Field.REGISTRATION),
        (Field.REGISTRATION.value, _(rules.LABELS[Field.REGISTRATION])),
        *own,
    ]


def _line(problem: Problem) -> tuple[str, str]:
    place = _("row %(row)s", row=problem.line)
    if problem.column:
        place += _(", column “%(column)s”", column=problem.column)
    return place, refusals.sentence(problem.refused)


@bp.post("/<slug>/registrations/import/columns")
def columns(slug: str) -> Answer:
    """Remembers what the columns of a list hold, then looks at it again."""
    sha256 = request.form.get("file", "")
    known = queries.attendee_import.known(g.event.id)
    try:
        table = _kept(sha256, known)
    except (NotFound, Refused):
        flash(_("This file is not kept any longer. Please choose it again."))
        return redirect(url_for(".take_in", slug=slug), 303)
    allowed = {value for value, _label in _choices(known)}
    said = {
        rules.heading(head): request.form[f"column-{place}"]
        for place, head in enumerate(table.head)
        if request.form.get(f"column-{place}") in allowed
    }
    services.attendee_import.set_columns(g.event.id, said, account_id=frame.me())
    return redirect(url_for(".preview", slug=slug, file=sha256), 303)


@bp.get("/<slug>/registrations/import/done")
def done(slug: str) -> Answer:
    """What an import did, with where to go on."""
    try:
        found = queries.attendee_import.get_import(g.event.id, request.args.get("form"))
    except NotFound:
        return redirect(url_for("organizer.registration.index", slug=slug), 303)
    return render_template("organizer/attendee_import_done.html", found=found)


@bp.get("/<slug>/registrations/import/template")
def template(slug: str) -> Response:
    """An empty list to fill in, in the reader's language."""
    kind = "csv" if request.args.get("format") == "csv" else "xlsx"
    content = attendee_template.write(kind, queries.attendee_import.known(g.event.id), g.event.languages)
    response = Response(content, content_type=TYPES[kind])
    name = _("participants-template")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    return response
