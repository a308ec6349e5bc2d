"""The ticket's picture: small, whole, and readable by machine and eye."""

import io

import pytest
import zxingcpp
from PIL import Image

from eventapp.formats import png

LINK = "HTTPS://EVENEMENTS.EXAMPLE-MALI.ORG/T/K7QM2XVD4P9RT"
DAY, PLACE = "vendredi 18 décembre 2026, 9 h 00", "Palais de la culture, Bamako"
LONG = ("Forum régional « Cœur, façade, naïveté » " * 5)[:200]


def picture(title: str = "Forum d’essai", *lines: str) -> Image.Image:
    return Image.open(io.BytesIO(png.ticket(LINK, "K7QM-2XVD", title, lines or (DAY, PLACE))))


def read(image: Image.Image) -> str:
    (found,) = zxingcpp.read_barcodes(image.convert("L"))
    return found.text


def test_picture_is_a_png_of_one_bit_480_wide():
    content = png.ticket(LINK, "K7QM-2XVD", "Forum d’essai", [DAY, PLACE])
    image = Image.open(io.BytesIO(content))
    image.verify()
    assert (image.format, image.mode, image.width) == ("PNG", "1", 480)
    assert len(content) < 3_000


def test_picture_with_the_longest_texts_stays_under_8_kilobytes():
    assert len(png.ticket(LINK, "K7QM-2XVD", LONG, [DAY, LONG])) < 8_192


def test_picture_is_read():
    assert read(picture()) == LINK


def test_picture_is_read_when_a_messenger_made_it_small_and_lossy():
    out = io.BytesIO()
    image = picture().convert("L")
    image.resize((120, 120 * image.height // 480), Image.Resampling.BILINEAR).save(out, "JPEG", quality=40)
    assert read(Image.open(out)) == LINK


def test_picture_is_read_on_a_dark_ground():
    image = picture().convert("L")
    chat = Image.new("L", (600, image.height + 100), 20)
    chat.paste(image, (60, 50))
    assert read(chat) == LINK


def test_long_title_makes_the_picture_higher():
    assert picture(LONG).height > picture().height


def test_nothing_touches_the_left_and_right_edge_beside_the_text():
    image = picture(LONG, "W" * 200).crop((0, 60, 480, 460))
    assert {image.getpixel((x, y)) for x in (0, 1, 478, 479) for y in range(image.height)} == {255}


@pytest.mark.parametrize("weight", ["Bold", "Regular"])
def test_fonts_draw_each_sign_they_are_said_to_hold(weight):
    font = png._font(weight, 40)
    box = bytes(font.getmask("\ue000"))
    signs = [sign for sign in map(chr, range(0x3000)) if png.drawable(sign) == sign]
    assert len(signs) > 800
    assert [sign for sign in signs if bytes(font.getmask(sign)) == box] == []


def test_words_break_at_blanks_and_keep_every_letter():
    font = png._font("Bold", 24)
    lines = png.wrapped(LONG, font, 436)
    assert " ".join(lines) == LONG.strip()
    assert max(font.getlength(line) for line in lines) <= 436


def test_word_wider_than_the_line_is_broken_and_keeps_every_letter():
    font = png._font("Bold", 24)
    lines = png.wrapped("Rindfleischetikettierungs" * 8, font, 436)
    assert "".join(lines) == "Rindfleischetikettierungs" * 8
    assert max(font.getlength(line) for line in lines) <= 436


def test_no_break_space_keeps_words_together():
    font = png._font("Regular", 22)
    assert png.wrapped("à 9\u00a0h\u00a000", font, 80) == ["à", "9\u00a0h\u00a000"]


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Été à l’œuvre : « ça »", "Été à l’œuvre : « ça »"),
        ("Ɲɛnɛ, Ŋolo, Bɔkari", "Ɲɛnɛ, Ŋolo, Bɔkari"),
        ("e\u0301te\u0301", "été"),
        ("Forum 🌍 2026", "Forum 2026"),
        ("منتدى", ""),
        ("Forum ߡߎߛߊ", ""),
        ("", ""),
    ],
)
def test_only_what_the_fonts_hold_is_drawn(text, drawn):
    assert png.drawable(text) == drawn


def test_picture_without_texts_still_has_the_code():
    assert read(picture("منتدى", "ߡߎߛߊ")) == LINK
