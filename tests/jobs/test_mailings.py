"""The worker's mailings: in steps, shared, never twice to anybody, stopped in the middle, gone on with after a kill."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter

import pytest
from sqlalchemy import func, select, update

from eventapp import queries, services
from eventapp.db import db
from eventapp.jobs import deliveries, mailings
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.models.registration import Registration
from eventapp.rules import mailing as rules
from eventapp.rules.vocabulary import Audience, DeliveryKind, DeliveryState, MailingState
from eventapp.services.demo import attendees
from eventapp.services.mailing import MailingFacts
from tests import people
from tests.jobs.test_deliveries import configure
from tests.post import open_office
from tests.web.world import Statements

PEOPLE = 450
"""Enough for two whole steps and one more."""


@pytest.fixture
def news(app, time):
    """An announcement that is on its way to many, each by mail."""
    with app.app_context():
        event_id = people.stage(capacity=None).event_id
        add_people(event_id, PEOPLE)
        return begin(event_id), event_id


def add_people(event_id, number):
    attendees.top_up(queries.event.get(event_id), number)
    db.session.execute(update(Registration).values(email="guest@example.org"))
    db.session.commit()


def begin(event_id, kind=DeliveryKind.ANNOUNCEMENT, subject="Room", body="Room B."):
    words = MailingFacts(subject=LocalizedText(en=subject), body=LocalizedText(en=body))
    mailing_id = services.mailing.draft(event_id, kind, Audience.GUESTS, words, form_id=f"form-{subject}").id
    services.mailing.send_now(event_id, mailing_id)
    return mailing_id


def work(app, stop=None):
    return mailings.work(app.app_context, stop or threading.Event())


def state(app, mailing_id, event_id):
    with app.app_context():
        row = queries.mailing.get(event_id, mailing_id)
        return row.state, row.last_id


def times_written(app):
    """How often it was written to each registration."""
    with app.app_context():
        return Counter(db.session.scalars(select(Delivery.registration_id)))


def test_everybody_is_written_to_once_in_steps(app, news):
    assert work(app) == PEOPLE
    assert set(times_written(app).values()) == {1}
    assert len(times_written(app)) == PEOPLE
    assert state(app, *news) == (MailingState.SENT, max(times_written(app)))
    assert work(app) == 0


def test_worker_that_stops_is_gone_on_with_by_the_next(app, news, monkeypatch):
    stop, step = threading.Event(), services.mailing.step

    def and_stop(*facts):
        stop.set()
        return step(*facts)

    monkeypatch.setattr(services.mailing, "step", and_stop)
    assert work(app, stop) == rules.BATCH
    assert state(app, *news)[0] is MailingState.SENDING
    assert work(app) == PEOPLE - rules.BATCH
    assert set(times_written(app).values()) == {1}


def test_step_that_ends_before_its_commit_is_done_again(app, news, monkeypatch):
    write = services.delivery.queue_mailed

    def and_die(*facts):
        write(*facts)
        raise KeyboardInterrupt

    with app.app_context():
        services.mailing.step(*reversed(news))
    monkeypatch.setattr(services.delivery, "queue_mailed", and_die)
    with pytest.raises(KeyboardInterrupt):
        work(app)
    assert len(times_written(app)) == rules.BATCH
    monkeypatch.setattr(services.delivery, "queue_mailed", write)
    work(app)
    assert (len(times_written(app)), set(times_written(app).values())) == (PEOPLE, {1})


def test_beginning_anew_writes_to_nobody_twice(app, news):
    work(app)
    with app.app_context():
        row = queries.mailing.get(news[1], news[0])
        row.state, row.last_id = MailingState.SENDING, 0
        db.session.commit()
    assert work(app) == 0
    assert len(times_written(app)) == PEOPLE


def test_killed_worker_is_gone_on_with(app, news, tmp_path):
    settings = app.extensions["eventapp.settings"]
    environment = {
        **os.environ,
        "EVENTAPP_INSTANCE": str(tmp_path),
        "EVENTAPP_DATABASE_URL": settings.database_url,
        "EVENTAPP_SECRET_KEY": settings.secret_key,
    }
    worker = subprocess.Popen([sys.executable, "-m", "eventapp", "worker", "--once"], env=environment)
    while worker.poll() is None and not times_written(app):
        pass
    worker.kill()
    assert worker.wait(60) in (-signal.SIGKILL, 0)
    assert len(times_written(app)) % rules.BATCH in (0, PEOPLE % rules.BATCH)  # whole steps
    work(app)
    assert (len(times_written(app)), set(times_written(app).values())) == (PEOPLE, {1})
    assert state(app, *news)[0] is MailingState.SENT


def test_two_workers_share(app, news):
    together = threading.Barrier(2)
    done = []

    def worker():
        together.wait()
        done.append(work(app))

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == PEOPLE
    assert (len(times_written(app)), set(times_written(app).values())) == (PEOPLE, {1})


def test_stopped_in_the_middle_nothing_more_is_written_and_what_waits_is_dropped(app, news):
    mailing_id, event_id = news
    with app.app_context():
        services.mailing.step(event_id, mailing_id)
        sent = db.session.scalar(select(func.min(Delivery.id)))
        db.session.get_one(Delivery, sent).state = DeliveryState.SENT
        db.session.commit()
        services.mailing.stop(event_id, mailing_id)
    assert work(app) == 0
    with app.app_context():
        assert queries.mailing.reached([mailing_id])[mailing_id] == {
            DeliveryState.SENT: 1,
            DeliveryState.DROPPED: rules.BATCH - 1,
        }


def test_two_stops_while_two_workers_write(app, news):
    mailing_id, event_id = news
    together = threading.Barrier(4)

    def stop():
        together.wait()
        with app.app_context():
            services.mailing.stop(event_id, mailing_id)

    def worker():
        together.wait()
        work(app)

    threads = [threading.Thread(target=one) for one in (stop, stop, worker, worker)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state(app, *news)[0] is MailingState.STOPPED
    with app.app_context():
        assert set(queries.mailing.reached([mailing_id])[mailing_id]) <= {DeliveryState.DROPPED}


def test_own_words_arrive_in_the_language_of_the_reader(app, time, monkeypatch, tmp_path):
    with open_office() as post:
        configure(app, monkeypatch, mail_url=post.url, instance=tmp_path)
        with app.app_context():
            event_id = people.stage().event_id
            for name, code in (("Ada", "en"), ("Bintou", "fr")):
                people.register(event_id, name, email=f"{name}@example.org", language=code)
            db.session.execute(update(Delivery).values(state=DeliveryState.SENT))  # the confirmations
            db.session.commit()
            begin(event_id, subject="News, {name}", body="Room B at {event}.\n\nBring {name}.")
            begin(event_id, DeliveryKind.REMINDER, subject="Tomorrow", body="See you, {name}.")
        work(app)
        deliveries.work(app.app_context, threading.Event())
        found = {
            (to, mail["Subject"]): mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
            for to, mail in post.arrived
        }
    assert set(found) == {
        ("Ada@example.org", "News, Ada"),
        ("Bintou@example.org", "News, Bintou"),  # there are no French words, and an announcement has no others
        ("Ada@example.org", "Tomorrow"),
        ("Bintou@example.org", "À bientôt\u00a0: Forum d’essai"),
    }
    assert "Room B at Trial forum.\n\nBring Ada." in found["Ada@example.org", "News, Ada"]
    assert "See you, Ada." in found["Ada@example.org", "Tomorrow"]


def test_dry_run_and_step_ask_no_more_for_more_people(app, time):
    counts = []
    for number in (3, 190):
        with app.app_context():
            event_id = people.stage(f"forum-{number}", capacity=None).event_id
            add_people(event_id, number)
            mailing_id = begin(event_id)
            db.session.remove()
            with Statements(app) as looked:
                event = queries.event.get(event_id)
                row = queries.mailing.get(event_id, mailing_id)
                services.mailing_preview.dry_run(row, event, time.now)
                services.mailing_preview.list_names(row, event, time.now)
            with Statements(app) as stepped:
                services.mailing.step(event_id, mailing_id)
        counts.append((looked.count, stepped.count))
    assert counts[0] == counts[1]
