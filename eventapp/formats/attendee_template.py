"""An empty list of attendees: headings that `attendee_list` reads, and in a workbook choices and notes."""

import io
from collections.abc import Sequence

import xlsxwriter

from eventapp import language
from eventapp.formats import table
from eventapp.language import gettext as _
from eventapp.rules import attendee_import as rules
from eventapp.rules import questions
from eventapp.rules.attendee_import import Field, Known
from eventapp.rules.vocabulary import Question

READY_ROWS = 2_000
"""Rows of a workbook that offer the choices."""

_LEFT_OUT = (Field.FIRST_NAME, Field.LAST_NAME, Field.REGISTRATION)
_LONGEST_LIST = 255
"""Signs that a workbook's own list of choices may have."""


def write(kind: str, known: Known, languages: Sequence[str]) -> bytes:
    """The list as ``csv`` or ``xlsx`` in the reader's language, with the own questions of an event."""
    columns = _columns(known, languages)
    if kind == "csv":
        return b"".join(table.csv_lines([head for head, _choices in columns], []))
    return _workbook(columns)


def _columns(known: Known, languages: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Each heading, with the answers that can be given below it if there are such."""
    chosen = {
        Field(question.value): [_(label) for label in choices.values()]
        for question, choices in questions.CHOICES.items()
    }
    chosen[Field.TICKET_TYPE] = [name.pick(languages).value for _id, name in known.types]
    chosen[Field.LANGUAGE] = [language.name_of(tag) for tag in languages]
    built_in = [(_(label), chosen.get(field, [])) for field, label in rules.LABELS.items() if field not in _LEFT_OUT]
    own: list[tuple[str, list[str]]] = [(question.label.pick(languages).value, []) for question in known.questions]
    return [*built_in, *own]


def _workbook(columns: Sequence[tuple[str, list[str]]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"num_format": "@"})  # a phone number keeps its plus sign and its zeros
    sheet = book.add_worksheet(_("Participants"))
    sheet.freeze_panes(1, 0)
    for x, (head, choices) in enumerate(columns):
        sheet.set_column(x, x, max(14, min(40, len(head) + 4)), text)
        sheet.write_string(0, x, head, bold)
        if choices and len(",".join(choices)) <= _LONGEST_LIST and not any("," in one for one in choices):
            rule = {"validate": "list", "source": choices, "error_type": "warning"}
            sheet.data_validation(1, x, READY_ROWS, x, rule)
    notes = book.add_worksheet(_("How to"))
    notes.set_column(0, 0, 100)
    for y, note in enumerate(_notes()):
        notes.write_string(y, 0, note)
    book.close()
    return out.getvalue()


def _notes() -> list[str]:
    answers = [
        f"{_(questions.LABELS[question])} {', '.join(_(label) for label in choices.values())}"
        for question, choices in questions.CHOICES.items()
        if question in (Question.SEX, Question.AGE_BAND, Question.ORGANIZATION_TYPE)
    ]
    return [
        _("One row for each person. Only the name is needed; all other columns may stay empty or be deleted."),
        _("First name and family name may also stand in two columns."),
        _("Rows with the same word under “Group” are one registration: they share the first e-mail address and phone."),
        _("Several languages are separated by a semicolon."),
        _("The same list can be imported again: whoever is there already is not registered twice."),
        *answers,
    ]
