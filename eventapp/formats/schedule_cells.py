"""Cells of a programme's table: days and times as people write them, lengths, languages, yes and no.

Nothing is guessed that could be meant in two ways: that is said, with the row it stands in.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache

from babel import Locale

from eventapp.formats.schedule_times import YEARS
from eventapp.formats.table_reading import Cell
from eventapp.language import LANGUAGES
from eventapp.rules import names


class Unclear(ValueError):
    """A cell that cannot be read, or in two ways. ``code`` is that of the problem."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def text(cell: Cell) -> str:
    """A cell as text."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell).strip()


# Days and times


@dataclass(frozen=True)
class Moment:
    """What a cell says of a time: a day, a time of day, or both; an offset only where it is written."""

    day: date | None = None
    clock: time | None = None
    days_later: int = 0
    """1 for 24:00."""


_MONTHS_WRITTEN = """janvier janv jan january, fevrier fevr fev february feb, mars march mar, avril avr april apr,
    mai may, juin june jun, juillet juil july jul, aout august aug, septembre sept september sep, octobre oct october,
    novembre nov november, decembre dec december"""
_MONTHS = {name: number for number, month in enumerate(_MONTHS_WRITTEN.split(","), 1) for name in month.split()}
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?\.? (?:of )?([a-z]+)\.?,? (\d{4})(?!\d)", re.ASCII)
_MONTH_DAY = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?!\d)", re.ASCII)
_WEEKDAY = re.compile(
    r"^(?:lun(?:di)?|mar(?:di)?|mer(?:credi)?|jeu(?:di)?|ven(?:dredi)?|sam(?:edi)?|dim(?:anche)?"
    r"|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\.?,? ",
)
_CLOCK = re.compile(
    r"(\d{1,2}) ?(?:[h:.] ?(\d{2})(?: ?(?::|m|min) ?(\d{2})? ?s?)?|h(?:eures?|rs?)?|(?= ?[ap]\.?m))"
    r" ?(a\.?m\.?|p\.?m\.?)?",
    re.ASCII,
)
_BETWEEN = re.compile(r" ?(?:-|–|—|−|→|\bà\b|\bto\b|\bjusqu[’']à\b|\buntil\b) ?")


def is_day_first(cells: Iterable[Cell]) -> bool | None:
    """Whether days stand before months in a column; None when no cell settles it, or they contradict each other."""
    found = set()
    for cell in cells:
        read = _YEAR_LAST.search(cell) if isinstance(cell, str) else None
        if read and read[2] != "." and max(int(read[1]), int(read[3])) > 12:
            found.add(int(read[1]) > 12)
    return found.pop() if len(found) == 1 else None


def moment(cell: Cell, *, day_first: bool | None = None) -> Moment:
    """A day, a time of day, or both. Raises Unclear("time_unreadable") or Unclear("date_ambiguous")."""
    if isinstance(cell, datetime):
        if cell.year > 1900:  # else it is a time of day: a spreadsheet's first day
            _check_year(cell.year)
        rounded = (cell + timedelta(milliseconds=500)).replace(microsecond=0)  # spreadsheets count in parts of a day
        return Moment(rounded.date() if rounded.year > 1900 else None, rounded.timetz())
    if isinstance(cell, date):
        return Moment(cell)
    if isinstance(cell, time):
        return Moment(None, cell.replace(microsecond=0))
    if isinstance(cell, timedelta):
        return _of_day(cell)
    if cell is None or not str(cell).strip():
        return Moment()
    if not isinstance(cell, str):
        raise Unclear("time_unreadable")
    return _written(cell, day_first)


def _of_day(length: timedelta) -> Moment:
    if not timedelta() <= length <= timedelta(days=1):
        raise Unclear("time_unreadable")
    return Moment(None, (datetime.min + length % timedelta(days=1)).time(), days_later=length.days)  # noqa: DTZ901


def _written(cell: str, day_first: bool | None) -> Moment:
    plain = " ".join(cell.split())
    if re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", plain, re.ASCII):
        try:
            at = datetime.fromisoformat(plain)
        except ValueError:
            pass
        else:
            _check_year(at.year)
            return Moment(at.date(), at.timetz())
    words = _WEEKDAY.sub("", " ".join(_unaccented(plain).split()))
    day, rest = _day(words, day_first)
    if day is not None:
        _check_year(day.year)
    rest = re.sub(r"^[\s,;tà-]+(?:a |at )?|^(?:a|at) ", "", rest)
    if not rest:
        return Moment(day)
    return replace(_clock(rest), day=day)


def _check_year(year: int) -> None:
    if year not in YEARS:
        raise Unclear("time_unreadable")


def _unaccented(text: str) -> str:
    """Small letters without accents; signs and digits stay."""
    return "".join(names.fold(sign) if sign.isalpha() else sign for sign in text.casefold())


def _day(words: str, day_first: bool | None) -> tuple[date | None, str]:
    """The day at the beginning, and what follows it."""
    try:
        if read := _YEAR_FIRST.match(words):
            return date(int(read[1]), int(read[3]), int(read[4])), words[read.end() :]
        if read := _YEAR_LAST.match(words):
            return _ordered(int(read[1]), int(read[3]), int(read[4]), True if read[2] == "." else day_first), words[
                read.end() :
            ]
        if (read := _DAY_MONTH.match(words)) and read[2] in _MONTHS:
            return date(int(read[3]), _MONTHS[read[2]], int(read[1])), words[read.end() :]
        if (read := _MONTH_DAY.match(words)) and read[1] in _MONTHS:
            return date(int(read[3]), _MONTHS[read[1]], int(read[2])), words[read.end() :]
    except Unclear:
        raise
    except ValueError as error:
        raise Unclear("time_unreadable") from error
    return None, words


def _ordered(first: int, second: int, year: int, day_first: bool | None) -> date:
    if first > 12:
        return date(year, second, first)
    if second > 12 or first == second:
        return date(year, first, second)
    if day_first is None:
        raise Unclear("date_ambiguous")
    return date(year, second, first) if day_first else date(year, first, second)


def _clock(words: str) -> Moment:
    read = _CLOCK.fullmatch(words)
    if read is None:
        raise Unclear("time_unreadable")
    hour, minute, second = (int(part or 0) for part in read.group(1, 2, 3))
    half = (read[4] or "").replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            raise Unclear("time_unreadable")
        hour = hour % 12 + (12 if half == "pm" else 0)
    if (hour, minute, second) == (24, 0, 0):
        return Moment(None, time(0), days_later=1)
    if hour > 23 or minute > 59 or second > 59:
        raise Unclear("time_unreadable")
    return Moment(None, time(hour, minute, second))


def span(cell: Cell, *, day_first: bool | None = None) -> tuple[Moment, Moment | None]:
    """A moment, or two with a dash between them: ``9h00 – 10h30``. Raises Unclear like `moment`."""
    try:
        return moment(cell, day_first=day_first), None
    except Unclear:
        plain = re.sub("^(?:de|from) ", "", " ".join(str(cell).casefold().split()))
        for sign in _BETWEEN.finditer(plain):
            try:
                first = moment(plain[: sign.start()], day_first=day_first)
                last = moment(plain[sign.end() :], day_first=day_first)
            except Unclear:
                continue
            if first.clock is not None and last.clock is not None:
                return first, last
        raise


_LENGTH = re.compile(
    r"(?:(\d{1,3}) ?(?:h(?:eures?|ours?|rs?)?|:) ?)?(?:(\d{1,4}) ?(?:m|min|mins|mn|minutes?|['’′])?\.?)?(?: ?:00)?",
    re.ASCII,
)


def length(cell: Cell) -> str:
    """A length as ``HH:MM``; a number alone is minutes. Raises Unclear("length_unreadable")."""
    minutes: float
    if isinstance(cell, timedelta):
        minutes = cell.total_seconds() / 60
    elif isinstance(cell, time):
        minutes = cell.hour * 60 + cell.minute
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        minutes = cell if cell >= 1 else cell * 24 * 60  # spreadsheets count in parts of a day
    else:
        read = _LENGTH.fullmatch(" ".join(text(cell).casefold().split()))
        if read is None or not any(read.groups()):
            raise Unclear("length_unreadable")
        minutes = int(read[1] or 0) * 60 + int(read[2] or 0)
    if not 0 < minutes < 10_000 * 60:
        raise Unclear("length_unreadable")
    return f"{round(minutes) // 60:02d}:{round(minutes) % 60:02d}"


# Words


_YES = {"yes", "y", "oui", "o", "true", "vrai", "x", "1", "cancelled", "canceled", "annule", "annulee", "✓", "✔"}
_NO = {"", "no", "n", "non", "false", "faux", "0", "-", "–", "confirmed", "confirme", "confirmee"}


def is_cancelled(cell: Cell) -> bool:
    """Whether a session is marked as cancelled: by a word, or by the time when it was.

    Raises Unclear("cancelled_unreadable").
    """
    word = _unaccented(text(cell))
    if isinstance(cell, datetime) or re.match(r"\d{4}-\d{2}-\d{2}", word, re.ASCII):
        return True
    if word not in _YES | _NO:
        raise Unclear("cancelled_unreadable")
    return word in _YES


def spoken(cell: Cell) -> str:
    """Languages as tags, where they are named in words; anything else as it is."""
    parts = [part for part in re.split(r"\s*[,;/+&]\s*|\s+(?:et|and)\s+", text(cell)) if part]
    return ", ".join(_languages().get(names.fold(part), part) for part in parts)


@cache
def _languages() -> dict[str, str]:
    tags = ("ar", "bm", "de", "en", "es", "ff", "fr", "ha", "it", "nl", "pt", "ses", "snk", "sw", "wo")
    known = {names.fold(Locale.parse(reader).languages.get(tag, tag)): tag for tag in tags for reader in LANGUAGES}
    return {**known, "peul": "ff", "bamanankan": "bm", "songhai": "ses", "sonrhai": "ses"}
