"""The log of messages: found, understood, sent again, handed to those who call, noted as returned."""

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.rules.vocabulary import DeliveryChannel, DeliveryKind, DeliveryState, Role
from eventapp.services.speaker import SpeakerFacts
from tests import people
from tests.web import browser

LOG = "/organize/forum/messages"


@pytest.fixture
def forum(app, at_noon, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.app_context():
        staged = people.stage()
        people.grant("wendy", staged.event_id, Role.WELCOME_DESK)
        return staged


@pytest.fixture
def wendy(app, forum):
    client = people.sign_in(app, "wendy")
    client.set_cookie("lang", "en")
    return client


def message(app, forum, name="Ada Traoré", email="ada@example.org", **facts):
    """A confirmation to somebody, as it stands after what is said; returns its id."""
    with app.app_context():
        registration_id = people.register(forum.event_id, name, email=email, phone=facts.pop("phone", None))
        one = db.session.scalars(select(Delivery).where(Delivery.registration_id == registration_id)).one()
        for column, value in facts.items():
            setattr(one, column, value)
        db.session.commit()
        return one.id


def stored(app, delivery_id):
    """State, way, address, tries and reason of a message."""
    with app.app_context():
        one = db.session.get_one(Delivery, delivery_id)
        return one.state.value, one.channel.value, one.address, one.attempts, one.last_error


def bounced(app, forum, **more):
    return message(app, forum, state=DeliveryState.BOUNCED, attempts=1, last_error="550 5.1.1 Unknown", **more)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"ada@example.org", "bintou@example.org"}),
        ("?state=bounced", {"ada@example.org"}),
        ("?state=sent", {"bintou@example.org"}),
        ("?kind=confirmation&channel=email", {"ada@example.org", "bintou@example.org"}),
        ("?kind=offer", set()),
        ("?channel=hand", set()),
        ("?q=BINTOU%40", {"bintou@example.org"}),
        ("?q=traore+ada", {"ada@example.org"}),
        ("?q=nobody", set()),
        ("?mailing=1", set()),
        ("?state=x&kind=y&channel=z&page=9999&mailing=%D9%A1", {"ada@example.org", "bintou@example.org"}),
    ],
)
def test_messages_are_found_by_what_is_asked(app, forum, wendy, asked, found):
    bounced(app, forum)
    message(app, forum, "Bintou Diallo", "bintou@example.org", state=DeliveryState.SENT)
    shown = browser.shown(wendy.get(LOG + asked))
    assert {address for address in ("ada@example.org", "bintou@example.org") if address in shown} == found


def test_refused_message_says_why_and_what_to_do(app, forum, wendy):
    delivery_id = bounced(app, forum)
    page = wendy.get(f"{LOG}/{delivery_id}")
    shown = browser.shown(page)
    for part in ("Refused", "There is no such mailbox.", "550 5.1.1 Unknown", "Read the address again", "Ada Traoré"):
        assert part in shown
    assert "/contact" in page.text


def test_corrected_address_is_offered_and_the_message_goes_there(app, forum, wendy):
    delivery_id = bounced(app, forum)
    with app.app_context():
        registration_id = db.session.get_one(Delivery, delivery_id).registration_id
        services.contact.set_contact(registration_id, "ada@example.net", None, by_account_id=forum.owner_id)
    assert "corrected since, to ada@example.net" in browser.shown(wendy.get(f"{LOG}/{delivery_id}"))
    wendy.post(f"{LOG}/{delivery_id}/again")
    assert stored(app, delivery_id) == ("queued", "email", "ada@example.net", 0, None)


def test_message_that_waits_for_its_next_try_can_leave_now(app, forum, wendy, at_noon):
    later = at_noon.replace(hour=23)
    delivery_id = message(app, forum, attempts=3, due_at=later, last_error="450 4.2.1 Busy")
    assert "The other side asked to try later." in browser.shown(wendy.get(f"{LOG}/{delivery_id}"))
    wendy.post(f"{LOG}/{delivery_id}/again")
    with app.app_context():
        assert db.session.get_one(Delivery, delivery_id).due_at == at_noon


def test_sent_message_is_not_sent_again(app, forum, wendy):
    delivery_id = message(app, forum, state=DeliveryState.SENT, attempts=1)
    page = browser.shown(wendy.post(f"{LOG}/{delivery_id}/again", follow_redirects=True))
    assert "is not one that did not arrive" in page
    assert stored(app, delivery_id)[0] == "sent"


def test_message_that_is_leaving_is_left_alone(app, forum, wendy, at_noon):
    delivery_id = message(app, forum, attempts=1, begun_at=at_noon)
    for act in ("again", "by-hand"):
        page = browser.shown(wendy.post(f"{LOG}/{delivery_id}/{act}", follow_redirects=True))
        assert "is leaving just now" in page
    assert stored(app, delivery_id)[:2] == ("queued", "email")


def test_message_without_any_address_left_is_not_sent(app, forum, wendy):
    delivery_id = bounced(app, forum)
    with app.app_context():
        registration_id = db.session.get_one(Delivery, delivery_id).registration_id
        services.contact.set_contact(registration_id, None, None, by_account_id=forum.owner_id)
    page = browser.shown(wendy.post(f"{LOG}/{delivery_id}/again", follow_redirects=True))
    assert "no address any more" in page
    assert stored(app, delivery_id)[0] == "bounced"


def test_all_that_were_given_up_go_again_and_refused_ones_only_once_corrected(app, forum, wendy):
    failed = message(app, forum, "Bintou", "bintou@example.org", state=DeliveryState.FAILED, attempts=6)
    refused = bounced(app, forum)
    corrected = bounced(app, forum, name="Cheick", email="cheick@example.org")
    by_hand = message(app, forum, "Djénéba", "dj@example.org", state=DeliveryState.FAILED, channel=DeliveryChannel.HAND)
    with app.app_context():
        registration_id = db.session.get_one(Delivery, corrected).registration_id
        services.contact.set_contact(registration_id, "cheick@example.net", None, by_account_id=forum.owner_id)
    assert "Send 2 messages again?" in browser.shown(wendy.get(f"{LOG}/again"))
    assert wendy.post(f"{LOG}/again").status_code == 303
    assert [stored(app, one)[0] for one in (failed, refused, corrected, by_hand)] == [
        "queued",
        "bounced",
        "queued",
        "failed",
    ]
    assert stored(app, corrected)[2] == "cheick@example.net"
    assert left_to_try(app, forum) == 0


def left_to_try(app, forum):
    with app.app_context():
        return queries.message_log.count_to_try_again(forum.event_id)


def test_message_is_handed_to_those_who_call(app, forum, wendy):
    delivery_id = bounced(app, forum, phone="+22365012345")
    for _ in range(2):
        wendy.post(f"{LOG}/{delivery_id}/by-hand")
    assert stored(app, delivery_id) == ("queued", "hand", "+22365012345", 0, None)
    assert "Ada Traoré" in browser.shown(wendy.get("/organize/forum/to-call"))


def test_message_to_a_speaker_can_be_told_by_hand(app, forum, wendy):
    with app.app_context():
        sam = services.speaker.add(forum.event_id, SpeakerFacts(name=LocalizedText(fr="Sam"), email="sam@example.org"))
        one = services.delivery.queue_for_speaker(sam.id, DeliveryKind.SPEAKER_LINK).id
    assert "Sam" in browser.shown(wendy.get(f"{LOG}/{one}"))
    page = browser.shown(wendy.post(f"{LOG}/{one}/by-hand", follow_redirects=True))
    assert "It is on the list of people to call." in page


def test_message_that_came_back_is_noted_with_what_is_known(app, forum, wendy):
    delivery_id = message(app, forum, state=DeliveryState.SENT, attempts=1)
    assert "was returned to the mailbox" in browser.shown(wendy.get(f"{LOG}/{delivery_id}/returned"))
    answer = wendy.post(f"{LOG}/{delivery_id}/returned", data={"reason": "552 5.2.2 Over quota"})
    assert answer.status_code == 303
    assert stored(app, delivery_id)[0] == "bounced"
    assert "The mailbox is full." in browser.shown(wendy.get(f"{LOG}/{delivery_id}"))


def test_message_that_never_left_cannot_have_come_back(app, forum, wendy):
    delivery_id = message(app, forum)
    page = wendy.post(f"{LOG}/{delivery_id}/returned", data={"reason": ""})
    assert "cannot have come back" in browser.shown(page)
    assert stored(app, delivery_id)[0] == "queued"


def test_message_that_may_have_arrived_twice_says_so(app, forum, wendy):
    delivery_id = message(app, forum, state=DeliveryState.SENT, attempts=2, in_doubt=1)
    assert "May have arrived twice" in browser.shown(wendy.get(LOG))
    assert "May have arrived twice: a try before" in browser.shown(wendy.get(f"{LOG}/{delivery_id}"))
