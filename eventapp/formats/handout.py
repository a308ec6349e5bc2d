"""The programme to take along, as words in the reader's language: what a sheet of paper or a picture says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from eventapp.formats.lettering import INK, SOFT, Span
from eventapp.rules import colour


@dataclass(frozen=True)
class Words:
    """A text, and in brackets what must be known about it: that it is made up, what somebody does."""

    text: str
    note: str = ""

    def spans(self, ink: str = INK, *, bold: bool = False, struck: bool = False) -> list[Span]:
        """The words, and the note in a softer colour."""
        spans = [Span(self.text, bold=bold, colour=ink, struck=struck)]
        return [*spans, Span(f" {self.note}", colour=SOFT)] if self.note else spans


@dataclass(frozen=True)
class Person:
    """Somebody in a session, and who stands in for them and how: represented by, replaced by."""

    name: Words
    how: str = ""
    stand_in: Words | None = None
    state: str = ""
    """For the team: whether they are there, or said that they come."""

    def spans(self) -> list[Span]:
        """All of it in one line."""
        spans = self.name.spans()
        if self.stand_in is not None:
            spans += [Span(f", {self.how} "), *self.stand_in.spans()]
        return [*spans, Span(" · ", colour=SOFT), Span(self.state, colour=SOFT)] if self.state else spans


@dataclass(frozen=True)
class Topic:
    """What a session treats; ``colour`` marks it, and ``title`` is empty where the session's own title says it."""

    number: int
    title: str
    colour: str


@dataclass(frozen=True)
class Item:
    """One session. ``starts`` and ``ends`` are times of day, empty where they are not known."""

    title: str
    starts: str = ""
    ends: str = ""
    time_note: str = ""
    is_break: bool = False
    cancelled: str = ""
    """The word that says so, of one that is cancelled."""
    people: Sequence[Person] = ()
    room: Words | None = None
    language: str = ""
    topic: Topic | None = None


@dataclass(frozen=True)
class Day:
    """The sessions of a day; ``date`` is None for those whose day is not known."""

    date: date | None
    name: str
    items: Sequence[Item]


@dataclass(frozen=True)
class Handout:
    """A programme with what stands around it; ``address`` is that of its page."""

    language: str
    title: str
    address: str
    accent: str
    made_at: datetime
    made: str
    """In words: which version it is, and of when."""
    days: Sequence[Day]
    theme: str = ""
    when: str = ""
    where: str = ""
    demo: str = ""
    """Of a demonstration: that it is one."""
    notes: Sequence[str] = field(default_factory=tuple)


def details(item: Item, *, with_room: bool = False) -> list[Span]:
    """Who is in a session, where if that is wanted, in which language and on what, in one line."""
    people: list[Span] = []
    for person in item.people:
        people += [Span(", ", colour=SOFT)] if people else []
        people += person.spans()
    parts = [
        people,
        item.room.spans() if with_room and item.room else [],
        [Span(item.language, colour=SOFT)],
        [Span(item.topic.title, colour=SOFT)] if item.topic else [],
    ]
    line: list[Span] = []
    for part in parts:
        if any(span.text for span in part):
            line += [Span(" · ", colour=SOFT)] if line else []
            line += part
    return line


def heading(item: Item) -> list[Span]:
    """The title of a session, crossed out if it is cancelled, and the word for that."""
    ink = SOFT if item.is_break or item.cancelled else INK
    spans = [Span(item.title, bold=not item.is_break, colour=ink, struck=bool(item.cancelled))]
    return [*spans, Span(f" {item.cancelled}", bold=True)] if item.cancelled else spans


def ink_on(ground: str) -> str:
    """The colour of letters that can be read on a coloured ground."""
    return "#ffffff" if colour.contrast(ground, "#ffffff") >= colour.contrast(ground, INK) else INK


def short(address: str) -> str:
    """An address as people type it."""
    return address.partition("://")[2] or address
