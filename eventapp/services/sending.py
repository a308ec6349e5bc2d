"""Messages that leave: claimed by a worker, handed over outside any transaction, and noted with how it ended.

If a worker dies while it hands one over, its lease ends and the message is sent again under the same Message-ID: at
least once, and shown once. That it may have arrived twice is counted.
"""

from dataclasses import dataclass

from sqlalchemy import Update, select, update

from eventapp import clock
from eventapp.db import db, transactional
from eventapp.errors import NotFound
from eventapp.language import N_
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.mailing import Mailing
from eventapp.models.registration import Registration
from eventapp.rules import delivery as rules
from eventapp.rules import links
from eventapp.rules import mailing as mailings
from eventapp.rules.vocabulary import Channel, DeliveryChannel, DeliveryKind, DeliveryState

MAX_REASON = 500
MAX_PROVIDER_ID = 200
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
