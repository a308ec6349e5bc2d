"""The worker's mail: sent once, tried again, given up, dropped, and held."""

from datetime import date, timedelta

import html5lib
import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.jobs import deliveries, handing_over
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.rules import delivery as rules
from eventapp.rules.delivery import OUTDATED
from eventapp.rules.vocabulary import DeliveryKind, TaskKind
from eventapp.services.speaker import SpeakerFacts
from eventapp.services.speaker_task import TaskFacts
from tests import people
from tests.jobs.sending import configure, register, rows, stage, work
from tests.post import free_port


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
    assert rows(installed) == [("dropped", 1, OUTDATED), ("sent", 1, None)]


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
    assert rows(installed)[0][2] == OUTDATED


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
    assert rows(installed) == [("queued", 1, handing_over.OUR_FAULT), ("sent", 1, None)]
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
