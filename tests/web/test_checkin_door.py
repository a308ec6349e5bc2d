"""The entrance as a page: a phone is prepared once, then one code after the other."""

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventapp import queries, services
from eventapp.db import db, transactional
from eventapp.language import LocalizedText
from eventapp.models.checkin import Admission, Conflict, Device, Scan
from eventapp.models.registration import Attendee
from eventapp.models.ticket import Ticket
from eventapp.rules import ticket
from eventapp.rules.vocabulary import CheckpointKind, Direction, Role
from tests import door as open_door
from tests import people
from tests.web import world


@pytest.fixture
def forum(app, at_noon, monkeypatch):
    monkeypatch.setattr("eventapp.clock.now", lambda: people.STARTS)
    with app.app_context():
        return people.stage()


@pytest.fixture
def code(app, forum):
    with app.app_context():
        return people.ticket_codes(people.register(forum.event_id, "Fatoumata dite Mah Sacko"))[0]


def new_link(app, forum, name="Porte A"):
    with app.app_context():
        return services.device.add(forum.event_id, name, door=name).pair_secret


@pytest.fixture
def door(app, forum):
    """A browser that is prepared for the entrance."""
    client = app.test_client()
    client.get("/?lang=en")
    assert client.post(f"/checkin/pair/{new_link(app, forum)}").status_code == 303
    return client


def token(page):
    return re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page).group(1)


def send(door, typed, *, scan_id=None, path="/checkin/scan", **more):
    fields = {
        "csrf_token": token(door.get("/checkin/").text),
        "id": scan_id or str(uuid.uuid4()),
        "code": typed,
        **more,
    }
    return door.post(path, data=fields)


def said(door, typed, **more):
    """The headline of the answer."""
    answer = send(door, typed, **more)
    assert answer.status_code == 303
    return headline(door.get(answer.headers["Location"]).text)


def headline(page):
    return re.search(r'role="status">.*?<h1>(.*?)</h1>', page, re.S).group(1)


def count(app, table):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table))


def test_link_says_what_for_and_looking_uses_nothing_up(app, client, forum):
    secret = new_link(app, forum)
    for _ in range(3):
        page = client.get(f"/checkin/pair/{secret}?lang=en")
        assert page.status_code == 200
        assert "Trial forum" in page.text
        assert "Porte A" in page.text
    assert client.get("/checkin/").status_code == 302
    assert client.post(f"/checkin/pair/{secret}").status_code == 303
    assert "Entry code" in client.get("/checkin/").text


def test_link_that_is_too_old_says_so(app, client, forum, monkeypatch):
    secret = new_link(app, forum)
    later = people.STARTS + services.device.LINK_LIFETIME
    monkeypatch.setattr("eventapp.clock.now", lambda: later)
    for answer in (client.get(f"/checkin/pair/{secret}?lang=en"), client.post(f"/checkin/pair/{secret}")):
        assert answer.status_code == 410
        assert "too old or was withdrawn" in answer.text
    assert client.get("/checkin/pair/nothing-at-all").status_code == 404


def test_code_is_admitted_once_however_it_is_given(door, code):
    assert said(door, f"{code[:4]}-{code[4:8]}") == "Welcome"
    assert said(door, f"HTTPS://EVENTS.EXAMPLE.ORG/T/{code}") == "Already in"
    assert said(door, code.lower()) == "Already in"


def test_answer_shows_name_type_and_when_the_person_came(door, code):
    page = door.get(send(door, code).headers["Location"]).text
    assert "<bdi>Fatoumata dite Mah Sacko</bdi>" in page
    assert "General public" in page
    again = door.get(send(door, code).headers["Location"]).text
    assert "At 09:00, Porte A." in again
    assert "<b>1</b> entered" in again


def test_box_has_the_focus_again_after_each_answer(door, code):
    assert "autofocus" in door.get("/checkin/").text
    assert "autofocus" in door.get(send(door, code).headers["Location"]).text


def test_form_sent_twice_is_one_scan_with_one_answer(app, door, code):
    scan_id = str(uuid.uuid4())
    assert [said(door, code, scan_id=scan_id) for _ in range(2)] == ["Welcome", "Welcome"]
    assert count(app, Scan) == 1


def test_answer_loaded_again_changes_nothing(app, door, code):
    address = send(door, code).headers["Location"]
    assert {headline(door.get(address).text) for _ in range(3)} == {"Welcome"}
    assert count(app, Scan) == 1


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("AAAA-AAAA", "Read it again"),
        ("AAAA-AAA", "Read it again"),
        ("AAAAAAAAAAAAA", "Unknown"),
        ("https://example.org/", "Unknown"),
        ("<script>alert(1)</script>/x", "Unknown"),
        ("\u202e\x00 ", None),
    ],
)
def test_what_is_no_ticket_is_told_apart(door, code, typed, answer):
    if answer is None:
        assert send(door, typed).status_code in (303, 422)
    else:
        assert said(door, typed) == answer


def test_nothing_typed_is_a_sentence(door, code):
    answer = send(door, "  ")
    assert answer.status_code == 422
    assert "Please scan a ticket or type its code." in answer.text


def test_very_long_input_is_an_answer_like_any_other(door, code):
    assert said(door, "9" * 100_000) in ("Unknown", "Read it again")


def test_ticket_of_another_event_is_told_apart(app, door, forum):
    with app.app_context():
        other = people.stage("elsewhere", owner="max")
        strange = people.ticket_codes(people.register(other.event_id))[0]
    assert said(door, strange) == "Another event"


def test_place_given_back_says_since_when(app, door, forum, code):
    with app.app_context():
        attendee_id = db.session.scalar(select(Ticket.attendee_id).where(Ticket.code == code))
        services.attendee.cancel(attendee_id)
    page = door.get(send(door, code).headers["Location"]).text
    assert headline(page) == "Cancelled"
    assert "given back or cancelled on 18 Dec 2026" in page


def test_person_is_let_in_with_a_reason_and_the_organizer_sees_it(app, door, code):
    said(door, code)
    refused = send(door, code).headers["Location"].partition("scan=")[2]
    without = send(door, "", path=f"/checkin/scans/{refused}/let-in", reason=" ")
    assert without.status_code == 422
    assert "Please say in a few words why." in without.text
    answer = send(door, "", path=f"/checkin/scans/{refused}/let-in", reason="Sortie pour téléphoner")
    assert headline(door.get(answer.headers["Location"]).text) == "Let in all the same"
    assert count(app, Conflict) == 1


def test_entry_is_taken_back_and_the_ticket_opens_again(app, door, code):
    scan = send(door, code).headers["Location"].partition("scan=")[2]
    answer = send(door, "", path=f"/checkin/scans/{scan}/undo")
    assert headline(door.get(answer.headers["Location"]).text) == "Taken back"
    assert "<b>0</b> entered" in door.get("/checkin/").text
    assert said(door, code) == "Welcome"
    assert count(app, Admission) == 1


def test_scan_of_another_phone_cannot_be_touched(app, door, forum, code):
    other = app.test_client()
    other.post(f"/checkin/pair/{new_link(app, forum, 'Porte B')}")
    scan = send(door, code).headers["Location"].partition("scan=")[2]
    for action in ("undo", "let-in"):
        assert send(other, "", path=f"/checkin/scans/{scan}/{action}", reason="x").status_code == 404
    assert 'role="status"' not in other.get(f"/checkin/?scan={scan}").text


def test_staff_member_with_the_right_chooses_an_event_and_begins(app, forum, code):
    with app.app_context():
        people.grant("bintou", forum.event_id, Role.CHECKIN)
    bintou = people.sign_in(app, "bintou")
    page = bintou.get("/checkin/?lang=en").text
    assert "Trial forum" in page
    assert bintou.post("/checkin/start", data={"csrf_token": token(page), "event": "forum"}).status_code == 303
    assert said(bintou, code) == "Welcome"


def test_staff_member_without_the_right_finds_no_event(app, forum):
    with app.app_context():
        people.grant("vera", forum.event_id, Role.VIEWER)
        people.stage("elsewhere", owner="max")
    vera = people.sign_in(app, "vera")
    page = vera.get("/checkin/?lang=en").text
    assert "You may not check guests in at any event." in page
    csrf = token(vera.get("/account").text)
    assert vera.post("/checkin/start", data={"csrf_token": csrf, "event": "forum"}).status_code == 403
    assert vera.post("/checkin/start", data={"csrf_token": csrf, "event": "nowhere"}).status_code == 404


def test_withdrawn_phone_hears_so_and_lets_nobody_in(app, door, forum, code):
    with app.app_context():
        device_id = queries.device.find_by_name(forum.event_id, "Porte A").id
        services.device.revoke(forum.event_id, device_id)
    page = door.get("/checkin/")
    assert page.status_code == 403
    assert "This phone was withdrawn" in page.text
    door.post("/checkin/scan", data={"csrf_token": token(page.text), "code": code})
    assert count(app, Admission) == 0


def test_phone_ends_its_work_only_when_asked(door):
    page = door.get("/checkin/leave")
    assert "Entry code" in door.get("/checkin/").text
    assert door.post("/checkin/leave", data={"csrf_token": token(page.text)}).status_code == 303
    assert door.get("/checkin/").status_code == 302


def test_scan_by_cookie_needs_the_forms_token(app, door, code):
    assert door.post("/checkin/scan", data={"code": code}).status_code == 400
    assert count(app, Scan) == 0


def test_page_from_the_browsers_memory_gives_no_old_answer_to_a_new_ticket(app, door, forum, code):
    with app.app_context():
        other = people.ticket_codes(people.register(forum.event_id, "Oumar Kouyaté"))[0]
    form = str(uuid.uuid4())
    assert said(door, code, scan_id=form) == "Welcome"
    page = door.get(send(door, other, scan_id=form).headers["Location"]).text
    assert "Oumar Kouyaté" in page
    assert count(app, Admission) == 2


@pytest.mark.parametrize("scan_id", ["", "%00", "x", "..", "00000000-0000-0000-0000-000000000000", "9" * 5000])
def test_address_of_no_scan_is_the_entrance(door, scan_id):
    answer = door.get(f"/checkin/?scan={scan_id}")
    assert answer.status_code == 200
    assert 'role="status"' not in answer.text


@pytest.mark.parametrize("scan_id", ["%00", "x", "00000000-0000-0000-0000-000000000000"])
def test_nothing_can_be_done_to_no_scan(door, scan_id):
    for action in ("undo", "let-in"):
        assert send(door, "", path=f"/checkin/scans/{scan_id}/{action}", reason="x").status_code == 404


@pytest.mark.parametrize("scan_id", ["", "x", "\x00", "9" * 5000])
def test_form_without_a_usable_id_is_a_scan_all_the_same(door, code, scan_id):
    assert said(door, code, scan_id=scan_id or " ") == "Welcome"


def answer_to(door, typed):
    return door.get(send(door, typed).headers["Location"]).text


def test_person_without_a_place_hears_how_many_are_free(app, door, forum, code):
    with app.app_context():
        services.event.set_places(forum.event_id, capacity=1, max_party=5)
        people.register(forum.event_id, "Oumar Kouyaté")
        waiting = db.session.scalars(select(Attendee).where(Attendee.name == "Oumar Kouyaté")).one()
        key = queries.event.get(forum.event_id).door_key
        typed = ticket.make_code(key, waiting.serial, "00000")
    page = answer_to(door, typed)
    assert headline(page) == "No place yet"
    assert "On the waiting list. Free places: 0." in page
    assert "To the help desk" in page


def test_wrong_entrance_names_the_right_one(app, door, forum, code):
    with app.app_context():
        type_id = queries.ticket.get(code).ticket_type.id
        open_door.entrance(forum.event_id, ticket_type_ids=[type_id + 1])
        assert "does not open this entrance" in answer_to(door, code)
        right = LocalizedText(fr="Entrée B", en="Entrance B")
        open_door.lunch(forum.event_id, kind=CheckpointKind.VENUE, name=right, ticket_type_ids=[type_id])
    page = answer_to(door, code)
    assert headline(page) == "Another entrance"
    assert "This ticket is for: Entrance B." in page


def test_too_early_and_too_late(app, door, forum, code):
    with app.app_context():
        open_door.entrance(forum.event_id, opens_at=people.STARTS + timedelta(hours=1))
    assert "Opens: 10:00." in answer_to(door, code)
    with app.app_context():
        open_door.entrance(forum.event_id, opens_at=people.STARTS + timedelta(days=1))
    assert "Opens: 19 Dec, 09:00." in answer_to(door, code)
    with app.app_context():
        open_door.entrance(forum.event_id, closes_at=people.STARTS)
    assert headline(answer_to(door, code)) == "Too late"


def test_back_from_lunch_and_out_again(app, door, forum, code, monkeypatch):
    said(door, code)

    def set_clock(hours):
        monkeypatch.setattr("eventapp.clock.now", lambda: people.STARTS + timedelta(hours=hours))

    set_clock(4)
    assert said(door, code) == "Welcome back"
    set_clock(5)
    with app.app_context():
        leave(queries.device.find_by_name(forum.event_id, "Porte A").id)
    assert said(door, code) == "Goodbye"
    assert said(door, code) == "Was not inside"


@transactional
def leave(device_id):
    db.session.get_one(Device, device_id).direction = Direction.EXIT


def test_page_costs_the_same_however_many_are_there(app, door, forum, code):
    said(door, code)

    def statements():
        with world.Statements(app) as counted:
            door.get("/checkin/")
        return counted.count

    few = statements()
    with app.app_context():
        codes = [people.ticket_codes(people.register(forum.event_id, f"Guest {n}"))[0] for n in range(5)]
    for other in codes * 2:
        said(door, other)
    assert statements() == few


@pytest.fixture
def class_of_four(app, forum):
    """The code of the first of four people on one registration."""
    with app.app_context():
        return people.ticket_codes(people.register(forum.event_id, "Awa", "Bintou", "Cheick", "Djénéba"))[0]


def tick(door, location, *wanted):
    """Sends the boxes of a party; returns the page after it."""
    page = door.get(location).text
    boxes = dict(re.findall(r'name="came" value="([0-9]+)" checked> <bdi>([^<]+)</bdi>', page))
    scan_id = re.search(r"scan=([0-9a-f-]+)", location).group(1)
    chosen = [box for box, name in boxes.items() if name in wanted]
    fields = {"csrf_token": token(page), "id": str(uuid.uuid4()), "came": chosen}
    return door.get(door.post(f"/checkin/scans/{scan_id}/party", data=fields).headers["Location"]).text


@pytest.mark.parametrize(
    ("lang", "first", "then"),
    [
        ("en", "1 of 4 of this registration came", "3 of 4 of this registration came"),
        ("fr", "Déjà là\u00a0: 1 sur 4 de cette inscription", "Déjà là\u00a0: 3 sur 4 de cette inscription"),
    ],
)
def test_one_ticket_lets_in_all_who_came_along(app, door, class_of_four, lang, first, then):
    door.get(f"/?lang={lang}")
    location = send(door, class_of_four).headers["Location"]
    assert first in door.get(location).text
    assert then in tick(door, location, "Bintou", "Cheick")
    with app.app_context():
        scans = list(db.session.scalars(select(Scan).order_by(Scan.received_at)))
        assert sorted(scan.method.value for scan in scans) == ["group", "group", "reader"]
    assert count(app, Admission) == 3


def test_party_that_is_sent_twice_is_let_in_once(app, door, class_of_four):
    location = send(door, class_of_four).headers["Location"]
    for _ in range(2):
        tick(door, location, "Bintou")
    assert count(app, Scan) == 2


def test_people_of_another_registration_are_no_party(app, door, forum, class_of_four, code):
    location = send(door, class_of_four).headers["Location"]
    scan_id = re.search(r"scan=([0-9a-f-]+)", location).group(1)
    with app.app_context():
        other = queries.ticket.get(code).attendee.id
    fields = {"csrf_token": token(door.get(location).text), "id": str(uuid.uuid4()), "came": [other]}
    assert door.post(f"/checkin/scans/{scan_id}/party", data=fields).status_code == 303
    assert count(app, Scan) == 1


def test_whoever_comes_alone_is_asked_for_nobody(door, code):
    assert "of this registration" not in door.get(send(door, code).headers["Location"]).text
