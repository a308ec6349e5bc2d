"""Pages for the entrance: a phone is prepared once, and then admits one person after the other."""

from flask import Blueprint

from eventapp.web.checkin import delegation, door, entrance, pairing, scanner, walk_in

bp = Blueprint("checkin", __name__, url_prefix="/checkin")
for page in (door, delegation, entrance, pairing, scanner, walk_in):
    bp.register_blueprint(page.bp)
