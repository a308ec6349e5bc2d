"""The invitee's own page, and invitations at the desk."""

import re

import pytest

from eventapp import queries, services
from eventapp.rules.vocabulary import InvitationAnswer, Role
from eventapp.services.registration import Person
from tests import people


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage(capacity=3)


@pytest.fixture
def desk(app, forum, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    return people.sign_in(app, "olga")


def invite(app, forum, **facts):
    """An invitation; returns its id and the address of the invitee's page."""
    with app.app_context():
        invited = people.invite(forum.event_id, **facts)
        return invited, f"/i/{services.invitation.secret(queries.invitation.get_in(forum.event_id, invited))}"


def row(app, forum, invited):
    with app.app_context():
        return queries.invitation.get_in(forum.event_id, invited)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "fr",
            ["Vous êtes invité·e", "Je viens", "Je ne viens pas", "Je serai représenté·e par…", "vous est réservée"],
        ),
        ("en", ["You are invited", "I come", "I don’t come", "I will be represented by …", "is kept for you"]),
    ],
)
def test_letter_says_who_is_invited_to_what_with_three_answers(app, client, forum, lang, words):
    _, page = invite(
        app, forum, courtesy_title="Madame la Ministre", function="Ministre", organization="Ministère", held=1
    )
    text = client.get(page, query_string={"lang": lang}).text
    for word in ["Madame la Ministre Awa Diarra", "Ministère", *words]:
        assert word in text


def test_page_speaks_the_language_of_the_invitation(app, client, forum):
    _, page = invite(app, forum, language="en")
    assert "You are invited" in client.get(page).text


def test_coming_shows_the_ticket_and_sending_twice_is_once(app, client, forum):
    _, page = invite(app, forum)
    form = {"form_id": "formular-1", "name": "Awa Diarra"}
    for _ in range(2):
        answer = client.post(f"{page}/yes", data=form)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{page}?done=yes")
    text = client.get(answer.headers["Location"] + "&lang=en").text
    assert "Thank you. Your answer is here" in text
    assert len(re.findall('href="/t/', text)) == 1


def test_organization_names_its_people_one_by_one(app, client, forum):
    _, page = invite(app, forum, name=None, organization="Ministère", places=2, held=2)
    client.post(f"{page}/yes", data={"expected": "2"})
    assert row_counts(app, forum) == (2, 0)
    client.post(f"{page}/yes", data={"name": ["Ada Traoré", ""], "expected": "2"})
    assert row_counts(app, forum) == (1, 1)
    client.post(f"{page}/yes", data={"name": "Max", "expected": "2"})
    assert row_counts(app, forum) == (0, 2)
    assert 'name="name"' not in client.get(page).text


def row_counts(app, forum):
    """How many places are kept, and how many people come."""
    with app.app_context():
        [(found, coming)] = queries.invitation.list_in(forum.event_id, "", None, offset=0, limit=9)
        return found.held, coming


@pytest.mark.parametrize(
    ("lang", "sentence"), [("fr", "Veuillez écrire qui vous représente."), ("en", "Please write who represents you.")]
)
def test_representative_needs_a_name_and_what_was_typed_stays(app, client, forum, lang, sentence):
    _, page = invite(app, forum)
    refused = client.post(f"{page}/represented", query_string={"lang": lang}, data={"function": "Conseiller"})
    assert (refused.status_code, sentence in refused.text, "Conseiller" in refused.text) == (422, True, True)
    client.post(f"{page}/represented", data={"representative": "Sam Sidibé", "function": "Conseiller"})
    text = client.get(page, query_string={"lang": lang}).text
    assert "Sam Sidibé" in text
    assert 'href="/t/' in text


def test_not_coming_can_be_changed(app, client, forum):
    invited, page = invite(app, forum)
    client.post(f"{page}/no")
    assert row(app, forum, invited).answer is InvitationAnswer.NO
    client.post(f"{page}/yes", data={"name": "Awa Diarra"})
    assert row(app, forum, invited).answer is InvitationAnswer.YES


@pytest.mark.parametrize("data", [{"name": ["a"] * 300}, {"name": "x" * 400}, {"name": "A", "expected": "many"}, {}])
def test_what_makes_no_sense_is_answered_with_a_sentence(app, client, forum, data):
    _, page = invite(app, forum, places=2)
    answer = client.post(f"{page}/yes", data=data)
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("lang", "words"), [("fr", "Ce lien n’ouvre aucune invitation"), ("en", "This link opens no invitation")]
)
def test_wrong_and_withdrawn_links_get_a_friendly_page(app, client, forum, lang, words):
    invited, page = invite(app, forum)
    with app.app_context():
        services.invitation.withdraw(forum.event_id, invited)
    for address in (page, "/i/wrong"):
        answer = client.get(address, query_string={"lang": lang})
        assert (answer.status_code, words in answer.text) == (404, True)


NEW = {"name": "Awa Diarra", "organization": "Ministère", "places": "2", "held": "1", "language": "fr"}


def new(app, forum, **changed):
    with app.app_context():
        first = queries.registration.list_ticket_types(forum.event_id)[0].id
    return {**NEW, "ticket_type_id": str(first), **changed}


def test_desk_invites_shows_changes_and_finds(app, desk, forum):
    made = desk.post("/organize/forum/invitations/new", data=new(app, forum, phone="65 01 23 45"))
    assert made.status_code == 303
    page = desk.get(made.headers["Location"], query_string={"lang": "en"}).text
    assert "https://wa.me/22365012345?text=" in page
    assert "/i/" in page
    assert "<svg" in page
    changed = desk.post(made.headers["Location"] + "/edit", data=new(app, forum, places="3"))
    assert changed.status_code == 303
    listed = desk.get("/organize/forum/invitations", query_string={"q": "jara", "lang": "en"}).text
    assert ("Awa Diarra" in listed, "0 of 3" in listed) == (True, True)
    assert "Awa Diarra" not in desk.get("/organize/forum/invitations", query_string={"answer": "no"}).text


@pytest.mark.parametrize(
    ("lang", "sentence"), [("fr", "Seules 3 places sont libres"), ("en", "Only 3 places are free to be kept.")]
)
def test_desk_says_why_places_cannot_be_kept_and_keeps_what_was_typed(app, desk, forum, lang, sentence):
    form = new(app, forum, places="9", held="8")
    refused = desk.post("/organize/forum/invitations/new", query_string={"lang": lang}, data=form)
    assert (refused.status_code, sentence in refused.text, "Ministère" in refused.text) == (422, True, True)


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        ({"answer": "yes", "people": "Awa Diarra\r\n\r\nAda Traoré"}, InvitationAnswer.YES),
        ({"answer": "no"}, InvitationAnswer.NO),
        ({"answer": "represented", "representative": "Sam Sidibé"}, InvitationAnswer.REPRESENTED),
    ],
)
def test_desk_writes_down_an_answer_with_who_did(app, desk, forum, form, answer):
    invited, _ = invite(app, forum, places=2)
    assert desk.post(f"/organize/forum/invitations/{invited}/answer", data=form).status_code == 303
    found = row(app, forum, invited)
    assert (found.answer, found.recorded_by_id) == (answer, forum.owner_id)
    assert "Olga" in desk.get(f"/organize/forum/invitations/{invited}").text


def test_desk_needs_one_of_the_answers(app, desk, forum):
    invited, _ = invite(app, forum)
    assert desk.post(f"/organize/forum/invitations/{invited}/answer", data={"answer": "maybe"}).status_code == 422


@pytest.mark.parametrize(("result", "word"), [("not_reached", "Not reached"), ("wrong_number", "Wrong number")])
def test_desk_notes_a_call_that_led_to_nobody(app, desk, forum, result, word):
    invited, _ = invite(app, forum)
    called = desk.post(f"/organize/forum/invitations/{invited}/call", data={"result": result})
    assert called.status_code == 303
    page = desk.get(f"/organize/forum/invitations/{invited}", query_string={"lang": "en"}).text
    assert f"Called without an answer: {word}" in page


def test_desk_sends_all_letters_after_asking_with_the_number(app, desk, forum):
    invited, _ = invite(app, forum, email="awa@example.org")
    invite(app, forum, name="Sans adresse")
    asked = desk.get("/organize/forum/invitations/send", query_string={"lang": "en"}).text
    assert "Send 1 letter?" in asked
    assert row(app, forum, invited).sent_at is None
    desk.post("/organize/forum/invitations/send")
    assert row(app, forum, invited).sent_at is not None


def test_desk_withdraws_after_asking(app, desk, forum):
    invited, page = invite(app, forum, held=1)
    assert desk.get(f"/organize/forum/invitations/{invited}/withdraw").status_code == 200
    assert desk.post(f"/organize/forum/invitations/{invited}/withdraw").status_code == 303
    assert desk.get(page).status_code == 404


def test_whoever_may_not_change_registrations_sees_no_invitations(app, forum):
    with app.app_context():
        people.grant("vera", forum.event_id, Role.VIEWER)
    assert people.sign_in(app, "vera").get("/organize/forum/invitations").status_code == 403


def test_no_form_finds_the_registration_of_an_invitation(app, client):
    with app.app_context():
        forum = people.stage()
        one = people.invite(forum.event_id, name="Awa Diarra")
        services.invitation.accept(one, [Person(name="Awa Diarra")])
        theirs = services.registration.secret(
            queries.registration.get(queries.invitation.get_in(forum.event_id, one).registration_id)
        )
    for form_id in (f"invitation-{one}", f"invitation:{one}"):
        answer = client.post("/e/forum/register", data={"form_id": form_id, "attendees-0-name": "Awa Diarra"})
        assert (answer.status_code, theirs in answer.headers["Location"]) == (303, False)
