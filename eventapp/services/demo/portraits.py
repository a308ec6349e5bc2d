"""Made-up portraits: flat coloured patterns with initials, so that nobody takes them for photographs of people."""

import io
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from eventapp.formats import photo
from eventapp.formats.photo import Squares

_SIDE = 640
_CELLS = 4
_FONT = Path(__file__).resolve().parents[2] / "fonts" / "NotoSans-Bold.ttf"
_COLOURS = (
    ("#14655b", "#f2c14e", "#f6e7dc"),
    ("#9a3b12", "#f6e7dc", "#f0a27a"),
    ("#2b3a67", "#e8a87c", "#f4f1de"),
    ("#6b2737", "#f2d0a4", "#e08e45"),
    ("#3d5a40", "#dde5b6", "#adc178"),
    ("#4a2c6b", "#f7c59f", "#d9bdf0"),
    ("#0b5563", "#e9d8a6", "#94d2bd"),
    ("#7a4419", "#ffe8c7", "#d9a05b"),
)


def draw(number: int, initials: str) -> Squares:
    """The portrait of a number, the same whenever it is asked for."""
    dice = random.Random(number)  # noqa: S311  chooses shapes, guards nothing
    ground, first, second = _COLOURS[number % len(_COLOURS)]
    image = Image.new("RGB", (_SIDE, _SIDE), ground)
    pen = ImageDraw.Draw(image)
    cell = _SIDE // _CELLS
    for row in range(_CELLS):
        for column in range(_CELLS):
            _shape(pen, (column * cell, row * cell), cell, dice.choice((first, second)), dice.randrange(5))
    centre, radius = _SIDE // 2, _SIDE * 3 // 10
    pen.ellipse((centre - radius, centre - radius, centre + radius, centre + radius), fill=ground)
    font = ImageFont.truetype(str(_FONT), 170)
    pen.text((centre, centre), initials, fill="#ffffff", font=font, anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG")
    return photo.squares(out.getvalue())


def _shape(pen: ImageDraw.ImageDraw, corner: tuple[int, int], cell: int, colour: str, kind: int) -> None:
    x, y = corner
    if kind == 0:
        pen.polygon([(x, y), (x + cell, y), (x, y + cell)], fill=colour)
    elif kind == 1:
        pen.polygon([(x + cell, y), (x + cell, y + cell), (x, y + cell)], fill=colour)
    elif kind == 2:
        pen.pieslice((x, y, x + 2 * cell - 1, y + 2 * cell - 1), 180, 270, fill=colour)
    elif kind == 3:
        pen.pieslice((x - cell, y - cell, x + cell - 1, y + cell - 1), 0, 90, fill=colour)
