"""What phones talk to: scans in, changes out; what is wrong is named; nobody gets what is not theirs."""

import json

import pytest
from sqlalchemy import func, select

from eventapp import queries, services
from eventapp.db import db, transactional
from eventapp.models.checkin import Checkpoint, Scan
from eventapp.models.event import Event
from eventapp.rules.vocabulary import AgeBand, OrganizationType, PhotoConsent, Sex
from eventapp.services.registration import Booking, Person
from tests import door, people
from tests.conftest import NOON
from tests.door import say

SCAN, SYNC = "/api/v1/checkin/scan", "/api/v1/checkin/sync"
PROBLEM = "application/problem+json"


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        staged = people.stage()
        door.entrance(staged.event_id)
        return staged


@pytest.fixture
def ada(app, forum):
    with app.app_context():
        return people.ticket_codes(people.register(forum.event_id, "Ada Traoré", email="ada@example.org"))[0]


class Phone:
    """A phone that talks JSON."""

    def __init__(self, app, event_id, name="A"):
        self.client = app.test_client()
        with app.app_context():
            self.token = door.token(event_id, name)
            self.id = door.paired(self.token).device_id

    def post(self, path, body, **headers):
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.post(path, data=data, headers={"Authorization": f"Bearer {self.token}", **headers})

    def scan(self, text, **facts):
        answer = self.post(SCAN, say(text, **facts))
        assert answer.status_code == 200, answer.text
        return answer.json["verdict"]

    def packed(self):
        """The whole list as it travels."""
        return self.post(SYNC, {}, **{"Accept-Encoding": "gzip"})

    def sync(self, *scans, **body):
        answer = self.post(SYNC, {"scans": scans, **body})
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture
def phone(app, forum):
    return Phone(app, forum.event_id)


def stored(app):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Scan))


# One scan


def test_scan_is_answered_and_the_same_for_ever(app, phone, ada):
    body = say(ada, kind="entry", method="camera", scanned_at="2026-11-24T11:59:00Z", offset=0, seq=1)
    first = phone.post(SCAN, body)
    assert first.json == {"id": body["id"], "verdict": "admitted", "conflict": False}
    assert phone.post(SCAN, {**body, "undreamt_of": 1}).json == first.json
    assert phone.scan(ada) == "already_admitted"
    assert stored(app) == 2


def test_scan_needs_no_more_than_id_and_input(app, phone, ada):
    body = say(ada)
    phone.post(SCAN, body)
    with app.app_context():
        kept = door.kept(body["id"])
        assert (kept.kind, kept.method, kept.scanned_at, kept.door) == ("entry", "camera", NOON, "A")


def test_id_in_capitals_is_the_same_scan(app, phone, ada):
    body = say(ada)
    phone.post(SCAN, body)
    assert phone.post(SCAN, {**body, "id": body["id"].upper()}).json["verdict"] == "admitted"
    assert stored(app) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "7"),
        ("id", None),
        ("checkpoint", "1"),
        ("checkpoint", 0),
        ("checkpoint", 2**40),
        ("door", 1),
        ("door", "x" * 121),
        ("input", 12345678),
        ("input", "x" * 4001),
        ("kind", "entrance"),
        ("method", "eyes"),
        ("scanned_at", "yesterday"),
        ("scanned_at", "2026-11-24T12:00:00"),
        ("scanned_at", "0001-01-01T00:00:00+14:00"),
        ("offset", "1s"),
        ("offset", 10**15),
        ("seq", -1),
        ("verdict", "fine"),
        ("target", "him"),
        ("reason", "x" * 301),
    ],
)
def test_wrong_field_is_named_and_nothing_is_kept(app, phone, ada, field, value):
    body = say(ada)
    answer = phone.post(SCAN, {**body, field: value})
    assert (answer.status_code, answer.mimetype) == (400, PROBLEM)
    assert [error["field"] for error in answer.json["errors"]] == [field]
    result = phone.sync({**body, field: value}, say(ada))["results"]
    assert result[0]["error"]["field"] == field
    assert result[1]["verdict"] == "admitted"
    assert stored(app) == 1


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "7", "null", '{"id":', b"\xff\xfe", "[" * 50_000, '{"x":' + "[" * 100_000 + "]" * 100_000 + "}"],
)
@pytest.mark.parametrize("path", [SCAN, SYNC])
def test_body_that_cannot_be_read(phone, path, body):
    answer = phone.post(path, body)
    assert (answer.status_code, answer.mimetype) == (400, PROBLEM)
    assert answer.json["errors"]


def test_undo_without_target_and_foreign_checkpoint(app, phone, ada):
    with app.app_context():
        theirs = queries.checkpoint.find_venue(people.stage("other", "max").event_id).id
    undo = phone.post(SCAN, say(kind="undo"))
    assert (undo.status_code, undo.json["code"]) == (400, "scan_target_missing")
    foreign = phone.post(SCAN, say(ada, checkpoint=theirs))
    assert (foreign.status_code, foreign.json["code"]) == (400, "checkpoint_missing")
    assert stored(app) == 0


def test_id_of_another_phones_scan_leaks_nothing(app, forum, phone, ada):
    body = say(ada)
    phone.post(SCAN, body)
    for event_id in (forum.event_id, None):
        with app.app_context():
            event_id = event_id or people.stage("other", "max").event_id
        answer = Phone(app, event_id, "B").post(SCAN, body)
        assert (answer.status_code, answer.json["code"]) == (409, "scan_id_taken")
        assert "admitted" not in answer.text


def test_code_of_another_event_does_nothing(app, phone):
    with app.app_context():
        other = people.stage("other", "max")
        theirs = people.ticket_codes(people.register(other.event_id, "Max Mbaye"))[0]
    answer = phone.post(SCAN, say(theirs))
    assert answer.json["verdict"] == "wrong_event"
    assert "Max" not in answer.text
    with app.app_context():
        assert door.admissions(other.event_id) == []


# Who may ask


@pytest.mark.parametrize("path", [SCAN, SYNC])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nothing"}, {"Authorization": "Basic eDp5"}])
def test_without_a_phones_token(client, forum, path, headers):
    answer = client.post(path, json=say("x"), headers=headers)
    assert (answer.status_code, answer.mimetype) == (401, PROBLEM)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_signed_in_account_is_no_phone(app, forum):
    olga = people.sign_in(app, "olga")
    assert olga.post(SYNC, json={}, headers={"Authorization": "Bearer nothing"}).status_code == 401


def test_phones_cookie_alone_is_refused(app, forum, ada):
    browser = app.test_client()
    with app.app_context():
        browser.set_cookie("eventapp-phone", door.token(forum.event_id))
    for origin in ({}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
        assert browser.post(SCAN, json=say(ada), headers=origin).status_code == 400
    own = {"Origin": "http://localhost"}
    assert browser.post(SCAN, data=json.dumps(say(ada)), headers=own, content_type="text/plain").status_code == 400
    assert stored(app) == 0


def test_phones_cookie_is_enough_for_a_script_of_this_site(app, forum, ada):
    browser = app.test_client()
    with app.app_context():
        browser.set_cookie("eventapp-phone", door.token(forum.event_id))
    assert browser.post(SCAN, json=say(ada), headers={"Origin": "http://localhost"}).json["verdict"] == "admitted"


def test_withdrawn_phone_sends_and_gets_nothing(app, forum, phone, ada):
    phone.sync()
    with app.app_context():
        services.device.revoke(forum.event_id, phone.id)
    sent = say(ada, verdict="admitted")
    answer = phone.sync(sent)
    assert answer == {
        "server_time": "2026-11-24T12:00:00Z",
        "results": [{"id": sent["id"], "verdict": None, "conflict": False}],
        "revoked": True,
    }
    with app.app_context():
        assert door.admissions(forum.event_id) == []
        assert door.kept(sent["id"]).set_aside_at == NOON


def test_earlier_token_of_a_phone_paired_again_only_sends(app, forum, ada):
    with app.app_context():
        secret = services.device.add(forum.event_id, "A").pair_secret
        first, second = services.device.redeem(secret), services.device.redeem(secret)
    client = app.test_client()

    def sync(token, *scans):
        return client.post(SYNC, json={"scans": scans}, headers={"Authorization": f"Bearer {token}"}).json

    old = sync(first, say(ada, verdict="admitted"))
    assert old["revoked"]
    assert old["results"][0]["verdict"] == "admitted"
    assert sync(second)["counts"][0]["entered"] == 1


# The list


def test_first_sync_brings_everything_a_phone_needs(app, forum, phone, ada):
    phone.scan(ada)
    answer = phone.sync(device_time="2026-11-24T12:00:00Z", epoch=None, cursor=None)
    assert answer["more"] is False
    changes = answer["changes"]
    assert changes["whole"] is True
    (attendee,) = changes["attendees"]
    assert attendee == {
        "serial": ada[:5],
        "status": "confirmed",
        "id": attendee["id"],
        "type": changes["types"][0]["id"],
        "party": attendee["party"],
        "name": "Ada Traoré",
    }
    assert changes["admissions"] == [
        {
            "attendee": attendee["id"],
            "checkpoint": changes["checkpoints"][0]["id"],
            "entered_at": "2026-11-24T12:00:00Z",
            "last_at": "2026-11-24T12:00:00Z",
            "door": "A",
            "inside": True,
        }
    ]
    with app.app_context():
        key = queries.event.get(forum.event_id).door_key.hex()
    assert changes["event"] == {
        "slug": "forum",
        "title": {"fr": "Forum d’essai", "en": "Trial forum"},
        "languages": ["fr", "en"],
        "is_demo": False,
        "timezone": "Africa/Bamako",
        "door_key": key,
        "unlisted_admission": True,
        "full_house": "ask",
        "ticket_link": "HTTP://127.0.0.1:8000/T/",
        "forget_at": "2027-01-01T17:00:00Z",
    }
    assert answer["phone"] == {
        "name": "A",
        "checkpoint": changes["checkpoints"][0]["id"],
        "room": None,
        "door": "A",
        "direction": "entry",
    }
    assert answer["walk_in_type"] == changes["types"][0]["id"]
    assert answer["places"] == {"capacity": 50, "taken": 1}
    assert "codes" not in answer
    assert answer["counts"] == [
        {"checkpoint": changes["checkpoints"][0]["id"], "period": 0, "expected": 1, "entered": 1, "inside": 1}
    ]


def test_a_phone_gets_no_address_no_whole_number_and_no_answers(app, forum, phone):
    person = Person(
        name="Ada Traoré",
        organization="Lycée Askia",
        organization_type=OrganizationType.SCHOOL,
        function="Proviseure",
        sex=Sex.FEMALE,
        age_band=AgeBand.FROM_25_TO_35,
        region="Kayes",
        photo_consent=PhotoConsent.NO,
        guardian_name="Awa",
        guardian_phone="+22376543210",
    )
    booking = Booking("form-of-ada", "fr", [person], email="ada@example.org", phone="+22365012345")
    with app.app_context():
        services.registration.register(forum.event_id, booking)
    answer = phone.sync()
    (attendee,) = answer["changes"]["attendees"]
    assert (attendee["organization"], attendee["town"]) == ("Lycée Askia", "Kayes")
    assert (attendee["digits"], attendee["photo"]) == ("45", False)
    # What is drawn at random may hold any four digits.
    del attendee["serial"], answer["changes"]["event"]["door_key"], answer["epoch"]
    text = json.dumps(answer, ensure_ascii=False)
    for secret in ("example.org", "6501", "7654", "Proviseure", "female", "25-35", "Awa", "school"):
        assert secret not in text


def test_who_gave_the_place_back_or_has_a_newer_ticket_is_a_serial_alone(app, forum, phone, ada):
    with app.app_context():
        attendee = queries.ticket.get(ada).attendee
        newer = services.ticket.reissue(attendee.id).code
        cursor = phone.sync()
        services.attendee.cancel(attendee.id)
    rows = {row["serial"]: row for row in cursor["changes"]["attendees"]}
    assert rows[ada[:5]] == {"serial": ada[:5], "status": "revoked"}
    assert rows[newer[:5]]["name"] == "Ada Traoré"
    changed = phone.sync(epoch=cursor["epoch"], cursor=cursor["cursor"])["changes"]["attendees"]
    assert {row["serial"]: row for row in changed} == {
        ada[:5]: {"serial": ada[:5], "status": "revoked"},
        newer[:5]: {"serial": newer[:5], "status": "cancelled", "since": "2026-11-24T12:00:00Z"},
    }


def test_later_syncs_bring_only_what_changed(app, forum, phone, ada):
    first = phone.sync()
    known = {"epoch": first["epoch"], "cursor": first["cursor"]}
    nothing = phone.sync(**known)
    assert nothing["changes"] == {
        "whole": False,
        "checkpoints": [],
        "types": [],
        "attendees": [],
        "admissions": [],
        "notices": [],
    }
    with app.app_context():
        people.register(forum.event_id, "Bintou")
    changed = phone.sync(**known)
    assert [row["name"] for row in changed["changes"]["attendees"]] == ["Bintou"]
    assert phone.sync(epoch=changed["epoch"], cursor=changed["cursor"])["changes"]["attendees"] == []
    other = Phone(app, forum.event_id, "B")
    other.scan(ada)
    assert phone.sync(epoch=changed["epoch"], cursor=changed["cursor"])["changes"]["admissions"][0]["door"] == "B"


def test_changed_event_and_checkpoint_come_along(app, forum, phone):
    first = phone.sync()

    @transactional
    def change():
        db.session.get_one(Event, forum.event_id).unlisted_admission = False
        db.session.scalars(select(Checkpoint)).one().closes_at = people.ENDS

    with app.app_context():
        change()
    changes = phone.sync(epoch=first["epoch"], cursor=first["cursor"])["changes"]
    assert changes["event"]["unlisted_admission"] is False
    assert changes["checkpoints"][0]["closes_at"] == "2026-12-18T17:00:00Z"


@pytest.mark.parametrize("known", [{"cursor": "5"}, {"epoch": "elsewhere", "cursor": "5"}, {"cursor": 5}])
def test_another_epoch_or_none_means_the_whole_list(phone, ada, known):
    answer = phone.sync(**known)
    assert answer["changes"]["whole"] is True
    assert len(answer["changes"]["attendees"]) == 1


def test_cursor_ahead_of_us_means_the_whole_list(phone, ada):
    first = phone.sync()
    answer = phone.sync(epoch=first["epoch"], cursor="999999999")
    assert answer["changes"]["whole"] is True
    assert answer["cursor"] == first["cursor"]


@pytest.mark.parametrize("cursor", ["x", "-1", "1:x", "1:ABCDE:3", "1:abcde", "1" * 19, ""])
def test_cursor_that_is_none_of_ours(phone, cursor):
    answer = phone.post(SYNC, {"epoch": "e", "cursor": cursor})
    assert answer.status_code == 400
    assert answer.json["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("field", ["device_time", "epoch", "cursor", "scans", "health"])
def test_wrong_field_of_the_envelope_is_named(phone, field):
    answer = phone.post(SYNC, {field: [[1]]} if field != "scans" else {field: 7})
    assert answer.status_code == 400
    assert answer.json["errors"][0]["field"] == field


# A request of many scans


def test_each_scan_is_kept_or_refused_by_itself(app, forum, phone, ada):
    bad = [7, {"id": "no id"}, say(ada, kind="dance"), say(kind="undo"), say(ada, checkpoint=12345)]
    good = [say(ada, verdict="admitted"), say("AAAA-AAAA", method="typed", verdict="mistyped")]
    results = phone.sync(*bad[:3], good[0], *bad[3:], good[1])["results"]
    assert ["error" in result for result in results] == [True, True, True, False, True, True, False]
    assert [result.get("id") for result in results[1:4]] == ["no id", bad[2]["id"], good[0]["id"]]
    assert [results[3]["verdict"], results[6]["verdict"]] == ["admitted", "mistyped"]
    assert stored(app) == 2


def test_half_a_sign_in_one_scan_blocks_no_other(app, phone, ada):
    strange, fine = say("strange"), say(ada)
    body = json.dumps({"scans": [strange, fine]}).replace('"strange"', '"\\ud800 \\u0000 x"')
    results = phone.post(SYNC, body).json["results"]
    assert [result["verdict"] for result in results] == ["unknown", "admitted"]
    assert stored(app) == 2


def test_five_hundred_scans_are_one_request_and_one_more_is_too_many(app, forum, phone):
    with app.app_context():
        codes = [code for _ in range(10) for code in people.ticket_codes(people.register(forum.event_id, *"ABCDE"))]
    scans = [
        say(codes[number % 50], verdict="admitted", scanned_at=f"2026-11-24T11:00:00.{number:03}Z")
        for number in range(500)
    ]
    results = phone.sync(*scans)["results"]
    assert [result["id"] for result in results] == [scan["id"] for scan in scans]
    assert sum(result["conflict"] for result in results) == 450
    assert phone.sync(*scans)["results"] == results
    answer = phone.post(SYNC, {"scans": [*scans, say("x")]})
    assert (answer.status_code, answer.mimetype) == (413, PROBLEM)
    assert stored(app) == 500


def test_body_that_is_too_large(phone):
    answer = phone.post(SYNC, b'{"x":"' + b"x" * (2 * 1024 * 1024) + b'"}')
    assert (answer.status_code, answer.mimetype) == (413, PROBLEM)


def test_health_is_kept_with_how_far_the_clock_is_ahead(app, phone):
    phone.sync(device_time="2026-11-24T12:00:02.500Z", health={"waiting": 3, "camera": True, "note": None})
    with app.app_context():
        row = door.device(phone.id)
        assert row.health == {"waiting": 3, "camera": True, "note": None, "clock_ahead_ms": 2500}
        assert row.last_contact_at == NOON


def test_answer_is_compressed_and_kept_by_nobody(phone, ada):
    answer = phone.packed()
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "no-store"


def test_list_of_five_hundred_is_small(app, forum, phone):
    with app.app_context():
        _register_many(forum.event_id, 500)
    answer = phone.packed()
    assert len(answer.data) < 30_000


@transactional
def _register_many(event_id, number):
    for n in range(number):
        name = f"{['Fatoumata', 'Oumar', 'Kadiatou', 'Seydou'][n % 4]} {['Sacko', 'Kouyaté', 'Dembélé'][n % 3]} {n}"
        people.register(event_id, name)


# People who register at the door


AWA = {"name": "Awa Kéïta", "sex": "female", "age_band": "25-35", "town": "Kayes"}


def test_phone_that_runs_short_gets_all_its_codes_and_gives_one_away(app, phone):
    codes = phone.sync(codes=99)["codes"]
    assert len(codes) == 200
    assert "codes" not in phone.sync(codes=100)
    scan = say(codes[0], kind="walk_in", verdict="admitted", walk_in=AWA)
    answer = phone.sync(scan, codes=0)
    assert answer["results"] == [{"id": scan["id"], "verdict": "admitted", "conflict": False}]
    assert set(codes[1:]) < set(answer["codes"])
    (row,) = answer["changes"]["attendees"]
    assert (row["serial"], row["name"], row["town"]) == (codes[0][:5], "Awa Kéïta", "Kayes")
    assert answer["places"] == {"capacity": 50, "taken": 1}


def test_phone_that_may_only_send_gets_no_codes(app, forum, phone):
    with app.app_context():
        services.device.revoke(forum.event_id, phone.id)
    assert set(phone.sync(codes=0)) == {"server_time", "results", "revoked"}


@pytest.mark.parametrize(
    ("who", "field"),
    [
        (None, "walk_in"),
        ({}, "walk_in.name"),
        ({"name": 7}, "walk_in.name"),
        ({"name": " "}, "walk_in.name"),
        ({**AWA, "sex": "woman"}, "walk_in.sex"),
        ({**AWA, "age_band": "30"}, "walk_in.age_band"),
        ({**AWA, "town": "x" * 201}, "walk_in.town"),
    ],
)
def test_walk_in_that_cannot_be_read_is_named_and_stops_no_other(app, phone, who, field):
    bad, good = say(kind="walk_in", walk_in=who), say(kind="walk_in", walk_in=AWA)
    refused, kept = phone.sync(bad, good)["results"]
    assert (refused["id"], refused["error"]["field"], kept["verdict"]) == (bad["id"], field, "admitted")
    assert phone.post(SCAN, bad).status_code == 400
    assert stored(app) == 1
