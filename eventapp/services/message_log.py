"""What the team does about messages that did not arrive: send them again, call instead, note that one came back."""

from typing import TypeVar

from sqlalchemy import select

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.language import N_
from eventapp.models.delivery import Delivery
from eventapp.models.invitation import Invitation
from eventapp.models.registration import Registration
from eventapp.models.speaker import Speaker
from eventapp.rules.vocabulary import NOT_ARRIVED, DeliveryChannel, DeliveryKind, DeliveryState
from eventapp.services import audit
from eventapp.services.sending import MAX_REASON

CAME_BACK = N_("It came back.")

Contact = Registration | Invitation | Speaker
Owner = TypeVar("Owner", Registration, Invitation, Speaker)


@transactional
def try_again(event_id: int, delivery_id: int, *, by_account_id: int | None) -> None:
    """Sends a message that did not arrive once more, to the address that counts now; one that waits for its next try
    leaves at once. Twice changes nothing.

    Raises NotFound; Refused with ``message_not_failed`` or ``message_leaving`` for one that is not to be sent again,
    or ``message_without_address``.
    """
    queries.event.lock(event_id)
    message = _held(event_id, delivery_id)
    if message.channel is DeliveryChannel.HAND or message.state not in {DeliveryState.QUEUED, *NOT_ARRIVED}:
        raise Refused("message_not_failed")
    if message.begun_at is not None:
        raise Refused("message_leaving")
    _again(message, _contacts([message])[message.id])
    _note("message.try_again", message, by_account_id)


@transactional
def try_all_again(event_id: int, *, by_account_id: int | None) -> int:
    """Sends all messages again that were given up, and refused ones whose address was corrected; returns how many."""
    queries.event.lock(event_id)
    wanted = queries.message_log.given_up(event_id)
    messages = list(
        db.session.scalars(
            select(Delivery).where(Delivery.id.in_(wanted)).order_by(Delivery.id).with_for_update(of=Delivery)
        )
    )
    contacts = _contacts(messages)
    for message in messages:
        _again(message, contacts[message.id])
    if messages:
        audit.record(
            "message.try_all_again",
            f"event:{event_id}",
            event_id=event_id,
            account_id=by_account_id,
            messages=len(messages),
        )
    return len(messages)


@transactional
def hand_over(event_id: int, delivery_id: int, *, by_account_id: int | None) -> None:
    """Gives a message that did not arrive, or waits, to those of the team who call. Twice changes nothing.

    Raises NotFound; Refused with ``message_not_failed``, ``message_leaving``, or ``message_not_by_hand`` for a code
    that proves who somebody is: nobody of the team is to see it.
    """
    queries.event.lock(event_id)
    message = _held(event_id, delivery_id)
    if message.channel is DeliveryChannel.HAND:
        return
    if message.state not in {DeliveryState.QUEUED, *NOT_ARRIVED}:
        raise Refused("message_not_failed")
    if message.begun_at is not None:
        raise Refused("message_leaving")
    if message.kind is DeliveryKind.PROOF_CODE:
        raise Refused("message_not_by_hand")  # whoever reads it could be the person
    message.channel, message.address = DeliveryChannel.HAND, _contacts([message])[message.id].phone or ""
    _requeue(message)
    _note("message.hand_over", message, by_account_id)


@transactional
def note_returned(event_id: int, delivery_id: int, reason: str | None, *, by_account_id: int | None) -> None:
    """Notes that a message that had left came back, with what the other side said. Twice changes nothing.

    Raises NotFound, and Refused("message_not_sent").
    """
    queries.event.lock(event_id)
    message = _held(event_id, delivery_id)
    if message.state is DeliveryState.BOUNCED:
        return
    if message.state is not DeliveryState.SENT or message.channel is DeliveryChannel.HAND:
        raise Refused("message_not_sent")
    message.state, message.last_error = DeliveryState.BOUNCED, (reason or CAME_BACK)[:MAX_REASON]
    _note("message.returned", message, by_account_id)


def _held(event_id: int, delivery_id: int) -> Delivery:
    """The message as it is now; a worker that wants it waits, or passes over it. Raises Refused("message_is_test"):
    a test is nobody's, so another one is sent instead."""
    message = db.session.scalar(
        select(Delivery)
        .where(Delivery.id == delivery_id, Delivery.event_id == event_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if message is None:
        raise NotFound(delivery_id)
    if message.trial_id is not None:
        raise Refused("message_is_test")
    return message


def _again(message: Delivery, whose: Contact) -> None:
    address = whose.phone if message.channel is DeliveryChannel.SMS else whose.email
    if not address:
        raise Refused("message_without_address")
    message.address = address
    _requeue(message)


def _requeue(message: Delivery) -> None:
    message.state, message.due_at, message.attempts, message.claim = DeliveryState.QUEUED, clock.now(), 0, None
    message.last_error = message.provider_id = message.sent_at = message.held_by_id = None


def _contacts(messages: list[Delivery]) -> dict[int, Contact]:
    """Whose each message is, by its id; read at once, rather than one by one."""
    registrations = _rows(Registration, {one.registration_id for one in messages})
    invitations = _rows(Invitation, {one.invitation_id for one in messages})
    speakers = _rows(Speaker, {one.speaker_id for one in messages})
    return {
        one.id: registrations.get(one.registration_id) or invitations.get(one.invitation_id) or speakers[one.speaker_id]
        for one in messages
    }


def _rows(model: type[Owner], ids: set[int | None]) -> dict[int | None, Owner]:
    known = {key for key in ids if key is not None}
    if not known:
        return {}
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(known)))}


def _note(action: str, message: Delivery, account_id: int | None) -> None:
    audit.record(action, f"delivery:{message.id}", event_id=message.event_id, account_id=account_id)
