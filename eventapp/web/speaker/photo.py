"""A speaker's photograph: any picture that a phone takes goes in, the square that they chose comes out."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from eventapp import queries, services
from eventapp.errors import NotFound, Refused
from eventapp.web import personal, photos
from eventapp.web.forms import GuestForm, show_refusal
from eventapp.web.photos import PhotoFields
from eventapp.web.speaker import own
from eventapp.web.speaker.own import Answer

bp = Blueprint("photo", __name__)


class PhotoForm(PhotoFields, GuestForm):
    """A photograph from the person whom it shows."""


@bp.route("/<secret>/photo", methods=["GET", "POST"])
def edit(secret: str) -> Answer:
    """The photograph as it is shown, and another one in its place."""
    mine = own.get(secret)
    form = PhotoForm()
    form.prepare()
    if form.validate_on_submit():
        try:
            services.speaker.set_photo(mine.event.id, mine.speaker.id, form.squares())
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return own.done("photo.edit", secret, "photo")
    return own.page("photo_edit", own.get(secret), secret, status=422 if form.errors else 200, form=form)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Answer:
    """Says so on the page itself. What was sent is never read."""
    secret = (request.view_args or {})["secret"]
    form = PhotoForm(formdata=None)
    form.prepare()
    show_refusal(form, photos.too_large())
    return own.page("photo_edit", own.get(secret), secret, status=413, form=form)


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
