"""The organizer's desk: one module for each noun below one parent."""

from flask import Blueprint

from eventapp.web.organizer import (
    checkin,
    erasure,
    event,
    frame,
    host,
    message,
    notice,
    person,
    programme,
    question,
    registration,
    release,
    room,
    running_order,
    schedule,
    section,
    settings,
    speaker,
    speaker_board,
    speaker_day,
    speaker_file,
    speaker_photo,
    speaker_task,
    timetable,
    topic,
)

bp = Blueprint("organizer", __name__, url_prefix="/organize")
for page in (
    event,
    settings,
    host,
    section,
    programme,
    release,
    timetable,
    schedule,
    running_order,
    room,
    topic,
    speaker,
    speaker_photo,
    speaker_file,
    speaker_task,
    speaker_board,
    speaker_day,
    notice,
    question,
    registration,
    person,
    erasure,
    message,
    checkin,
):
    bp.register_blueprint(page.bp)
bp.context_processor(frame.facts)
