"""Workers that share the mail, stop, and die: nothing is lost, and what nobody knows is counted."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from eventapp import mail, services
from eventapp.db import db
from eventapp.jobs import deliveries
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.rules import delivery as rules
from eventapp.rules.vocabulary import Audience, DeliveryKind
from eventapp.services.mailing import MailingFacts
from tests.jobs.sending import doubts, register, rows, stage, work

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def test_worker_that_stops_gives_back_what_it_holds(installed, post):
    forum = stage(installed)
    for number in range(3):
        register(installed, forum.event_id, "Ada", f"ada{number}@example.org")
    stop = threading.Event()
    post.on_data = stop.set
    deliveries.work(installed.app_context, stop)
    assert rows(installed) == [("sent", 1, None), ("queued", 0, None), ("queued", 0, None)]
    post.on_data = None
    work(installed)
    assert post.recipients == ["ada0@example.org", "ada1@example.org", "ada2@example.org"]


def test_two_workers_share_without_sending_twice(installed, post):
    forum = stage(installed, capacity=None)
    addresses = [f"guest{number}@example.org" for number in range(50)]
    for address in addresses:
        register(installed, forum.event_id, "Ada", address)
    together = threading.Barrier(2)
    done = []

    def worker():
        together.wait()
        done.append(work(installed))

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 50
    assert sorted(post.recipients) == sorted(addresses)


def test_worker_killed_after_sending_sends_again_under_the_same_id(installed, post, time, monkeypatch, tmp_path):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    with installed.app_context():
        db.session.execute(update(Delivery).values(due_at=LONG_AGO))  # the worker's clock is the real one
        db.session.commit()
    settings = installed.extensions["eventapp.settings"]
    environment = {
        **os.environ,
        "EVENTAPP_INSTANCE": str(tmp_path),
        "EVENTAPP_DATABASE_URL": settings.database_url,
        "EVENTAPP_SECRET_KEY": settings.secret_key,
        "EVENTAPP_MAIL_URL": post.url,
    }
    worker = subprocess.Popen([sys.executable, "-m", "eventapp", "worker", "--once"], env=environment)
    post.on_data = worker.kill  # the message has arrived, the worker never hears of it
    assert worker.wait(60) == -signal.SIGKILL
    post.on_data = None
    assert [state for state, _, _ in rows(installed)] == ["queued"]
    with installed.app_context():
        assert db.session.scalar(select(Delivery.begun_at)) is not None
        time.now = db.session.scalar(select(Delivery.due_at))  # the end of the dead worker's lease
    assert work(installed) == 1
    ids = [message["Message-ID"] for _, message in post.arrived]
    assert post.recipients == ["ada@example.org"] * 2
    assert ids[0] == ids[1]
    assert rows(installed) == [("sent", 2, None)]
    assert doubts(installed) == [1]


def test_worker_that_ended_before_it_handed_over_leaves_no_doubt(installed, post, time):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    with installed.app_context():
        services.sending.claim(1)
    time.forward(rules.LEASE)
    work(installed)
    assert rows(installed) == [("sent", 2, None)]
    assert doubts(installed) == [0]


def test_others_leave_at_once_when_a_worker_ended(installed, post):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    register(installed, forum.event_id, "Bintou", "bintou@example.org")
    with installed.app_context():
        [claim] = services.sending.claim(1)
        services.sending.begin(claim)
    work(installed)
    assert post.recipients == ["bintou@example.org"]


def test_message_that_was_begun_is_left_alone_for_longer_than_any_server_takes(installed, post, time):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    with installed.app_context():
        [claim] = services.sending.claim(1)
        services.sending.begin(claim)
    time.forward(timedelta(seconds=mail.LAST_ANSWER_SECONDS + 2 * mail.TIMEOUT_SECONDS))
    assert work(installed) == 0
    time.forward(rules.HANDING_OVER)
    assert work(installed) == 1


def test_message_that_another_worker_has_is_not_begun(installed, post, time, monkeypatch):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    with installed.app_context():
        [slow] = services.sending.claim(1)
        time.forward(rules.LEASE)
        [quick] = services.sending.claim(1)
    with mail.connect(post.url) as send:
        deliveries._send(installed.app_context, slow, {False: send})
        deliveries._send(installed.app_context, quick, {False: send})
    assert post.recipients == ["ada@example.org"]
    assert rows(installed) == [("sent", 2, None)]


def test_server_that_never_answers_leaves_the_outcome_in_doubt(installed, post, monkeypatch):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    monkeypatch.setattr(mail, "LAST_ANSWER_SECONDS", 0.2)
    post.stalls_after_data = True
    work(installed)
    assert rows(installed) == [("queued", 1, "Connection unexpectedly closed: timed out")]
    assert doubts(installed) == [1]


def test_server_that_stalls_before_the_message_leaves_no_doubt(installed, post, monkeypatch):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.2)
    post.stalls_for.add("ada@example.org")
    work(installed)
    assert rows(installed) == [("queued", 1, "Connection unexpectedly closed: timed out")]
    assert doubts(installed) == [0]


def test_message_that_ends_every_worker_is_given_up(installed, post, time):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    for _ in range(len(rules.WAITS) + 1):
        with installed.app_context():
            assert len(services.sending.claim(10)) == 1
        time.forward(rules.LEASE)
    assert work(installed) == 0
    assert [state for state, _, _ in rows(installed)] == ["failed"]


def test_message_deleted_while_it_was_held_is_forgotten(installed, post):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    with installed.app_context():
        [claim] = services.sending.claim(10)
        db.session.delete(db.session.get_one(Delivery, claim.delivery_id))
        db.session.commit()
    with mail.connect(post.url) as send:
        deliveries._send(installed.app_context, claim, {False: send})
    assert post.arrived == []


def test_late_word_of_a_worker_that_lost_its_lease_changes_nothing(installed, time):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    with installed.app_context():
        [slow] = services.sending.claim(10)
        time.forward(rules.LEASE)
        [quick] = services.sending.claim(10)
        services.sending.note_sent(quick)
        services.sending.note_failed(slow, "550 No such user", for_good=True)
        services.sending.release(slow)
    assert rows(installed) == [("sent", 2, None)]


def test_worker_that_was_slow_sends_nothing_once_somebody_had_it_sent_again(installed):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    with installed.app_context():
        [slow] = services.sending.claim(1)
        services.message_log.try_again(forum.event_id, slow.delivery_id, by_account_id=None)
        [quick] = services.sending.claim(1)
        assert [services.sending.begin(claim) for claim in (slow, quick)] == [False, True]


def test_what_is_about_ones_own_place_goes_before_a_mailing(installed, time):
    forum = stage(installed)
    for number in range(3):
        register(installed, forum.event_id, "Ada", f"ada{number}@example.org")
    with installed.app_context():
        mailing = services.mailing.draft(
            forum.event_id,
            DeliveryKind.ANNOUNCEMENT,
            Audience.GUESTS,
            MailingFacts(subject=LocalizedText(fr="Salle"), body=LocalizedText(fr="B")),
            form_id="a-mailing",
        )
        for message in db.session.scalars(select(Delivery).order_by(Delivery.id).limit(2)):
            message.mailing_id = mailing.id
        db.session.commit()
        time.forward(timedelta(minutes=1))
        claims = services.sending.claim(2)
        ids = list(db.session.scalars(select(Delivery.id).order_by(Delivery.id)))
        assert [claim.delivery_id for claim in claims] == [ids[2], ids[0]]


def test_turn_that_is_over_leaves_the_rest_to_the_next(installed, post, monkeypatch):
    forum = stage(installed)
    for number in range(2):
        register(installed, forum.event_id, "Ada", f"ada{number}@example.org")
    monkeypatch.setattr(rules, "TURN", timedelta(0))
    assert deliveries.take_turn(installed.app_context, threading.Event()) == 0
    monkeypatch.setattr(rules, "TURN", timedelta(minutes=10))
    assert deliveries.take_turn(installed.app_context, threading.Event()) == 2
