"""The programme to take along: as a PDF for the printer, and as a picture for messengers."""

from flask import Blueprint, Response, request

from eventapp import language, queries
from eventapp.errors import NotFound
from eventapp.formats import handout_pdf, handout_png, pdf
from eventapp.formats.handout import Handout
from eventapp.web import cache, handouts

bp = Blueprint("handout", __name__)


@bp.get("/e/<slug>/programme.pdf")
def as_pdf(slug: str) -> Response:
    """The programme on A4."""
    name = f"{slug}-programme-{language.current()}.pdf"
    return cache.file(slug, lambda: handout_pdf.write(_handout(slug)), pdf.MIMETYPE, name)


@bp.get("/e/<slug>/programme.png")
def as_picture(slug: str) -> Response:
    """A day of the programme as a picture: the one that was asked for, else the first."""
    name = f"{slug}-programme-{language.current()}.png"
    return cache.file(slug, lambda: _picture(slug), "image/png", name, choices=("day",))


def _picture(slug: str) -> bytes:
    sheet = _handout(slug)
    asked = request.args.get("day")
    for day in sheet.days:
        if asked is None or asked == handouts.day_name(day.date):
            return handout_png.draw(sheet, day)
    raise NotFound(slug)


def _handout(slug: str) -> Handout:
    """The released programme. Raises NotFound while there is none, or nothing in it."""
    event = queries.event.get_by_slug(slug)
    release = queries.release.find_last(event.id)
    sessions = queries.programme.list_programme(event.id)
    if release is None or not sessions:
        raise NotFound(slug)
    return handouts.build(event, release, sessions)
