"""The worker's mail: sent once, tried again, given up, shared, and never lost when a worker dies."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import html5lib
import pytest
from sqlalchemy import select, update

from eventapp import mail, queries, services
from eventapp.db import db
from eventapp.jobs import deliveries
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.rules import delivery as rules
from eventapp.rules.vocabulary import DeliveryKind, TaskKind
from eventapp.services.speaker import SpeakerFacts
from eventapp.services.speaker_task import TaskFacts
from tests import people
from tests.post import free_port, open_office

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def post():
    with open_office() as office:
        yield office


@pytest.fixture
def installed(app, post, monkeypatch, tmp_path, time):
    """The application with the mail server in its settings, and an instance of its own."""
    configure(app, monkeypatch, mail_url=post.url, instance=tmp_path)
    return app


def configure(app, monkeypatch, **changes):
    settings = replace(app.extensions["eventapp.settings"], **changes)
    monkeypatch.setitem(app.extensions, "eventapp.settings", settings)


def stage(app, **facts):
    with app.app_context():
        return people.stage(**facts)


def register(app, event_id, name, email, **more):
    with app.app_context():
        return people.register(event_id, name, email=email, **more)


def work(app):
    return deliveries.work(app.app_context, threading.Event())


def rows(app):
    """State, attempts and last error of every message, in the order of queueing."""
    with app.app_context():
        found = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
        return [(row.state.value, row.attempts, row.last_error) for row in found]


def test_confirmation_leaves_and_is_noted(installed, post):
    forum = stage(installed)
    registration_id = register(installed, forum.event_id, "Ada Traoré", "ada@example.org", language="en")
    assert work(installed) == 1
    [(recipient, message)] = post.arrived
    with installed.app_context():
        registration = queries.registration.get(registration_id)
        secret, code = services.registration.secret(registration), registration.attendees[0].ticket.code
    text = message.get_body(("plain",)).get_content()
    assert recipient == message["To"] == "ada@example.org"
    assert f"http://127.0.0.1:8000/r/{secret}" in text
    assert f"http://127.0.0.1:8000/t/{code}" in text
    assert message["Message-ID"].endswith("@127.0.0.1>")
    assert rows(installed) == [("sent", 1, None)]


def test_nothing_is_sent_twice(installed, post):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    work(installed)
    assert work(installed) == 0
    assert post.recipients == ["ada@example.org"]


def test_guest_without_address_gets_no_mail(installed):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", None)
    assert work(installed) == 0


def test_each_message_says_what_is_true(installed, post):
    forum = stage(installed, capacity=1)
    ada = register(installed, forum.event_id, "Ada", "ada@example.org", language="en")
    register(installed, forum.event_id, "Bintou", "bintou@example.org")
    work(installed)
    with installed.app_context():
        services.attendee.cancel(queries.registration.get(ada).attendees[0].id)
    work(installed)
    assert [(recipient, message["Subject"]) for recipient, message in post.arrived] == [
        ("ada@example.org", "Your entry ticket: Trial forum"),
        ("bintou@example.org", "Vous êtes sur la liste d’attente\u00a0: Forum d’essai"),
        ("ada@example.org", "A place was given back: Trial forum"),
        ("bintou@example.org", "Une place vous est gardée, répondez s’il vous plaît\u00a0: Forum d’essai"),
    ]


def test_message_whose_reason_has_passed_is_not_sent(installed, post):
    forum = stage(installed)
    ada = register(installed, forum.event_id, "Ada", "ada@example.org", language="en")
    with installed.app_context():
        services.attendee.cancel(queries.registration.get(ada).attendees[0].id)
    work(installed)
    assert [message["Subject"] for _, message in post.arrived] == ["A place was given back: Trial forum"]
    assert rows(installed) == [("dropped", 1, deliveries.OUTDATED), ("sent", 1, None)]


def test_two_places_given_back_at_once_make_one_message(installed, post):
    forum = stage(installed)
    with installed.app_context():
        registration_id = people.register(forum.event_id, "Ada", "Bintou", email="ada@example.org")
        for attendee in queries.registration.get(registration_id).attendees:
            services.attendee.cancel(attendee.id)
    work(installed)
    assert len(post.arrived) == 1


def test_speaker_gets_the_personal_page(installed, post):
    forum = stage(installed)
    with installed.app_context():
        speaker = services.speaker.add(
            forum.event_id, SpeakerFacts(name=LocalizedText(en="Sam"), email="sam@example.org")
        )
        services.delivery.queue_for_speaker(speaker.id, DeliveryKind.SPEAKER_LINK)
    work(installed)
    [(recipient, message)] = post.arrived
    assert recipient == "sam@example.org"
    assert "http://127.0.0.1:8000/s/" in message.get_body(("plain",)).get_content()


def ask(event_id, *kinds, due_on=None):
    for kind in kinds:
        services.speaker_task.add(event_id, TaskFacts(kind=kind, due_on=due_on))


def add_sam(event_id, language):
    facts = SpeakerFacts(name=LocalizedText(fr="Sam"), email="sam@example.org", language=language)
    return services.speaker.add(event_id, facts)


@pytest.mark.parametrize(
    ("language", "subject", "lines"),
    [
        (
            "en",
            "What we still need from you: Trial forum",
            ["whether you come", "a photograph of you, by 20 Nov 2026", "your slides"],
        ),
        (
            "fr",
            "Ce qu’il nous manque encore de vous\u00a0: Forum d’essai",
            ["votre réponse\u00a0: venez-vous\u00a0?", "une photo de vous, pour le 20 nov. 2026", "vos diapositives"],
        ),
    ],
)
def test_speaker_is_reminded_of_what_is_missing_in_their_language(installed, post, language, subject, lines):
    forum = stage(installed)
    with installed.app_context():
        ask(forum.event_id, TaskKind.SLIDES)
        ask(forum.event_id, TaskKind.PHOTO, due_on=date(2026, 11, 20))
        sam = add_sam(forum.event_id, language)
        link = f"http://127.0.0.1:8000/s/{services.speaker.secret(sam)}"
        assert services.speaker_reminder.remind(forum.event_id, {sam.id}) == 1
    work(installed)
    [(recipient, message)] = post.arrived
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert (recipient, message["Subject"], message["Content-Language"]) == ("sam@example.org", subject, language)
    assert [line[2:] for line in text.splitlines() if line.startswith("- ")] == lines
    assert link in text
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert ["".join(item.itertext()) for item in tree.iter("li")] == lines
    assert link in [a.get("href") for a in tree.iter("a")]


def test_reminder_is_written_from_what_is_missing_when_it_leaves(installed, post):
    forum = stage(installed)
    with installed.app_context():
        ask(forum.event_id, TaskKind.SLIDES, TaskKind.BIOGRAPHY)
        sam = add_sam(forum.event_id, "en")
        services.speaker_reminder.remind(forum.event_id, {sam.id})
        facts = SpeakerFacts(name=sam.name, email=sam.email, biography=LocalizedText(en="Judge in Bamako."))
        services.speaker.change(forum.event_id, sam.id, facts)
        services.speaker_answer.confirm(forum.event_id, sam.id)
    work(installed)
    reminder = next(message for _, message in post.arrived if "still need" in message["Subject"])
    text = reminder.get_body(("plain",)).get_content()
    assert [line for line in text.splitlines() if line.startswith("- ")] == ["- your slides"]


def test_reminder_is_not_sent_when_nothing_is_missing_any_longer(installed, post):
    forum = stage(installed)
    with installed.app_context():
        sam = add_sam(forum.event_id, "en")
        assert services.speaker_reminder.remind(forum.event_id, {sam.id}) == 1
        services.speaker_answer.decline(forum.event_id, sam.id, None)
    work(installed)
    assert post.arrived == []
    assert rows(installed)[0][2] == deliveries.OUTDATED


def test_refusal_for_now_waits_longer_each_time_and_ends(installed, post, time):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    post.answers["ada@example.org"] = "450 4.2.1 Mailbox busy"
    work(installed)
    for attempt, wait in enumerate(rules.WAITS, start=1):
        assert rows(installed) == [("queued", attempt, "450 4.2.1 Mailbox busy")]
        time.forward(wait - timedelta(seconds=1))
        assert work(installed) == 0
        time.forward(timedelta(seconds=1))
        assert work(installed) == 1
    assert rows(installed) == [("failed", 6, "450 4.2.1 Mailbox busy")]
    time.forward(timedelta(days=30))
    assert work(installed) == 0


def test_refusal_for_now_is_forgotten_once_it_left(installed, post, time):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    post.answers["ada@example.org"] = "450 4.2.1 Mailbox busy"
    work(installed)
    post.answers.clear()
    time.forward(rules.WAITS[0])
    work(installed)
    assert rows(installed) == [("sent", 2, None)]


def test_refusal_for_good_is_given_up_at_once(installed, post):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    register(installed, forum.event_id, "Bintou", "bintou@example.org")
    post.answers["ada@example.org"] = "550 5.1.1 No such user"
    work(installed)
    assert rows(installed) == [("bounced", 1, "550 5.1.1 No such user"), ("sent", 1, None)]


def test_address_in_a_refusal_is_kept_out_of_the_log(installed, post, caplog):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    post.answers["ada@example.org"] = "550 5.1.1 <ada@example.org>: no such user"
    work(installed)
    assert rows(installed) == [("bounced", 1, "550 5.1.1 <ada@example.org>: no such user")]
    assert "did not leave: 550 5.1.1 <(address)>: no such user" in caplog.text
    assert "ada@" not in caplog.text


def test_server_that_is_down_delays_all_and_is_nobodys_fault(installed, post, monkeypatch, time):
    configure(installed, monkeypatch, mail_url=f"smtp://127.0.0.1:{free_port()}")
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    register(installed, forum.event_id, "Bintou", "bintou@example.org")
    assert work(installed) == 1
    assert work(installed) == 0
    assert [(state, attempts) for state, attempts, _ in rows(installed)] == [("queued", 0), ("queued", 0)]
    assert "refused" in rows(installed)[1][2]
    configure(installed, monkeypatch, mail_url=post.url)
    time.forward(rules.SERVER_REST)
    work(installed)
    assert rows(installed) == [("sent", 1, None), ("sent", 1, None)]


def test_server_that_is_down_does_not_keep_a_demonstration_waiting(installed, monkeypatch):
    configure(installed, monkeypatch, mail_url=f"smtp://127.0.0.1:{free_port()}")
    forum, demo = stage(installed), stage(installed, slug="demo")
    with installed.app_context():
        queries.event.get(demo.event_id).is_demo = True
        db.session.commit()
    register(installed, forum.event_id, "Ada", "ada@example.org")
    register(installed, demo.event_id, "Bintou", "bintou@example.org")
    work(installed)
    assert [state for state, _, _ in rows(installed)] == ["queued", "sent"]


def test_message_that_cannot_be_written_does_not_stop_the_others(installed, post, monkeypatch, caplog):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    register(installed, forum.event_id, "Bintou", "bintou@example.org")
    whole = services.letter.of

    def broken(parts):
        if parts.delivery.address == "ada@example.org":
            raise ZeroDivisionError
        return whole(parts)

    monkeypatch.setattr(services.letter, "of", broken)
    work(installed)
    assert rows(installed) == [("queued", 1, deliveries.OUR_FAULT), ("sent", 1, None)]
    assert "ZeroDivisionError" in caplog.text


def test_without_a_setting_mail_is_held(installed, post, monkeypatch):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    configure(installed, monkeypatch, mail_url=None)
    assert work(installed) == 0
    assert rows(installed) == [("queued", 0, None)]


def test_mail_of_a_demonstration_stays_here(installed, post, tmp_path):
    demo, forum = stage(installed, slug="demo"), stage(installed)
    with installed.app_context():
        queries.event.get(demo.event_id).is_demo = True
        db.session.commit()
    register(installed, demo.event_id, "Ada", "demo.01@example.org")
    register(installed, forum.event_id, "Bintou", "bintou@example.org")
    work(installed)
    assert post.recipients == ["bintou@example.org"]
    [file] = (tmp_path / "mail").iterdir()
    assert b"To: demo.01@example.org" in file.read_bytes()
    assert [state for state, _, _ in rows(installed)] == ["sent", "sent"]


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


def doubts(app):
    """How often each message may have left without anybody knowing, in the order of queueing."""
    with app.app_context():
        return list(db.session.scalars(select(Delivery.in_doubt).order_by(Delivery.id)))


def test_worker_that_ended_before_it_handed_over_leaves_no_doubt(installed, post, time):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    with installed.app_context():
        services.delivery.claim(1)
    time.forward(rules.LEASE)
    work(installed)
    assert rows(installed) == [("sent", 2, None)]
    assert doubts(installed) == [0]


def test_others_leave_at_once_when_a_worker_ended(installed, post):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    register(installed, forum.event_id, "Bintou", "bintou@example.org")
    with installed.app_context():
        [claim] = services.delivery.claim(1)
        services.delivery.begin(claim)
    work(installed)
    assert post.recipients == ["bintou@example.org"]


def test_message_that_was_begun_is_left_alone_for_longer_than_any_server_takes(installed, post, time):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    with installed.app_context():
        [claim] = services.delivery.claim(1)
        services.delivery.begin(claim)
    time.forward(timedelta(seconds=mail.LAST_ANSWER_SECONDS + 2 * mail.TIMEOUT_SECONDS))
    assert work(installed) == 0
    time.forward(rules.HANDING_OVER)
    assert work(installed) == 1


def test_message_that_another_worker_has_is_not_begun(installed, post, time, monkeypatch):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    with installed.app_context():
        [slow] = services.delivery.claim(1)
        time.forward(rules.LEASE)
        [quick] = services.delivery.claim(1)
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


def test_server_says_what_it_calls_the_message(installed, post):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    post.after_data = "250 2.0.0 Ok: queued as 4Xy7Zq1a"
    work(installed)
    with installed.app_context():
        assert db.session.scalar(select(Delivery.provider_id)) == "2.0.0 Ok: queued as 4Xy7Zq1a"


def test_who_wants_no_announcements_gets_none_and_still_their_ticket(installed, post):
    forum = stage(installed)
    registration_id = register(installed, forum.event_id, "Ada", "ada@example.org", language="en")
    with installed.app_context():
        services.unsubscribing.set_unsubscribed(registration_id, True)
        services.delivery.queue(registration_id, DeliveryKind.THANK_YOU)
    work(installed)
    assert [message["Subject"] for _, message in post.arrived] == ["Your entry ticket: Trial forum"]
    assert rows(installed) == [("sent", 1, None), ("dropped", 1, deliveries.UNSUBSCRIBED)]


def test_message_that_ends_every_worker_is_given_up(installed, post, time):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    for _ in range(len(rules.WAITS) + 1):
        with installed.app_context():
            assert len(services.delivery.claim(10)) == 1
        time.forward(rules.LEASE)
    assert work(installed) == 0
    assert [state for state, _, _ in rows(installed)] == ["failed"]


def test_message_deleted_while_it_was_held_is_forgotten(installed, post):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    with installed.app_context():
        [claim] = services.delivery.claim(10)
        db.session.delete(db.session.get_one(Delivery, claim.delivery_id))
        db.session.commit()
    with mail.connect(post.url) as send:
        deliveries._send(installed.app_context, claim, {False: send})
    assert post.arrived == []


def test_late_word_of_a_worker_that_lost_its_lease_changes_nothing(installed, time):
    forum = stage(installed)
    register(installed, forum.event_id, "Ada", "ada@example.org")
    with installed.app_context():
        [slow] = services.delivery.claim(10)
        time.forward(rules.LEASE)
        [quick] = services.delivery.claim(10)
        services.delivery.note_sent(quick)
        services.delivery.note_failed(slow, "550 No such user", for_good=True)
        services.delivery.release(slow)
    assert rows(installed) == [("sent", 2, None)]
