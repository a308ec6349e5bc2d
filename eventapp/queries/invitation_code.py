"""Codes that register people for a ticket type, and how far they are used."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.invitation import InvitationCode
from eventapp.models.registration import Attendee, Registration, TicketType
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


def all_of(event_id: int) -> set[str]:
    """All codes of an event, withdrawn ones too."""
    return set(db.session.scalars(select(InvitationCode.code).where(InvitationCode.event_id == event_id)))


@dataclass(frozen=True)
class Standing:
    """A code with its ticket type and how many people were registered with it who still mean to come."""

    code: InvitationCode
    ticket_type: TicketType
    people: int


def list_standings(
    event_id: int,
    *,
    type_id: int | None = None,
    drawn_with_id: int | None = None,
    offset: int = 0,
    limit: int | None = None,
) -> list[Standing]:
    """The codes of an event, the latest first; of one type, or those drawn at once with one of them."""
    rows = db.session.execute(
        select(InvitationCode, TicketType)
        .join(TicketType, TicketType.id == InvitationCode.ticket_type_id)
        .where(*_conditions(event_id, type_id, drawn_with_id))
        .order_by(InvitationCode.id.desc())
        .offset(offset)
        .limit(limit)
    ).all()
    people = count_people_by_code([code.id for code, _type in rows])
    return [Standing(code, ticket_type, people.get(code.id, 0)) for code, ticket_type in rows]


def count(event_id: int, *, type_id: int | None = None, drawn_with_id: int | None = None) -> int:
    """How many codes `list_standings` would find."""
    found = select(func.count()).select_from(InvitationCode).where(*_conditions(event_id, type_id, drawn_with_id))
    return db.session.scalar(found) or 0


def _conditions(event_id: int, type_id: int | None, drawn_with_id: int | None) -> list[ColumnElement[bool]]:
    found = [InvitationCode.event_id == event_id]
    if type_id is not None:
        found.append(InvitationCode.ticket_type_id == type_id)
    if drawn_with_id is not None:
        first = aliased(InvitationCode)
        made_at = select(first.created_at).where(first.id == drawn_with_id, first.event_id == event_id)
        found.append(InvitationCode.created_at == made_at.scalar_subquery())
    return found
