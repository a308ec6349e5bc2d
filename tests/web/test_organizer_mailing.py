"""Announcements and reminders at the desk: from the draft over the look at it to what it reached."""

import re
import threading

import pytest
from sqlalchemy import select

from eventapp import queries
from eventapp.db import db
from eventapp.jobs import mailings
from eventapp.models.delivery import Delivery
from eventapp.models.mailing import Mailing
from eventapp.rules.vocabulary import Role
from tests import people

NEW = "/organize/forum/mailings/new"
WORDS = {"subject-en": "The room", "body-en": "Room B, {name}.", "when": "hand", "by_hand": "y"}


@pytest.fixture
def forum(app, time, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.app_context():
        staged = people.stage()
        people.register(staged.event_id, "Ada", email="ada@example.org", language="en")
        people.register(staged.event_id, "Bintou", email="bintou@example.org")
        return staged


@pytest.fixture
def olga(app, forum):
    return people.sign_in(app, "olga")


def page(client, address, lang="en"):
    return client.get(address, query_string={"lang": lang}).text


def post(client, address, **data):
    return client.post(address, query_string={"lang": "en"}, data=data)


def begin(client, **more):
    """A draft; returns the address of its page."""
    answer = client.post(NEW, query_string={"lang": "en", **more.pop("query", {})}, data={**WORDS, **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].removesuffix("/check")


def rows(app):
    with app.app_context():
        return list(db.session.scalars(select(Mailing).order_by(Mailing.id)))


def written(app):
    mailings.work(app.app_context, threading.Event())
    with app.app_context():
        return list(db.session.scalars(select(Delivery.address).where(Delivery.mailing_id.is_not(None))))


def test_announcement_from_draft_to_what_it_reached(app, olga, forum):
    address = begin(olga)
    looked = page(olga, f"{address}/check")
    assert "Send 2 messages now" in looked
    assert "Room B, Ada." in looked
    assert "1 reads French and gets it in English" in looked
    answer = post(olga, f"{address}/check", do="send", expected="2")
    assert answer.headers["Location"] == address
    assert written(app) == ["ada@example.org", "bintou@example.org"]
    shown = page(olga, address)
    assert "2 messages" in shown
    assert "Waiting: 2" in shown
    assert re.search(r'href="/organize/forum/messages\?mailing=\d+"', shown)
    stopped = post(olga, f"{address}/stop")
    assert stopped.headers["Location"] == address
    assert "Not needed any more: 2" in page(olga, address)
    assert "olga" in page(olga, address).casefold()


def test_usual_reminder_is_looked_at_and_scheduled(app, olga, forum):
    listed = page(olga, "/organize/forum/mailings")
    for words in (
        "3 days before the event, at 09:00",
        "1 day before the event, at 18:00",
        "1 day after the event, at 10:00",
    ):
        assert words in listed
    answer = post(olga, "/organize/forum/mailings/usual", rule="evening-before", form_id="a-form-id")
    looked = page(olga, answer.headers["Location"])
    assert "Schedule it: Thursday 17 December 2026, 18:00" in looked
    assert "The event is near" in looked
    assert "L’événement approche" in looked
    assert post(olga, answer.headers["Location"], do="schedule").status_code == 303
    [row] = rows(app)
    assert (row.state, row.days, row.minute) == ("scheduled", 1, 18 * 60)
    listed = page(olga, "/organize/forum/mailings")
    assert "17 Dec, 18:00" in listed
    assert "1 day before the event, at 18:00</button>" not in listed


def test_usual_one_tapped_twice_is_one(app, olga, forum):
    for _tap in range(2):
        post(olga, "/organize/forum/mailings/usual", rule="day-after", form_id="the-form-id")
    [row] = rows(app)
    assert row.chosen["came"] is True


@pytest.mark.parametrize("sent", [{}, {"rule": "never", "form_id": "a-form-id"}, {"rule": "day-after", "form_id": "x"}])
def test_usual_one_that_nobody_offered_begins_nothing(app, olga, forum, sent):
    assert post(olga, "/organize/forum/mailings/usual", **sent).status_code == 303
    assert rows(app) == []


def test_form_keeps_who_and_when(app, olga, forum):
    with app.app_context():
        types = [one.id for one in queries.registration.list_ticket_types(forum.event_id)]
    address = begin(
        olga,
        statuses=["waitlisted", "confirmed"],
        ticket_type_ids=str(types[0]),
        languages="fr",
        came="no",
        when="moment",
        at="2026-12-18T12:30",
    )
    [row] = rows(app)
    assert row.chosen == {
        "statuses": ["waitlisted", "confirmed"],
        "ticket_type_ids": types,
        "languages": ["fr"],
        "came": False,
        "by_hand": True,
    }
    form = page(olga, f"{address}/edit")
    assert 'value="2026-12-18T12:30"' in form
    for box in ("waitlisted", "confirmed", "fr", "no"):
        assert re.search(rf'<input checked[^>]*value="{box}"', form), box
    assert "who did not come" in page(olga, address)


def test_changed_mailing_is_looked_at_again(app, olga, forum):
    address = begin(olga)
    answer = post(olga, f"{address}/edit", **{**WORDS, "subject-en": "Another room", "languages": "en"})
    assert answer.headers["Location"] == f"{address}/check"
    assert "Send 1 message now" in page(olga, f"{address}/check")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"body-en": "{nmae}"}, "{nmae} is no placeholder. Is {name} meant?"),
        ({"when": "moment"}, "Please write day and time"),
        ({"when": "moment", "at": "2026-13-01T00:00"}, "Please write day and time"),
        ({"when": "rule"}, "Please write a whole number from 0 to 365."),
        ({"when": "rule", "days": "1"}, "Please write the time of day"),
        ({"when": "rule", "days": "1", "time": "25:00"}, "Please write the time of day"),
        ({"when": "rule", "days": "999", "time": "9:00"}, "Please write a whole number from 0 to 365."),
        ({"statuses": "cancelled"}, "Please choose one of the answers."),
        ({"ticket_type_ids": "999"}, "Please choose one of the answers."),
        ({"answers": "1:yes"}, "Please choose one of the answers."),
        ({"subject-en": "x" * 200}, "Please shorten this to 150 letters."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(app, olga, forum, more, sentence):
    answer = post(olga, NEW, **{**WORDS, **more})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "The room" in answer.text or "subject-en" in more
    assert rows(app) == []


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York"])
def test_time_that_the_clocks_skip_is_refused(app, olga, forum, zone):
    with app.app_context():
        queries.event.get(forum.event_id).timezone = zone
        db.session.commit()
    day = {"Europe/Paris": "2027-03-28", "America/New_York": "2027-03-14"}[zone]
    answer = post(olga, NEW, **{**WORDS, "when": "moment", "at": f"{day}T02:30"})
    assert "Such a time does not exist on this day" in answer.text


def test_address_with_odd_values_is_an_announcement_to_guests(olga, forum):
    assert "Write an announcement" in olga.get(f"{NEW}?kind=confirmation&to=everybody&lang=en").text


def test_number_that_changed_is_said_again_before_anything_leaves(app, olga, forum):
    address = begin(olga)
    with app.app_context():
        for number in range(5):
            people.register(forum.event_id, f"Guest {number}", email=f"guest{number}@example.org")
    answer = post(olga, f"{address}/check", do="send", expected="2")
    assert answer.status_code == 409
    assert "There are 7 messages now; you saw 2." in answer.text
    assert "Send 7 messages now" in answer.text
    assert written(app) == []


@pytest.mark.parametrize("expected", ["", "many", "-1", "9" * 12])
def test_send_without_a_number_that_was_seen_is_refused(app, olga, forum, expected):
    address = begin(olga)
    assert post(olga, f"{address}/check", do="send", expected=expected).status_code == 409
    assert written(app) == []


def test_what_cannot_leave_yet_has_no_button_and_says_why(olga, forum):
    address = begin(olga, query={"kind": "thank_you"}, when="moment", at="2026-12-01T09:00")
    looked = page(olga, f"{address}/check")
    assert "A thank-you leaves after the end of the event." in looked
    assert 'name="do"' not in looked


def test_second_tap_on_send_and_a_page_left_open_do_no_harm(app, olga, forum):
    address = begin(olga)
    for _tap in range(2):
        assert post(olga, f"{address}/check", do="send", expected="2").status_code == 303
    assert len(written(app)) == 2
    assert post(olga, f"{address}/edit", **WORDS).status_code == 422
    assert olga.get(f"{address}/edit").status_code == 303
    assert olga.get(f"{address}/check").status_code == 303


def test_copy_is_one_however_often_it_is_tapped_and_can_be_thrown_away(app, olga, forum):
    address = begin(olga)
    for _tap in range(2):
        answer = post(olga, f"{address}/copy", form_id="the-form-id")
    assert len(rows(app)) == 2
    copied = answer.headers["Location"].removesuffix("/edit")
    assert post(olga, f"{copied}/discard").headers["Location"] == "/organize/forum/mailings"
    assert len(rows(app)) == 1
    assert olga.get(copied).status_code == 404


def test_dates_that_leave_a_reminder_behind_say_so(app, olga, forum):
    answer = post(olga, "/organize/forum/mailings/usual", rule="three-days", form_id="a-form-id")
    post(olga, answer.headers["Location"], do="schedule")
    sent = {
        "timezone": "Africa/Bamako",
        "starts_at": "2026-11-25T09:00",
        "ends_at": "2026-11-25T17:00",
        "time_is_known": "y",
        "languages": ["fr", "en"],
        "first_language": "fr",
    }
    post(olga, "/organize/forum/dates", **sent)
    assert "1 scheduled message does not leave by itself" in page(olga, "/organize/forum/dates")
    assert "did not leave by itself" in page(olga, "/organize/forum/mailings")
    assert written(app) == []


def test_welcome_desk_looks_and_sends_nothing(app, olga, forum):
    address = begin(olga)
    with app.app_context():
        people.grant("wanda", forum.event_id, Role.WELCOME_DESK)
    wanda = people.sign_in(app, "wanda")
    assert "The room" in page(wanda, address)
    assert f"{address}/check" not in page(wanda, address)
    assert post(wanda, f"{address}/check", do="send", expected="2").status_code == 403


def test_event_that_is_not_public_sends_nothing_and_says_so(app, olga, forum):
    with app.app_context():
        people.stage("draft", published=False)
        people.register(queries.event.get_by_slug("forum").id, "Cheick", email="cheick@example.org")
    assert "Nothing here leaves while the event is not public." in page(olga, "/organize/draft/mailings")


def test_speakers_and_invitees_are_written_to_too(app, olga, forum):
    with app.app_context():
        people.speaker(forum.event_id, "Sam")
        people.invite(forum.event_id, name="Awa", email="awa@example.org")
    speakers = begin(olga, query={"to": "speakers"}, speakers="confirmed")
    assert "There is nobody yet to whom it would go." in page(olga, f"{speakers}/check")
    invitees = begin(olga, query={"to": "invitees"}, invitees=["open", "yes"])
    assert "Send 1 message now" in page(olga, f"{invitees}/check")
    assert "Room B, Awa." in page(olga, f"{invitees}/check")


def test_draft_is_sent_to_whoever_writes_it_and_to_nobody_else(app, olga, forum):
    address = begin(olga)
    form = {"form_id": "a-form-of-mine", "language": "fr"}
    for _twice in range(2):
        answer = olga.post(f"{address}/try", data=form, follow_redirects=True)
        assert "A test is on its way to olga@example.org." in answer.text
    with app.app_context():
        tests = db.session.scalars(select(Delivery).where(Delivery.trial_id.is_not(None)))
        assert [(one.address, one.mailing_id) for one in tests] == [("olga@example.org", None)]


@pytest.mark.parametrize("form", [{}, {"form_id": "!", "language": "fr"}])
def test_test_without_a_form_is_refused(olga, forum, form):
    assert "A test is on its way" not in olga.post(f"{begin(olga)}/try", data=form, follow_redirects=True).text


def test_test_in_a_language_that_the_event_lacks_is_not_found(olga, forum):
    form = {"form_id": "a-form-of-mine", "language": "xx"}
    assert olga.post(f"{begin(olga)}/try", data=form).status_code == 404


@pytest.mark.parametrize("do", ["send", "schedule"])
def test_words_that_were_changed_since_the_look_do_not_leave(app, olga, forum, do):
    address = begin(olga, when="moment", at="2026-12-10T09:00") if do == "schedule" else begin(olga)
    seen = re.search(r'name="seen" value="([^"]+)"', page(olga, f"{address}/check"))[1]
    more = {"when": "moment", "at": "2026-12-10T09:00"} if do == "schedule" else {}
    post(olga, f"{address}/edit", **{**WORDS, **more, "body-en": "Other words."})
    answer = post(olga, f"{address}/check", do=do, expected="2", seen=seen)
    assert answer.status_code == 409
    assert "Somebody has changed it since you looked." in answer.text
    assert written(app) == []
