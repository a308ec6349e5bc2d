"""A list of invitees taken in at the desk: looked at first, with line, column and reason, then all of it or nothing."""

import re

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from wtforms import FileField, HiddenField

from eventapp import queries, services
from eventapp.errors import NotFound, Refused
from eventapp.formats import invitation_list
from eventapp.formats.invitation_list import Problem, Reading
from eventapp.language import N_, ngettext
from eventapp.language import gettext as _
from eventapp.rules import refusals
from eventapp.web.forms import FormIdField, StaffForm, show_refusal
from eventapp.web.organizer import frame, upload
from eventapp.web.organizer.frame import Answer

bp = Blueprint("invitation_import", __name__)

MOST_SHOWN = 100

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadForm(StaffForm):
    """A list of invitees."""

    file = FileField(N_("File"), description=N_("XLSX or CSV, up to 5 MB. The first row holds the headings."))


class ImportForm(StaffForm):
    """What was looked at, to be imported."""

    form_id = FormIdField()
    file = HiddenField()
    expected = HiddenField()


@bp.route("/<slug>/invitations/import", methods=["GET", "POST"])
def take_in(slug: str) -> Answer:
    """Asks for a list; one that can be read is kept, and looked at before anything is stored."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            content = upload.content(form.file)
            invitation_list.read(content, services.invitation_import.known(g.event))
        except Refused as refused:
            refused.field = refused.field or "file"
            show_refusal(form, refused)
        else:
            sha256 = services.invitation_import.keep_upload(g.event.id, content, account_id=frame.me())
            return redirect(url_for(".preview", slug=slug, file=sha256), 303)
    return frame.page("invitation_import_choose.html", form)


@bp.route("/<slug>/invitations/import/look", methods=["GET", "POST"])
def preview(slug: str) -> Answer:
    """What the import of a kept list would do, with what is wrong in it, row by row; then does it."""
    form = ImportForm(data=request.args.to_dict())
    try:
        reading = _kept(str(form.file.data))
    except (NotFound, Refused):
        flash(_("This file is not kept any longer. Please choose it again."))
        return redirect(url_for(".take_in", slug=slug), 303)
    plan = services.invitation_import.preview(g.event.id, reading.entries)
    problems = sorted([*reading.problems, *plan.problems], key=lambda problem: problem.line)

    def change() -> None:
        services.invitation_import.import_invitations(
            g.event.id,
            reading.entries,
            expected=form.expected.data or "",
            form_id=str(form.form_id.data),
            file=str(form.file.data),
            account_id=frame.me(),
        )

    if not problems and frame.attempt(form, change):
        return frame.done(
            ngettext("%(num)s person is invited.", "%(num)s people are invited.", len(plan.new))
            + " "
            + _("No letter is sent yet."),
            "organizer.invitation.index",
        )
    form.expected.data = plan.fingerprint
    return frame.page(
        "invitation_import_preview.html",
        form,
        plan=plan,
        problems=[_told(problem) for problem in problems],
        most=MOST_SHOWN,
    )


def _kept(sha256: str) -> Reading:
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise NotFound(sha256)
    content = queries.stored_file.get_upload(g.event.id, sha256, queries.stored_file.INVITATIONS)
    return invitation_list.read(content, services.invitation_import.known(g.event))


def _told(problem: Problem) -> tuple[int, str, str]:
    """A problem as the page tells it: line, heading, reason."""
    label = invitation_list.LABELS.get(problem.column)
    return problem.line, _(label) if label else problem.column, refusals.sentence(problem.refused)


@bp.get("/<slug>/invitations/import/template")
def template(slug: str) -> Response:
    """An empty list to fill in."""
    kind = "csv" if request.args.get("format") == "csv" else "xlsx"
    response = Response(invitation_list.template(kind), content_type=TYPES[kind])
    response.headers.set("Content-Disposition", "attachment", filename=f"{_('invitations')}.{kind}")
    return response
