"""Rows of text in columns, and how they fill pages; for paper and pictures, in the unit of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from eventapp.formats.lettering import Span, wrapped

ASCENT, LEADING = 1.02, 1.3
"""From the top of a line to its baseline, and to the next line, in em; room enough for marks above Arabic letters."""


class Paragraph(NamedTuple):
    """Words of one size, broken into lines where they must."""

    spans: Sequence[Span]
    size: float


@dataclass(frozen=True)
class Placed:
    """A line of text, placed in its row."""

    spans: tuple[Span, ...]
    size: float
    x: float
    baseline: float


@dataclass(frozen=True)
class Box:
    """A filled rectangle, placed in its row."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class Row:
    """Something that is not broken between pages, unless it is higher than one."""

    height: float
    texts: tuple[Placed, ...] = ()
    boxes: tuple[Box, ...] = ()
    name: str = ""
    """Of a head: what a list of contents calls it."""


@dataclass(frozen=True)
class Group:
    """Rows under a head; ``again`` is the head on each further page that they reach."""

    head: Row
    again: Row
    rows: Sequence[Row]


class Canvas(Protocol):
    """What rows are drawn on."""

    def text(self, spans: Sequence[Span], x: float, baseline: float, size: float) -> None: ...
    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None: ...


def column(x: float, width: float, paragraphs: Iterable[Paragraph], top: float = 0.0) -> tuple[list[Placed], float]:
    """Paragraphs under each other, and where they end."""
    texts = []
    y = top
    for spans, size in paragraphs:
        for line in wrapped(spans, width / size):
            texts.append(Placed(line, size, x, y + ASCENT * size))
            y += LEADING * size
    return texts, y


def row(columns: Iterable[tuple[float, float, Sequence[Paragraph]]], above: float, below: float) -> Row:
    """Columns (left edge, width, paragraphs) beside each other, with white above and below."""
    texts: list[Placed] = []
    end = above
    for x, width, paragraphs in columns:
        placed, bottom = column(x, width, paragraphs, above)
        texts += placed
        end = max(end, bottom)
    return Row(end + below, tuple(texts))


def draw(canvas: Canvas, item: Row, x: float, y: float) -> None:
    """Draws a row with its upper left corner here."""
    for box in item.boxes:
        canvas.box(x + box.x, y + box.y, box.width, box.height, box.colour)
    for text in item.texts:
        canvas.text(text.spans, x + text.x, y + text.baseline, text.size)


def pages(groups: Iterable[Group], first: float, further: float) -> list[list[Row]]:
    """The rows of each page: the first has room for ``first``, each other for ``further``.

    A head never stands at the end of a page, and stands again on top of each page that goes on with its group.
    """
    found: list[list[Row]] = [[]]
    left = first
    for group in groups:
        waiting = [group.head]
        queue = list(group.rows)
        while queue:
            item = queue.pop(0)
            needed = sum(row.height for row in waiting) + item.height
            if needed <= left:
                found[-1] += [*waiting, item]
                left -= needed
                waiting = []
            elif found[-1]:
                found.append([])
                left = further
                waiting = waiting or [group.again]
                queue.insert(0, item)
            else:  # higher than a page: cut between its lines
                room = left - sum(row.height for row in waiting)
                part, rest = _cut(item, room)
                found[-1] += [*waiting, part]
                left, waiting = 0.0, []
                queue[:0] = rest
    return found


def _cut(item: Row, room: float) -> tuple[Row, list[Row]]:
    fitting = [text for text in item.texts if text.baseline <= room]
    lost = [text for text in item.texts if text.baseline > room]
    if not fitting or not lost:
        return item, []
    shift = min(text.baseline - ASCENT * text.size for text in lost)
    part = Row(
        room, tuple(fitting), tuple(replace(b, height=min(b.height, room - b.y)) for b in item.boxes if b.y < room)
    )
    rest = Row(
        item.height - shift,
        tuple(replace(text, baseline=text.baseline - shift) for text in lost),
        tuple(
            replace(b, y=max(b.y - shift, 0.0), height=min(b.height, b.y + b.height - shift))
            for b in item.boxes
            if b.y + b.height > shift
        ),
    )
    return replace(part, name=item.name), [rest]
