"""A day of the programme as a picture for messengers: upright, large letters, few colours, under a hundred kilobytes.

Telephones show a picture as wide as their screen, so its letters are what counts; messengers shrink what is much higher
than wide. A long day gets smaller letters, and what still does not fit is counted, with the address of the whole.
"""

import io
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from PIL import Image, ImageColor, ImageDraw, ImageFont

from eventapp.formats import qr, rows, weave
from eventapp.formats.handout import Day, Handout, Item, details, heading, ink_on, short
from eventapp.formats.lettering import FONTS, INK, SOFT, Span, clean, run_width, runs, width
from eventapp.formats.rows import Box, Paragraph, Placed, Row
from eventapp.language import gettext as _
from eventapp.language import ngettext

WIDTH, MOST_HIGH = 1080, 2880
"""Pixels. Messengers shrink what is much higher than wide, until it cannot be read."""

MARGIN, BAND = 56, 44
TIMES, MARK, CODE = 210, 62, 216
PAPER, LINE, WHITE, BLACK = "#fbf7f0", "#e3dacb", "#ffffff", "#000000"


class Size(NamedTuple):
    """Letters of titles and of what stands under them, and the white around a session, in pixels."""

    title: int
    small: int
    white: int


SIZES = (Size(40, 32, 20), Size(35, 28, 13), Size(31, 25, 8))
"""From large to small."""


class _Picture:
    """What rows are drawn on."""

    def __init__(self, height: int) -> None:
        self.image = Image.new("RGB", (WIDTH, height), PAPER)
        self.pen = ImageDraw.Draw(self.image)

    def text(self, spans: Sequence[Span], x: float, baseline: float, size: float) -> None:
        for span in spans:
            left = x
            for run in runs(span.text, span.bold, span.is_rtl):
                direction = "rtl" if run.is_rtl else "ltr"
                font = _font(run.font, round(size))
                self.pen.text((x, baseline), run.text, font=font, fill=span.colour, anchor="ls", direction=direction)
                x += run_width(run) * size
            if span.struck:
                self.box(left, baseline - 0.32 * size, x - left, max(2.0, 0.07 * size), span.colour)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        right, bottom = round(x + width) - 1, round(y + height) - 1
        self.pen.rectangle((round(x), round(y), max(right, round(x)), max(bottom, round(y))), fill=colour)

    def band(self, y: int, colour: str) -> None:
        scale = BAND / weave.HEIGHT
        rule = weave.RULE * scale
        self.box(0, y, WIDTH, rule, colour)
        self.box(0, y + BAND - rule, WIDTH, rule, colour)
        starts, stretch = weave.steps(WIDTH / scale)
        for left in starts:
            for shapes, filling in ((weave.POLYGONS, colour), (weave.HOLES, PAPER)):
                for shape in shapes:
                    points = [((left + across * stretch) * scale, y + down * scale) for across, down in shape]
                    self.pen.polygon(points, fill=filling)

    def code(self, text: str, x: int, y: int) -> None:
        modules = qr.matrix(text)
        count = len(modules) + 2 * qr.QUIET_ZONE
        scale = CODE // count
        shift = (CODE - scale * count) // 2 + qr.QUIET_ZONE * scale
        self.box(x, y, CODE, CODE, WHITE)
        for row, line in enumerate(modules):
            for column, is_dark in enumerate(line):
                if is_dark:
                    self.box(x + shift + column * scale, y + shift + row * scale, scale, scale, BLACK)

    def content(self, colours: Iterable[str]) -> bytes:
        """As PNG with a palette of what was drawn with: each colour, and what lies between it and the paper."""
        palette: list[tuple[int, ...]] = [ImageColor.getrgb(colour) for colour in (PAPER, LINE, WHITE, BLACK)]
        for colour in colours:
            palette += [_between(colour, part) for part in (1.0, 0.66, 0.33)]
        small = Image.new("P", (1, 1))
        small.putpalette([channel for colour in palette[:256] for channel in colour])
        out = io.BytesIO()
        self.image.quantize(palette=small, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        return out.getvalue()


def _between(colour: str, part: float) -> tuple[int, ...]:
    pairs = zip(ImageColor.getrgb(PAPER), ImageColor.getrgb(colour), strict=True)
    return tuple(round(paper + (ink - paper) * part) for paper, ink in pairs)


@lru_cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"{name}.ttf", size, layout_engine=ImageFont.Layout.RAQM)


def draw(sheet: Handout, day: Day) -> bytes:
    """A day of a programme as PNG."""
    head = _head(sheet, day)
    space = MOST_HIGH - head.height - _foot(sheet, 0).height
    lines: list[Row] = []
    for size in SIZES:
        lines = [_row(item, size) for item in day.items]
        if sum(line.height for line in lines) <= space:
            break
    shown = _fitting(lines, space)
    foot = _foot(sheet, len(lines) - len(shown))
    picture = _Picture(round(head.height + sum(line.height for line in shown) + foot.height))
    picture.band(0, sheet.accent)
    y = 0.0
    for row in (head, *shown):
        rows.draw(picture, row, 0, y)
        y += row.height
    rows.draw(picture, foot, 0, y)
    picture.code(sheet.address, WIDTH - MARGIN - CODE, round(y) + 24)
    picture.band(round(y + foot.height) - BAND, sheet.accent)
    topics = {item.topic.colour: None for item in day.items if item.topic}  # in their order, each once
    return picture.content([INK, SOFT, sheet.accent, *topics])


def _fitting(lines: list[Row], space: float) -> list[Row]:
    taken = 0.0
    for number, line in enumerate(lines):
        taken += line.height
        if taken > space and number:
            return lines[:number]
    return lines


def _head(sheet: Handout, day: Day) -> Row:
    wide = WIDTH - 2 * MARGIN
    words = [Paragraph([Span(sheet.title, bold=True)], 76 if len(sheet.title) <= 40 else 52)]
    if sheet.theme:
        words.append(Paragraph([Span(sheet.theme, colour=SOFT)], 34))
    words.append(Paragraph([Span(day.name, bold=True, colour=sheet.accent)], 42))
    words.append(Paragraph([Span(sheet.where)], 32))
    words.append(Paragraph([Span(" ".join(sheet.notes), colour=SOFT)], 26))
    top = BAND + 24.0
    boxes = []
    texts: list[Placed] = []
    if sheet.demo:
        notice = Span(clean(sheet.demo), colour=PAPER)
        boxes.append(Box(0, BAND, WIDTH, 52, "#1c1813"))
        texts.append(Placed((notice,), 28, (WIDTH - width([notice]) * 28) / 2, BAND + 36))
        top += 52
    placed, end = rows.column(MARGIN, wide, words, top)
    return Row(end + 20, (*texts, *placed), tuple(boxes))


def _row(item: Item, size: Size) -> Row:
    left = MARGIN + TIMES
    said = [Paragraph(heading(item), size.title), Paragraph(details(item, with_room=True), size.small)]
    times = [
        Paragraph([Span(item.starts, bold=True)], size.title),
        Paragraph([Span(item.ends and f"–{item.ends}", colour=SOFT)], size.small),
    ]
    if item.time_note:
        times.append(Paragraph([Span(item.time_note, colour=SOFT)], size.small * 0.8))
    row = rows.row([(MARGIN, TIMES, times), (left + MARK, WIDTH - left - MARK - MARGIN, said)], size.white, size.white)
    boxes = [Box(MARGIN, 0, WIDTH - 2 * MARGIN, 2, LINE)]
    texts = list(row.texts)
    if item.topic is not None:
        side = size.title * 1.12
        top = size.white + rows.ASCENT * size.title - 0.92 * size.title
        number = Span(str(item.topic.number), bold=True, colour=ink_on(item.topic.colour))
        letters = side * min(0.62, 0.9 / width([number]))
        boxes.append(Box(left, top, side, side, item.topic.colour))
        texts.append(
            Placed((number,), letters, left + (side - width([number]) * letters) / 2, top + side / 2 + 0.36 * letters)
        )
    return Row(row.height, tuple(texts), tuple(boxes))


def _foot(sheet: Handout, left_out: int) -> Row:
    wide = WIDTH - 2 * MARGIN - CODE - 24
    words = []
    if left_out:
        more = ngettext("One more session is on the page.", "%(num)s more sessions are on the page.", left_out)
        words.append(Paragraph([Span(more, bold=True)], 34))
    words.append(Paragraph([Span(_("The whole programme, always the newest:"))], 30))
    words.append(Paragraph([Span(short(sheet.address), bold=True, colour=sheet.accent)], 32))
    words.append(Paragraph([Span(sheet.made, colour=SOFT)], 26))
    texts, end = rows.column(MARGIN, wide, words, 32.0)
    boxes = (Box(MARGIN, 0, WIDTH - 2 * MARGIN, 4, sheet.accent),)
    return Row(max(end, CODE + 48.0) + 16 + BAND, tuple(texts), boxes)
