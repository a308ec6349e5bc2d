"""Speakers, for guests and the desk."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.programme import EventSession
from eventapp.models.speaker import SessionSpeaker, Speaker


def list_speakers(event_id: int) -> list[Speaker]:
    """The speakers of an event in the organizer's order."""
    return list(
        db.session.scalars(select(Speaker).where(Speaker.event_id == event_id).order_by(Speaker.position, Speaker.id))
    )


def get_speaker(event_id: int, slug: str) -> Speaker:
    """One speaker of an event. Raises NotFound."""
    speaker = db.session.scalar(select(Speaker).where(Speaker.event_id == event_id, Speaker.slug == slug))
    if speaker is None:
        raise NotFound(slug)
    return speaker


def list_sessions_of(speaker_id: int) -> list[EventSession]:
    """The sessions of a speaker in the order of time, with room, topic and people."""
    return list(
        db.session.scalars(
            select(EventSession)
            .join(SessionSpeaker, SessionSpeaker.session_id == EventSession.id)
            .where(SessionSpeaker.speaker_id == speaker_id)
            .order_by(EventSession.starts_at.nulls_last(), EventSession.id)
            .options(
                selectinload(EventSession.room),
                selectinload(EventSession.topic),
                selectinload(EventSession.speakers).selectinload(SessionSpeaker.speaker),
            )
        )
    )


def get_by_id(event_id: int, speaker_id: int) -> Speaker:
    """One speaker of an event. Raises NotFound, also for one of another event."""
    speaker = db.session.scalar(select(Speaker).where(Speaker.id == speaker_id, Speaker.event_id == event_id))
    if speaker is None:
        raise NotFound(speaker_id)
    return speaker
