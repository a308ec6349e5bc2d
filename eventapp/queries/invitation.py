"""Named invitations: of an event, of a link, how many answered what, and what was done with one."""

import re
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.account import Account
from eventapp.models.audit import AuditEntry
from eventapp.models.delivery import Delivery
from eventapp.models.invitation import Invitation
from eventapp.models.registration import Attendee, Registration
from eventapp.queries.registration import MIN_PHONE_DIGITS
from eventapp.rules import links, names
from eventapp.rules.vocabulary import LIVE, InvitationAnswer

Row = TypeVar("Row")


@dataclass(frozen=True)
class Counts:
    """The invitations of an event that were not withdrawn: how many with which answer, and the places kept in all."""

    by_answer: dict[InvitationAnswer, int]
    held: int
    withdrawn: int

    @property
    def invited(self) -> int:
        return sum(self.by_answer.values())


@dataclass(frozen=True)
class Step:
    """Something that was done with an invitation, by whom of the team; ``account`` None: the invitee or the program."""

    entry: AuditEntry
    account: Account | None


def get_in(event_id: int, invitation_id: int) -> Invitation:
    """An invitation of an event. Raises NotFound, also for one of another event."""
    found = db.session.scalar(select(Invitation).where(Invitation.id == invitation_id, Invitation.event_id == event_id))
    if found is None:
        raise NotFound(invitation_id)
    return found


def get_by_secret(secret: str) -> Invitation:
    """The invitation of a personal link. Raises NotFound, also for one that was withdrawn."""
    found = db.session.scalar(select(Invitation).where(Invitation.link_hash == links.digest(secret)))
    if found is None or found.withdrawn_at is not None:
        raise NotFound("invitation")
    return found


def list_coming(invitation: Invitation) -> list[Attendee]:
    """The people who have or await a place on an invitation, in their order, with their tickets."""
    if invitation.registration_id is None:
        return []
    return list(
        db.session.scalars(
            select(Attendee)
            .where(Attendee.registration_id == invitation.registration_id, Attendee.status.in_(LIVE))
            .options(joinedload(Attendee.ticket_type), selectinload(Attendee.ticket))
            .order_by(Attendee.position)
        )
    )


def find_registration(invitation: Invitation) -> Registration | None:
    """The registration of those who come."""
    if invitation.registration_id is None:
        return None
    return db.session.get_one(Registration, invitation.registration_id)


def count(event_id: int) -> Counts:
    """How the invitations of an event stand."""
    is_open = Invitation.withdrawn_at.is_(None)
    rows = db.session.execute(
        select(Invitation.answer, is_open, func.count(), func.coalesce(func.sum(Invitation.held), 0))
        .where(Invitation.event_id == event_id)
        .group_by(Invitation.answer, is_open)
    ).all()
    return Counts(
        by_answer={answer: number for answer, open_, number, _ in rows if open_},
        held=sum(int(held) for *_, held in rows),
        withdrawn=sum(number for _, open_, number, _ in rows if not open_),
    )


def list_in(
    event_id: int, words: str, answer: InvitationAnswer | None, *, offset: int, limit: int
) -> list[tuple[Invitation, int]]:
    """The invitations of an event in the order of their making, each with how many people come on it.

    ``words`` finds names and organizations however they are spelt, e-mail addresses and phones by a part of them.
    """
    coming = (
        select(func.count())
        .select_from(Attendee)
        .where(Attendee.registration_id == Invitation.registration_id, Attendee.status.in_(LIVE))
        .correlate(Invitation)
        .scalar_subquery()
    )
    query = _wanted(select(Invitation, coming), event_id, words, answer).order_by(Invitation.id)
    return [(row[0], int(row[1])) for row in db.session.execute(query.offset(offset).limit(limit))]


def count_in(event_id: int, words: str, answer: InvitationAnswer | None) -> int:
    """How many invitations `list_in` would find."""
    return db.session.scalar(_wanted(select(func.count()).select_from(Invitation), event_id, words, answer)) or 0


def _wanted(query: Select[Row], event_id: int, words: str, answer: InvitationAnswer | None) -> Select[Row]:
    query = query.where(Invitation.event_id == event_id)
    if answer is not None:
        query = query.where(Invitation.answer == answer, Invitation.withdrawn_at.is_(None))
    words = names.clean(words)
    return query.where(or_(*_matches(words))) if words else query


def ids_found(event_id: int, words: str) -> Select[int]:
    """The invitations that `list_in` would find."""
    return _wanted(select(Invitation.id), event_id, words, None)


def _matches(words: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    keys = names.search_key(words).split()
    if keys:
        found.append(and_(*(Invitation.name_key.contains(key, autoescape=True) for key in keys)))
    if "@" in words:
        found.append(func.lower(Invitation.email).contains(words.lower(), autoescape=True))
    digits = re.sub(r"[^0-9]", "", words).removeprefix("00")
    if len(digits) >= MIN_PHONE_DIGITS:
        found.append(Invitation.phone.contains(digits))
    return found or [Invitation.id.is_(None)]


def list_all(event_id: int) -> list[Invitation]:
    """Every invitation of an event that was not withdrawn."""
    return list(
        db.session.scalars(
            select(Invitation)
            .where(Invitation.event_id == event_id, Invitation.withdrawn_at.is_(None))
            .order_by(Invitation.id)
        )
    )


def list_unsent(event_id: int) -> list[Invitation]:
    """The invitations whose letter can go by mail and did not yet, and that nobody has answered."""
    return [
        one
        for one in list_all(event_id)
        if one.email is not None and one.sent_at is None and one.answer is InvitationAnswer.OPEN
    ]


def list_steps(invitation_id: int) -> list[Step]:
    """What was done with an invitation, the latest first."""
    rows = db.session.execute(
        select(AuditEntry, Account)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .where(AuditEntry.subject == f"invitation:{invitation_id}")
        .order_by(AuditEntry.id.desc())
    )
    return [Step(entry, account) for entry, account in rows]


def list_deliveries(invitation_id: int) -> list[Delivery]:
    """The letters of an invitation, the latest first."""
    return list(
        db.session.scalars(select(Delivery).where(Delivery.invitation_id == invitation_id).order_by(Delivery.id.desc()))
    )
