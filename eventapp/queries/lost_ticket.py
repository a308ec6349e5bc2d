"""Who may have lost a ticket."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import func, or_, select

from eventapp.db import db
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration
from eventapp.rules.vocabulary import LIVE, EventState

MAX_REGISTRATIONS = 20
"""One address may stand on many registrations; the latest of them are looked at."""


def list_people(email: str | None, phone: str | None, now: datetime) -> dict[int, list[str]]:
    """The registrations with this address or phone in events that are not over, with the name keys of those who still
    come. Both None: nobody."""
    contact = []
    if email is not None:
        contact.append(func.lower(Registration.email) == email.lower())
    if phone is not None:
        contact.append(Registration.phone == phone)
    if not contact:
        return {}
    wanted = (
        select(Registration.id)
        .join(Event, Event.id == Registration.event_id)
        .where(
            or_(*contact),
            Event.state == EventState.PUBLISHED,
            or_(Event.ends_at.is_(None), Event.ends_at > now),
        )
        .order_by(Registration.id.desc())
        .limit(MAX_REGISTRATIONS)
    )
    found: dict[int, list[str]] = defaultdict(list)
    rows = db.session.execute(
        select(Attendee.registration_id, Attendee.name_key)
        .where(
            Attendee.registration_id.in_(wanted.scalar_subquery()),
            Attendee.status.in_(LIVE),
            Attendee.erased_at.is_(None),
        )
        .order_by(Attendee.registration_id, Attendee.position)
    )
    for registration_id, key in rows:
        found[registration_id].append(key)
    return dict(found)
