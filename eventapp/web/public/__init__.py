"""Pages for guests: no account, no script, no cookie needed."""

from flask import Blueprint

from eventapp.web.public import event, now, photo, programme, registration, schedule, speaker, ticket

bp = Blueprint("public", __name__)
for page in (event, programme, now, schedule, speaker, photo, registration, ticket):
    bp.register_blueprint(page.bp)
