"""The rooms of the venue."""

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import queries, services
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import texts
from eventapp.web.forms import CountField, FormIdField, LocalizedField, StaffForm
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("room", __name__)


class RoomForm(StaffForm):
    """A room."""

    form_id = FormIdField()
    name = LocalizedField(N_("Name"), required=True, missing="name_missing", max_length=texts.MAX_LINE)
    capacity = CountField(N_("Seats"), description=N_("May stay empty."))


@bp.get("/<slug>/rooms")
def index(slug: str) -> str:
    """All of them, in the organizer's order."""
    return render_template("organizer/room_list.html", rows=queries.programme.list_rooms(g.event.id))


@bp.route("/<slug>/rooms/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """A further one."""
    form = RoomForm()

    def change() -> None:
        services.programme.add_room(
            g.event.id, form.name.data, form.capacity.data, account_id=frame.me(), form_id=form.form_id.data
        )

    if frame.attempt(form, change):
        return frame.done(_("Added."), ".index")
    return frame.page("room_form.html", form, row=None)


@bp.route(f"/<slug>/rooms/<{ID}:row_id>", methods=["GET", "POST"])
def edit(slug: str, row_id: int) -> Answer:
    """One of them."""
    row = queries.programme.get_room(g.event.id, row_id)
    form = RoomForm(obj=row)

    def change() -> None:
        services.programme.change_room(g.event.id, row_id, form.name.data, form.capacity.data, account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".index")
    return frame.page("room_form.html", form, row=row)


@bp.route(f"/<slug>/rooms/<{ID}:row_id>/remove", methods=["GET", "POST"])
def remove(slug: str, row_id: int) -> Answer:
    """Asks, then takes one away, unless a session is in it."""
    row = queries.programme.get_room(g.event.id, row_id)
    return frame.confirm(
        lambda: services.programme.remove_room(g.event.id, row_id, account_id=frame.me()),
        question=_("Remove “%(name)s”?", name=str(row.name)),
        consequences=[_("Only a room without sessions can be removed.")],
        button=_("Remove"),
        back=url_for(".index", slug=slug),
        message=_("Removed."),
    )


@bp.post(f"/<slug>/rooms/<{ID}:row_id>/move")
def move(slug: str, row_id: int) -> BaseResponse:
    """One place up or down."""
    services.programme.move_room(g.event.id, row_id, frame.steps())
    return frame.done(_("Moved."), ".index")
