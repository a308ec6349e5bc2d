"""Slides that speakers handed in, for the team to fetch."""

from flask import Blueprint, Response, g

from eventapp import queries
from eventapp.web.organizer.frame import ID

bp = Blueprint("speaker_file", __name__)


@bp.get(f"/<slug>/speakers/<{ID}:speaker_id>/slides/<{ID}:file_id>")
def show(slug: str, speaker_id: int, file_id: int) -> Response:
    """One file, to be saved and never to be shown by the browser: it is somebody else's."""
    found = queries.speaker_file.open_file(g.event.id, speaker_id, file_id)
    response = Response(found.content, mimetype=found.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    return response
