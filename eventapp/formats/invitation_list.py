"""A list of invitees as a table that somebody made: each row an invitation, with what is wrong in it, cell by cell."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from eventapp import language
from eventapp.errors import Refused
from eventapp.formats import table, table_reading
from eventapp.formats.table_reading import Cell, Row
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import emails, names, phones

MOST_ROWS = 2_000
YEARS = range(2000, 2101)

LABELS = {
    "courtesy_title": N_("Courtesy title"),
    "name": N_("Full name"),
    "function": N_("Function"),
    "organization": N_("Organization"),
    "email": N_("E-mail address"),
    "phone": N_("Phone"),
    "language": N_("Language"),
    "places": N_("Places"),
    "ticket_type": N_("Category"),
    "held": N_("Places to keep"),
    "reply_by": N_("Answer by"),
}
"""What a column may hold, with its heading."""

_ALSO = {
    "courtesy_title": ("civilité", "civilite", "title", "titre", "salutation"),
    "name": ("nom", "name", "nom et prénom", "prénom et nom", "invitee", "invité", "invité·e"),
    "function": ("poste", "position", "role", "qualité"),
    "organization": ("organisme", "structure", "institution", "ministère", "organisation"),
    "email": ("email", "e-mail", "mail", "courriel", "adresse e-mail", "adresse mail"),
    "phone": ("tel", "tél", "téléphone", "telephone", "mobile", "whatsapp", "portable", "numéro"),
    "language": ("langue",),
    "places": ("nombre", "quota", "nombre de places", "number of places"),
    "ticket_type": ("catégorie", "type", "ticket type", "billet"),
    "held": ("hold", "places réservées", "à réserver", "réserver", "kept"),
    "reply_by": ("réponse avant", "réponse avant le", "deadline", "délai", "date limite", "reply by"),
}
_LONGEST = {"courtesy_title": 100, "name": names.MAX_LENGTH, "function": 200, "organization": 200}


@dataclass(frozen=True)
class Known:
    """What cells may name: the event's languages, its categories by every name they have, and its clocks."""

    languages: Sequence[str]
    types: Mapping[str, int]
    first_type: int
    timezone: str


@dataclass(frozen=True)
class Entry:
    """One invitation of a list. ``line`` is the number that a spreadsheet shows beside the row."""

    line: int
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """What keeps a row from being taken in; ``column`` is its heading, empty for the row as a whole."""

    line: int
    column: str
    refused: Refused


@dataclass(frozen=True)
class Reading:
    """The invitations of a list, and what is wrong in it."""

    entries: list[Entry]
    problems: list[Problem]


def read(content: bytes, known: Known) -> Reading:
    """The list as it is understood. Raises Refused with ``columns_unknown``, ``rows_too_many``, ``workbook_broken`` or
    another refusal of `table_reading.read`."""
    found = table_reading.read(content, _score)
    if found is None:
        raise Refused("columns_unknown", field="file")
    if len(found.rows) > MOST_ROWS:
        raise Refused("rows_too_many", field="file", max=MOST_ROWS)
    columns = _columns(found.head)
    reading = Reading([], [])
    for row in found.rows:
        facts, problems = _row(row, columns, found.head, known)
        if problems:
            reading.problems.extend(problems)
        else:
            reading.entries.append(Entry(row.number, facts))
    return reading


def _headings() -> dict[str, str]:
    """Every heading that is understood, folded, with the field it means."""
    known = {}
    for name, label in LABELS.items():
        for tag in language.LANGUAGES:
            with language.speaking(tag):
                known[names.fold(_(label))] = name
        for word in (name.replace("_", " "), *_ALSO[name]):
            known[names.fold(word)] = name
    return known


def _columns(head: Sequence[str]) -> dict[int, str]:
    headings = _headings()
    columns: dict[int, str] = {}
    for place, heading in enumerate(head):
        name = headings.get(names.fold(heading))
        if name is not None and name not in columns.values():
            columns[place] = name
    return columns


def _score(head: Sequence[str]) -> int:
    found = set(_columns(head).values())
    return len(found) if found & {"name", "organization"} else 0


def _row(
    row: Row, columns: Mapping[int, str], head: Sequence[str], known: Known
) -> tuple[dict[str, Any], list[Problem]]:
    facts: dict[str, Any] = {
        "language": known.languages[0],
        "ticket_type_id": known.first_type,
        "places": 1,
        "held": 0,
    }
    problems = []
    for place, name in columns.items():
        cell = row.cells[place] if place < len(row.cells) else None
        if cell is None or cell == "":
            continue
        try:
            value = _value(name, cell, known)
        except Refused as refused:
            problems.append(Problem(row.number, head[place], refused))
        else:
            if value is not None:
                facts["ticket_type_id" if name == "ticket_type" else name] = value
    return facts, problems


def _value(name: str, cell: Cell, known: Known) -> Any:
    if name == "reply_by":
        return _instant(cell, known.timezone)
    text = _text(cell)
    if not text:
        return None
    match name:
        case "email":
            return emails.read(text)
        case "phone":
            phone = phones.read(text)
            return phone.e164 if phone else None
        case "places" | "held":
            if not re.fullmatch(r"[0-9]{1,6}", text):
                raise Refused("cell_number")
            return int(text)
        case "language":
            return _language(text, known.languages)
        case "ticket_type":
            found = known.types.get(names.fold(text))
            if found is None:
                raise Refused("cell_type")
            return found
        case _:
            if len(text) > _LONGEST[name]:
                raise Refused("text_too_long", max=_LONGEST[name])
            return text


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # a spreadsheet's number
    return names.clean(str(cell))


def _language(text: str, languages: Sequence[str]) -> str:
    for tag in languages:
        spoken = {tag, names.fold(language.NAMES[tag])}
        for reader in language.LANGUAGES:
            with language.speaking(reader):
                spoken.add(names.fold(language.name_of(tag)))
        if names.fold(text) in spoken:
            return tag
    raise Refused("cell_language")


_DAYS = (
    r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})",
    r"(?P<d>[0-9]{1,2})[/.](?P<m>[0-9]{1,2})[/.](?P<y>[0-9]{4})",
)
_TIME = r"(?:[ T,]+(?P<h>[0-9]{1,2})\s*[:hH]\s*(?P<min>[0-9]{2})?(?::[0-9]{2})?)?"


def _instant(cell: Cell, timezone: str) -> datetime | None:
    """A moment on the event's clocks; a day alone means its last minute."""
    if isinstance(cell, datetime):
        local = cell.replace(tzinfo=None)
        if local.time() == time(0, 0):
            local = datetime.combine(local.date(), time(23, 59))
    elif isinstance(cell, date):
        local = datetime.combine(cell, time(23, 59))
    else:
        text = _text(cell)
        if not text:
            return None
        local = _written(text)
    if local.year not in YEARS:
        raise Refused("cell_day")
    return local.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def _written(text: str) -> datetime:
    for day in _DAYS:
        found = re.fullmatch(day + _TIME, text)
        if found:
            hour, minute = (int(found["h"]), int(found["min"] or 0)) if found["h"] else (23, 59)
            try:
                return datetime(int(found["y"]), int(found["m"]), int(found["d"]), hour, minute)  # noqa: DTZ001  on the event's clocks
            except ValueError as error:
                raise Refused("cell_day") from error
    raise Refused("cell_day")


def template(kind: str) -> bytes:
    """An empty list as ``csv`` or ``xlsx``, with headings in the reader's language."""
    out = io.BytesIO()
    table.write(out, kind, [_(label) for label in LABELS.values()], [])
    return out.getvalue()
