"""Questions of an organizer's own, and what is kept of the answers."""

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.language import LocalizedText
from eventapp.models.question import Answer, Consent, EventQuestion
from eventapp.rules import custom_question as rules
from eventapp.rules.custom_question import Asking
from eventapp.rules.vocabulary import (
    AgeBand,
    ConsentAnswer,
    ConsentPurpose,
    ConsentWay,
    PhotoConsent,
    QuestionKind,
)
from eventapp.services.answer import Given
from eventapp.services.registration import Booking, Person
from tests import people


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        yield people.stage()


def asking(label="A place to sleep?", kind=QuestionKind.YES_NO, **more):
    return Asking(id=None, kind=kind, label=LocalizedText(en=label), **more)


def add(forum, *args, **more):
    return services.question.add(forum.event_id, asking(*args, **more)).id


def asked(forum):
    return [one.id for one in queries.question.list_asked(forum.event_id)]


def register(forum, **answers):
    booking = Booking(form_id="form-of-ada", language="en", people=[Person(name="Ada", **answers)])
    return services.registration.register(forum.event_id, booking).attendees[0].id


def answers(attendee_id):
    return queries.question.answers_of([attendee_id]).get(attendee_id, {})


def refusal(change, *args, **more):
    with pytest.raises(Refused) as refused:
        change(*args, **more)
    return refused.value.code


def test_questions_stand_in_the_order_they_are_given(forum):
    first, second, third = add(forum), add(forum, "B"), add(forum, "C")
    services.question.move(forum.event_id, third, -1)
    assert asked(forum) == [first, third, second]


def test_form_sent_twice_asks_once(forum):
    made = [services.question.add(forum.event_id, asking(), form_id="form-of-olga").id for _ in range(2)]
    assert made[0] == made[1]
    assert asked(forum) == made[:1]


def test_question_for_a_type_of_another_event_is_refused(forum):
    elsewhere = people.stage("elsewhere", "max")
    [other] = queries.registration.list_ticket_types(elsewhere.event_id)
    assert refusal(add, forum, ticket_type_ids=[other.id]) == "choice_invalid"


def test_question_cannot_depend_on_a_later_one(forum):
    first, second = add(forum), add(forum, "B")
    later = asking(shown_if_question_id=second, shown_if_value="yes")
    assert refusal(services.question.change, forum.event_id, first, later) == "condition_later"


def test_question_is_not_moved_past_the_one_that_depends_on_it(forum):
    first = add(forum)
    add(forum, "How many nights?", QuestionKind.NUMBER, shown_if_question_id=first, shown_if_value="yes")
    assert refusal(services.question.move, forum.event_id, first, 1) == "condition_later"
    assert asked(forum)[0] == first


def test_answer_that_another_question_depends_on_cannot_be_taken_off(forum):
    choices = rules.choices({"en": "Bus\nBicycle"}, ())
    first = add(forum, "How do you come?", QuestionKind.ONE_CHOICE, choices=choices)
    add(forum, "From where?", QuestionKind.SHORT_TEXT, shown_if_question_id=first, shown_if_value="c1")
    fewer = asking("How?", QuestionKind.ONE_CHOICE, choices=rules.choices({"en": "Bicycle\nTaxi\nFoot"}, choices))
    assert refusal(services.question.change, forum.event_id, first, fewer) == "condition_in_use"


def test_too_many_questions_are_refused(forum, monkeypatch):
    monkeypatch.setattr(rules, "MAX_QUESTIONS", 1)
    add(forum)
    assert refusal(add, forum, "B") == "questions_too_many"


def test_question_without_answers_is_deleted(forum):
    services.question.remove(forum.event_id, add(forum))
    assert db.session.scalar(select(EventQuestion)) is None


def test_question_with_answers_goes_from_the_form_and_keeps_them(forum):
    question = add(forum)
    ada = register(forum, answers={question: True})
    services.question.remove(forum.event_id, question)
    services.attendee.change_answers(ada, Person(name="Ada"))
    assert asked(forum) == []
    assert answers(ada) == {question: True}
    with pytest.raises(NotFound):
        queries.question.get(forum.event_id, question)


def test_question_that_another_depends_on_is_not_removed(forum):
    first = add(forum)
    add(forum, "B", shown_if_question_id=first, shown_if_value="no")
    assert refusal(services.question.remove, forum.event_id, first) == "question_in_use"


def test_question_that_only_a_removed_one_depended_on_is_removed(forum):
    first = add(forum)
    second = add(forum, "B", shown_if_question_id=first, shown_if_value="no")
    register(forum, answers={first: False, second: True})
    services.question.remove(forum.event_id, second)
    services.question.remove(forum.event_id, first)
    assert asked(forum) == []


def test_kind_stays_once_there_are_answers(forum):
    question = add(forum)
    change = asking("How many?", QuestionKind.NUMBER)
    services.question.change(forum.event_id, question, change)
    register(forum, answers={question: 3})
    assert refusal(services.question.change, forum.event_id, question, asking()) == "question_answered"


def test_answers_to_a_question_that_went_in_the_meantime_are_let_go(forum):
    question = add(forum)
    services.question.remove(forum.event_id, question)
    assert answers(register(forum, answers={question: True})) == {}


def test_answers_of_others_than_those_on_the_form_stay(forum):
    first, second = add(forum), add(forum, "B")
    ada = register(forum, answers={first: True, second: True}, needs="A ramp", region="Kayes")
    person = Person(name="Ada", answers={first: False})
    services.attendee.change_answers(ada, person, untouched=["needs"], questions=[first])
    attendee = queries.registration.get_attendee(ada)
    assert answers(ada) == {first: False, second: True}
    assert (attendee.needs, attendee.region) == ("A ramp", None)


def given(answer, way=ConsentWay.ONLINE, account_id=None):
    return Given(ConsentPurpose.PHOTOGRAPHS, answer, "May photographs show you?", "en", way, account_id)


def said(attendee_id):
    rows = db.session.scalars(select(Consent).where(Consent.attendee_id == attendee_id).order_by(Consent.id))
    return [(row.answer, row.way) for row in rows]


def test_consent_is_kept_with_its_words_its_time_and_its_way(forum):
    ada = register(forum, photo_consent=PhotoConsent.YES, consents=[given(ConsentAnswer.YES)])
    row = db.session.scalars(select(Consent)).one()
    assert (row.attendee_id, row.answer, row.wording, row.language) == (
        ada,
        ConsentAnswer.YES,
        "May photographs show you?",
        "en",
    )
    assert row.given_at is not None


def test_withdrawn_consent_is_a_later_row(forum):
    ada = register(forum, photo_consent=PhotoConsent.YES, consents=[given(ConsentAnswer.YES)])
    person = Person(name="Ada", photo_consent=PhotoConsent.NO, consents=[given(ConsentAnswer.NO)])
    services.attendee.change_answers(ada, person)
    assert said(ada) == [(ConsentAnswer.YES, ConsentWay.ONLINE), (ConsentAnswer.NO, ConsentWay.ONLINE)]
    assert queries.registration.get_attendee(ada).photo_consent is PhotoConsent.NO


def test_same_consent_again_is_no_new_one_but_a_paper_is(forum):
    ada = register(forum, consents=[given(ConsentAnswer.YES)])
    for way in (ConsentWay.SPOKEN, ConsentWay.PAPER, ConsentWay.PAPER):
        services.attendee.change_answers(ada, Person(name="Ada", consents=[given(ConsentAnswer.YES, way)]))
    assert said(ada) == [(ConsentAnswer.YES, ConsentWay.ONLINE), (ConsentAnswer.YES, ConsentWay.PAPER)]


def test_handing_a_ticket_on_takes_the_answers_along_to_nobody(forum):
    question = add(forum)
    ada = register(forum, answers={question: True}, consents=[given(ConsentAnswer.YES)])
    services.attendee.hand_on(ada, Person(name="Bintou"))
    assert answers(ada) == {}
    assert said(ada) == []


def paper(forum, answer=ConsentAnswer.YES):
    return Given(ConsentPurpose.GUARDIAN, answer, "May take part.", "en", ConsentWay.PAPER, forum.owner_id)


def test_papers_are_noted_for_those_under_18_alone(forum):
    young = Person(name="Awa", age_band=AgeBand.FROM_15_TO_17)
    booking = Booking(form_id="form-of-a-class", language="fr", people=[young, Person(name="Mme Traoré")])
    registration = services.registration.register(forum.event_id, booking)
    awa, teacher = (one.id for one in registration.attendees)
    assert services.consent.note_papers(registration.id, {awa, teacher}, paper(forum)) == 1
    assert services.consent.note_papers(registration.id, {awa, teacher}, paper(forum)) == 0
    assert queries.question.list_authorised([awa, teacher]) == {awa}
    services.consent.note_papers(registration.id, set(), paper(forum))
    assert queries.question.list_authorised([awa, teacher]) == set()
    assert len(list(db.session.scalars(select(Consent)))) == 2


def test_answer_row_belongs_to_its_event(forum):
    question = add(forum)
    register(forum, answers={question: True})
    assert db.session.scalars(select(Answer.event_id)).one() == forum.event_id
