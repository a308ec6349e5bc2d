"""The worker's SMS: which messages take this way, what they say, and what becomes of those that do not arrive."""

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from eventapp import queries, services
from eventapp.db import db
from eventapp.jobs import short_messages
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.models.registration import Registration
from eventapp.rules import delivery as rules
from eventapp.rules.vocabulary import Channel, DeliveryChannel, DeliveryKind
from eventapp.services.speaker import SpeakerFacts
from tests import people
from tests.gateway import open_service
from tests.jobs.test_deliveries import configure

PHONE, OTHER = "+22376543210", "+22366112233"


@pytest.fixture
def service():
    with open_service() as opened:
        yield opened


@pytest.fixture
def installed(app, service, monkeypatch, time):
    """The application with the SMS service in its settings."""
    configure(
        app,
        monkeypatch,
        sms_url=f"{service.url}/send",
        sms_body='{"to": "{to}", "text": "{text}", "id": "{id}"}',
        sms_id="messages.0.id",
    )
    return app


@pytest.fixture
def forum(installed):
    with installed.app_context():
        return people.stage()


def work(app):
    return short_messages.work(app.app_context, threading.Event())


def rows(app):
    """Kind, channel, state, attempts and last error of every message."""
    with app.app_context():
        found = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
        return [(row.kind.value, row.channel.value, row.state.value, row.attempts, row.last_error) for row in found]


def register(app, forum, **more):
    with app.app_context():
        return people.register(forum.event_id, **{"phone": PHONE, "language": "en", **more})


def test_guest_with_a_phone_alone_gets_an_sms_with_code_and_link(installed, forum, service):
    registration_id = register(installed, forum)
    assert work(installed) == 1
    with installed.app_context():
        registration = queries.registration.get(registration_id)
        secret, code = services.registration.secret(registration), registration.attendees[0].ticket.code
        [sent] = db.session.scalars(select(Delivery))
    [asked] = service.asked
    assert json.loads(asked.body) == {
        "to": PHONE,
        "text": f"Trial forum. You are registered. Entry code: {code[:4]}-{code[4:8]}. Ticket: "
        f"http://127.0.0.1:8000/r/{secret}",
        "id": sent.message_id,
    }
    assert (sent.state, sent.provider_id, sent.begun_at) == ("sent", "sms-1", None)
    assert work(installed) == 0


@pytest.mark.parametrize(
    ("contact", "channel"),
    [
        ({"email": "ada@example.org", "phone": PHONE}, "email"),
        ({"phone": PHONE}, "sms"),
        ({"phone": "+22320222324"}, "hand"),  # a fixed line
        ({"phone": None}, "hand"),
    ],
)
def test_way_of_what_people_must_hear(installed, forum, contact, channel):
    registration_id = register(installed, forum, **contact)
    with installed.app_context():
        assert services.delivery.queue(registration_id, DeliveryKind.PLACE_FREE).channel == channel


def test_what_needs_an_answer_is_asked_by_a_person(installed, forum):
    registration_id = register(installed, forum)
    with installed.app_context():
        for kind in (DeliveryKind.OFFER, DeliveryKind.RECONFIRM):
            assert services.delivery.queue(registration_id, kind).channel is DeliveryChannel.HAND


def test_what_is_not_worth_an_sms_is_not_sent(installed, forum):
    registration_id = register(installed, forum)
    with installed.app_context():
        assert services.delivery.queue(registration_id, DeliveryKind.CANCELLATION) is None


def test_speaker_with_a_phone_alone_gets_an_sms(installed, forum, service):
    with installed.app_context():
        sam = services.speaker.add(forum.event_id, SpeakerFacts(name=LocalizedText(fr="Sam"), phone=PHONE))
        services.delivery.queue_for_speaker(sam.id, DeliveryKind.SPEAKER_LINK)
    work(installed)
    assert "/s/" in json.loads(service.asked[0].body)["text"]


def test_without_a_service_nothing_takes_this_way(app, time):
    with app.app_context():
        forum = people.stage()
        registration_id = people.register(forum.event_id, phone=PHONE)
        assert services.delivery.queue(registration_id, DeliveryKind.CONFIRMATION) is None
        assert services.delivery.queue(registration_id, DeliveryKind.PLACE_FREE).channel is DeliveryChannel.HAND
    assert work(app) == 0


def test_service_that_was_taken_away_holds_what_waits(installed, forum, monkeypatch):
    register(installed, forum)
    configure(installed, monkeypatch, sms_url=None)
    assert work(installed) == 0
    assert [row[2:4] for row in rows(installed)] == [("queued", 0)]


def test_demonstration_writes_to_nobody(installed, forum, service):
    with installed.app_context():
        queries.event.get(forum.event_id).is_demo = True
        db.session.commit()
    register(installed, forum)
    assert rows(installed) == []
    with installed.app_context():
        queries.event.get(forum.event_id).is_demo = False
        db.session.commit()
    register(installed, forum)
    with installed.app_context():
        queries.event.get(forum.event_id).is_demo = True
        db.session.commit()
    work(installed)
    assert service.asked == []
    assert [row[2::2] for row in rows(installed)] == [("dropped", short_messages.DEMONSTRATION)]


def test_message_whose_reason_has_passed_is_dropped(installed, forum, service):
    registration_id = register(installed, forum)
    with installed.app_context():
        services.attendee.cancel(queries.registration.get(registration_id).attendees[0].id)
    work(installed)
    assert service.asked == []
    assert [row[2] for row in rows(installed)] == ["dropped"]


def test_refusal_for_good_goes_to_the_team_if_people_must_hear(installed, forum, service):
    registration_id = register(installed, forum)
    service.status, service.answer = 400, "Unknown number 76543210"
    with installed.app_context():
        services.delivery.queue(registration_id, DeliveryKind.PLACE_FREE)
    work(installed)
    said = "127.0.0.1: 400 Unknown number (number)"
    assert rows(installed) == [
        ("confirmation", "sms", "bounced", 1, said),
        ("place_free", "hand", "queued", 0, said),
    ]


def test_refusal_for_now_is_tried_again_and_handed_over_in_the_end(installed, forum, service, time):
    registration_id = register(installed, forum)
    work(installed)
    service.status, service.answer = 429, "Slowly"
    with installed.app_context():
        services.delivery.queue(registration_id, DeliveryKind.LOST_TICKET)
    for wait in rules.WAITS:
        assert work(installed) == 1
        time.forward(wait)
    assert work(installed) == 1
    assert rows(installed)[1:] == [
        ("lost_ticket", "hand", "queued", 0, "127.0.0.1: 429 Slowly"),
    ]


def test_account_that_is_refused_lets_all_wait_and_costs_no_attempt(installed, forum, service, time):
    register(installed, forum)
    register(installed, forum, phone=OTHER)
    service.status, service.answer = 401, "Who are you?"
    work(installed)
    assert len(service.asked) == 1
    assert [row[2:] for row in rows(installed)] == [("queued", 0, "127.0.0.1: 401 Who are you?")] * 2
    service.status = 200
    time.forward(timedelta(minutes=5))
    work(installed)
    assert [row[2] for row in rows(installed)] == ["sent", "sent"]


def test_log_holds_no_number_and_no_secret(installed, forum, service, caplog, monkeypatch):
    configure(installed, monkeypatch, sms_headers={"apiKey": "very-secret"})
    register(installed, forum)
    service.status, service.answer = 400, f"{PHONE} very-secret"
    work(installed)
    assert "did not leave: 127.0.0.1: 400 (number) ***" in caplog.text
    assert "7654" not in caplog.text


def test_message_that_cannot_be_written_does_not_stop_the_others(installed, forum, service, monkeypatch):
    register(installed, forum)
    register(installed, forum, phone=OTHER)
    whole = services.letter.of

    def broken(parts):
        if parts.delivery.address == PHONE:
            raise ZeroDivisionError
        return whole(parts)

    monkeypatch.setattr(services.letter, "of", broken)
    work(installed)
    assert [row[2] for row in rows(installed)] == ["queued", "sent"]


def test_two_workers_share_without_sending_twice(installed, forum, service):
    numbers = [f"+223765432{number}" for number in range(10, 22)]
    for number in numbers:
        register(installed, forum, phone=number)
    together = threading.Barrier(2)

    def worker():
        together.wait()
        work(installed)

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(json.loads(asked.body)["to"] for asked in service.asked) == numbers


def test_speaker_whose_sms_is_refused_hears_of_a_cancellation_by_hand(installed, forum, service):
    with installed.app_context():
        services.speaker.add(forum.event_id, SpeakerFacts(name=LocalizedText(fr="Sam"), phone=PHONE))
        services.cancellation.cancel(forum.event_id, LocalizedText(fr="Non"), tell=True)
    service.status, service.answer = 400, "Unknown"
    work(installed)
    assert [row[:3] for row in rows(installed)] == [("event_cancelled", "hand", "queued")]


@pytest.mark.parametrize(("channel", "way"), [(Channel.IMPORT, "hand"), (Channel.ONLINE, "sms")])
def test_ticket_that_no_sms_brought_is_told_to_those_whom_the_team_registered(installed, forum, service, channel, way):
    registration_id = register(installed, forum)
    with installed.app_context():
        db.session.get_one(Registration, registration_id).channel = channel
        db.session.commit()
    service.status, service.answer = 400, "Unknown"
    work(installed)
    assert [row[1] for row in rows(installed)] == [way]


def test_sms_of_workers_that_died_each_time_goes_to_the_team(installed, forum, time):
    registration_id = register(installed, forum)
    with installed.app_context():
        db.session.execute(delete(Delivery))
        db.session.commit()
        services.delivery.queue(registration_id, DeliveryKind.LOST_TICKET)
        for _attempt in range(len(rules.WAITS) + 2):
            services.sending.claim(1, DeliveryChannel.SMS)
            time.forward(timedelta(minutes=6))
    assert [row[:3] for row in rows(installed)] == [("lost_ticket", "hand", "queued")]


def test_what_the_team_tells_by_hand_is_not_sent_again_too(installed, forum, service):
    registration_id = register(installed, forum)
    work(installed)
    service.status, service.answer = 400, "Unknown"
    with installed.app_context():
        services.delivery.queue(registration_id, DeliveryKind.LOST_TICKET)
    work(installed)
    with installed.app_context():
        services.message_log.try_all_again(forum.event_id, by_account_id=None)
    assert [row[:3] for row in rows(installed)][1:] == [("lost_ticket", "hand", "queued")]


def test_sms_that_is_another_workers_by_now_is_not_handed_over(installed, forum):
    registration_id = register(installed, forum)
    with installed.app_context():
        db.session.execute(delete(Delivery))
        db.session.commit()
        services.delivery.queue(registration_id, DeliveryKind.LOST_TICKET)
        [slow] = services.sending.claim(1, DeliveryChannel.SMS)
        services.sending.note_sent(slow)
        assert not services.sending.note_failed(slow, "400 the same id", for_good=True)
    assert [row[1:3] for row in rows(installed)] == [("sms", "sent")]
