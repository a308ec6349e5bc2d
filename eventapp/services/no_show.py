"""People who may not come: they are asked once more, and places that nobody wants go to others."""

from sqlalchemy import update

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration
from eventapp.rules import event as event_rules
from eventapp.rules import no_show as rules
from eventapp.rules.event import Stage
from eventapp.rules.vocabulary import AttendeeStatus, DeliveryKind
from eventapp.services import attendee as attendees
from eventapp.services import audit, delivery, session_seat, waiting_list

BATCH = 200
"""Registrations in one transaction: others who wait for the event's lock wait a moment, not a minute."""


@transactional
def ask(event_id: int) -> int:
    """Asks the next registrations whether they still come, if it is time to; returns how many were asked.

    Whoever registered after that time has just said so, and is not asked.
    """
    event = queries.event.lock(event_id)
    now = clock.now()
    asked_at = rules.asked_at(event.starts_at, event.reconfirm_days, event.timezone)
    if asked_at is None or now < asked_at or _stage(event) is not Stage.UPCOMING:
        return 0
    asked = queries.no_show.list_to_ask(event_id, asked_at, limit=BATCH)
    for registration in asked:
        registration.reconfirm_asked_at = now
        delivery.queue(registration.id, DeliveryKind.RECONFIRM)
    return len(asked)


@transactional
def confirm(registration_id: int, *, by_account_id: int | None = None) -> None:
    """Notes that the people of a registration still come. Twice changes nothing. Raises NotFound."""
    event_id = queries.registration.get(registration_id).event_id
    queries.event.lock(event_id)
    registration = db.session.get_one(Registration, registration_id, populate_existing=True)
    if registration.reconfirmed_at is None:
        registration.reconfirmed_at = clock.now()
        delivery.close_by_hand(registration_id, DeliveryKind.RECONFIRM, by_account_id=by_account_id)
        subject = f"registration:{registration_id}"
        audit.record("registration.reconfirm", subject, event_id=event_id, account_id=by_account_id)


@transactional
def release(event_id: int) -> int:
    """Takes back the places of the next registrations that were told of the question and did not answer, if the
    organizer wants that and it is time to; they go to the waiting list. Returns how many registrations it were."""
    event = queries.event.lock(event_id)
    now = clock.now()
    released_at = rules.released_at(event.starts_at, event.release_days, event.timezone)
    if released_at is None or now < released_at or _stage(event) is not Stage.UPCOMING:
        return 0
    unanswered = queries.no_show.list_unanswered(event_id, limit=BATCH)
    for registration in unanswered:
        for guest in queries.no_show.list_seated(registration.id):
            attendee = attendees.hold(guest.id)
            if queries.registration.was_admitted(guest.id):
                continue  # let in while we looked
            attendee.status, attendee.status_at = AttendeeStatus.CANCELLED, now
            db.session.flush()
            session_seat.release(attendee.id)
        subject = f"registration:{registration.id}"
        audit.record("registration.release", subject, event_id=event_id, account_id=None)
        db.session.flush()
        delivery.queue(registration.id, DeliveryKind.RELEASED)
    if unanswered:
        waiting_list.promote(event_id)
    return len(unanswered)


@transactional
def open_unclaimed(event_id: int) -> int:
    """Opens the seats of people who have not come to those at the door, once, if it is time to; returns how many.

    Tickets stay good: whoever comes late is let in. The waiting list is not asked: its people are not at the door.
    """
    event = queries.event.lock(event_id)
    now = clock.now()
    opened_at = rules.opened_at(event.starts_at, event.unclaimed_minutes)
    if opened_at is None or now < opened_at or event.unclaimed_opened_at is not None:
        return 0
    if _stage(event) is not Stage.RUNNING:
        return 0
    event.unclaimed_opened_at = now
    # Not row by row: phones hold a copy of these rows, but nothing of them that this changes.
    opened = len(
        db.session.scalars(
            update(Attendee).where(queries.no_show.unclaimed(event_id)).values(unclaimed_at=now).returning(Attendee.id),
            execution_options={"synchronize_session": False},
        ).all()
    )
    audit.record("event.open_unclaimed", f"event:{event_id}", event_id=event_id, account_id=None, places=opened)
    return opened


def _stage(event: Event) -> Stage:
    return event_rules.stage(event.state, event.starts_at, event.ends_at, clock.now())
