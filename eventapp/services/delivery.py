"""Messages to send: queued with the change that causes them; `services.sending` has how they leave after it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert, or_, select

from eventapp import clock, config, queries
from eventapp.db import db, transactional
from eventapp.language import N_
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.models.mailing import Mailing
from eventapp.models.message import MessageTrial
from eventapp.models.registration import Registration
from eventapp.models.speaker import Speaker
from eventapp.queries.addressee import Addressee
from eventapp.queries.mailing import Recipient
from eventapp.rules import delivery as rules
from eventapp.rules import links
from eventapp.rules import mailing as mailings
from eventapp.rules.vocabulary import DeliveryChannel, DeliveryKind, DeliveryState

NOT_REACHED = N_("Nobody was reached.")


@transactional
def queue(
    registration_id: int,
    kind: DeliveryKind,
    *,
    since_release: int | None = None,
    session_id: int | None = None,
    must_hear: bool = False,
) -> Delivery | None:
    """Queues a message to a registration's contact, the way that `rules.delivery.way` finds; None where there is none.

    One that waits already, and that nobody has touched, is enough: it is written from what is true when it leaves.
    ``since_release``: the number of the release of the programme that the reader knows; ``session_id``: the session in
    which somebody has a seat now; ``must_hear``: this time the team tells whoever cannot be written to.
    """
    registration = db.session.get_one(Registration, registration_id)
    has_sms = _has_sms(is_demo=queries.event.get(registration.event_id).is_demo)
    way = rules.way(kind, registration.email, registration.phone, has_sms=has_sms, must_hear=must_hear)
    if way is None:
        return None
    message = Delivery(
        event_id=registration.event_id,
        registration_id=registration.id,
        kind=kind,
        channel=way.channel,
        address=way.address,
        language=registration.language,
        since_release=since_release,
        session_id=session_id,
    )
    return _add(message)


def _has_sms(*, is_demo: bool) -> bool:
    """Whether an SMS may be sent for an event: a demonstration writes to nobody."""
    return config.current().sms_url is not None and not is_demo


@transactional
def queue_new(told: Sequence[tuple[int, DeliveryKind]]) -> int:
    """Queues the first messages of registrations that the team made in this transaction: their people have seen
    nothing yet, so those with a telephone alone get an SMS or are told by hand. Returns how many messages it are."""
    kinds = dict(told)
    rows = db.session.execute(
        select(
            Registration.id,
            Registration.event_id,
            Registration.email,
            Registration.phone,
            Registration.language,
            Event.is_demo,
        )
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.id.in_(kinds), or_(Registration.email.is_not(None), Registration.phone.is_not(None)))
        .order_by(Registration.id)
    )
    messages = []
    for registration_id, event_id, email, phone, tongue, is_demo in rows:
        kind = kinds[registration_id]
        way = rules.way(kind, email, phone, has_sms=_has_sms(is_demo=is_demo), must_hear=True)
        if way is None:
            continue
        messages.append(
            {
                "event_id": event_id,
                "registration_id": registration_id,
                "kind": kind,
                "channel": way.channel,
                "address": way.address,
                "language": tongue,
            }
        )
    return _add_all(messages)


@transactional
def queue_all(event_id: int, kind: DeliveryKind, addressees: Sequence[Addressee]) -> int:
    """Queues one message to each of these people, all in one statement however many they are; returns how many.

    The caller sees to it that nobody has it twice.
    """
    has_sms = _has_sms(is_demo=queries.event.get(event_id).is_demo)
    messages = []
    for one in addressees:
        way = rules.way(kind, one.email, one.phone, has_sms=has_sms, must_hear=True)
        if way is None:
            continue
        messages.append(
            {
                "event_id": event_id,
                "registration_id": one.registration_id,
                "speaker_id": one.speaker_id,
                "invitation_id": one.invitation_id,
                "kind": kind,
                "channel": way.channel,
                "address": way.address,
                "language": one.language,
            }
        )
    return _add_all(messages)


@transactional
def queue_mailed(mailing: Mailing, event: Event, people: Sequence[Recipient]) -> int:
    """Queues the messages of a mailing to some of its people; returns how many.

    They have none of it yet: that each gets one is a constraint of the table.
    """
    by_hand = mailings.of(mailing.audience, mailing.chosen).by_hand
    messages = []
    for person in people:
        way = way_mailed(mailing, event, person.email, person.phone, by_hand=by_hand)
        if way is None:
            continue
        messages.append(
            {
                "event_id": event.id,
                "mailing_id": mailing.id,
                queries.mailing.OWNERS[mailing.audience].key: person.id,
                "kind": mailing.kind,
                "channel": way.channel,
                "address": way.address,
                "language": mailings.language_for(mailing.kind, mailing.body, person.language, event.languages),
            }
        )
    return _add_all(messages)


def way_mailed(
    mailing: Mailing, event: Event, email: str | None, phone: str | None, *, by_hand: bool
) -> rules.Way | None:
    """How a mailing reaches somebody; who has a telephone alone is told by the team only if that is wanted
    (``by_hand``). None: not at all."""
    has_sms = _has_sms(is_demo=event.is_demo)
    return rules.way(mailing.kind, email, phone, has_sms=has_sms, must_hear=by_hand and bool(phone))


def count_ways(event_id: int, kind: DeliveryKind, addressees: Sequence[Addressee]) -> dict[DeliveryChannel, int]:
    """How many messages `queue_all` would queue for which channel."""
    has_sms = _has_sms(is_demo=queries.event.get(event_id).is_demo)
    found = (rules.way(kind, one.email, one.phone, has_sms=has_sms, must_hear=True) for one in addressees)
    ways = Counter(way.channel for way in found if way is not None)
    return {channel: ways[channel] for channel in DeliveryChannel if ways[channel]}


@transactional
def close_by_hand(
    registration_id: int, kind: DeliveryKind, *, by_account_id: int | None, last_error: str | None = None
) -> None:
    """Takes what was to be told by hand off the list, since it was answered; with ``last_error`` it could not be told.

    ``by_account_id`` is None when the guest answered by themselves before anybody had called.
    """
    for message in db.session.scalars(
        select(Delivery).where(
            Delivery.registration_id == registration_id,
            Delivery.kind == kind,
            Delivery.channel == DeliveryChannel.HAND,
            Delivery.state == DeliveryState.QUEUED,
        )
    ):
        message.state = DeliveryState.SENT if last_error is None else DeliveryState.FAILED
        message.sent_at = clock.now() if last_error is None else None
        message.sent_by_id, message.last_error, message.held_by_id = by_account_id, last_error, None


@transactional
def queue_for_speaker(speaker_id: int, kind: DeliveryKind, *, since_release: int | None = None) -> Delivery | None:
    """Queues a message to a speaker, in their language or else the event's first: by mail, or as an SMS where there is
    a service; None when there is no way."""
    speaker = db.session.get_one(Speaker, speaker_id)
    event = queries.event.get(speaker.event_id)
    way = rules.way(kind, speaker.email, speaker.phone, has_sms=_has_sms(is_demo=event.is_demo))
    if way is None:
        return None
    message = Delivery(
        event_id=speaker.event_id,
        speaker_id=speaker.id,
        kind=kind,
        channel=way.channel,
        address=way.address,
        language=queries.speaker.language_of(speaker, event),
        since_release=since_release,
    )
    return _add(message)


@transactional
def queue_for_invitation(invitation_id: int, kind: DeliveryKind = DeliveryKind.INVITATION) -> Delivery | None:
    """Queues the letter of an invitation, or a reminder, in the invitee's language; None when there is neither an
    address nor a telephone number."""
    invitation = db.session.get_one(Invitation, invitation_id)
    if invitation.email is None and invitation.phone is None:
        return None
    has_sms = _has_sms(is_demo=queries.event.get(invitation.event_id).is_demo)
    way = rules.way(kind, invitation.email, invitation.phone, has_sms=has_sms, must_hear=True)
    assert way is not None  # noqa: S101  there is one of the two
    message = Delivery(
        event_id=invitation.event_id,
        invitation_id=invitation.id,
        kind=kind,
        channel=way.channel,
        address=way.address,
        language=invitation.language,
    )
    return _add(message)


@transactional
def queue_trial(trial: MessageTrial, kind: DeliveryKind, *, address: str, language: str) -> Delivery:
    """Queues a test to whoever of the team asked for it. Another one that waits already is not enough."""
    now = clock.now()
    message = Delivery(
        event_id=trial.event_id,
        trial_id=trial.id,
        kind=kind,
        address=address,
        language=language,
        created_at=now,
        due_at=now,
        message_id=_new_message_id(),
    )
    db.session.add(message)
    db.session.flush()
    return message


def _add(message: Delivery) -> Delivery:
    waiting = db.session.scalar(
        select(Delivery)
        .where(
            Delivery.registration_id.is_not_distinct_from(message.registration_id),
            Delivery.speaker_id.is_not_distinct_from(message.speaker_id),
            Delivery.invitation_id.is_not_distinct_from(message.invitation_id),
            Delivery.kind == message.kind,
            Delivery.session_id.is_not_distinct_from(message.session_id),
            Delivery.channel == message.channel,
            Delivery.address == message.address,
            Delivery.state == DeliveryState.QUEUED,
            Delivery.attempts == 0,
            Delivery.held_by_id.is_(None),
        )
        .order_by(Delivery.id)
        .limit(1)
        .with_for_update()  # a worker that is about to claim it waits, or passes over it
    )
    if waiting is not None:
        return waiting
    message.state = DeliveryState.QUEUED
    message.created_at = message.due_at = clock.now()
    message.message_id = _new_message_id()
    db.session.add(message)
    db.session.flush()
    return message


def _add_all(messages: list[dict[str, Any]]) -> int:
    """Writes many messages down in one statement; returns how many."""
    now = clock.now()
    for message in messages:
        message |= {"created_at": now, "due_at": now, "message_id": _new_message_id()}
    if messages:
        db.session.execute(insert(Delivery), messages)
    return len(messages)


def _new_message_id() -> str:
    """A Message-ID without its brackets (RFC 5322 3.6.4), in the name of this installation's host."""
    return f"{links.random_secret()}@{urlsplit(config.current().public_url).hostname}"
