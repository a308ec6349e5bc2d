"""Pages for guests: no account, no script, no cookie needed."""

from flask import Blueprint

from eventapp.web.public import event

bp = Blueprint("public", __name__)
for page in (event,):
    bp.register_blueprint(page.bp)
