"""What the people of a registration may know and do about it: all that is stored, and who gave a place back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select

from eventapp.db import db
from eventapp.models.agenda import AgendaItem
from eventapp.models.audit import AuditEntry
from eventapp.models.checkin import Checkpoint, Scan
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.models.programme import EventSession
from eventapp.models.question import Answer, Consent, EventQuestion
from eventapp.models.registration import Attendee, Registration
from eventapp.models.session_seat import SessionSeat
from eventapp.models.ticket import Ticket


@dataclass(frozen=True)
class Person:
    """One person with all that is stored about them."""

    attendee: Attendee
    answers: Sequence[tuple[EventQuestion, Any]]
    consents: Sequence[Consent]
    """The latest first."""
    tickets: Sequence[Ticket]
    scans: Sequence[tuple[Scan, Checkpoint]]
    seats: Sequence[tuple[SessionSeat, EventSession]]


@dataclass(frozen=True)
class Stored:
    """A registration with all that is stored about it and its people."""

    event: Event
    registration: Registration
    people: Sequence[Person]
    messages: Sequence[Delivery]
    sessions: Sequence[EventSession]
    """Those that were chosen."""
    invitation: Invitation | None


def get(registration: Registration) -> Stored:
    """All that is stored about a registration and its people; the same number of queries however many they are."""
    ids = [one.id for one in registration.attendees]
    answers = _by_person(
        select(Answer.attendee_id, EventQuestion, Answer.value)
        .join(EventQuestion, EventQuestion.id == Answer.question_id)
        .where(Answer.attendee_id.in_(ids))
        .order_by(EventQuestion.position, EventQuestion.id)
    )
    consents = _by_person(
        select(Consent.attendee_id, Consent).where(Consent.attendee_id.in_(ids)).order_by(Consent.id.desc())
    )
    tickets = _by_person(select(Ticket.attendee_id, Ticket).where(Ticket.attendee_id.in_(ids)).order_by(Ticket.id))
    scans = _by_person(
        select(Scan.attendee_id, Scan, Checkpoint)
        .join(Checkpoint, Checkpoint.id == Scan.checkpoint_id)
        .where(Scan.attendee_id.in_(ids))
        .order_by(Scan.corrected_at, Scan.id)
    )
    seats = _by_person(
        select(SessionSeat.attendee_id, SessionSeat, EventSession)
        .join(EventSession, EventSession.id == SessionSeat.session_id)
        .where(SessionSeat.attendee_id.in_(ids))
        .order_by(SessionSeat.status_at, SessionSeat.session_id)
    )
    people = [
        Person(
            attendee=one,
            answers=[(row[0], row[1]) for row in answers[one.id]],
            consents=[row[0] for row in consents[one.id]],
            tickets=[row[0] for row in tickets[one.id]],
            scans=[(row[0], row[1]) for row in scans[one.id]],
            seats=[(row[0], row[1]) for row in seats[one.id]],
        )
        for one in registration.attendees
    ]
    chosen = select(AgendaItem.session_id).where(AgendaItem.registration_id == registration.id)
    return Stored(
        event=db.session.get_one(Event, registration.event_id),
        registration=registration,
        people=people,
        messages=list(
            db.session.scalars(
                select(Delivery).where(Delivery.registration_id == registration.id).order_by(Delivery.id)
            )
        ),
        sessions=list(
            db.session.scalars(
                select(EventSession)
                .where(EventSession.id.in_(chosen.scalar_subquery()))
                .order_by(EventSession.starts_at, EventSession.id)
            )
        ),
        invitation=db.session.scalar(select(Invitation).where(Invitation.registration_id == registration.id)),
    )


def _by_person(statement: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(statement):
        found[row[0]].append(row[1:])
    return found


def list_cancelled_by_team(event_id: int, attendee_ids: Sequence[int]) -> set[int]:
    """Those of several people whose place the team took away last: they cannot take it back by themselves."""
    subjects = {f"attendee:{attendee_id}": attendee_id for attendee_id in attendee_ids}
    rows = db.session.execute(
        select(AuditEntry.subject, AuditEntry.account_id)
        .where(
            AuditEntry.event_id == event_id,
            AuditEntry.action == "attendee.cancel",
            AuditEntry.subject.in_(list(subjects)),
        )
        .order_by(AuditEntry.id)
    )
    last = {row[0]: row[1] for row in rows}
    return {subjects[subject] for subject, account_id in last.items() if account_id is not None}


def has_first_contact(event_id: int, registration_id: int) -> bool:
    """Whether phone or address came onto a registration by its link, where nothing was on file."""
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    AuditEntry.event_id == event_id,
                    AuditEntry.action == "registration.first_contact",
                    AuditEntry.subject == f"registration:{registration_id}",
                )
            )
        )
    )


def find_erasure(event_id: int, attendee_id: int) -> AuditEntry | None:
    """The note that a person was erased."""
    return db.session.scalar(
        select(AuditEntry)
        .where(
            AuditEntry.event_id == event_id,
            AuditEntry.action == "attendee.erase",
            AuditEntry.subject == f"attendee:{attendee_id}",
        )
        .order_by(AuditEntry.id)
        .limit(1)
    )
