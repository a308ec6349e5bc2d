"""The programme as schedule files for programs: conference apps, signs in halls, other events' software."""

from flask import Blueprint, Response, request

from eventapp import language, queries
from eventapp.errors import NotFound, Refused
from eventapp.web import cache, schedules

bp = Blueprint("schedule", __name__)


@bp.get("/e/<slug>/programme.json")
def as_json(slug: str) -> Response:
    """The programme in the JSON of c3voc, frab and pretalx."""
    return _file(slug, "json", "application/json")


@bp.get("/e/<slug>/programme.xml")
def as_xml(slug: str) -> Response:
    """The programme in the XML of c3voc, frab and pretalx."""
    return _file(slug, "xml", "application/xml")


def _file(slug: str, kind: str, mimetype: str) -> Response:
    # A program that says nothing of a language gets the event's first one, whatever its user's browser would like.
    if request.args.get("lang") not in language.LANGUAGES:
        language.choose(cache.state_of(slug).languages[0])
    return cache.page(slug, lambda: _write(slug, kind), mimetype, is_timeless=True)


def _write(slug: str, kind: str) -> str:
    event = queries.event.get_by_slug(slug)
    try:
        return schedules.write(event, queries.schedule.get_released(event.id), kind, language.current())
    except Refused as refused:
        raise NotFound(slug) from refused
