"""Pages for guests: no account, no script, no cookie needed."""

from flask import Blueprint

from eventapp.web.public import event, now, programme, registration, speaker, ticket

bp = Blueprint("public", __name__)
for page in (event, programme, now, speaker, registration, ticket):
    bp.register_blueprint(page.bp)
