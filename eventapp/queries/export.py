"""Lists to take along, row by row, however long they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import func, select

from eventapp.db import db
from eventapp.language import LocalizedText, local
from eventapp.models.checkin import Admission, Checkpoint
from eventapp.models.event import Event
from eventapp.models.question import Answer, EventQuestion
from eventapp.models.registration import Attendee, Registration, TicketType
from eventapp.models.ticket import Ticket
from eventapp.queries.question import list_asked
from eventapp.rules.vocabulary import CheckpointKind, QuestionKind

Cell: TypeAlias = str | int | datetime | None

_BEFORE_ANSWERS = ("name", "status", "ticket_type", "registered_at", "entered_at", "came_with", "registration", "group")
_ANSWERS = {
    "organization": Attendee.organization,
    "organization_type": Attendee.organization_type,
    "function": Attendee.function,
    "sex": Attendee.sex,
    "age_band": Attendee.age_band,
    "region": Attendee.region,
    "languages": Attendee.languages,
    "needs": Attendee.needs,
    "photo_consent": Attendee.photo_consent,
    "contact_consent": Attendee.contact_consent,
    "guardian_name": Attendee.guardian_name,
    "guardian_phone": Attendee.guardian_phone,
    "email": Registration.email,
    "phone": Registration.phone,
    "language": Registration.language,
    "channel": Registration.channel,
    "companions": func.nullif(Attendee.companions, 0),
    "door_note": Attendee.door_note,
}
_SENSITIVE = ("needs",)
CHUNK = 1_000

_ENTERED_AT = (
    select(func.min(Admission.entered_at))
    .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
    .where(Admission.attendee_id == Attendee.id, Checkpoint.kind == CheckpointKind.VENUE)
    .correlate(Attendee)
    .scalar_subquery()
)

_CAME_WITH = (
    select(func.max(Admission.companions))
    .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
    .where(
        Admission.attendee_id == Attendee.id,
        Admission.entered_at.is_not(None),
        Checkpoint.kind == CheckpointKind.VENUE,
    )
    .correlate(Attendee)
    .scalar_subquery()
)
"""How many people without a ticket of their own."""


@dataclass(frozen=True)
class List:
    """Everybody on an event's registrations, as a table."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Cell, ...]]


def attendees(event: Event, *, with_codes: bool = False, with_sensitive: bool = False) -> List:
    """Everybody on an event's registrations, in the order of registering; instants on the event's clocks.

    The columns are those that an import reads, and the organizer's own questions by their labels. ``with_codes`` adds
    the whole code of the valid ticket: whoever has it has the ticket. ``with_sensitive`` adds what people need, and
    answers to questions that are marked as sensitive.
    """
    asked = [one for one in list_asked(event.id) if with_sensitive or not one.is_sensitive]
    answers = {name: column for name, column in _ANSWERS.items() if with_sensitive or name not in _SENSITIVE}
    labels = _labels(asked, list(event.languages), {*_BEFORE_ANSWERS, *answers, "code"})
    columns = (*_BEFORE_ANSWERS, *answers, *labels, *(("code",) if with_codes else ()))
    return List(columns, _rows(event, answers, asked, with_codes=with_codes))


def _labels(asked: Sequence[EventQuestion], languages: list[str], taken: set[str]) -> list[str]:
    """A heading for each question that no other column has."""
    labels = []
    for question in asked:
        label = question.label.pick(languages, languages[0]).value
        if label in taken:
            label = f"{label} ({question.id})"
        taken.add(label)
        labels.append(label)
    return labels


def _rows(
    event: Event, answers: Mapping[str, Any], asked: Sequence[EventQuestion], *, with_codes: bool
) -> Iterator[tuple[Cell, ...]]:
    statement = (
        select(
            Attendee.id,
            Attendee.name,
            Attendee.status,
            TicketType.name,
            Registration.created_at,
            _ENTERED_AT,
            _CAME_WITH,
            Attendee.registration_id,
            Registration.group_name,
            *answers.values(),
            *((Ticket.code,) if with_codes else ()),
        )
        .join(Registration, Registration.id == Attendee.registration_id)
        .join(TicketType, TicketType.id == Attendee.ticket_type_id)
        .where(Attendee.event_id == event.id)
        .order_by(Registration.created_at, Attendee.registration_id, Attendee.position, Attendee.id)
    )
    if with_codes:
        statement = statement.outerjoin(Ticket, (Ticket.attendee_id == Attendee.id) & Ticket.revoked_at.is_(None))
    zone, languages = event.timezone, list(event.languages)
    found = db.session.execute(statement, execution_options={"yield_per": CHUNK})
    for chunk in found.partitions(CHUNK):
        own = _own([row[0] for row in chunk], asked)
        for row_id, name, status, kind, registered_at, entered_at, came_with, registration_id, group, *rest in chunk:
            built_in = [_cell(value) for value in rest[: len(answers)]]
            yield (
                name,
                status.value,
                kind.pick(languages, languages[0]).value,
                local(registered_at, zone),
                local(entered_at, zone) if entered_at else None,
                came_with or None,
                registration_id,
                group,
                *built_in,
                *(_said(question, own.get((row_id, question.id)), languages) for question in asked),
                *rest[len(answers) :],
            )


def _own(attendee_ids: Sequence[int], asked: Sequence[EventQuestion]) -> dict[tuple[int, int], Any]:
    """What some people answered to own questions."""
    if not asked:
        return {}
    rows = db.session.execute(
        select(Answer.attendee_id, Answer.question_id, Answer.value).where(
            Answer.attendee_id.in_(attendee_ids), Answer.question_id.in_([one.id for one in asked])
        )
    )
    return {(attendee_id, question_id): value for attendee_id, question_id, value in rows}


def _cell(value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(value) or None
    return None if value is None else str(value)


def _said(question: EventQuestion, value: Any, languages: list[str]) -> str | None:
    """An answer with the words of the choices in the event's first language, as an import reads it."""
    if question.kind in (QuestionKind.ONE_CHOICE, QuestionKind.SEVERAL_CHOICES) and value is not None:
        words = {
            one["key"]: LocalizedText(one["label"]).pick(languages, languages[0]).value for one in question.choices
        }
        return "; ".join(words.get(key, str(key)) for key in (value if isinstance(value, list) else [value]))
    return _cell(value)
