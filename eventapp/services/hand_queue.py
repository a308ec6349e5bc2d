"""What the team tells people by hand, shared among several: each message is somebody's alone for a time."""

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.formats import letter as letters
from eventapp.language import N_
from eventapp.models.account import Account
from eventapp.models.delivery import Delivery
from eventapp.rules import hand_queue as rules
from eventapp.rules.delivery import OUTDATED
from eventapp.rules.vocabulary import AttendeeStatus, DeliveryKind, DeliveryState
from eventapp.services import attendee, delivery, letter, waiting_list

MOST_DROPPED = 20
"""Messages that are dropped in one transaction: others who want the next one wait a moment, not a second."""

WRONG_NUMBER = N_("The number is wrong.")


def take_next(event_id: int, account_id: int, kind: DeliveryKind | None = None) -> int | None:
    """Gives somebody of the team the next message, for them alone for a time; returns its id, or None if there is none.

    Whoever has one before them, or left with one, gets that one again. What is no longer true is dropped on the way.
    ``kind``: only of this kind.
    """
    while True:
        taken, is_more = _take(event_id, account_id, kind)
        if not is_more:
            return taken


@transactional
def _take(event_id: int, account_id: int, kind: DeliveryKind | None) -> tuple[int | None, bool]:
    """A message, or None; and whether to look on."""
    _hold_account(account_id)
    for _ in range(MOST_DROPPED):
        held = queries.hand_queue.find_held(event_id, account_id)
        message = queries.hand_queue.lock(event_id, held.id) if held else None
        if message is None or not _is_of(message, account_id):
            message = queries.hand_queue.lock_next(event_id, clock.now(), kind)
        if message is None:
            return None, False
        if _keep(message, account_id):
            return message.id, False
    return None, True


@transactional
def take(event_id: int, delivery_id: int, account_id: int) -> bool:
    """Gives somebody of the team one message that they chose; what they have before them goes back. False if somebody
    else has it, or there is nothing to tell any more. Raises NotFound."""
    _hold_account(account_id)
    message = queries.hand_queue.lock(event_id, delivery_id)
    is_taken = message.held_by_id not in (None, account_id) and message.due_at > clock.now()
    if message.state is not DeliveryState.QUEUED or is_taken:
        return False
    _put_back_others(event_id, account_id, delivery_id)
    return _keep(message, account_id)


def _hold_account(account_id: int) -> None:
    """Two taps of one person come one after the other, so that they do not take two messages."""
    db.session.get_one(Account, account_id, with_for_update=True)


def _is_of(message: Delivery, account_id: int) -> bool:
    return message.state is DeliveryState.QUEUED and message.held_by_id == account_id


def _keep(message: Delivery, account_id: int) -> bool:
    """Makes a message somebody's for a time; False if it is no longer true: then it is dropped."""
    if letters.is_outdated(letter.of(queries.delivery.get_parts(message.id))):
        message.state, message.last_error, message.held_by_id = DeliveryState.DROPPED, OUTDATED, None
        db.session.flush()
        return False
    message.held_by_id, message.due_at = account_id, clock.now() + rules.LEASE
    db.session.flush()
    return True


def _put_back_others(event_id: int, account_id: int, delivery_id: int) -> None:
    held = queries.hand_queue.find_held(event_id, account_id)
    if held is not None and held.id != delivery_id:
        give_back(event_id, held.id, account_id)


@transactional
def sent(event_id: int, delivery_id: int, account_id: int) -> None:
    """Notes that somebody of the team told it, also if it is no longer before them. Twice changes nothing.

    An offered place is kept for a time from now on. Raises NotFound, or Refused("told_already"): by somebody else.
    """
    message = _lock(event_id, delivery_id)
    if message.state is DeliveryState.SENT and message.sent_by_id not in (None, account_id):
        raise Refused("told_already")
    is_kept_back = message.state is DeliveryState.DROPPED and message.held_by_id == account_id  # while it was told
    if message.state is not DeliveryState.QUEUED and not is_kept_back:
        return
    message.state, message.sent_at, message.sent_by_id = DeliveryState.SENT, clock.now(), account_id
    message.held_by_id = message.last_error = None
    if message.kind is DeliveryKind.OFFER and message.registration_id is not None:
        waiting_list.note_told(message.registration_id)


@transactional
def not_reached(event_id: int, delivery_id: int, account_id: int, *, attempts: int) -> None:
    """Notes that nobody was reached: it comes again later, and is given up after the third time; an offered place then
    goes on. ``attempts``: how often it was tried before, as the sender knew it, so that twice changes nothing.

    Raises NotFound.
    """
    message = _lock(event_id, delivery_id)
    if not _is_of(message, account_id) or message.attempts != attempts:
        return
    message.attempts += 1
    message.held_by_id, message.last_error = None, delivery.NOT_REACHED
    again_at = rules.again_at(clock.now(), message.attempts)
    if again_at is not None:
        message.due_at = again_at
        return
    _give_up(message, DeliveryState.FAILED, account_id)


@transactional
def wrong_number(event_id: int, delivery_id: int, account_id: int) -> None:
    """Notes that the number is somebody else's: nobody tries it again, and an offered place goes on. Twice changes
    nothing. Raises NotFound."""
    message = _lock(event_id, delivery_id)
    if _is_of(message, account_id):
        message.held_by_id, message.last_error = None, WRONG_NUMBER
        _give_up(message, DeliveryState.BOUNCED, account_id)


def _give_up(message: Delivery, state: DeliveryState, account_id: int) -> None:
    message.state = state
    db.session.flush()
    if message.kind is DeliveryKind.OFFER and message.registration_id is not None:
        waiting_list.pass_over(message.registration_id, by_account_id=account_id)


@transactional
def stays_away(event_id: int, delivery_id: int, account_id: int) -> None:
    """Gives back the places of people who, asked whether they still come, said no. Twice changes nothing.

    Raises NotFound, or Refused("already_admitted").
    """
    queries.event.lock(event_id)
    message = queries.hand_queue.lock(event_id, delivery_id)
    if message.registration_id is None:
        raise NotFound(delivery_id)
    if message.state is not DeliveryState.QUEUED:
        return
    registration_id = message.registration_id
    for person in queries.registration.list_people(registration_id):
        if person.status is AttendeeStatus.CONFIRMED:
            attendee.cancel(person.id, by_account_id=account_id)
    delivery.close_by_hand(registration_id, DeliveryKind.RECONFIRM, by_account_id=account_id)


@transactional
def give_back(event_id: int, delivery_id: int, account_id: int) -> None:
    """Gives a message back untold, to the end of the queue. Twice changes nothing. Raises NotFound."""
    message = queries.hand_queue.lock(event_id, delivery_id)
    if _is_of(message, account_id):
        message.held_by_id, message.due_at = None, clock.now()
        db.session.flush()


@transactional
def undo(event_id: int, delivery_id: int, account_id: int) -> bool:
    """Takes back that somebody told it, if they said so a short time ago; they have it before them again, and what they
    have now goes back. Twice changes nothing. False if it is too late, or they answered since. Raises NotFound."""
    _hold_account(account_id)
    message = _lock(event_id, delivery_id)
    if _is_of(message, account_id):
        return True
    if message.state is not DeliveryState.SENT or message.sent_by_id != account_id or message.sent_at is None:
        return False
    if message.sent_at < clock.now() - rules.UNDO or _is_answered(message):
        return False
    _put_back_others(event_id, account_id, delivery_id)
    message.state, message.sent_at, message.sent_by_id = DeliveryState.QUEUED, None, None
    message.held_by_id, message.due_at = account_id, clock.now() + rules.LEASE
    if message.kind is DeliveryKind.OFFER and message.registration_id is not None:
        waiting_list.note_told(message.registration_id, is_told=False)
    return True


def _is_answered(message: Delivery) -> bool:
    parts = queries.delivery.get_parts(message.id)
    if message.kind is DeliveryKind.RECONFIRM and parts.registration is not None:
        return parts.registration.reconfirmed_at is not None
    return letters.is_outdated(letter.of(parts))


def _lock(event_id: int, delivery_id: int) -> Delivery:
    """A message, locked; of an offer, which has to do with seats, the event first. Raises NotFound."""
    if queries.hand_queue.get(event_id, delivery_id).kind is DeliveryKind.OFFER:
        queries.event.lock(event_id)
    return queries.hand_queue.lock(event_id, delivery_id)
