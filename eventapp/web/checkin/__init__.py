"""Pages for the entrance: a phone is prepared once, and then admits one person after the other."""

from flask import Blueprint

from eventapp.web.checkin import door, pairing, scanner, team

bp = Blueprint("checkin", __name__, url_prefix="/checkin")
for page in (door, pairing, team, scanner):
    bp.register_blueprint(page.bp)
