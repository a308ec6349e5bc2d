"""Events that are over, for what they teach: how many of those with a place came."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from eventapp.db import db
from eventapp.models.account import Membership
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, TicketType
from eventapp.queries import presence
from eventapp.rules.overbooking import LEAST_CONFIRMED, Past
from eventapp.rules.vocabulary import BEHIND_THE_STAGE, AttendeeStatus, EventState, Role


@dataclass(frozen=True)
class Attendance:
    """A past event with how many of its audience were confirmed when it began, and how many of these came."""

    event: Event
    past: Past


def list_attendance(event: Event, now: datetime) -> list[Attendance]:
    """The past events of those who own this one, the latest first: with enough confirmed people to teach something, and
    with entries recorded. Demonstrations count for demonstrations alone.

    Who was registered at the door after the start is not among the confirmed, and neither is whoever gave their place
    back in time.
    """
    mine, theirs = aliased(Membership), aliased(Membership)
    is_by_same_owner = exists().where(
        theirs.event_id == Event.id,
        theirs.role == Role.OWNER,
        mine.account_id == theirs.account_id,
        mine.event_id == event.id,
        mine.role == Role.OWNER,
    )
    entered = presence.came(Attendee.id)
    counted = (
        select(Event.id, func.count().label("confirmed"), func.count().filter(entered).label("came"))
        .join(TicketType, TicketType.event_id == Event.id)
        .join(Attendee, (Attendee.event_id == Event.id) & (Attendee.ticket_type_id == TicketType.id))
        .where(
            Event.id != event.id,
            Event.state == EventState.PUBLISHED,
            Event.is_demo == event.is_demo,
            Event.ends_at <= now,
            is_by_same_owner,
            TicketType.kind.not_in(BEHIND_THE_STAGE),
            Attendee.status == AttendeeStatus.CONFIRMED,
            Attendee.status_at <= Event.starts_at,
        )
        .group_by(Event.id)
        .subquery()
    )
    rows = db.session.execute(
        select(Event, counted.c.confirmed, counted.c.came)
        .join(counted, counted.c.id == Event.id)
        .where(counted.c.confirmed >= LEAST_CONFIRMED, counted.c.came > 0)
        .order_by(Event.starts_at.desc(), Event.id.desc())
    )
    return [Attendance(past, Past(confirmed, came)) for past, confirmed, came in rows]
