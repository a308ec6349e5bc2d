"""Changes to events: made, edited, published."""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.models.account import Membership
from eventapp.models.checkin import Checkpoint
from eventapp.models.event import Event
from eventapp.models.registration import TicketType
from eventapp.models.version import EventVersion
from eventapp.rules import event as rules
from eventapp.rules.vocabulary import CheckpointKind, EventState, Policy, Role, TicketKind
from eventapp.services import audit, registration

DOORS_OPEN_BEFORE = timedelta(hours=2)
"""How long before the start the doors open, unless an organizer says otherwise."""


@dataclass(frozen=True)
class NewEvent:
    """What is needed to begin an event; everything else has a default that can be changed later."""

    slug: str
    title: LocalizedText
    timezone: str = "UTC"
    languages: list[str] = field(default_factory=lambda: ["fr", "en"])
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    capacity: int | None = None


@transactional
def create(new: NewEvent, *, owner_id: int | None = None) -> Event:
    """A new draft, with one public ticket type and one entrance that every ticket opens.

    Raises Refused with ``slug_invalid``, ``slug_taken``, ``title_missing`` or ``ends_before_start``.
    """
    rules.check_slug(new.slug)
    rules.check_dates(new.starts_at, new.ends_at)
    if not new.title:
        raise Refused("title_missing", field="title")
    if db.session.scalar(select(Event.id).where(Event.slug == new.slug)) is not None:
        raise Refused("slug_taken", field="slug")
    now = clock.now()
    event = Event(
        slug=new.slug,
        title=new.title,
        timezone=new.timezone,
        languages=new.languages,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        capacity=new.capacity,
        door_key=os.urandom(32),
        created_at=now,
    )
    db.session.add(event)
    db.session.flush()
    db.session.add(EventVersion(event_id=event.id, door=0, public=0))
    db.session.add(
        TicketType(
            event_id=event.id, kind=TicketKind.PUBLIC, name=LocalizedText(fr="Grand public", en="General public")
        )
    )
    db.session.add(
        Checkpoint(
            event_id=event.id,
            kind=CheckpointKind.VENUE,
            name=LocalizedText(fr="Entrée", en="Entrance"),
            policy=Policy.RETURNS,
            opens_at=new.starts_at - DOORS_OPEN_BEFORE if new.starts_at else None,
        )
    )
    if owner_id is not None:
        db.session.add(Membership(account_id=owner_id, event_id=event.id, role=Role.OWNER))
    audit.record("event.create", f"event:{event.id}", event_id=event.id, account_id=owner_id)
    db.session.flush()
    return event


@transactional
def publish(event_id: int, *, account_id: int | None = None) -> Event:
    """Makes an event public and releases its programme. Publishing twice changes nothing."""
    event = queries.event.lock(event_id)
    if event.state is not EventState.PUBLISHED or event.programme_released_at is None:
        event.state = EventState.PUBLISHED
        event.programme_released_at = clock.now()
        audit.record("event.publish", f"event:{event.id}", event_id=event.id, account_id=account_id)
    return event


@transactional
def set_places(event_id: int, *, capacity: int | None, max_party: int, account_id: int | None = None) -> Event:
    """Sets how many seats there are and how many people one registration may name; new seats go to those who wait.

    Fewer seats than are taken is allowed: nobody loses a seat, but none is given until there is room again.
    """
    event = queries.event.lock(event_id)
    event.capacity, event.max_party = capacity, max_party
    audit.record("event.set_places", f"event:{event_id}", event_id=event_id, account_id=account_id, capacity=capacity)
    db.session.flush()
    registration.promote(event_id)
    return event
