"""The desk: the day as it goes, entries kept aside, and notes about entries taken back."""

from dataclasses import replace

import pytest

from eventapp import queries, services
from eventapp.rules.vocabulary import Outcome, ScanKind, Verdict
from tests import door, people
from tests.door import minutes, new, record
from tests.web import browser
from tests.web.world import Statements

DAY = "/organize/forum/day"
ASIDE = "/organize/forum/set-aside"
CHECK = "/organize/forum/entries-to-check"


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        staged = people.stage()
        door.entrance(staged.event_id)
        return staged


@pytest.fixture
def olga(app, forum):
    client = people.sign_in(app, "olga")
    client.get("/organize/?lang=en")
    return client


def arrive(forum, *names, at, phone=None):
    """People come in by one phone, four seconds after each other; returns the phone."""
    phone = phone or door.phone(forum.event_id, "Door A")
    codes = [people.ticket_codes(people.register(forum.event_id, name))[0] for name in names]
    record(phone, *(new(c, at + minutes(n / 15), told=Verdict.ADMITTED, seq=n + 1) for n, c in enumerate(codes)))
    return phone


def figures(forum):
    return f"{DAY}/figures/{queries.checkpoint.find_venue(forum.event_id).id}"


def test_before_the_day_it_says_what_to_do_next(olga):
    shown = browser.shown(olga.get(DAY))
    for part in ("Nobody has come yet.", "No phone is prepared yet.", "Prepare a phone"):
        assert part in shown


def test_day_shows_who_came_how_fast_and_how_the_phone_does(app, forum, olga, at_noon):
    with app.app_context():
        phone = arrive(forum, "Ada", "Binta", "Cheick", at=at_noon - minutes(30))
        people.register(forum.event_id, "Djénéba")
        services.checkin.record_scans(phone, [], health={"waiting": 3, "list": "1", "seq": 9, "sound": False})
        record(phone, new(kind=ScanKind.LET_IN, seq=6))
    page = olga.get(DAY)
    shown = browser.shown(page)
    for part in (
        "expected 4",
        "entered 4",
        "still expected 0",
        "11:30 3",
        "Camera 4 2 times",
        "3 to send",
        "2 missing between others",
        "changes behind",
        "Does not work: sound",
        "1 entry to check",
    ):
        assert part in shown, part
    assert "<svg" in page.text


def test_more_people_than_seats_are_told(app, forum, olga, at_noon):
    with app.app_context():
        arrive(forum, "Ada", "Binta", at=at_noon)
        services.event.set_places(forum.event_id, capacity=1, max_party=5)
    assert "One person more is inside than there are seats." in browser.shown(olga.get(DAY))


def test_periods_are_counted_each(app, forum, olga, at_noon):
    with app.app_context():
        door.entrance(forum.event_id, periods=[at_noon.isoformat()])
        phone = arrive(forum, "Ada", "Binta", at=at_noon - minutes(30))
        arrive(forum, "Cheick", at=at_noon, phone=phone)
    assert "period 1: 2 entered · period 2: 1 entered" in browser.shown(olga.get(DAY))


def test_figures_that_have_not_changed_cost_no_content(app, forum, olga, at_noon):
    with app.app_context():
        phone = arrive(forum, "Ada", at=at_noon)
        path = figures(forum)
    first = olga.get(path)
    again = olga.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    with app.app_context():
        arrive(forum, "Binta", at=at_noon, phone=phone)
    assert olga.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_more_people_and_phones_cost_no_more_questions(app, forum, olga, at_noon):
    def count(path):
        olga.get(path)
        with Statements(app) as statements:
            assert olga.get(path).status_code == 200
        return statements.count

    with app.app_context():
        phone = arrive(forum, "Ada", at=at_noon)
        record(replace(phone, counts=False), new("one", told=Verdict.ADMITTED))
        paths = [DAY, figures(forum), ASIDE, f"{ASIDE}/{phone.device_id}"]
    few = [count(path) for path in paths]
    with app.app_context():
        for number in range(4):
            arrive(forum, f"Guest {number}", at=at_noon, phone=door.phone(forum.event_id, f"{number}"))
            record(replace(phone, counts=False), new(f"{number}", told=Verdict.ADMITTED))
    assert [count(path) for path in paths] == few


@pytest.mark.sqlite_only  # a phone's words are read alike whatever the database
@pytest.mark.parametrize("said", ["x", "99999999999999999999", -1, [1], None])
def test_what_a_phone_says_without_sense_breaks_nothing(app, forum, olga, said):
    with app.app_context():
        phone = door.phone(forum.event_id)
        services.checkin.record_scans(phone, [], health={"waiting": said, "list": said, "camera": said})
    assert olga.get(DAY).status_code == 200


# Entries kept aside


def test_entries_kept_aside_say_what_accepting_does_and_are_accepted(app, forum, olga, at_noon):
    with app.app_context():
        phone = arrive(forum, "Ada", at=at_noon, phone=replace(door.phone(forum.event_id), counts=False))
    shown = browser.shown(olga.get(ASIDE))
    for part in ("1 entry", "1 person more is present", "0 entries more are to be checked"):
        assert part in shown
    assert "Ada" in browser.shown(olga.get(f"{ASIDE}/{phone.device_id}"))
    browser.submit(olga, ASIDE, action=str(phone.device_id))
    assert "1 entry counts now." in browser.shown(olga.get(ASIDE))
    with app.app_context():
        assert door.counts(forum.event_id) == (1, 1, 1)


def test_what_a_stolen_phone_sent_is_set_aside_from_a_time_on(app, forum, olga, at_noon):
    with app.app_context():
        phone = arrive(forum, "Ada", at=at_noon)
    path = f"{ASIDE}/{phone.device_id}"
    refused = browser.submit(olga, path, action="/more")
    assert (refused.status_code, list(browser.refusals(refused))) == (422, ["lost_at"])
    browser.submit(olga, path, {"lost_at": "2026-11-24T11:00"}, action="/more")
    with app.app_context():
        assert door.counts(forum.event_id) == (1, 0, 0)
        assert queries.set_aside.count(forum.event_id) == 1


# Notes about entries


def test_note_is_taken_back_after_a_wrong_click(app, forum, olga, at_noon):
    with app.app_context():
        scan = new("nobody we know", kind=ScanKind.LET_IN)
        record(door.phone(forum.event_id), scan)
        services.conflict.settle(forum.event_id, scan.id, Outcome.SAME_PERSON, account_id=None)
    assert "There is nothing to check." in browser.shown(olga.get(CHECK))
    browser.submit(olga, f"{CHECK}?show=settled", action="/reopen")
    with app.app_context():
        assert queries.conflict.count(forum.event_id) == (1, 0)
    assert "Nobody we know" in browser.shown(olga.get(CHECK))
