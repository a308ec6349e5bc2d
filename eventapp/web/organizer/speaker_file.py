"""Slides that speakers handed in, for the team."""

from flask import Blueprint, Response, g

from eventapp import queries
from eventapp.web import personal
from eventapp.web.organizer.frame import ID

bp = Blueprint("speaker_file", __name__)


@bp.get(f"/<slug>/speakers/<{ID}:speaker_id>/files/<{ID}:file_id>")
def fetch(slug: str, speaker_id: int, file_id: int) -> Response:
    """One file, to be saved: whoever made it may have put anything into it."""
    kept = queries.speaker_file.open_file(g.event.id, speaker_id, file_id)
    return personal.download(kept.content, kept.media_type, filename=kept.name)
