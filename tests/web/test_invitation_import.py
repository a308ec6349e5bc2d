"""Lists of invitees: looked at first, with what is wrong cell by cell; then all of it, once."""

import io
import re

import openpyxl
import pytest

from eventapp import queries
from tests import people

LOOK = "/organize/forum/invitations/import"
GOOD = (
    "Civilité;Nom complet;Fonction;Organisation;E-mail;Téléphone;Langue;Places;Catégorie;"
    "Places à réserver;Réponse avant le\n"
    "Madame la Ministre;Awa Diarra;Ministre;Ministère;awa@example.org;65 01 23 45;anglais;2;;1;10/12/2026\n"
    ";;;Association Jeunesse;;;;3;;2;2026-12-10 18:00\n"
)


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage(capacity=4)


@pytest.fixture
def desk(app, forum, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    return people.sign_in(app, "olga")


def upload(desk, content, lang="en"):
    """Sends a file; returns the answer of the page that shows what it would do."""
    data = {"file": (io.BytesIO(content if isinstance(content, bytes) else content.encode()), "list.csv")}
    answer = desk.post(LOOK, query_string={"lang": lang}, data=data)
    return desk.get(answer.headers["Location"] + f"&lang={lang}") if answer.status_code == 303 else answer


def hidden(page):
    """The hidden fields of the form that imports."""
    return {
        name: re.search(f'name="{name}"[^>]*value="([^"]*)"', page.text)[1] for name in ("form_id", "file", "expected")
    }


def invited(app, forum):
    with app.app_context():
        return queries.invitation.list_all(forum.event_id)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_list_is_looked_at_then_taken_in_once(app, desk, forum, encoding):
    page = upload(desk, GOOD.encode(encoding))
    assert ("2 new invitations" in page.text, invited(app, forum)) == (True, [])
    form = hidden(page)
    for _ in range(2):
        assert desk.post(f"{LOOK}/look", data=form).status_code == 303
    awa, youth = invited(app, forum)
    assert (awa.courtesy_title, awa.name, awa.function, awa.organization) == (
        "Madame la Ministre",
        "Awa Diarra",
        "Ministre",
        "Ministère",
    )
    assert (awa.email, awa.phone, awa.language, awa.places, awa.held) == (
        "awa@example.org",
        "+22365012345",
        "en",
        2,
        1,
    )
    assert (youth.name, youth.places, youth.held, youth.reply_by.hour) == (None, 3, 2, 18)
    again = upload(desk, GOOD.encode(encoding))
    assert "2 are invited already" in again.text
    assert 'name="expected"' not in again.text
    assert len(invited(app, forum)) == 2


def test_workbook_is_read_too_and_the_template_has_its_headings(app, desk, forum):
    template = desk.get(f"{LOOK}/template", query_string={"lang": "en"})
    book = openpyxl.load_workbook(io.BytesIO(template.data))
    heads = [cell.value for cell in book.active[1]]
    book.active.append([{"Full name": "Awa Diarra", "Places": 2}.get(head) for head in heads])
    out = io.BytesIO()
    book.save(out)
    page = upload(desk, out.getvalue())
    desk.post(f"{LOOK}/look", data=hidden(page))
    assert [(one.name, one.places) for one in invited(app, forum)] == [("Awa Diarra", 2)]


@pytest.mark.parametrize(
    ("column", "cell", "en", "fr"),
    [
        ("E-mail", "awa", "does not look like an e-mail address", "adresse e-mail"),
        ("Phone", "1", "too many or too few digits", "chiffres"),
        ("Places", "two", "Please write a whole number.", "Veuillez écrire un nombre entier."),
        ("Places", "0", "1", "1"),
        ("Language", "Klingon", "does not speak this language", "n’a pas cette langue"),
        ("Category", "Nobody", "no category of this name", "pas de catégorie de ce nom"),
        ("Hold", "2", "Up to 1 places can be kept", "1 places au plus"),
        ("Reply by", "soon", "no day that we understand", "Nous ne comprenons pas cette date"),
        ("Reply by", "31/02/2026", "no day that we understand", "Nous ne comprenons pas cette date"),
        ("Reply by", "2027-01-01", "when the event begins, at the latest", "au plus tard"),
        ("Function", "x" * 201, "Please shorten this to 200 letters.", "200"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_nothing_is_stored(app, desk, forum, column, cell, en, fr):
    content = f"Name,{column}\nAda,\nAwa,{cell}\n"
    for lang, sentence, line in (("en", en, "Line 3"), ("fr", fr, "Ligne 3")):
        page = upload(desk, content, lang)
        assert (sentence in page.text, line in page.text, 'name="expected"' in page.text) == (True, True, False)
    assert invited(app, forum) == []


def test_more_places_than_are_free_cannot_be_kept(app, desk, forum):
    page = upload(desk, "Name,Places,Hold\nAda,3,3\nAwa,2,2\n")
    assert "Only 1 places are free to be kept." in page.text


@pytest.mark.parametrize(
    ("lang", "sentence"), [("fr", "Aucune ligne d’en-têtes n’est trouvée"), ("en", "No row with headings is found")]
)
@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"\x00\x01\x02" * 50])
def test_file_without_headings_is_refused(desk, forum, content, lang, sentence):
    page = upload(desk, content, lang)
    assert (page.status_code, sentence in page.text) == (422, True)


def test_list_that_would_do_something_else_by_now_is_looked_at_again(app, desk, forum):
    form = hidden(upload(desk, "Name\nAda\nAwa\n"))
    with app.app_context():
        people.invite(forum.event_id, name="Ada")
    answer = desk.post(f"{LOOK}/look", data=form, query_string={"lang": "en"})
    assert "Something has changed since you looked." in answer.text
    assert len(invited(app, forum)) == 1


def test_list_of_another_event_is_not_found(app, desk, forum):
    form = hidden(upload(desk, "Name\nAda\n"))
    with app.app_context():
        people.stage("other", "olga")
    assert desk.post("/organize/other/invitations/import/look", data=form).status_code == 303
    assert invited(app, forum) == []
