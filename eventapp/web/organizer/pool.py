"""Seats that several categories share."""

from flask import Blueprint, g, url_for

from eventapp import queries, services
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.web.forms import CountField, FormIdField, LineField, StaffForm
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("pool", __name__)


class PoolForm(StaffForm):
    """Shared seats."""

    form_id = FormIdField()
    name = LineField(N_("Name"), max_length=120, description=N_("For the team: what these seats are."))
    capacity = CountField(N_("Seats"), description=N_("New seats go to those who wait first."))


@bp.route("/<slug>/shared-seats/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """Further ones."""
    form = PoolForm()

    def change() -> None:
        services.seat_pool.add(
            g.event.id,
            form.name.data or "",
            form.capacity.data or 0,
            account_id=frame.me(),
            form_id=form.form_id.data,
        )

    if frame.attempt(form, change):
        return frame.done(
            _("Added. Now choose in each category that it shares these seats."), "organizer.ticket_type.index"
        )
    return frame.page("pool_form.html", form, row=None)


@bp.route(f"/<slug>/shared-seats/<{ID}:row_id>", methods=["GET", "POST"])
def edit(slug: str, row_id: int) -> Answer:
    """Some of them."""
    row = queries.ticket_type.get_pool(g.event.id, row_id)
    form = PoolForm(obj=row)

    def change() -> None:
        services.seat_pool.change(
            g.event.id, row_id, form.name.data or "", form.capacity.data or 0, account_id=frame.me()
        )

    if frame.attempt(form, change):
        return frame.done(_("Saved."), "organizer.ticket_type.index")
    return frame.page("pool_form.html", form, row=row)


@bp.route(f"/<slug>/shared-seats/<{ID}:row_id>/remove", methods=["GET", "POST"])
def remove(slug: str, row_id: int) -> Answer:
    """Asks, then takes some away that no category shares."""
    row = queries.ticket_type.get_pool(g.event.id, row_id)
    return frame.confirm(
        lambda: services.seat_pool.remove(g.event.id, row_id, account_id=frame.me()),
        question=_("Remove “%(name)s”?", name=row.name),
        consequences=[_("Only seats that no category shares can be removed.")],
        button=_("Remove"),
        back=url_for("organizer.ticket_type.index", slug=slug),
        message=_("Removed."),
    )
