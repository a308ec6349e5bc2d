"""The free parts of an event's page: practical things, sources, people."""

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import queries, services
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.web.forms import FormIdField, LocalizedField, StaffForm
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer
from eventapp.web.organizer.settings import MARKDOWN

bp = Blueprint("section", __name__)


class SectionForm(StaffForm):
    """A heading and what stands below it."""

    form_id = FormIdField()
    title = LocalizedField(N_("Heading"), required=True)
    body = LocalizedField(N_("Text"), lines=8, max_length=10_000, description=MARKDOWN)


@bp.get("/<slug>/sections")
def index(slug: str) -> str:
    """All of them, in the order of the page."""
    return render_template("organizer/section_list.html", rows=queries.event.list_sections(g.event.id))


@bp.route("/<slug>/sections/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """A further one."""
    form = SectionForm()

    def change() -> None:
        services.section.add(
            g.event.id, form.title.data, form.body.data, account_id=frame.me(), form_id=form.form_id.data
        )

    if frame.attempt(form, change):
        return frame.done(_("Added."), ".index")
    return frame.page("section_form.html", form, row=None)


@bp.route(f"/<slug>/sections/<{ID}:row_id>", methods=["GET", "POST"])
def edit(slug: str, row_id: int) -> Answer:
    """One of them."""
    row = queries.event.get_section(g.event.id, row_id)
    form = SectionForm(obj=row)

    def change() -> None:
        services.section.change(g.event.id, row_id, form.title.data, form.body.data, account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".index")
    return frame.page("section_form.html", form, row=row)


@bp.route(f"/<slug>/sections/<{ID}:row_id>/remove", methods=["GET", "POST"])
def remove(slug: str, row_id: int) -> Answer:
    """Asks, then takes one away."""
    row = queries.event.get_section(g.event.id, row_id)
    return frame.confirm(
        lambda: services.section.remove(g.event.id, row_id, account_id=frame.me()),
        question=_("Remove “%(name)s”?", name=str(row.title)),
        consequences=[_("The heading and its text are gone from the page, in every language.")],
        button=_("Remove"),
        back=url_for(".index", slug=slug),
        message=_("Removed."),
    )


@bp.post(f"/<slug>/sections/<{ID}:row_id>/move")
def move(slug: str, row_id: int) -> BaseResponse:
    """One place up or down."""
    services.section.move(g.event.id, row_id, frame.steps())
    return frame.done(_("Moved."), ".index")
