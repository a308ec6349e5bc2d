"""What guests register for: ticket types that are open to everybody, and those that a code opens."""

import re

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.invitation import InvitationCode
from eventapp.models.registration import Attendee, TicketType
from eventapp.rules.custom_question import Asking
from eventapp.rules.vocabulary import QuestionKind, TypeAccess
from tests import people


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage(max_party=7)


def own(app, forum, label, **more):
    with app.app_context():
        asking = Asking(id=None, kind=QuestionKind.SHORT_TEXT, label=LocalizedText(en=label), **more)
        return services.question.add(forum.event_id, asking).id


def send(client, lang="en", **fields):
    data = {"lang": lang, "attendees-0-name": "Ada", **{key.replace("__", "-"): value for key, value in fields.items()}}
    return client.post("/e/forum/register", data=data)


def ada(app):
    with app.app_context():
        return db.session.scalars(select(Attendee).order_by(Attendee.id)).first()


def add_type(app, forum, name="Press", **more):
    with app.app_context():
        row = TicketType(event_id=forum.event_id, position=1, name=LocalizedText(en=name, fr="Presse"), **more)
        db.session.add(row)
        db.session.commit()
        return row.id


def add_code(app, forum, type_id, code="ABCD1234", **more):
    with app.app_context():
        created = people.STARTS
        row = InvitationCode(event_id=forum.event_id, ticket_type_id=type_id, code=code, created_at=created, **more)
        db.session.add(row)
        db.session.commit()


def test_one_category_is_not_asked_about(client, forum):
    page = client.get("/e/forum/register?lang=en").text
    assert "Which category?" not in page
    assert "Invitation code" not in page


def test_category_is_chosen_where_there_are_several(app, client, forum):
    press = add_type(app, forum, description=LocalizedText(en="With a desk"), capacity=1)
    page = client.get("/e/forum/register?lang=en").text
    assert "Which category?" in page
    assert "With a desk · 1 seat free" in page
    assert send(client, ticket_type=str(press)).status_code == 303
    assert ada(app).ticket_type_id == press
    assert "full, with a waiting list" in client.get("/e/forum/register?lang=en").text
    assert "complet, avec liste d’attente" in client.get("/e/forum/register?lang=fr").text


@pytest.mark.parametrize("typed", ["999999", "x", "0"])
@pytest.mark.parametrize(("lang", "sentence"), [("en", "Please choose one of the answers."), ("fr", "Choisissez")])
def test_category_that_is_none_is_refused_beside_the_choice(app, client, forum, typed, lang, sentence):
    add_type(app, forum)
    response = send(client, lang, ticket_type=typed)
    assert response.status_code == 422
    assert 'href="#ticket_type"' in response.text
    assert sentence in response.text


def test_category_for_the_team_alone_cannot_be_chosen(app, client, forum):
    staff = add_type(app, forum, access=TypeAccess.STAFF)
    assert "Which category?" not in client.get("/e/forum/register?lang=en").text
    assert send(client, ticket_type=str(staff)).status_code == 422


@pytest.mark.parametrize(("lang", "sentence"), [("en", "cannot be chosen at the moment"), ("fr", "en ce moment")])
def test_category_that_is_closed_is_refused_beside_the_choice(app, client, forum, lang, sentence):
    press = add_type(app, forum, opens_at=people.ENDS)
    page = client.get(f"/e/forum/register?lang={lang}").text
    assert re.search(rf'value="{press}" disabled', page)
    response = send(client, lang, ticket_type=str(press))
    assert response.status_code == 409
    assert sentence in response.text
    assert 'href="#ticket_type"' in response.text


def test_code_registers_for_its_category(app, client, forum):
    guests = add_type(app, forum, "Guests", access=TypeAccess.CODE)
    add_code(app, forum, guests)
    page = client.get("/e/forum/register?lang=en&code=abcd-1234").text
    assert "With your code you register for: Guests." in page
    assert 'value="abcd-1234"' in page
    assert send(client, code="abcd 1234").status_code == 303
    assert ada(app).ticket_type_id == guests


@pytest.mark.parametrize(
    ("code", "english", "french"),
    [
        ("NOCODE", "We do not know this code.", "Nous ne connaissons pas ce code."),
        ("OLD00000", "This code is too old.", "Ce code est trop ancien."),
        ("0NE00000", "This code is good for", "Ce code vaut"),
        ("!!", "We do not know this code.", "Nous ne connaissons pas ce code."),
    ],
)
def test_code_that_is_not_good_is_refused_beside_its_box(app, client, forum, code, english, french):
    guests = add_type(app, forum, "Guests", access=TypeAccess.CODE)
    add_code(app, forum, guests, "01D00000", expires_at=people.STARTS.replace(year=2020))
    add_code(app, forum, guests, "0NE00000", max_people=1)
    for lang, sentence in (("en", english), ("fr", french)):
        response = send(client, lang, code=code, attendees__1__name="Bintou")
        assert response.status_code == 409
        assert sentence in response.text
        assert 'href="#code"' in response.text
        assert f'value="{code}"' in response.text


def test_event_by_invitation_asks_for_the_code(app, client, forum):
    with app.app_context():
        db.session.scalars(select(TicketType)).one().access = TypeAccess.CODE
        db.session.commit()
    response = send(client)
    assert response.status_code == 409
    assert "This event is by invitation." in response.text


def test_question_for_one_category_is_asked_of_its_people_alone(app, client, forum):
    press = add_type(app, forum)
    question = own(app, forum, "Your newspaper?", is_required=True, ticket_type_ids=[press])
    page = client.get("/e/forum/register?lang=en").text
    assert "Only for: Press." in page
    assert f'data-if="ticket_type" data-is="{press}"' in page
    assert send(client, ticket_type=str(press)).status_code == 422
    assert send(client, ticket_type=str(press), **{f"attendees__0__q{question}": "L’Essor"}).status_code == 303
    assert send(client, **{f"attendees__0__q{question}": "x"}).status_code == 303
    with app.app_context():
        found = queries.question.answers_of(list(db.session.scalars(select(Attendee.id))))
    assert list(found.values()) == [{question: "L’Essor"}]


def test_question_for_the_people_of_a_code_comes_with_the_code(app, client, forum):
    guests = add_type(app, forum, "Guests", access=TypeAccess.CODE)
    add_code(app, forum, guests)
    question = own(app, forum, "Your protocol officer?", is_required=True, ticket_type_ids=[guests])
    assert "Your protocol officer?" not in client.get("/e/forum/register?lang=en").text
    response = send(client, code="ABCD1234")
    assert response.status_code == 422
    assert "Your protocol officer?" in response.text
    assert send(client, code="ABCD1234", **{f"attendees__0__q{question}": "Awa"}).status_code == 303


def test_organizer_who_looks_first_is_announced(app, client, forum):
    with app.app_context():
        db.session.scalars(select(TicketType)).one().needs_approval = True
        db.session.commit()
    assert "The organizer looks at each registration first." in client.get("/e/forum/register?lang=en").text


@pytest.mark.parametrize(
    ("lang", "sentence"), [("en", "General public · from Friday 18"), ("fr", "Grand public · à partir du vendredi 18")]
)
def test_only_category_that_is_not_open_yet_says_when(app, client, forum, lang, sentence):
    with app.app_context():
        db.session.scalars(select(TicketType)).one().opens_at = people.STARTS
        db.session.commit()
    assert sentence in client.get(f"/e/forum/register?lang={lang}").text
    assert send(client, lang).status_code == 409


def test_category_is_chosen_in_the_preview_and_at_the_desk_too(app, forum):
    press = add_type(app, forum)
    own(app, forum, "Your newspaper?", ticket_type_ids=[press])
    olga = people.sign_in(app, "olga")
    preview = olga.get("/organize/forum/questions/preview").text
    assert f'data-if="ticket_type" data-is="{press}"' in preview
    assert f'name="ticket_type" value="{press}"' in preview
    desk = olga.get("/organize/forum/registrations/new").text
    assert f'data-if="ticket_type_id" data-is="{press}"' in desk
    assert 'name="ticket_type_id"' in desk
