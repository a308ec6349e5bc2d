"""Tickets on paper: three to an A4 page to be cut apart, one to an A4 page, or one to an A6 card.

Each has what its page has: the QR, the short code in large letters, the name, what, when and where, the category with
its colour, the woven band. Each is in its reader's language.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from eventapp.formats import occasion, rows
from eventapp.formats.handout import ink_on
from eventapp.formats.lettering import INK, SOFT, Span, clean, width, wrapped
from eventapp.formats.pdf import A4, A6, Paper, point
from eventapp.formats.rows import Box, Paragraph, Placed, Row
from eventapp.language import gettext as _
from eventapp.language import speaking
from eventapp.models.event import Event
from eventapp.models.registration import TicketType
from eventapp.rules import ticket as rules
from eventapp.rules.vocabulary import EventState, TicketPaper

CUT, LINE, NOTICE = "#8d8377", "#e3dacb", "#fbf7f0"
BAND, DEMO = 5.0, 5.0
"""Heights of the woven band and of the strip that says that it is a demonstration."""

SHRINK = 0.93
"""Long texts get smaller letters, step by step, until all of them find room: nothing is cut."""


@dataclass(frozen=True)
class Ticket:
    """What stands on one ticket, in the words of its reader. ``address`` is what the QR holds."""

    address: str
    code: str
    name: str
    language: str
    title: str
    when: str
    where: str
    category: str
    colour: str
    accent: str
    demo: str = ""
    notes: Sequence[str] = ()


class Area(NamedTuple):
    """A part of the page: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Look:
    """How tickets are laid out on a kind of paper.

    ``qr`` is the side of the code with its quiet zone; ``is_wide``: the words stand beside it instead of under it;
    ``code`` and ``text`` are sizes of letters; ``margin`` is the white around each ticket.
    """

    size: tuple[float, float]
    to_a_page: int
    margin: tuple[float, float]
    qr: float
    code: float
    text: float
    is_wide: bool = False


LOOKS = {
    TicketPaper.A4_THREE: Look(A4, 3, (15.0, 8.0), 56.0, point(24), point(12.5), is_wide=True),
    TicketPaper.A4: Look(A4, 1, (30.0, 22.0), 96.0, point(44), point(16)),
    TicketPaper.A6: Look(A6, 1, (9.0, 8.0), 58.0, point(26), point(10)),
}


def of(event: Event, ticket_type: TicketType, *, code: str, name: str, public_url: str, language: str) -> Ticket:
    """The ticket with this code in a language, under the name that is to stand on it."""
    with speaking(language):
        return Ticket(
            address=rules.link(public_url, code),
            code=rules.spoken(code),
            name=name,
            language=language,
            title=occasion.pick(event, event.title),
            when=occasion.when(event),
            where=occasion.place(event) or _("Place to be announced"),
            category=occasion.pick(event, ticket_type.name),
            colour=ticket_type.colour,
            accent=event.accent,
            demo=occasion.demo_notice(event),
            notes=[_("This event is cancelled.")] if event.state is EventState.CANCELLED else [],
        )


def write(tickets: Iterable[Ticket], paper: TicketPaper, *, title: str, language: str, made_at: datetime) -> bytes:
    """The tickets as PDF, in their order. ``title`` and ``language`` are those of the document."""
    with closing(Sheets(paper, title=title, language=language, made_at=made_at)) as sheets:
        for ticket in tickets:
            sheets.add(ticket)
        return sheets.content()


class Sheets:
    """A document of tickets that is drawn one by one, so that whoever draws many can say how far they are."""

    def __init__(self, paper: TicketPaper, *, title: str, language: str, made_at: datetime) -> None:
        self._look = look = LOOKS[paper]
        self._paper = Paper(title, language, made_at, size=look.size, margin=look.margin[0])
        self._count = 0

    def add(self, ticket: Ticket) -> None:
        """Draws the next ticket."""
        look, paper = self._look, self._paper
        place = self._count % look.to_a_page
        self._count += 1
        if place == 0:
            paper.add_page()
        height = paper.height / look.to_a_page
        if place + 1 < look.to_a_page:
            paper.dashes(0.0, (place + 1) * height, paper.width, CUT)
        paper.bookmark(clean(ticket.name))
        across, down = look.margin
        with speaking(ticket.language):
            self._draw(ticket, Area(across, place * height + down, paper.width - 2 * across, height - 2 * down))

    def content(self) -> bytes:
        """The finished file."""
        return self._paper.content()

    def close(self) -> None:
        """To be called when all is done, or given up."""
        self._paper.close()

    def _draw(self, ticket: Ticket, area: Area) -> None:
        look, paper = self._look, self._paper
        paper.band(area.x, area.y, area.width, ticket.accent, BAND)
        top = area.y + BAND
        if ticket.demo:
            paper.box(area.x, top + 1.0, area.width, DEMO, INK)
            self._centred(ticket.demo, point(8.5), area, top + 4.6, colour=NOTICE, bold=False)
            top += DEMO + 1.0
        room = Area(area.x, top, look.qr if look.is_wide else area.width, area.height)
        label = _("QR code of the ticket %(code)s", code=ticket.code)
        paper.code(ticket.address, room.x + (room.width - look.qr) / 2, top + 1.0, look.qr, label)
        below = top + 1.0 + look.qr + 0.92 * look.code
        self._centred(ticket.code, look.code, room, below)
        if look.is_wide:
            left = area.x + look.qr + 8.0
            words = Area(left, top + 3.0, area.x + area.width - left, area.y + area.height - top - 3.0)
        else:
            line = below + 0.45 * look.code
            paper.box(area.x, line, area.width, 0.3, LINE)
            words = Area(area.x, line + 3.0, area.width, area.y + area.height - line - 3.0)
        rows.draw(paper, _fitting(ticket, words, look.text), words.x, words.y)

    def _centred(
        self, text: str, size: float, area: Area, baseline: float, *, colour: str = INK, bold: bool = True
    ) -> None:
        span = Span(clean(text), bold=bold, colour=colour)
        wide = width([span])
        size = min(size, area.width / wide)
        self._paper.text([span], area.x + (area.width - wide * size) / 2, baseline, size)


def _fitting(ticket: Ticket, area: Area, size: float) -> Row:
    """The words of a ticket in the largest letters, up to ``size``, with which they find room."""
    row = _words(ticket, area.width, size)
    while row.height > area.height:
        size *= SHRINK
        row = _words(ticket, area.width, size)
    return row


def _words(ticket: Ticket, wide: float, size: float) -> Row:
    ink = [
        Paragraph([Span(_("Entry ticket (free)"), bold=True, colour=ticket.accent)], 0.9 * size),
        Paragraph([Span(ticket.name, bold=True)], 1.9 * size),
        Paragraph([Span(ticket.title, bold=True)], 1.15 * size),
        *(Paragraph([Span(line, colour=SOFT)], size) for line in (ticket.when, ticket.where)),
    ]
    texts, end = rows.column(0.0, wide, ink)
    pill, boxes, end = _category(ticket, wide, size, end + 0.6 * size)
    notes = [Paragraph([Span(note, bold=True)], size) for note in ticket.notes]
    notes.append(Paragraph([Span(_("Please show this code at the entrance."), colour=SOFT)], 0.8 * size))
    more, end = rows.column(0.0, wide, notes, end + 0.6 * size)
    return Row(end, (*texts, *pill, *more), tuple(boxes))


def _category(ticket: Ticket, wide: float, size: float, top: float) -> tuple[list[Placed], list[Box], float]:
    """The category on its colour, for the eye at the entrance: its lines, the ground, and where it ends."""
    around = 0.7 * size
    ink = ink_on(ticket.colour)
    lines = wrapped([Span(ticket.category, bold=True, colour=ink)], (wide - 2 * around) / size)
    if not lines:
        return [], [], top
    texts = [
        Placed(line, size, around, top + 0.15 * size + rows.ASCENT * size + number * rows.LEADING * size)
        for number, line in enumerate(lines)
    ]
    height = rows.LEADING * size * len(lines) + 0.3 * size
    across = max(width(line) for line in lines) * size + 2 * around
    return texts, [Box(0.0, top, across, height, ticket.colour)], top + height
