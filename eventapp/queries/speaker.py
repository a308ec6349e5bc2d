"""Speakers, for guests and the desk."""

from sqlalchemy import select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.speaker import Speaker
from eventapp.rules import links


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


def get_by_secret(secret: str) -> Speaker:
    """The speaker of a personal link. Raises NotFound."""
    speaker = db.session.scalar(select(Speaker).where(Speaker.link_hash == links.digest(secret)))
    if speaker is None:
        raise NotFound("speaker")
    return speaker


def get_by_id(event_id: int, speaker_id: int) -> Speaker:
    """One speaker of an event. Raises NotFound, also for one of another event."""
    speaker = db.session.scalar(select(Speaker).where(Speaker.id == speaker_id, Speaker.event_id == event_id))
    if speaker is None:
        raise NotFound(speaker_id)
    return speaker
