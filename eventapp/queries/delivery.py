"""Messages: what is due, what a message says, and how many wait."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, func, select
from sqlalchemy.orm import selectinload

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.models.mailing import Mailing
from eventapp.models.message import MessageText
from eventapp.models.programme import EventSession
from eventapp.models.registration import Attendee, Registration
from eventapp.models.speaker import Speaker
from eventapp.queries import message as own_words
from eventapp.rules.vocabulary import DeliveryChannel, DeliveryKind, DeliveryState

_BY_MAIL = Delivery.channel == DeliveryChannel.EMAIL
_IS_DUE = select(exists().where(_BY_MAIL, Delivery.state == DeliveryState.QUEUED, Delivery.due_at <= bindparam("now")))


@dataclass(frozen=True)
class Parts:
    """A message with all that it is written from: a registration's, a speaker's or an invitation's."""

    delivery: Delivery
    event: Event
    registration: Registration | None
    speaker: Speaker | None
    invitation: Invitation | None = None
    mailing: Mailing | None = None
    """The mailing that it is part of."""
    text: MessageText | None = None
    """The event's own words for its kind."""


@dataclass(frozen=True)
class Backlog:
    """How much mail there is: waiting (and since when the oldest is due), given up."""

    waiting: int
    oldest_due_at: datetime | None
    failed: int


def is_any_due(now: datetime) -> bool:
    """Whether there is anything to send; asked every second, so it is one look at an index."""
    return bool(db.session.scalar(_IS_DUE, {"now": now}))


def get_parts(delivery_id: int) -> Parts:
    """A message with what it is written from. Raises NotFound."""
    delivery = db.session.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound(delivery_id)
    registration = None
    if delivery.registration_id is not None:
        registration = db.session.scalar(
            select(Registration)
            .where(Registration.id == delivery.registration_id)
            .options(selectinload(Registration.attendees).selectinload(Attendee.ticket))
        )
    speaker = db.session.get(Speaker, delivery.speaker_id) if delivery.speaker_id is not None else None
    invitation = db.session.get(Invitation, delivery.invitation_id) if delivery.invitation_id is not None else None
    mailing = db.session.get(Mailing, delivery.mailing_id) if delivery.mailing_id is not None else None
    text = own_words.find_text(delivery.event_id, delivery.kind)
    event = db.session.get_one(Event, delivery.event_id)
    return Parts(delivery, event, registration, speaker, invitation, mailing, text)


def backlog() -> Backlog:
    """How much mail waits and how much was given up, in the whole installation."""
    waiting, oldest = db.session.execute(
        select(func.count(), func.min(Delivery.due_at)).where(_BY_MAIL, Delivery.state == DeliveryState.QUEUED)
    ).one()
    failed = db.session.scalar(select(func.count()).where(Delivery.state == DeliveryState.FAILED))
    return Backlog(waiting, oldest, failed or 0)


def list_of_event(event_id: int, *, offset: int, limit: int) -> list[Delivery]:
    """The messages of an event, the latest first."""
    return list(
        db.session.scalars(
            select(Delivery)
            .where(Delivery.event_id == event_id)
            .order_by(Delivery.id.desc())
            .offset(offset)
            .limit(limit)
        )
    )


def count_since(registration_id: int, kind: DeliveryKind, since: datetime) -> int:
    """How many messages of a kind were written to a registration since a moment."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Delivery)
            .where(Delivery.registration_id == registration_id, Delivery.kind == kind, Delivery.created_at > since)
        )
        or 0
    )


def list_by_hand(event_id: int) -> list[Delivery]:
    """What the team still has to tell people who have no address, the oldest first."""
    return list(db.session.scalars(select(Delivery).where(*_by_hand(event_id)).order_by(Delivery.id)))


@dataclass(frozen=True)
class ByHand:
    """Something to be told by hand, with whose it is: a registration's or an invitation's."""

    delivery: Delivery
    registration: Registration | None
    invitation: Invitation | None
    session: EventSession | None
    """The session in which somebody has a seat now."""


def list_to_tell(event_id: int, *, offset: int, limit: int) -> list[ByHand]:
    """What `list_by_hand` finds, with whose it is."""
    rows = db.session.execute(
        select(Delivery, Registration, Invitation, EventSession)
        .outerjoin(Registration, Registration.id == Delivery.registration_id)
        .outerjoin(Invitation, Invitation.id == Delivery.invitation_id)
        .outerjoin(EventSession, EventSession.id == Delivery.session_id)
        .options(selectinload(Registration.attendees).joinedload(Attendee.ticket_type))
        .where(*_by_hand(event_id))
        .order_by(Delivery.id)
        .offset(offset)
        .limit(limit)
    )
    return [ByHand(*row) for row in rows]


def count_by_hand(event_id: int) -> int:
    """How much `list_by_hand` would find."""
    return db.session.scalar(select(func.count()).select_from(Delivery).where(*_by_hand(event_id))) or 0


def _by_hand(event_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Delivery.event_id == event_id,
        Delivery.channel == DeliveryChannel.HAND,
        Delivery.state == DeliveryState.QUEUED,
    )


def count_by_state(event_id: int) -> dict[DeliveryState, int]:
    """How many messages of an event wait, left, or were given up; a state without any is missing."""
    rows = db.session.execute(
        select(Delivery.state, func.count()).where(Delivery.event_id == event_id).group_by(Delivery.state)
    )
    return dict(rows.all())


def list_of_registration(registration_id: int) -> list[Delivery]:
    """The messages of a registration, the latest first."""
    return list(
        db.session.scalars(
            select(Delivery).where(Delivery.registration_id == registration_id).order_by(Delivery.id.desc())
        )
    )
