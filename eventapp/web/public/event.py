"""The events of this installation, and the page of one."""

from flask import Blueprint, Response, render_template

from eventapp import clock, queries
from eventapp.rules import event as rules
from eventapp.web import cache

bp = Blueprint("event", __name__)


@bp.get("/")
def home() -> Response:
    """The events of this installation."""
    return cache.site_page(
        lambda: render_template("public/event_list.html", events=queries.event.list_public(), rules=rules)
    )


@bp.get("/e/<slug>/")
def show(slug: str) -> Response:
    """What an event is, when and where, who speaks, who is behind it."""
    return cache.page(slug, lambda: _show(slug))


def _show(slug: str) -> str:
    event = queries.event.get_page(slug)
    now = clock.now()
    stage = rules.stage(event.state, event.starts_at, event.ends_at, now)
    return render_template(
        "public/event_show.html",
        event=event,
        stage=stage,
        doors=rules.doors(
            stage, event.registration_open, event.registration_opens_at, event.registration_closes_at, now
        ),
    )
