"""Telling people that an event takes place at another time or place; never by itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, g
from werkzeug.wrappers import Response as BaseResponse

from eventapp import queries, services
from eventapp.language import gettext as _
from eventapp.language import ngettext
from eventapp.queries.addressee import Addressee
from eventapp.rules import move as rules
from eventapp.rules import programme
from eventapp.rules.vocabulary import DeliveryKind
from eventapp.web.forms import FormIdField, StaffForm
from eventapp.web.organizer import frame, message_preview
from eventapp.web.organizer.frame import Answer

if TYPE_CHECKING:
    from eventapp.models.event import Event
    from eventapp.models.move import EventMove

bp = Blueprint("move", __name__)


@dataclass(frozen=True)
class Waiting:
    """A move that nobody was told of yet, and whom it concerns."""

    move: "EventMove"
    people: list[Addressee]


def waiting(event: "Event") -> Waiting | None:
    """The move that people are to be told of; None when there is nothing to tell, or nobody."""
    found = queries.move.find_to_tell(event)
    if found is None:
        return None
    people = queries.addressee.list_concerned(event, before=found.changed_at)
    return Waiting(found, people) if people else None


class TellForm(StaffForm):
    """The button that writes to everybody."""

    form_id = FormIdField()


@bp.route("/<slug>/moved", methods=["GET", "POST"])
def show(slug: str) -> Answer:
    """What changed, whom it concerns and what they would read; then writes to them."""
    form = TellForm()
    told: list[int] = []

    def change() -> None:
        told.append(services.move.tell(g.event.id, account_id=frame.me(), form_id=form.form_id.data))

    if frame.attempt(form, change):
        said = ngettext("%(num)s message is on its way.", "%(num)s messages are on their way.", told[0])
        return frame.done(said, ".show")
    found = waiting(g.event)
    people = found.people if found else []
    return frame.page(
        "move_show.html",
        form,
        before=rules.known(found.move) if found else None,
        number=len(people),
        sessions_outside=_count_sessions_outside(),
        ways=services.delivery.count_ways(g.event.id, DeliveryKind.EVENT_MOVED, people),
        preview=message_preview.of(people, DeliveryKind.EVENT_MOVED, known=rules.known(found.move) if found else None),
    )


def _count_sessions_outside() -> int:
    sessions = queries.programme.list_sessions(g.event.id)
    when = (g.event.starts_at, g.event.ends_at, g.event.timezone)
    return sum(programme.is_outside(session, *when) for session in sessions)


@bp.post("/<slug>/moved/keep-quiet")
def keep_quiet(slug: str) -> BaseResponse:
    """Nobody is told."""
    services.move.keep_quiet(g.event.id, account_id=frame.me())
    return frame.done(_("Nobody is told of it."), ".show")
