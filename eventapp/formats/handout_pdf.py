"""The programme on paper: one A4 page if its letters stay readable, else as few pages as need be."""

from dataclasses import replace
from typing import NamedTuple

from eventapp.formats import rows
from eventapp.formats.handout import Handout, Item, details, heading, ink_on, short
from eventapp.formats.lettering import SOFT, Span, clean, width
from eventapp.formats.pdf import Paper, foot, point
from eventapp.formats.rows import Box, Group, Paragraph, Placed, Row
from eventapp.language import gettext as _

TOP, BOTTOM = 11.0, 15.0
"""White above and below the rows, in millimetres; the foot line stands in the lower one."""

BAND, CODE, SHORT_HEAD = 5.0, 28.0, 9.0
TIMES, MARK, ROOM, GAP = 30.0, 5.2, 38.0, 3.0
"""Widths beside the titles: times, the number of a topic, the room, and the white between."""

LINE = "#e3dacb"

FEW = 4
"""Pages up to which it is worth trying larger letters: a long programme would only get longer."""


class Size(NamedTuple):
    """Letters of titles and of what stands under them, and the white around a session, in millimetres."""

    title: float
    small: float
    white: float


SIZES = (
    Size(point(12), point(10), 2.3),
    Size(point(11), point(9.5), 1.7),
    Size(point(10), point(8.5), 1.1),
    Size(point(9), point(8), 0.7),
    Size(point(8.5), point(7.5), 0.4),
)
"""From large to small: nothing is printed smaller than this."""


def write(sheet: Handout) -> bytes:
    """The programme as PDF."""
    paper = Paper(f"{sheet.title} · {_('Programme')}", sheet.language, sheet.made_at)
    head = _head(paper, sheet)
    space = paper.height - TOP - BOTTOM
    pages = _pages(paper, sheet, space - head.height, space - SHORT_HEAD)
    for number, page in enumerate(pages, 1):
        paper.add_page()
        if number == 1:
            _draw_head(paper, sheet, head)
            y = TOP + head.height
        else:
            paper.text([Span(clean(sheet.title), bold=True)], paper.margin, TOP + 3.5, point(9))
            paper.box(paper.margin, TOP + 5.5, paper.inner, 0.6, sheet.accent)
            y = TOP + SHORT_HEAD
        for item in page:
            if item.name:
                paper.bookmark(item.name)
            rows.draw(paper, item, paper.margin, y)
            y += item.height
        foot(paper, f"{sheet.made} · {short(sheet.address)}", number, len(pages))
    return paper.content()


def _pages(paper: Paper, sheet: Handout, first: float, further: float) -> list[list[Row]]:
    """The rows of each page, in the largest letters that need no more pages than the smallest."""
    smallest = rows.pages(_groups(paper, sheet, SIZES[-1]), first, further)
    for size in SIZES[:-1] if len(smallest) <= FEW else ():
        pages = rows.pages(_groups(paper, sheet, size), first, further)
        if len(pages) == len(smallest):
            return pages
    return smallest


def _head(paper: Paper, sheet: Handout) -> Row:
    """What the programme is of, beside its QR code and under the band."""
    ink = [Paragraph([Span(_("Programme"), bold=True, colour=sheet.accent)], point(10))]
    ink.append(Paragraph([Span(sheet.title, bold=True)], point(24 if len(sheet.title) <= 60 else 17)))
    if sheet.theme:
        ink.append(Paragraph([Span(sheet.theme, colour=SOFT)], point(11)))
    ink += [Paragraph([Span(text, bold=True)], point(10)) for text in (sheet.when, sheet.where) if text]
    ink.append(Paragraph([Span(" ".join(sheet.notes), colour=SOFT)], point(8.5)))
    top = BAND + (7.5 if sheet.demo else 2.0)
    texts, end = rows.column(0, paper.inner - CODE - GAP, ink, top)
    boxes = []
    if sheet.demo:
        boxes.append(Box(0, BAND + 1.0, paper.inner, 5.0, "#1c1813"))
        notice = Span(clean(sheet.demo), colour="#fbf7f0")
        size = point(8.5)
        texts.append(Placed((notice,), size, (paper.inner - width([notice]) * size) / 2, BAND + 4.55))
    return Row(max(end, top + CODE) + 1.0, tuple(texts), tuple(boxes))


def _draw_head(paper: Paper, sheet: Handout, head: Row) -> None:
    paper.band(paper.margin, TOP, paper.inner, sheet.accent, BAND)
    rows.draw(paper, head, paper.margin, TOP)
    top = TOP + BAND + (7.0 if sheet.demo else 1.5)
    paper.code(sheet.address, paper.right - CODE + 2.5, top, CODE, _("QR code of the programme page"))


def _groups(paper: Paper, sheet: Handout, size: Size) -> list[Group]:
    has_topics = any(item.topic for day in sheet.days for item in day.items)
    has_rooms = any(item.room for day in sheet.days for item in day.items)
    left = TIMES + (MARK + 2.0 if has_topics else 0.0)
    wide = paper.inner - left - (ROOM + GAP if has_rooms else 0.0)
    groups = []
    for day in sheet.days:
        head = _day_head(paper, sheet, day.name, size)
        again = _day_head(paper, sheet, _("%(day)s (continued)", day=day.name), size)
        lines = [_row(item, size, left, wide, paper.inner) for item in day.items]
        groups.append(Group(replace(head, name=day.name), again, lines))
    return groups


def _day_head(paper: Paper, sheet: Handout, name: str, size: Size) -> Row:
    above = 2.0 + size.white
    texts, end = rows.column(
        0, paper.inner, [Paragraph([Span(name, bold=True, colour=sheet.accent)], point(13))], above
    )
    return Row(end + 1.4, tuple(texts), (Box(0, end + 0.6, paper.inner, 0.6, sheet.accent),))


def _row(item: Item, size: Size, left: float, wide: float, inner: float) -> Row:
    times = [Span(item.starts, bold=True), Span(f"–{item.ends}" if item.ends else "", colour=SOFT)]
    said = [Paragraph(heading(item), size.title), Paragraph(details(item), size.small)]
    columns = [
        (0.0, TIMES, [Paragraph(times, size.small), Paragraph([Span(item.time_note, colour=SOFT)], size.small * 0.9)]),
        (left, wide, said),
    ]
    if item.room is not None:
        columns.append((left + wide + GAP, ROOM, [Paragraph(item.room.spans(), size.small)]))
    row = rows.row(columns, size.white, size.white)
    boxes = [Box(0, row.height, inner, 0.15, LINE)]
    # Times and rooms stand on the line of the title, though their letters are smaller.
    first = size.white + rows.ASCENT * size.title
    shift = first - size.white - rows.ASCENT * size.small
    texts = [replace(text, baseline=text.baseline + shift) if text.x != left else text for text in row.texts]
    if item.topic is not None:
        side = size.title * 1.15
        top = first - size.title * 0.93
        x = left - 2.0 - (MARK + side) / 2
        number = Span(str(item.topic.number), bold=True, colour=ink_on(item.topic.colour))
        letters = size.title * 0.75 * min(1.0, 1.3 / max(width([number]), 0.1))
        boxes.append(Box(x, top, side, side, item.topic.colour))
        inside = x + (side - width([number]) * letters) / 2
        texts.append(Placed((number,), letters, inside, top + side / 2 + 0.36 * letters))
    return Row(row.height, tuple(texts), tuple(boxes))
