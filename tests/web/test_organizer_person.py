"""People at the desk: what they are asked, what they answered, who may read it, and groups with their papers."""

import re

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.event import Event
from eventapp.models.question import Consent
from eventapp.models.registration import Attendee, Registration
from eventapp.rules.custom_question import Asking
from eventapp.rules.vocabulary import Asked, ConsentPurpose, ConsentWay, Question, QuestionKind, Role
from tests import people


@pytest.fixture
def forum(app, at_noon, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.app_context():
        staged = people.stage(capacity=200)
        db.session.get_one(Event, staged.event_id).asked = dict.fromkeys(Question, "required")
        db.session.commit()
        people.grant("dado", staged.event_id, Role.WELCOME_DESK)
        return staged


@pytest.fixture
def olga(app, forum):
    return people.sign_in(app, "olga")


@pytest.fixture
def desk(app, forum):
    return people.sign_in(app, "dado")


def own(app, forum, **more):
    with app.app_context():
        asking = Asking(
            **{"id": None, "kind": QuestionKind.SHORT_TEXT, "label": LocalizedText(en="Your dish?"), **more}
        )
        return services.question.add(forum.event_id, asking).id


def type_id(app, forum):
    with app.app_context():
        return str(queries.registration.list_ticket_types(forum.event_id)[0].id)


def register(app, client, forum, **fields):
    data = {"name": "Ada", "ticket_type_id": type_id(app, forum), "language": "fr", "consent_way": "spoken", **fields}
    return client.post("/organize/forum/registrations/new", query_string={"lang": "en"}, data=data)


def persons(app):
    with app.app_context():
        return list(db.session.scalars(select(Attendee).order_by(Attendee.id)))


def consents(app):
    with app.app_context():
        rows = list(db.session.scalars(select(Consent).order_by(Consent.id)))
    return [(row.purpose, str(row.answer), row.way, row.account_id is not None) for row in rows]


def answers(app):
    with app.app_context():
        return queries.question.answers_of([persons(app)[0].id]).get(persons(app)[0].id, {})


def test_at_the_desk_nothing_is_compulsory_but_the_name(app, olga, forum):
    own(app, forum, is_required=True)
    assert register(app, olga, forum).status_code == 303
    assert register(app, olga, forum, age_band="0-14").status_code == 303
    refused = register(app, olga, forum, name="")
    assert refused.status_code == 422
    assert "Please write the name" in refused.text


def test_all_questions_are_asked_at_the_desk(app, olga, forum):
    question = own(app, forum, kind=QuestionKind.NUMBER)
    response = register(
        app,
        olga,
        forum,
        languages=["bm", "en"],
        languages_other="dogon",
        needs="A ramp\nA chair",
        age_band="15-17",
        guardian_name="Mariam",
        guardian_phone="65 01 23 45",
        guardian_consent="y",
        photo_consent="no",
        contact_consent="yes",
        consent_way="paper",
        **{f"q{question}": "3"},
    )
    assert response.status_code == 303
    [ada] = persons(app)
    assert (ada.languages, ada.needs, ada.guardian_phone) == (["bm", "en", "dogon"], "A ramp\nA chair", "+22365012345")
    assert (ada.photo_consent, ada.contact_consent) == ("no", True)
    assert answers(app) == {question: 3}
    assert consents(app) == [
        (ConsentPurpose.PHOTOGRAPHS, "no", ConsentWay.PAPER, True),
        (ConsentPurpose.CONTACT, "yes", ConsentWay.PAPER, True),
        (ConsentPurpose.GUARDIAN, "yes", ConsentWay.PAPER, True),
    ]


def test_wrong_answer_at_the_desk_is_a_sentence_beside_its_box(app, olga, forum):
    question = own(app, forum, kind=QuestionKind.NUMBER)
    response = register(app, olga, forum, sex="x", **{f"q{question}": "two"})
    assert response.status_code == 422
    assert "a number in digits" in response.text
    assert 'value="two"' in response.text
    assert persons(app) == []


def shown(client, app, lang="en"):
    with app.app_context():
        registration_id = db.session.scalars(select(Registration.id)).first()
    return client.get(f"/organize/forum/registrations/{registration_id}", query_string={"lang": lang}).text


def test_registration_shows_answers_and_how_consents_came(app, olga, forum):
    question = own(app, forum, kind=QuestionKind.YES_NO, label=LocalizedText(en="A bed?", fr="Un lit ?"))
    register(app, olga, forum, languages="bm", photo_consent="yes", **{f"q{question}": "no"})
    page = shown(olga, app)
    assert "<dt>A bed?</dt><dd>No</dd>" in page
    assert "<dt>Languages spoken</dt><dd>Bambara</dd>" in page
    assert "spoken, Olga." in page
    assert "“May photographs show this person?”" in page
    assert "<dt>Un lit ?</dt><dd>Non</dd>" in shown(olga, app, "fr")


def test_sensitive_answers_are_for_owner_and_organizers_alone(app, olga, desk, forum):
    question = own(app, forum, is_sensitive=True)
    register(app, olga, forum, needs="A ramp", region="Kayes", **{f"q{question}": "Rice"})
    assert "A ramp" in shown(olga, app)
    assert "Rice" in shown(olga, app)
    page = shown(desk, app)
    assert "Kayes" in page
    assert "A ramp" not in page
    assert "Rice" not in page
    form = desk.get("/organize/forum/registrations/new", query_string={"lang": "en"}).text
    assert "Your dish?" not in form
    assert 'name="needs"' not in form


def change(client, app, **fields):
    address = f"/organize/forum/attendees/{persons(app)[0].id}/answers"
    return client.post(address, query_string={"lang": "en"}, data={"consent_way": "spoken", **fields})


def test_answers_are_changed_and_those_one_may_not_see_stay(app, olga, desk, forum):
    open_, secret = own(app, forum), own(app, forum, is_sensitive=True)
    register(app, olga, forum, needs="A ramp", region="Kayes", **{f"q{open_}": "Rice", f"q{secret}": "None"})
    assert (
        change(desk, app, region="Ségou", needs="Nothing", **{f"q{open_}": "Millet", f"q{secret}": "x"}).status_code
        == 303
    )
    [ada] = persons(app)
    assert (ada.name, ada.region, ada.needs) == ("Ada", "Ségou", "A ramp")
    assert answers(app) == {open_: "Millet", secret: "None"}


def test_answers_to_what_is_no_longer_asked_stay(app, olga, forum):
    register(app, olga, forum, region="Kayes", function="Teacher")
    with app.app_context():
        db.session.get_one(Event, forum.event_id).asked = {"region": "optional"}
        db.session.commit()
    change(olga, app, region="Ségou")
    [ada] = persons(app)
    assert (ada.region, ada.function) == ("Ségou", "Teacher")


def test_boxes_hold_the_answers(app, olga, forum):
    question = own(app, forum)
    register(
        app,
        olga,
        forum,
        languages=["bm"],
        languages_other="dogon",
        needs="A ramp",
        contact_consent="no",
        **{f"q{question}": "Rice"},
    )
    page = olga.get(f"/organize/forum/attendees/{persons(app)[0].id}/answers").text
    for kept in ('value="bm" checked', 'value="dogon"', "A ramp</textarea>", 'value="no" checked', 'value="Rice"'):
        assert kept in page


def test_consent_is_withdrawn_by_a_later_row_and_the_same_is_none(app, olga, forum):
    register(app, olga, forum, photo_consent="yes")
    change(olga, app, photo_consent="yes")
    change(olga, app, photo_consent="no")
    assert [row[1] for row in consents(app)] == ["yes", "no"]
    assert persons(app)[0].photo_consent == "no"


def test_guardian_who_no_longer_agrees_is_noted(app, olga, forum):
    register(app, olga, forum, age_band="0-14", guardian_consent="y")
    change(olga, app, age_band="0-14")
    assert [row[1] for row in consents(app)] == ["yes", "no"]


@pytest.mark.parametrize(("lang", "sentence"), [("en", "given back or cancelled"), ("fr", "déjà")])
def test_answers_of_a_place_that_was_given_back_stay_as_they_are(app, olga, forum, lang, sentence):
    register(app, olga, forum)
    with app.app_context():
        services.attendee.cancel(persons(app)[0].id)
    address = f"/organize/forum/attendees/{persons(app)[0].id}/answers"
    response = olga.post(address, query_string={"lang": lang}, data={"consent_way": "spoken"})
    assert sentence in response.text


def send_group(app, client, forum, lang="en", **fields):
    data = {
        "group_name": "9th grade",
        "leader": "Mme Traoré",
        "phone": "65 01 23 45",
        "people": "\n".join(f"Pupil {number}" for number in range(1, 31)),
        "ticket_type_id": type_id(app, forum),
        "age_band": "15-17",
        "language": "fr",
        **fields,
    }
    return client.post("/organize/forum/registrations/group", query_string={"lang": lang}, data=data)


def test_class_of_thirty_is_one_registration_with_a_ticket_each(app, desk, forum):
    response = send_group(app, desk, forum, has_papers="y")
    assert response.status_code == 303
    with app.app_context():
        registration = db.session.scalars(select(Registration)).one()
        assert len(people.ticket_codes(registration.id)) == 31
    assert (registration.group_name, registration.phone) == ("9th grade", "+22365012345")
    rows = persons(app)
    assert [rows[0].name, rows[0].age_band, rows[1].name, rows[1].age_band] == ["Mme Traoré", None, "Pupil 1", "15-17"]
    assert consents(app) == [(ConsentPurpose.GUARDIAN, "yes", ConsentWay.PAPER, True)] * 30
    assert response.headers["Location"].endswith(f"/registrations/{registration.id}")


def test_papers_that_come_one_by_one_are_ticked_by_name(app, desk, forum):
    page_address = send_group(app, desk, forum, people="Awa\nBintou\n\n Cheick ").headers["Location"]
    assert page_address.endswith("/papers")
    page = desk.get(page_address).text
    assert "Mme Traoré" not in page.split("<form")[1]
    awa, bintou, cheick = (row.id for row in persons(app)[1:])
    desk.post(page_address, data={"there": [str(awa), str(cheick)]})
    desk.post(page_address, data={"there": [str(awa), str(bintou)]})
    with app.app_context():
        assert queries.question.list_authorised([awa, bintou, cheick]) == {awa, bintou}
    assert re.search(
        rf'checked[^>]*value="{awa}"|value="{awa}"[^>]*checked|checked id="there-0"', desk.get(page_address).text
    )


def test_group_sent_twice_is_one(app, desk, forum):
    for _ in range(2):
        send_group(app, desk, forum, form_id="form-of-a-class-sent-twice")
    assert len(persons(app)) == 31


@pytest.mark.parametrize(
    ("fields", "english", "french"),
    [
        ({"people": " \n"}, "Please write the name", "nom"),
        ({"people": "\n".join(f"Pupil {n}" for n in range(101))}, "up to 100 people", "100"),
        ({"people": "x" * 301}, "300 letters", "300"),
        ({"phone": "6501234"}, "too many or too few digits", "chiffres"),
        ({"email": "traore@"}, "does not look like an e-mail address", "e-mail"),
        ({"ticket_type_id": "99"}, "choose one of the answers", "Choisissez une des réponses"),
    ],
)
def test_wrong_group_is_a_sentence_and_nobody_is_registered(app, desk, forum, fields, english, french):
    for lang, sentence in (("en", english), ("fr", french)):
        response = send_group(app, desk, forum, lang, **fields)
        assert response.status_code == 422
        assert sentence in response.text
        assert 'value="9th grade"' in response.text
    assert persons(app) == []


def test_event_that_asks_nothing_says_so(app, olga, forum):
    with app.app_context():
        db.session.get_one(Event, forum.event_id).asked = {"sex": str(Asked.OFF)}
        db.session.commit()
    register(app, olga, forum)
    page = olga.get(f"/organize/forum/attendees/{persons(app)[0].id}/answers", query_string={"lang": "en"})
    assert "This event asks nothing besides the name." in page.text
