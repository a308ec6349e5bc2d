"""An organizer's own questions, what people answered to them, and what they agreed to."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.account import Account
from eventapp.models.question import Answer, Consent, EventQuestion
from eventapp.models.registration import Attendee
from eventapp.rules.vocabulary import ConsentAnswer, ConsentPurpose

_IN_ORDER = (EventQuestion.position, EventQuestion.id)


def list_asked(event_id: int) -> list[EventQuestion]:
    """The questions that an event asks now, in the organizer's order."""
    return list(
        db.session.scalars(
            select(EventQuestion)
            .where(EventQuestion.event_id == event_id, EventQuestion.removed_at.is_(None))
            .order_by(*_IN_ORDER)
        )
    )


def list_all(event_id: int) -> list[EventQuestion]:
    """The same with those that are no longer asked, whose answers stay."""
    return list(
        db.session.scalars(select(EventQuestion).where(EventQuestion.event_id == event_id).order_by(*_IN_ORDER))
    )


def get(event_id: int, question_id: int) -> EventQuestion:
    """A question that an event asks now. Raises NotFound, also for one of another event."""
    found = db.session.scalar(
        select(EventQuestion).where(
            EventQuestion.id == question_id, EventQuestion.event_id == event_id, EventQuestion.removed_at.is_(None)
        )
    )
    if found is None:
        raise NotFound(question_id)
    return found


def has_answers(question_id: int) -> bool:
    """Whether anybody answered a question."""
    return bool(db.session.scalar(select(exists().where(Answer.question_id == question_id))))


def answers_of(attendee_ids: Sequence[int]) -> dict[int, dict[int, Any]]:
    """What several people answered: by person and question. Somebody who answered nothing is missing."""
    found: dict[int, dict[int, Any]] = defaultdict(dict)
    for row in db.session.scalars(select(Answer).where(Answer.attendee_id.in_(attendee_ids))):
        found[row.attendee_id][row.question_id] = row.value
    return dict(found)


def consents_of(attendee_ids: Sequence[int]) -> dict[int, list[tuple[Consent, Account | None]]]:
    """What several people agreed to or not, by person, the latest first, each with whom of the team was told."""
    found: dict[int, list[tuple[Consent, Account | None]]] = defaultdict(list)
    rows = db.session.execute(
        select(Consent, Account)
        .outerjoin(Account, Account.id == Consent.account_id)
        .where(Consent.attendee_id.in_(attendee_ids))
        .order_by(Consent.id.desc())
    )
    for consent, account in rows:
        found[consent.attendee_id].append((consent, account))
    return dict(found)


def latest_consents(attendee_id: int) -> dict[ConsentPurpose, Consent]:
    """For each purpose the last thing that a person said."""
    rows = db.session.scalars(select(Consent).where(Consent.attendee_id == attendee_id).order_by(Consent.id))
    return {row.purpose: row for row in rows}


def list_authorised(attendee_ids: Sequence[int]) -> set[int]:
    """Those of several people for whom a guardian agrees: the last thing that was said is yes."""
    rows = db.session.execute(
        select(Consent.attendee_id, Consent.answer)
        .where(Consent.attendee_id.in_(attendee_ids), Consent.purpose == ConsentPurpose.GUARDIAN)
        .order_by(Consent.id)
    )
    last = {row[0]: row[1] for row in rows}
    return {attendee_id for attendee_id, answer in last.items() if answer is ConsentAnswer.YES}


def get_person(event_id: int, attendee_id: int) -> Attendee:
    """A person registered for an event, with their registration and ticket type. Raises NotFound, also for one of
    another event."""
    found = db.session.scalar(
        select(Attendee)
        .where(Attendee.id == attendee_id, Attendee.event_id == event_id)
        .options(joinedload(Attendee.registration), joinedload(Attendee.ticket_type))
    )
    if found is None:
        raise NotFound(attendee_id)
    return found
