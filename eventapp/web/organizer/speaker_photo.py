"""The photograph of a speaker: sent, cropped to a square, shown at the desk, taken away."""

from typing import cast

from flask import Blueprint, Response, g, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from eventapp import queries, services
from eventapp.errors import NotFound
from eventapp.language import gettext as _
from eventapp.web import photos
from eventapp.web.forms import StaffForm, show_refusal
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer
from eventapp.web.photos import PhotoFields

bp = Blueprint("speaker_photo", __name__)


class PhotoForm(PhotoFields, StaffForm):
    """A photograph from the desk."""


@bp.route(f"/<slug>/speakers/<{ID}:speaker_id>/photo", methods=["GET", "POST"])
def edit(slug: str, speaker_id: int) -> Answer:
    """The photograph there is, and a new one."""
    row = queries.speaker.get_by_id(g.event.id, speaker_id)
    form = PhotoForm()
    form.prepare()

    def change() -> None:
        services.speaker.set_photo(g.event.id, speaker_id, form.squares(), account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".edit", speaker_id=speaker_id)
    return frame.page("speaker_photo.html", form, row=row)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Answer:
    """Says so on the page itself. What was sent is never read."""
    row = queries.speaker.get_by_id(g.event.id, (request.view_args or {})["speaker_id"])
    form = PhotoForm(formdata=None)
    form.prepare()
    show_refusal(form, photos.too_large())
    return render_template("organizer/speaker_photo.html", form=form, row=row), 413


@bp.get(f"/<slug>/speakers/<{ID}:speaker_id>/photo.jpg")
def file(slug: str, speaker_id: int) -> Response:
    """The photograph of anybody at the desk, listed or not; the small one with ``?small``."""
    row = queries.speaker.get_by_id(g.event.id, speaker_id)
    sha256 = row.small_photo_hash if "small" in request.args else row.photo_hash
    if sha256 is None:
        raise NotFound("photo")
    found = queries.stored_file.get(sha256)
    response = Response(found.content, mimetype=found.media_type)
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(sha256)
    return cast(Response, response.make_conditional(request))


@bp.route(f"/<slug>/speakers/<{ID}:speaker_id>/photo/remove", methods=["GET", "POST"])
def remove(slug: str, speaker_id: int) -> Answer:
    """Asks, then takes the photograph away."""
    row = queries.speaker.get_by_id(g.event.id, speaker_id)
    return frame.confirm(
        lambda: services.speaker.set_photo(g.event.id, speaker_id, None, account_id=frame.me()),
        question=_("Remove the photograph of %(name)s?", name=str(row.name)),
        consequences=[_("It disappears from all pages and is erased.")],
        button=_("Remove"),
        back=url_for("organizer.speaker.edit", slug=slug, speaker_id=speaker_id),
        message=_("Removed."),
    )
