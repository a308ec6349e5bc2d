"""Approval: an organizer looks at a registration before it has a seat."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.models.event import Event
from eventapp.rules.seats import Seats
from eventapp.rules.vocabulary import AttendeeStatus, DeliveryKind
from eventapp.services import audit, delivery, ticket, waiting_list


@dataclass
class Decided:
    """What became of the registrations that were looked at, by id."""

    seated: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    full: list[int] = field(default_factory=list)
    """There was no seat for them and no waiting list: they are still to be decided."""
    rejected: list[int] = field(default_factory=list)


@transactional
def approve(event_id: int, registration_ids: Collection[int], *, by_account_id: int | None = None) -> Decided:
    """Accepts registrations in the order in which they came: each gets seats and tickets, or waits.

    Those that nobody has to decide on any more are passed over, so that doing it twice changes nothing.
    """
    event = queries.event.lock(event_id)
    decided = Decided()
    waiting_list.settle_due(event_id)
    seats = queries.seats.load(event)
    for registration in queries.waiting_list.list_registrations(event_id, AttendeeStatus.PENDING):
        if registration.id in registration_ids:
            _approve(event, registration.id, seats, decided)
    for registration_id in (*decided.seated, *decided.waiting):
        subject = f"registration:{registration_id}"
        audit.record("registration.approve", subject, event_id=event_id, account_id=by_account_id)
    return decided


def _approve(event: Event, registration_id: int, seats: Seats, decided: Decided) -> None:
    people = queries.waiting_list.of_registration(registration_id, AttendeeStatus.PENDING)
    party = Counter(attendee.ticket_type_id for attendee in people)
    if seats.fits(party):
        status = AttendeeStatus.CONFIRMED
        for type_id, number in party.items():
            seats.take(type_id, number)
    elif event.waiting_list:
        status = AttendeeStatus.WAITLISTED
    else:
        decided.full.append(registration_id)
        return
    for attendee in people:
        attendee.status, attendee.status_at = status, clock.now()
    db.session.flush()
    if status is AttendeeStatus.CONFIRMED:
        for attendee in people:
            ticket.issue(attendee.id)
        decided.seated.append(registration_id)
        delivery.queue(registration_id, DeliveryKind.CONFIRMATION, must_hear=True)
    else:
        decided.waiting.append(registration_id)
        delivery.queue(registration_id, DeliveryKind.WAITING_LIST, must_hear=True)


@transactional
def reject(event_id: int, registration_ids: Collection[int], *, by_account_id: int | None = None) -> Decided:
    """Turns registrations down that are to be decided; the others are passed over."""
    queries.event.lock(event_id)
    decided = Decided()
    for registration in queries.waiting_list.list_registrations(event_id, AttendeeStatus.PENDING):
        if registration.id not in registration_ids:
            continue
        _move(registration.id, AttendeeStatus.PENDING, AttendeeStatus.REJECTED)
        decided.rejected.append(registration.id)
        subject = f"registration:{registration.id}"
        audit.record("registration.reject", subject, event_id=event_id, account_id=by_account_id)
        delivery.queue(registration.id, DeliveryKind.REJECTION, must_hear=True)
    return decided


@transactional
def reconsider(event_id: int, registration_id: int, *, by_account_id: int | None = None) -> None:
    """Takes a refusal back: the registration is to be decided again. Raises NotFound; twice changes nothing."""
    queries.event.lock(event_id)
    queries.registration.get_in(event_id, registration_id)
    if _move(registration_id, AttendeeStatus.REJECTED, AttendeeStatus.PENDING):
        subject = f"registration:{registration_id}"
        audit.record("registration.reconsider", subject, event_id=event_id, account_id=by_account_id)


def _move(registration_id: int, before: AttendeeStatus, after: AttendeeStatus) -> bool:
    people = queries.waiting_list.of_registration(registration_id, before)
    for attendee in people:
        attendee.status, attendee.status_at = after, clock.now()
    db.session.flush()
    return bool(people)
