"""What happens to a code between paper or glass and a camera, and how often it is read after it.

``python -m tests.readings`` prints the table of docs/checkin.md.
"""

import io
import itertools
import math
import random
from bisect import bisect_left
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter
from qrcode import constants
from qrcode.main import QRCode

from eventapp.formats import png, qr, ticket_pdf
from eventapp.formats.ticket_pdf import Ticket
from eventapp.rules import ticket
from eventapp.rules.vocabulary import TicketPaper

HOST = "https://evenements.example-mali.org"
CODES = [f"{serial}2XVD4P9R" for serial in ("K7QM0", "03ZXA", "P5T8W", "9HCBE", "GY6N1")]
SIDE = 360
"""Pixels of a code with its quiet zone, as a camera sees it from near."""

QUIET = 4
TRIES = 60
LEVELS = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}


def painted(modules: list[list[bool]]) -> Image.Image:
    """A code with its quiet zone, SIDE pixels wide."""
    count = len(modules) + 2 * QUIET
    image = Image.new("L", (count, count), 255)
    for row, line in enumerate(modules):
        for column, is_dark in enumerate(line):
            if is_dark:
                image.putpixel((column + QUIET, row + QUIET), 0)
    scale = 8
    return image.resize((count * scale, count * scale), Image.Resampling.NEAREST).resize((SIDE, SIDE))


def bare(code: str) -> Image.Image:
    """The thirteen signs alone, at the level that the ticket of the same code has: a code of version 1."""
    level = zxingcpp.read_barcodes(painted(qr.matrix(ticket.link(HOST, code))))[0].ec_level
    alone = QRCode(error_correction=LEVELS[level])
    alone.add_data(code, optimize=0)
    alone.make()
    assert alone.version == 1
    return painted([[bool(module) for module in row] for row in alone.modules])


def on_page(code: str) -> Image.Image:
    """As the ticket page draws it."""
    return painted(qr.matrix(ticket.link(HOST, code)))


def in_picture(code: str) -> Image.Image:
    """Cut out of the picture for messengers."""
    content = png.ticket(ticket.link(HOST, code), ticket.spoken(code), "Forum d’essai", ["vendredi 18 décembre"])
    image = Image.open(io.BytesIO(content)).convert("L")
    side = 37 * (png.WIDTH // 37)
    left = (image.width - side) // 2
    return image.crop((left, 0, left + side, side)).resize((SIDE, SIDE))


def on_paper(code: str) -> Image.Image:
    """Cut out of the sheet with three tickets, drawn as a printer with 200 points to an inch does."""
    printed = Ticket(
        address=ticket.link(HOST, code),
        code=ticket.spoken(code),
        name="Ada",
        language="fr",
        title="Forum d’essai",
        when="vendredi 18 décembre",
        where="Bamako",
        category="Grand public",
        colour="#9a3b12",
        accent="#9a3b12",
    )
    content = ticket_pdf.write([printed], TicketPaper.A4_THREE, title="", language="fr", made_at=datetime.now(UTC))
    page = pdfium.PdfDocument(content)[0].render(scale=200 / 72).to_pil().convert("L")
    look = ticket_pdf.LOOKS[TicketPaper.A4_THREE]
    left, top = look.margin[0], look.margin[1] + ticket_pdf.BAND + 1.0
    box = tuple(round(length * 200 / 25.4) for length in (left, top, left + look.qr, top + look.qr))
    return page.crop(box).resize((SIDE, SIDE))


def blurred(image: Image.Image, chance: random.Random) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(chance.uniform(1.0, 3.5)))


def turned(image: Image.Image, chance: random.Random) -> Image.Image:
    angle = chance.uniform(0, 360)
    return image.rotate(angle, resample=Image.Resampling.BILINEAR, expand=True, fillcolor=255)


def dimmed(image: Image.Image, chance: random.Random) -> Image.Image:
    """Half as bright, with the grain of a camera in the dark."""
    grain = Image.effect_noise(image.size, chance.uniform(5, 20))
    return Image.blend(ImageEnhance.Brightness(image).enhance(0.5), grain, 0.2)


def cracked(image: Image.Image, chance: random.Random, share: float = 0.1) -> Image.Image:
    """A bent crack from edge to edge that covers a share of the code's area, dark or bright."""
    around = round(image.width * QUIET / 37)
    inner = image.width - 2 * around
    angle = chance.uniform(0, math.pi)
    x, y = (image.width / 2 + chance.uniform(-0.25, 0.25) * inner for _ in "xy")
    bend = (x + chance.uniform(-0.1, 0.1) * inner, y + chance.uniform(-0.1, 0.1) * inner)
    across, down = (0.75 * image.width * side for side in (math.cos(angle), math.sin(angle)))
    points = [(x - across, y - down), bend, (x + across, y + down)]

    def crack(width: int) -> Image.Image:
        mask = Image.new("L", image.size, 0)
        ImageDraw.Draw(mask).line(points, fill=255, width=width, joint="curve")
        return mask

    def covered(width: int) -> int:
        return crack(width).crop((around, around, around + inner, around + inner)).histogram()[255]

    harmed = image.copy()
    width = bisect_left(range(image.width), share * inner * inner, key=covered)
    harmed.paste(chance.choice((0, 255)), (0, 0), crack(width))
    return harmed


def scratched(image: Image.Image, chance: random.Random) -> Image.Image:
    """The same over a thirtieth: what a broken screen has rather."""
    return cracked(image, chance, 1 / 30)


def shrunk(image: Image.Image, chance: random.Random) -> Image.Image:
    """120 pixels small, held a little askew."""
    angle = chance.uniform(-8, 8)
    askew = image.rotate(angle, resample=Image.Resampling.BILINEAR, fillcolor=255)
    return askew.resize((120, 120), Image.Resampling.BILINEAR).filter(
        ImageFilter.GaussianBlur(chance.uniform(0.0, 0.8))
    )


Harm = Callable[[Image.Image, random.Random], Image.Image]
HARMS: dict[str, Harm] = {
    "blur": blurred,
    "rotation": turned,
    "half the light": dimmed,
    "a crack over a tenth": cracked,
    "a crack over a thirtieth": scratched,
    "120 pixels": shrunk,
}
SOURCES = {"page": on_page, "picture": in_picture, "paper": on_paper}


def rate(source: Callable[[str], Image.Image], harm: Harm, tries: int = TRIES) -> float:
    """How many of the harmed codes are read, from 0 to 1. The harm is the same for every source."""
    chance = random.Random(2026)
    harmed = ((code, harm(image, chance)) for code, image in itertools.islice(itertools.cycle(_images(source)), tries))
    return sum(_is_read(image, code) for code, image in harmed) / tries


@cache
def _images(source: Callable[[str], Image.Image]) -> list[tuple[str, Image.Image]]:
    return [(code, source(code)) for code in CODES]


def _is_read(image: Image.Image, code: str) -> bool:
    return any(found.text.endswith(code) for found in zxingcpp.read_barcodes(image))


def main() -> None:
    """Prints the table."""
    names = ["bare code", *SOURCES]
    print("| after | " + " | ".join(names) + " |\n| --- |" + " --- |" * len(names))
    for name, harm in HARMS.items():
        rates = [rate(source, harm, 300) for source in (bare, *SOURCES.values())]
        print(f"| {name} | " + " | ".join(f"{found:.0%}" for found in rates) + " |")


if __name__ == "__main__":
    main()
