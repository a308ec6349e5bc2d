"""The desk: registrations found, corrected, cancelled, sent again, made; and what was sent."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from eventapp import config, queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.models.registration import Attendee, Registration
from eventapp.rules import ticket
from eventapp.rules.vocabulary import Asked, DeliveryChannel, DeliveryKind, DeliveryState, Question, Role, TicketKind
from eventapp.services.event import RegistrationSettings, WaitingSettings
from eventapp.services.registration import Booking, Person
from tests import people
from tests.web import browser
from tests.web.world import Statements

LIST = "/organize/forum/registrations"


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage()


@pytest.fixture
def wendy(app, forum):
    """Works at the welcome desk."""
    with app.app_context():
        people.grant("wendy", forum.event_id, Role.WELCOME_DESK)
    client = people.sign_in(app, "wendy")
    client.get("/organize/?lang=en")
    return client


def register(app, forum, *names, **more):
    with app.app_context():
        return people.register(forum.event_id, *names, **more)


def registration(app, registration_id):
    with app.app_context():
        found = queries.registration.get(registration_id)
        assert found.attendees
        return found


def found(client, **query):
    """The names in the list."""
    page = browser.parse(client.get(LIST, query_string=query).text)
    return [browser.words(cell) for cell in page.iter("th") if cell.get("scope") == "row"]


# The list


def test_list_is_empty_at_first(wendy):
    assert "Nobody is registered yet." in browser.shown(wendy.get(LIST))


def test_list_shows_people_with_status_contact_and_code(app, forum, wendy):
    registration_id = register(app, forum, "Ada Traoré", email="ada@example.org")
    with app.app_context():
        code = ticket.spoken(people.ticket_codes(registration_id)[0])
    shown = browser.shown(wendy.get(LIST))
    for part in ("1 person", "1 of 50 seats taken", "Ada Traoré", "Confirmed", "ada@example.org", code):
        assert part in shown


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Coulibaly", ["Mamadou Kulubali", "Aminata Coulibaly"]),
        ("koulibali", ["Mamadou Kulubali", "Aminata Coulibaly"]),
        ("coulibaly amina", ["Aminata Coulibaly"]),
        ("jara", ["Sɛku Diarra"]),
        ("SEKU", ["Sɛku Diarra"]),
        ("famille@example", ["Mamadou Kulubali", "Aminata Coulibaly"]),
        ("FAMILLE@EXAMPLE.ORG", ["Mamadou Kulubali", "Aminata Coulibaly"]),
        ("65 01 23", ["Sɛku Diarra"]),
        ("+223 65012345", ["Sɛku Diarra"]),
        ("0022365012345", ["Sɛku Diarra"]),
        ("65", []),
        ("%", []),
        ("_", []),
        ("\x00", ["Sɛku Diarra", "Mamadou Kulubali", "Aminata Coulibaly"]),
        ("\\", []),
        ("'", []),
        ("Nobody", []),
        ("x" * 10000, []),
    ],
)
def test_search_finds_people_however_they_are_written(app, forum, wendy, words, names):
    register(app, forum, "Aminata Coulibaly", "Mamadou Kulubali", email="famille@example.org")
    with app.app_context():
        services.registration.register(
            forum.event_id,
            Booking(form_id="seku-form", language="fr", people=[Person(name="Sɛku Diarra")], phone="+22365012345"),
        )
    assert found(wendy, q=words) == names


def test_search_finds_a_code_however_it_is_written(app, forum, wendy):
    register(app, forum, "Bintou")
    registration_id = register(app, forum, "Ada")
    with app.app_context():
        code = people.ticket_codes(registration_id)[0]
    for written in (code, ticket.spoken(code), code.lower(), f"HTTPS://HOST/T/{code}", f" {ticket.spoken(code)} "):
        assert found(wendy, q=written) == ["Ada"]


def test_search_finds_a_code_that_was_replaced(app, forum, wendy):
    registration_id = register(app, forum, "Ada")
    with app.app_context():
        old = people.ticket_codes(registration_id)[0]
        services.ticket.reissue(queries.registration.get(registration_id).attendees[0].id)
    assert found(wendy, q=old) == ["Ada"]


def test_search_stays_in_the_event(app, forum, wendy):
    with app.app_context():
        people.register(people.stage("other", "max").event_id, "Ada", email="ada@example.org")
    assert found(wendy, q="ada") == found(wendy, q="ada@example.org") == []


def test_search_that_finds_nobody_says_so_and_keeps_the_words(app, forum, wendy):
    register(app, forum)
    answer = wendy.get(LIST, query_string={"q": "<Nobody>"})
    assert "Nobody is found like that." in browser.shown(answer)
    assert 'value="&lt;Nobody&gt;"' in answer.text


def test_filter_by_status(app, forum, wendy):
    register(app, forum, "Ada")
    cancelled = register(app, forum, "Bintou")
    with app.app_context():
        services.attendee.cancel(queries.registration.get(cancelled).attendees[0].id)
    assert found(wendy, status="cancelled") == ["Bintou"]
    assert found(wendy, status="confirmed") == ["Ada"]
    assert found(wendy, status="nonsense") == ["Bintou", "Ada"]


def test_list_has_a_hundred_people_to_a_page(app, forum, wendy):
    with app.app_context():
        services.event.set_places(forum.event_id, capacity=None, max_party=103)
        people.register(forum.event_id, *(f"Ada {number}" for number in range(103)))
    assert [len(found(wendy, page=page)) for page in ("", "1", "2", "3", "-1", "x", "²", "9" * 9)] == [
        100,
        100,
        3,
        3,
        100,
        100,
        100,
        3,
    ]
    shown = browser.shown(wendy.get(LIST))
    assert "103 people" in shown
    assert "Page 1 of 2" in shown


def test_many_people_cost_no_more_questions_than_one(app, forum, wendy):
    def count(path):
        with Statements(app) as statements:
            assert wendy.get(path).status_code == 200
        return statements.count

    paths = (LIST, f"{LIST}?q=ada", "/organize/forum/messages", "/organize/forum/")
    register(app, forum, "Ada", email="ada@example.org")
    for path in paths:
        count(path)
    few = [count(path) for path in paths]
    with app.app_context():
        services.event.set_places(forum.event_id, capacity=None, max_party=300)
        people.register(forum.event_id, *(f"Ada {number}" for number in range(200)))
        for number in range(3):
            people.register(forum.event_id, "Ada", email=f"ada.{number}@example.org")
    assert [count(path) for path in paths] == few


# One registration


def test_registration_shows_people_answers_contact_and_messages(app, forum, wendy):
    with app.app_context():
        booking = Booking(
            form_id="a-long-form",
            language="fr",
            people=[Person(name="Ada Traoré", sex="female", region="Ségou"), Person(name="Bintou")],
            email="ada@example.org",
            phone="+22365012345",
        )
        made = services.registration.register(forum.event_id, booking)
        secret, registration_id = services.registration.secret(made), made.id
    answer = wendy.get(f"{LIST}/{registration_id}")
    shown = browser.shown(answer)
    for part in (
        "Ada Traoré and 1 other",
        "Sex Woman",
        "Region or town Ségou",
        "ada@example.org",
        "65 01 23 45",
        "by themselves",
        "Confirmation with ticket",
        "Mail is held",
    ):
        assert part in shown
    assert f"/r/{secret}" in answer.text


def test_viewer_sees_no_registrations(app, forum):
    registration_id = register(app, forum)
    with app.app_context():
        people.grant("vera", forum.event_id, Role.VIEWER)
    client = people.sign_in(app, "vera")
    for path in (LIST, f"{LIST}/{registration_id}", "/organize/forum/messages"):
        assert client.get(path).status_code == 403


def test_name_is_corrected_and_the_ticket_stays(app, forum, wendy):
    registration_id = register(app, forum, "Ada Traore")
    with app.app_context():
        codes = people.ticket_codes(registration_id)
    attendee_id = registration(app, registration_id).attendees[0].id
    answer = browser.submit(wendy, f"/organize/forum/attendees/{attendee_id}/name", {"name": " Ada  Traoré "})
    assert answer.headers["Location"] == f"{LIST}/{registration_id}"
    assert registration(app, registration_id).attendees[0].name == "Ada Traoré"
    with app.app_context():
        assert people.ticket_codes(registration_id) == codes


@pytest.mark.parametrize("name", ["", " ", "\u200b", "x" * 301])
def test_name_that_cannot_be_is_refused(app, forum, wendy, name):
    attendee_id = registration(app, register(app, forum, "Ada")).attendees[0].id
    answer = browser.submit(wendy, f"/organize/forum/attendees/{attendee_id}/name", {"name": name})
    assert (answer.status_code, list(browser.refusals(answer))) == (422, ["name"])


def test_cancelling_says_what_happens_and_moves_the_waiting_list(app, forum, wendy):
    with app.app_context():
        services.event.set_places(forum.event_id, capacity=1, max_party=5)
    first, second = (register(app, forum, name) for name in ("Ada", "Bintou"))
    attendee_id = registration(app, first).attendees[0].id
    path = f"/organize/forum/attendees/{attendee_id}/cancel"
    shown = browser.shown(wendy.get(path))
    assert "1 person is waiting: the place goes to the first who fits." in shown
    assert browser.submit(wendy, path).headers["Location"] == f"{LIST}/{first}"
    statuses = [registration(app, i).attendees[0].status for i in (first, second)]
    assert statuses == ["cancelled", "offered"]


def test_cancelling_someone_who_was_let_in_is_refused(app, forum, wendy, monkeypatch):
    attendee_id = registration(app, register(app, forum)).attendees[0].id
    monkeypatch.setattr(queries.registration, "was_admitted", lambda attendee_id: True)
    answer = browser.submit(wendy, f"/organize/forum/attendees/{attendee_id}/cancel")
    assert answer.status_code == 409
    assert "already been let in" in browser.refusals(answer)[""]


def test_confirmation_is_sent_again(app, forum, wendy):
    registration_id = register(app, forum, email="ada@example.org")
    with app.app_context():
        db.session.scalars(select(Delivery)).one().state = DeliveryState.SENT
        db.session.commit()
    browser.submit(wendy, f"{LIST}/{registration_id}", action="/resend")
    assert "The message is on its way." in browser.shown(wendy.get(f"{LIST}/{registration_id}"))
    with app.app_context():
        states = db.session.scalars(select(Delivery.state).order_by(Delivery.id))
        assert list(states) == ["sent", "queued"]


def test_nothing_is_sent_without_an_address(app, forum, wendy):
    path = f"{LIST}/{register(app, forum)}"
    page = wendy.get(f"{path}/contact")
    assert "/resend" not in wendy.get(path).text
    token = browser.values(browser.forms(browser.parse(page.text))[0])["csrf_token"]
    wendy.post(f"{path}/resend", data={"csrf_token": token})
    assert "There is no e-mail address to send this to." in browser.shown(wendy.get(path))


def test_somebody_with_a_telephone_alone_is_told_by_the_team(app, forum, wendy):
    path = f"{LIST}/{register(app, forum, phone='+22376543210')}"
    browser.submit(wendy, path, action="/resend")
    assert "It is on the list of people to call." in browser.shown(wendy.get(path))
    with app.app_context():
        [told] = db.session.scalars(select(Delivery))
        assert (told.channel, told.kind) == (DeliveryChannel.HAND, DeliveryKind.CONFIRMATION)


def test_contact_is_corrected(app, forum, wendy):
    registration_id = register(app, forum, email="ada@exmaple.org")
    typed = {"email": "ada@example.org", "phone": "65 01 23 45"}
    assert browser.submit(wendy, f"{LIST}/{registration_id}/contact", typed).status_code == 303
    corrected = registration(app, registration_id)
    assert (corrected.email, corrected.phone) == ("ada@example.org", "+22365012345")


@pytest.mark.parametrize(("wrong", "box"), [({"email": "ada"}, "email"), ({"phone": "12"}, "phone")])
def test_contact_that_cannot_be_is_refused_and_keeps_the_input(app, forum, wendy, wrong, box):
    typed = {"email": "ada@example.org", "phone": "65012345"} | wrong
    answer = browser.submit(wendy, f"{LIST}/{register(app, forum)}/contact", typed)
    assert (answer.status_code, list(browser.refusals(answer))) == (422, [box])
    sent = browser.values(browser.forms(browser.parse(answer.text))[0])
    assert {name: sent[name] for name in typed} == typed


# Someone who cannot do it alone


def test_someone_without_phone_and_mail_is_registered(app, forum, wendy):
    answer = browser.submit(wendy, f"{LIST}/new", {"name": "Ada"})
    assert answer.status_code == 303
    shown = browser.shown(wendy.get(answer.headers["Location"]))
    assert "Ada" in shown
    assert "by the team" in shown
    with app.app_context():
        made = db.session.scalars(select(Registration)).one()
        assert (made.channel, made.email, made.phone, made.created_by_id) == (
            "assisted",
            None,
            None,
            people.account("wendy"),
        )


def test_someone_is_registered_while_registration_is_closed(app, forum, wendy):
    with app.app_context():
        services.event.open_registration(forum.event_id, False)
    assert browser.submit(wendy, f"{LIST}/new", {"name": "Ada"}).status_code == 303


def test_someone_sent_twice_is_registered_once(app, forum, wendy):
    page = browser.parse(wendy.get(f"{LIST}/new").text)
    sent = {**browser.values(browser.forms(page)[0]), "name": "Ada"}
    addresses = {wendy.post(f"{LIST}/new", data=sent).headers["Location"] for _time in range(2)}
    assert len(addresses) == 1
    with app.app_context():
        assert len(list(db.session.scalars(select(Attendee)))) == 1


def test_questions_of_the_event_are_asked_and_may_stay_empty(app, forum, wendy):
    with app.app_context():
        asked = {Question.SEX: Asked.REQUIRED, Question.REGION: Asked.OPTIONAL}
        settings = RegistrationSettings(capacity=50, max_party=5, asked=asked)
        services.event.set_registration(forum.event_id, settings)
    sent = browser.values(browser.forms(browser.parse(wendy.get(f"{LIST}/new").text))[0])
    assert ("sex" in sent, "region" in sent, "age_band" in sent) == (True, True, False)
    assert browser.submit(wendy, f"{LIST}/new", {"name": "Ada", "region": "Ségou"}).status_code == 303
    with app.app_context():
        made = db.session.scalars(select(Attendee)).one()
        assert (made.sex, made.region) == (None, "Ségou")


def test_category_is_chosen_where_there_are_several(app, forum, wendy):
    from eventapp.models.registration import TicketType

    with app.app_context():
        press = TicketType(event_id=forum.event_id, kind=TicketKind.PRESS, name=LocalizedText(fr="Presse"), position=1)
        db.session.add(press)
        db.session.commit()
        press_id = press.id
    assert browser.submit(wendy, f"{LIST}/new", {"name": "Ada", "ticket_type_id": str(press_id)}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Attendee)).one().ticket_type_id == press_id


def test_full_event_puts_someone_on_the_waiting_list(app, forum, wendy):
    with app.app_context():
        services.event.set_places(forum.event_id, capacity=0, max_party=5)
    assert "whoever is registered now waits" in browser.shown(wendy.get(f"{LIST}/new"))
    answer = browser.submit(wendy, f"{LIST}/new", {"name": "Ada"})
    assert "On the waiting list" in browser.shown(wendy.get(answer.headers["Location"]))


def test_full_event_without_waiting_list_says_so_and_keeps_the_input(app, forum, wendy):
    with app.app_context():
        services.event.set_places(forum.event_id, capacity=0, max_party=5)
        services.event.set_waiting(forum.event_id, WaitingSettings(waiting_list=False))
    answer = browser.submit(wendy, f"{LIST}/new", {"name": "Ada"})
    assert (answer.status_code, browser.refusals(answer)) == (422, {"": "All seats are taken."})
    assert browser.values(browser.forms(browser.parse(answer.text))[0])["name"] == "Ada"


@pytest.mark.parametrize(
    ("wrong", "box"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"email": "ada"}, "email"),
        ({"phone": "65 O1 23 45"}, "phone"),
        ({"language": "xx"}, "language"),
        ({"ticket_type_id": "999"}, "ticket_type_id"),
        ({"ticket_type_id": "x"}, "ticket_type_id"),
    ],
)
def test_someone_who_cannot_be_registered_is_refused_and_the_input_kept(app, forum, wendy, wrong, box):
    typed = {"name": "Ada", "email": "ada@example.org", "phone": "65012345"} | wrong
    answer = browser.submit(wendy, f"{LIST}/new", typed)
    assert (answer.status_code, list(browser.refusals(answer))) == (422, [box])
    sent = browser.values(browser.forms(browser.parse(answer.text))[0])
    for name in ("name", "email", "phone"):
        assert sent[name] == typed[name]
    with app.app_context():
        assert list(db.session.scalars(select(Attendee))) == []


# Messages


def test_messages_show_where_each_stands(app, forum, wendy):
    register(app, forum, email="ada@example.org")
    with app.app_context():
        message = db.session.scalars(select(Delivery)).one()
        message.state, message.attempts, message.last_error = DeliveryState.FAILED, 8, "550 no such user"
        db.session.commit()
    shown = browser.shown(wendy.get("/organize/forum/messages"))
    for part in ("ada@example.org", "Given up", "There is no such mailbox.", "8"):
        assert part in shown


def test_mail_that_is_held_is_said(app, forum, wendy):
    assert "Mail is held" in browser.shown(wendy.get("/organize/forum/messages"))


def test_mail_that_leaves_needs_no_notice(app, forum, wendy, monkeypatch):
    settings = replace(app.extensions["eventapp.settings"], mail_url="console:")
    monkeypatch.setattr(config, "current", lambda: settings)
    assert "Mail is held" not in browser.shown(wendy.get("/organize/forum/messages"))
