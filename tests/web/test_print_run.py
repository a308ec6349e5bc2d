"""Printing at the desk: choosing, watching, the file, throwing it away."""

import re
import threading
from datetime import timedelta

import pytest

from eventapp import clock, queries, services
from eventapp.jobs import print_runs
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import PrintKind, Role
from eventapp.services.event import Texts
from tests import people

PRINTING = "/organize/forum/printing"


@pytest.fixture
def forum(app, at_noon, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.app_context():
        return people.stage()


@pytest.fixture
def olga(app, forum):
    return people.sign_in(app, "olga")


def register(app, forum, *names, **more):
    with app.app_context():
        people.register(forum.event_id, *names, **more)


def ask(olga, **more):
    form_id = re.search(r'name="form_id"[^>]* value="([^"]+)"', olga.get(PRINTING).text)[1]
    return olga.post(f"{PRINTING}?lang=en", data={"form_id": form_id, "paper": "a4-3", "ticket_type": "", **more})


def make(app):
    print_runs.work(app.app_context, threading.Event())


def test_file_is_asked_for_watched_fetched_and_thrown_away(app, forum, olga):
    register(app, forum, "Ada Traoré", "Bintou")
    answer = ask(olga)
    assert answer.status_code == 303
    page = olga.get(f"{answer.location}?lang=en").text
    assert '<progress max="2" value="0"' in page
    assert "It waits for its turn." in page
    assert '<noscript><meta http-equiv="refresh"' in page
    make(app)
    page = olga.get(f"{answer.location}?lang=en").text
    assert "The file is ready." in page
    assert "2 people are on it. It is kept until Friday 27 November 2026, 12:00." in page
    assert "refresh" not in page
    file = olga.get(f"{answer.location}/file")
    assert (file.status_code, file.mimetype, file.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert file.headers["Cache-Control"] == "no-store"
    assert re.match(r"attachment; filename=\w+-forum-\d+\.pdf", file.headers["Content-Disposition"])
    again = olga.post(f"{answer.location}/discard")
    assert again.status_code == 303
    assert "The file is thrown away." in olga.get(f"{answer.location}?lang=en").text
    assert olga.get(f"{answer.location}/file").status_code == 404
    assert "Thrown away" in olga.get(f"{PRINTING}?lang=en").text


def test_file_that_was_made_before_the_event_moved_says_so(app, forum, olga, at_noon, monkeypatch):
    register(app, forum, "Ada Traoré")
    answer = ask(olga)
    make(app)
    assert "changed after this was asked for" not in olga.get(f"{answer.location}?lang=en").text
    monkeypatch.setattr(clock, "now", lambda: at_noon + timedelta(hours=1))
    with app.app_context():
        texts = Texts(title=queries.event.get(forum.event_id).title, venue=LocalizedText(fr="Ancienne gare"))
        services.event.set_texts(forum.event_id, texts)
    assert "changed after this was asked for" in olga.get(f"{answer.location}?lang=en").text


def test_without_tickets_the_page_says_so(olga):
    page = olga.get(f"{PRINTING}?lang=en").text
    assert "Nobody has a ticket yet." in page
    assert "No file yet." in page
    assert 'name="paper"' not in page


def test_page_says_how_many_have_a_ticket_and_how_many_no_address(app, forum, olga):
    register(app, forum, "Ada", email="ada@example.org")
    register(app, forum, "Bintou", "Fanta")
    page = " ".join(olga.get(f"{PRINTING}?lang=en").text.split())
    assert "3 people have a ticket. 2 of them gave no e-mail address." in page


def test_choice_that_nobody_meets_is_refused_beside_what_was_chosen(app, forum, olga):
    register(app, forum, "Ada", email="ada@example.org")
    answer = ask(olga, paper="a6", without_email="y")
    assert answer.status_code == 422
    assert "Nobody has such a ticket, so there is nothing to print." in answer.text
    assert '<option selected value="a6">' in answer.text
    assert re.search(r'<input[^>]* checked[^>]* name="without_email"', answer.text)


@pytest.mark.parametrize(
    "wrong", [{"paper": "a0"}, {"paper": ""}, {"ticket_type": "999999"}, {"ticket_type": "x"}, {"paper": "\x00"}]
)
def test_choice_that_does_not_exist_is_refused(app, forum, olga, wrong):
    register(app, forum, "Ada")
    assert ask(olga, **wrong).status_code == 422


def test_line_says_what_is_printed(app, forum, olga):
    register(app, forum, "Ada")
    with app.app_context():
        [type_id] = [one.id for one in queries.registration.list_ticket_types(forum.event_id)][:1]
    ask(olga, ticket_type=str(type_id), without_email="y", paper="a6")
    page = olga.get(f"{PRINTING}?lang=en").text
    assert "Entry tickets · General public · people without an e-mail address · A6, one card each" in page


def test_failure_says_its_reason_in_the_readers_language_and_offers_another_try(app, forum, olga, monkeypatch):
    register(app, forum, "Ada")
    address = ask(olga).location
    with monkeypatch.context() as broken:
        broken.setitem(print_runs.MAKERS, PrintKind.TICKETS, lambda *_facts: 1 / 0)
        make(app)
    assert "Une erreur du programme" in olga.get(f"{address}?lang=fr").text
    olga.post(f"{address}/again")
    make(app)
    assert "The file is ready." in olga.get(f"{address}?lang=en").text


def test_welcome_desk_prints_and_a_viewer_does_not(app, forum):
    register(app, forum, "Ada")
    with app.app_context():
        people.grant("wanda", forum.event_id, Role.WELCOME_DESK)
        people.grant("victor", forum.event_id, Role.VIEWER)
    assert people.sign_in(app, "wanda").get(PRINTING).status_code == 200
    assert people.sign_in(app, "victor").get(PRINTING).status_code == 403


def test_waiting_runs_wait_for_the_worker_and_can_be_stopped(app, forum, olga):
    register(app, forum, "Ada")
    address = ask(olga).location
    olga.post(f"{address}/discard")
    make(app)
    assert "The file is thrown away." in olga.get(f"{address}?lang=en").text
    with app.app_context():
        assert services.print_run.claim() is None
