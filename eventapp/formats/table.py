"""Tables as files: CSV, XLSX and JSON, written row by row, so that length costs no memory.

A cell that a spreadsheet would read as a formula stays text (https://owasp.org/www-community/attacks/CSV_Injection).
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import BinaryIO, TypeAlias

import xlsxwriter

Cell: TypeAlias = str | int | datetime | None
Row: TypeAlias = Sequence[Cell]

FORMATS = ("csv", "xlsx", "json")
_FORMULA_SIGNS = ("=", "+", "-", "@")


def write(out: BinaryIO, kind: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Writes a table in one of FORMATS."""
    if kind == "xlsx":
        write_xlsx(out, columns, rows)
    else:
        out.writelines(csv_lines(columns, rows) if kind == "csv" else json_lines(columns, rows))


def csv_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """CSV (RFC 4180) in UTF-8 with the mark by which spreadsheets know the encoding. Instants keep their zone.

    A formula-like cell gets an apostrophe in front, which an import takes away again.
    """
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    writer.writerow(columns)
    yield b"\xef\xbb\xbf" + line.getvalue().encode()
    for row in rows:
        line.seek(0)
        line.truncate()
        writer.writerow([_csv_cell(cell) for cell in row])
        yield line.getvalue().encode()


def json_lines(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """A JSON list with one object per row. Instants are ISO 8601 with their zone."""
    before = "[\n"
    for row in rows:
        facts = {
            column: cell.isoformat() if isinstance(cell, datetime) else cell
            for column, cell in zip(columns, row, strict=True)
        }
        yield f"{before}{json.dumps(facts, ensure_ascii=False)}".encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def write_xlsx(out: BinaryIO, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """An Excel workbook. Texts are texts, never formulas or links; instants show their local time."""
    workbook = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = workbook.add_format({"bold": True})
    time = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    quoted = workbook.add_format({"quote_prefix": True})  # Excel's own mark: stays text when the cell is edited
    sheet = workbook.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, 20)
    for x, column in enumerate(columns):
        sheet.write_string(0, x, column, bold)
    for y, row in enumerate(rows, start=1):
        for x, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(y, x, cell.replace(tzinfo=None), time)
            elif isinstance(cell, int):
                sheet.write_number(y, x, cell)
            elif cell:
                sheet.write_string(y, x, cell, quoted if looks_like_formula(cell) else None)
    workbook.close()


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would compute this text; some look past leading blanks and tabs, so we do."""
    return text.lstrip().startswith(_FORMULA_SIGNS) or text.startswith(("\t", "\r"))


def _csv_cell(cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat()
    return f"'{cell}" if isinstance(cell, str) and looks_like_formula(cell.lstrip("'")) else cell


def uncomputed(cell: str) -> str:
    """A cell of a CSV file as it was before `csv_lines` put an apostrophe in front of what looks like a formula."""
    return cell[1:] if cell.startswith("'") and looks_like_formula(cell.lstrip("'")) else cell
