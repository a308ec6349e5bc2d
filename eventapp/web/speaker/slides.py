"""A speaker's slides: handed in for a session or for all, fetched again, replaced, taken back."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from eventapp import queries, services
from eventapp.errors import Refused
from eventapp.formats import slides as formats
from eventapp.formats.slides import Slides
from eventapp.rules import refusals
from eventapp.web import personal
from eventapp.web.speaker import own
from eventapp.web.speaker.own import ID, Answer

bp = Blueprint("slides", __name__)


@bp.route("/<secret>/slides", methods=["GET", "POST"])
def index(secret: str) -> Answer:
    """What I handed in, and one more."""
    if request.method != "POST":
        return _page(secret)
    mine = own.get(secret)
    try:
        services.speaker_file.add(mine.event.id, mine.speaker.id, _sent(), session_id=_session_id())
    except Refused as refused:
        return _page(secret, refused, chosen=request.form.get("session_id", ""))
    return own.done("slides.index", secret, "slides")


def _page(
    secret: str, refused: Refused | None = None, *, status: int = 422, file_id: int | None = None, chosen: str = ""
) -> Answer:
    mine = own.get(secret)
    return own.page(
        "slides_list",
        mine,
        secret,
        status=status if refused else 200,
        problem=refusals.sentence(refused) if refused else None,
        wrong_id=file_id,
        handed_in=queries.speaker_file.list_files(mine.speaker.id),
        sessions={session.id: session for session in queries.programme.list_own(mine.event.id, mine.speaker.id)},
        chosen=chosen,
        max_mb=formats.MAX_BYTES // 1024**2,
    )


def _session_id() -> int | None:
    chosen = request.form.get("session_id", "")
    if not chosen:
        return None
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 10):
        raise Refused("choice_invalid")
    return int(chosen)


def _sent() -> Slides:
    """The file that was sent. Raises Refused like `formats.slides.read`."""
    sent = request.files.get("file")
    return formats.read(sent.filename or "", sent.read()) if sent is not None else formats.read("", b"")


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Answer:
    """Says so on the page itself."""
    view_args = request.view_args or {}
    refused = Refused("file_too_large", max=formats.MAX_BYTES // 1024**2)
    return _page(view_args["secret"], refused, status=413, file_id=view_args.get("file_id"))


@bp.get(f"/<secret>/slides/<{ID}:file_id>")
def fetch(secret: str, file_id: int) -> Response:
    """A file that I handed in."""
    mine = own.get(secret)
    kept = queries.speaker_file.open_file(mine.event.id, mine.speaker.id, file_id)
    return personal.download(kept.content, kept.media_type, filename=kept.name)


@bp.post(f"/<secret>/slides/<{ID}:file_id>/replace")
def replace(secret: str, file_id: int) -> Answer:
    """A newer version of a file."""
    mine = own.get(secret)
    try:
        services.speaker_file.replace(mine.event.id, mine.speaker.id, file_id, _sent())
    except Refused as refused:
        return _page(secret, refused, file_id=file_id)
    return own.done("slides.index", secret, "slides")


@bp.post(f"/<secret>/slides/<{ID}:file_id>/remove")
def remove(secret: str, file_id: int) -> Answer:
    """A file that is not to be shown."""
    mine = own.get(secret)
    services.speaker_file.remove(mine.event.id, mine.speaker.id, file_id)
    return own.done("slides.index", secret, "removed")
