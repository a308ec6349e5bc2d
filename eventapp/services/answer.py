"""What a person answered and agreed to, beside the columns of their own row."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import delete

from eventapp import clock, queries
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


def store(attendee: Attendee, person: Answering, questions: Collection[int] | None = None) -> None:
    """Keeps what a person answered to the organizer's own questions, in place of what they answered before, and adds
    what they agreed to or withdrew.

    What they answered to questions that are no longer asked stays, and so does what they answered to others than
    ``questions``, if only some were on the form. A consent that says what the last one of its purpose
    said is no new one. The caller holds the event.
    """
    asked = _asked(attendee.event_id)
    if questions is not None:
        asked &= set(questions)
    db.session.execute(delete(Answer).where(Answer.attendee_id == attendee.id, Answer.question_id.in_(asked)))
    _add_answers(attendee, person, asked)
    if person.consents:
        last = queries.question.latest_consents(attendee.id)
        _add_consents(attendee, [given for given in person.consents if _is_news(given, last.get(given.purpose))])


def store_new(event_id: int, people: Iterable[tuple[Attendee, Answering]]) -> None:
    """The same for people who are registered in this moment. The caller holds the event."""
    told = [(attendee, person) for attendee, person in people if person.answers or person.consents]
    asked = _asked(event_id) if told else set()
    for attendee, person in told:
        _add_answers(attendee, person, asked)
        _add_consents(attendee, person.consents)


def _asked(event_id: int) -> set[int]:
    """The questions that are asked in this moment: one of them may have been removed since the form was read."""
    return {one.id for one in queries.question.list_asked(event_id)}


def _add_answers(attendee: Attendee, person: Answering, asked: set[int]) -> None:
    db.session.add_all(
        Answer(attendee_id=attendee.id, question_id=question_id, event_id=attendee.event_id, value=value)
        for question_id, value in person.answers.items()
        if value is not None and question_id in asked
    )


def _is_news(given: Given, last: Consent | None) -> bool:
    """Whether it says something else than the last time, or there is a paper of it now."""
    if last is None or last.answer is not given.answer:
        return True
    return given.way is ConsentWay.PAPER and last.way is not ConsentWay.PAPER


def _add_consents(attendee: Attendee, consents: Iterable[Given]) -> None:
    now = clock.now()
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
        for given in consents
    )


def agree(attendee: Attendee, given: Given) -> None:
    """Notes one consent, or that it is withdrawn. The caller holds the event."""
    _add_consents(attendee, [given])


def forget(attendee: Attendee) -> None:
    """Removes what a person answered and agreed to: somebody else has their place, or they asked for it."""
    db.session.execute(delete(Answer).where(Answer.attendee_id == attendee.id))
    db.session.execute(delete(Consent).where(Consent.attendee_id == attendee.id))
