"""Delegations and guests of the protocol desk, as pages: at the entrance without script, and at the desk."""

import re
import uuid

import pytest

from eventapp import queries, services
from eventapp.rules.vocabulary import Role
from eventapp.services.personality import DoorFacts
from eventapp.services.registration import Person
from tests import door as open_door
from tests import people
from tests.web.test_checkin_door import headline, send, token


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        staged = people.stage()
        open_door.entrance(staged.event_id)
        return staged


@pytest.fixture
def minister(app, forum):
    """The code of a minister who is expected with nine, and comes with a colleague who has a ticket."""
    with app.app_context():
        invitation_id = people.invite(
            forum.event_id, name="Awa Diarra", courtesy_title="Madame la Ministre", function="Ministre", places=9
        )
        services.invitation.accept(invitation_id, [Person(name="Awa Diarra"), Person(name="Bakary", needs="Une rampe")])
        registration_id = queries.invitation.get_in(forum.event_id, invitation_id).registration_id
        attendee_id = queries.registration.list_people(registration_id)[0].id
        facts = DoorFacts(note="Entrée B", companions=9, is_personality=True)
        services.personality.describe(forum.event_id, attendee_id, facts)
        return people.ticket_codes(registration_id)[0]


@pytest.fixture
def door(app, forum):
    """A browser at the entrance."""
    client = app.test_client()
    client.get("/?lang=en")
    with app.app_context():
        secret = services.device.add(forum.event_id, "Porte A", door="Porte A").pair_secret
    client.post(f"/checkin/pair/{secret}")
    return client


def post(client, page, path, **fields):
    answer = client.post(path, data={"csrf_token": token(page), "id": str(uuid.uuid4()), **fields})
    return client.get(answer.headers["Location"]).text if answer.status_code == 303 else answer.text


def entered(page):
    return re.search(r"<b>([0-9]+)</b> entered", page)[1]


def test_entrance_shows_what_it_must_know_and_counts_companions(door, minister):
    location = send(door, minister).headers["Location"]
    page = door.get(location).text
    for words in ("Madame la Ministre, Ministre", "Entrée B", "To the protocol desk", "0 of 9 companions came"):
        assert words in page
    path = re.search(r'action="(/checkin/scans/[0-9a-f-]+/companions)"', page)[1]
    page = post(door, page, path, companions="9")
    assert (headline(page), entered(page)) == ("Welcome", "10")
    page = post(door, page, path, companions="12")
    assert "12 of 12 companions came" in page
    assert entered(page) == "13"
    first = re.search(r"scan=([0-9a-f-]+)", location)[1]
    page = post(door, page, f"/checkin/scans/{first}/undo")  # with those who came after it
    assert (headline(page), entered(page)) == ("Taken back", "0")


@pytest.mark.sqlite_only  # nothing here depends on the database
@pytest.mark.parametrize("typed", ["", "-1", "100", "nine", "٣"])
def test_a_number_that_is_none_gets_a_sentence(door, minister, typed):
    location = send(door, minister).headers["Location"]
    page = door.get(location).text
    path = re.search(r'action="(/checkin/scans/[0-9a-f-]+/companions)"', page)[1]
    assert "Please write a whole number from 0 to 99." in post(door, page, path, companions=typed)


def test_one_of_a_party_is_taken_back_and_comes_again(door, minister):
    location = send(door, minister).headers["Location"]
    page = door.get(location).text
    party = {"came": re.findall(r'name="came" value="([0-9]+)"', page)}
    path = re.search(r'action="(/checkin/scans/[0-9a-f-]+/party)"', page)[1]
    page = post(door, page, path, **party)
    assert "2 of 2 of this registration came" in page
    back = re.findall(r'class="there" method="post" action="([^"]+)"', page)
    shown = re.search(r"scan=([0-9a-f-]+)", location)[1]
    bakary = next(one for one in back if shown not in one)
    page = post(door, page, bakary, back=shown)
    assert "1 of 2 of this registration came" in page
    assert "2 of 2 of this registration came" in post(door, page, path, **party)


def test_desk_notes_an_arrival_and_takes_it_back(app, forum, minister):
    olga = people.sign_in(app, "olga")
    path = f"/organize/{forum.slug}/personalities"
    page = olga.get(f"{path}?lang=en").text
    assert "0 of 1 are there." in page
    action = re.search(r'action="([^"]+/arrived)"', page)[1]
    form_id = re.search(r'name="form_id" value="([^"]+)"', page)[1]
    page = post(olga, page, action, form_id=form_id, companions="9")
    assert re.search(r'data-arrived="Madame la Ministre Awa Diarra, 12:00, Protocol desk, \+ 9"', page)
    assert "Nobody is found like that" in olga.get(f"{path}?q=zzz").text
    assert "0 of 1 are there." in post(olga, page, action.replace("/arrived", "/not-arrived"))


@pytest.mark.sqlite_only  # nothing here depends on the database
def test_desk_says_why_an_arrival_is_not_noted(app, forum, minister):
    with app.app_context():
        open_door.entrance(forum.event_id, opens_at=people.ENDS)
    olga = people.sign_in(app, "olga")
    page = olga.get(f"/organize/{forum.slug}/personalities?lang=en").text
    action = re.search(r'action="([^"]+/arrived)"', page)[1]
    assert "the entrance is not open yet" in post(olga, page, action, companions="9")
    assert "from 0 to 99" in post(olga, page, action, companions="x")


def test_what_the_entrance_sees_is_set_at_the_desk(app, forum, minister):
    olga = people.sign_in(app, "olga")
    with app.app_context():
        bakary = queries.registration.list_attendees(forum.event_id, "Bakary", None, offset=0, limit=1)[0].id
    path = f"/organize/{forum.slug}/attendees/{bakary}/door"
    page = olga.get(f"{path}?lang=en&needs=1&companions=7").text
    assert 'name="door_note" type="text" value="Une rampe"' in page
    assert 'name="companions" type="text" value="7"' in page
    wrong = post(olga, page, path, door_note="b" * 201, companions="100")
    assert "b" * 201 in wrong
    assert "from 0 to 99" in wrong
    page = post(olga, page, path, door_note="Rampe, entrée B", companions="2", is_personality="y")
    assert "Rampe, entrée B" in page
    with app.app_context():
        people.grant("wendy", forum.event_id, Role.WELCOME_DESK)
    seen = people.sign_in(app, "wendy").get(f"{path}?needs=1").text  # may set a note, may not read what people need
    assert "Une rampe" not in seen


def test_own_data_tells_the_note(app, client, forum, minister):
    with app.app_context():
        registration = queries.ticket.get(minister).attendee.registration
        secret = services.registration.secret(registration)
    page = client.get(f"/r/{secret}/data?lang=en").text
    assert "Entrée B" in page
    assert "Hears of the arrival" in page


def test_public_pages_say_nothing_of_it(client, forum, minister):
    page = client.get(f"/t/{minister}?lang=en")
    assert page.status_code == 200
    for words in ("Entrée B", "protocol", "ompanion"):
        assert words not in page.text
