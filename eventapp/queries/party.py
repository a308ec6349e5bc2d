"""Parties at a door: who else is on the registration of somebody who was let in, and who of them came."""

from dataclasses import dataclass

from sqlalchemy import select

from eventapp.db import db
from eventapp.models.checkin import Admission
from eventapp.models.registration import Attendee
from eventapp.models.ticket import Ticket
from eventapp.rules.vocabulary import AttendeeStatus


@dataclass(frozen=True)
class Member:
    """Somebody with a ticket on a registration, and whether they came through this door."""

    attendee: Attendee
    code: str
    came: bool


def list_members(registration_id: int, checkpoint_id: int) -> list[Member]:
    """Everybody on a registration who has a ticket, in their order."""
    rows = db.session.execute(
        select(Attendee, Ticket.code, Admission.entered_at)
        .join(Ticket, (Ticket.attendee_id == Attendee.id) & Ticket.revoked_at.is_(None))
        .outerjoin(Admission, (Admission.attendee_id == Attendee.id) & (Admission.checkpoint_id == checkpoint_id))
        .where(Attendee.registration_id == registration_id, Attendee.status == AttendeeStatus.CONFIRMED)
        .order_by(Attendee.position)
    )
    return [Member(attendee, code, entered_at is not None) for attendee, code, entered_at in rows]
