"""Pages for guests: no account, no script, no cookie needed."""

from flask import Blueprint

from eventapp.web.public import event, programme, registration, speaker, ticket

bp = Blueprint("public", __name__)
for page in (event, programme, speaker, registration, ticket):
    bp.register_blueprint(page.bp)
