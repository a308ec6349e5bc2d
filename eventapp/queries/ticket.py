"""Tickets, for whoever holds the link."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.checkin import Checkpoint
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, TicketType
from eventapp.models.ticket import Ticket
from eventapp.models.version import EventVersion
from eventapp.rules import ticket as rules
from eventapp.rules.vocabulary import CheckpointKind


@dataclass(frozen=True)
class Held:
    """A ticket with what its page is made of. ``version`` rises with every change of the event's public face."""

    ticket: Ticket
    attendee: Attendee
    ticket_type: TicketType
    event: Event
    version: int


_BY_CODE = (
    select(Ticket, Attendee, TicketType, Event, EventVersion.public)
    .join(Attendee, Attendee.id == Ticket.attendee_id)
    .join(TicketType, TicketType.id == Attendee.ticket_type_id)
    .join(Event, Event.id == Ticket.event_id)
    .join(EventVersion, EventVersion.event_id == Event.id)
    .where(Ticket.code == bindparam("code"))
)


def get(text: str) -> Held:
    """The ticket of a whole code, in whatever case and with or without dashes, valid or not.

    Raises NotFound, also for the short code alone: it is on every badge, and its tail is what protects a ticket.
    """
    reading = rules.read(text)
    row = db.session.execute(_BY_CODE, {"code": "".join(reading)}).first() if reading else None
    if row is None:
        raise NotFound("ticket")
    return Held(*row)


def find_doors_open_at(event_id: int, ticket_type_id: int) -> datetime | None:
    """When the venue's doors open for a ticket type; None if no time is set."""
    doors = db.session.execute(
        select(Checkpoint.opens_at, Checkpoint.ticket_type_ids).where(
            Checkpoint.event_id == event_id,
            Checkpoint.kind == CheckpointKind.VENUE,
            Checkpoint.closed_at.is_(None),
            Checkpoint.opens_at.is_not(None),
        )
    )
    return min(
        (opens_at for opens_at, types in doors if opens_at and (not types or ticket_type_id in types)), default=None
    )


def was_issued(attendee_id: int) -> bool:
    """Whether a person ever had a ticket, good or not."""
    return bool(db.session.scalar(select(exists().where(Ticket.attendee_id == attendee_id))))
