"""Lists on paper: the door list, upright, to be ticked; attendance sheets, across, to be signed.

Both bear the numbers of their list's rows, so that what was ticked or signed can be entered afterwards. No way to reach
anybody stands on them: they lie open on tables. Every row is as high as its neighbours, so that pages can be drawn one
after another while they are counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from eventapp.formats import rows
from eventapp.formats.lettering import INK, SOFT, Span, clean, width
from eventapp.formats.pdf import Paper, foot, point
from eventapp.formats.rows import Paragraph
from eventapp.language import gettext as _
from eventapp.language import speaking

TOP, BAND, MARGIN = 9.0, 3.6, 12.0
LINE, GROUND, WHITE = "#8d8377", "#f4efe6", "#ffffff"
TITLE, TEXT, SMALL, TINY = point(12), point(10.5), point(8.5), point(7.5)

DOOR_ROW, DOOR_ROWS = 8.4, 28
SIGNED_ROW = 12.6
"""Millimetres: a signature beside a thumbprint needs 12."""

SHRINK = 0.93
"""Long texts get smaller letters, step by step, until they find room: nothing is cut."""


@dataclass(frozen=True)
class Heading:
    """What stands on every page, in the language of the paper. ``part``: which part of the list, if it is not all;
    ``hosts``: who invites; ``made``: as of when names are."""

    language: str
    title: str
    when: str
    where: str
    hosts: str
    accent: str
    version: int
    part: str
    made: str
    made_at: datetime
    demo: str = ""


@dataclass(frozen=True)
class Line:
    """A row. ``gone``: the word for why nobody is expected on it; a nameless row belongs to somebody erased."""

    number: int
    name: str
    category: str = ""
    organization: str = ""
    function: str = ""
    code: str = ""
    gone: str = ""


class DoorList:
    """A door list that is drawn page by page; ``pages`` is how many there will be."""

    def __init__(self, heading: Heading, total: int) -> None:
        self._heading, self._page = heading, 0
        self._pages = max(1, -(-total // DOOR_ROWS))
        with speaking(heading.language):
            title = f"{heading.title} · {_('Door list')} · {_list(heading)}"
        self._paper = Paper(title, heading.language, heading.made_at, margin=MARGIN)
        inner = self._paper.inner
        self._columns = _Columns((9.0, 14.0, 66.0, 35.0, inner - 150.0, 26.0))

    def add(self, lines: Sequence[Line]) -> None:
        """Draws the next page: at most `DOOR_ROWS` rows."""
        paper, heading, columns = self._paper, self._heading, self._columns
        self._page += 1
        with speaking(heading.language):
            paper.add_page()
            paper.bookmark(_("Page %(page)s of %(last)s", page=self._page, last=self._pages))
            place = _("page %(page)s of %(last)s", page=self._page, last=self._pages)
            y = _head(paper, heading, _("Door list"), [f"{_list(heading)} · {place}"])
            names = ("", _("No."), _("Name"), _("Category"), _("Organization or town"), _("Entry code"))
            y = _column_heads(paper, columns, names, y)
            for number, line in enumerate(lines):
                _ground(paper, number, y, DOOR_ROW)
                _outline(paper, paper.margin + 1.6, y + 1.7, 5.0, 5.0)
                texts = (
                    [Span(str(line.number), bold=True)],
                    _name(line),
                    [Span(line.category)],
                    [Span(line.organization)],
                    [Span(line.code)],
                )
                for (x, wide), spans, size in zip(
                    columns.inside(paper.margin)[1:], texts, (TEXT, TEXT, SMALL, SMALL, SMALL), strict=True
                ):
                    _fit(paper, spans, x, y, wide, DOOR_ROW, size)
                y += DOOR_ROW
                paper.box(paper.margin, y, paper.inner, 0.2, LINE)
            foot(paper, heading.made, self._page, self._pages)

    def content(self) -> bytes:
        """The finished file."""
        return self._paper.content()

    def close(self) -> None:
        """To be called when all is done, or given up."""
        self._paper.close()


class AttendanceSheets:
    """Attendance sheets that are drawn one by one: ``sets`` times, each for other half-days."""

    def __init__(self, heading: Heading, pages: int) -> None:
        self._heading, self._page, self._pages = heading, 0, pages
        with speaking(heading.language):
            title = f"{heading.title} · {_('Attendance sheets')} · {_list(heading)}"
        self._paper = Paper(title, heading.language, heading.made_at, is_wide=True, margin=MARGIN)

    def add(
        self, lines: Sequence[tuple[int, Line]], *, sheet: int, sheets: int, day: str, signed: Sequence[str]
    ) -> None:
        """Draws a sheet: rows with their place on it, and a box to sign for each half-day."""
        paper, heading = self._paper, self._heading
        self._page += 1
        box = (paper.inner - 14.0 - 58.0 - 80.0) / max(2, len(signed))
        texts = paper.inner - 14.0 - 58.0 - box * len(signed)
        columns = _Columns((14.0, 58.0, texts * 0.52, texts * 0.48, *[box] * len(signed)))
        with speaking(heading.language):
            paper.add_page()
            which = _("Sheet %(sheet)s", sheet=sheet)
            paper.bookmark(f"{which} · {day}" if day else which)
            at = _("sheet %(page)s of %(last)s", page=sheet, last=sheets)
            place = f"{_list(heading)} · {at}"
            y = _head(paper, heading, _("Attendance sheet"), [place, day])
            names = (_("No."), _("Name"), _("Organization"), _("Function"), *signed)
            top = _column_heads(paper, columns, names, y)
            for number, line in lines:
                self._row(columns, line, number, top + (number - 1) * SIGNED_ROW, len(signed))
            foot(paper, heading.made, self._page, self._pages)

    def _row(self, columns: "_Columns", line: Line, at: int, y: float, boxes: int) -> None:
        paper = self._paper
        cells = columns.inside(paper.margin)
        texts = ([Span(str(line.number), bold=True)], _name(line), [Span(line.organization)], [Span(line.function)])
        for (x, wide), spans, size in zip(cells[:4], texts, (TEXT, TEXT, SMALL, SMALL), strict=True):
            _fit(paper, spans, x, y, wide, SIGNED_ROW, size)
        _fit(paper, [Span(_("line %(line)s", line=at), colour=SOFT)], cells[0][0], y + 7.2, cells[0][1], 5.0, TINY)
        for x, wide in cells[4 : 4 + boxes]:
            if line.gone or not line.name:
                paper.box(x - 1.0, y, wide + 2.0, SIGNED_ROW, GROUND)
            _outline(paper, x - 1.0, y, wide + 2.0, SIGNED_ROW)
        paper.box(paper.margin, y + SIGNED_ROW, paper.inner, 0.2, LINE)

    def content(self) -> bytes:
        """The finished file."""
        return self._paper.content()

    def close(self) -> None:
        """To be called when all is done, or given up."""
        self._paper.close()


@dataclass(frozen=True)
class _Columns:
    """Widths beside each other."""

    widths: Sequence[float]

    def inside(self, left: float) -> list[tuple[float, float]]:
        """Where the texts of each column begin, and how much room they have."""
        found = []
        for wide in self.widths:
            found.append((left + 1.0, wide - 2.0))
            left += wide
        return found


def _list(heading: Heading) -> str:
    return _("List %(number)s", number=heading.version)


def _head(paper: Paper, heading: Heading, what: str, places: Sequence[str]) -> float:
    """The head of a page; returns where it ends."""
    paper.band(paper.margin, TOP, paper.inner, heading.accent, BAND)
    y = TOP + BAND + 1.0
    right = [part for part in places if part]
    wide = max(width([Span(clean(part), bold=True)]) for part in right) * TITLE
    room = paper.inner - wide - 6.0
    title = [Span(what, bold=True, colour=heading.accent), Span(f" {heading.title}", bold=True)]
    _fit(paper, title, paper.margin, y, room, 6.4, TITLE)
    for number, part in enumerate(right):
        span = Span(clean(part), bold=True)
        size = TITLE if not number else TEXT
        paper.text([span], paper.right - width([span]) * size, y + 0.45 + (rows.ASCENT + 1.3 * number) * TITLE, size)
    about = " · ".join(filter(None, (heading.when, heading.where)))
    _fit(paper, [Span(about)], paper.margin, y + 6.2, room, 4.6, SMALL)
    more = " · ".join(filter(None, (heading.hosts, heading.part, heading.demo)))
    _fit(paper, [Span(more, colour=SOFT)], paper.margin, y + 10.6, paper.inner, 4.6, SMALL)
    return y + 16.0


def _column_heads(paper: Paper, columns: _Columns, names: Sequence[str], y: float) -> float:
    for (x, wide), name in zip(columns.inside(paper.margin), names, strict=True):
        _fit(paper, [Span(name, bold=True, colour=SOFT)], x, y, wide, 4.6, SMALL)
    y += 5.2
    paper.box(paper.margin, y - 0.4, paper.inner, 0.4, INK)
    return y


def _name(line: Line) -> list[Span]:
    """A name; struck through with the word for it, if nobody is expected under it."""
    if not line.name:
        return [Span(line.gone, colour=SOFT)]
    if line.gone:
        return [Span(line.name, colour=SOFT, struck=True), Span(f" {line.gone}", bold=True)]
    return [Span(line.name, bold=True)]


def _fit(paper: Paper, spans: Sequence[Span], x: float, y: float, wide: float, high: float, size: float) -> None:
    """Draws words in a cell, in the middle of its height, in the largest letters with which they find room."""
    placed, end = rows.column(0.0, wide, [Paragraph(spans, size)])
    while end > high:
        size *= SHRINK
        placed, end = rows.column(0.0, wide, [Paragraph(spans, size)])
    for text in placed:
        paper.text(text.spans, x + text.x, y + (high - end) / 2 + text.baseline, text.size)


def _ground(paper: Paper, place: int, y: float, high: float) -> None:
    """Every other row has a tint, so that the eye stays on its line."""
    if place % 2:
        paper.box(paper.margin, y + 0.2, paper.inner, high - 0.2, GROUND)


def _outline(paper: Paper, x: float, y: float, wide: float, high: float) -> None:
    line = 0.25
    for top in (y, y + high - line):
        paper.box(x, top, wide, line, INK)
    for left in (x, x + wide - line):
        paper.box(left, y, line, high, INK)
