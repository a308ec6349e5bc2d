"""Lists on paper: what stands on them, what does not, and room to sign."""

import io
from datetime import UTC, datetime
from itertools import pairwise

import pypdf
import pypdfium2 as pdfium
import pytest

from eventapp.formats.lettering import clean
from eventapp.formats.paper_list_pdf import DOOR_ROWS, AttendanceSheets, DoorList, Heading, Line
from eventapp.rules.paper_list import LINES
from tests import tables

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def heading(**facts):
    usual = {
        "language": "fr",
        "title": "Forum d’essai",
        "when": "vendredi 18 décembre 2026",
        "where": "Palais de la culture, Bamako",
        "hosts": "Association Yiriwa",
        "accent": "#9a3b12",
        "version": 4,
        "part": "",
        "made": "État du mardi 24 novembre 2026",
        "made_at": AT,
    }
    return Heading(**usual | facts)


def line(number=1, name="Ada Traoré", **facts):
    return Line(number, name, **{"category": "Presse", "organization": "Radio Kayes", "code": "K7QM-2XVD"} | facts)


def door(*lines, **facts):
    pages = DoorList(heading(**facts), len(lines))
    for first in range(0, len(lines), DOOR_ROWS):
        pages.add(lines[first : first + DOOR_ROWS])
    return pages.content()


def sheet(*lines, signed=("matin", "après-midi"), day="vendredi"):
    sheets = AttendanceSheets(heading(), 1)
    sheets.add(list(enumerate(lines, 1)), sheet=3, sheets=12, day=day, signed=signed)
    return sheets.content()


def words(content):
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def test_door_list_has_all_that_a_door_needs():
    [text] = words(door(line(17)))
    for part in (
        *("Liste d’entrée", "Forum d’essai", "vendredi 18 décembre 2026", "Palais de la culture, Bamako"),
        *("Association Yiriwa", "Liste 4 · page 1 sur 1", "17", "Ada Traoré", "Presse", "Radio Kayes", "K7QM-2XVD"),
    ):
        assert part in text


def test_door_list_counts_its_pages():
    texts = words(door(*map(line, range(1, DOOR_ROWS + 2))))
    assert [f"page {n} sur 2" in text for n, text in enumerate(texts, 1)] == [True, True]


def test_attendance_sheet_says_list_sheet_line_and_half_days():
    [text] = words(sheet(line(35), line(36, function="Ministre")))
    for part in ("Feuille de présence", "Liste 4 · feuille 3 sur 12", "ligne 2", "36", "Ministre", "après-midi"):
        assert part in text
    assert "K7QM-2XVD" not in text


@pytest.mark.parametrize("make", [door, sheet])
def test_whoever_is_gone_keeps_the_line_with_the_word_for_it(make):
    [text] = words(make(line(1, gone="annulé"), line(2, "", gone="(effacé)")))
    assert "Ada Traoré annulé" in text
    assert "(effacé)" in text


@pytest.mark.parametrize("make", [door, sheet])
def test_every_name_finds_its_letters_and_room(make):
    names = [*tables.full_names(), "Cœur " * 60]
    for first in range(0, len(names), LINES):
        part = names[first : first + LINES]
        [text] = words(make(*(line(1, name) for name in part)))
        written = text.replace(" ", "")
        assert [name for name in part if name.isascii() and clean(name).replace(" ", "") not in written] == []


def test_boxes_to_sign_are_twelve_millimetres_high_inside():
    page = pdfium.PdfDocument(sheet(line(), line()))[0].render(scale=254 / 72).to_pil().convert("L")
    column = [page.getpixel((page.width - 500, y)) for y in range(page.height)]
    edges = [y for y, shade in enumerate(column) if shade < 80]
    gaps = [after - before for before, after in pairwise(edges) if after - before > 50]
    assert gaps[0] >= 120  # ten pixels to a millimetre


def test_same_content_is_the_same_bytes():
    assert door(line()) == door(line())
    assert sheet(line()) == sheet(line())
