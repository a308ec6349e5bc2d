"""Tables as files: every kind of name comes back, and no cell is ever computed."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta, timezone

import openpyxl
import pytest

from eventapp.formats import table
from eventapp.rules import names
from tests import tables

NAMES = [names.clean(name) for name in tables.full_names()]
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
COLUMNS = ("name", "registered_at", "count", "note")
ROWS = [(name, NOON, 3, None) for name in NAMES]


def written(kind, columns=COLUMNS, rows=ROWS):
    out = io.BytesIO()
    table.write(out, kind, columns, rows)
    return out.getvalue()


def test_csv_gives_every_name_back_with_formulas_escaped():
    content = written("csv")
    assert content.startswith(b"\xef\xbb\xbfname,registered_at,count,note\r\n")
    found = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]
    assert [row[0].removeprefix("'") for row in found] == NAMES
    assert {row[1] for row in found} == {"2026-11-24T12:00:00+00:00"}
    escaped = [row[0] for row in found if row[0].startswith("'")]
    assert [cell[1] for cell in escaped] == ["=", "+", "@", "="]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "  =1+1", "\t=1+1", "\r=1+1", "\tx", "\u00a0=1+1"])
def test_formula_is_seen_behind_blanks(text):
    assert table.looks_like_formula(text)


@pytest.mark.parametrize("text", ["", "Ada", "1-1", "N'Tji", "a=1", "65 01 23 45"])
def test_plain_text_is_no_formula(text):
    assert not table.looks_like_formula(text)


def test_workbook_gives_every_name_back_as_text():
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx"))).active
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in rows] == NAMES
    assert {row[0].data_type for row in rows} == {"s"}
    assert [row[0].quotePrefix for row in rows] == [table.looks_like_formula(name) for name in NAMES]
    assert {(row[1].value, row[2].value, row[3].value) for row in rows} == {(datetime(2026, 11, 24, 12, 0), 3, None)}  # noqa: DTZ001


def test_workbook_shows_the_local_time():
    at = NOON.astimezone(timezone(timedelta(hours=2)))
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", ("at",), [(at,)]))).active
    assert sheet["A2"].value == datetime(2026, 11, 24, 14, 0)  # noqa: DTZ001


def test_json_gives_every_name_back():
    found = json.loads(written("json"))
    assert [row["name"] for row in found] == NAMES
    assert found[0] == {"name": NAMES[0], "registered_at": "2026-11-24T12:00:00+00:00", "count": 3, "note": None}


@pytest.mark.parametrize(
    ("kind", "content"), [("json", b"[]\n"), ("csv", b"\xef\xbb\xbfname,registered_at,count,note\r\n")]
)
def test_table_without_rows_is_valid(kind, content):
    assert written(kind, rows=[]) == content


def test_rows_are_not_gathered_in_memory():
    endless = ((str(n),) for n in iter(int, 1))
    lines = table.csv_lines(("n",), endless)
    assert [next(lines), next(lines)] == [b"\xef\xbb\xbfn\r\n", b"0\r\n"]
