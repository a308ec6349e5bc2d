"""On-the-spot registration on the page without script, and what the desk sees and sets of it."""

import re
import uuid

import pytest

from eventapp import queries, services
from eventapp.db import db, transactional
from eventapp.models.event import Event
from eventapp.rules.vocabulary import CheckpointKind, FullHouse
from tests import door as open_door
from tests import people
from tests.web import browser

AWA = {"name": "Awa Kéïta", "sex": "female", "age_band": "25-35", "town": "Kayes"}


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        staged = people.stage()
        open_door.entrance(staged.event_id)
        return staged


@pytest.fixture
def door(app, forum):
    """A browser that is prepared for the entrance."""
    client = app.test_client()
    client.get("/?lang=en")
    with app.app_context():
        link = services.device.add(forum.event_id, "A", door="A").pair_secret
    assert client.post(f"/checkin/pair/{link}").status_code == 303
    return client


def send(door, fields, form_id=None):
    page = door.get("/checkin/walk-in").text
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)[1]
    return door.post("/checkin/walk-in", data={"csrf_token": token, "id": form_id or str(uuid.uuid4()), **fields})


def registered(app, forum):
    with app.app_context():
        return [
            (one.name, one.sex, one.age_band, one.region)
            for one in queries.registration.list_attendees(forum.event_id, "", None, offset=0, limit=9)
        ]


def change_event(app, forum, **facts):
    @transactional
    def change():
        for name, value in facts.items():
            setattr(db.session.get_one(Event, forum.event_id), name, value)

    with app.app_context():
        change()


def test_somebody_registers_and_their_ticket_is_shown(app, forum, door):
    assert "Free places: 50." in door.get("/checkin/walk-in").text
    form_id = str(uuid.uuid4())
    answers = [send(door, AWA, form_id) for _ in range(2)]
    assert registered(app, forum) == [("Awa Kéïta", "female", "25-35", "Kayes")]
    page = door.get(answers[1].headers["Location"]).text
    assert re.search(r'<section class="answer green".*?Welcome.*?Awa Kéïta', page, re.DOTALL)
    shown = re.search(r'class="square".*?<svg.*?<p class="code">([0-9A-Z]{4}-[0-9A-Z]{4})</p>', page, re.DOTALL)[1]
    assert short_code(app, forum) == shown.replace("-", "")
    assert send(door, {**AWA, "name": "Bintou"}, form_id).status_code == 303
    assert len(registered(app, forum)) == 2


def short_code(app, forum):
    with app.app_context():
        people_there = queries.registration.list_attendees(forum.event_id, "", None, offset=0, limit=9)
        return people_there[0].ticket.code[:8]


def test_own_page_says_what_is_stored(app, forum, door):
    send(door, AWA)
    with app.app_context():
        [person] = queries.registration.list_attendees(forum.event_id, "", None, offset=0, limit=9)
        stored = queries.own_data.get(queries.registration.get(person.registration_id))
        link = f"/r/{services.registration.secret(person.registration)}"
    assert [scan.kind for scan, _place in stored.people[0].scans] == ["walk_in"]
    page = door.get(f"{link}/data?lang=en").text
    assert all(word in page for word in ("Awa Kéïta", "Kayes", "Registered on the spot"))


def test_a_name_is_asked_for_and_the_rest_is_kept(app, forum, door):
    answer = send(door, {**AWA, "name": " ", "sex": "<b>"})
    assert answer.status_code == 409
    assert "Please write the name" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="Kayes"' in answer.text
    assert re.search(r'value="25-35" checked', answer.text)
    assert registered(app, forum) == []


@pytest.mark.parametrize(
    ("rule", "button", "names"),
    [
        (FullHouse.ASK, "The help desk agrees: register", ["Awa Kéïta"]),
        (FullHouse.REFUSE, "Let in without registering", []),
    ],
)
def test_when_all_seats_are_taken_a_reason_lets_somebody_in(app, forum, door, rule, button, names):
    change_event(app, forum, capacity=0, full_house=rule)
    assert button in door.get("/checkin/walk-in").text
    fields = AWA if names else {"unregistered": "1"}
    refused = send(door, fields)
    assert (refused.status_code, registered(app, forum)) == (409, [])
    assert send(door, {**fields, "reason": "The minister's sister"}).status_code == 303
    assert [one[0] for one in registered(app, forum)] == names
    with app.app_context():
        assert open_door.counts(forum.event_id)[1:] == (1, 1)


def test_nobody_registers_where_something_is_handed_out(app, forum, door):
    with app.app_context():
        open_door.entrance(forum.event_id, kind=CheckpointKind.DISTRIBUTION)
    assert "walk-in" not in door.get("/checkin/").text
    assert door.get("/checkin/walk-in").status_code == 404


def test_desk_sets_the_rule_and_the_category_and_sees_who_came(app, forum, door):
    olga = people.sign_in(app, "olga")
    olga.get("/organize/?lang=en")
    changed = browser.submit(olga, "/organize/forum/places", {"capacity": "0", "full_house": "admit"})
    assert changed.status_code == 303
    with app.app_context():
        type_id = queries.registration.list_ticket_types(forum.event_id)[0].id
    category = f"/organize/forum/categories/{type_id}"
    assert browser.submit(olga, category, {"is_for_walk_ins": "y"}).status_code == 303
    with app.app_context():
        assert queries.ticket_type.get(forum.event_id, type_id).is_for_walk_ins
    assert "people are let in all the same" in door.get("/checkin/walk-in").text
    assert send(door, AWA).status_code == 303
    rows = olga.get("/organize/forum/registrations").text
    assert "on the spot" in rows
    assert "1 person more than there are seats" in rows
