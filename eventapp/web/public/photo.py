"""Photographs on public pages, under an address that changes with them: whoever has one never asks again."""

from flask import Blueprint, Response, request

from eventapp import queries

bp = Blueprint("photo", __name__)

YEAR_SECONDS = 365 * 24 * 3600


@bp.get("/files/<sha256>.jpg")
def show(sha256: str) -> Response:
    """A photograph of somebody whom the public pages show."""
    photo = queries.stored_file.get_photo(sha256)
    response = Response(photo.content, mimetype=photo.media_type)
    response.set_etag(photo.sha256)
    response.cache_control.public = True
    response.cache_control.max_age = YEAR_SECONDS
    response.cache_control.immutable = True
    return response.make_conditional(request)  # type: ignore[return-value]
