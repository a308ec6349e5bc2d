"""The desk: who is to be decided, who waits, who is to be called, and moving one person."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.models.registration import Attendee, Registration
from eventapp.rules.vocabulary import DeliveryKind, DeliveryState, Role, TypeAccess
from eventapp.services.event import WaitingSettings
from eventapp.services.ticket_type import TypeFacts
from tests import people
from tests.web import browser

DECIDE = "/organize/forum/to-decide"
WAITING = "/organize/forum/waiting-list"
CALL = "/organize/forum/to-call"


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage(capacity=3)


@pytest.fixture
def wendy(app, forum):
    """Works at the welcome desk."""
    with app.app_context():
        people.grant("wendy", forum.event_id, Role.WELCOME_DESK)
    client = people.sign_in(app, "wendy")
    client.get("/organize/?lang=en")
    return client


@pytest.fixture
def pending(app, forum):
    """Six registrations of one person each that are to be decided; three seats."""
    with app.app_context():
        facts = TypeFacts(name=LocalizedText(fr="Sur dossier", en="On application"), needs_approval=True)
        type_id = services.ticket_type.add(forum.event_id, facts).id
        names = ("Ada", "Bintou", "Cheick", "Djénéba", "Fanta", "Oumar")
        return [
            people.register(forum.event_id, name, email=f"guest.{number}@example.org", ticket_type_id=type_id)
            for number, name in enumerate(names)
        ]


def statuses(app, forum):
    with app.app_context():
        rows = db.session.execute(
            select(Attendee.name, Attendee.status).where(Attendee.event_id == forum.event_id).order_by(Attendee.id)
        )
        return dict(rows.all())


def deliveries(app, **wanted):
    with app.app_context():
        return list(db.session.scalars(select(Delivery).filter_by(**wanted).order_by(Delivery.id)))


# To decide


def test_nothing_to_decide_is_said(wendy):
    assert "Nothing is to be decided." in browser.shown(wendy.get(DECIDE))


def test_menu_and_overview_show_how_many_wait_for_a_decision(app, forum, wendy, pending):
    page = wendy.get("/organize/forum/")
    assert "to decide 6" in browser.shown(page)
    menu = browser.words(next(box for box in browser.parse(page.text).iter("aside") if box.get("id") == "menu"))
    assert "To decide 6 waiting for you" in menu


def test_list_has_the_oldest_first(wendy, pending):
    shown = browser.shown(wendy.get(DECIDE))
    assert shown.index("Ada") < shown.index("Bintou") < shown.index("Oumar")


def test_accepting_says_the_count_first_and_the_outcome_after(app, forum, wendy, pending):
    question = f"{DECIDE}/selected?decision=approve&" + "&".join(f"id={one}" for one in pending[:5])
    shown = browser.shown(wendy.get(question))
    assert "Accept 5 registrations?" in shown
    assert "Those for whom no seat is left go on the waiting list." in shown
    assert set(statuses(app, forum).values()) == {"pending"}
    answer = browser.submit(wendy, question, action="/selected")
    assert answer.status_code == 303
    assert "Registrations: 3 have a seat, 2 wait." in browser.shown(wendy.get(answer.headers["Location"]))
    assert list(statuses(app, forum).values()) == ["confirmed"] * 3 + ["waitlisted"] * 2 + ["pending"]


def test_without_waiting_list_those_for_whom_nothing_is_left_stay_undecided(app, forum, wendy, pending):
    with app.app_context():
        services.event.set_waiting(forum.event_id, WaitingSettings(waiting_list=False))
    question = f"{DECIDE}/selected?decision=approve&" + "&".join(f"id={one}" for one in pending)
    answer = browser.submit(wendy, question, action="/selected")
    shown = browser.shown(wendy.get(answer.headers["Location"]))
    assert "Registrations: 3 have a seat, 3 are still undecided because all is full." in shown


def test_turned_down_is_told_listed_and_decided_again(app, forum, wendy, pending):
    answer = browser.submit(wendy, f"{DECIDE}/selected?decision=reject&id={pending[0]}", action="/selected")
    assert "Registrations: 1 is turned down." in browser.shown(wendy.get(answer.headers["Location"]))
    assert len(deliveries(app, kind=DeliveryKind.REJECTION)) == 1
    assert "Ada" in browser.shown(wendy.get(f"{DECIDE}?show=rejected"))
    browser.submit(wendy, f"{DECIDE}?show=rejected", action="/reconsider")
    assert statuses(app, forum)["Ada"] == "pending"


def test_decided_twice_changes_nothing_and_says_so(app, forum, wendy, pending):
    question = f"{DECIDE}/selected?decision=approve&id={pending[0]}"
    sent = browser.values(browser.forms(browser.parse(wendy.get(question).text))[0])
    for _ in range(2):
        answer = wendy.post(f"{DECIDE}/selected", data=sent)
    assert "somebody else was quicker" in browser.shown(wendy.get(answer.headers["Location"]))
    assert len(deliveries(app, kind=DeliveryKind.CONFIRMATION)) == 1


@pytest.mark.parametrize("query", ["", "?id=x", "?id=999999999", "?decision=approve", "?id=99999999999999"])
def test_nobody_ticked_leads_back(wendy, pending, query):
    answer = wendy.get(f"{DECIDE}/selected{query}")
    assert answer.status_code == 303
    assert "Please tick" in browser.shown(wendy.get(answer.headers["Location"]))


def test_registrations_of_another_event_are_not_decided(app, wendy, pending):
    with app.app_context():
        other = people.stage("other", "max")
        facts = TypeFacts(name=LocalizedText(fr="Sur dossier"), needs_approval=True)
        type_id = services.ticket_type.add(other.event_id, facts).id
        foreign = people.register(other.event_id, "Nana", ticket_type_id=type_id)
    sent = {**browser.values(browser.forms(browser.parse(wendy.get(f"{DECIDE}/selected?id={pending[0]}").text))[0])}
    wendy.post(f"{DECIDE}/selected", data={**sent, "id": str(foreign)})
    assert list(statuses(app, other).values()) == ["pending"]


# The waiting list


@pytest.fixture
def full(app, forum):
    """Three seats are taken; a group of two without an address, one person by mail and one whom nobody knows wait."""
    with app.app_context():
        taken = people.register(forum.event_id, "Ada", "Bintou", "Cheick")
        people.register(forum.event_id, "Djénéba", "Fanta", phone="+22365012345")
        people.register(forum.event_id, "Oumar", email="oumar@example.org")
        people.register(forum.event_id, "Rokia")
        return [one.id for one in queries.registration.list_people(taken)]


def test_waiting_list_has_order_rules_and_contacts(app, forum, wendy, full):
    shown = browser.shown(wendy.get(WAITING))
    for part in (
        "First come, first served",
        "kept for them for 24 hours",
        "3 registrations wait",
        "1 Djénéba Fanta 2 General public",
        "65 01 23 45",
        "2 Oumar 1",
        "oumar@example.org",
        "3 Rokia 1",
        "no way known",
    ):
        assert part in shown


def test_rules_of_places_given_at_once_say_so(app, forum, wendy):
    with app.app_context():
        services.event.set_waiting(forum.event_id, WaitingSettings(waiting_list=True, offer_hours=None))
    assert "They have it at once, without being asked." in browser.shown(wendy.get(WAITING))


def give_back(app, *attendee_ids):
    with app.app_context():
        for attendee_id in attendee_ids:
            services.attendee.cancel(attendee_id)


def two_more_seats(app, forum):
    with app.app_context():
        services.event.set_places(forum.event_id, capacity=5, max_party=5)


def test_group_without_address_is_to_be_called_and_takes_the_places(app, forum, wendy, full):
    two_more_seats(app, forum)
    assert "kept until you have called" in browser.shown(wendy.get(WAITING))
    shown = browser.shown(wendy.get(CALL))
    for part in ("Djénéba", "with Fanta", "A place is free and kept for them.", "65 01 23 45"):
        assert part in shown
    browser.submit(wendy, f"{CALL}/next", action="/next")
    browser.submit(wendy, f"{CALL}/next", action="/accepts")
    assert statuses(app, forum)["Fanta"] == "confirmed"
    assert "Nobody is to be called." in browser.shown(wendy.get(CALL))


def test_group_that_declines_makes_room_for_the_next(app, forum, wendy, full):
    two_more_seats(app, forum)
    answer = browser.submit(wendy, WAITING, action="/decline")
    assert answer.headers["Location"] == WAITING
    found = statuses(app, forum)
    assert (found["Djénéba"], found["Oumar"], found["Rokia"]) == ("cancelled", "offered", "offered")


def test_group_that_is_not_reached_goes_to_the_end_and_is_not_forgotten(app, forum, wendy, full, monkeypatch):
    two_more_seats(app, forum)
    later = people.STARTS - timedelta(days=20)
    monkeypatch.setattr("eventapp.clock.now", lambda: later)
    browser.submit(wendy, WAITING, action="/next")
    found = statuses(app, forum)
    assert (found["Djénéba"], found["Oumar"], found["Rokia"]) == ("waitlisted", "offered", "offered")
    shown = browser.shown(wendy.get(WAITING))
    assert "1 Djénéba" in shown
    [missed] = deliveries(app, kind=DeliveryKind.OFFER, state=DeliveryState.FAILED)
    assert missed.last_error == "Nobody was reached."


def test_somebody_without_any_way_is_listed_with_what_is_known(app, forum, wendy, full):
    with app.app_context():
        oumar, rokia = db.session.scalars(
            select(Attendee).where(Attendee.name.in_(["Oumar", "Rokia"])).order_by(Attendee.id)
        )
        rokia.organization, rokia.region = "Lycée de Sévaré", "Mopti"
        db.session.commit()
    give_back(app, full[0])
    with app.app_context():
        services.waiting_list.decline(oumar.registration_id)
    shown = browser.shown(wendy.get(CALL))
    for part in ("Rokia", "No telephone number is known.", "What is known: Lycée de Sévaré, Mopti"):
        assert part in shown


def test_place_that_went_meanwhile_is_said(app, forum, wendy, full):
    with app.app_context():
        waiting = db.session.scalar(select(Registration.id).where(Registration.email == "oumar@example.org"))
    sent = {"csrf_token": _token(wendy)}
    answer = wendy.post(f"{WAITING}/{waiting}/accept", data=sent)
    assert "This place went to somebody else" in browser.shown(wendy.get(answer.headers["Location"]))


def _token(client):
    page = browser.parse(client.get("/organize/forum/registrations/new").text)
    return browser.values(browser.forms(page)[0])["csrf_token"]


# One person


def attendee(app, registration_id):
    with app.app_context():
        return queries.registration.list_people(registration_id)[0]


def test_person_is_moved_to_another_category(app, forum, wendy):
    with app.app_context():
        facts = TypeFacts(name=LocalizedText(fr="Presse", en="Press"), access=TypeAccess.STAFF, capacity=1)
        press = services.ticket_type.add(forum.event_id, facts).id
        ids = [people.register(forum.event_id, name) for name in ("Ada", "Bintou")]
    for registration_id, status in zip(ids, (303, 422), strict=True):
        path = f"/organize/forum/attendees/{attendee(app, registration_id).id}/category"
        answer = browser.submit(wendy, path, {"ticket_type_id": str(press)})
        assert answer.status_code == status
    assert browser.refusals(answer) == {"": "All seats are taken."}
    assert attendee(app, ids[0]).ticket_type_id == press


def test_cancellation_is_taken_back_while_seats_remain(app, forum, wendy):
    with app.app_context():
        registration_id = people.register(forum.event_id)
        code = people.ticket_codes(registration_id)[0]
    give_back(app, attendee(app, registration_id).id)
    browser.submit(wendy, f"/organize/forum/registrations/{registration_id}", action="/restore")
    with app.app_context():
        assert people.ticket_codes(registration_id) == [code]


def test_cancellation_of_an_event_that_is_over_stays(app, forum, wendy, monkeypatch):
    with app.app_context():
        registration_id = people.register(forum.event_id)
    give_back(app, attendee(app, registration_id).id)
    monkeypatch.setattr("eventapp.clock.now", lambda: people.ENDS)
    wendy = people.sign_in(app, "wendy")
    wendy.get("/organize/?lang=en")
    answer = wendy.post(
        f"/organize/forum/attendees/{attendee(app, registration_id).id}/restore", data={"csrf_token": _token(wendy)}
    )
    assert "The event is over" in browser.shown(wendy.get(answer.headers["Location"]))
