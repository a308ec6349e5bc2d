"""At the desk: cancelling an event and taking that back, and telling people that it moved."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.rules.vocabulary import EventState, Role
from eventapp.services.event import Dates, Texts
from eventapp.services.programme import SessionFacts
from tests import people

NOTE = {"note-fr": "La salle est fermée.", "note-en": "The hall is closed."}
SURE = {**NOTE, "tell": "y", "typed": "forum", "form_id": "a-form-sent-twice"}


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        staged = people.stage()
        services.programme.add_session(
            staged.event_id,
            SessionFacts(title=LocalizedText(fr="Ouverture"), starts_at=people.STARTS, ends_at=people.ENDS),
        )
        services.release.release(staged.event_id)
        people.register(staged.event_id, "Ada Traoré", email="ada@example.org")
        people.register(staged.event_id, "Binta Diarra", phone="+22365012345")
        return staged


@pytest.fixture
def desk(app, forum, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    client = people.sign_in(app, "olga")
    client.get("/organize/forum/?lang=en")
    return client


def state(app, forum):
    with app.app_context():
        return queries.event.get(forum.event_id).state


def kinds(app, forum):
    with app.app_context():
        found = db.session.scalars(select(Delivery.kind).where(Delivery.event_id == forum.event_id))
        return sorted(kind.value for kind in found)


def plain(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_story_of_a_cancellation(app, client, desk, forum):
    page = plain(desk.get("/organize/forum/cancel"))
    assert "1 message by e-mail 1 message by hand" in page
    assert "We are sorry: the event is cancelled" in page
    assert "Nous sommes désolés" in page

    looked = plain(desk.post("/organize/forum/cancel", data={**NOTE, "look": "1"}))
    assert looked.count("The hall is closed.") == 2  # in its box, and in the message
    assert state(app, forum) is EventState.PUBLISHED

    for status in (303, 200):  # sent again, it shows what was done
        assert desk.post("/organize/forum/cancel", data=SURE).status_code == status
    assert kinds(app, forum).count("event_cancelled") == 2
    page = plain(desk.get("/organize/forum/cancel"))
    assert "The event is cancelled" in page
    assert "Waiting: 2" in page

    public = "/e/forum/?lang=en", "/e/forum/programme?lang=en", "/e/forum/register?lang=en", "/e/forum/now?lang=en"
    for address in public:
        text = plain(client.get(address))
        assert "This event is cancelled." in text, address
        assert "The hall is closed." in text, address
    assert "STATUS:CANCELLED" in client.get("/e/forum/programme.ics").text

    answer = desk.post("/organize/forum/cancel/revive", data={"tell": "y", "form_id": "another-form-sent"})
    assert answer.status_code == 303
    app.extensions.pop("eventapp.pages", None)  # which are trusted for a second
    assert "This event is cancelled." not in plain(client.get("/e/forum/?lang=en"))
    calendar = client.get("/e/forum/programme.ics").text
    assert "STATUS:CONFIRMED" in calendar
    assert "SEQUENCE:2" in calendar


def test_ticket_and_personal_page_say_it_with_the_note(app, client, desk, forum):
    with app.app_context():
        registration_id = people.register(forum.event_id, "Djénéba", language="fr")
        secret = services.registration.secret(queries.registration.get(registration_id))
        [code] = people.ticket_codes(registration_id)
    desk.post("/organize/forum/cancel", data=SURE)
    for address in (f"/r/{secret}", f"/t/{code}?lang=fr"):
        assert "La salle est fermée." in client.get(address).text
    assert "STATUS:CANCELLED" in client.get(f"/t/{code}.ics").text


def test_word_must_be_typed_and_what_was_written_stays(app, desk, forum):
    answer = desk.post("/organize/forum/cancel", data={**SURE, "typed": "forums"})
    assert answer.status_code == 422
    assert "To confirm, please type this word: forum." in answer.text
    assert "The hall is closed." in answer.text
    assert state(app, forum) is EventState.PUBLISHED


def test_note_can_be_changed_afterwards(app, client, desk, forum):
    assert desk.post("/organize/forum/cancel/note", data=NOTE).status_code == 303
    desk.post("/organize/forum/cancel", data=SURE)
    answer = desk.post("/organize/forum/cancel/note", data={"note-fr": "a" * 1001, "note-en": ""})
    assert answer.status_code == 422
    assert desk.post("/organize/forum/cancel/note", data={"note-fr": "Autre", "note-en": "Other"}).status_code == 303
    assert "Other" in client.get("/e/forum/?lang=en").text


def test_editor_cancels_nothing(app, desk, forum):
    with app.app_context():
        people.grant("edda", forum.event_id, Role.EDITOR)
    assert people.sign_in(app, "edda").post("/organize/forum/cancel", data=SURE).status_code == 403


def test_move_is_offered_shown_and_told(app, desk, forum):
    moved(app, forum)
    for page in ("", "texts", "dates"):
        assert "Tell them" in desk.get(f"/organize/forum/{page}").text
    page = plain(desk.get("/organize/forum/moved"))
    assert "1 message by e-mail 1 message by hand" in page
    assert "(time in Bamako), Old station" in page
    for _time in range(2):
        desk.post("/organize/forum/moved", data={"form_id": "a-form-sent-twice"})
    assert kinds(app, forum).count("event_moved") == 2
    assert "were not told" not in desk.get("/organize/forum/").text
    assert desk.post("/organize/forum/moved", data={"form_id": "another-form-sent"}).status_code == 422


def test_move_may_be_told_to_nobody(app, desk, forum):
    moved(app, forum)
    assert desk.post("/organize/forum/moved/keep-quiet").status_code == 303
    assert "there is nothing to tell" in desk.get("/organize/forum/moved").text
    assert "event_moved" not in kinds(app, forum)


def test_move_to_another_day_says_that_the_programme_stayed_behind(app, desk, forum):
    with app.app_context():
        later = {"starts_at": people.STARTS + timedelta(days=7), "ends_at": people.ENDS + timedelta(days=7)}
        services.event.set_dates(forum.event_id, Dates(languages=["fr", "en"], timezone="Africa/Bamako", **later))
    assert "1 session lies on a day on which the event does not take place" in desk.get("/organize/forum/moved").text


def test_registration_for_a_cancelled_event_does_not_say_that_all_is_well(app, client, desk, forum):
    with app.app_context():
        registration_id = people.register(forum.event_id, "Cheick Koné")
        secret = services.registration.secret(queries.registration.get(registration_id))
    assert "<h1>You are registered</h1>" in client.get(f"/r/{secret}?lang=en").text
    desk.post("/organize/forum/cancel", data=SURE)
    assert "<h1>Your registration</h1>" in client.get(f"/r/{secret}?lang=en").text


def moved(app, forum):
    """Gives the event another place."""
    with app.app_context():
        title = queries.event.get(forum.event_id).title
        venue = LocalizedText(fr="Ancienne gare", en="Old station")
        services.event.set_texts(forum.event_id, Texts(title=title, venue=venue))
