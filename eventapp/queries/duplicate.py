"""People of an event who may be one person twice."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventapp.db import db
from eventapp.models.registration import Attendee, Registration
from eventapp.rules import duplicate as rules
from eventapp.rules.duplicate import Group, Person
from eventapp.rules.vocabulary import LIVE


def list_groups(event_id: int) -> list[Group]:
    """Who may be one, among people who still mean to come; those first whose signs say most."""
    rows = db.session.execute(
        select(
            Attendee.id,
            Attendee.registration_id,
            Attendee.name_key,
            Registration.email,
            Registration.phone,
            Attendee.organization,
            Attendee.region,
        )
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(Attendee.event_id == event_id, Attendee.status.in_(LIVE), Attendee.erased_at.is_(None))
        .order_by(Attendee.id)
    )
    return rules.groups(Person(*row) for row in rows)


def people(attendee_ids: Collection[int]) -> dict[int, Attendee]:
    """Rows of people with their registration and category, by id."""
    rows = db.session.scalars(
        select(Attendee)
        .where(Attendee.id.in_(attendee_ids))
        .options(joinedload(Attendee.registration), joinedload(Attendee.ticket_type))
    )
    return {row.id: row for row in rows}
