"""Codes that register people for a ticket type, and how far they are used."""

from collections.abc import Sequence

from sqlalchemy import exists, func, select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.invitation import InvitationCode
from eventapp.models.registration import Attendee, Registration
from eventapp.rules.vocabulary import LIVE


def find(event_id: int, code: str) -> InvitationCode | None:
    """The code of an event, written as `rules.code.compared` says."""
    return db.session.scalar(
        select(InvitationCode).where(InvitationCode.event_id == event_id, InvitationCode.code == code)
    )


def get(code_id: int) -> InvitationCode:
    """A code. Raises NotFound."""
    code = db.session.get(InvitationCode, code_id)
    if code is None:
        raise NotFound(code_id)
    return code


def has_any(event_id: int) -> bool:
    """Whether an event has codes that are not withdrawn, so that its form asks for one."""
    return bool(
        db.session.scalar(
            select(exists().where(InvitationCode.event_id == event_id, InvitationCode.revoked_at.is_(None)))
        )
    )


def count_people(code_id: int) -> int:
    """How many people who still mean to come were registered with a code: a place given back may be used again."""
    return count_people_by_code([code_id]).get(code_id, 0)


def count_people_by_code(code_ids: Sequence[int]) -> dict[int, int]:
    """The same for several codes; one that nobody used is missing."""
    rows = db.session.execute(
        select(Registration.code_id, func.count())
        .join(Attendee, Attendee.registration_id == Registration.id)
        .where(Registration.code_id.in_(code_ids), Attendee.status.in_(LIVE))
        .group_by(Registration.code_id)
    )
    return {code_id: people for code_id, people in rows if code_id is not None}
