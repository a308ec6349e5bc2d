"""Messages: what was sent, what waits, what did not arrive."""

from math import ceil

from flask import Blueprint, g, render_template

from eventapp import config, queries
from eventapp.web.organizer import frame

bp = Blueprint("message", __name__)

PAGE = 100
"""Messages on one page of the list."""


@bp.get("/<slug>/messages")
def index(slug: str) -> str:
    """All messages of this event, the latest first."""
    states = queries.delivery.count_by_state(g.event.id)
    last = max(1, ceil(sum(states.values()) / PAGE))
    page = frame.page_number(last)
    return render_template(
        "organizer/message_list.html",
        rows=queries.delivery.list_of_event(g.event.id, offset=(page - 1) * PAGE, limit=PAGE),
        states=states,
        is_mail_held=config.current().mail_url is None,
        page=page,
        last=last,
    )
