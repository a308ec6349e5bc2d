"""Who waits for a place, in what order, and whose time to answer is over."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, union
from sqlalchemy.orm import joinedload, selectinload

from eventapp.db import db
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.models.registration import Attendee, Registration
from eventapp.queries import seats
from eventapp.rules import waiting_list as rules
from eventapp.rules.seats import Waiting
from eventapp.rules.vocabulary import AttendeeStatus, DeliveryChannel, DeliveryState, EventState

_SINCE = func.min(Attendee.status_at)


def list_parties(event_id: int, *, offered_less_than: int) -> list[Waiting]:
    """The parties that wait, first come first, without those that had so many offers already."""
    people: dict[int, Counter[int]] = {}
    rows = db.session.execute(
        select(Attendee.registration_id, Attendee.ticket_type_id)
        .where(
            Attendee.event_id == event_id,
            Attendee.status == AttendeeStatus.WAITLISTED,
            Attendee.offers < offered_less_than,
        )
        .order_by(Attendee.status_at, Attendee.registration_id)
    )
    for registration_id, type_id in rows:
        people.setdefault(registration_id, Counter())[type_id] += 1
    return [Waiting(registration_id, counted) for registration_id, counted in people.items()]


def may_take(event: Event, registration_id: int) -> bool:
    """Whether a party waits that is not asked any more, and seats for all of it are free: it may just take them."""
    waiting = of_registration(registration_id, AttendeeStatus.WAITLISTED)
    if not any(attendee.offers >= rules.MAX_OFFERS for attendee in waiting):
        return False
    return seats.load(event).fits(Counter(attendee.ticket_type_id for attendee in waiting))


def number(registration_id: int) -> int | None:
    """The place of a registration on its event's waiting list, from 1; None when nobody of it waits."""
    own = db.session.execute(
        select(Attendee.event_id, _SINCE)
        .where(Attendee.registration_id == registration_id, Attendee.status == AttendeeStatus.WAITLISTED)
        .group_by(Attendee.event_id)
    ).first()
    if own is None:
        return None
    event_id, since = own
    parties = (
        select(Attendee.registration_id, _SINCE.label("since"))
        .where(Attendee.event_id == event_id, Attendee.status == AttendeeStatus.WAITLISTED)
        .group_by(Attendee.registration_id)
        .subquery()
    )
    is_before = (parties.c.since < since) | ((parties.c.since == since) & (parties.c.registration_id < registration_id))
    return 1 + (db.session.scalar(select(func.count()).select_from(parties).where(is_before)) or 0)


def list_registrations(
    event_id: int, status: AttendeeStatus, *, offset: int = 0, limit: int | None = None
) -> list[Registration]:
    """The registrations of an event with somebody of this status (waiting, offered, to be decided), with their people:
    those first whose status is oldest."""
    wanted = (
        select(Attendee.registration_id, _SINCE.label("since"))
        .where(Attendee.event_id == event_id, Attendee.status == status)
        .group_by(Attendee.registration_id)
        .subquery()
    )
    return list(
        db.session.scalars(
            select(Registration)
            .join(wanted, wanted.c.registration_id == Registration.id)
            .options(selectinload(Registration.attendees).joinedload(Attendee.ticket_type))
            .order_by(wanted.c.since, Registration.id)
            .offset(offset)
            .limit(limit)
        )
    )


def count_registrations(event_id: int, status: AttendeeStatus) -> int:
    """How many registrations `list_registrations` would find."""
    counted = select(func.count(Attendee.registration_id.distinct()))
    return db.session.scalar(counted.where(Attendee.event_id == event_id, Attendee.status == status)) or 0


@dataclass(frozen=True)
class ToDo:
    """What waits for the team: registrations to decide on, and people to call."""

    to_decide: int
    to_call: int


def to_do(event_id: int) -> ToDo:
    """What waits for the team of an event; one look, for every page of the desk."""
    to_decide = select(func.count(Attendee.registration_id.distinct())).where(
        Attendee.event_id == event_id, Attendee.status == AttendeeStatus.PENDING
    )
    to_call = (
        select(func.count())
        .select_from(Delivery)
        .where(
            Delivery.event_id == event_id,
            Delivery.channel == DeliveryChannel.HAND,
            Delivery.state == DeliveryState.QUEUED,
        )
    )
    row = db.session.execute(select(to_decide.scalar_subquery(), to_call.scalar_subquery())).one()
    return ToDo(*row)


def list_offered(event_id: int, *, until: datetime | None) -> list[Attendee]:
    """The people whose offer ended, in the order in which it did; with None, all who have one."""
    query = (
        select(Attendee)
        .where(Attendee.event_id == event_id, Attendee.status == AttendeeStatus.OFFERED)
        .order_by(Attendee.offer_until, Attendee.registration_id, Attendee.position)
    )
    return list(db.session.scalars(query if until is None else query.where(Attendee.offer_until <= until)))


def list_holding(event_id: int, *, until: datetime) -> list[Invitation]:
    """The invitations that keep seats although the time to answer is over."""
    return list(
        db.session.scalars(
            select(Invitation).where(Invitation.event_id == event_id, Invitation.held > 0, Invitation.reply_by <= until)
        )
    )


def events_with_something_due(now: datetime) -> Sequence[int]:
    """The events in which an offer, or the time to answer an invitation that keeps seats, is over; cancelled ones
    rest."""
    offers = select(Attendee.event_id).where(Attendee.status == AttendeeStatus.OFFERED, Attendee.offer_until <= now)
    holds = select(Invitation.event_id).where(Invitation.held > 0, Invitation.reply_by <= now)
    due = union(offers, holds).subquery()
    query = select(due.c.event_id).join(Event, Event.id == due.c.event_id).where(Event.state != EventState.CANCELLED)
    return sorted(db.session.scalars(query))


def is_something_due(event_id: int, now: datetime) -> bool:
    """The same question for one event."""
    return event_id in events_with_something_due(now)


def of_registration(registration_id: int, status: AttendeeStatus) -> list[Attendee]:
    """The people of a registration who have this status, in their order."""
    return list(
        db.session.scalars(
            select(Attendee)
            .where(Attendee.registration_id == registration_id, Attendee.status == status)
            .options(joinedload(Attendee.registration))
            .order_by(Attendee.position)
        )
    )
