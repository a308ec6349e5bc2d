"""The host's running order on paper: what comes when, with whom, with which cues, and room to write beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from eventapp.formats import rows
from eventapp.formats.handout import Person, Words
from eventapp.formats.lettering import INK, SOFT, Span, clean, width
from eventapp.formats.pdf import Paper, foot, point
from eventapp.formats.rows import Box, Group, Paragraph, Placed, Row
from eventapp.language import gettext as _

TOP, BOTTOM = 11.0, 15.0
BAND = 4.0
TIMES, TITLES, CUES, GAP = 30.0, 92.0, 62.0, 4.0
"""Widths of the columns; the notes have the rest of the line."""

ROOM_TO_WRITE = 17.0
"""The least height of a row, in millimetres: three lines by hand."""

TEXT, SMALL = point(10.5), point(9)
LINE, WHITE = "#b9ae9d", "#ffffff"


@dataclass(frozen=True)
class Slot:
    """One session as the host needs it."""

    title: str
    starts: str = ""
    ends: str = ""
    time_note: str = ""
    length: str = ""
    cancelled: str = ""
    is_break: bool = False
    place: str = ""
    """The room, and the languages."""
    people: Sequence[Person] = ()
    cues: Sequence[str] = ()
    notes: Sequence[Words] = ()


@dataclass(frozen=True)
class RunningOrder:
    """The sessions of each day in a language; ``room`` names the one it is for, if it is not for all."""

    language: str
    title: str
    accent: str
    made_at: datetime
    made: str
    days: Sequence[tuple[str, Sequence[Slot]]]
    room: str = ""
    demo: str = ""


def write(order: RunningOrder) -> bytes:
    """The running order as PDF, on A4 across."""
    paper = Paper(f"{order.title} · {_('Running order')}", order.language, order.made_at, is_wide=True)
    space = paper.height - TOP - BOTTOM
    head = _head(paper, order)
    groups = [
        Group(
            replace(_columns(paper, order, day), name=day),
            _columns(paper, order, _("%(day)s (continued)", day=day)),
            [_row(paper, slot) for slot in slots],
        )
        for day, slots in order.days
    ]
    if not groups:
        empty = rows.row([(0.0, paper.inner, [Paragraph([Span(_("Nothing is planned here yet."))], TEXT)])], 4.0, 0.0)
        groups = [Group(empty, empty, [Row(0.0)])]
    pages = rows.pages(groups, space - head.height, space - head.height)
    for number, page in enumerate(pages, 1):
        paper.add_page()
        if number == 1:
            paper.band(paper.margin, TOP, paper.inner, order.accent, BAND)
        else:
            paper.box(paper.margin, TOP, paper.inner, 0.6, order.accent)
        rows.draw(paper, head, paper.margin, TOP)
        y = TOP + head.height
        for item in page:
            if item.name:
                paper.bookmark(item.name)
            rows.draw(paper, item, paper.margin, y)
            y += item.height
        foot(paper, order.made, number, len(pages))
    return paper.content()


def _head(paper: Paper, order: RunningOrder) -> Row:
    """On every page, since pages get apart: whose running order this is, and that it is not for everybody."""
    title = [Span(_("Running order"), bold=True, colour=order.accent), Span(f" {order.title}", bold=True)]
    if order.room:
        title.append(Span(f" · {order.room}", bold=True))
    texts, end = rows.column(0, paper.inner - 60, [Paragraph(title, point(13))], BAND + 1.5)
    mark = Span(clean(_("Internal: not for guests")), bold=True, colour=WHITE)
    wide = width([mark]) * SMALL
    texts.append(Placed((mark,), SMALL, paper.inner - wide - 2.0, BAND + 6.0))
    boxes = [Box(paper.inner - wide - 4.0, BAND + 2.2, wide + 4.0, 5.4, INK)]
    if order.demo:
        texts += rows.column(0, paper.inner, [Paragraph([Span(order.demo, colour=SOFT)], point(8.5))], end)[0]
        end += rows.LEADING * point(8.5)
    return Row(end + 1.0, tuple(texts), tuple(boxes))


def _columns(paper: Paper, order: RunningOrder, day: str) -> Row:
    words = [Paragraph([Span(day, bold=True, colour=order.accent)], point(12))]
    texts, end = rows.column(0, paper.inner, words, 1.5)
    names = (_("Time"), _("Session"), _("Cues"), _("Notes"))
    for x, name in zip(_edges(), names, strict=True):
        texts += rows.column(x, 60, [Paragraph([Span(name, colour=SOFT)], point(8.5))], end)[0]
    end += rows.LEADING * point(8.5) + 0.8
    return Row(end + 0.6, tuple(texts), (Box(0, end, paper.inner, 0.6, order.accent),))


def _edges() -> tuple[float, float, float, float]:
    return 0.0, TIMES + GAP, TIMES + TITLES + 2 * GAP, TIMES + TITLES + CUES + 3 * GAP


def _row(paper: Paper, slot: Slot) -> Row:
    times, titles, cues, notes = _edges()
    ink = SOFT if slot.cancelled or slot.is_break else INK
    heading = [Span(slot.title, bold=not slot.is_break, colour=ink, struck=bool(slot.cancelled))]
    if slot.cancelled:
        heading.append(Span(f" {slot.cancelled}", bold=True))
    hours = [Span(slot.starts, bold=True), Span(f"–{slot.ends}" if slot.ends else "")]
    said = [Paragraph(heading, TEXT), *(Paragraph(person.spans(), SMALL) for person in slot.people)]
    said.append(Paragraph([Span(slot.place, colour=SOFT)], SMALL))
    row = rows.row(
        [
            (times, TIMES, [Paragraph(hours, TEXT), *(_soft(text) for text in (slot.length, slot.time_note))]),
            (titles, TITLES, said),
            (notes, paper.inner - notes, [Paragraph(note.spans(), SMALL) for note in slot.notes]),
        ],
        1.4,
        1.4,
    )
    texts, boxes = list(row.texts), []
    y = 1.4
    for cue in slot.cues:
        side = SMALL * 0.85
        placed, end = rows.column(cues + side + 1.4, CUES - side - 1.4, [Paragraph([Span(cue)], SMALL)], y)
        if placed:
            boxes += _tick_box(cues, y + rows.ASCENT * SMALL - side, side)
            texts += placed
            y = end
    height = max(row.height, y + 1.4, ROOM_TO_WRITE)
    boxes.append(Box(0, height, paper.inner, 0.2, LINE))
    boxes += [Box(x - GAP / 2, 0, 0.2, height, LINE) for x in (titles, cues, notes)]
    return Row(height, tuple(texts), tuple(boxes))


def _tick_box(x: float, y: float, side: float) -> list[Box]:
    line = 0.25
    across = [Box(x, top, side, line, INK) for top in (y, y + side - line)]
    return [*across, *(Box(left, y, line, side, INK) for left in (x, x + side - line))]


def _soft(text: str) -> Paragraph:
    return Paragraph([Span(text, colour=SOFT)], SMALL)
