"""The registration form and the contact's page, as a guest uses them."""

import re

import pytest
from sqlalchemy import func, select

from eventapp.db import db
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration
from eventapp.rules import names
from eventapp.rules.vocabulary import Asked, Question
from tests import people
from tests.tables import full_names, rows


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage(capacity=3)


def send(client, slug="forum", **fields):
    data = {"lang": "en", **{key.replace("__", "-"): value for key, value in fields.items()}}
    return client.post(f"/e/{slug}/register", data=data)


def attendees(app):
    with app.app_context():
        return list(db.session.scalars(select(Attendee).order_by(Attendee.id)))


def test_registering_leads_to_the_contacts_page_with_a_ticket(app, client, forum):
    response = send(client, attendees__0__name="Ada Traoré", email="ada@example.org", phone="65 01 23 45")
    assert response.status_code == 303
    page = client.get(response.headers["Location"])
    assert re.fullmatch(r"/r/[a-z0-9]{26}", response.headers["Location"])
    assert "You are registered" in page.text
    assert "Ada Traoré" in page.text
    assert "65 01 2• ••" in page.text  # the rest of it proves who somebody is


def test_form_sent_twice_is_one_registration(app, client, forum):
    form = client.get("/e/forum/register").text
    form_id = re.search(r'name="form_id" value="([^"]+)"', form).group(1)
    first = send(client, form_id=form_id, attendees__0__name="Ada")
    second = send(client, form_id=form_id, attendees__0__name="Ada")
    assert first.headers["Location"] == second.headers["Location"]
    assert len(attendees(app)) == 1


def test_going_back_for_another_person_is_asked_about_and_then_taken(app, client, forum):
    form_id = "form-id-of-a-page-in-a-browser"
    send(client, form_id=form_id, attendees__0__name="Ada")
    again = send(client, form_id=form_id, attendees__0__name="Bintou")
    fresh = re.search(r'name="form_id" value="([^"]+)"', again.text).group(1)
    assert again.status_code == 409
    assert "This form was sent already, for Ada." in again.text
    assert send(client, form_id=fresh, attendees__0__name="Bintou").status_code == 303
    assert [a.name for a in attendees(app)] == ["Ada", "Bintou"]


def test_two_forms_are_two_registrations_even_of_one_name(app, client, forum):
    first, second = (send(client, attendees__0__name="Rokiatou Coulibaly") for _ in range(2))
    assert first.headers["Location"] != second.headers["Location"]
    assert len(attendees(app)) == 2


def test_nobody_needs_an_address_or_a_phone(app, client, forum):
    assert send(client, attendees__0__name="Mamou").status_code == 303


def test_empty_name_keeps_what_was_typed(app, client, forum):
    response = send(client, attendees__0__name=" ", email="ada@example.org", phone="65012345")
    assert response.status_code == 422
    assert "Please write the name" in response.text
    assert 'value="ada@example.org"' in response.text
    assert 'value="65012345"' in response.text
    assert 'aria-invalid="true"' in response.text
    assert attendees(app) == []


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("email", "ada@", "does not look like an e-mail address"),
        ("phone", "065012345", "leave out the 0"),
        ("phone", "O65012345", "no letters"),
        ("phone", "6501234", "too many or too few digits"),
        ("phone", "80 00 00 01", "Nobody can be reached"),
        ("phone", "65 01 23 45 / 70 00 00 01", "one number only"),
    ],
)
def test_wrong_contact_is_a_sentence_beside_the_field(client, forum, field, typed, sentence):
    response = send(client, attendees__0__name="Ada", **{field: typed})
    assert response.status_code == 422
    assert sentence in response.text
    assert f'value="{typed}"' in response.text


def test_unknown_range_of_numbers_is_asked_about_and_then_taken(app, client, forum):
    first = send(client, attendees__0__name="Ada", phone="54 00 00 01")
    seen = re.search(r'name="phone_seen" value="([^"]+)"', first.text).group(1)
    assert first.status_code == 422
    assert send(client, attendees__0__name="Ada", phone="54 00 00 01", phone_seen=seen).status_code == 303


def test_add_a_person_needs_no_script_and_loses_nothing(client, forum):
    response = send(client, attendees__0__name="Ada", email="ada@", add_attendee="1")
    assert response.status_code == 200
    assert 'name="attendees-1-name"' in response.text
    assert 'value="Ada"' in response.text


def test_group_is_one_registration_with_a_ticket_each(app, client, forum):
    location = send(client, attendees__0__name="Ada", attendees__1__name="Bintou").headers["Location"]
    assert client.get(location).text.count("Open the ticket") == 2


def test_added_box_that_stays_empty_is_nobody(app, client, forum):
    send(client, attendees__0__name="Ada", attendees__1__name="")
    assert [a.name for a in attendees(app)] == ["Ada"]


def test_too_many_people_are_refused(app, client, forum):
    fields = {f"attendees__{n}__name": f"Guest {n}" for n in range(6)}
    response = send(client, **fields)
    assert response.status_code == 409
    assert "up to 5 people" in response.text
    assert 'value="Guest 5"' in response.text


def test_enormous_group_costs_a_refusal_and_no_more(client, forum):
    assert send(client, **{f"attendees__{n}__name": "x" for n in range(3000)}).status_code in (409, 413)


def test_full_event_lets_people_wait(app, client, forum):
    for _ in range(3):
        send(client, attendees__0__name="Ada")
    page = client.get(send(client, attendees__0__name="Bintou").headers["Location"])
    assert "You are on the waiting list" in page.text


def test_full_event_without_waiting_list_says_so(app, client, forum):
    with app.app_context():
        db.session.get_one(Event, forum.event_id).waiting_list = False
        db.session.commit()
    send(client, attendees__0__name="Ada", attendees__1__name="Bintou")
    assert "Only 1 seats are left" in send(client, attendees__0__name="C", attendees__1__name="D").text
    send(client, attendees__0__name="Cheick")
    assert "All seats are taken" in send(client, attendees__0__name="Djénéba").text
    assert "All seats are taken" in client.get("/e/forum/register?lang=en").text


def test_closed_registration_refuses_what_was_still_open_in_a_window(app, client, forum):
    with app.app_context():
        db.session.get_one(Event, forum.event_id).registration_open = False
        db.session.commit()
    assert "Registration is closed." in client.get("/e/forum/register?lang=en").text
    response = send(client, attendees__0__name="Ada")
    assert response.status_code == 409
    assert 'value="Ada"' in response.text


def test_registration_that_is_not_open_yet_says_when(app, client, forum, at_noon):
    with app.app_context():
        db.session.get_one(Event, forum.event_id).registration_opens_at = people.STARTS
        db.session.commit()
    assert "Registration opens on Friday 18 December 2026, 09:00." in client.get("/e/forum/register?lang=en").text
    assert "not open yet" in send(client, attendees__0__name="Ada").text


def test_required_question_must_be_answered_with_a_known_answer(app, client, forum):
    with app.app_context():
        db.session.get_one(Event, forum.event_id).asked = {
            Question.SEX: Asked.REQUIRED,
            Question.REGION: Asked.OPTIONAL,
        }
        db.session.commit()
    assert "Please answer this question" in send(client, attendees__0__name="Ada").text
    assert "choose one of the answers" in send(client, attendees__0__name="Ada", attendees__0__sex="x").text
    assert send(client, attendees__0__name="Ada", attendees__0__sex="female").status_code == 303
    assert [(a.sex, a.region) for a in attendees(app)] == [("female", None)]


@pytest.mark.parametrize("typed", full_names())
def test_every_name_is_kept_as_its_note_says(app, client, forum, typed):
    response = send(client, attendees__0__name=typed)
    assert response.status_code == 303
    assert [a.name for a in attendees(app)] == [names.clean(typed)]
    page = client.get(response.headers["Location"]).text
    assert "<script>alert" not in page
    assert "49" not in re.findall(r"<bdi>(.*?)</bdi>", page)[0] or "49" in typed


@pytest.mark.parametrize("row", rows("phones.csv"), ids=lambda row: row["input"] or "empty")
def test_every_phone_gets_a_ticket_or_a_sentence(client, forum, row):
    assert send(client, attendees__0__name="Ada", phone=row["input"]).status_code in (303, 422)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"attendees-0-name": "x" * 100_000},
        {"attendees-0-name": "Ada", "form_id": "x" * 5000},
        {"attendees-0-name": "Ada", "form_id": "\x00"},
        {"attendees-0-name": "Ada", "lang": "\x00"},
        {"attendees-0-name": "\x00\ud800".encode("utf-8", "replace").decode()},
        {"attendees--1-name": "Ada", "attendees-x-name": "Ada"},
        {"attendees-99999999999999999999-name": "Ada"},
        {"attendees-²-name": "Ada"},
        {f"attendees-{'9' * 5000}-name": "Ada"},
        {"attendees-0-name": "Ada", "email": "a" * 5000 + "@example.org"},
        {"attendees-0-name": "Ada", "phone": "9" * 5000},
        {"attendees-0-name": "Ada", "phone": "\u0661" * 300},
    ],
)
def test_nothing_that_is_sent_makes_an_error_page(client, forum, fields):
    assert client.post("/e/forum/register", data=fields).status_code in (303, 409, 413, 422)


def test_bytes_that_are_no_text_make_no_error_page(client, forum):
    response = client.post(
        "/e/forum/register",
        data=b"attendees-0-name=%ff%fe%00&email=%80",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code in (303, 422)


def own_page(client, **fields):
    return send(client, attendees__0__name="Ada Traoré", **fields).headers["Location"]


def test_name_is_corrected_and_the_ticket_stays(app, client, forum):
    location = own_page(client)
    before = client.get(location).text
    attendee_id = attendees(app)[0].id
    response = client.post(f"{location}/attendees/{attendee_id}/name", data={"name": " Ada  Touré "})
    assert response.status_code == 303
    after = client.get(response.headers["Location"]).text
    assert "Ada Touré" in after
    code = re.compile(r"/t/([0-9A-Z]{13})")
    assert code.findall(before) == code.findall(after)


@pytest.mark.parametrize(("name", "sentence"), [("  ", "Please write the name"), ("x" * 301, "shorten the name")])
def test_wrong_name_is_refused_and_kept(app, client, forum, name, sentence):
    location = own_page(client)
    response = client.post(f"{location}/attendees/{attendees(app)[0].id}/name", data={"name": name})
    assert response.status_code == 422
    assert sentence in response.text
    assert f'value="{name}"' in response.text


def test_place_given_back_is_free_at_once_and_twice_is_once(app, client, forum):
    location = own_page(client)
    url = f"{location}/attendees/{attendees(app)[0].id}/give-back"
    for _ in range(2):
        assert client.post(url).status_code == 303
    assert "Place given back" in client.get(location).text
    assert [a.status for a in attendees(app)] == ["cancelled"]


def test_link_of_one_registration_opens_no_other(app, client, forum):
    own_page(client)
    other = own_page(client)
    strange = attendees(app)[0].id
    assert client.post(f"{other}/attendees/{strange}/name", data={"name": "Max"}).status_code == 404
    assert client.post(f"{other}/attendees/{strange}/give-back").status_code == 404
    assert client.get("/r/aaaaaaaaaaaaaaaaaaaaaaaaaa").status_code == 404


def test_looking_changes_nothing(app, client, forum):
    location = own_page(client)
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(Registration))
    for path in (location, "/e/forum/register", "/e/forum/"):
        client.get(path)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Registration)) == before


def test_contacts_page_is_kept_by_the_readers_own_browser_only(client, forum):
    response = client.get(own_page(client))
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "noindex" in response.text


def test_looking_at_the_head_of_the_form_sends_nothing(client, forum):
    assert client.head("/e/forum/register").status_code == 200
