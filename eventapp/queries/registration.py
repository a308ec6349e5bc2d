"""Registrations and the people on them."""

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.checkin import Admission
from eventapp.models.registration import Attendee, Registration
from eventapp.rules import links


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
            selectinload(Registration.attendees).selectinload(Attendee.ticket),
            selectinload(Registration.attendees).selectinload(Attendee.ticket_type),
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


def get_attendee(attendee_id: int) -> Attendee:
    """A person on a registration. Raises NotFound."""
    attendee = db.session.get(Attendee, attendee_id)
    if attendee is None:
        raise NotFound(attendee_id)
    return attendee


def was_admitted(attendee_id: int) -> bool:
    """Whether the person was let in at any checkpoint."""
    return bool(
        db.session.scalar(
            select(exists().where(Admission.attendee_id == attendee_id, Admission.entered_at.is_not(None)))
        )
    )
