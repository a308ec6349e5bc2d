"""The programme as a file at the desk: looked at before anything is stored, imported once, and given out."""

import io
import json
import re

import openpyxl
import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from eventapp import queries, services
from eventapp.formats import schedule_file
from eventapp.language import LocalizedText
from eventapp.services.programme import SessionFacts
from eventapp.web import schedules as files
from eventapp.web.organizer import upload
from tests import people
from tests.schedules import GUID, PRETALX, REAL, as_json, as_xml, calendar, event, needs_real
from tests.web import world

IMPORT = "/organize/forum/programme/import"
EXPORT = "/organize/forum/programme/export"
TABLE = "Titre;Date;Horaire;Salle\nOuverture;18/12/2026;9h-10h;Salle A\nClôture;18/12/2026;16h-17h;\n".encode()


@pytest.fixture
def forum(app, at_noon, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.app_context():
        return people.stage()


@pytest.fixture
def olga(app, forum):
    client = people.sign_in(app, "olga")
    client.get("/organize/", query_string={"lang": "en"})
    return client


def send(client, content, name="programme.csv", **more):
    # Encoded here: the client would put a large body into a file that it leaves open.
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(content), name), "texts": "", **more})
    return client.post(IMPORT, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def look(client, content, **more):
    """The page before the import; its address is the one that the upload leads to."""
    answer = send(client, content, **more)
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["Location"])


def hidden(answer):
    return dict(re.findall(r'<input id="[^"]+" name="(\w+)" type="hidden" value="([^"]*)">', answer.text))


def confirm(client, answer, **more):
    return client.post(f"{IMPORT}/look", data={**hidden(answer), **more})


def titles(app, forum):
    with app.app_context():
        return [str(session.title) for session in queries.programme.list_sessions(forum.event_id)]


# In


def test_file_is_looked_at_before_anything_is_stored_and_then_imported(app, olga, forum):
    with app.app_context():
        services.programme.add_session(forum.event_id, SessionFacts(title=LocalizedText(fr="À nous")))
        services.programme.add_session(forum.event_id, SessionFacts(title=LocalizedText(fr="Clôture")))
    answer = look(olga, TABLE)
    assert answer.status_code == 200
    text = answer.text
    assert text.index("Sessions that change") < text.index("Clôture") < text.index("New sessions")
    assert text.index("New sessions") < text.index("Ouverture") < text.index("Not in the file") < text.index("À nous")
    assert "Start: – → <b>18 Dec, 16:00</b>" in text
    assert titles(app, forum) == ["À nous", "Clôture"]
    done = confirm(olga, answer)
    assert done.status_code == 303
    assert titles(app, forum) == ["Ouverture", "Clôture", "À nous"]
    told = olga.get(done.headers["Location"])
    assert re.findall(r"<tr><th scope=\"row\">(\w+)</th><td>(\d+)</td><td>(\d+)</td>", told.text)[:2] == [
        ("Sessions", "1", "1"),
        ("Rooms", "1", "0"),
    ]
    assert re.findall(r"/organize/forum/programme/\d+\">(?:<span[^>]+>)?([^<]+)<", told.text) == [
        "Ouverture",
        "Clôture",
    ]


def test_import_that_is_sent_twice_is_one(app, olga, forum):
    answer = look(olga, TABLE)
    first = confirm(olga, answer)
    with app.app_context():
        for session in queries.programme.list_sessions(forum.event_id):
            services.programme.delete_session(forum.event_id, session.id)
    second = confirm(olga, answer)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert titles(app, forum) == []


def test_programme_that_changed_meanwhile_is_looked_at_again(app, olga, forum):
    answer = look(olga, TABLE)
    with app.app_context():
        facts = SessionFacts(title=LocalizedText(fr="Ouverture"))
        services.programme.add_session(forum.event_id, facts)
    again = confirm(olga, answer)
    assert again.status_code == 422
    assert "Somebody has changed the programme since you looked." in again.text
    assert "Sessions that change" in again.text
    assert titles(app, forum) == ["Ouverture"]
    assert confirm(olga, again).status_code == 303
    assert titles(app, forum) == ["Ouverture", "Clôture"]


def test_what_is_wrong_is_told_row_by_row_and_nothing_can_be_imported(app, olga, forum):
    bad = "Titre;Début;Genre\nOuverture;tard;fête\n;2026-12-18 09:00;\nClôture;05/06/2026 9h00;\n".encode()
    answer = look(olga, bad)
    assert "3 things stand in the way" in answer.text
    found = re.findall(r"<th scope=\"row\">([^<]+)</th><td>([^<]+)</td>", answer.text)
    assert found == [
        ("row 2, column “Début” · Ouverture", "Day or time cannot be read: tard"),
        ("row 3, column “Titre”", "There is no title."),
        (
            "row 4, column “Début” · Clôture",
            "This can be two different days: 05/06/2026 9h00. Please write it as 2026-12-18.",
        ),
    ]
    assert "This kind is not known here and was left out: fête" in answer.text
    assert "<button" not in answer.text
    refused = olga.post(f"{IMPORT}/look", data={**hidden(answer), "file": _file_of(olga, bad), "expected": "x"})
    assert (refused.status_code, titles(app, forum)) == (422, [])


def _file_of(client, content):
    return re.search("file=([0-9a-f]{64})", send(client, content).headers["Location"])[1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Please choose a file."),
        (b"name\nAda", "This file is no schedule that can be read here."),
        (b"PK\x03\x04", "This workbook cannot be read."),
        (b"{", "This file is broken in line 1"),
        (b"x" * (upload.MOST_BYTES + 1), "This file is too large: up to 5 MB can be sent here."),
    ],
    ids=["nothing", "no schedule", "no workbook", "broken", "large"],
)
def test_file_that_cannot_be_read_is_refused_in_a_sentence(app, olga, forum, content, sentence):
    answer = send(olga, content)
    assert answer.status_code == 422
    assert sentence in answer.text
    with app.app_context():
        before = world.everything()
    assert before["stored_file"] == []


def test_file_of_two_to_five_megabytes_is_taken(olga, forum):
    content = as_json(event(description="x")) + b" " * (4 * 1024 * 1024)
    assert send(olga, content, "schedule.json").status_code == 303


def test_body_beyond_all_measure_is_refused_as_such(olga, forum):
    assert send(olga, b"x" * (7 * 1024 * 1024)).status_code == 413


def test_form_without_a_file_says_so(olga, forum):
    assert olga.post(IMPORT, data={"texts": ""}).status_code == 422


@pytest.mark.parametrize(
    "content",
    [
        as_json(event()),
        as_xml({"guid": GUID, "title": "Opening", "date": "2026-12-18T09:00:00+00:00", "duration": "00:30"}),
        json.dumps(PRETALX).encode(),
        calendar("UID:1\nSUMMARY:Opening\nDTSTART:20261218T090000Z"),
        "Titre\tSalle\nOuverture\tA\n".encode("utf-16"),
    ],
    ids=["json", "xml", "pretalx", "ics", "utf-16"],
)
def test_every_format_is_taken(app, olga, forum, content):
    assert confirm(olga, look(olga, content)).status_code == 303
    assert len(titles(app, forum)) == 1


def test_language_of_the_texts_is_kept_until_the_import(app, olga, forum):
    confirm(olga, look(olga, as_json(event()), texts="fr"))
    with app.app_context():
        (session,) = queries.programme.list_sessions(forum.event_id)
    assert session.title == {"fr": "Opening"}


@pytest.mark.parametrize("address", ["", "?file=", "?file=" + "0" * 64, "?file=%00", "?file=x&texts=%00"])
def test_file_that_is_not_kept_is_to_be_chosen_again(olga, forum, address):
    answer = olga.get(f"{IMPORT}/look{address}")
    assert (answer.status_code, answer.headers["Location"]) == (303, IMPORT)


def test_file_of_another_event_is_not_kept_for_this_one(app, olga, forum):
    with app.app_context():
        people.stage("elsewhere", "max")
    max_ = people.sign_in(app, "max")
    sent = max_.post("/organize/elsewhere/programme/import", data={"file": (io.BytesIO(TABLE), "p.csv"), "texts": ""})
    address = sent.headers["Location"].replace("elsewhere", "forum")
    assert olga.get(address).status_code == 303


@pytest.mark.parametrize("address", ["", "?form=", "?form=never-was-one", "?form=%00"])
def test_result_of_no_import_leads_to_the_programme(olga, forum, address):
    assert olga.get(f"{IMPORT}/done{address}").headers["Location"] == "/organize/forum/programme"


def test_files_that_wait_for_more_than_a_day_are_dropped_by_the_next(app, olga, forum, monkeypatch):
    send(olga, TABLE)
    monkeypatch.setattr(services.stored_file, "KEPT_FOR", -services.stored_file.KEPT_FOR)
    send(olga, as_json(event()))
    with app.app_context():
        kept = world.everything()["stored_file"]
    assert [len(row) > 0 for row in kept] == [True]


def test_upload_that_is_sent_again_is_kept_once(app, olga, forum):
    assert send(olga, TABLE).headers["Location"] == send(olga, TABLE).headers["Location"]
    with app.app_context():
        assert len(world.everything()["stored_file"]) == 1


@needs_real
@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("sps2025.frab.json", 22),
        ("tuebix2025.frab.json", 56),
        ("pyconfr2025.pretalx-api.json", 75),
        ("fosdem2012.pentabarf.xml", 442),
        ("36c3-stages.frab.xml", 498),
        ("39c3-everything.frab.json", 895),
        ("fosdem2026.frab.xml", 883),
    ],
)
def test_real_schedule_is_imported_at_the_desk(app, olga, forum, name, count):
    answer = look(olga, (REAL / name).read_bytes())
    assert f'<tr><th scope="row">Sessions</th><td>{count}</td><td>0</td>' in answer.text
    assert len(answer.data) < 120_000
    assert confirm(olga, answer).status_code == 303
    assert len(titles(app, forum)) == count
    again = look(olga, (REAL / name).read_bytes())
    assert '<tr><th scope="row">Sessions</th><td>0</td><td>0</td>' in again.text


@needs_real
def test_real_calendar_that_is_broken_is_refused_with_the_reason(olga, forum):
    answer = send(olga, (REAL / "moca24-malformed.ics").read_bytes())
    assert (answer.status_code, "67 entries have the same UID" in answer.text) == (422, True)


# Out


@pytest.fixture
def session(app, forum):
    with app.app_context():
        facts = SessionFacts(title=LocalizedText(fr="=Ouverture", en="Opening"), starts_at=people.STARTS)
        return services.programme.add_session(forum.event_id, facts).id


@pytest.mark.parametrize("kind", files.FORMATS)
def test_programme_leaves_in_every_format(app, olga, forum, session, kind):
    answer = olga.get(f"{EXPORT}/file", query_string={"format": kind, "texts": "en"})
    assert (answer.status_code, answer.content_type) == (200, files.FORMATS[kind])
    assert answer.headers["Content-Disposition"] == f"attachment; filename=forum-programme.{kind}"
    with app.app_context():
        target = files.target(queries.event.get(forum.event_id), None)
        (read,) = schedule_file.read(answer.data, target).sessions
    assert "Opening" in read.title.values()


def test_workbook_holds_texts_and_times(olga, forum, session):
    content = olga.get(f"{EXPORT}/file", query_string={"format": "xlsx"}).data
    head, row = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    cells = dict(zip(head, row, strict=True))
    assert (cells["title_fr"], str(cells["starts_at"])) == ("=Ouverture", "2026-12-18 09:00:00")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_template_is_given_in_the_readers_language_and_read_back_when_filled_in(app, olga, forum, kind, lang):
    answer = olga.get(f"{IMPORT}/template", query_string={"format": kind, "lang": lang})
    assert answer.content_type == files.FORMATS[kind]
    assert send(olga, answer.data).status_code == 422  # the example alone is no programme
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        sheet = book.worksheets[0]
        choices = sheet.data_validations.dataValidation[0].formula1.strip('"').split(",")
        for number, kind_word in enumerate(choices, 3):
            for cell in sheet[2]:
                sheet.cell(number, cell.column, cell.value)
            sheet.cell(number, 1).value = None
            sheet.cell(number, 6, kind_word)
            sheet.cell(number, 7, f"Titre {number}")
        out = io.BytesIO()
        book.save(out)
        with app.app_context():
            schedule = schedule_file.read(out.getvalue(), files.target(queries.event.get(forum.event_id), None))
        assert schedule.problems == []
        assert len({session.kind for session in schedule.sessions}) == len(choices) == 5


def test_page_says_that_files_are_those_of_the_desk_and_names_public_addresses_once_released(app, olga, forum):
    text = olga.get(EXPORT, query_string={"lang": "en"}).text
    assert "as it stands here at the desk now" in text
    with app.app_context():
        is_released = queries.event.get(forum.event_id).programme_released_at is not None
    assert ("/e/forum/programme.json" in text) is is_released


def test_programme_page_names_its_files_for_programs(app, client, forum, session):
    with app.app_context():
        services.release.release(forum.event_id)
    text = client.get("/e/forum/programme").text
    assert 'href="/e/forum/programme.json"' in text
    assert 'href="/e/forum/programme.xml"' in text
