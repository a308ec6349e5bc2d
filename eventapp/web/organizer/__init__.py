"""The organizer's desk: one module for each noun below one parent."""

from flask import Blueprint

from eventapp.web.organizer import (
    checkin,
    event,
    frame,
    host,
    message,
    programme,
    registration,
    release,
    room,
    section,
    settings,
    speaker,
    topic,
)

bp = Blueprint("organizer", __name__, url_prefix="/organize")
for page in (event, settings, host, section, programme, release, room, topic, speaker, registration, message, checkin):
    bp.register_blueprint(page.bp)
bp.context_processor(frame.facts)
