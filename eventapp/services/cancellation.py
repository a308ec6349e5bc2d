"""Cancelling an event, and taking that back: its pages say so at once, and those whom it concerns are told once."""

from sqlalchemy import or_, select, update

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.formats import letter as letters
from eventapp.language import N_, LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.mailing import Mailing
from eventapp.rules import cancellation as rules
from eventapp.rules.vocabulary import DeliveryKind, DeliveryState, EventState, MailingState
from eventapp.services import audit, delivery, waiting_list

CALLED_OFF = N_("Not sent: the event was cancelled.")
BACK_ON = N_("Not sent: the event takes place after all.")


@transactional
def cancel(
    event_id: int,
    note: LocalizedText,
    *,
    tell: bool,
    account_id: int | None = None,
    form_id: str | None = None,
) -> int:
    """Cancels a public event; ``note`` says why and what happens now. Returns how many messages were queued.

    With ``tell``, everybody whom it concerns gets one. What waited to be sent, and would still ask people to come, is
    not sent any more. Twice changes nothing and queues nothing. Raises Refused with ``cancel_draft``, ``cancel_over``
    or ``text_too_long``.
    """
    event = queries.event.lock(event_id)
    if event.state is EventState.CANCELLED or _was_sent("event.cancel", event_id, form_id):
        return 0
    now = clock.now()
    rules.check_may_cancel(event.state, event.starts_at, event.ends_at, now)
    rules.check_note(note)
    event.state, event.cancelled_at, event.cancelled_note = EventState.CANCELLED, now, note
    _raise_sequence(event)
    _drop(event_id, [kind for kind in DeliveryKind if kind not in letters.SAID_OF_CANCELLED], CALLED_OFF)
    told = 0
    if tell:
        told = delivery.queue_all(event_id, DeliveryKind.EVENT_CANCELLED, queries.addressee.list_concerned(event))
    subject = f"event:{event_id}"
    audit.record("event.cancel", subject, event_id=event_id, account_id=account_id, form_id=form_id, messages=told)
    return told


@transactional
def change_note(event_id: int, note: LocalizedText, *, account_id: int | None = None) -> None:
    """Changes why the event is cancelled, on its pages and in what did not leave yet. Raises Refused with
    ``cancel_not`` or ``text_too_long``."""
    event = queries.event.lock(event_id)
    if event.state is not EventState.CANCELLED:
        raise Refused("cancel_not")
    rules.check_note(note)
    if audit.apply(event, cancelled_note=note):
        audit.record("event.change_note", f"event:{event_id}", event_id=event_id, account_id=account_id)


@transactional
def revive(event_id: int, *, tell: bool, account_id: int | None = None, form_id: str | None = None) -> int:
    """Makes a cancelled event take place after all: public as before, with all its places and tickets.

    Messages that were kept back when it was cancelled leave now, as far as they are still true; offered places are kept
    anew. With ``tell``, those who were told, or may have been, hear of it. Returns how many messages say so. Twice
    changes nothing.
    """
    event = queries.event.lock(event_id)
    if event.state is not EventState.CANCELLED or _was_sent("event.revive", event_id, form_id):
        return 0
    since = event.cancelled_at or event.created_at
    told = queries.addressee.list_told(event, DeliveryKind.EVENT_CANCELLED, since) if tell else []
    event.state, event.cancelled_at, event.cancelled_note = EventState.PUBLISHED, None, LocalizedText()
    _raise_sequence(event)
    _drop(event_id, [DeliveryKind.EVENT_CANCELLED], BACK_ON)
    now = clock.now()
    stopped = select(Mailing.id).where(Mailing.event_id == event_id, Mailing.state == MailingState.STOPPED)
    db.session.execute(
        update(Delivery)
        .where(
            Delivery.event_id == event_id,
            Delivery.state == DeliveryState.DROPPED,
            Delivery.last_error == CALLED_OFF,
            Delivery.kind != DeliveryKind.EVENT_REVIVED,  # who is told is decided anew
            or_(Delivery.mailing_id.is_(None), Delivery.mailing_id.not_in(stopped)),
        )
        .values(state=DeliveryState.QUEUED, last_error=None, held_by_id=None, claim=None, due_at=now),
        execution_options={"synchronize_session": False},
    )
    messages = delivery.queue_all(event_id, DeliveryKind.EVENT_REVIVED, told)
    db.session.flush()
    waiting_list.renew_offers(event_id)
    subject = f"event:{event_id}"
    audit.record("event.revive", subject, event_id=event_id, account_id=account_id, form_id=form_id, messages=messages)
    return messages


def _was_sent(action: str, event_id: int, form_id: str | None) -> bool:
    """Whether this form did it already: it may come again from the browser's memory, after it was taken back."""
    return form_id is not None and audit.find_made(action, form_id, event_id=event_id) is not None


def _raise_sequence(event: Event) -> None:
    event.sequence, event.sequenced_at = event.sequence + 1, clock.now()


def _drop(event_id: int, kinds: list[DeliveryKind], reason: str) -> None:
    """Takes back what waits, of these kinds; what a worker is handing over just now is looked at by the worker."""
    db.session.execute(
        update(Delivery)
        .where(
            Delivery.event_id == event_id,
            Delivery.state == DeliveryState.QUEUED,
            Delivery.begun_at.is_(None),
            Delivery.kind.in_(kinds),
        )
        .values(state=DeliveryState.DROPPED, last_error=reason),
        execution_options={"synchronize_session": False},
    )
