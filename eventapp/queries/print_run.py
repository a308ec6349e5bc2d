"""Print runs: those of an event, and the people whose tickets one prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import undefer

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.print_run import PrintRun
from eventapp.models.registration import Attendee, Registration, TicketType
from eventapp.models.stored_file import StoredFile
from eventapp.models.ticket import Ticket
from eventapp.rules.vocabulary import AttendeeStatus, PrintState

IS_DUE = PrintRun.due_at <= bindparam("now")
"""Of one that waits: it may begin; of one that runs: its worker's lease is over; of a file: nobody needs it longer."""

_IS_ANY_DUE = select(
    exists().where(
        IS_DUE,
        or_(
            PrintRun.state.in_((PrintState.QUEUED, PrintState.RUNNING)),
            and_(PrintRun.state == PrintState.DONE, PrintRun.sha256.is_not(None)),
        ),
    )
)


def is_any_due(now: datetime) -> bool:
    """Whether a worker has something to do; asked every second, so it is one look at an index."""
    return bool(db.session.scalar(_IS_ANY_DUE, {"now": now}))


def get_in(event_id: int, run_id: int) -> PrintRun:
    """A print run of an event. Raises NotFound, also for one of another event."""
    run = db.session.scalar(select(PrintRun).where(PrintRun.id == run_id, PrintRun.event_id == event_id))
    if run is None:
        raise NotFound(run_id)
    return run


def list_of_event(event_id: int, *, limit: int) -> list[PrintRun]:
    """The print runs of an event, the latest first."""
    query = select(PrintRun).where(PrintRun.event_id == event_id).order_by(PrintRun.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def get_file(event_id: int, run_id: int) -> tuple[PrintRun, StoredFile]:
    """A print run that is ready, with its file. Raises NotFound when there is none, or none any longer."""
    row = db.session.execute(
        select(PrintRun, StoredFile)
        .join(StoredFile, StoredFile.sha256 == PrintRun.sha256)
        .where(PrintRun.id == run_id, PrintRun.event_id == event_id, PrintRun.state == PrintState.DONE)
        .options(undefer(StoredFile.content))
    ).first()
    if row is None:
        raise NotFound(run_id)
    return row[0], row[1]


@dataclass(frozen=True)
class Printed:
    """A ticket to print, with whose it is and in which language they read."""

    ticket: Ticket
    attendee: Attendee
    ticket_type: TicketType
    language: str


def list_ticket_ids(event_id: int, options: dict[str, Any]) -> list[int]:
    """The tickets that a run with these options prints, in the order of names, in which people look for them."""
    query = select(Ticket.id).join(Attendee, Attendee.id == Ticket.attendee_id).join(Registration)
    return list(db.session.scalars(query.where(*_wanted(event_id, options)).order_by(Attendee.name_key, Ticket.id)))


def count_tickets(event_id: int, options: dict[str, Any]) -> int:
    """How many tickets `list_ticket_ids` would find."""
    query = select(func.count(Ticket.id)).join(Attendee, Attendee.id == Ticket.attendee_id).join(Registration)
    return db.session.scalar(query.where(*_wanted(event_id, options))) or 0


def list_tickets(ticket_ids: Sequence[int]) -> list[Printed]:
    """Those of these tickets that still open doors, in the order given."""
    rows = db.session.execute(
        select(Ticket, Attendee, TicketType, Registration.language)
        .join(Attendee, Attendee.id == Ticket.attendee_id)
        .join(TicketType, TicketType.id == Attendee.ticket_type_id)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(Ticket.id.in_(ticket_ids), *_IS_GOOD)
    )
    found = {row[0].id: Printed(*row) for row in rows}
    return [found[ticket_id] for ticket_id in ticket_ids if ticket_id in found]


_IS_GOOD: tuple[ColumnElement[bool], ...] = (
    Ticket.revoked_at.is_(None),
    Attendee.status == AttendeeStatus.CONFIRMED,
    Attendee.erased_at.is_(None),
)


def _wanted(event_id: int, options: dict[str, Any]) -> list[ColumnElement[bool]]:
    """``ticket_type_id``: of one category; ``without_email``: of people whom no mail reaches."""
    wanted = [Ticket.event_id == event_id, *_IS_GOOD]
    if options.get("ticket_type_id") is not None:
        wanted.append(Attendee.ticket_type_id == options["ticket_type_id"])
    if options.get("without_email"):
        wanted.append(Registration.email.is_(None))
    return wanted
