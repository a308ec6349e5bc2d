"""An empty table for a programme: heads that `schedule_table` reads, an example, and in a workbook choices of kinds."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time

import xlsxwriter

from eventapp import language
from eventapp.formats import table
from eventapp.language import N_
from eventapp.language import gettext as _

_TITLE, _SUMMARY = N_("Opening of the forum"), N_("A few sentences.")

READY_ROWS = 500
"""Rows of a workbook that offer the choices."""


def write(kind: str, languages: Sequence[str], day: date, kinds: Sequence[str]) -> bytes:
    """The table as ``csv`` or ``xlsx`` in the reader's language, with texts in the languages of an event.

    ``kinds`` are the words for the kinds of sessions.
    """
    heads, example = zip(*_columns(languages, day, kinds), strict=True)
    if kind == "csv":
        return b"".join(table.csv_lines(heads, [[_as_text(cell) for cell in example]]))
    return _workbook(heads, example, kinds)


def _columns(languages: Sequence[str], day: date, kinds: Sequence[str]) -> list[tuple[str, str | date | time]]:
    """Each column's head, and what stands in it in the example; the first cell says that it is one."""
    columns: list[tuple[str, str | date | time]] = [
        (_("Identifier"), _("Example")),
        (_("Date"), day),
        (_("Start"), time(9, 0)),
        (_("End"), time(10, 30)),
        (_("Room"), _("Main hall")),
        (_("Kind"), kinds[0]),
    ]
    columns += [(f"{_('Title')} ({language.name_of(tag)})", _in(tag, _TITLE)) for tag in languages]
    columns += [
        (_("Topic"), _("Culture")),
        (_("Language"), language.name_of(languages[0])),
        (_("Speakers"), _("Awa Traoré (moderator); Issa Keïta")),
        (_("Cancelled"), _("no")),
    ]
    abouts = [(f"{_('Summary')} ({language.name_of(tag)})", _in(tag, _SUMMARY)) for tag in languages]
    return columns + abouts


def _in(tag: str, message: str) -> str:
    with language.speaking(tag):
        return _(message)


def _as_text(cell: str | date | time) -> str:
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return cell.isoformat() if isinstance(cell, date) else cell


def _workbook(heads: Sequence[str], example: Sequence[str | date | time], kinds: Sequence[str]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1})
    shown = {
        date: book.add_format({"num_format": "yyyy-mm-dd", "italic": True, "font_color": "#777777"}),
        time: book.add_format({"num_format": "hh:mm", "italic": True, "font_color": "#777777"}),
        str: book.add_format({"italic": True, "font_color": "#777777"}),
    }
    columns = {date: book.add_format({"num_format": "yyyy-mm-dd"}), time: book.add_format({"num_format": "hh:mm"})}
    sheet = book.add_worksheet(_("Programme"))
    sheet.freeze_panes(1, 0)
    for x, (head, cell) in enumerate(zip(heads, example, strict=True)):
        sheet.set_column(x, x, max(14, min(40, len(head) + 4)), columns.get(type(cell)))
        sheet.write_string(0, x, head, bold)
        if isinstance(cell, str):
            sheet.write_string(1, x, cell, shown[str])
        elif isinstance(cell, time):
            sheet.write_datetime(1, x, cell, shown[time])
        else:
            sheet.write_datetime(1, x, datetime.combine(cell, time()), shown[date])
    place = heads.index(_("Kind"))
    sheet.data_validation(
        1, place, READY_ROWS, place, {"validate": "list", "source": list(kinds), "error_type": "warning"}
    )
    notes = book.add_worksheet(_("How to"))
    notes.set_column(0, 0, 100)
    for y, note in enumerate(_notes()):
        notes.write_string(y, 0, note)
    book.close()
    return out.getvalue()


def _notes() -> list[str]:
    return [
        _("One row for each session. The row that is marked as an example is left out; it may be deleted."),
        _("The identifier may stay empty. A programme that was exported has it: with it a session is found again."),
        _("Without one, a session is found again by its title, time and room."),
        _("Dates such as 2026-12-18 or 18/12/2026, times such as 09:00 or 9 h 00. Both may stay empty."),
        _("Several people are separated by a semicolon; what somebody does stands behind the name in brackets."),
        _("Columns may be deleted: what has no column stays as it is. An empty cell means that there is nothing."),
    ]
