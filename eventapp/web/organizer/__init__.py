"""The organizer's desk: one module for each noun below one parent."""

from flask import Blueprint

from eventapp.web.organizer import (
    checkin,
    event,
    frame,
    host,
    message,
    notice,
    programme,
    registration,
    release,
    room,
    schedule,
    section,
    settings,
    speaker,
    topic,
)

bp = Blueprint("organizer", __name__, url_prefix="/organize")
pages = (
    event,
    settings,
    host,
    section,
    programme,
    release,
    schedule,
    room,
    topic,
    speaker,
    notice,
    registration,
    message,
    checkin,
)
for page in pages:
    bp.register_blueprint(page.bp)
bp.context_processor(frame.facts)
