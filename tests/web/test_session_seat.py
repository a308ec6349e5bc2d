"""Seats in sessions: asked for without script, shown to guests, and kept in order at the desk."""

import pytest

from eventapp import queries, services
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import Role
from eventapp.services.programme import SessionFacts
from tests import people
from tests.web import browser

pytestmark = pytest.mark.usefixtures("at_noon")


def hold(forum, title, seats):
    """A session at the time of the event, with so many seats; its id."""
    facts = SessionFacts(title=LocalizedText(fr=title), starts_at=people.STARTS, ends_at=people.ENDS)
    made = services.programme.add_session(forum.event_id, facts).id
    services.session_seat.set_seats(forum.event_id, made, seats)
    services.release.release(forum.event_id)
    return made


@pytest.fixture
def forum(app):
    with app.app_context():
        return people.stage()


@pytest.fixture
def workshop(app, forum):
    with app.app_context():
        return hold(forum, "Atelier", 1)


def guest(app, forum, *names):
    """The address of a registration's sessions, and the ids of its people."""
    with app.app_context():
        made = people.register(forum.event_id, *names)
        ids = [one.id for one in queries.registration.list_people(made)]
        return f"/r/{services.registration.secret(queries.registration.get(made))}/sessions", ids


def send(client, address, among, *seats):
    data = {"among": [str(one) for one in among], "seat": [f"{who}-{session}" for who, session in seats]}
    answer = client.post(address, data=data)
    assert answer.status_code == 303
    return client.get(f"{address}?lang=en").text


def test_one_box_for_one_person_and_a_number_on_the_waiting_list(app, client, forum, workshop):
    first, [ada] = guest(app, forum)
    second, [bakary] = guest(app, forum)
    assert client.get(f"{first}?lang=en").text.count('name="seat"') == 1

    assert "Has a seat" in send(client, first, [workshop], (ada, workshop))
    assert "On the waiting list: number 1" in send(client, second, [workshop], (bakary, workshop))
    again = send(client, second, [workshop], (bakary, workshop))

    assert "On the waiting list: number 1" in again
    assert "Full: waiting list · 1 person waits" in again
    assert "Sur la liste d’attente\u00a0: numéro 1" in client.get(f"{second}?lang=fr").text


def test_group_has_a_box_for_each_person(app, client, forum, workshop):
    address, [ada, bakary] = guest(app, forum, "Ada Traoré", "Bakary Keïta")

    page = send(client, address, [workshop], (ada, workshop), (bakary, workshop))

    assert page.count('name="seat"') == 2
    assert page.count("Has a seat") == page.count("On the waiting list: number 1") == 1


def test_two_sessions_at_once_are_a_warning_that_names_both(app, client, forum, workshop):
    with app.app_context():
        other = hold(forum, "Débat", 9)
    address, [ada, bakary] = guest(app, forum, "Ada", "Bakary")

    apart = send(client, address, [workshop, other], (ada, workshop), (bakary, other))
    both = send(client, address, [workshop, other], (ada, workshop), (ada, other))

    assert "overlap" not in apart
    note = both.split("Sessions that you chose overlap:")[1].split("</div>")[0]
    assert "Atelier" in note
    assert "Débat" in note


def test_seat_is_on_the_agenda(app, client, forum, workshop):
    address, [ada] = guest(app, forum)
    page = send(client, address, [workshop], (ada, workshop))

    link = next(a.get("href") for a in browser.parse(page).iter("a") if (a.get("href") or "").startswith("/a/"))
    assert "Atelier" in client.get(link).text


@pytest.mark.parametrize("bad", ["x", "1-", "99999999999-1", "1-99999999999", "-1-1"])
def test_made_up_boxes_change_nothing(app, client, forum, workshop, bad):
    address, _ = guest(app, forum)

    answer = client.post(address, data={"among": [str(workshop), bad], "seat": [bad]})

    assert answer.status_code == 303


def test_person_without_a_place_has_no_box(app, client, forum, workshop):
    address, [ada] = guest(app, forum)
    with app.app_context():
        services.attendee.cancel(ada)

    page = client.get(f"{address}?lang=en").text

    assert 'name="seat"' not in page
    assert "as soon as your place at the event is confirmed" in page


def test_public_pages_show_the_label_when_it_changes(app, client, forum):
    with app.app_context():
        workshop = hold(forum, "Atelier", 30)
    assert "Seats free" in client.get("/e/forum/programme?lang=en").text

    with app.app_context():
        services.session_seat.set_seats(forum.event_id, workshop, 0)

    page = client.get("/e/forum/sessions/atelier?lang=en").text
    assert "Full: waiting list" in page
    assert "on the page of their registration" in page
    assert "Complet\u00a0: liste d’attente" in client.get("/e/forum/programme?lang=fr").text


def test_desk_sets_the_number_and_refuses_nonsense(app, forum, workshop):
    olga = people.sign_in(app, "olga")
    address = f"/organize/forum/programme/{workshop}/seats/number"

    assert browser.submit(olga, address, {"seats": "12"}).status_code == 303
    refused = browser.submit(olga, address, {"seats": "many"})

    assert refused.status_code == 422
    with app.app_context():
        assert queries.session_seat.numbers(forum.event_id)[workshop].seats == 12


def test_desk_adds_finds_and_takes_out(app, forum, workshop):
    guest(app, forum, "Fatoumata Diarra")
    _, [moussa] = guest(app, forum, "Moussa Keïta")
    olga = people.sign_in(app, "olga")
    seats = f"/organize/forum/programme/{workshop}/seats"

    found = olga.get(f"{seats}/add?q=keita&lang=en").text
    assert "Moussa" in found
    assert "Fatoumata" not in found
    assert browser.submit(olga, f"{seats}/{moussa}/add", {}).status_code == 303
    assert "Moussa" in olga.get(f"{seats}?q=moussa&lang=en").text
    table = olga.get(f"{seats}.csv?lang=en").data.decode("utf-8-sig")
    assert table.splitlines()[1].startswith("Moussa Keïta,,Has a seat,,")
    assert browser.submit(olga, f"{seats}/{moussa}/remove", {}).status_code == 303
    assert "Nobody has asked for a seat yet." in olga.get(f"{seats}?lang=en").text


def test_desk_says_why_somebody_cannot_be_added(app, forum, workshop):
    _, [ada] = guest(app, forum)
    with app.app_context():
        services.programme.cancel_session(forum.event_id, workshop)
    olga = people.sign_in(app, "olga")
    address = f"/organize/forum/programme/{workshop}/seats/{ada}/add"

    assert "gives no seats any more" in browser.submit(olga, f"{address}?lang=en", {}).text
    assert "ne donne plus de places" in browser.submit(olga, f"{address}?lang=fr", {}).text


def test_welcome_desk_sees_the_list_and_cannot_change_the_number(app, forum, workshop):
    with app.app_context():
        people.grant("wanda", forum.event_id, Role.WELCOME_DESK)
    wanda = people.sign_in(app, "wanda")

    assert wanda.get(f"/organize/forum/programme/{workshop}/seats").status_code == 200
    assert wanda.get(f"/organize/forum/programme/{workshop}/seats/number").status_code in (403, 404)
