"""A speaker's photograph: any picture that a phone takes goes in, a square comes out, cut where a few words say."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from eventapp import queries, services
from eventapp.errors import NotFound, Refused
from eventapp.formats import photo as formats
from eventapp.formats.photo import Crop
from eventapp.language import N_
from eventapp.rules import refusals
from eventapp.web import personal
from eventapp.web.speaker import own
from eventapp.web.speaker.own import Answer

bp = Blueprint("photo", __name__)

PLACES = {
    "middle": (N_("The middle"), None),
    "start": (N_("The left, or the upper part"), 0.0),
    "end": (N_("The right, or the lower part"), 1.0),
}
"""Which part of a picture that is no square is kept."""

SIZES = {
    "whole": (N_("As much as possible"), 1.0),
    "near": (N_("A little closer"), 0.75),
    "close": (N_("Much closer"), 0.5),
}


@bp.route("/<secret>/photo", methods=["GET", "POST"])
def edit(secret: str) -> Answer:
    """The photograph as it is shown, and another one in its place."""
    if request.method == "GET":
        return _page(secret)
    mine = own.get(secret)
    chosen = {name: request.form.get(name, "") for name in ("place", "size")}
    sent = request.files.get("photo")
    try:
        if sent is None or not sent.filename:
            raise Refused("photo_missing")
        squares = formats.squares(sent.read(), _crop(**chosen))
    except Refused as refused:
        return _page(secret, refusals.sentence(refused), chosen=chosen)
    services.speaker.set_photo(mine.event.id, mine.speaker.id, squares)
    return own.done("photo.edit", secret, "photo")


def _page(
    secret: str, problem: str | None = None, *, status: int = 422, chosen: dict[str, str] | None = None
) -> Answer:
    return own.page(
        "photo_edit",
        own.get(secret),
        secret,
        status=status if problem else 200,
        problem=problem,
        chosen=chosen or {},
        choices={"place": PLACES, "size": SIZES},
    )


def _crop(place: str, size: str) -> Crop:
    _label, where = PLACES.get(place, PLACES["middle"])
    _label, side = SIZES.get(size, SIZES["whole"])
    return Crop(size=side) if where is None else Crop(where, where, side)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Answer:
    """Says so on the page itself."""
    secret = (request.view_args or {})["secret"]
    refused = Refused("photo_too_large", max=formats.MAX_BYTES // 1024**2)
    return _page(secret, refusals.sentence(refused), status=413)


@bp.post("/<secret>/photo/remove")
def remove(secret: str) -> Answer:
    """No photograph any more."""
    mine = own.get(secret)
    services.speaker.set_photo(mine.event.id, mine.speaker.id, None)
    return own.done("photo.edit", secret, "removed")


@bp.get("/<secret>/photo.jpg")
def picture(secret: str) -> Response:
    """My photograph, also while the public does not see me."""
    speaker = own.get(secret).speaker
    if speaker.small_photo_hash is None:
        raise NotFound("photo")
    kept = queries.stored_file.get(speaker.small_photo_hash)
    return personal.answer(kept.content, kept.media_type, filename="photo.jpg")
