"""The desk: phones at the doors, and entries to check."""

import pytest

from eventapp import queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.checkin import Checkpoint, Conflict, Scan
from eventapp.rules.vocabulary import CheckpointKind, Direction, Outcome, Role, ScanKind, ScanMethod, Verdict
from tests import people
from tests.web import browser
from tests.web.world import Statements

PHONES = "/organize/forum/phones"
CHECK = "/organize/forum/entries-to-check"


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage()


@pytest.fixture
def olga(app, forum):
    client = people.sign_in(app, "olga")
    client.get("/organize/?lang=en")
    return client


def phones(app, forum):
    with app.app_context():
        return [device for device, _checkpoint in queries.device.list_of_event(forum.event_id)]


def link(client, path):
    """The link that a phone's page shows, and None where it shows none."""
    found = [p for p in browser.parse(client.get(path).text).iter("p") if p.get("class") == "link"]
    return browser.words(found[0]) if found else None


def add_phone(client, name="Door A"):
    return browser.submit(client, f"{PHONES}/new", {"name": name}).headers["Location"]


# Phones


def test_phone_is_added_and_its_square_shown(app, forum, olga):
    answer = browser.submit(olga, f"{PHONES}/new", {"name": "Door A", "door": "left", "direction": "exit"})
    (phone,) = phones(app, forum)
    assert (phone.name, phone.door, phone.direction) == ("Door A", "left", Direction.EXIT)
    assert answer.headers["Location"] == f"{PHONES}/{phone.id}"
    page = olga.get(answer.headers["Location"])
    assert "<svg" in page.text
    assert "Door A" in browser.shown(olga.get(PHONES))
    assert "not prepared yet" in browser.shown(olga.get(PHONES))


def test_link_of_a_phone_prepares_it(app, forum, olga):
    path = add_phone(olga)
    secret = link(olga, path).rsplit("/", 1)[1]
    with app.app_context():
        token = services.device.redeem(secret)
        assert token


def test_link_is_shown_to_nobody_else(app, forum, olga):
    path = add_phone(olga)
    with app.app_context():
        people.grant("oscar", forum.event_id, Role.ORGANIZER)
    assert link(people.sign_in(app, "oscar"), path) is None


def test_new_link_ends_the_old_one(app, forum, olga):
    path = add_phone(olga)
    old = link(olga, path)
    add_phone(olga, "Door B")  # this browser now holds the link of another phone
    assert link(olga, path) is None
    browser.submit(olga, path, action="/link")
    assert link(olga, path) not in (None, old)
    with app.app_context(), pytest.raises(services.device.Refused):
        services.device.redeem(old.rsplit("/", 1)[1])


def test_phone_sent_twice_is_one(app, forum, olga):
    page = browser.parse(olga.get(f"{PHONES}/new").text)
    sent = {**browser.values(browser.forms(page)[0]), "name": "Door A"}
    for _time in range(2):
        answer = olga.post(f"{PHONES}/new", data=sent)
    assert len(phones(app, forum)) == 1
    assert link(olga, answer.headers["Location"]) is not None


@pytest.mark.parametrize(
    ("wrong", "box"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"door": "x" * 121}, "door"),
        ({"direction": "up"}, "direction"),
        ({"checkpoint": "999"}, "checkpoint"),
    ],
)
def test_phone_that_cannot_be_is_refused_and_keeps_the_input(app, forum, olga, wrong, box):
    typed = {"name": "Door A", "door": "left"} | wrong
    answer = browser.submit(olga, f"{PHONES}/new", typed)
    assert (answer.status_code, list(browser.refusals(answer))) == (422, [box])
    sent = browser.values(browser.forms(browser.parse(answer.text))[0])
    assert (sent["name"], sent["door"]) == (typed["name"], typed["door"])
    assert phones(app, forum) == []


def test_entrance_is_chosen_where_there_are_several(app, forum, olga):
    with app.app_context():
        db.session.add(
            Checkpoint(event_id=forum.event_id, kind=CheckpointKind.DISTRIBUTION, name=LocalizedText(en="Lunch"))
        )
        db.session.commit()
        lunch = queries.checkpoint.find_by_name(forum.event_id, "lunch").id
    browser.submit(olga, f"{PHONES}/new", {"name": "Kitchen", "checkpoint": str(lunch)})
    assert phones(app, forum)[0].checkpoint_id == lunch


def test_phone_is_withdrawn_after_asking(app, forum, olga):
    path = add_phone(olga)
    assert "erases those it has" in browser.shown(olga.get(f"{path}/withdraw"))
    browser.submit(olga, f"{path}/withdraw")
    assert phones(app, forum)[0].revoked_at is not None
    assert "This phone was withdrawn" in browser.shown(olga.get(path))
    assert "withdrawn" in browser.shown(olga.get(PHONES))


def test_withdrawn_phone_gets_no_new_link(app, forum, olga):
    path = add_phone(olga)
    token = browser.values(browser.forms(browser.parse(olga.get(f"{PHONES}/new").text))[0])["csrf_token"]
    browser.submit(olga, f"{path}/withdraw")
    assert olga.post(f"{path}/link", data={"csrf_token": token}).status_code == 409


def test_phone_of_another_event_is_not_found(app, forum, olga):
    with app.app_context():
        theirs = services.device.add(people.stage("other", "max").event_id, "Theirs").device_id
    for path in (f"{PHONES}/{theirs}", f"{PHONES}/{theirs}/withdraw"):
        assert olga.get(path).status_code == 404


def test_list_of_phones_says_when_each_was_heard_of(app, forum, olga, at_noon):
    add_phone(olga)
    with app.app_context():
        device, _checkpoint = queries.device.list_of_event(forum.event_id)[0]
        device.last_contact_at = at_noon
        db.session.commit()
    assert "last heard of 24 Nov, 12:00" in browser.shown(olga.get(PHONES))


def test_welcome_desk_has_no_phones_to_manage(app, forum):
    with app.app_context():
        people.grant("wendy", forum.event_id, Role.WELCOME_DESK)
    client = people.sign_in(app, "wendy")
    assert [client.get(path).status_code for path in (PHONES, CHECK)] == [403, 403]


# Entries to check


def device_of(forum, name):
    device = queries.device.find_by_name(forum.event_id, name)
    return device.id if device else services.device.add(forum.event_id, name).device_id


def dispute(forum, now, number, *, attendee_id=None):
    """An entry on which two phones disagree; returns its id."""
    checkpoint = queries.checkpoint.find_venue(forum.event_id)
    ids = [f"00000000-0000-4000-8000-{2 * number + i:012}" for i in range(2)]
    device_ids = [device_of(forum, name) for name in ("Door A", "Door B")]
    for scan_id, device_id in zip(ids, device_ids, strict=True):
        db.session.add(
            Scan(
                id=scan_id,
                event_id=forum.event_id,
                device_id=device_id,
                checkpoint_id=checkpoint.id,
                attendee_id=attendee_id,
                input="K7QM2XVD",
                kind=ScanKind.ENTRY,
                method=ScanMethod.CAMERA,
                scanned_at=now,
                corrected_at=now,
                received_at=now,
                verdict=Verdict.ALREADY_ADMITTED,
            )
        )
    db.session.flush()
    db.session.add(
        Conflict(
            scan_id=ids[1],
            event_id=forum.event_id,
            checkpoint_id=checkpoint.id,
            attendee_id=attendee_id,
            against_scan_id=ids[0],
            verdict=Verdict.ALREADY_ADMITTED,
            found_at=now,
        )
    )
    db.session.commit()
    return ids[1]


def settled(app, forum, scan_id):
    with app.app_context():
        found = queries.conflict.get(forum.event_id, scan_id)
        return found.outcome, found.settled_by_id


def test_nothing_to_check_says_so(olga):
    assert "There is nothing to check." in browser.shown(olga.get(CHECK))


def test_entry_to_check_shows_who_where_and_by_which_phones(app, forum, olga, at_noon):
    with app.app_context():
        registration_id = people.register(forum.event_id, "Ada Traoré")
        attendee_id = queries.registration.get(registration_id).attendees[0].id
        dispute(forum, at_noon, 1, attendee_id=attendee_id)
    shown = browser.shown(olga.get(CHECK))
    for part in ("Ada Traoré", "Already in", "24 Nov, 12:00, Entrance, phone Door B", "before that", "phone Door A"):
        assert part in shown


def test_entry_of_nobody_shows_what_was_read(app, forum, olga, at_noon):
    with app.app_context():
        dispute(forum, at_noon, 1)
    assert "Nobody we know K7QM2XVD" in browser.shown(olga.get(CHECK))


def test_entry_is_settled_and_may_be_settled_otherwise(app, forum, olga, at_noon):
    with app.app_context():
        scan_id = dispute(forum, at_noon, 1)
    for path, outcome in ((CHECK, Outcome.SAME_PERSON), (f"{CHECK}?show=settled", Outcome.PASSED_ON)):
        browser.submit(olga, path, {"outcome": outcome.value}, action=scan_id)
        assert settled(app, forum, scan_id) == (outcome, forum.owner_id)
    assert "Noted on 24 Nov, 12:00" in browser.shown(olga.get(f"{CHECK}?show=settled"))


@pytest.mark.parametrize("outcome", ["", "nonsense"])
def test_entry_is_not_settled_by_nonsense(app, forum, olga, at_noon, outcome):
    with app.app_context():
        scan_id = dispute(forum, at_noon, 1)
    browser.submit(olga, CHECK, {"outcome": outcome}, action=scan_id)
    assert settled(app, forum, scan_id) == (None, None)
    assert "Please choose one of the answers." in browser.shown(olga.get(CHECK))


def test_entry_of_another_event_is_not_found(app, forum, olga, at_noon):
    with app.app_context():
        other = people.stage("other", "max")
        theirs = dispute(other, at_noon, 1)
        scan_id = dispute(forum, at_noon, 2)
    token = browser.values(browser.forms(browser.parse(olga.get(CHECK).text))[0])["csrf_token"]
    answer = olga.post(f"{CHECK}/{theirs}", data={"csrf_token": token, "outcome": "passed_on"})
    assert answer.status_code == 404
    assert settled(app, other, theirs) == settled(app, forum, scan_id) == (None, None)


@pytest.mark.parametrize("path", [PHONES, CHECK])
def test_many_rows_cost_no_more_questions_than_one(app, forum, olga, at_noon, path):
    def count():
        with Statements(app) as statements:
            assert olga.get(path).status_code == 200
        return statements.count

    with app.app_context():
        dispute(forum, at_noon, 0)
    count()
    few = count()
    with app.app_context():
        for number in range(1, 20):
            dispute(forum, at_noon, number)
            services.device.add(forum.event_id, f"Phone {number}")
    assert count() == few
