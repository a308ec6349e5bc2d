"""Parties at a door: who else is on the registration of somebody who was let in, and who of them came."""

from dataclasses import dataclass

from sqlalchemy import func, select, true

from eventapp.db import db
from eventapp.models.checkin import Admission, Scan
from eventapp.models.registration import Attendee
from eventapp.models.ticket import Ticket
from eventapp.queries.door_page import IS_UNDONE
from eventapp.rules.vocabulary import AttendeeStatus, ScanKind


@dataclass(frozen=True)
class Member:
    """Somebody with a ticket on a registration, and whether they came through this door. ``scan_id``: by which scan of
    this phone, which can take it back."""

    attendee: Attendee
    code: str
    came: bool
    scan_id: str | None = None


def list_members(registration_id: int, checkpoint_id: int, device_id: int) -> list[Member]:
    """Everybody on a registration who has a ticket, in their order."""
    own = (
        select(func.max(Scan.id))
        .where(
            Scan.attendee_id == Attendee.id,
            Scan.checkpoint_id == checkpoint_id,
            Scan.device_id == device_id,
            Scan.moves == true(),
            Scan.kind.in_((ScanKind.ENTRY, ScanKind.GIVEN, ScanKind.LET_IN)),
            Scan.set_aside_at.is_(None),
            ~IS_UNDONE,
        )
        .correlate(Attendee)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Attendee, Ticket.code, Admission.entered_at, own)
        .join(Ticket, (Ticket.attendee_id == Attendee.id) & Ticket.revoked_at.is_(None))
        .outerjoin(Admission, (Admission.attendee_id == Attendee.id) & (Admission.checkpoint_id == checkpoint_id))
        .where(Attendee.registration_id == registration_id, Attendee.status == AttendeeStatus.CONFIRMED)
        .order_by(Attendee.position)
    )
    return [
        Member(attendee, code, entered_at is not None, scan_id if entered_at is not None else None)
        for attendee, code, entered_at, scan_id in rows
    ]
