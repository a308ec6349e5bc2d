"""Pages for speakers: a personal link, no account, no password, no script."""

from flask import Blueprint

from eventapp.errors import NotFound
from eventapp.web.speaker import answer, availability, crew, material, own, photo, programme, slides

bp = Blueprint("speaker", __name__, url_prefix="/s")
for page in (programme, answer, material, photo, slides, availability, crew):
    bp.register_blueprint(page.bp)
bp.register_error_handler(NotFound, own.missing)
