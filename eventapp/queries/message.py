"""An organizer's own words for messages."""

from sqlalchemy import select

from eventapp.db import db
from eventapp.models.message import MessageText
from eventapp.rules.vocabulary import DeliveryKind


def find_text(event_id: int, kind: DeliveryKind) -> MessageText | None:
    """What an event says in messages of a kind; None: the standard words."""
    return db.session.scalar(select(MessageText).where(MessageText.event_id == event_id, MessageText.kind == kind))
