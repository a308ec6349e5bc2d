"""The organizations behind an event: who organizes, with whom, paid by whom, within which project."""

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import queries, services
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules.vocabulary import HostRole
from eventapp.web.forms import ChoiceField, FormIdField, LineField, LocalizedField, StaffForm
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("host", __name__)


class HostForm(StaffForm):
    """An organization."""

    form_id = FormIdField()
    role = ChoiceField(N_("Role"))
    name = LocalizedField(N_("Name"), required=True, missing="name_missing")
    website = LineField(N_("Website"), max_length=300, description=N_("May stay empty."))


@bp.get("/<slug>/organizations")
def index(slug: str) -> str:
    """All of them, in the order of the page."""
    return render_template("organizer/host_list.html", rows=queries.event.list_organizations(g.event.id))


@bp.route("/<slug>/organizations/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """A further one."""
    form = HostForm()
    form.role.choices = words.choices(HostRole)

    def change() -> None:
        services.host.add(
            g.event.id,
            HostRole(form.role.data),
            form.name.data,
            form.website.data,
            account_id=frame.me(),
            form_id=form.form_id.data,
        )

    if frame.attempt(form, change):
        return frame.done(_("Added."), ".index")
    return frame.page("host_form.html", form, row=None)


@bp.route(f"/<slug>/organizations/<{ID}:row_id>", methods=["GET", "POST"])
def edit(slug: str, row_id: int) -> Answer:
    """One of them."""
    row = queries.event.get_organization(g.event.id, row_id)
    form = HostForm(obj=row)
    form.role.choices = words.choices(HostRole)

    def change() -> None:
        services.host.change(
            g.event.id, row_id, HostRole(form.role.data), form.name.data, form.website.data, account_id=frame.me()
        )

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".index")
    return frame.page("host_form.html", form, row=row)


@bp.route(f"/<slug>/organizations/<{ID}:row_id>/remove", methods=["GET", "POST"])
def remove(slug: str, row_id: int) -> Answer:
    """Asks, then takes one away."""
    row = queries.event.get_organization(g.event.id, row_id)
    return frame.confirm(
        lambda: services.host.remove(g.event.id, row_id, account_id=frame.me()),
        question=_("Remove “%(name)s”?", name=str(row.name)),
        consequences=[_("It disappears from the event's page. You can add it again.")],
        button=_("Remove"),
        back=url_for(".index", slug=slug),
        message=_("Removed."),
    )


@bp.post(f"/<slug>/organizations/<{ID}:row_id>/move")
def move(slug: str, row_id: int) -> BaseResponse:
    """One place up or down."""
    services.host.move(g.event.id, row_id, frame.steps())
    return frame.done(_("Moved."), ".index")
