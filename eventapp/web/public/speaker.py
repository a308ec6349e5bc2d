"""The speakers of an event, and one of them."""

from flask import Blueprint, Response, render_template

from eventapp import queries
from eventapp.web import cache

bp = Blueprint("speaker", __name__)


@bp.get("/e/<slug>/speakers")
def index(slug: str) -> Response:
    """All speakers in the organizer's order."""
    return cache.page(slug, lambda: _index(slug))


def _index(slug: str) -> str:
    event = queries.event.get_by_slug(slug)
    return render_template("public/speaker_list.html", event=event, speakers=queries.speaker.list_speakers(event.id))


@bp.get("/e/<slug>/speakers/<speaker_slug>")
def show(slug: str, speaker_slug: str) -> Response:
    """One speaker: who it is, and in which sessions."""
    return cache.page(slug, lambda: _show(slug, speaker_slug))


def _show(slug: str, speaker_slug: str) -> str:
    event = queries.event.get_by_slug(slug)
    speaker = queries.speaker.get_speaker(event.id, speaker_slug)
    sessions = queries.programme.list_of_speaker(event.id, speaker.id)
    return render_template("public/speaker_show.html", event=event, speaker=speaker, sessions=sessions)
