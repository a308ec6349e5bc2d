"""Events that moved: what is still to be told, and what was."""

from datetime import datetime

from sqlalchemy import exists, select

from eventapp.db import db
from eventapp.models.event import Event
from eventapp.models.move import EventMove
from eventapp.models.registration import Registration
from eventapp.rules import move as rules
from eventapp.rules.vocabulary import EventState


def find_waiting(event_id: int) -> EventMove | None:
    """What people knew before the event moved, if nobody was told yet."""
    return db.session.scalar(select(EventMove).where(EventMove.event_id == event_id, EventMove.told_at.is_(None)))


def has_newcomers(event_id: int, since: datetime) -> bool:
    """Whether somebody registered since a moment."""
    return bool(
        db.session.scalar(select(exists().where(Registration.event_id == event_id, Registration.created_at >= since)))
    )


def find_to_tell(event: Event) -> EventMove | None:
    """The same, if there is somebody to be told: the event is public, and what people knew is no longer so."""
    found = find_waiting(event.id) if event.state is EventState.PUBLISHED else None
    if found is None or not rules.has_moved(rules.known(found), rules.known(event)):
        return None
    return found


def find_told(event_id: int, at: datetime) -> EventMove | None:
    """The move that a message is about that was written at a moment."""
    return db.session.scalar(
        select(EventMove)
        .where(EventMove.event_id == event_id, EventMove.told_at <= at)
        .order_by(EventMove.told_at.desc(), EventMove.id.desc())
        .limit(1)
    )
