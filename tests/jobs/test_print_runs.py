"""Tickets of a whole event on paper: asked for, made by one worker in steps, kept for a while, thrown away."""

import io
import threading
from datetime import timedelta

import pypdf
import pytest
from sqlalchemy import func, select

from eventapp import jobs, queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.jobs import print_runs, ticket_sheets
from eventapp.language import LocalizedText
from eventapp.models.print_run import PrintRun
from eventapp.models.stored_file import StoredFile
from eventapp.rules import print_run as rules
from eventapp.rules.vocabulary import PrintKind, PrintState, TicketPaper
from eventapp.services.print_run import Lost
from eventapp.services.ticket_type import TypeFacts
from tests import people


@pytest.fixture
def forum(app, time):
    with app.app_context():
        return people.stage(capacity=None, max_party=100)


def register(app, forum, *names, **more):
    with app.app_context():
        return people.register(forum.event_id, *names, **more)


def ask(app, forum, form_id="form-1", paper=TicketPaper.A4_THREE, **options):
    wanted = {"paper": paper, "ticket_type_id": None, "without_email": False, **options}
    with app.app_context():
        run = services.print_run.ask(
            forum.event_id, PrintKind.TICKETS, wanted, language="fr", form_id=form_id, by=forum.owner_id
        )
        return run.id


def work(app, stop=None):
    return print_runs.work(app.app_context, stop or threading.Event())


def get(app, run_id):
    with app.app_context():
        return db.session.get(PrintRun, run_id, populate_existing=True)


def text(app, forum, run_id):
    """The words of each page."""
    with app.app_context():
        _run, kept = queries.print_run.get_file(forum.event_id, run_id)
        assert kept.media_type == "application/pdf"
        pages = pypdf.PdfReader(io.BytesIO(kept.content)).pages
    return [" ".join(page.extract_text().split()) for page in pages]


def count_files(app):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(StoredFile))


@pytest.fixture
def steps(monkeypatch):
    """Every word of progress of a run, as it is noted."""
    noted = []
    whole = services.print_run.note_progress

    def note(claim, done, total):
        whole(claim, done, total)
        noted.append((done, total))

    monkeypatch.setattr(services.print_run, "note_progress", note)
    return noted


def test_sixty_tickets_are_made_in_steps_with_progress_on_twenty_pages(app, forum, steps):
    register(app, forum, *(f"Guest{number:02}" for number in range(60)))
    run_id = ask(app, forum)
    assert (get(app, run_id).state, get(app, run_id).total) == (PrintState.QUEUED, 60)
    assert work(app) == 1
    assert steps == [(0, 60), (25, 60), (50, 60), (60, 60)]
    run = get(app, run_id)
    assert (run.state, run.done, run.total, run.last_error) == (PrintState.DONE, 60, 60, None)
    pages = text(app, forum, run_id)
    assert len(pages) == 20
    assert ["Guest00" in pages[0], "Guest02" in pages[0], "Guest59" in pages[19]] == [True] * 3
    assert work(app) == 0


def test_job_is_one_of_the_workers(app, forum):
    register(app, forum)
    run_id = ask(app, forum)
    assert jobs.run_all(app.app_context)
    assert get(app, run_id).state is PrintState.DONE


def test_each_ticket_is_in_its_guests_language_with_the_whole_name(app, forum):
    register(app, forum, "Ada Traoré", language="fr")
    register(app, forum, "Sam Sidibé", language="en")
    run_id = ask(app, forum, paper=TicketPaper.A6)
    work(app)
    french, english = text(app, forum, run_id)
    said = [["Ada Traoré" in french, "Billet d’entrée" in french], ["Sam Sidibé" in english, "Entry ticket" in english]]
    assert said == [[True, True]] * 2


def test_category_and_missing_address_choose(app, forum):
    with app.app_context():
        press = services.ticket_type.add(forum.event_id, TypeFacts(name=LocalizedText(fr="Presse"))).id
    register(app, forum, "Ada", email="ada@example.org")
    register(app, forum, "Bintou", ticket_type_id=press)
    register(app, forum, "Fanta", email="fanta@example.org", ticket_type_id=press)
    chosen = {"a": {}, "b": {"ticket_type_id": press}, "c": {"without_email": True}}
    runs = {name: ask(app, forum, name * 8, TicketPaper.A4, **options) for name, options in chosen.items()}
    work(app)
    found = {
        name: [guest for guest in ("Ada", "Bintou", "Fanta") if guest in " ".join(text(app, forum, run_id))]
        for name, run_id in runs.items()
    }
    assert found == {"a": ["Ada", "Bintou", "Fanta"], "b": ["Bintou", "Fanta"], "c": ["Bintou"]}


def test_same_form_sent_twice_asks_once(app, forum):
    register(app, forum)
    assert ask(app, forum) == ask(app, forum)


def test_nobody_to_print_is_refused(app, forum):
    with pytest.raises(Refused) as refused:
        ask(app, forum)
    assert refused.value.code == "print_nobody"


def test_whoever_gave_back_in_the_meantime_is_left_out(app, forum):
    gone, _kept = register(app, forum, "Ada"), register(app, forum, "Bintou")
    run_id = ask(app, forum)
    with app.app_context():
        services.attendee.cancel(queries.registration.get(gone).attendees[0].id)
    work(app)
    assert ("Ada" in text(app, forum, run_id)[0], get(app, run_id).total) == (False, 1)


def test_everybody_gone_in_the_meantime_is_a_failure_with_its_reason(app, forum):
    gone = register(app, forum, "Ada")
    run_id = ask(app, forum)
    with app.app_context():
        services.attendee.cancel(queries.registration.get(gone).attendees[0].id)
    work(app)
    run = get(app, run_id)
    assert (run.state, run.last_error) == (
        PrintState.FAILED,
        "Nobody has such a ticket, so there is nothing to print.",
    )


def test_failure_is_told_and_tried_again_when_asked(app, forum, monkeypatch, caplog):
    register(app, forum)
    run_id = ask(app, forum)
    with monkeypatch.context() as broken:
        broken.setitem(print_runs.MAKERS, PrintKind.TICKETS, lambda *_facts: 1 / 0)
        work(app)
    assert (get(app, run_id).state, get(app, run_id).last_error) == (PrintState.FAILED, print_runs.OUR_FAULT)
    assert "ZeroDivisionError" in caplog.text
    assert work(app) == 0
    with app.app_context():
        services.print_run.retry(forum.event_id, run_id, by=None)
    work(app)
    assert (get(app, run_id).state, get(app, run_id).last_error) == (PrintState.DONE, None)


def test_two_workers_never_make_the_same_run(app, forum):
    register(app, forum, *(f"Guest{number}" for number in range(30)))
    runs = [ask(app, forum, f"form-{number}") for number in range(4)]
    together = threading.Barrier(2)
    made = []
    whole = ticket_sheets.make

    def worker():
        together.wait()
        work(app)

    def make(context, claim, tell):
        made.append(claim.run_id)
        return whole(context, claim, tell)

    with pytest.MonkeyPatch.context() as counting:
        counting.setitem(print_runs.MAKERS, PrintKind.TICKETS, make)
        threads = [threading.Thread(target=worker) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(made) == runs
    assert [get(app, run_id).state for run_id in runs] == [PrintState.DONE] * 4


def test_run_of_a_dead_worker_is_taken_up_after_its_lease(app, forum, time):
    register(app, forum, "Ada")
    run_id = ask(app, forum)
    with app.app_context():
        dead = services.print_run.claim()
        services.print_run.note_progress(dead, 0, 1)
    time.forward(rules.LEASE - timedelta(seconds=1))
    assert work(app) == 0
    time.forward(timedelta(seconds=1))
    assert work(app) == 1
    assert (get(app, run_id).state, get(app, run_id).attempts) == (PrintState.DONE, 2)


def test_worker_that_says_how_far_it_is_keeps_its_run(app, forum, time):
    register(app, forum, "Ada")
    ask(app, forum)
    with app.app_context():
        claim = services.print_run.claim()
        for _ in range(3):
            time.forward(rules.LEASE - timedelta(seconds=1))
            services.print_run.note_progress(claim, 0, 1)
            assert services.print_run.claim() is None


def test_late_word_of_a_worker_that_lost_its_run_changes_nothing(app, forum, time):
    register(app, forum, "Ada")
    run_id = ask(app, forum)
    with app.app_context():
        slow = services.print_run.claim()
        time.forward(rules.LEASE)
        quick = services.print_run.claim()
        words = (
            lambda: services.print_run.note_progress(slow, 1, 1),
            lambda: services.print_run.finish(slow, b"%PDF slow"),
            lambda: services.print_run.note_failed(slow, "slow"),
            lambda: services.print_run.release(slow),
        )
        for word in words:
            with pytest.raises(Lost):
                word()
        services.print_run.finish(quick, b"%PDF quick")
    assert (get(app, run_id).state, count_files(app)) == (PrintState.DONE, 1)


def test_run_that_ends_every_worker_is_given_up_until_somebody_asks_again(app, forum, time):
    register(app, forum, "Ada")
    run_id = ask(app, forum)
    with app.app_context():
        for _ in range(rules.MOST_ATTEMPTS):
            late = services.print_run.claim()
            time.forward(rules.LEASE)
        assert services.print_run.claim() is None
    assert (get(app, run_id).state, get(app, run_id).last_error) == (
        PrintState.FAILED,
        services.print_run.WORKER_ENDED,
    )
    with app.app_context():
        services.print_run.retry(forum.event_id, run_id, by=None)
        assert services.print_run.claim().attempt not in range(late.attempt + 1), "no late word can be meant for it"


def test_worker_that_stops_gives_its_run_back(app, forum):
    register(app, forum, *(f"Guest{number}" for number in range(30)))
    run_id = ask(app, forum)
    stop = threading.Event()
    whole = services.print_run.note_progress

    def note(claim, done, total):
        whole(claim, done, total)
        stop.set()

    with pytest.MonkeyPatch.context() as stopping:
        stopping.setattr(services.print_run, "note_progress", note)
        work(app, stop)
    assert (get(app, run_id).state, get(app, run_id).done) == (PrintState.QUEUED, 0)
    work(app)
    assert get(app, run_id).state is PrintState.DONE


def test_file_is_thrown_away_after_three_days_and_can_be_made_again(app, forum, time):
    register(app, forum, "Ada")
    run_id = ask(app, forum)
    work(app)
    time.forward(timedelta(days=3) - timedelta(seconds=1))
    assert work(app) == 0
    time.forward(timedelta(seconds=1))
    assert work(app) == 1
    assert (get(app, run_id).state, get(app, run_id).sha256, count_files(app)) == (PrintState.DONE, None, 0)
    with app.app_context(), pytest.raises(NotFound):
        queries.print_run.get_file(forum.event_id, run_id)
    with app.app_context():
        services.print_run.retry(forum.event_id, run_id, by=None)
    work(app)
    assert count_files(app) == 1


def test_throwing_away_is_at_once_and_twice_changes_nothing(app, forum):
    register(app, forum, "Ada")
    run_id = ask(app, forum)
    work(app)
    for _ in range(2):
        with app.app_context():
            services.print_run.discard(forum.event_id, run_id, by=None)
        assert count_files(app) == 0


def test_run_that_is_stopped_while_it_is_made_leaves_nothing(app, forum, monkeypatch):
    register(app, forum, "Ada")
    run_id = ask(app, forum)
    whole = services.print_run.note_progress

    def note(claim, done, total):
        services.print_run.discard(forum.event_id, run_id, by=None)
        whole(claim, done, total)

    monkeypatch.setattr(services.print_run, "note_progress", note)
    work(app)
    assert (get(app, run_id).state, count_files(app)) == (PrintState.DONE, 0)


def test_erasing_somebody_throws_files_away_and_begins_what_is_being_made_anew(app, forum, monkeypatch):
    gone = register(app, forum, "Ada Traoré")
    register(app, forum, "Bintou")
    ready = ask(app, forum)
    work(app)
    making = ask(app, forum, "form-2")
    whole = ticket_sheets.make

    def make(context, claim, tell):
        content = whole(context, claim, tell)
        if claim.attempt == 1:
            with context():
                services.erasure.erase_all(gone)
        return content

    monkeypatch.setitem(print_runs.MAKERS, PrintKind.TICKETS, make)
    work(app)
    assert get(app, ready).sha256 is None
    assert get(app, making).attempts == 2
    assert "Ada" not in " ".join(text(app, forum, making))
    assert count_files(app) == 1


def test_run_of_another_event_is_not_found(app, forum):
    register(app, forum, "Ada")
    run_id = ask(app, forum)
    with app.app_context():
        elsewhere = people.stage("elsewhere", "max").event_id
        for change in (services.print_run.discard, services.print_run.retry):
            with pytest.raises(NotFound):
                change(elsewhere, run_id, by=None)
