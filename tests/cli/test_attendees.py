"""``eventapp import attendees``, and what `export attendees` gives for it."""

import csv
import io
import json

import pytest

from eventapp import queries
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.question import EventQuestion
from eventapp.rules.vocabulary import QuestionKind
from tests import lists, people
from tests.tables import DATA


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage(capacity=3)


@pytest.fixture
def file(tmp_path):
    def write(*rows, name="list.csv"):
        path = tmp_path / name
        path.write_bytes(lists.csv(*rows))
        return str(path)

    return write


def names(app, forum):
    with app.app_context():
        rows = queries.registration.list_attendees(forum.event_id, "", None, offset=0, limit=100)
        return [row.name for row in reversed(rows)]


def test_import_tells_what_became_of_the_rows(run, app, forum, file):
    path = file(("Nom", "Tél"), ("Awa", "65012345"), ("Issa", ""), ("Awa", "65012345"), ("Ali", ""), ("Max", ""))
    result = run("import", "attendees", "forum", path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "     3 with a seat\n     1 on the waiting list\n     0 there already\n     1 left out\n"
        "line 4: has the name of line 2: Awa\n"
    )
    assert names(app, forum) == ["Awa", "Issa", "Ali", "Max"]
    assert run("import", "attendees", "forum", path).stdout.splitlines()[2:4] == [
        "     4 there already",
        "     1 left out",
    ]


@pytest.mark.parametrize(("choice", "count"), [("take", 2), ("leave", 1)])
def test_what_becomes_of_duplicates_can_be_said(run, app, forum, file, choice, count):
    path = file(("Nom",), ("Awa",), ("AWA",))
    run("import", "attendees", "forum", path, "--duplicates", choice)
    assert len(names(app, forum)) == count


def test_rehearsal_stores_nothing(run, app, forum, file):
    result = run("import", "attendees", "forum", file(("Nom",), ("Awa",)), "--dry-run")
    assert result.stdout.endswith("This was a rehearsal: nothing was stored.\n")
    assert names(app, forum) == []


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_problems_are_told_line_by_line_and_nothing_is_stored(run, app, forum, file, dry):
    path = file(("Nom", "Tél", "Sexe"), ("Awa", "6501", "F"), ("", "65012345", ""), ("Issa", "", "x y"))
    result = run("import", "attendees", "forum", path, *dry)
    assert (result.exit_code, result.stdout) == (1, "")
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "line 2, column Tél",
        "line 3",
        "line 4, column Sexe",
        "Error",
    ]
    assert result.stderr.endswith("Error: Nothing was imported: 3 problems.\n")
    assert names(app, forum) == []


def test_seats_that_are_missing_are_problems_without_a_waiting_list(run, app, forum, file):
    with app.app_context():
        queries.event.get(forum.event_id).waiting_list = False
        db.session.commit()
    result = run("import", "attendees", "forum", file(("Nom",), *((f"Personne {n}",) for n in range(4))))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "line 5: There is no seat for this row, and this event has no waiting list.\n"
        "Error: Nothing was imported: 1 problem.\n"
    )
    assert names(app, forum) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There is nobody in this list."),
        (b"%PDF-1.7", "This file holds no list."),
        (b"Ville\nKayes\n", "Please say which column holds the names."),
    ],
)
def test_file_that_is_no_list_is_refused_in_a_sentence(run, forum, tmp_path, content, sentence):
    (tmp_path / "x.xlsx").write_bytes(content)
    result = run("import", "attendees", "forum", str(tmp_path / "x.xlsx"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {sentence}")


def test_import_for_a_program(run, forum, file):
    result = run("import", "attendees", "forum", file(("Nom",), ("Awa",), ("AWA",)), "--json")
    assert json.loads(result.stdout) == {
        "dry_run": False,
        "seated": 2,
        "waiting": 0,
        "there": 0,
        "left_out": 0,
        "duplicates": [{"row": 3, "of_row": 2, "of_registration": None}],
    }


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_whole_table_of_names_goes_round(run, app, forum, tmp_path, kind):
    path = tmp_path / f"out.{kind}"
    run("import", "attendees", "forum", str(DATA / "names.csv"))
    first = names(app, forum)
    run("export", "attendees", "forum", "-o", str(path))
    again = run("import", "attendees", "forum", str(path))
    assert again.stdout.splitlines()[:4] == [
        "     0 with a seat",
        "     0 on the waiting list",
        f"{len(first):>6} there already",
        "     0 left out",
    ]
    assert names(app, forum) == first


def test_sensitive_answers_are_exported_only_if_wanted(run, app, forum, file):
    with app.app_context():
        for label, is_sensitive in (("Repas", False), ("Santé", True)):
            question = EventQuestion(
                event_id=forum.event_id,
                kind=QuestionKind.SHORT_TEXT,
                label=LocalizedText(fr=label),
                is_sensitive=is_sensitive,
            )
            db.session.add(question)
        db.session.commit()
    run("import", "attendees", "forum", file(("Nom", "Besoins", "Repas", "Santé"), ("Awa", "Rampe", "Riz", "bonne")))
    plain, whole = (
        next(csv.DictReader(io.StringIO(run("export", "attendees", "forum", *more).stdout_bytes.decode("utf-8-sig"))))
        for more in ([], ["--sensitive"])
    )
    assert (plain["Repas"], "Santé" in plain, "needs" in plain) == ("Riz", False, False)
    assert (whole["Repas"], whole["Santé"], whole["needs"]) == ("Riz", "bonne", "Rampe")
