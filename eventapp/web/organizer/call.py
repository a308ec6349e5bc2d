"""People to call: the list of all that the team still has to tell, with who has what before them."""

from functools import partial
from math import ceil

from flask import Blueprint, g, render_template
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, queries, services
from eventapp.formats import by_hand
from eventapp.language import LocalizedText
from eventapp.language import gettext as _
from eventapp.queries.hand_queue import ToTell
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID

bp = Blueprint("call", __name__)

PAGE = 50
"""People on one page of the list."""


@bp.get("/<slug>/to-call")
def index(slug: str) -> str:
    """Whom the team still has to tell something, who waits longest first."""
    total = queries.delivery.count_by_hand(g.event.id)
    last = max(1, ceil(total / PAGE))
    page = frame.page_number(last)
    found = queries.hand_queue.list_waiting(g.event.id, offset=(page - 1) * PAGE, limit=PAGE)
    return render_template(
        "organizer/call_list.html",
        rows=[(one, names(one), reason(one), known(one)) for one in found],
        me=frame.me(),
        now=clock.now(),
        total=total,
        page=page,
        last=last,
    )


@bp.post(f"/<slug>/to-call/<{ID}:delivery_id>/told")
def told(slug: str, delivery_id: int) -> BaseResponse:
    """Somebody of the team has told them, somewhere."""
    change = partial(services.hand_queue.sent, g.event.id, delivery_id, frame.me())
    return frame.tried(change, _("Noted."), ".index")


def names(found: ToTell) -> list[str]:
    """Who is to be told: all the people of a registration, an invitee with their organization, a speaker."""
    if found.registration is not None:
        return [one.name for one in found.registration.attendees]
    if found.invitation is not None:
        return [name for name in (found.invitation.name, found.invitation.organization) if name]
    return [found.speaker.name.pick(g.event.languages).value] if found.speaker is not None else []


def reason(found: ToTell) -> str:
    """Why, in the words of the reader."""
    session = LocalizedText(found.session.title).pick(g.event.languages).value if found.session is not None else ""
    return by_hand.reason(found.delivery.kind, session)


def known(found: ToTell) -> list[str]:
    """What helps to find somebody who gave no number."""
    if found.registration is None or found.phone:
        return []
    words = {found.registration.group_name: None}
    for one in found.registration.attendees:
        words |= dict.fromkeys((one.function, one.organization, one.region))
    return [word for word in words if word]
