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
from eventapp.models.message import MessageText, MessageTrial
from eventapp.models.registration import Attendee, Registration
from eventapp.models.speaker import Speaker
from eventapp.queries import message as own_words
from eventapp.rules.vocabulary import NOT_ARRIVED, DeliveryChannel, DeliveryKind, DeliveryState

_IS_DUE = select(
    exists().where(
        Delivery.channel == bindparam("channel"),
        Delivery.state == DeliveryState.QUEUED,
        Delivery.due_at <= bindparam("now"),
    )
)


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
    text: MessageText | MessageTrial | None = None
    """The event's own words for its kind; of a test, its own."""
    trial: MessageTrial | None = None
    """That it is a test, which is about somebody whom it does not go to, or about nobody."""


@dataclass(frozen=True)
class Backlog:
    """How much of a channel there is: waiting (and since when the oldest is due), and given up or refused."""

    waiting: int
    oldest_due_at: datetime | None
    failed: int


def is_any_due(now: datetime, channel: DeliveryChannel = DeliveryChannel.EMAIL) -> bool:
    """Whether there is anything to send; asked every second, so it is one look at an index."""
    return bool(db.session.scalar(_IS_DUE, {"now": now, "channel": channel}))


def get_parts(delivery_id: int) -> Parts:
    """A message with what it is written from. Raises NotFound."""
    delivery = db.session.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound(delivery_id)
    if delivery.trial_id is not None:
        return parts_of_trial(delivery, db.session.get_one(MessageTrial, delivery.trial_id))
    return parts_of(delivery)


def parts_of(delivery: Delivery) -> Parts:
    """What a message is written from; it may be one that is only looked at and never kept."""
    mailing = db.session.get(Mailing, delivery.mailing_id) if delivery.mailing_id is not None else None
    return Parts(
        delivery,
        db.session.get_one(Event, delivery.event_id),
        *_about(delivery),
        mailing=mailing,
        text=own_words.find_text(delivery.event_id, delivery.kind),
    )


def parts_of_trial(delivery: Delivery, trial: MessageTrial) -> Parts:
    """A test with what it is written from; neither row need be in the database."""
    return Parts(delivery, db.session.get_one(Event, trial.event_id), *_about(trial), text=trial, trial=trial)


def _about(row: Delivery | MessageTrial) -> tuple[Registration | None, Speaker | None, Invitation | None]:
    """Whose registration, speaker or invitation a message is about."""
    registration = None
    if row.registration_id is not None:
        registration = db.session.scalar(
            select(Registration)
            .where(Registration.id == row.registration_id, Registration.event_id == row.event_id)
            .options(selectinload(Registration.attendees).selectinload(Attendee.ticket))
        )
    speaker = db.session.get(Speaker, row.speaker_id) if row.speaker_id is not None else None
    invitation = db.session.get(Invitation, row.invitation_id) if row.invitation_id is not None else None
    return registration, speaker, invitation


def backlog(channel: DeliveryChannel = DeliveryChannel.EMAIL) -> Backlog:
    """How much of a channel waits and how much was given up, in the whole installation."""
    waiting, oldest = db.session.execute(
        select(func.count(), func.min(Delivery.due_at)).where(
            Delivery.channel == channel, Delivery.state == DeliveryState.QUEUED
        )
    ).one()
    failed = db.session.scalar(select(func.count()).where(Delivery.channel == channel, Delivery.state.in_(NOT_ARRIVED)))
    return Backlog(waiting, oldest, failed or 0)


def find_trouble(channel: DeliveryChannel, began_with: str) -> str | None:
    """Why a message of a channel that waits did not leave last time, of those reasons that begin with a text."""
    return db.session.scalar(
        select(Delivery.last_error)
        .where(
            Delivery.channel == channel,
            Delivery.state == DeliveryState.QUEUED,
            Delivery.last_error.startswith(began_with, autoescape=True),
        )
        .order_by(Delivery.id.desc())
        .limit(1)
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
    return list(db.session.scalars(select(Delivery).where(*by_hand(event_id)).order_by(Delivery.id)))


def count_by_hand(event_id: int) -> int:
    """How much `list_by_hand` would find."""
    return db.session.scalar(select(func.count()).select_from(Delivery).where(*by_hand(event_id))) or 0


def by_hand(event_id: int) -> tuple[ColumnElement[bool], ...]:
    """What makes a message one that the team still has to tell."""
    return (
        Delivery.event_id == event_id,
        Delivery.channel == DeliveryChannel.HAND,
        Delivery.state == DeliveryState.QUEUED,
    )


def count_waiting(event_id: int) -> int:
    """How many messages of an event wait to be sent or told."""
    waiting = select(func.count()).where(Delivery.event_id == event_id, Delivery.state == DeliveryState.QUEUED)
    return db.session.scalar(waiting) or 0


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
