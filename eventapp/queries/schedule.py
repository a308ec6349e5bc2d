"""The programme as a table to take along: a row for each session."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

from eventapp.language import local
from eventapp.models.event import Event
from eventapp.models.programme import EventSession
from eventapp.rules import schedule as rules

Cell: TypeAlias = str | datetime | None


def columns(event: Event) -> tuple[str, ...]:
    """The names of the columns of `rows`: titles and abstracts stand in one for each language of the event."""
    return (
        "guid",
        "starts_at",
        "ends_at",
        "room",
        "kind",
        *(f"title_{tag}" for tag in event.languages),
        "topic",
        "language",
        "speakers",
        "cancelled_at",
        *(f"abstract_{tag}" for tag in event.languages),
    )


def rows(event: Event, sessions: Sequence[EventSession], language: str) -> Iterator[tuple[Cell, ...]]:
    """A row for each session; names in the given language, instants on the event's clocks."""

    def at(instant: datetime | None) -> datetime | None:
        return local(instant, event.timezone) if instant is not None else None

    for session in sessions:
        yield (
            rules.guid(session.uid),
            at(session.starts_at),
            at(session.ends_at),
            session.room.name.pick(event.languages, language).value if session.room else None,
            session.kind.value,
            *(session.title.get(tag) for tag in event.languages),
            session.topic.title.pick(event.languages, language).value if session.topic else None,
            session.language,
            ", ".join(part.speaker.name.pick(event.languages, language).value for part in session.speakers),
            at(session.cancelled_at),
            *(session.abstract.get(tag) for tag in event.languages),
        )
