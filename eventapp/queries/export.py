"""Lists to take along, row by row, however long they are."""

from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import func, select

from eventapp.db import db
from eventapp.language import local
from eventapp.models.checkin import Admission, Checkpoint
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration, TicketType
from eventapp.models.ticket import Ticket
from eventapp.rules.vocabulary import CheckpointKind

Cell: TypeAlias = str | datetime | None

ATTENDEE_COLUMNS = (
    "name",
    "status",
    "ticket_type",
    "registered_at",
    "entered_at",
    "organization",
    "organization_type",
    "function",
    "sex",
    "age_band",
    "region",
    "photo_consent",
    "guardian_name",
    "guardian_phone",
    "email",
    "phone",
    "language",
    "channel",
)
CHUNK = 1_000

_ENTERED_AT = (
    select(func.min(Admission.entered_at))
    .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
    .where(Admission.attendee_id == Attendee.id, Checkpoint.kind == CheckpointKind.VENUE)
    .correlate(Attendee)
    .scalar_subquery()
)
_ATTENDEES = (
    select(
        Attendee.name,
        Attendee.status,
        TicketType.name,
        Registration.created_at,
        _ENTERED_AT,
        Attendee.organization,
        Attendee.organization_type,
        Attendee.function,
        Attendee.sex,
        Attendee.age_band,
        Attendee.region,
        Attendee.photo_consent,
        Attendee.guardian_name,
        Attendee.guardian_phone,
        Registration.email,
        Registration.phone,
        Registration.language,
        Registration.channel,
    )
    .join(Registration, Registration.id == Attendee.registration_id)
    .join(TicketType, TicketType.id == Attendee.ticket_type_id)
    .order_by(Registration.created_at, Attendee.registration_id, Attendee.position, Attendee.id)
)


def attendee_columns(*, with_codes: bool) -> tuple[str, ...]:
    """The names of the columns of `attendees`."""
    return (*ATTENDEE_COLUMNS, "code") if with_codes else ATTENDEE_COLUMNS


def attendees(event: Event, *, with_codes: bool) -> Iterator[tuple[Cell, ...]]:
    """Everybody on an event's registrations, in the order of registering; instants on the event's clocks.

    ``with_codes`` adds the whole code of the valid ticket: whoever has it has the ticket.
    """
    statement = _ATTENDEES.where(Attendee.event_id == event.id)
    if with_codes:
        statement = statement.add_columns(Ticket.code).outerjoin(
            Ticket, (Ticket.attendee_id == Attendee.id) & Ticket.revoked_at.is_(None)
        )
    zone, languages = event.timezone, list(event.languages)
    for name, status, kind, registered_at, entered_at, *rest in db.session.execute(
        statement, execution_options={"yield_per": CHUNK}
    ):
        yield (
            name,
            status.value,
            kind.pick(languages, languages[0] if languages else None).value,
            local(registered_at, zone),
            local(entered_at, zone) if entered_at else None,
            *(None if cell is None else str(cell) for cell in rest),
        )
