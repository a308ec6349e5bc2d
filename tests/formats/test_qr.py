"""QR codes, read back by an independent decoder."""

import re
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageEnhance

from eventapp.formats import qr

LINK = "HTTPS://EVENEMENTS.EXAMPLE-MALI.ORG/T/K7QM2XVD4P9RT"
RECTANGLE = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def drawn(svg: str, scale: int = 8) -> Image.Image:
    """The dark rectangles of the drawing's path as a picture."""
    root = ElementTree.fromstring(svg)
    size = int(root.attrib["viewBox"].split()[2])
    image = Image.new("L", (size * scale, size * scale), 255)
    draw = ImageDraw.Draw(image)
    path = root[1].attrib["d"]
    rectangles = [tuple(map(int, found)) for found in RECTANGLE.findall(path)]
    assert "".join(f"M{x} {y}h{length}v1h-{back}z" for x, y, length, back in rectangles) == path
    for x, y, length, back in rectangles:
        assert length == back
        draw.rectangle((x * scale, y * scale, (x + length) * scale - 1, (y + 1) * scale - 1), fill=0)
    return image


def read(image: Image.Image) -> str:
    (found,) = zxingcpp.read_barcodes(image)
    return found.text


@pytest.mark.parametrize(
    ("text", "version", "level"),
    [
        ("HTTP://10.0.0.7:8000/T/K7QM2XVD4P9RT", 2, "M"),
        ("HTTPS://FORUM.EXAMPLE.ORG/T/K7QM2XVD4P9RT", 2, "L"),
        (LINK, 3, "M"),
        ("HTTPS://BILLETTERIE.DES-EVENEMENTS.EXAMPLE-MALI.ORG/T/K7QM2XVD4P9RT", 3, "L"),
        ("HTTPS://BILLETTERIE.DES-EVENEMENTS.CONGRES.EXAMPLE-MALI.ORG/T/K7QM2XVD4P9RT", 3, "L"),
    ],
)
def test_matrix_has_the_smallest_version_with_the_highest_level_that_fits(text, version, level):
    (found,) = zxingcpp.read_barcodes(drawn(qr.svg(text, "")))
    assert (found.text, len(qr.matrix(text)), found.ec_level) == (text, 17 + 4 * version, level)


def test_text_with_small_letters_is_read_back_too():
    assert read(drawn(qr.svg("https://[::1]:8000/t/été", ""))) == "https://[::1]:8000/t/été"


def test_matrix_refuses_what_no_code_can_hold():
    with pytest.raises(ValueError, match="Invalid version"):
        qr.matrix("X" * 5_000)


def test_code_is_read_when_it_is_120_pixels_small():
    assert read(drawn(qr.svg(LINK, "")).resize((120, 120), Image.Resampling.BILINEAR)) == LINK


def test_code_is_read_in_the_dark():
    dimmed = ImageEnhance.Contrast(ImageEnhance.Brightness(drawn(qr.svg(LINK, ""))).enhance(0.25)).enhance(0.5)
    assert dimmed.getextrema()[1] < 80
    assert read(dimmed) == LINK


def test_code_is_read_turned():
    assert read(drawn(qr.svg(LINK, "")).rotate(37, expand=True, fillcolor=255)) == LINK


def test_svg_is_black_on_white_with_a_quiet_zone_of_four_modules():
    root = ElementTree.fromstring(qr.svg(LINK, ""))
    ground, code = root
    assert root.attrib["viewBox"] == "0 0 37 37"
    assert root.attrib["shape-rendering"] == "crispEdges"
    assert (ground.attrib, code.attrib["fill"]) == ({"fill": "#fff", "d": "M0 0h37v37H0z"}, "#000")
    columns = [int(x) for x, _, _, _ in RECTANGLE.findall(code.attrib["d"])]
    rows = [int(y) for _, y, _, _ in RECTANGLE.findall(code.attrib["d"])]
    assert (min(columns), min(rows), max(rows)) == (4, 4, 32)


def test_svg_tells_its_label_and_escapes_it():
    root = ElementTree.fromstring(qr.svg(LINK, "Code \"K7QM\" <d’entrée> & 'co'"))
    assert (root.attrib["role"], root.attrib["aria-label"]) == ("img", "Code \"K7QM\" <d’entrée> & 'co'")
