"""The programme: sessions with their rooms, topics and people, for guests, speakers and the desk."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.language import LocalizedText
from eventapp.models.programme import EventSession, Room, Topic
from eventapp.models.speaker import SessionSpeaker, Speaker
from eventapp.rules.vocabulary import SessionKind, SpeakerRole

_WITH_ALL = (
    selectinload(EventSession.room),
    selectinload(EventSession.topic),
    selectinload(EventSession.speakers).selectinload(SessionSpeaker.speaker),
)


def list_sessions(event_id: int) -> list[EventSession]:
    """All sessions of an event in the order of time, with room, topic and people."""
    return list(
        db.session.scalars(
            select(EventSession)
            .where(EventSession.event_id == event_id)
            .order_by(EventSession.starts_at.nulls_last(), EventSession.id)
            .options(*_WITH_ALL)
        )
    )


@dataclass(slots=True)
class ListedRoom:
    """A room, as the programme names it."""

    id: int
    position: int
    name: LocalizedText
    placeholder: bool


@dataclass(slots=True)
class ListedTopic:
    """A topic, as the programme names it."""

    id: int
    position: int
    title: LocalizedText
    translation: str | None
    placeholder: bool


@dataclass(slots=True)
class ListedSpeaker:
    """A speaker, as the programme names them."""

    slug: str
    name: LocalizedText
    placeholder: bool


@dataclass(slots=True)
class ListedPart:
    """What a person does in a session."""

    role: SpeakerRole
    speaker: ListedSpeaker


@dataclass(slots=True)
class Listed:
    """A session as the programme lists it: all but its abstract, under the names that `EventSession` has."""

    topic_id: int | None
    room_id: int | None
    id: int
    slug: str
    kind: SessionKind
    title: LocalizedText
    starts_at: datetime | None
    ends_at: datetime | None
    language: str | None
    cancelled_at: datetime | None
    placeholder: bool
    uid: str
    sequence: int
    updated_at: datetime
    topic: ListedTopic | None = None
    room: ListedRoom | None = None
    speakers: list[ListedPart] = field(default_factory=list)


def list_programme(event_id: int) -> list[Listed]:
    """All sessions of an event in the order of time, for pages that print hundreds; a third of the work of rows."""
    timetable = (
        select(
            EventSession.topic_id,
            EventSession.room_id,
            EventSession.id,
            EventSession.slug,
            EventSession.kind,
            EventSession.title,
            EventSession.starts_at,
            EventSession.ends_at,
            EventSession.language,
            EventSession.cancelled_at,
            EventSession.placeholder,
            EventSession.uid,
            EventSession.sequence,
            EventSession.updated_at,
        )
        .where(EventSession.event_id == event_id)
        .order_by(EventSession.starts_at.nulls_last(), EventSession.id)
    )
    sessions = [Listed(*row) for row in db.session.execute(timetable)]
    of_rooms = select(Room.id, Room.position, Room.name, Room.placeholder).where(Room.event_id == event_id)
    of_topics = select(Topic.id, Topic.position, Topic.title, Topic.translation, Topic.placeholder).where(
        Topic.event_id == event_id
    )
    of_people = select(Speaker.id, Speaker.slug, Speaker.name, Speaker.placeholder).where(Speaker.event_id == event_id)
    of_parts = (
        select(SessionSpeaker.session_id, SessionSpeaker.speaker_id, SessionSpeaker.role)
        .where(SessionSpeaker.event_id == event_id)
        .order_by(SessionSpeaker.session_id, SessionSpeaker.position, SessionSpeaker.speaker_id)
    )
    rooms = {row.id: ListedRoom(*row) for row in db.session.execute(of_rooms)}
    topics = {row.id: ListedTopic(*row) for row in db.session.execute(of_topics)}
    people = {row.id: ListedSpeaker(row.slug, row.name, row.placeholder) for row in db.session.execute(of_people)}
    for session in sessions:
        # What was removed since the statement before is as if it were not there; the next look is another version.
        session.topic = topics.get(session.topic_id) if session.topic_id else None
        session.room = rooms.get(session.room_id) if session.room_id else None
        session.topic_id = session.topic_id if session.topic else None
        session.room_id = session.room_id if session.room else None
    by_id = {session.id: session for session in sessions}
    for session_id, speaker_id, role in db.session.execute(of_parts):
        if session_id in by_id and speaker_id in people:
            by_id[session_id].speakers.append(ListedPart(role, people[speaker_id]))
    return sessions


def list_for_speaker(speaker_id: int) -> list[EventSession]:
    """The sessions of a speaker in the order of time, cancelled ones too, with room, topic and people."""
    return list(
        db.session.scalars(
            select(EventSession)
            .join(SessionSpeaker, SessionSpeaker.session_id == EventSession.id)
            .where(SessionSpeaker.speaker_id == speaker_id)
            .order_by(EventSession.starts_at.nulls_last(), EventSession.id)
            .options(*_WITH_ALL)
        )
    )


def get_session(event_id: int, slug: str) -> EventSession:
    """One session of an event, with room, topic and people. Raises NotFound."""
    session = db.session.scalar(
        select(EventSession).where(EventSession.event_id == event_id, EventSession.slug == slug).options(*_WITH_ALL)
    )
    if session is None:
        raise NotFound(slug)
    return session


def list_topics(event_id: int) -> list[Topic]:
    """The topics of an event by their number."""
    return list(db.session.scalars(select(Topic).where(Topic.event_id == event_id).order_by(Topic.position, Topic.id)))


def list_rooms(event_id: int) -> list[Room]:
    """The rooms of an event in the organizer's order."""
    return list(db.session.scalars(select(Room).where(Room.event_id == event_id).order_by(Room.position, Room.id)))


def get_session_by_id(event_id: int, session_id: int) -> EventSession:
    """One session of an event, with room, topic and people. Raises NotFound, also for one of another event."""
    session = db.session.scalar(
        select(EventSession).where(EventSession.id == session_id, EventSession.event_id == event_id).options(*_WITH_ALL)
    )
    if session is None:
        raise NotFound(session_id)
    return session


def get_topic(event_id: int, topic_id: int) -> Topic:
    """One topic of an event. Raises NotFound, also for one of another event."""
    topic = db.session.scalar(select(Topic).where(Topic.id == topic_id, Topic.event_id == event_id))
    if topic is None:
        raise NotFound(topic_id)
    return topic


def get_room(event_id: int, room_id: int) -> Room:
    """One room of an event. Raises NotFound, also for one of another event."""
    room = db.session.scalar(select(Room).where(Room.id == room_id, Room.event_id == event_id))
    if room is None:
        raise NotFound(room_id)
    return room


def count_sessions_by_speaker(event_id: int) -> dict[int, int]:
    """In how many sessions each speaker of an event is; one who is in none is missing."""
    rows = db.session.execute(
        select(SessionSpeaker.speaker_id, func.count())
        .where(SessionSpeaker.event_id == event_id)
        .group_by(SessionSpeaker.speaker_id)
    )
    return dict(rows.all())
