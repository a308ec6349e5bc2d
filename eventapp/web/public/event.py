"""The events of this installation, the page of one, and its privacy notice."""

from flask import Blueprint, Response, render_template

from eventapp import clock, queries
from eventapp.rules import event as rules
from eventapp.rules import programme
from eventapp.rules.vocabulary import HostRole
from eventapp.web import cache

bp = Blueprint("event", __name__)


@bp.get("/")
def home() -> Response:
    """The events of this installation: those to come, then the past."""
    return cache.site_page(_home)


def _home() -> str:
    now = clock.now()
    staged = [
        (event, rules.stage(event.state, event.starts_at, event.ends_at, now)) for event in queries.event.list_public()
    ]
    coming = [item for item in staged if item[1] in (rules.Stage.UPCOMING, rules.Stage.RUNNING)]
    coming.reverse()
    past = [item for item in staged if item not in coming]
    return render_template("public/event_list.html", coming=coming, past=past)


@bp.get("/e/<slug>/")
def show(slug: str) -> Response:
    """What an event is, when and where, who speaks, who is behind it."""
    return cache.page(slug, lambda: _show(slug))


def _show(slug: str) -> str:
    event = queries.event.get_page(slug)
    now = clock.now()
    stage = rules.stage(event.state, event.starts_at, event.ends_at, now)
    sessions = queries.programme.list_programme(event.id)
    certain = [session for session in sessions if not programme.is_time_made_up(session, event)]
    return render_template(
        "public/event_show.html",
        event=event,
        stage=stage,
        doors=rules.doors(
            stage, event.registration_open, event.registration_opens_at, event.registration_closes_at, now
        ),
        places=queries.seats.for_newcomers(event),
        days=programme.in_short(programme.by_day(sessions, event.timezone), now, event.timezone),
        marks=programme.marks(certain, now, event.timezone),
        speakers=queries.speaker.list_shown(event.id),
        hosts=[(role, [o for o in event.organizations if o.role is role]) for role in HostRole],
    )


@bp.get("/e/<slug>/privacy")
def privacy(slug: str) -> Response:
    """What is stored about guests, why, for whom and how long."""
    return cache.page(slug, lambda: _privacy(slug))


def _privacy(slug: str) -> str:
    event = queries.event.get_page(slug)
    controllers = [o for o in event.organizations if o.role is HostRole.ORGANIZER]
    return render_template("public/event_privacy.html", event=event, controllers=controllers)
