"""Door lists and attendance sheets as files: whole sheets whatever the steps, parts, and who is gone."""

import io
import itertools
import threading

import pypdf
import pytest

from eventapp import queries, services
from eventapp.errors import Refused
from eventapp.jobs import paper_sheets, print_runs
from eventapp.rules.vocabulary import PrintKind
from tests import people

_numbers = itertools.count(1)


@pytest.fixture
def forum(app, time):
    with app.app_context():
        staged = people.stage(capacity=None, max_party=100)
        for first in ("A", "G"):
            people.register(staged.event_id, *(f"{first}wa {number:02}" for number in range(10)))
        return staged


def make(app, forum):
    with app.app_context():
        return services.paper_list.make(forum.event_id, form_id="list-1", by=forum.owner_id).id


def pages(app, forum, kind, list_id, **options):
    """The words of each page of a file that is asked for and made."""
    options = {"list_id": list_id, "supplement": None, "initials": None, "ticket_type_id": None} | options
    with app.app_context():
        run_id = services.print_run.ask(
            forum.event_id, kind, options, language="fr", form_id=f"print-{next(_numbers)}", by=None
        ).id
    print_runs.work(app.app_context, threading.Event())
    with app.app_context():
        run, kept = queries.print_run.get_file(forum.event_id, run_id)
        assert run.done == run.total
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(kept.content)).pages]


def test_sheets_are_whole_whatever_is_loaded_at_once(app, forum, monkeypatch):
    monkeypatch.setattr(paper_sheets, "STEP", 1)
    list_id = make(app, forum)
    monkeypatch.setattr(paper_sheets.rules, "LINES", 5)  # loads less than a sheet at a time
    first, second = pages(app, forum, PrintKind.ATTENDANCE_SHEET, list_id)
    assert ("Liste 1 · feuille 1 sur 2" in first, "Liste 1 · feuille 2 sur 2" in second) == (True, True)
    assert [name in first for name in ("Awa 00", "Gwa 01", "Gwa 02")] == [True, True, False]
    assert "Gwa 09" in second
    assert "Signature, matin (9 h 00) Signature, après-midi (13 h 00)" in first.replace("\u00a0", " ")


def test_supplement_and_letters_are_printed_alone(app, forum):
    list_id = make(app, forum)
    with app.app_context():
        people.register(forum.event_id, "Zoé")
        services.paper_list.add_supplement(forum.event_id, list_id, form_id="more", by=None)
    [page] = pages(app, forum, PrintKind.DOOR_LIST, list_id, supplement=1)
    assert ("21 Zoé" in page, "Awa" in page, "Supplément 1" in page) == (True, False, True)
    [page] = pages(app, forum, PrintKind.ATTENDANCE_SHEET, list_id, supplement=1)
    assert "feuille 3 sur 3" in page
    [page] = pages(app, forum, PrintKind.DOOR_LIST, list_id, initials="g-m")
    assert ("Gwa 00" in page, "Awa" in page) == (True, False)
    options = {"list_id": list_id, "initials": "n-s"}
    with app.app_context(), pytest.raises(Refused, match="print_nobody"):
        services.print_run.ask(forum.event_id, PrintKind.DOOR_LIST, options, language="fr", form_id="none", by=None)


def test_later_print_strikes_who_is_gone_and_blanks_who_is_erased(app, forum):
    list_id = make(app, forum)
    with app.app_context():
        [one, other] = [queries.paper_list.list_lines(list_id, [number])[0].attendee.id for number in (1, 2)]
        services.attendee.cancel(one)
        services.erasure.erase(other)
    [page] = pages(app, forum, PrintKind.DOOR_LIST, list_id)
    assert "1 Awa 00 annulé" in page
    assert "2 (effacé)" in page
    assert "Awa 01" not in page
