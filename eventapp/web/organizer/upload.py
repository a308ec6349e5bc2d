"""Files that are sent to the desk to be taken in."""

from flask import request
from wtforms import FileField

from eventapp.errors import Refused

MOST_BYTES = 5 * 1024 * 1024
"""The largest file that may be sent; `eventapp.web.BODIES` leaves room for the form around it."""


def content(field: FileField) -> bytes:
    """The file that was sent in a field. Raises Refused with ``file_missing`` or ``schedule_file_large``."""
    sent = request.files.get(field.name)
    read = sent.read(MOST_BYTES + 1) if sent is not None and sent.filename else b""
    if not read:
        raise Refused("file_missing", field="file")
    if len(read) > MOST_BYTES:
        raise Refused("schedule_file_large", field="file", max=MOST_BYTES // 1024**2)
    return read
