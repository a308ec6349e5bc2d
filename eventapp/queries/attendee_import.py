"""What an import of attendees is compared with: who is registered, which rows came in before, how columns were read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.attendee_import import ColumnMapping
from eventapp.models.audit import AuditEntry
from eventapp.models.registration import Attendee, Registration
from eventapp.queries.question import list_asked
from eventapp.queries.registration import list_ticket_types
from eventapp.rules import attendee_import as rules
from eventapp.rules import names
from eventapp.rules.attendee_import import Known

DONE = "attendee.import"
"""How the audit names an import."""

FORM_PREFIX = "import-"
"""In front of the form ids of registrations that imports made."""


@dataclass(frozen=True)
class Registered:
    """One person who is registered, as an import compares them."""

    attendee_id: int
    registration_id: int
    name: str
    key: str
    """See `rules.names.person_key`."""
    email: str | None
    phone: str | None
    group_name: str | None
    form_id: str


def list_registered(event_id: int) -> list[Registered]:
    """Everybody on an event's registrations, also who gave the place back; nobody who was erased."""
    rows = db.session.execute(
        select(
            Attendee.id,
            Attendee.registration_id,
            Attendee.name,
            Attendee.name_key,
            Registration.email,
            Registration.phone,
            Registration.group_name,
            Registration.form_id,
        )
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(Attendee.event_id == event_id, Attendee.erased_at.is_(None))
        .order_by(Attendee.id)
    )
    return [
        Registered(attendee_id, registration_id, name, names.person_key(key), email, phone, group, form_id)
        for attendee_id, registration_id, name, key, email, phone, group, form_id in rows
    ]


def list_forms(event_id: int) -> dict[str, int | None]:
    """The form ids of the registrations that imports made; with the registration, unless it was erased."""
    rows = db.session.execute(
        select(Registration.form_id, Registration.id, Registration.erased_at).where(
            Registration.event_id == event_id, Registration.form_id.startswith(FORM_PREFIX)
        )
    )
    return {form_id: row_id if erased_at is None else None for form_id, row_id, erased_at in rows}


def known(event_id: int) -> Known:
    """What of an event a list may name."""
    return Known([(row.id, row.name) for row in list_ticket_types(event_id)], list_asked(event_id))


def list_taken_in(event_id: int) -> set[str]:
    """The digests of all rows that imports took in."""
    found = db.session.scalars(
        select(AuditEntry.details).where(AuditEntry.event_id == event_id, AuditEntry.action == DONE)
    )
    return {digest for details in found for digest in details.get("rows", ())}


def remembered(event_id: int) -> Mapping[str, str]:
    """What the columns of lists held the last time: folded heading to field."""
    row = db.session.get(ColumnMapping, (event_id, rules.SUBJECT))
    return row.columns if row is not None else {}


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    seated: int
    waiting: int
    there: int
    left_out: int
    mailed: int


def get_import(event_id: int, form_id: str | None) -> Imported:
    """What the import of a form did. Raises NotFound."""
    if form_id is None or not re.fullmatch("[A-Za-z0-9_-]{8,64}", form_id):
        raise NotFound("import")
    details = db.session.scalar(
        select(AuditEntry.details).where(
            AuditEntry.event_id == event_id, AuditEntry.action == DONE, AuditEntry.form_id == form_id
        )
    )
    if details is None:
        raise NotFound("import")
    return Imported(**{name: details[name] for name in Imported.__dataclass_fields__})
