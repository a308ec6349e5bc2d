"""The waiting list: who is next, who was offered a place, and what came of a call."""

from collections.abc import Callable
from math import ceil

from flask import Blueprint, g, render_template
from werkzeug.wrappers import Response as BaseResponse

from eventapp import language, queries, services
from eventapp.language import gettext as _
from eventapp.language import ngettext
from eventapp.rules import waiting_list as rules
from eventapp.rules.vocabulary import AttendeeStatus
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID

bp = Blueprint("waiting_list", __name__)

PAGE = 100
"""Waiting registrations on one page."""


@bp.get("/<slug>/waiting-list")
def index(slug: str) -> str:
    """Who was offered a place, then who waits, in order."""
    waiting, offered = AttendeeStatus.WAITLISTED, AttendeeStatus.OFFERED
    total = queries.waiting_list.count_registrations(g.event.id, waiting)
    last = max(1, ceil(total / PAGE))
    page = frame.page_number(last)
    first = (page - 1) * PAGE
    rows = queries.waiting_list.list_registrations(g.event.id, waiting, offset=first, limit=PAGE)
    return render_template(
        "organizer/waiting_list_list.html",
        rows=[(row, [one for one in row.attendees if one.status is waiting]) for row in rows],
        offered=[
            (row, [one for one in row.attendees if one.status is offered])
            for row in queries.waiting_list.list_registrations(g.event.id, offered)
        ],
        rules=explained(g.event.offer_hours),
        places=queries.event.places(g.event),
        most=rules.MAX_OFFERS,
        total=total,
        first=first,
        page=page,
        last=last,
    )


def explained(offer_hours: int | None) -> list[str]:
    """The rules of an event's waiting list, in two sentences."""
    order = _(
        "First come, first served: a free place goes to the first on the list whom it is enough for, and a group waits "
        "until there are places for all of it."
    )
    if offer_hours is None:
        return [order, _("They have it at once, without being asked.")]
    return [
        order,
        ngettext(
            "It is kept for them for %(num)s hour, never ending at night, and then goes to whoever is next; after "
            "%(most)s offers without an answer a registration is not asked any more.",
            "It is kept for them for %(num)s hours, never ending at night, and then goes to whoever is next; after "
            "%(most)s offers without an answer a registration is not asked any more.",
            offer_hours,
            most=language.number(rules.MAX_OFFERS),
        ),
    ]


@bp.post(f"/<slug>/waiting-list/<{ID}:registration_id>/accept")
def accept(slug: str, registration_id: int) -> BaseResponse:
    """They take the place."""
    return _answered(registration_id, services.waiting_list.accept, _("They have their tickets now."))


@bp.post(f"/<slug>/waiting-list/<{ID}:registration_id>/decline")
def decline(slug: str, registration_id: int) -> BaseResponse:
    """They do not take it."""
    return _answered(registration_id, services.waiting_list.decline, _("The place goes to whoever is next."))


@bp.post(f"/<slug>/waiting-list/<{ID}:registration_id>/next")
def pass_over(slug: str, registration_id: int) -> BaseResponse:
    """Nobody was reached."""
    message = _("They are at the end of the list now, and the place goes to whoever is next.")
    return _answered(registration_id, services.waiting_list.pass_over, message)


def _answered(registration_id: int, change: Callable[..., None], message: str) -> BaseResponse:
    queries.registration.get_in(g.event.id, registration_id)
    return frame.tried(lambda: change(registration_id, by_account_id=frame.me()), message, ".index")
