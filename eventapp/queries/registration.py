"""Registrations and the people on them."""

import re
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import joinedload, selectinload

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.checkin import Admission, Checkpoint
from eventapp.models.registration import Attendee, Registration, TicketType
from eventapp.models.ticket import Serial
from eventapp.queries import presence
from eventapp.rules import links, names, ticket
from eventapp.rules.vocabulary import AttendeeStatus, CheckpointKind

Row = TypeVar("Row")

MIN_PHONE_DIGITS = 4
"""Fewer digits find too many phones to be of help."""

_WITH_ALL = (joinedload(Attendee.registration), joinedload(Attendee.ticket_type), selectinload(Attendee.ticket))
_KEYS = select(Attendee.name_key).distinct()
_SPACED = literal(" ").concat(Attendee.name_key).concat(" ")


def find_by_form(event_id: int, form_id: str) -> Registration | None:
    """The registration that a form made already."""
    return db.session.scalar(
        select(Registration).where(Registration.form_id == form_id, Registration.event_id == event_id)
    )


def get_by_secret(secret: str) -> Registration:
    """The registration of a personal link, with its people and their tickets. Raises NotFound."""
    registration = db.session.scalar(
        select(Registration)
        .where(Registration.link_hash == links.digest(secret))
        .options(
            selectinload(Registration.attendees).options(
                joinedload(Attendee.ticket), joinedload(Attendee.ticket_type, innerjoin=True)
            )
        )
    )
    if registration is None:
        raise NotFound("registration")
    return registration


def get(registration_id: int) -> Registration:
    """A registration. Raises NotFound."""
    registration = db.session.get(Registration, registration_id)
    if registration is None:
        raise NotFound(registration_id)
    return registration


def list_people(registration_id: int) -> list[Attendee]:
    """Everybody on a registration, whatever their status, in their order."""
    return list(
        db.session.scalars(
            select(Attendee).where(Attendee.registration_id == registration_id).order_by(Attendee.position)
        )
    )


def get_attendee(attendee_id: int) -> Attendee:
    """A person on a registration. Raises NotFound."""
    attendee = db.session.get(Attendee, attendee_id)
    if attendee is None:
        raise NotFound(attendee_id)
    return attendee


def was_admitted(attendee_id: int) -> bool:
    """Whether the person was let in anywhere, other than to practise."""
    return bool(db.session.scalar(select(presence.is_here(attendee_id))))


def get_in(event_id: int, registration_id: int) -> Registration:
    """A registration of an event, with its people and their tickets. Raises NotFound, also for one of another event."""
    registration = db.session.scalar(
        select(Registration)
        .where(Registration.id == registration_id, Registration.event_id == event_id)
        .options(
            selectinload(Registration.attendees).selectinload(Attendee.ticket),
            selectinload(Registration.attendees).selectinload(Attendee.ticket_type),
        )
    )
    if registration is None:
        raise NotFound(registration_id)
    return registration


def get_attendee_in(event_id: int, attendee_id: int) -> Attendee:
    """A person registered for an event. Raises NotFound, also for one of another event."""
    attendee = db.session.scalar(select(Attendee).where(Attendee.id == attendee_id, Attendee.event_id == event_id))
    if attendee is None:
        raise NotFound(attendee_id)
    return attendee


def list_attendees(
    event_id: int,
    words: str,
    status: AttendeeStatus | None,
    *,
    offset: int,
    limit: int,
    among: ColumnElement[bool] | None = None,
) -> list[Attendee]:
    """The people registered for an event, the latest first, with their registration and category.

    ``words`` finds names however they are spelt, and e-mail addresses, phones and entry codes by a part of them;
    ``among`` is a further condition.
    """
    query = _wanted(select(Attendee), event_id, words, status).options(*_WITH_ALL).order_by(Attendee.id.desc())
    if among is not None:
        query = query.where(among)
    return list(db.session.scalars(query.offset(offset).limit(limit)))


def count_attendees(event_id: int, words: str, status: AttendeeStatus | None) -> int:
    """How many people `list_attendees` would find."""
    return db.session.scalar(_wanted(select(func.count()).select_from(Attendee), event_id, words, status)) or 0


def _wanted(query: Select[Row], event_id: int, words: str, status: AttendeeStatus | None) -> Select[Row]:
    query = query.where(Attendee.event_id == event_id)
    if status is not None:
        query = query.where(Attendee.status == status)
    words = names.clean(words)
    return query.where(or_(*_matches(event_id, words))) if words else query


def ids_found(event_id: int, words: str) -> Select[int]:
    """The registrations on which `list_attendees` would find somebody."""
    return _wanted(select(Attendee.registration_id), event_id, words, None)


def _matches(event_id: int, words: str) -> list[ColumnElement[bool]]:
    """What makes a person one that is looked for; any of it is enough."""
    found: list[ColumnElement[bool]] = [
        and_(*(Attendee.name.icontains(word, autoescape=True) for word in words.split())),  # a part as it is typed
    ]
    keys = names.search_key(words).split()
    if keys:
        found.append(and_(*map(_has, keys)))
    contact: list[ColumnElement[bool]] = []
    if "@" in words:
        contact.append(func.lower(Registration.email).contains(words.lower(), autoescape=True))
    digits = re.sub(r"[^0-9]", "", words).removeprefix("00")
    if len(digits) >= MIN_PHONE_DIGITS:
        contact.append(Registration.phone.contains(digits))
    if contact:
        found.append(
            Attendee.registration_id.in_(
                select(Registration.id).where(Registration.event_id == event_id, or_(*contact))
            )
        )
    reading = ticket.read(words)
    if reading is not None:
        # Also by a code that was replaced: whoever holds an old print-out is found.
        found.append(
            Attendee.id.in_(
                select(Serial.attendee_id).where(Serial.event_id == event_id, Serial.value == reading.serial)
            )
        )
    return found


def _has(key: str) -> ColumnElement[bool]:
    """Whether a word is in somebody's name, wherever it stands there; see `names.LONG` and `names.SHORT`."""
    if len(key) >= names.LONG:
        return func.replace(Attendee.name_key, " ", "").contains(key, autoescape=True)
    return _SPACED.contains(f" {key}" if len(key) >= names.SHORT else f" {key} ", autoescape=True)


def list_close(event_id: int, words: str, status: AttendeeStatus | None, *, limit: int) -> list[Attendee]:
    """The people whose names are a slip of a finger away from ``words``, the latest first: for a search that found
    nobody. With their registration and category."""
    keys = names.search_key(words).split()
    kept = {word for key in db.session.scalars(_KEYS.where(Attendee.event_id == event_id)) for word in key.split()}
    spellings = [{word for word in kept if word.startswith(key) or names.is_close(key, word)} for key in keys]
    if not all(spellings) or not spellings:
        return []
    query = select(Attendee).where(
        Attendee.event_id == event_id,
        *(or_(*(_SPACED.contains(f" {word} ", autoescape=True) for word in sorted(some))) for some in spellings),
    )
    if status is not None:
        query = query.where(Attendee.status == status)
    return list(db.session.scalars(query.options(*_WITH_ALL).order_by(Attendee.id.desc()).limit(limit)))


def count_by_status(event_id: int) -> dict[AttendeeStatus, int]:
    """How many people have each status in an event; one that nobody has is missing."""
    rows = db.session.execute(
        select(Attendee.status, func.count()).where(Attendee.event_id == event_id).group_by(Attendee.status)
    )
    return dict(rows.all())


def count_entered(event_id: int) -> int:
    """How many registered people came in by an entrance of the venue."""
    return (
        db.session.scalar(
            select(func.count(Admission.attendee_id.distinct()))
            .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
            .where(
                Admission.event_id == event_id,
                Admission.entered_at.is_not(None),
                Checkpoint.kind == CheckpointKind.VENUE,
            )
        )
        or 0
    )


def list_ticket_types(event_id: int) -> list[TicketType]:
    """The categories of guests of an event in the organizer's order."""
    return list(
        db.session.scalars(
            select(TicketType).where(TicketType.event_id == event_id).order_by(TicketType.position, TicketType.id)
        )
    )
