"""Lists of attendees for tests: read as the desk and the command read them."""

import io

import openpyxl

from eventapp import queries, services
from eventapp.formats import attendee_list, table
from eventapp.rules import attendee_import as rules


def csv(*rows, separator=";", encoding="utf-8"):
    """A CSV file."""
    return "".join(separator.join(row) + "\n" for row in rows).encode(encoding)


def workbook(*rows):
    """An XLSX file."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(event_id, content):
    """What is in a file, as the event understands it."""
    known = queries.attendee_import.known(event_id)
    found = attendee_list.open_table(content, known)
    fields = rules.guess(found.head, known.own, queries.attendee_import.remembered(event_id))
    return attendee_list.read(found, fields, known)


def take_in(event_id, content, **more):
    """Imports a file that has no problems; returns what became of its rows."""
    reading = read(event_id, content)
    assert reading.problems == []
    return services.attendee_import.import_attendees(event_id, reading.entries, **more)


def counts(plan):
    """How many rows were seated, wait, were there and were left out."""
    return tuple(plan.count(fate) for fate in ("seated", "waiting", "there", "left_out"))


def export(event, kind="csv", **more):
    """An event's people as a file."""
    everybody = queries.export.attendees(event, **more)
    out = io.BytesIO()
    table.write(out, kind, everybody.columns, everybody.rows)
    return out.getvalue()
