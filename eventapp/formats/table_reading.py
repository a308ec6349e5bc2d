"""Tables that people made: CSV in whatever encoding and with whatever separator, and XLSX, as rows of cells.

Where a table begins is found by its head, since many carry a title above it, or a note on a first sheet.
"""

import codecs
import csv
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

import openpyxl

from eventapp.errors import Refused
from eventapp.formats.table import uncomputed

Cell: TypeAlias = str | int | float | bool | datetime | date | time | timedelta | None
Judge: TypeAlias = Callable[[Sequence[str]], int]
"""How much a row looks like the head of the table that is wanted; 0 is not at all."""

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SEPARATORS = (",", ";", "\t", "|")
MOST_ABOVE = 30
"""How many rows may stand above the head."""

MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_UNPACKED = 64 * 1024 * 1024
"""A workbook is packed; a few kilobytes could hide gigabytes."""


@dataclass(frozen=True)
class Row:
    """A row with the number that a spreadsheet shows beside it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """The head, and the rows below it that hold anything."""

    head: tuple[str, ...]
    rows: list[Row]


def is_workbook(content: bytes) -> bool:
    """Whether this is a spreadsheet's own file, readable or not."""
    return content.startswith((ZIP, OLD_EXCEL))


def read(content: bytes, judge: Judge) -> Table | None:
    """The table whose head is judged best, among sheets or separators; None if there is none.

    Raises Refused: "workbook_broken", also for one that is protected or in another format, or "table_too_long".
    """
    if is_workbook(content):
        return _best(_sheets(content), judge)
    text = decoded(content)
    found = max(SEPARATORS, key=lambda sign: _score(_first(_csv_rows(text, sign)), judge))
    return _best([_csv_rows(text, found)], judge)


def _first(rows: Iterator[Row]) -> list[Row]:
    return list(itertools.islice(rows, MOST_ABOVE))


def _score(rows: Sequence[Row], judge: Judge) -> int:
    return max((judge(words(row)) for row in rows), default=0)


def _best(tables: Sequence[Iterator[Row]], judge: Judge) -> Table | None:
    best: tuple[int, int, list[Row], Iterator[Row]] | None = None
    for rows in tables:
        above = _first(rows)
        scores = [judge(words(row)) for row in above]
        score = max(scores, default=0)
        if score and (best is None or score > best[0]):
            best = (score, scores.index(score), above, rows)
    if best is None:
        return None
    _, place, above, rest = best
    found = above[place + 1 :]
    for row in rest:
        if any(cell not in (None, "") for cell in row.cells):
            found.append(row)
        if len(found) > MOST_ROWS:
            raise Refused("table_too_long", max=MOST_ROWS)
    return Table(words(above[place]), [row for row in found if any(cell not in (None, "") for cell in row.cells)])


def words(row: Row) -> tuple[str, ...]:
    """The cells of a row as texts."""
    return tuple(cell.strip() if isinstance(cell, str) else "" for cell in row.cells)


def decoded(content: bytes) -> str:
    """The text of a CSV file: what marks itself as Unicode or can be UTF-8 is; else it is Windows' (Latin-1 too), or
    an old Macintosh's."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    for encoding in _unmarked(content):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _unmarked(content: bytes) -> tuple[str, ...]:
    sample = content[:400]
    if sample.count(0) * 3 > len(sample):  # of Latin letters in UTF-16 every second byte is nothing
        return ("utf-16-le",) if sample[1::2].count(0) > sample[::2].count(0) else ("utf-16-be",)
    return ("utf-8-sig", "mac-roman" if _is_of_mac(content) else "cp1252")


_IN_WORD = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[a-z])")
_MAC_LETTERS = frozenset(b"\x83\x87\x88\x89\x8d\x8e\x8f\x90\x91\x94\x95\x99\x9d\x9e\x9f")
"""É á à â ç é è ê ë î ï ô ù û ü, where Windows has quotation marks, dashes, or nothing."""


def _is_of_mac(content: bytes) -> bool:
    """Whether letters of a file that is not Unicode stand where an old Macintosh kept them."""
    signs = [found[0] for found in _IN_WORD.findall(content[:20_000])]
    return sum(1 for sign in signs if sign in _MAC_LETTERS) > len(signs) // 2


def _csv_rows(text: str, separator: str) -> Iterator[Row]:
    named = re.match(r"sep=(.)\r?\n", text)  # Excel's own line, which it does not show
    if named:
        text = text[named.end() :]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=named[1] if named else separator)
    try:
        for number, cells in enumerate(reader, 1):
            yield Row(number, tuple(uncomputed(cell) for cell in cells[:MOST_COLUMNS]))
    except csv.Error as error:  # a field of more than 128 KB: a quote that is never closed
        raise Refused("schedule_broken", line=reader.line_num) from error


def _sheets(content: bytes) -> list[Iterator[Row]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise Refused("table_too_long", max=MOST_ROWS)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return [_sheet_rows(sheet) for sheet in book.worksheets]
    except Refused:
        raise
    except Exception as error:  # the library stumbles over what is no workbook in a dozen ways of its own
        raise Refused("workbook_broken") from error


def _sheet_rows(sheet: openpyxl.worksheet._read_only.ReadOnlyWorksheet) -> Iterator[Row]:
    sheet.reset_dimensions()  # some programs write a wrong one
    rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    number = 0
    while True:
        try:
            values = next(rows, None)
        except Exception as error:  # likewise
            raise Refused("workbook_broken") from error
        if values is None:
            return
        number += 1
        if number > 5 * MOST_ROWS:  # a cell far below the others makes a million empty rows
            raise Refused("table_too_long", max=MOST_ROWS)
        if any(value is not None for value in values):
            yield Row(number, tuple(map(_unescaped, values)))


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def _unescaped(value: Cell) -> Cell:
    """The cell without the escapes of signs that XML lacks (ECMA-376 22.9.2.19), which the library leaves in."""
    if isinstance(value, str) and "_x" in value:
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    return value
