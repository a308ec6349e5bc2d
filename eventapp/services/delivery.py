"""Messages to send: queued with the change that causes them, sent after it by the worker.

A worker claims what is due, sends it outside any transaction, and notes the outcome in another one. If it dies in
between, its lease ends and the message is sent again under the same Message-ID: at least once, and shown once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Update, insert, select, update

from eventapp import clock, config, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound
from eventapp.language import N_
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.models.mailing import Mailing
from eventapp.models.registration import Registration
from eventapp.models.speaker import Speaker
from eventapp.queries.mailing import Recipient
from eventapp.rules import delivery as rules
from eventapp.rules import links
from eventapp.rules import mailing as mailings
from eventapp.rules.vocabulary import DeliveryChannel, DeliveryKind, DeliveryState

MAX_REASON = 500
NOT_REACHED = N_("Nobody was reached.")
WORKER_ENDED = N_("The worker ended each time before the message had left.")


@dataclass(frozen=True)
class Claim:
    """One message that a worker holds for the time of its lease. ``attempt`` counts from 1."""

    delivery_id: int
    attempt: int
    is_demo: bool


MUST_HEAR = frozenset(
    {
        DeliveryKind.OFFER,
        DeliveryKind.PLACE_FREE,
        DeliveryKind.RECONFIRM,
        DeliveryKind.RELEASED,
        DeliveryKind.LOST_TICKET,
        DeliveryKind.SESSION_SEAT,
    }
)
"""What people wait for, or must answer: whoever has no address is told by the team."""


@transactional
def queue(
    registration_id: int, kind: DeliveryKind, *, since_release: int | None = None, session_id: int | None = None
) -> Delivery | None:
    """Queues a message to a registration's contact. Without an address, what people must hear of goes to the team, to
    be told by hand; for anything else the answer is None.

    One that waits already, and that no worker has touched, is enough: it is written from what is true when it leaves.
    ``since_release``: the number of the release of the programme that the reader knows; ``session_id``: the session in
    which somebody has a seat now.
    """
    registration = db.session.get_one(Registration, registration_id)
    if registration.email is None and kind not in MUST_HEAR:
        return None
    message = Delivery(
        event_id=registration.event_id,
        registration_id=registration.id,
        kind=kind,
        channel=DeliveryChannel.EMAIL if registration.email else DeliveryChannel.HAND,
        address=registration.email or registration.phone or "",
        language=registration.language,
        since_release=since_release,
        session_id=session_id,
    )
    return _add(message)


@transactional
def queue_new(told: Sequence[tuple[int, DeliveryKind]]) -> int:
    """Queues the first messages of registrations that were made in this transaction, to those that have an e-mail
    address; returns how many."""
    now = clock.now()
    kinds = dict(told)
    rows = db.session.execute(
        select(Registration.id, Registration.event_id, Registration.email, Registration.language)
        .where(Registration.id.in_(kinds), Registration.email.is_not(None))
        .order_by(Registration.id)
    )
    messages = [
        {
            "event_id": event_id,
            "registration_id": registration_id,
            "kind": kinds[registration_id],
            "channel": DeliveryChannel.EMAIL,
            "address": email,
            "language": tongue,
            "created_at": now,
            "due_at": now,
            "message_id": _new_message_id(),
        }
        for registration_id, event_id, email, tongue in rows
    ]
    if messages:
        db.session.execute(insert(Delivery), messages)
    return len(messages)


@transactional
def queue_mailed(mailing: Mailing, event: Event, people: Sequence[Recipient]) -> int:
    """Queues the messages of a mailing to some of its people; returns how many.

    They have none of it yet: that each gets one is a constraint of the table.
    """
    now = clock.now()
    by_hand = mailings.of(mailing.audience, mailing.chosen).by_hand
    messages = []
    for person in people:
        way = way_of(person.email, person.phone, by_hand=by_hand)
        if way is None:
            continue
        channel, address = way
        messages.append(
            {
                "event_id": event.id,
                "mailing_id": mailing.id,
                queries.mailing.OWNERS[mailing.audience].key: person.id,
                "kind": mailing.kind,
                "channel": channel,
                "address": address,
                "language": mailings.language_for(mailing.kind, mailing.body, person.language, event.languages),
                "created_at": now,
                "due_at": now,
                "message_id": _new_message_id(),
            }
        )
    if messages:
        db.session.execute(insert(Delivery), messages)
    return len(messages)


def way_of(email: str | None, phone: str | None, *, by_hand: bool = True) -> tuple[DeliveryChannel, str] | None:
    """How a mailing reaches somebody, and where: by mail, else by telephone, by whoever of the team opens it, unless
    nobody is to (``by_hand``); None: not at all."""
    if email is not None:
        return DeliveryChannel.EMAIL, email
    if phone is not None and by_hand:
        return DeliveryChannel.HAND, phone
    return None


@transactional
def note_told(delivery_id: int, event_id: int, *, by_account_id: int) -> None:
    """Notes that somebody of the team told what was to be told by hand. Twice changes nothing. Raises NotFound."""
    message = db.session.scalar(
        select(Delivery)
        .where(Delivery.id == delivery_id, Delivery.event_id == event_id, Delivery.channel == DeliveryChannel.HAND)
        .with_for_update()
    )
    if message is None:
        raise NotFound(delivery_id)
    if message.state is DeliveryState.QUEUED:
        message.state, message.sent_at, message.sent_by_id = DeliveryState.SENT, clock.now(), by_account_id


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
        message.sent_by_id, message.last_error = by_account_id, last_error


@transactional
def queue_for_speaker(speaker_id: int, kind: DeliveryKind, *, since_release: int | None = None) -> Delivery | None:
    """Queues a message to a speaker, in their language or else the event's first; None when there is no address."""
    speaker = db.session.get_one(Speaker, speaker_id)
    if speaker.email is None:
        return None
    message = Delivery(
        event_id=speaker.event_id,
        speaker_id=speaker.id,
        kind=kind,
        address=speaker.email,
        language=queries.speaker.language_of(speaker, queries.event.get(speaker.event_id)),
        since_release=since_release,
    )
    return _add(message)


@transactional
def queue_for_invitation(invitation_id: int) -> Delivery | None:
    """Queues the letter of an invitation, in the invitee's language; None when there is no address."""
    invitation = db.session.get_one(Invitation, invitation_id)
    if invitation.email is None:
        return None
    message = Delivery(
        event_id=invitation.event_id,
        invitation_id=invitation.id,
        kind=DeliveryKind.INVITATION,
        address=invitation.email,
        language=invitation.language,
    )
    return _add(message)


def _add(message: Delivery) -> Delivery:
    waiting = db.session.scalar(
        select(Delivery)
        .where(
            Delivery.registration_id.is_not_distinct_from(message.registration_id),
            Delivery.speaker_id.is_not_distinct_from(message.speaker_id),
            Delivery.invitation_id.is_not_distinct_from(message.invitation_id),
            Delivery.kind == message.kind,
            Delivery.session_id.is_not_distinct_from(message.session_id),
            Delivery.address == message.address,
            Delivery.state == DeliveryState.QUEUED,
            Delivery.attempts == 0,
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


def _new_message_id() -> str:
    """A Message-ID without its brackets (RFC 5322 3.6.4), in the name of this installation's host."""
    return f"{links.random_secret()}@{urlsplit(config.current().public_url).hostname}"


@transactional
def claim(limit: int, channel: DeliveryChannel = DeliveryChannel.EMAIL) -> list[Claim]:
    """Takes up to ``limit`` due messages of a channel for the time of a lease, those that are due longest first.

    What another worker holds is passed over. A message whose worker died as often as it may be tried is given up.
    """
    now = clock.now()
    rows = db.session.execute(
        select(Delivery, Event.is_demo)
        .join(Event, Event.id == Delivery.event_id)
        .where(
            Delivery.channel == channel,
            Delivery.state == DeliveryState.QUEUED,
            Delivery.due_at <= now,
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(limit)
        .with_for_update(of=Delivery, skip_locked=True)
    ).all()
    claims = []
    for delivery, is_demo in rows:
        if delivery.attempts > len(rules.WAITS):
            delivery.state = DeliveryState.FAILED
            delivery.last_error = delivery.last_error or WORKER_ENDED
            continue
        delivery.attempts += 1
        delivery.due_at = now + rules.LEASE
        claims.append(Claim(delivery.id, delivery.attempts, is_demo))
    return claims


@transactional
def release(claim: Claim) -> None:
    """Gives a message back that was not tried, because the worker stops."""
    db.session.execute(
        _held(claim).values(due_at=clock.now(), attempts=claim.attempt - 1),
        execution_options={"synchronize_session": False},
    )


@transactional
def note_sent(claim: Claim) -> None:
    """Notes that a message left."""
    db.session.execute(
        update(Delivery)
        .where(Delivery.id == claim.delivery_id)
        .values(state=DeliveryState.SENT, sent_at=clock.now(), last_error=None),
        execution_options={"synchronize_session": False},
    )


@transactional
def note_failed(claim: Claim, reason: str, *, for_good: bool = False) -> None:
    """Notes that a message did not leave: it is tried again later, or never again."""
    wait = None if for_good else rules.wait_after(claim.attempt)
    outcome = {"state": DeliveryState.FAILED} if wait is None else {"due_at": clock.now() + wait}
    db.session.execute(
        _held(claim).values(last_error=reason[:MAX_REASON], **outcome),
        execution_options={"synchronize_session": False},
    )


def _held(claim: Claim) -> Update:
    """The row, if it is still this worker's: after the lease another one may have claimed or even sent it."""
    return update(Delivery).where(
        Delivery.id == claim.delivery_id,
        Delivery.state == DeliveryState.QUEUED,
        Delivery.attempts == claim.attempt,
    )
