"""The desk tells people by hand: one after the other, from one's own telephone, several of the team at once."""

from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from eventapp import queries, services
from eventapp.db import db
from eventapp.formats import gsm7
from eventapp.models.delivery import Delivery
from eventapp.rules import hand_queue as rules
from eventapp.rules.vocabulary import DeliveryKind, DeliveryState, Role
from eventapp.services.event import WaitingSettings
from tests import people
from tests.web import browser

CALL = "/organize/forum/to-call"
NEXT = f"{CALL}/next"
PHONE = "+22376543210"


@pytest.fixture
def forum(app, time):
    with app.app_context():
        return people.stage(capacity=20)


def volunteer(app, forum, name):
    with app.app_context():
        people.grant(name, forum.event_id, Role.WELCOME_DESK)
    client = people.sign_in(app, name)
    client.get("/organize/?lang=en")
    return client


@pytest.fixture
def wendy(app, forum):
    return volunteer(app, forum, "wendy")


def to_tell(app, forum, kind=DeliveryKind.LOST_TICKET, name="Rokia", phone=PHONE, language="en"):
    with app.app_context():
        registration_id = people.register(forum.event_id, name, phone=phone, language=language)
        return services.delivery.queue(registration_id, kind).id


def row(app, delivery_id):
    with app.app_context():
        return db.session.get_one(Delivery, delivery_id)


def press(client, button, page=NEXT):
    """Presses a button; returns the page that one gets to."""
    answer = browser.submit(client, page, action=button)
    return client.get(answer.headers["Location"])


def links(page):
    return {a.get("href").partition(":")[0]: a.get("href") for a in browser.parse(page.text).iter("a")} | {
        "wa.me": next((a.get("href") for a in browser.parse(page.text).iter("a") if "wa.me" in a.get("href")), None)
    }


@pytest.mark.parametrize(
    ("kind", "reason", "text"),
    [
        (DeliveryKind.PLACE_FREE, "they have a ticket now", "Trial forum. A place is free, and it is yours."),
        (DeliveryKind.RECONFIRM, "Ask whether they still come", "Trial forum. Do you still come?"),
        (DeliveryKind.LOST_TICKET, "They lost their ticket", "Trial forum. Here it is again. Entry code: "),
    ],
)
def test_next_shows_whom_to_tell_why_and_what(app, forum, wendy, kind, reason, text):
    to_tell(app, forum, kind)
    assert "0 of 1 told today" in browser.shown(wendy.get(NEXT))
    shown = browser.shown(press(wendy, "/next"))
    for part in ("Rokia", "76 54 32 10", reason, text, "1 person at it now", "Yours alone until 12:10."):
        assert part in shown


def test_text_is_ready_for_whatsapp_sms_and_a_call_in_the_guests_language(app, forum, wendy):
    to_tell(app, forum, DeliveryKind.RECONFIRM, language="fr")
    found = links(press(wendy, "/next"))
    assert found["tel"] == f"tel:{PHONE}"
    whole = parse_qs(urlsplit(found["wa.me"]).query)["text"][0]
    assert whole.startswith("Forum d’essai. Venez-vous toujours\u00a0? Sinon,")
    number, _, text = found["sms"].partition("?&body=")
    assert number == f"sms:{PHONE}"
    assert unquote(text).startswith("Forum d'essai. Venez-vous toujours ? Sinon,")
    assert gsm7.length(unquote(text)) <= 160


def test_time_to_answer_is_part_of_the_text_when_places_are_taken_back(app, forum, wendy):
    with app.app_context():
        settings = WaitingSettings(waiting_list=True, reconfirm_days=5, release_days=2)
        services.event.set_waiting(forum.event_id, settings)
    to_tell(app, forum, DeliveryKind.RECONFIRM)
    assert "Say so by 16 Dec, 09:00, or others get the place:" in browser.shown(press(wendy, "/next"))


def test_after_sent_the_next_comes_at_once_and_sent_can_be_taken_back(app, forum, wendy):
    first, second = to_tell(app, forum), to_tell(app, forum, name="Sira")
    press(wendy, "/next")
    shown = browser.shown(press(wendy, "/sent"))
    assert "Sira" in shown
    assert "1 of 2 told today" in shown
    assert "Not sent after all: Rokia" in shown
    assert row(app, first).state is DeliveryState.SENT
    shown = browser.shown(press(wendy, "/undo"))
    assert "You have it before you again." in shown
    assert (row(app, first).state, row(app, second).held_by_id) == (DeliveryState.QUEUED, None)


def test_sent_by_two_is_said_to_the_second(app, forum, wendy, time):
    delivery_id = to_tell(app, forum)
    ben = volunteer(app, forum, "ben")
    page = browser.parse(press(wendy, "/next").text)
    form = next(form for form in browser.forms(page) if form.get("action").endswith("/sent"))
    time.forward(rules.LEASE)
    press(ben, "/next")
    press(ben, "/sent")
    for _ in range(2):
        answer = wendy.post(form.get("action"), data=browser.values(form))
        assert "Somebody else of the team has told them" in browser.shown(wendy.get(answer.headers["Location"]))
    with app.app_context():
        assert row(app, delivery_id).sent_by_id == people.account("ben")


@pytest.mark.parametrize(
    ("button", "said", "state"),
    [
        ("/not-reached", "Noted: not reached.", DeliveryState.QUEUED),
        ("/wrong-number", "Noted: wrong number.", DeliveryState.BOUNCED),
        ("/give-back", "It is back in the queue.", DeliveryState.QUEUED),
    ],
)
def test_other_ends_of_a_try(app, forum, wendy, button, said, state):
    delivery_id = to_tell(app, forum)
    press(wendy, "/next")
    assert said in browser.shown(press(wendy, button))
    assert (row(app, delivery_id).state, row(app, delivery_id).held_by_id) == (state, None)


def test_who_was_not_reached_comes_again_with_the_count(app, forum, wendy, time):
    to_tell(app, forum)
    press(wendy, "/next")
    shown = browser.shown(press(wendy, "/not-reached"))
    assert "1 comes again later" in shown
    assert "Nobody is to be told just now." in shown
    assert "not reached 1 time, again from 24 Nov, 13:00" in browser.shown(wendy.get(CALL))
    time.forward(rules.WAITS[0])
    assert "Not reached 1 time." in browser.shown(press(wendy, "/next"))


@pytest.mark.parametrize("attempts", ["", "x", "-1", "٣", "9" * 50])
def test_nonsense_changes_nothing(app, forum, wendy, attempts):
    delivery_id = to_tell(app, forum)
    page = browser.parse(press(wendy, "/next").text)
    form = next(form for form in browser.forms(page) if form.get("action").endswith("/not-reached"))
    answer = wendy.post(form.get("action"), data={**browser.values(form), "attempts": attempts, "kind": attempts})
    assert answer.status_code == 303
    assert row(app, delivery_id).attempts == 0


def test_whoever_was_away_goes_on_where_they_were(app, forum, wendy, time):
    to_tell(app, forum)
    press(wendy, "/next")
    time.forward(timedelta(hours=1))
    shown = browser.shown(wendy.get(NEXT))
    assert "This one is still yours: Rokia" in shown
    assert "https://wa.me" not in wendy.get(NEXT).text  # somebody else may be given it meanwhile
    assert "Yours alone until" in browser.shown(press(wendy, "/next"))


def test_one_works_on_one_kind_alone(app, forum, wendy):
    to_tell(app, forum)
    to_tell(app, forum, DeliveryKind.RECONFIRM, name="Sira")
    page = f"{NEXT}?kind=reconfirm"
    answer = browser.submit(wendy, page, action="/next")
    assert answer.headers["Location"] == page
    assert "Sira" in browser.shown(wendy.get(page))


def test_answer_that_they_come_is_noted(app, forum, wendy):
    delivery_id = to_tell(app, forum, DeliveryKind.RECONFIRM)
    press(wendy, "/next")
    press(wendy, "/comes")
    with app.app_context():
        assert queries.registration.get(row(app, delivery_id).registration_id).reconfirmed_at is not None
        assert queries.delivery.count_by_hand(forum.event_id) == 0


def test_answer_that_they_do_not_come_is_asked_for_once_more_and_noted(app, forum, wendy):
    delivery_id = to_tell(app, forum, DeliveryKind.RECONFIRM)
    press(wendy, "/next")
    path = f"{CALL}/{delivery_id}/stays-away"
    assert "Give back the place of Rokia?" in browser.shown(wendy.get(path))
    browser.submit(wendy, path)
    with app.app_context():
        [person] = queries.registration.list_people(row(app, delivery_id).registration_id)
        assert (person.status, row(app, delivery_id).state) == ("cancelled", DeliveryState.SENT)


@pytest.mark.parametrize("act", ["comes", "accepts", "declines", "stays-away"])
def test_answers_belong_to_their_questions(app, forum, wendy, act):
    path = f"{CALL}/{to_tell(app, forum)}/{act}"
    token = browser.values(browser.forms(browser.parse(wendy.get(NEXT).text))[0])["csrf_token"]
    assert wendy.post(path, data={"csrf_token": token}).status_code == 404


# The list


def test_list_says_who_has_whom_and_lets_others_take_the_rest(app, forum, wendy):
    to_tell(app, forum)
    to_tell(app, forum, name="Sira")
    ben = volunteer(app, forum, "ben")
    press(ben, "/next")
    shown = browser.shown(wendy.get(CALL))
    assert "Ben has it until 12:10" in shown
    page = press(wendy, "/take", CALL)
    assert "Sira" in browser.shown(page)


def test_told_elsewhere_is_noted_with_who_did_it(app, forum, wendy):
    delivery_id = to_tell(app, forum)
    press(wendy, "/told", CALL)
    with app.app_context():
        assert row(app, delivery_id).sent_by_id == people.account("wendy")
    assert "Nobody is to be called." in browser.shown(wendy.get(CALL))


def test_opening_what_is_no_longer_true_says_so_and_takes_it_off(app, forum, wendy):
    delivery_id = to_tell(app, forum, phone=None)
    with app.app_context():
        registration_id = row(app, delivery_id).registration_id
        services.attendee.cancel(queries.registration.list_people(registration_id)[0].id)
    assert "there is nothing to tell any more" in browser.shown(press(wendy, "/take", CALL))
    assert row(app, delivery_id).state is DeliveryState.DROPPED


def test_whoever_has_no_number_can_be_opened_and_is_not_called(app, forum, wendy):
    to_tell(app, forum, phone=None)
    assert "1 message is for somebody without a number" in browser.shown(wendy.get(NEXT))
    page = press(wendy, "/take", CALL)
    assert "No telephone number is known." in browser.shown(page)
    assert "tel:" not in page.text
