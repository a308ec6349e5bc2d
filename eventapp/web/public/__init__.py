"""Pages for guests: no account, no script, no cookie needed."""

from flask import Blueprint

from eventapp.web.public import agenda, event, handout, now, photo, programme, registration, schedule, speaker, ticket

bp = Blueprint("public", __name__)
for page in (event, programme, now, handout, schedule, speaker, photo, registration, agenda, ticket):
    bp.register_blueprint(page.bp)
