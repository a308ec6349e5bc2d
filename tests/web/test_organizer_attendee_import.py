"""Lists of people at the desk: looked at, columns named, duplicates decided on, imported once; and given out."""

import csv
import io
import re

import openpyxl
import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from eventapp import queries, services
from eventapp.db import db
from eventapp.models.stored_file import StoredFile
from eventapp.rules.vocabulary import Role
from tests import lists, people
from tests.tables import DATA
from tests.web.world import Statements

IMPORT = "/organize/forum/registrations/import"
NAMES = (DATA / "names.csv").read_bytes()


@pytest.fixture
def forum(app, at_noon, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.app_context():
        return people.stage(capacity=100)


@pytest.fixture
def olga(app, forum):
    client = people.sign_in(app, "olga")
    client.get("/organize/", query_string={"lang": "en"})
    return client


def send(client, content, name="list.csv"):
    # Encoded here: the client would put a large body into a file that it leaves open.
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(content), name)})
    return client.post(IMPORT, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def look(client, content):
    """The page before the import; its address is the one that the upload leads to."""
    answer = send(client, content)
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["Location"])


def hidden(answer):
    return dict(re.findall(r'<input id="[^"]+" name="(\w+)" type="hidden" value="([^"]*)">', answer.text))


def ticked(answer):
    return re.findall(r'name="taken" value="(\d+)" checked', answer.text)


def figures(answer):
    return re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", answer.text)


def confirm(client, answer, **more):
    return client.post(f"{IMPORT}/look", data={**hidden(answer), "taken": ticked(answer), **more})


def everybody(app, forum):
    with app.app_context():
        rows = queries.registration.list_attendees(forum.event_id, "", None, offset=0, limit=1000)
        return [row.name for row in reversed(rows)]


def test_list_is_looked_at_before_anything_is_stored_and_then_imported(app, olga, forum):
    with app.app_context():
        services.event.set_places(forum.event_id, capacity=2, max_party=1)
    answer = look(olga, lists.csv(("Nom", "Mail"), ("Awa", "awa@example.org"), ("Issa", ""), ("Ali", "")))
    assert figures(answer) == [
        ("get a seat", "2"),
        ("go to the waiting list", "1"),
        ("are there already", "0"),
        ("are left out", "0"),
    ]
    assert everybody(app, forum) == []
    done = confirm(olga, answer)
    assert done.status_code == 303
    told = olga.get(done.headers["Location"])
    assert figures(told)[:2] == [("have a seat", "2"), ("are on the waiting list", "1")]
    assert "No message was sent." in told.text
    assert everybody(app, forum) == ["Awa", "Issa", "Ali"]


def test_import_that_is_sent_twice_is_one_and_its_file_is_dropped(app, olga, forum):
    answer = look(olga, lists.csv(("Nom",), ("Awa",)))
    first, second = confirm(olga, answer), confirm(olga, answer)
    assert first.headers["Location"] == second.headers["Location"]
    assert everybody(app, forum) == ["Awa"]
    with app.app_context():
        assert list(db.session.scalars(select(StoredFile.sha256))) == []


def test_mail_is_sent_if_it_is_ticked(app, olga, forum):
    answer = look(olga, lists.csv(("Nom", "Mail"), ("Awa", "awa@example.org"), ("Issa", "")))
    assert "1 by mail" in answer.text
    told = olga.get(confirm(olga, answer, mail="y").headers["Location"])
    assert "1 message is on its way." in told.text
    with app.app_context():
        assert queries.delivery.count_by_state(forum.event_id) == {"queued": 1}


@pytest.mark.parametrize(
    ("lang", "problem", "rows"),
    [
        (
            "en",
            "2 things stand in the way",
            [
                ("row 2, column “Téléphone”", "This number has too many or too few digits."),
                ("row 3", "Please write the name, as it should stand on the ticket."),
            ],
        ),
        (
            "fr",
            "2 obstacles",
            [
                ("ligne 2, colonne «\u00a0Téléphone\u00a0»", "Ce numéro a"),
                ("ligne 3", "Écrivez le nom"),
            ],
        ),
    ],
)
def test_what_is_wrong_is_told_row_by_row_and_nothing_can_be_imported(app, olga, forum, lang, problem, rows):
    olga.get("/organize/", query_string={"lang": lang})
    answer = look(olga, lists.csv(("Nom", "Téléphone"), ("Awa", "6501"), ("", "65012345")))
    found = re.findall(r"<th scope=\"row\">([^<]+)</th><td>([^<]+)</td>", answer.text)
    assert [place for place, _sentence in found] == [place for place, _sentence in rows]
    assert all(said.startswith(start) for (_, said), (_, start) in zip(found, rows, strict=True)), found
    assert 'name="form_id"' not in answer.text
    refused = olga.post(f"{IMPORT}/look", data={"file": re.search(r'name="file" value="([0-9a-f]+)"', answer.text)[1]})
    assert (refused.status_code, everybody(app, forum)) == (200, [])


def test_columns_can_be_named_and_are_remembered(app, olga, forum):
    answer = look(olga, lists.csv(("Qui", "Où"), ("Awa", "Kayes")))
    assert "Please say which column holds the names." in answer.text
    sent = re.search(r'name="file" value="([0-9a-f]+)"', answer.text)[1]
    said = {"file": sent, "column-0": "name", "column-1": "region"}
    again = olga.get(olga.post(f"{IMPORT}/columns", data=said).headers["Location"])
    assert figures(again)[0] == ("get a seat", "1")
    confirm(olga, again)
    next_time = look(olga, lists.csv(("QUI", "ou"), ("Issa", "Gao")))
    assert '<option value="region" selected>' in next_time.text
    assert figures(next_time)[0] == ("get a seat", "1")


def test_columns_that_make_no_sense_are_passed_over(app, olga, forum):
    answer = look(olga, lists.csv(("Qui",), ("Awa",)))
    sent = re.search(r'name="file" value="([0-9a-f]+)"', answer.text)[1]
    olga.post(f"{IMPORT}/columns", data={"file": sent, "column-0": "password", "column-9": "name"})
    with app.app_context():
        assert queries.attendee_import.remembered(forum.event_id) == {}


def test_duplicates_are_shown_and_decided_on(app, olga, forum):
    with app.app_context():
        people.register(forum.event_id, "Hawa Tarawele")
    rows = (("Nom", "Tél"), ("Awa Traoré", ""), ("Issa Koné", "65012345"), ("KONE Issa", "65012345"))
    answer = look(olga, lists.csv(*rows))
    assert "2 possible duplicates" in answer.text
    assert ticked(answer) == ["2"]
    assert "registered already" in answer.text
    assert "with the same e-mail address or phone" in answer.text
    confirm(olga, answer, taken=["4"])
    assert everybody(app, forum) == ["Hawa Tarawele", "Issa Koné", "KONE Issa"]


def test_list_that_would_do_something_else_by_now_is_looked_at_again(app, olga, forum):
    answer = look(olga, lists.csv(("Nom", "Tél"), ("Awa", "65012345"), ("Issa", "")))
    with app.app_context():
        lists.take_in(forum.event_id, lists.csv(("Nom", "Tél"), ("AWA", "65012345")))
    again = confirm(olga, answer)
    assert again.status_code == 422
    assert "Something has changed since you looked." in again.text
    assert figures(again)[2] == ("are there already", "1")
    assert confirm(olga, again).status_code == 303
    assert everybody(app, forum) == ["AWA", "Issa"]


def test_seats_that_are_missing_stand_in_the_way_without_a_waiting_list(app, olga, forum):
    with app.app_context():
        event = queries.event.get(forum.event_id)
        event.capacity, event.waiting_list = 1, False
        db.session.commit()
    answer = look(olga, lists.csv(("Nom",), ("Awa",), ("Issa",)))
    assert ("find no seat", "1") in figures(answer)
    assert "There is no seat for this row" in answer.text
    refused = confirm(olga, answer)
    assert (refused.status_code, everybody(app, forum)) == (422, [])
    assert "Nothing was imported: there are no seats for 1 rows" in refused.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Please choose a file."),
        (b"%PDF-1.7", "This file holds no list."),
        (b"PK\x03\x04 no workbook", "This workbook cannot be read."),
        (b"Nom\n", "There is nobody in this list."),
        (b"Nom\n" + b"A" * (5 * 1024 * 1024), "This file is too large"),
    ],
)
def test_file_that_cannot_be_read_is_refused_beside_its_field(olga, forum, content, sentence):
    answer = send(olga, content, "list.xlsx")
    assert answer.status_code == 422
    assert re.search(rf'<p class="wrong" id="file-wrong">{re.escape(sentence)}', answer.text)


def test_file_of_another_event_or_of_nobody_is_not_shown(app, olga, forum):
    with app.app_context():
        elsewhere = people.stage("elsewhere", "max").event_id
        theirs = services.attendee_import.keep_upload(elsewhere, b"Nom\nMax\n")
        programme = services.schedule.keep_upload(forum.event_id, b"Titre\nOuverture\n")
    for sha256 in (theirs, programme, "0" * 64, "x", ""):
        for answer in (
            olga.get(f"{IMPORT}/look", query_string={"file": sha256}),
            olga.post(f"{IMPORT}/look", data={"file": sha256}),
            olga.post(f"{IMPORT}/columns", data={"file": sha256}),
        ):
            assert (answer.status_code, answer.headers["Location"]) == (303, IMPORT)


def test_every_name_of_the_table_is_shown_as_text(app, olga, forum):
    answer = look(olga, NAMES)
    assert answer.status_code == 200
    confirm(olga, answer)
    page = olga.get("/organize/forum/registrations").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7*7 }} ${7*7}" in page
    assert "<script>alert" not in page


def test_list_of_thousands_is_looked_at_with_the_queries_of_a_short_one(app, olga, forum):
    counted = []
    for size in (1, 400):
        address = send(olga, lists.csv(("Nom",), *((f"Personne {n}",) for n in range(size)))).headers["Location"]
        olga.get(address)
        with Statements(app) as statements:
            assert olga.get(address).status_code == 200
        counted.append(statements.count)
    assert counted[0] == counted[1]


def test_halves_of_signs_and_nul_bytes_in_a_workbook_do_no_harm(app, olga, forum):
    head = ["Nom", "Sexe", "Repas_xD800__x0000_"]
    answer = look(olga, lists.workbook(head, ["A_xD800_wa_x0000_", "F", "_xDFFF_"], ["Issa", "_xD800_?", ""]))
    assert "“?” is none of the answers" in answer.text
    answer = look(olga, lists.workbook(head, ["A_xD800_wa_x0000_", "F", "_xDFFF_"]))
    assert olga.post(f"{IMPORT}/columns", data={**hidden(answer), "column-2": "needs"}).status_code == 303
    confirm(olga, answer)
    assert everybody(app, forum) == ["Awa"]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_template_that_is_filled_in_comes_back(app, olga, forum, kind, lang):
    olga.get("/organize/", query_string={"lang": lang})
    answer = olga.get(f"{IMPORT}/template", query_string={"format": kind})
    assert answer.headers["Content-Disposition"].endswith(f".{kind}")
    if kind == "csv":
        content = answer.data + b"Awa,awa@example.org\r\n"
    else:
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        book.worksheets[0]["A2"], book.worksheets[0]["B2"] = "Awa", "awa@example.org"
        out = io.BytesIO()
        book.save(out)
        content = out.getvalue()
    confirm(olga, look(olga, content))
    assert everybody(app, forum) == ["Awa"]


# Out


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_registered_people_are_given_out_and_come_in_again(app, olga, forum, kind):
    confirm(olga, look(olga, NAMES))
    answer = olga.get("/organize/forum/registrations/export", query_string={"format": kind})
    assert answer.headers["Content-Disposition"] == f"attachment; filename=forum-participants.{kind}"
    assert answer.headers["Cache-Control"] == "no-store"
    count = str(len(everybody(app, forum)))
    assert figures(look(olga, answer.data))[:3] == [
        ("get a seat", "0"),
        ("go to the waiting list", "0"),
        ("are there already", count),
    ]


def test_what_is_sensitive_is_given_out_only_if_it_is_asked_for(app, olga, forum):
    confirm(olga, look(olga, lists.csv(("Nom", "Besoins"), ("Awa", "Rampe"))))
    for asked, has_needs in (("", False), ("1", True)):
        answer = olga.get("/organize/forum/registrations/export", query_string={"sensitive": asked})
        [row] = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
        assert ("needs" in row) is has_needs


def test_welcome_desk_takes_no_list_of_everybody_along(app, forum):
    with app.app_context():
        people.grant("wanda", forum.event_id, Role.WELCOME_DESK)
    desk = people.sign_in(app, "wanda")
    assert desk.get("/organize/forum/registrations/export").status_code == 403
    assert "registrations/export" not in desk.get("/organize/forum/registrations").text


# Possible duplicates


@pytest.mark.parametrize(
    ("lang", "sign", "heading"),
    [
        ("en", "the same phone", "The same name and contact"),
        ("fr", "le même téléphone", "Le même nom et le même contact"),
    ],
)
def test_people_who_may_be_one_are_listed(app, olga, forum, lang, sign, heading):
    olga.get("/organize/", query_string={"lang": lang})
    with app.app_context():
        rows = (("Nom", "Tél"), ("Issa Koné", ""), ("KONE Issa", ""), ("Awa Diarra", "65012345"))
        lists.take_in(forum.event_id, lists.csv(*rows))
        lists.take_in(forum.event_id, lists.csv(("Nom", "Tél", "Groupe"), ("Awa Jara", "65 01 23 46", "x")))
        second = queries.registration.list_attendees(forum.event_id, "Jara", None, offset=0, limit=9)[0]
        second_id = second.id
        services.contact.set_contact(second.registration_id, None, "65012345", by_account_id=None)
    text = olga.get("/organize/forum/registrations/duplicates").text
    assert heading in text
    assert sign in text
    assert text.index("Awa Jara") < text.index("KONE Issa")
    assert f"/organize/forum/attendees/{second_id}/cancel" in text


def test_place_that_was_given_back_is_no_duplicate(app, olga, forum):
    with app.app_context():
        people.register(forum.event_id, "Awa Diarra")
        second = people.register(forum.event_id, "Awa Jara")
        services.attendee.cancel(queries.registration.get(second).attendees[0].id)
    assert "There are none" in olga.get("/organize/forum/registrations/duplicates").text


def test_duplicates_of_many_are_listed_page_by_page_with_the_same_queries(app, olga, forum):
    with app.app_context():
        people.register(forum.event_id, "Ada")
        people.register(forum.event_id, "Ada")
    counted = []
    address = "/organize/forum/registrations/duplicates"
    for _ in range(2):
        olga.get(address)
        with Statements(app) as statements:
            answer = olga.get(address)
        counted.append(statements.count)
        with app.app_context():
            rows = [(f"Personne {chr(97 + n % 26)}{n}",) for n in range(30)]
            lists.take_in(forum.event_id, lists.csv(("Nom",), *rows, *rows))
    assert counted[0] == counted[1]
    assert "Page 1 of 2" in answer.text


def test_close_names_are_shown_when_nobody_is_called_exactly_like_that(app, olga, forum):
    with app.app_context():
        people.register(forum.event_id, "Awa Coulibaly")
    text = olga.get("/organize/forum/registrations", query_string={"q": "Coulibzly"}).text
    assert "Nobody is found exactly like that. These names are close to it." in text
    assert "Awa Coulibaly" in text
