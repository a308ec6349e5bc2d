"""The ticket as a picture for messengers: one bit per pixel, a few kilobytes, black on white.

A person's name is left off: it may be in any script (N'Ko, Arabic, …), and fonts that draw them all weigh megabytes.
The code says whose ticket it is.
"""

import re
import struct
import unicodedata
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from eventapp.formats import qr

WIDTH = 480
"""Pixels: about what a small phone shows at once."""

_SMALL_SCALE = 5
"""Pixels of a module where the QR stands alone."""

_MARGIN = 22
_CODE = ("Bold", 58)
_LINE = ("Regular", 22)
_TITLES = ((("Bold", 34), 1), (("Bold", 30), 2), (("Bold", 26), 3), (("Bold", 23), 99))
"""Letters for a title, each with the number of lines up to which they are taken."""

_BLACK, _WHITE = 0, 1
_FONTS = Path(__file__).resolve().parent.parent / "fonts"
_DRAWABLE = re.compile(
    "[ -~\u00a0-\u024f\u0253\u0254\u0256\u0257\u025b\u0260\u0263\u0268\u0272\u0289\u02bc"
    "\u1e00-\u1eff\u2010-\u2026\u202f-\u203a\u20ac\u2116\u2122]"
)
"""The signs that these fonts hold."""

_BAND_HEIGHT = 22
_BAND_STEP = 88
_BAND = (
    ((11, 5), (17, 11), (11, 17), (5, 11)),
    ((22, 5), (24, 5), (24, 16), (22, 16)),
    ((28, 5), (30, 5), (30, 16), (28, 16)),
    ((44, 4), (53, 11), (44, 18), (44, 14), (48, 11), (44, 8)),
    ((44, 4), (35, 11), (44, 18), (44, 14), (40, 11), (44, 8)),
    ((57, 5), (59, 5), (59, 16), (57, 16)),
    ((63, 5), (65, 5), (65, 16), (63, 16)),
)
"""The woven band of the pages, as polygons that repeat."""


class _Line(NamedTuple):
    """A line of text with its letters, and the white above it in pixels."""

    text: str
    font: ImageFont.FreeTypeFont
    gap: int

    @property
    def height(self) -> int:
        return self.gap + sum(self.font.getmetrics())


def ticket(link: str, code: str, title: str, lines: Sequence[str]) -> bytes:
    """The picture of a ticket (PNG): the QR of ``link``, ``code`` large, the event's title, then day and place.

    A long text gets smaller letters and more lines, and the picture gets higher: nothing is cut. A text in a script
    that the fonts lack is left out, rather than shown as empty boxes; so are signs such as emoji.
    """
    modules = qr.matrix(link)
    scale = WIDTH // (len(modules) + 2 * qr.QUIET_ZONE)
    texts = [_Line(code, _font(*_CODE), -22)]
    tear = scale * (len(modules) + 2 * qr.QUIET_ZONE) + texts[0].height + 8
    details = [*_title(title), *(line for text in lines for line in _paragraph(text, _LINE))]
    band = tear + 12 + sum(line.height for line in details) + 22
    image = Image.new("1", (WIDTH, band + _BAND_HEIGHT), _WHITE)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"  # without grey edges: there is no grey
    _draw_modules(draw, modules, scale, WIDTH)
    _draw_lines(draw, tear - texts[0].height - 8, texts)
    for x in range(4, WIDTH, 16):
        draw.rectangle((x, tear, x + 7, tear + 1), fill=_BLACK)
    _draw_lines(draw, tear + 12, details)
    _draw_band(draw, band)
    return _encoded(image)


def code(link: str) -> bytes:
    """The QR alone (PNG), small: a few hundred bytes, for a message with several."""
    modules = qr.matrix(link)
    size = (len(modules) + 2 * qr.QUIET_ZONE) * _SMALL_SCALE
    image = Image.new("1", (size, size), _WHITE)
    _draw_modules(ImageDraw.Draw(image), modules, _SMALL_SCALE, size)
    return _encoded(image)


@lru_cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"NotoSans-{weight}.ttf", size, layout_engine=ImageFont.Layout.BASIC)


def _title(text: str) -> list[_Line]:
    lines: list[_Line] = []
    for letters, most in _TITLES:
        lines = _paragraph(text, letters)
        if len(lines) <= most:
            break
    return lines


def _paragraph(text: str, letters: tuple[str, int]) -> list[_Line]:
    font = _font(*letters)
    parts = wrapped(drawable(text), font, WIDTH - 2 * _MARGIN)
    return [_Line(part, font, 0 if number else 4) for number, part in enumerate(parts)]


def drawable(text: str) -> str:
    """What the fonts can draw of a text: nothing if they lack a letter or figure of it, else all but other signs."""
    text = unicodedata.normalize("NFC", text)
    lacking = {sign for sign in text if not _DRAWABLE.fullmatch(sign)}
    if any(unicodedata.category(sign)[0] in "LN" for sign in lacking):
        return ""
    kept = "".join("" if sign in lacking else sign for sign in text)
    return re.sub(" +", " ", kept).strip()


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The text in lines of at most ``width`` pixels: broken at blanks, and inside a word only if it is wider itself."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if _width(longer, font) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while _width(line, font) > width:
            fits = max(n for n in range(1, len(line)) if n == 1 or _width(line[:n], font) <= width)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def _width(text: str, font: ImageFont.FreeTypeFont) -> float:
    return sum(_advance(sign, font) for sign in text)  # exact: these fonts do not kern


@lru_cache(maxsize=4096)
def _advance(sign: str, font: ImageFont.FreeTypeFont) -> float:
    return font.getlength(sign)


def _encoded(image: Image.Image) -> bytes:
    """A one-bit picture as PNG (RFC 2083), smaller than Pillow's and in a third of its time: no filter, one chunk."""
    width, height = image.size
    across = (width + 7) // 8
    pixels = image.tobytes()
    rows = b"".join(b"\0" + pixels[start : start + across] for start in range(0, len(pixels), across))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)  # one bit, grey, no interlacing
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    )


def _draw_modules(draw: ImageDraw.ImageDraw, modules: list[list[bool]], scale: int, width: int) -> None:
    """The QR at the top, in the middle; the quiet zone is part of the picture, since messengers have dark grounds."""
    left = (width - len(modules) * scale) // 2
    top = qr.QUIET_ZONE * scale
    for row, line in enumerate(modules):
        for column, is_dark in enumerate(line):
            if is_dark:
                x, y = left + column * scale, top + row * scale
                draw.rectangle((x, y, x + scale - 1, y + scale - 1), fill=_BLACK)


def _draw_lines(draw: ImageDraw.ImageDraw, y: int, lines: Sequence[_Line]) -> None:
    for line in lines:
        x = (WIDTH - round(_width(line.text, line.font))) // 2
        draw.text((x, y + line.gap), line.text, font=line.font, fill=_BLACK)
        y += line.height


def _draw_band(draw: ImageDraw.ImageDraw, y: int) -> None:
    draw.rectangle((0, y, WIDTH, y + 2), fill=_BLACK)
    draw.rectangle((0, y + _BAND_HEIGHT - 3, WIDTH, y + _BAND_HEIGHT), fill=_BLACK)
    for x in range(-(_BAND_STEP - WIDTH % _BAND_STEP) // 2, WIDTH, _BAND_STEP):
        for polygon in _BAND:
            draw.polygon([(x + across, y + down) for across, down in polygon], fill=_BLACK)
        draw.point([(x + 11 + across, y + 11 + down) for across in (-1, 0, 1) for down in (-1, 0, 1)], fill=_WHITE)
        draw.line([(x + 70 + 4 * n, y + (16 if n % 2 == 0 else 7)) for n in range(5)], fill=_BLACK, width=2)
