"""Messages to send: queued with the change that causes them, sent after it by the worker.

A worker claims what is due, notes that it begins to hand it over, does so outside any transaction, and notes the
outcome. If it dies in between, its lease ends and the message is sent again under the same Message-ID: at least once,
and shown once. What was not begun has not left; of what was begun it is counted that nobody knows.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Update, insert, or_, select, update

from eventapp import clock, config, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound
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
from eventapp.rules.vocabulary import Channel, DeliveryChannel, DeliveryKind, DeliveryState

MAX_REASON = 500
MAX_PROVIDER_ID = 200
NOT_REACHED = N_("Nobody was reached.")
WORKER_ENDED = N_("The worker ended each time before the message had left.")
ENDED_MIDWAY = N_("The worker ended while it handed the message over.")


@dataclass(frozen=True)
class Claim:
    """One message that a worker holds for the time of its lease. ``attempt`` counts from 1; ``key`` is this claim's
    alone, since attempts are counted anew when somebody has it sent again."""

    delivery_id: int
    attempt: int
    is_demo: bool
    key: str


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
    now = clock.now()
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
                "created_at": now,
                "due_at": now,
                "message_id": _new_message_id(),
            }
        )
    if messages:
        db.session.execute(insert(Delivery), messages)
    return len(messages)


@transactional
def queue_all(event_id: int, kind: DeliveryKind, addressees: Sequence[Addressee]) -> int:
    """Queues one message to each of these people, all in one statement however many they are; returns how many.

    The caller sees to it that nobody has it twice.
    """
    now = clock.now()
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
                "created_at": now,
                "due_at": now,
                "message_id": _new_message_id(),
            }
        )
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
                "created_at": now,
                "due_at": now,
                "message_id": _new_message_id(),
            }
        )
    if messages:
        db.session.execute(insert(Delivery), messages)
    return len(messages)


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
def hand_over(delivery_id: int) -> bool:
    """Gives what an SMS could not tell to the team, if people must hear of it: always, or because they did nothing
    themselves that would make them look. Returns whether it did. Raises NotFound.

    It stays one message, so that nobody hears of it in two ways.
    """
    lost = db.session.get(Delivery, delivery_id, with_for_update=True)
    if lost is None:
        raise NotFound(delivery_id)
    if lost.state not in (DeliveryState.FAILED, DeliveryState.BOUNCED) or lost.channel is not DeliveryChannel.SMS:
        return False
    if lost.kind not in rules.MUST_HEAR and not _is_awaited(lost):
        return False
    lost.channel, lost.state, lost.due_at = DeliveryChannel.HAND, DeliveryState.QUEUED, clock.now()
    lost.attempts, lost.held_by_id, lost.claim, lost.begun_at = 0, None, None, None
    return True


def _is_awaited(lost: Delivery) -> bool:
    """Whether somebody of the team registered these people, or wanted them to be told by hand of a mailing."""
    if lost.mailing_id is not None:
        mailing = db.session.get_one(Mailing, lost.mailing_id)
        return mailings.of(mailing.audience, mailing.chosen).by_hand
    if lost.registration_id is None or lost.kind not in (DeliveryKind.CONFIRMATION, DeliveryKind.WAITING_LIST):
        return False
    registration = db.session.get_one(Registration, lost.registration_id)
    return registration.channel in (Channel.IMPORT, Channel.ASSISTED, Channel.INVITATION)


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


def _new_message_id() -> str:
    """A Message-ID without its brackets (RFC 5322 3.6.4), in the name of this installation's host."""
    return f"{links.random_secret()}@{urlsplit(config.current().public_url).hostname}"


@transactional
def claim(limit: int, channel: DeliveryChannel = DeliveryChannel.EMAIL) -> list[Claim]:
    """Takes up to ``limit`` due messages of a channel for the time of a lease, those that are due longest first; what
    is about one person's place goes before mailings, however many wait of these.

    What another worker holds is passed over. If the last one to hold a message ended while handing it over, nobody
    knows whether it left: that is counted. A message whose worker died as often as it may be tried is given up.
    """
    now = clock.now()
    due = (
        select(Delivery, Event.is_demo)
        .join(Event, Event.id == Delivery.event_id)
        .where(
            Delivery.channel == channel,
            Delivery.state == DeliveryState.QUEUED,
            Delivery.due_at <= now,
        )
        .order_by(Delivery.due_at, Delivery.id)
        .with_for_update(of=Delivery, skip_locked=True)
    )
    rows = list(db.session.execute(due.where(Delivery.mailing_id.is_(None)).limit(limit)))
    if len(rows) < limit:
        rows += db.session.execute(due.where(Delivery.mailing_id.is_not(None)).limit(limit - len(rows)))
    claims = []
    for delivery, is_demo in rows:
        if delivery.begun_at is not None:
            delivery.begun_at, delivery.last_error = None, ENDED_MIDWAY
            delivery.in_doubt += 1
        if delivery.attempts > len(rules.WAITS):
            delivery.state = DeliveryState.FAILED
            delivery.last_error = delivery.last_error or WORKER_ENDED
            if channel is DeliveryChannel.SMS:
                hand_over(delivery.id)
            continue
        delivery.attempts += 1
        delivery.due_at = now + rules.LEASE
        delivery.claim = links.random_secret()
        claims.append(Claim(delivery.id, delivery.attempts, is_demo, delivery.claim))
    return claims


@transactional
def begin(claim: Claim) -> bool:
    """Notes that a message is handed over from now on, after which nobody but this worker knows how it ends.

    False, and nothing may be sent, if it is not this worker's any more: its lease ended, or it was stopped.
    """
    now = clock.now()
    result = db.session.execute(
        _held(claim).values(begun_at=now, due_at=now + rules.HANDING_OVER),
        execution_options={"synchronize_session": False},
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE has one


@transactional
def release(claim: Claim) -> None:
    """Gives a message back that was not tried."""
    db.session.execute(
        _held(claim).values(due_at=clock.now(), begun_at=None, attempts=claim.attempt - 1),
        execution_options={"synchronize_session": False},
    )


@transactional
def put_off(claim: Claim, reason: str, *, channel: DeliveryChannel, demos: bool | None = None) -> None:
    """Gives a message back since the server itself cannot be used, and lets all wait that are due; no try is counted.

    ``demos``: only messages of demonstrations, or only of other events; None: all.
    """
    release(claim)
    now = clock.now()
    due = select(Delivery.id).where(
        Delivery.channel == channel, Delivery.state == DeliveryState.QUEUED, Delivery.due_at <= now
    )
    if demos is not None:
        due = due.where(Delivery.event_id.in_(select(Event.id).where(Event.is_demo.is_(demos))))
    due = due.where(Delivery.begun_at.is_(None)).with_for_update(skip_locked=True)
    db.session.execute(
        update(Delivery)
        .where(Delivery.id.in_(due))
        .values(due_at=now + rules.SERVER_REST, last_error=reason[:MAX_REASON]),
        execution_options={"synchronize_session": False},
    )


@transactional
def note_sent(claim: Claim, *, provider_id: str | None = None) -> None:
    """Notes that a message left. ``provider_id``: what the other side calls it."""
    db.session.execute(
        update(Delivery)
        .where(Delivery.id == claim.delivery_id)
        .values(
            state=DeliveryState.SENT,
            sent_at=clock.now(),
            begun_at=None,
            last_error=None,
            provider_id=provider_id[:MAX_PROVIDER_ID] if provider_id else None,
        ),
        execution_options={"synchronize_session": False},
    )


@transactional
def note_failed(claim: Claim, reason: str, *, for_good: bool = False, in_doubt: bool = False) -> bool:
    """Notes that a message did not leave: it is tried again later, and given up after the last try. False, and nothing
    is noted, if it is not this worker's any more.

    ``for_good``: it was refused for good; ``in_doubt``: it may have left after all.
    """
    wait = rules.wait_after(claim.attempt)
    outcome: dict[str, object] = {"begun_at": None, "last_error": reason[:MAX_REASON]}
    if for_good:
        outcome["state"] = DeliveryState.BOUNCED
    elif wait is None:
        outcome["state"] = DeliveryState.FAILED
    else:
        outcome["due_at"] = clock.now() + wait
    if in_doubt:
        outcome["in_doubt"] = Delivery.in_doubt + 1
    result = db.session.execute(_held(claim).values(**outcome), execution_options={"synchronize_session": False})
    return bool(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE has one


@transactional
def note_dropped(claim: Claim, reason: str) -> None:
    """Notes that a message is not needed any more."""
    db.session.execute(
        _held(claim).values(state=DeliveryState.DROPPED, last_error=reason[:MAX_REASON]),
        execution_options={"synchronize_session": False},
    )


def _held(claim: Claim) -> Update:
    """The row, if it is still this worker's: after the lease another one may have claimed or even sent it."""
    return update(Delivery).where(
        Delivery.id == claim.delivery_id,
        Delivery.state == DeliveryState.QUEUED,
        Delivery.claim == claim.key,
    )
