"""Pages for speakers: a personal link, no account, no password."""

from flask import Blueprint

from eventapp.web.speaker import programme

bp = Blueprint("speaker", __name__, url_prefix="/s")
for page in (programme,):
    bp.register_blueprint(page.bp)
