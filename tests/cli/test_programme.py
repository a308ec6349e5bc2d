"""``eventapp export programme`` and ``eventapp import programme``."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from icalendar import Calendar

from eventapp import queries, services
from eventapp.language import LocalizedText
from eventapp.services.programme import SessionFacts
from tests import people
from tests.schedules import GUID, OTHER_GUID, REAL, as_json, event, needs_real


@pytest.fixture
def forum(app, at_noon):
    """An event, whose id this is, with one session in two languages and one that has no time."""
    with app.app_context():
        event_id = people.stage(published=False).event_id
        room = services.programme.add_room(event_id, LocalizedText(fr="Salle A", en="Room A"))
        facts = SessionFacts(
            title=LocalizedText(fr="=Ouverture", en="Opening"),
            starts_at=people.STARTS,
            ends_at=people.ENDS,
            room_id=room.id,
            parts=(services.programme.Part(people.speaker(event_id)),),
        )
        services.programme.add_session(event_id, facts)
        services.programme.add_session(event_id, SessionFacts(title=LocalizedText(fr="Un jour")))
        return event_id


@pytest.fixture
def file(tmp_path):
    def write(content, name="schedule"):
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return write


def sessions(app, event_id):
    with app.app_context():
        return [dict(session.title) for session in queries.programme.list_sessions(event_id)]


def exported(run, *arguments):
    result = run("export", "programme", "forum", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout_bytes


# Out


def test_export_is_json_in_the_events_first_language(run, forum):
    (day,) = json.loads(exported(run))["schedule"]["conference"]["days"]
    assert [session["title"] for session in day["rooms"]["Salle A"]] == ["=Ouverture"]


def test_export_speaks_the_language_that_was_asked_for(run, forum):
    (day,) = json.loads(exported(run, "--lang", "en"))["schedule"]["conference"]["days"]
    assert [session["title"] for session in day["rooms"]["Room A"]] == ["Opening"]


def test_export_as_xml(run, forum):
    root = ElementTree.fromstring(exported(run, "--format", "xml", "--lang", "en"))
    assert [e.text for e in root.findall("day/room/event/title")] == ["Opening"]


def test_export_as_a_calendar_names_rooms_in_the_language(run, forum):
    (entry,) = Calendar.from_ical(exported(run, "--format", "ics", "--lang", "en")).walk("VEVENT")
    assert (str(entry["SUMMARY"]), str(entry["LOCATION"])) == ("Opening", "Room A")


def test_calendar_of_a_public_programme_has_the_public_addresses(run, app, forum):
    with app.app_context():
        services.event.publish(forum)
    (entry,) = Calendar.from_ical(exported(run, "--format", "ics")).walk("VEVENT")
    assert str(entry["URL"]) == "http://127.0.0.1:8000/e/forum/sessions/ouverture"


def test_export_as_a_table_has_a_row_for_each_session_and_titles_in_each_language(run, forum):
    text = exported(run, "--format", "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["title_fr"], row["title_en"], row["starts_at"], row["room"], row["speakers"]) for row in rows] == [
        ("'=Ouverture", "Opening", "2026-12-18T09:00:00+00:00", "Salle A", "Sam Sidibé"),
        ("Un jour", "", "", "", ""),
    ]


@pytest.mark.parametrize(
    ("name", "begin"), [("p.xml", b"<?xml"), ("p.ics", b"BEGIN"), ("p.csv", b"\xef"), ("p.xlsx", b"PK"), ("p", b"{")]
)
def test_export_into_a_file_takes_the_format_from_its_name(run, forum, tmp_path, name, begin):
    path = tmp_path / name
    assert exported(run, "-o", str(path)) == b""
    assert path.read_bytes().startswith(begin)


def test_export_of_no_event_is_refused(run, app):
    result = run("export", "programme", "forum")
    assert (result.exit_code, result.stderr) == (1, "Error: There is no event forum.\n")


def test_export_without_a_time_is_refused(run, app):
    with app.app_context():
        people.stage()
    result = run("export", "programme", "forum")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: No session of this programme has a time yet.\n"


# In


def test_import_tells_what_it_did(run, app, forum, file):
    result = run("import", "programme", "forum", file(as_json(event(language="de, en"))))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "             added  changed  unchanged  left alone",
        "sessions         1        0          0           2",
        "rooms            1        0          0           1",
        "topics           1        0          0           0",
        "speakers         0        1          0           0",
        "The times of the file are those of Europe/Paris; the event shows them on its own clocks.",
        "Opening: Several spoken languages are named; the first was kept.",
    ]
    assert sessions(app, forum) == [{"en": "Opening"}, {"fr": "=Ouverture", "en": "Opening"}, {"fr": "Un jour"}]


def test_import_again_says_that_nothing_changed(run, forum, file):
    path = file(as_json(event()))
    run("import", "programme", "forum", path)
    lines = run("import", "programme", "forum", path).stdout.splitlines()
    assert lines[1].split() == ["sessions", "0", "0", "1", "2"]


def test_rehearsal_names_what_would_change_and_stores_nothing(run, app, forum, file):
    run("import", "programme", "forum", file(as_json(event())))
    before = sessions(app, forum)
    result = run("import", "programme", "forum", file(as_json(event(title="Start", room="Foyer"))), "--dry-run")
    assert result.stdout.splitlines()[1].split() == ["sessions", "0", "1", "0", "2"]
    assert "changed: Start (title, room)" in result.stdout.splitlines()
    assert "This was a rehearsal: nothing was stored." in result.stdout.splitlines()
    assert sessions(app, forum) == before


def test_import_in_a_language(run, app, forum, file):
    run("import", "programme", "forum", file(as_json(event())), "--lang", "fr")
    assert {"fr": "Opening"} in sessions(app, forum)


def test_import_as_json(run, forum, file):
    found = json.loads(run("import", "programme", "forum", file(as_json(event())), "--json").stdout)
    assert found["sessions"] == {"added": 1, "changed": 0, "unchanged": 0, "left_alone": 2}
    assert (found["dry_run"], found["language"]) == (False, "en")
    assert [problem["code"] for problem in found["problems"]] == ["zone_differs"]


def test_import_reads_standard_input(run, app, forum):
    assert run("import", "programme", "forum", "-", given=as_json(event())).exit_code == 0
    assert {"en": "Opening"} in sessions(app, forum)


def test_problem_of_many_sessions_is_one_line(run, forum, file):
    many = [event(guid=f"talk-{number}", title=f"Talk {number}", language="de, en") for number in range(5)]
    lines = run("import", "programme", "forum", file(as_json(*many))).stdout.splitlines()
    assert lines[-1] == "Talk 0, Talk 1, Talk 2 and 2 more: Several spoken languages are named; the first was kept."


def test_table_is_imported_and_what_is_wrong_in_it_is_told_with_its_row(run, app, forum, file):
    content = "Titre;Début;Salle\nClôture;18/12/2026 16h00;Salle A\n".encode("cp1252")
    assert run("import", "programme", "forum", file(content)).exit_code == 0
    assert {"fr": "Clôture"} in sessions(app, forum)
    wrong = file(content.replace(b"16h00", b"tard"))
    result = run("import", "programme", "forum", wrong)
    assert result.stderr.splitlines()[0] == (
        "row 2, column “Début” · Clôture: Day or time cannot be read: 18/12/2026 tard"
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_own_table_changes_nothing(run, forum, file, kind):
    content = exported(run, "--format", kind)
    lines = run("import", "programme", "forum", file(content)).stdout.splitlines()
    assert lines[1].split() == ["sessions", "0", "0", "2", "0"]


def test_import_with_an_error_stores_nothing_and_names_the_session(run, app, forum, file):
    before = sessions(app, forum)
    content = as_json(event(), event(guid=OTHER_GUID, title="Late", date="soon"), event(guid=GUID[::-1], title=""))
    result = run("import", "programme", "forum", file(content))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "Late: Day or time cannot be read: soon 09:00",
        f"{GUID[::-1]}: There is no title.",
        "Error: Nothing was imported, since some of it cannot be read (sessions: 2).",
    ]
    assert sessions(app, forum) == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"name\r\nAda", "This file is no schedule that can be read here."),
        (b"{", "This file is broken in line 1, so nothing in it can be trusted."),
        (b"<schedule></schedule>", "There is no session in this file."),
    ],
)
def test_import_of_something_else_is_refused_in_a_sentence(run, forum, file, content, sentence):
    result = run("import", "programme", "forum", file(content))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {sentence}")


def test_import_of_a_file_that_does_not_exist_is_wrong_usage(run, forum):
    assert run("import", "programme", "forum", "nowhere.json").exit_code == 2


def test_import_into_no_event_is_refused(run, app, file):
    result = run("import", "programme", "forum", file(as_json(event())))
    assert result.stderr == "Error: There is no event forum.\n"


def test_language_that_the_event_has_not_is_refused(run, app, forum, file):
    from eventapp.db import db
    from eventapp.models.event import Event

    with app.app_context():
        db.session.get_one(Event, forum).languages = ["en"]
        db.session.commit()
    path = file(as_json(event()))
    for arguments in (("export", "programme", "forum"), ("import", "programme", "forum", path)):
        result = run(*arguments, "--lang", "fr")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == "Error: This event has no texts in this language: French.\n"


@needs_real
def test_calendar_that_is_broken_is_refused_with_the_reason(run, forum):
    result = run("import", "programme", "forum", str(REAL / "moca24-malformed.ics"))
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: This calendar is broken: 67 entries have the same UID (46939), which is there to tell them apart.\n"
    )
