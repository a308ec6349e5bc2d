"""Letters on paper: A4 with the address where the window of an envelope is (DIN 5008, form B), and a code to answer by.

Each is written in the invitee's language; long texts flow over as many pages as they need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from eventapp.formats import letter as letters
from eventapp.formats import rows
from eventapp.formats.handout import short
from eventapp.formats.letter import Letter
from eventapp.formats.lettering import SOFT, Span, clean, width
from eventapp.formats.pdf import Paper, point
from eventapp.formats.rows import Box, Group, Paragraph, Row
from eventapp.language import day, local, speaking
from eventapp.language import gettext as _

MARGIN, RIGHT = 25.0, 20.0
"""White beside the text, in millimetres."""

BAND = 5.0
WINDOW_TOP, WINDOW_HEIGHT, WINDOW_WIDTH = 62.7, 27.3, 80.0
"""Where an envelope shows the address (DIN 5008, form B: the zone under that of the sender)."""

SUBJECT_TOP, FURTHER_TOP, BOTTOM = 98.5, 25.0, 22.0
"""Where the text begins on the first page and on each other one, and the white under it."""

FOLDS = (105.0, 210.0)
CODE, GAP = 30.0, 5.0
TEXT, SMALL, TINY = point(11), point(9.5), point(8)
LINE = "#b9ae9d"


@dataclass(frozen=True)
class Sheet:
    """One letter with what only paper has. ``hosts`` are those who invite, by their names."""

    letter: Letter
    hosts: Sequence[str]
    accent: str
    courtesy_title: str = ""


class Letters:
    """Letters in one PDF, each beginning a page."""

    def __init__(self, title: str, language: str, made_at: datetime) -> None:
        self.made_at = made_at
        self._paper = Paper(title, language, made_at, margin=MARGIN)

    def add(self, sheet: Sheet) -> None:
        """Draws one more, in the language of its reader."""
        with speaking(sheet.letter.language):
            _letter(self._paper, sheet, self.made_at)

    def close(self) -> None:
        """To be called when all is done, or given up."""
        self._paper.close()

    def content(self) -> bytes:
        """The finished file."""
        return self._paper.content()


def _letter(paper: Paper, sheet: Sheet, made_at: datetime) -> None:
    wide = paper.width - MARGIN - RIGHT
    answer = _answer(sheet.letter, wide)
    body = [*_text(sheet, wide), answer, _closing(sheet, wide)]
    nothing = Row(0.0)
    space = paper.height - BOTTOM
    pages = rows.pages([Group(nothing, nothing, body)], space - SUBJECT_TOP, space - FURTHER_TOP)
    for number, page in enumerate(pages, 1):
        paper.add_page()
        if number == 1:
            paper.bookmark(clean(" · ".join(sheet.letter.invitee)) or "—")
            _head(paper, sheet, made_at, wide)
        y = SUBJECT_TOP if number == 1 else FURTHER_TOP
        for item in page:
            rows.draw(paper, item, MARGIN, y)
            if item is answer:
                label = _("QR code of your personal page")
                paper.code(sheet.letter.personal_link, MARGIN - 2.5, y + 3.0, CODE, label)
            y += item.height
        if len(pages) > 1:
            words = Span(clean(_("Page %(page)s of %(last)s", page=number, last=len(pages))), colour=SOFT)
            paper.text([words], MARGIN + wide - width([words]) * TINY, paper.height - 9.0, TINY)


def _head(paper: Paper, sheet: Sheet, made_at: datetime, wide: float) -> None:
    """Who writes, to whom, where and when."""
    letter = sheet.letter
    paper.band(MARGIN, 11.0, wide, sheet.accent, BAND)
    top = 11.0 + BAND + 2.0
    if letter.is_demo:
        notice = Span(clean(_("Demo data: partly made up")), colour="#fbf7f0")
        paper.box(MARGIN, top, wide, 5.0, "#1c1813")
        paper.text([notice], MARGIN + (wide - width([notice]) * TINY) / 2, top + 3.5, TINY)
        top += 6.0
    names = [Paragraph([Span(name, bold=True, colour=sheet.accent)], point(12)) for name in sheet.hosts[:3]]
    placed, end = rows.column(0, wide, names)
    # Whatever stands under each other must end above the window.
    scale = min(1.0, (56.0 - top) / end) if end else 1.0
    for line in placed:
        paper.text(line.spans, MARGIN, top + line.baseline * scale, line.size * scale)
    _address(paper, letter)
    moment = local(made_at, letter.timezone)
    city = letter.city.pick(letter.languages).value.partition(",")[0]
    said = _("%(city)s, %(day)s", city=city, day=day(moment)) if city else day(moment)
    where = Span(clean(said))
    size = min(SMALL, (wide - WINDOW_WIDTH - GAP) / max(width([where]), 1.0))
    paper.text([where], MARGIN + wide - width([where]) * size, WINDOW_TOP + 4.0, size)
    for y in FOLDS:
        paper.box(4.0, y, 4.0, 0.15, LINE)


def _address(paper: Paper, letter: Letter) -> None:
    """The invitee in the window, in letters that are as small as they must be."""
    size = TEXT
    while True:
        lines = [Paragraph([Span(line)], size) for line in letter.invitee]
        placed, end = rows.column(0, WINDOW_WIDTH, lines)
        if end <= WINDOW_HEIGHT or size <= point(6):
            break
        size -= point(0.5)
    for line in placed:
        paper.text(line.spans, MARGIN, WINDOW_TOP + line.baseline, line.size)


def _text(sheet: Sheet, wide: float) -> list[Row]:
    letter = sheet.letter
    greeting = f"{sheet.courtesy_title}," if sheet.courtesy_title else _("Dear Sir or Madam,")
    found = [
        _paragraph([Span(letters.subject(letter), bold=True)], wide, below=5.0),
        _paragraph([Span(greeting)], wide),
    ]
    found += [_paragraph([Span(text)], wide) for text in _lines(letters.lead(letter))]
    facts = [
        Paragraph([Span(letters.title(letter), bold=True)], TEXT),
        Paragraph([Span(letters.when(letter))], TEXT),
        Paragraph([Span(letters.where(letter))], TEXT),
    ]
    placed, end = rows.column(5.0, wide - 5.0, facts, 1.0)
    found.append(Row(end + 4.0, tuple(placed), (Box(0, 1.0, 0.8, end - 1.0, sheet.accent),)))
    return found


def _lines(paragraphs: Sequence[str]) -> list[str]:
    """Paragraphs line by line: whoever wrote them broke lines where they meant it."""
    return [line for text in paragraphs for line in text.splitlines() if line.strip()]


def _paragraph(spans: Sequence[Span], wide: float, below: float = 2.6) -> Row:
    placed, end = rows.column(0, wide, [Paragraph(spans, TEXT)])
    return Row(end + below, tuple(placed))


def _answer(letter: Letter, wide: float) -> Row:
    """How to answer; the code is drawn beside it."""
    said = [
        Paragraph([Span(_("Your answer"), bold=True)], TEXT),
        Paragraph([Span(_("Point the camera of a phone at the square, or open this address:"))], SMALL),
        Paragraph([Span(short(letter.personal_link), bold=True)], SMALL),
    ]
    if letter.contact_email:
        said.append(Paragraph([Span(_("Or write to us: %(address)s", address=letter.contact_email))], SMALL))
    if letter.until is not None:
        until = letters.moment(letter, letter.until)
        said.append(Paragraph([Span(_("Please answer by %(until)s.", until=until))], SMALL))
    said.append(Paragraph([Span(_("The address is yours alone: whoever has it answers for you."), colour=SOFT)], SMALL))
    left = CODE + GAP - 2.5
    placed, end = rows.column(left, wide - left, said, 5.0)
    return Row(max(end, CODE + 3.0) + 4.0, tuple(placed))


def _closing(sheet: Sheet, wide: float) -> Row:
    """The closing words, with room to sign above the names."""
    placed, end = rows.column(0, wide, [Paragraph([Span(_("Yours faithfully,"))], TEXT)])
    names, bottom = rows.column(0, wide, [Paragraph([Span(name)], TEXT) for name in sheet.hosts[:3]], end + 14.0)
    return Row(bottom, (*placed, *names))
