"""What every PDF of the product can do: letters for every name, codes, links, and the same bytes again."""

import io
import re
from datetime import UTC, datetime

import pypdf
import pypdfium2 as pdfium
import pytest
import zxingcpp

from eventapp.formats import pdf
from eventapp.formats.lettering import Span, clean, wrapped
from tests import tables

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ADDRESS = "https://example.org/e/forum/programme"


def paper(**more):
    sheet = pdf.Paper("Présences", "fr", AT, **more)
    sheet.add_page()
    return sheet


def read(sheet):
    return pypdf.PdfReader(io.BytesIO(sheet.content()))


def glyphs(page):
    """Letters with their distance from the left, where they were placed one by one."""
    found = []
    page.extract_text(visitor_text=lambda text, _cm, tm, _font, _size: found.append((tm[4], text)))
    return [(x, sign) for x, sign in found if sign.strip()]


@pytest.mark.parametrize("name", tables.full_names())
@pytest.mark.parametrize("bold", [False, True])
def test_every_name_is_printed_with_its_letters(name, bold):
    sheet = paper()
    for number, line in enumerate(wrapped([Span(name, bold=bold)], 45)):
        sheet.text(line, 15, 20 + 6 * number, 4)
    text = read(sheet).pages[0].extract_text()
    assert "".join(text.split()) == "".join(clean(name).split())


@pytest.mark.parametrize("name", ["ߡߎߛߊ", "محمد"])
def test_letters_from_right_to_left_are_placed_so(name):
    sheet = paper()
    sheet.text(wrapped([Span(name)], 50)[0], 15, 20, 4)
    placed = sorted(glyphs(read(sheet).pages[0]), reverse=True)
    assert "".join(sign.strip() for _x, sign in placed) == name


def test_marks_stand_over_their_letters():
    sheet = paper()
    sheet.text(wrapped([Span("ɛ\u0302")], 50)[0], 15, 20, 100)
    page = read(sheet).pages[0].get_contents().get_data().decode("latin-1")
    [first, second] = [float(part.split()[-2]) for part in page.split(" Tm")[:-1]]
    assert second - first == pytest.approx(0.266 * 100 * 72 / 25.4, rel=0.05)  # where the font's anchors meet


def test_brackets_open_to_where_the_text_goes():
    sheet = paper()
    sheet.text((Span("(", is_rtl=False), Span("(", is_rtl=True)), 15, 20, 4)
    page = read(sheet).pages[0].get_contents().get_data()
    one, other = re.findall(rb"\((..)\) Tj", page, re.DOTALL)
    assert one != other


def test_fonts_come_along_only_when_a_name_needs_them():
    sheet = paper()
    sheet.text(wrapped([Span("Ada Traoré")], 50)[0], 15, 20, 4)
    fonts = read(sheet).pages[0]["/Resources"]["/Font"]
    assert [font.get_object()["/BaseFont"].rpartition("+")[2] for font in fonts.values()] == ["NotoSans"]


def test_file_says_title_language_and_time():
    found = read(paper())
    assert found.metadata.title == "Présences"
    assert found.metadata.creation_date == AT
    assert found.trailer["/Root"]["/Lang"] == "fr"
    assert found.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]


def test_same_content_is_the_same_file():
    def make():
        sheet = paper()
        sheet.band(15, 10, 180, "#9a3b12")
        sheet.text(wrapped([Span("ߡߎߛߊ, Ada")], 50)[0], 15, 30, 4)
        return sheet.content()

    assert make() == make()


def test_code_is_read_leads_on_and_is_told_to_who_cannot_see_it():
    sheet = paper()
    sheet.code(ADDRESS, 15, 15, 30, "Code QR")
    page = read(sheet).pages[0]
    [found] = zxingcpp.read_barcodes(pdfium.PdfDocument(sheet.content())[0].render(scale=1).to_pil().convert("L"))
    assert found.text == ADDRESS
    [link] = [note.get_object() for note in page["/Annots"]]
    assert link["/A"]["/URI"] == ADDRESS
    assert b"Code QR" in sheet.content()


@pytest.mark.parametrize(
    ("more", "size"),
    [({}, (210, 297)), ({"is_wide": True}, (297, 210)), ({"size": pdf.A6}, (105, 148))],
)
def test_page_has_its_size(more, size):
    box = read(paper(**more)).pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == size
