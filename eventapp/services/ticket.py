"""Issues and revokes tickets."""

from datetime import datetime

from sqlalchemy import select

from eventapp import clock
from eventapp.db import db, transactional
from eventapp.models.event import Event
from eventapp.models.registration import Attendee
from eventapp.models.ticket import Serial, Ticket
from eventapp.rules import ticket as rules


def draw_serials(event_id: int, wanted: int) -> list[str]:
    """Serials that the event never used. The caller writes them in the same transaction, under the event's lock."""
    drawn: set[str] = set()
    while len(drawn) < wanted:
        fresh = {rules.new_serial() for _ in range(wanted - len(drawn))}
        used = db.session.scalars(select(Serial.value).where(Serial.event_id == event_id, Serial.value.in_(fresh)))
        drawn |= fresh - set(used)
    return list(drawn)


@transactional
def issue(attendee_id: int) -> Ticket:
    """Gives a confirmed attendee a ticket; one that has a valid ticket keeps it."""
    attendee = db.session.get_one(Attendee, attendee_id)
    valid = db.session.scalar(select(Ticket).where(Ticket.attendee_id == attendee_id, Ticket.revoked_at.is_(None)))
    if valid is not None:
        return valid
    ticket = new(db.session.get_one(Event, attendee.event_id), attendee, clock.now())
    db.session.add(ticket)
    db.session.flush()
    return ticket


def new(event: Event, attendee: Attendee, now: datetime) -> Ticket:
    """A ticket for an attendee who has none, not stored yet."""
    code = rules.make_code(event.door_key, attendee.serial, rules.new_tail())
    return Ticket(event_id=event.id, attendee_id=attendee.id, code=code, issued_at=now)


@transactional
def reissue(attendee_id: int) -> Ticket:
    """Gives an attendee a new ticket under a new serial; the old one is revoked and the door says so."""
    attendee = db.session.get_one(Attendee, attendee_id)
    _revoke_valid(attendee, clock.now())
    [serial] = draw_serials(attendee.event_id, 1)
    attendee.serial = serial
    db.session.add(Serial(event_id=attendee.event_id, value=serial, attendee_id=attendee.id))
    db.session.flush()
    return issue(attendee_id)


@transactional
def revoke(attendee_id: int) -> None:
    """Ends a person's ticket. Twice changes nothing."""
    _revoke_valid(db.session.get_one(Attendee, attendee_id), clock.now())


def _revoke_valid(attendee: Attendee, now: datetime) -> None:
    for ticket in db.session.scalars(
        select(Ticket).where(Ticket.attendee_id == attendee.id, Ticket.revoked_at.is_(None))
    ):
        ticket.revoked_at = now
    db.session.flush()
