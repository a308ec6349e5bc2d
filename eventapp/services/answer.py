"""What a person answered and agreed to, beside the columns of their own row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import delete

from eventapp import clock
from eventapp.db import db
from eventapp.models.question import Answer, Consent
from eventapp.models.registration import Attendee
from eventapp.rules.vocabulary import ConsentAnswer, ConsentPurpose, ConsentWay


@dataclass(frozen=True)
class Given:
    """An answer to a request for consent: as it was read or spoken, in which language, how, and to whom of the team."""

    purpose: ConsentPurpose
    answer: ConsentAnswer
    wording: str
    language: str
    way: ConsentWay = ConsentWay.ONLINE
    account_id: int | None = None


class Answering(Protocol):
    """Whoever answered."""

    @property
    def answers(self) -> Mapping[int, Any]: ...
    @property
    def consents(self) -> Sequence[Given]: ...


def store(attendee: Attendee, person: Answering) -> None:
    """Keeps what a person answered to the organizer's own questions, in place of what they answered before, and adds
    what they agreed to. The caller holds the event."""
    now = clock.now()
    db.session.execute(delete(Answer).where(Answer.attendee_id == attendee.id))
    db.session.add_all(
        Answer(attendee_id=attendee.id, question_id=question_id, event_id=attendee.event_id, value=value)
        for question_id, value in person.answers.items()
        if value is not None
    )
    db.session.add_all(
        Consent(
            event_id=attendee.event_id,
            attendee_id=attendee.id,
            purpose=given.purpose,
            answer=given.answer,
            wording=given.wording,
            language=given.language,
            way=given.way,
            account_id=given.account_id,
            given_at=now,
        )
        for given in person.consents
    )


def forget(attendee: Attendee) -> None:
    """Removes what a person answered and agreed to: somebody else has their place, or they asked for it."""
    db.session.execute(delete(Answer).where(Answer.attendee_id == attendee.id))
    db.session.execute(delete(Consent).where(Consent.attendee_id == attendee.id))
