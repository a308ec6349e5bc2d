"""The programme to take along whole: for schedule files, and as a table with a row for each session."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.language import LocalizedText, local
from eventapp.models.audit import AuditEntry
from eventapp.models.event import Event
from eventapp.models.speaker import Speaker
from eventapp.queries import release as releases
from eventapp.queries.speaker import IS_SHOWN
from eventapp.rules import cast, release
from eventapp.rules import schedule as rules
from eventapp.rules.vocabulary import SessionKind, SpeakerRole

Cell: TypeAlias = str | datetime | None


@dataclass(slots=True)
class Person:
    """A speaker, as far as guests may know them."""

    id: int
    slug: str
    name: LocalizedText
    biography: LocalizedText
    placeholder: bool


@dataclass(slots=True)
class Session:
    """A session under the names that `EventSession` has; ``parts`` are speakers' ids and roles, in order."""

    id: int
    slug: str
    uid: str
    kind: SessionKind
    title: LocalizedText
    abstract: LocalizedText
    topic_id: int | None
    room_id: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    language: str | None
    sequence: int
    cancelled_at: datetime | None
    placeholder: bool
    parts: list[tuple[int, SpeakerRole]] = field(default_factory=list)


@dataclass(frozen=True)
class Programme:
    """Everything on a programme, by ids; sessions in the order of time."""

    rooms: dict[int, release.Room]
    topics: dict[int, release.Topic]
    people: dict[int, Person]
    sessions: list[Session]


_PERSON = (Speaker.id, Speaker.slug, Speaker.name, Speaker.biography, Speaker.placeholder)


def get(event_id: int) -> Programme:
    """The whole draft of an event's programme, with a constant number of statements however long it is."""
    return _whole(event_id, releases.draft(event_id), releases.draft_abstracts(event_id))


def get_released(event_id: int) -> Programme:
    """The programme as it was released last. Raises NotFound before the first release."""
    last = releases.find_last(event_id)
    if last is None:
        raise NotFound(event_id)
    return _whole(event_id, releases.timetable(last), last.abstracts)


def _whole(event_id: int, timetable: release.Timetable, abstracts: Mapping[str, Mapping[str, str]]) -> Programme:
    everybody = db.session.execute(select(*_PERSON, IS_SHOWN).where(Speaker.event_id == event_id))
    # Of somebody whom the public pages do not show, a file tells the name alone.
    people = {
        row.id: Person(row.id, row.slug, row.name, row.biography if is_shown else LocalizedText(), row.placeholder)
        for row in everybody
        for is_shown in [row[-1]]
    }
    rooms = {room.id: room for room in timetable.rooms}
    topics = {topic.id: topic for topic in timetable.topics}
    sessions = [
        Session(
            id=session.id,
            slug=session.slug,
            uid=session.uid,
            kind=session.kind,
            title=session.title,
            abstract=LocalizedText(abstracts.get(session.uid)),
            # What was made or removed since the statement before is as if it were not there.
            topic_id=session.topic_id if session.topic_id in topics else None,
            room_id=session.room_id if session.room_id in rooms else None,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            language=session.language,
            sequence=session.sequence,
            cancelled_at=session.cancelled_at,
            placeholder=session.placeholder,
            parts=[(part.speaker_id, part.role) for part in session.parts if part.speaker_id in people],
        )
        for session in timetable.sessions
    ]
    return Programme(rooms, topics, people, sessions)


@dataclass(frozen=True)
class Imported:
    """What an import did: how many were added and changed, by what is counted, and which sessions."""

    counts: dict[str, tuple[int, int]]
    session_ids: list[int]


def get_import(event_id: int, form_id: str) -> Imported:
    """What the import of a form did. Raises NotFound."""
    entry = db.session.scalar(
        select(AuditEntry).where(
            AuditEntry.event_id == event_id,
            AuditEntry.action == "programme.import",
            AuditEntry.form_id == form_id,
        )
    )
    if entry is None:
        raise NotFound(form_id)
    counts = {name: (pair[0], pair[1]) for name, pair in entry.details["added_and_changed"].items()}
    return Imported(counts, entry.details["sessions"])


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


def rows(event: Event, language: str) -> Iterator[tuple[Cell, ...]]:
    """A row for each session of an event; names in the given language, instants on the event's clocks."""
    programme = get(event.id)

    def at(instant: datetime | None) -> datetime | None:
        return local(instant, event.timezone) if instant is not None else None

    def name(text: LocalizedText) -> str:
        return text.pick(event.languages, language).value

    for session in programme.sessions:
        yield (
            rules.guid(session.uid),
            at(session.starts_at),
            at(session.ends_at),
            name(programme.rooms[session.room_id].name) if session.room_id is not None else None,
            session.kind.value,
            *(session.title.get(tag) for tag in event.languages),
            name(programme.topics[session.topic_id].title) if session.topic_id is not None else None,
            session.language,
            cast.write([(name(programme.people[speaker_id].name), role) for speaker_id, role in session.parts]),
            at(session.cancelled_at),
            *(session.abstract.get(tag) for tag in event.languages),
        )
