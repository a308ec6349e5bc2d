"""A list of attendees as a table that somebody made: each row a person, with what is wrong in it, cell by cell."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from eventapp.errors import Refused
from eventapp.formats import table_reading
from eventapp.formats.table_reading import Cell, Row, Table
from eventapp.rules import attendee_import as rules
from eventapp.rules import custom_question, emails, names, phones, questions, texts
from eventapp.rules.attendee_import import Field, Known
from eventapp.rules.vocabulary import Asked, Question, QuestionKind

_CHOSEN = {
    Field.SEX: Question.SEX,
    Field.AGE_BAND: Question.AGE_BAND,
    Field.ORGANIZATION_TYPE: Question.ORGANIZATION_TYPE,
    Field.PHOTO_CONSENT: Question.PHOTO_CONSENT,
}
_TEXTS = {
    Field.GROUP: questions.MAX_TEXT,
    Field.REGISTRATION: 20,
    Field.ORGANIZATION: questions.MAX_TEXT,
    Field.FUNCTION: questions.MAX_TEXT,
    Field.REGION: questions.MAX_TEXT,
    Field.NEEDS: questions.MAX_NEEDS,
    Field.GUARDIAN_NAME: names.MAX_LENGTH,
}


@dataclass(frozen=True)
class Entry:
    """One person of a list. ``line`` is the number that a spreadsheet shows beside the row."""

    line: int
    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What else is known, by `Field`; nothing is left out that was given."""
    answers: Mapping[int, Any] = field(default_factory=dict)
    """To own questions, by their id."""

    def get(self, wanted: Field) -> Any:
        """A fact, or None."""
        return self.facts.get(wanted)


@dataclass(frozen=True)
class Problem:
    """What keeps a row from being taken in; ``column`` is the heading, empty for the row as a whole."""

    line: int
    column: str
    refused: Refused


@dataclass(frozen=True)
class Reading:
    """The people of a list, and what is wrong in it."""

    entries: list[Entry]
    problems: list[Problem]


def open_table(content: bytes, known: Known) -> Table:
    """The table in a file: the one whose head is recognized best, else the first rows that hold anything.

    Raises Refused with ``list_unreadable``, ``list_empty``, ``workbook_broken``, ``table_too_long`` or
    ``schedule_broken``.
    """
    own = known.own
    if not table_reading.is_workbook(content) and _is_no_text(content):
        raise Refused("list_unreadable")
    table = table_reading.read(
        content, lambda head: 100 * rules.recognized(head, own) + min(99, sum(1 for text in head if text))
    )
    if table is None or not table.rows:
        raise Refused("list_empty")
    if len(table.rows) > rules.MOST_PEOPLE:
        raise Refused("table_too_long", max=rules.MOST_PEOPLE)
    return _trimmed(table)


def _trimmed(table: Table) -> Table:
    """The table with as many columns as hold anything: workbooks have a hundred."""
    width = max(_width(cells) for cells in (table.head, *(row.cells for row in table.rows)))
    head = (*map(names.clean, table.head), *[""] * width)[:width]
    return Table(head, [Row(row.number, row.cells[:width]) for row in table.rows])


def _width(cells: Sequence[Cell]) -> int:
    return max((place for place, cell in enumerate(cells, start=1) if cell not in (None, "")), default=0)


def _is_no_text(content: bytes) -> bool:
    text = table_reading.decoded(content[:4000])
    strange = sum(1 for sign in text if sign < " " and sign not in "\t\r\n\f\x00")
    return content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")) or strange * 50 > len(text)


def read(table: Table, fields: Mapping[int, str], known: Known) -> Reading:
    """The people of a table; ``fields`` says what each column holds. Rows in which nothing of that stands are nobody.

    Raises Refused("list_without_names") if no column holds names.
    """
    if not set(fields.values()) & {Field.NAME, Field.FIRST_NAME, Field.LAST_NAME}:
        raise Refused("list_without_names")
    own = {f"{rules.OWN}{question.id}": question for question in known.questions}
    types = {rules.heading(text): type_id for type_id, name in reversed(known.types) for text in name.values()}
    reading = Reading([], [])
    for row in table.rows:
        cells = {
            fields[place]: (table.head[place] if place < len(table.head) else "", text)
            for place, text in enumerate(map(_text, row.cells))
            if fields.get(place) and text.strip()
        }
        if cells:
            _read_row(row.number, cells, own, types, reading)
    return reading


def _read_row(
    line: int,
    cells: Mapping[str, tuple[str, str]],
    own: Mapping[str, Any],
    types: Mapping[str, int],
    reading: Reading,
) -> None:
    facts: dict[str, Any] = {}
    answers: dict[int, Any] = {}
    problems: list[Problem] = []
    for name, (column, text) in cells.items():
        try:
            if name in own:
                answers[own[name].id] = _own(own[name], text)
            elif name == Field.TICKET_TYPE:
                facts[name] = _type(types, text)
            elif name in set(Field):
                facts[name] = _fact(Field(name), text)
        except Refused as refused:
            problems.append(Problem(line, column, refused))
    try:
        name = _name(facts)
    except Refused as refused:
        problems.append(Problem(line, "", refused))
        name = ""
    if problems:
        reading.problems.extend(problems)
    else:
        given = {key: value for key, value in facts.items() if value not in (None, "", [])}
        reading.entries.append(Entry(line, name, given, {key: v for key, v in answers.items() if v is not None}))


def _text(cell: Cell) -> str:
    """A cell as somebody would type it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if math.isfinite(cell) and cell.is_integer() else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).encode(errors="ignore").decode()  # workbooks can hold halves of signs, which nothing can show


def _name(facts: dict[str, Any]) -> str:
    """Takes the columns that make up the name out of the facts. Raises Refused."""
    whole, first, last = (facts.pop(part, None) or "" for part in (Field.NAME, Field.FIRST_NAME, Field.LAST_NAME))
    name = names.clean(whole or f"{first} {last}")
    if not name:
        raise Refused("nobody_named")
    if len(name) > names.MAX_LENGTH:
        raise Refused("name_too_long", max=names.MAX_LENGTH)
    return name


def _type(types: Mapping[str, int], text: str) -> int:
    found = types.get(rules.heading(text))
    if found is None:
        raise Refused("list_type_unknown", value=names.clean(text)[:40])
    return found


def _fact(wanted: Field, text: str) -> Any:
    """A fact as it is kept; None if nothing is said."""
    if wanted in _CHOSEN:
        return rules.choice(_CHOSEN[wanted], text)
    if wanted is Field.CONTACT_CONSENT:
        return rules.yes_or_no(text)
    if wanted is Field.EMAIL:
        return emails.read(text)
    if wanted in (Field.PHONE, Field.GUARDIAN_PHONE):
        phone = phones.read(text)
        return phone.e164 if phone is not None else None
    if wanted is Field.LANGUAGE:
        return rules.message_language(text)
    if wanted is Field.LANGUAGES:
        return questions.answer(Question.LANGUAGES, [text], Asked.OPTIONAL)
    kept = texts.paragraphs(text) if wanted is Field.NEEDS else names.clean(text)
    return _limited(kept, _TEXTS[wanted]) if wanted in _TEXTS else kept


def _limited(text: str, most: int) -> str:
    if len(text) > most:
        raise Refused("text_too_long", max=most)
    return text


def _own(question: Any, text: str) -> Any:
    """The answer to an own question as it is kept; None if there is none."""
    if question.kind is QuestionKind.YES_NO:
        return rules.yes_or_no(text)
    said = [text]
    if question.kind is QuestionKind.ONE_CHOICE:
        said = [rules.own_choice(question, text)]
    elif question.kind is QuestionKind.SEVERAL_CHOICES:
        parts = rules.parts(text, lambda part: _is_choice(question, part))
        said = [rules.own_choice(question, part) for part in parts]
    return custom_question.read(question, said, may_be_empty=True)


def _is_choice(question: Any, text: str) -> bool:
    try:
        rules.own_choice(question, text)
    except Refused:
        return False
    return True
