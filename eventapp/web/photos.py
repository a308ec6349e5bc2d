"""The form of a photograph, for whoever may send one: the picture, and which square of it is kept."""

from werkzeug.datastructures import FileStorage
from wtforms import FileField

from eventapp.errors import Refused, beside
from eventapp.formats import photo
from eventapp.formats.photo import Crop, Squares
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.web.forms import ChoiceField, CountField

PARTS = {
    "": (N_("its middle"), photo.CENTRED),
    "top": (N_("more of its top"), Crop(0.5, 0)),
    "bottom": (N_("more of its bottom"), Crop(0.5, 1)),
    "left": (N_("more of its left"), Crop(0, 0.3)),
    "right": (N_("more of its right"), Crop(1, 0.3)),
}
"""What can be kept of a photograph without the script that shows the square."""


class PhotoFields:
    """Fields of a form, which is one of the desk or one behind a personal link: the square is chosen by a word, or in
    percent of the room that it has."""

    photo = FileField(N_("Photograph"), description=N_("JPEG, PNG or WebP, at least 320 pixels wide and high."))
    part = ChoiceField(N_("The square shows"), default="")
    left = CountField(N_("From left to right"), most=100)
    top = CountField(N_("From top to bottom"), most=100)
    size = CountField(N_("Size of the square"), least=1, most=100)

    def prepare(self) -> None:
        """Gives the choices their words in the reader's language; before the form is validated."""
        self.part.choices = [(value, _(label)) for value, (label, _crop) in PARTS.items()]

    def squares(self) -> Squares:
        """The squares of the picture that was sent. Raises Refused beside ``photo``, like `formats.photo.squares`, or
        with ``photo_missing``."""
        sent = self.photo.data
        content = sent.read() if isinstance(sent, FileStorage) else b""
        with beside("photo"):
            if not content:
                raise Refused("photo_missing")
            return photo.squares(content, self._crop())

    def _crop(self) -> Crop:
        if None in (self.left.data, self.top.data, self.size.data):
            return PARTS[self.part.data][1]
        return Crop(self.left.data / 100, self.top.data / 100, self.size.data / 100)


def too_large() -> Refused:
    """What is said of a request that was not read because of its size."""
    return Refused("photo_too_large", field="photo", max=photo.MAX_BYTES // 1024**2)
