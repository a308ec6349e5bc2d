"""Schedule files: which format a file is in, by its content, and what it says; a schedule in a format."""

import codecs
import json
from typing import Any

from eventapp.errors import Refused
from eventapp.formats import schedule_ical, schedule_json, schedule_pretalx, schedule_table, schedule_xml, table_reading
from eventapp.formats.schedule import Schedule
from eventapp.formats.schedule_reading import MOST_BYTES, Target, finish, too_large

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read(content: bytes, target: Target) -> Schedule:
    """What a schedule file says, for an event; the format is found out from the content.

    Raises Refused with ``schedule_too_large``, ``schedule_broken``, ``schedule_unsafe``, ``calendar_broken``,
    ``calendar_uid_twice``, ``workbook_broken``, ``table_too_long``, ``schedule_unknown`` or ``schedule_empty``. What is
    wrong with single sessions is in ``problems``.
    """
    if len(content) > MOST_BYTES:
        raise too_large()
    encoding = None
    if content.startswith(_UTF16):
        content, encoding = content.decode("utf-16", "replace").encode(), "utf-8"
    plain = content.removeprefix(codecs.BOM_UTF8).lstrip()
    if plain.startswith((b"{", b"[")):
        data = _json(plain)
        for form in (schedule_json, schedule_pretalx):
            if form.is_schedule(data):
                return finish(form.read(data), target)
    elif plain.startswith(b"<"):
        root = schedule_xml.parse(plain, encoding)
        if schedule_xml.is_schedule(root):
            return finish(schedule_xml.read(root), target)
    elif plain[:15].upper() == b"BEGIN:VCALENDAR":
        return finish(schedule_ical.read(plain, target.places), target)
    elif (found := schedule_table.find(content)) is not None:
        return finish(schedule_table.read(found), target)
    raise Refused("table_unknown" if table_reading.is_workbook(content) else "schedule_unknown")


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        raise Refused("schedule_broken", line=error.lineno) from error
    except (ValueError, RecursionError) as error:  # no text, a number without end, or brackets without end
        raise Refused("schedule_broken", line=1) from error
