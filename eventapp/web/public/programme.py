"""The programme of an event, and one session of it."""

from flask import Blueprint, Response, render_template

from eventapp import clock, queries
from eventapp.errors import NotFound
from eventapp.formats import ical
from eventapp.rules import programme as rules
from eventapp.web import cache, calendars

bp = Blueprint("programme", __name__)


@bp.get("/e/<slug>/programme")
def show(slug: str) -> Response:
    """All sessions by day and time; what is on now is marked."""
    return cache.page(slug, lambda: _show(slug))


def _show(slug: str) -> str:
    event = queries.event.get_by_slug(slug)
    now = clock.now()
    sessions = queries.programme.list_sessions(event.id) if event.programme_released_at else []
    return render_template(
        "public/programme_show.html",
        event=event,
        days=rules.by_day(sessions, event.timezone),
        running={session.id for session in sessions if rules.is_now(session, now)},
        topics=queries.programme.list_topics(event.id),
    )


@bp.get("/e/<slug>/programme.ics")
def calendar(slug: str) -> Response:
    """The programme for calendar programs, by subscription or once."""
    return cache.page(slug, lambda: _calendar(slug), mimetype="text/calendar")


def _calendar(slug: str) -> str:
    event = queries.event.get_by_slug(slug)
    sessions = queries.programme.list_sessions(event.id) if event.programme_released_at else []
    name = event.title.pick(event.languages).value
    return ical.schedule(name, calendars.session_entries(event, sessions)).decode()


@bp.get("/e/<slug>/sessions/<session_slug>")
def session(slug: str, session_slug: str) -> Response:
    """One session: when, where, with whom, what about."""
    return cache.page(slug, lambda: _session(slug, session_slug))


def _session(slug: str, session_slug: str) -> str:
    event = queries.event.get_by_slug(slug)
    if not event.programme_released_at:
        raise NotFound(session_slug)
    found = queries.programme.get_session(event.id, session_slug)
    return render_template(
        "public/programme_session.html", event=event, session=found, is_now=rules.is_now(found, clock.now())
    )
