"""People who may not come: whom to ask once more, whose place goes to others, and who is not there."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from eventapp.db import db
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration, TicketType
from eventapp.queries import presence
from eventapp.rules.vocabulary import BEHIND_THE_STAGE, AttendeeStatus, DeliveryKind, DeliveryState, EventState

LONGEST = timedelta(days=60)
"""Events that began longer ago are not looked at any more."""


def list_events(now: datetime) -> list[Event]:
    """Public events that ask people once more, or open unclaimed places, and are not long over."""
    return list(
        db.session.scalars(
            select(Event)
            .where(
                Event.state == EventState.PUBLISHED,
                Event.starts_at > now - LONGEST,
                or_(Event.reconfirm_days.is_not(None), Event.unclaimed_minutes.is_not(None)),
            )
            .order_by(Event.id)
        )
    )


def list_to_ask(event_id: int, registered_before: datetime, *, limit: int) -> list[Registration]:
    """Registrations with a seat in the audience that were not asked yet whether they still come."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(
                Registration.event_id == event_id,
                Registration.created_at < registered_before,
                Registration.reconfirm_asked_at.is_(None),
                Registration.reconfirmed_at.is_(None),
                _has_confirmed(),
            )
            .order_by(Registration.id)
            .limit(limit)
        )
    )


def list_unanswered(event_id: int, *, limit: int) -> list[Registration]:
    """Registrations that were told of the question, by mail that left or by somebody of the team, without an answer.

    Whoever could not be told is not among them: nobody loses a place by our silence.
    """
    told = exists().where(
        Delivery.registration_id == Registration.id,
        Delivery.kind == DeliveryKind.RECONFIRM,
        Delivery.state == DeliveryState.SENT,
    )
    return list(
        db.session.scalars(
            select(Registration)
            .where(
                Registration.event_id == event_id,
                Registration.reconfirm_asked_at.is_not(None),
                Registration.reconfirmed_at.is_(None),
                _has_confirmed(),
                told,
            )
            .order_by(Registration.id)
            .limit(limit)
        )
    )


def _has_confirmed() -> ColumnElement[bool]:
    """Whether somebody of a registration has a seat in the audience, and was not let in yet."""
    guest = aliased(Attendee)
    return exists().where(
        guest.registration_id == Registration.id,
        guest.status == AttendeeStatus.CONFIRMED,
        guest.ticket_type_id == TicketType.id,
        TicketType.kind.not_in(BEHIND_THE_STAGE),
        ~presence.is_here(guest.id),
    )


def list_seated(registration_id: int) -> list[Attendee]:
    """The people of a registration who have a seat in the audience and were not let in."""
    return list(
        db.session.scalars(
            select(Attendee)
            .join(TicketType, TicketType.id == Attendee.ticket_type_id)
            .where(
                Attendee.registration_id == registration_id,
                Attendee.status == AttendeeStatus.CONFIRMED,
                TicketType.kind.not_in(BEHIND_THE_STAGE),
                ~presence.is_here(Attendee.id),
            )
            .order_by(Attendee.position)
        )
    )


def unclaimed(event_id: int) -> ColumnElement[bool]:
    """What makes a person one whose seat nobody has claimed: confirmed, of the audience, and let in nowhere."""
    return (
        (Attendee.event_id == event_id)
        & (Attendee.status == AttendeeStatus.CONFIRMED)
        & Attendee.unclaimed_at.is_(None)
        & Attendee.ticket_type_id.in_(
            select(TicketType.id).where(TicketType.event_id == event_id, TicketType.kind.not_in(BEHIND_THE_STAGE))
        )
        & ~presence.is_here(Attendee.id)
    )
