"""Letters to invitees at the desk: sent the way that reaches them, printed, posted, and followed by a reminder."""

import io
import re
import threading
from datetime import timedelta

import pypdf
import pytest

from eventapp import jobs, queries
from tests import people


@pytest.fixture
def forum(app, time):
    with app.app_context():
        return people.stage()


@pytest.fixture
def desk(app, forum, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    client = people.sign_in(app, "olga")
    client.get("/organize/forum/?lang=en")
    return client


def invite(app, forum, **facts):
    with app.app_context():
        return people.invite(forum.event_id, **facts)


def letters(app, *invited):
    """Kind and channel of the messages of these invitations."""
    with app.app_context():
        found = [row for one in invited for row in queries.invitation.list_deliveries(one)]
        return [(row.kind.value, row.channel.value) for row in found]


def plain(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_letters_leave_the_way_that_reaches_each_and_the_page_says_how_many(app, desk, forum):
    by_mail = invite(app, forum, email="awa@example.org")
    by_telephone = invite(app, forum, name="Binta", phone="+22365012345")
    on_paper = invite(app, forum, name="Max")
    page = plain(desk.get("/organize/forum/invitations/send"))
    for sentence in ("Send 2 letters?", "1 person by e-mail", "1 person by hand", "1 invitee has neither"):
        assert sentence in page
    for _time in range(2):
        desk.post("/organize/forum/invitations/send")
    assert letters(app, by_mail, by_telephone, on_paper) == [("invitation", "email"), ("invitation", "hand")]
    answer = desk.post(f"/organize/forum/invitations/{on_paper}/send", follow_redirects=True)
    assert "Print the letter instead." in answer.text


def test_letter_is_printed_in_the_invitees_language(app, desk, forum):
    invited = invite(app, forum, courtesy_title="Madame la Ministre", language="fr")
    answer = desk.get(f"/organize/forum/invitations/{invited}/letter.pdf?lang=en")
    assert answer.mimetype == "application/pdf"
    text = pypdf.PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    assert "Madame la Ministre Awa Diarra" in text
    assert "Vous êtes invité·e" in text


def test_posted_letters_count_as_sent_but_not_those_of_later_invitees(app, desk, forum):
    printed = invite(app, forum, name="Max")
    invite(app, forum, name="Came later")
    address = f"/organize/forum/invitations/posted?who=unsent&last={printed}"
    assert "Was 1 letter posted?" in desk.get(address).text
    for _time in range(2):
        assert desk.post(address).status_code == 303
    with app.app_context():
        sent = [one.name for one in queries.invitation.list_all(forum.event_id) if one.sent_at]
    assert sent == ["Max"]
    assert "Letter posted" in desk.get(f"/organize/forum/invitations/{printed}").text


@pytest.mark.parametrize("query", ["", "?who=nobody&category=x&last=99999999999999"])
def test_posted_page_takes_any_address(desk, query):
    assert desk.get(f"/organize/forum/invitations/posted{query}").status_code == 200


def test_reminder_goes_once_to_those_who_have_their_letter_and_did_not_answer(app, desk, forum, time):
    soon = invite(app, forum, email="awa@example.org", reply_by=time.now + timedelta(days=5))
    late = invite(app, forum, name="Binta", email="binta@example.org", reply_by=time.now + timedelta(days=20))
    invite(app, forum, name="Over", email="over@example.org", reply_by=time.now + timedelta(days=1))
    unsent = invite(app, forum, name="Max", email="max@example.org")
    address = "/organize/forum/invitations/remind"
    for one in (soon, late):
        desk.post(f"/organize/forum/invitations/{one}/send")
    assert "Nobody is concerned yet." in desk.get(address).text  # their letters left just now
    time.forward(timedelta(days=3))
    assert "2 messages by e-mail" in plain(desk.get(address))
    assert "1 message by e-mail" in plain(desk.post(address, data={"days": "4", "look": "1"}))
    assert desk.post(address, data={"days": "no"}).status_code == 422
    for _time in range(2):
        desk.post(address, data={"days": "4"})
    assert letters(app, soon, late, unsent) == [
        ("invitation_reminder", "email"),
        ("invitation", "email"),
        ("invitation", "email"),
    ]
    assert "1 message by e-mail" in plain(desk.get(address))


def test_letters_are_printed_by_the_worker_and_then_said_to_be_posted(app, desk, forum):
    first = invite(app, forum, name="Awa Diarra")
    second = invite(app, forum, name="Binta Keïta", language="en")
    invite(app, forum, name="Has an address", email="max@example.org")
    page = desk.get("/organize/forum/invitations/print")
    assert "3 letters: who got no letter yet" in plain(page)
    form = {"who": "no_email", "ticket_type_id": "", "form_id": "a-form-sent-twice"}
    answers = [desk.post("/organize/forum/invitations/print", data=form) for _time in range(2)]
    [run] = {answer.headers["Location"] for answer in answers}
    invite(app, forum, name="Came later")
    jobs.print_runs.work(app.app_context, threading.Event())
    show = desk.get(run).text
    assert "who have no e-mail address" in show
    pages = pypdf.PdfReader(io.BytesIO(desk.get(f"{run}/file").data)).pages
    texts = [page.extract_text() for page in pages]
    assert [("Awa Diarra" in texts[0]), ("Binta Keïta" in texts[1]), ("You are invited" in texts[1])] == [True] * 3
    posted = re.search(r'href="([^"]*/posted[^"]*)"', show)[1].replace("&amp;", "&")
    assert "Were 2 letters posted?" in desk.get(posted).text
    desk.post(posted)
    with app.app_context():
        sent = [one.id for one in queries.invitation.list_all(forum.event_id) if one.sent_at]
    assert sent == [first, second]


def test_nothing_to_print_is_said(app, desk, forum):
    form = {"who": "all", "ticket_type_id": "", "form_id": "a-form-sent-twice"}
    assert desk.post("/organize/forum/invitations/print", data=form).status_code == 422
    assert desk.post("/organize/forum/invitations/print", data={**form, "who": "nobody"}).status_code == 422
