"""Pages for guests: no account, no script, no cookie needed."""

from flask import Blueprint

from eventapp.web.public import agenda, event, now, programme, registration, schedule, speaker, ticket

bp = Blueprint("public", __name__)
for page in (event, programme, now, schedule, speaker, registration, agenda, ticket):
    bp.register_blueprint(page.bp)
