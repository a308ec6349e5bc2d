"""The programme: sessions with their rooms, topics and people, for guests, speakers and the desk."""

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.programme import EventSession, Room, Topic
from eventapp.models.speaker import SessionSpeaker

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
