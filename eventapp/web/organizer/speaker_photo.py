"""The photograph of a speaker: sent, cropped to a square, shown at the desk, taken away."""

from typing import cast

from flask import Blueprint, Response, g, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import FileField

from eventapp import queries, services
from eventapp.errors import NotFound, Refused, beside
from eventapp.formats import photo
from eventapp.formats.photo import Crop
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.web.forms import ChoiceField, CountField, StaffForm, show_refusal
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("speaker_photo", __name__)

PARTS = {
    "": (N_("its middle"), photo.CENTRED),
    "top": (N_("more of its top"), Crop(0.5, 0)),
    "bottom": (N_("more of its bottom"), Crop(0.5, 1)),
    "left": (N_("more of its left"), Crop(0, 0.3)),
    "right": (N_("more of its right"), Crop(1, 0.3)),
}
"""What can be kept of a photograph without the script that shows the square."""


class PhotoForm(StaffForm):
    """A photograph, and which square of it is kept: by a word, or in percent of the room that the square has."""

    photo = FileField(N_("Photograph"), description=N_("JPEG, PNG or WebP, at least 320 pixels wide and high."))
    part = ChoiceField(N_("The square shows"), default="")
    left = CountField(N_("From left to right"), most=100)
    top = CountField(N_("From top to bottom"), most=100)
    size = CountField(N_("Size of the square"), least=1, most=100)

    @property
    def crop(self) -> Crop:
        if None in (self.left.data, self.top.data, self.size.data):
            return PARTS[self.part.data][1]
        return Crop(self.left.data / 100, self.top.data / 100, self.size.data / 100)


@bp.route(f"/<slug>/speakers/<{ID}:speaker_id>/photo", methods=["GET", "POST"])
def edit(slug: str, speaker_id: int) -> Answer:
    """The photograph there is, and a new one."""
    row = queries.speaker.get_by_id(g.event.id, speaker_id)
    form = _prepare(PhotoForm())

    def change() -> None:
        with beside("photo"):
            squares = photo.squares(_content(form), form.crop)
        services.speaker.set_photo(g.event.id, speaker_id, squares, account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".edit", speaker_id=speaker_id)
    return frame.page("speaker_photo.html", form, row=row)


def _prepare(form: PhotoForm) -> PhotoForm:
    form.part.choices = [(value, _(label)) for value, (label, _crop) in PARTS.items()]
    return form


def _content(form: PhotoForm) -> bytes:
    sent = form.photo.data
    content = sent.read() if isinstance(sent, FileStorage) else b""
    if not content:
        raise Refused("photo_missing")
    return content


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Answer:
    """Says so on the page itself. What was sent is never read."""
    row = queries.speaker.get_by_id(g.event.id, (request.view_args or {})["speaker_id"])
    form = _prepare(PhotoForm(formdata=None))
    show_refusal(form, Refused("photo_too_large", field="photo", max=photo.MAX_BYTES // 1024**2))
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
