"""The categories of guests: for whom, how many seats, who may register, which doors; and the seats that some share."""

from typing import TYPE_CHECKING

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, StringField
from wtforms.widgets import ColorInput

from eventapp import queries, services
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import ticket_type as rules
from eventapp.rules.vocabulary import BEHIND_THE_STAGE, TicketKind, TypeAccess
from eventapp.services.ticket_type import TypeFacts
from eventapp.web.forms import (
    ChoiceField,
    CountField,
    FormIdField,
    InstantField,
    LocalizedField,
    StaffForm,
    TicksField,
)
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import ID, Answer

if TYPE_CHECKING:
    from eventapp.models.registration import TicketType

bp = Blueprint("ticket_type", __name__)


class TypeForm(StaffForm):
    """A category."""

    form_id = FormIdField()
    name = LocalizedField(N_("Name"), required=True, missing="name_missing", description=N_("It stands on the ticket."))
    description = LocalizedField(
        N_("Description"), lines=2, max_length=1000, description=N_("For whom it is. May stay empty.")
    )
    kind = ChoiceField(
        N_("Kind"), description=N_("Speakers and team take no seat of the audience; reports count each kind apart.")
    )
    access = ChoiceField(N_("Who can register"))
    needs_approval = BooleanField(
        N_("The team decides on each registration"),
        description=N_("Nobody has a seat before; “To decide” in the menu lists who waits for an answer."),
    )
    is_for_walk_ins = BooleanField(
        N_("Who registers at the entrance gets this category"),
        description=N_("If none is ticked it is the first public one; of several, the first."),
    )
    capacity = CountField(N_("Seats"), description=N_("Left empty, only the seats of the event count."))
    pool_id = ChoiceField(N_("Shared seats"), description=N_("Seats that several categories share."))
    opens_at = InstantField(N_("Opens"), description=N_("Within the time in which people can register at all."))
    closes_at = InstantField(N_("Closes"))
    doors = TicksField(N_("Entrances it opens"))
    colour = StringField(
        N_("Colour"),
        widget=ColorInput(),
        default="#9a3b12",
        description=N_("On tickets and badges. A strong, dark colour: white words on it must be readable."),
    )


@bp.get("/<slug>/categories")
def index(slug: str) -> str:
    """All of them, with how full each is; and the seats that some share."""
    rows = queries.ticket_type.list_standings(g.event)
    return render_template(
        "organizer/ticket_type_list.html",
        rows=rows,
        pools=queries.ticket_type.shared(queries.ticket_type.list_pools(g.event.id), rows),
        doors=_closed_doors(rows),
        is_by_invitation=rules.is_by_invitation(row.ticket_type.access for row in rows),
        has_codes=any(row.ticket_type.access is TypeAccess.CODE for row in rows),
    )


def _closed_doors(rows: list[queries.ticket_type.Standing]) -> dict[int, list[object]]:
    """By category the names of the entrances that it opens, where some are closed to it."""
    doors = queries.ticket_type.list_doors(g.event.id)
    found: dict[int, list[object]] = {}
    for row in rows:
        opens = [door.name for door in doors if row.ticket_type.id in (door.ticket_type_ids or [row.ticket_type.id])]
        if len(opens) < len(doors):
            found[row.ticket_type.id] = [*opens]
    return found


@bp.route("/<slug>/categories/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """A further one."""
    usual = queries.ticket_type.list_usual_doors(g.event.id)
    form = TypeForm(access=TypeAccess.OPEN, doors=[str(door.id) for door in usual])
    _prepare(form, None)

    def change() -> None:
        services.ticket_type.add(g.event.id, _facts(form), account_id=frame.me(), form_id=form.form_id.data)

    if frame.attempt(form, change):
        return frame.done(_("Added."), ".index")
    return frame.page("ticket_type_form.html", form, row=None)


@bp.route(f"/<slug>/categories/<{ID}:row_id>", methods=["GET", "POST"])
def edit(slug: str, row_id: int) -> Answer:
    """One of them."""
    row = queries.ticket_type.get(g.event.id, row_id)
    doors = queries.ticket_type.list_doors(g.event.id)
    opens = [str(door.id) for door in doors if row_id in (door.ticket_type_ids or [row_id])]
    form = TypeForm(obj=row, doors=opens, pool_id=str(row.pool_id or ""))
    _prepare(form, row)

    def change() -> None:
        services.ticket_type.change(g.event.id, row_id, _facts(form), account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".index")
    return frame.page("ticket_type_form.html", form, row=row)


def _prepare(form: TypeForm, row: "TicketType | None") -> None:
    """Gives the choices of this event. What the program made for speakers and crews is never offered to everybody."""
    form.kind.choices = words.choices(TicketKind)
    accesses = words.choices(TypeAccess)
    if row is not None and row.kind in BEHIND_THE_STAGE:
        accesses = [choice for choice in accesses if choice[0] != TypeAccess.OPEN.value]
    form.access.choices = accesses
    form.pool_id.choices = [("", "—"), *((str(one.id), one.name) for one in queries.ticket_type.list_pools(g.event.id))]
    form.doors.choices = [(str(door.id), str(door.name)) for door in queries.ticket_type.list_doors(g.event.id)]
    form.opens_at.zone = form.closes_at.zone = g.event.timezone


def _facts(form: TypeForm) -> TypeFacts:
    return TypeFacts(
        name=form.name.data,
        description=form.description.data,
        kind=TicketKind(form.kind.data),
        access=TypeAccess(form.access.data),
        needs_approval=form.needs_approval.data,
        is_for_walk_ins=form.is_for_walk_ins.data,
        capacity=form.capacity.data,
        pool_id=int(form.pool_id.data) if form.pool_id.data else None,
        opens_at=form.opens_at.data,
        closes_at=form.closes_at.data,
        colour=form.colour.data or "",
        door_ids={int(door_id) for door_id in form.doors.data or ()},
    )


@bp.route(f"/<slug>/categories/<{ID}:row_id>/remove", methods=["GET", "POST"])
def remove(slug: str, row_id: int) -> Answer:
    """Asks, then takes one away that nobody is in."""
    row = queries.ticket_type.get(g.event.id, row_id)
    return frame.confirm(
        lambda: services.ticket_type.remove(g.event.id, row_id, account_id=frame.me()),
        question=_("Remove “%(name)s”?", name=str(row.name)),
        consequences=[_("Only a category that nobody is in can be removed. You can add it again.")],
        button=_("Remove"),
        back=url_for(".index", slug=slug),
        message=_("Removed."),
    )


@bp.post(f"/<slug>/categories/<{ID}:row_id>/move")
def move(slug: str, row_id: int) -> BaseResponse:
    """One place up or down."""
    services.ticket_type.move(g.event.id, row_id, frame.steps())
    return frame.done(_("Moved."), ".index")
