"""The waiting list: free places are offered to whoever is next, kept for a time, and go on without an answer."""

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration
from eventapp.rules import seats as seat_rules
from eventapp.rules import waiting_list as rules
from eventapp.rules.vocabulary import AttendeeStatus, DeliveryKind, EventState
from eventapp.services import audit, delivery, ticket


@transactional
def settle(event_id: int) -> list[int]:
    """Does what the clock asks for: takes back places whose time to answer is over, and gives free ones to whoever is
    next. Returns the registrations that got seats or offers."""
    if queries.event.lock(event_id).state is EventState.CANCELLED:
        return []
    now = clock.now()
    lapsed: dict[int, None] = {}
    for attendee in queries.waiting_list.list_offered(event_id, until=now):
        _move(attendee, AttendeeStatus.WAITLISTED)  # to the end of the list
        lapsed[attendee.registration_id] = None
    for registration_id in lapsed:
        audit.record("waiting_list.lapse", f"registration:{registration_id}", event_id=event_id, account_id=None)
        delivery.queue(registration_id, DeliveryKind.OFFER_LAPSED)
    for invitation in queries.waiting_list.list_holding(event_id, until=now):
        audit.record(
            "invitation.release",
            f"invitation:{invitation.id}",
            event_id=event_id,
            account_id=None,
            places=invitation.held,
        )
        invitation.held = 0
    db.session.flush()
    return promote(event_id)


def settle_due(event_id: int) -> None:
    """Settles an event if something is due in it: before seats are counted for somebody. The caller holds the event."""
    if queries.waiting_list.is_something_due(event_id, clock.now()):
        settle(event_id)


@transactional
def promote(event_id: int) -> list[int]:
    """Gives free seats to the waiting parties that fit, first come first; returns their registrations' ids.

    They are offered the seats for a time, and hold them meanwhile; where there is no time left to ask, or the organizer
    does not want it, they have them at once. Whoever has no address gets an offer without an end, and is put on the
    list of those whom the team calls.
    """
    event = queries.event.lock(event_id)
    if event.state is EventState.CANCELLED:
        return []
    waiting = queries.waiting_list.list_parties(event_id, offered_less_than=rules.MAX_OFFERS)
    if not waiting:
        return []
    chosen = seat_rules.fitting(waiting, queries.seats.load(event))
    for registration_id in chosen:
        _give(event, registration_id)
    return chosen


def _give(event: Event, registration_id: int) -> None:
    registration = db.session.get_one(Registration, registration_id)
    people = queries.waiting_list.of_registration(registration_id, AttendeeStatus.WAITLISTED)
    until = rules.offer_until(clock.now(), event.offer_hours, event.timezone, event.starts_at)
    if until is None:
        _seat(people)
        delivery.queue(registration_id, DeliveryKind.PLACE_FREE)
        return
    for attendee in people:
        _move(attendee, AttendeeStatus.OFFERED)
        attendee.offer_until = until if registration.email else None
        attendee.offers += 1
    db.session.flush()
    delivery.queue(registration_id, DeliveryKind.OFFER)


def _seat(people: list[Attendee]) -> None:
    for attendee in people:
        _move(attendee, AttendeeStatus.CONFIRMED)
    db.session.flush()
    for attendee in people:
        ticket.issue(attendee.id)


def _move(attendee: Attendee, status: AttendeeStatus) -> None:
    attendee.status, attendee.status_at, attendee.offer_until = status, clock.now(), None


@transactional
def renew_offers(event_id: int) -> None:
    """Keeps offered places anew that were out of reach for a time, and says so; places that were kept while nobody
    could answer would go on to others otherwise."""
    event = queries.event.lock(event_id)
    people = queries.waiting_list.list_offered(event_id, until=None)
    until = rules.offer_until(clock.now(), event.offer_hours, event.timezone, event.starts_at)
    for attendee in people:
        if attendee.offer_until is not None and until is not None:
            attendee.offer_until = max(attendee.offer_until, until)
    for registration_id in dict.fromkeys(attendee.registration_id for attendee in people):
        delivery.queue(registration_id, DeliveryKind.OFFER)


@transactional
def accept(registration_id: int, *, by_account_id: int | None = None) -> None:
    """Takes the places that a registration is offered; also after their time, while nobody else has them.

    A party that waits without being asked any more takes places that are free. Doing it twice changes nothing. Raises
    Refused("offer_gone") when there is nothing to take, and Refused("event_over") while the event is cancelled.
    """
    event = queries.event.lock(queries.registration.get(registration_id).event_id)
    if event.state is EventState.CANCELLED:
        raise Refused("event_over")
    people = queries.waiting_list.of_registration(registration_id, AttendeeStatus.OFFERED)
    if not people:
        people = _unasked(event, registration_id)
    if not people:
        if queries.waiting_list.of_registration(registration_id, AttendeeStatus.CONFIRMED):
            return
        raise Refused("offer_gone")
    _seat(people)
    delivery.close_by_hand(registration_id, DeliveryKind.OFFER, by_account_id=by_account_id)
    audit.record("waiting_list.accept", f"registration:{registration_id}", event_id=event.id, account_id=by_account_id)
    delivery.queue(registration_id, DeliveryKind.CONFIRMATION)


@transactional
def note_told(registration_id: int, *, is_told: bool = True) -> None:
    """Notes that the team told a party of its offer: from now on it is kept for a time, as for those who get a mail.

    ``is_told`` False takes that back: it is kept until somebody calls. Offers that have an end already keep it.
    """
    event = queries.event.lock(queries.registration.get(registration_id).event_id)
    until = rules.offer_until(clock.now(), event.offer_hours, event.timezone, event.starts_at) if is_told else None
    for attendee in queries.waiting_list.of_registration(registration_id, AttendeeStatus.OFFERED):
        if attendee.offer_until is None or not is_told:
            attendee.offer_until = until


def _unasked(event: Event, registration_id: int) -> list[Attendee]:
    """The waiting people of a party that had all its offers, if there are free seats for them now."""
    if not queries.waiting_list.may_take(event, registration_id):
        return []
    return queries.waiting_list.of_registration(registration_id, AttendeeStatus.WAITLISTED)


@transactional
def decline(registration_id: int, *, by_account_id: int | None = None) -> None:
    """Gives back the places that a registration is offered; they go to whoever is next. Twice changes nothing."""
    event_id = queries.registration.get(registration_id).event_id
    queries.event.lock(event_id)
    people = queries.waiting_list.of_registration(registration_id, AttendeeStatus.OFFERED)
    if not people:
        return
    for attendee in people:
        _move(attendee, AttendeeStatus.CANCELLED)
    db.session.flush()
    delivery.close_by_hand(registration_id, DeliveryKind.OFFER, by_account_id=by_account_id)
    audit.record("waiting_list.decline", f"registration:{registration_id}", event_id=event_id, account_id=by_account_id)
    delivery.queue(registration_id, DeliveryKind.CANCELLATION)
    promote(event_id)


@transactional
def pass_over(registration_id: int, *, by_account_id: int) -> None:
    """Ends an offer by hand, when the team could not reach anybody: the party goes to the end of the list, the places
    to whoever is next. Twice changes nothing."""
    event_id = queries.registration.get(registration_id).event_id
    queries.event.lock(event_id)
    people = queries.waiting_list.of_registration(registration_id, AttendeeStatus.OFFERED)
    if not people:
        return
    for attendee in people:
        _move(attendee, AttendeeStatus.WAITLISTED)
    db.session.flush()
    delivery.close_by_hand(
        registration_id, DeliveryKind.OFFER, by_account_id=by_account_id, last_error=delivery.NOT_REACHED
    )
    audit.record(
        "waiting_list.pass_over", f"registration:{registration_id}", event_id=event_id, account_id=by_account_id
    )
    delivery.queue(registration_id, DeliveryKind.OFFER_LAPSED)
    promote(event_id)
