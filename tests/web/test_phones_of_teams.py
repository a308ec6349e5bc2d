"""A team's phones, from the desk's link to the first list; what a phone says about itself; files handed in."""

import io
import json
import re
import uuid

import pytest

from eventapp import queries, services
from eventapp.db import db
from eventapp.models.checkin import Scan
from eventapp.rules import hand_in
from eventapp.rules.readiness import Check
from tests import door, people
from tests.web import browser

PHONES = "/organize/forum/phones"
SYNC = "/api/v1/checkin/sync"


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


@pytest.fixture
def team(olga):
    """The page of a link for two phones."""
    answer = browser.submit(olga, f"{PHONES}/teams/new", {"name": "Scouts", "max_phones": "2"})
    return answer.headers["Location"]


@pytest.fixture
def link(olga, team):
    return re.search(r"/checkin/team/[a-z2-7]{32}", olga.get(team).text)[0]


def prepare(app, link, name="Awa", **more):
    client = app.test_client()
    client.get("/?lang=en")
    return client, client.post(link, data={"name": name, **more})


def sync(client, **body):
    return client.post(SYNC, json=body, headers={"Origin": "http://localhost"}).json


# Preparing


def test_team_is_prepared_and_let_begin(app, olga, team, link):
    client, answer = prepare(app, link)
    assert answer.headers["Location"] == "/checkin/scanner#ready"
    assert sync(client) == {
        "server_time": "2026-11-24T12:00:00Z",
        "results": [],
        "waits": True,
        "phone": {"name": "Awa"},
    }
    assert client.get("/checkin/").status_code == 403
    assert "Waits for the organizer" in browser.shown(client.get("/checkin/"))
    assert "1 of 2 phones" in browser.shown(olga.get(team))
    assert "… waits for you" in browser.shown(olga.get(PHONES))
    browser.submit(olga, team, action="/approve")
    assert "door_key" in sync(client)["changes"]["event"]
    assert client.get("/checkin/open").headers["Location"] == "/checkin/scanner"


def test_numbers_that_no_phone_has_let_nobody_begin(app, olga, team, link, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    client = prepare(app, link, "Awa")[0]
    for number in ("9" * 5_000, "9" * 30, "-1", "²", "0"):
        assert olga.post(f"{team}/approve", data={"phone": number}).status_code == 303
    assert sync(client)["waits"] is True


def test_all_that_wait_are_let_begin(app, olga, team, link):
    clients = [prepare(app, link, name)[0] for name in ("Awa", "Binta")]
    browser.submit(olga, team, action=f"{team}/approve")
    assert ["changes" in sync(client) for client in clients] == [True, True]


def test_looking_at_a_teams_link_uses_nothing_up(app, client, olga, team, link):
    for _time in range(3):
        assert client.get(link).status_code == 200
    assert "0 of 2 phones" in browser.shown(olga.get(team))


@pytest.mark.parametrize(("name", "status"), [("", 422), ("x" * 121, 422), ("Awa", 422), ("Coumba", 410)])
def test_phone_that_cannot_be_prepared_says_why(app, link, name, status):
    prepare(app, link, "Awa")
    if status == 410:
        prepare(app, link, "Binta")
    _client, answer = prepare(app, link, name)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert ("It is the same phone" in answer.text) is (name == "Awa")


def test_ended_link_says_so_and_asks_first(app, client, olga, team, link):
    assert "It prepares no further phone." in browser.shown(olga.get(f"{team}/end"))
    browser.submit(olga, f"{team}/end")
    assert client.get(f"{link}?lang=en").status_code == 410
    assert "ended" in browser.shown(olga.get(team))


def test_link_is_shown_to_nobody_else_and_a_new_one_ends_it(app, client, forum, olga, team, link):
    with app.app_context():
        people.grant("oscar", forum.event_id, people.Role.ORGANIZER)
    assert "/checkin/team/" not in people.sign_in(app, "oscar").get(team).text
    browser.submit(olga, f"{PHONES}/teams/new", {"name": "Guides"})  # this browser now holds another link
    assert "/checkin/team/" not in olga.get(team).text
    browser.submit(olga, team, action="/link")
    assert "/checkin/team/" in olga.get(team).text
    assert client.get(link).status_code == 404


# What a phone says about itself


def test_list_of_phones_says_what_each_misses(app, forum, olga):
    client = app.test_client()
    with app.app_context():
        client.set_cookie("eventapp-phone", door.token(forum.event_id, "Door A"))
    good = {check.value: True for check in Check}
    cursor = sync(client)["cursor"]
    sync(client, health={**good, "waiting": 0, "list": cursor})
    assert "✓ ready" in browser.shown(olga.get(PHONES))
    sync(client, health={**good, "camera": None, "sound": False, "waiting": 7, "list": "0"})
    shown = browser.shown(olga.get(PHONES))
    for part in ("! not ready", "Missing: camera, sound", "7 entries to send", "behind"):
        assert part in shown


def test_health_that_makes_no_sense_harms_no_page(app, forum, olga):
    client = app.test_client()
    with app.app_context():
        client.set_cookie("eventapp-phone", door.token(forum.event_id, "Door A"))
    sync(client, health={"camera": "x" * 200, "waiting": 1e300, "list": "²:", "sound": -1})
    assert olga.get(PHONES).status_code == 200


# Leaving


def test_phone_that_leaves_delivers_and_gets_nothing_more(app, forum):
    client = app.test_client()
    with app.app_context():
        code = people.ticket_codes(people.register(forum.event_id, "Ada Traoré"))[0]
        token = door.token(forum.event_id)
    client.set_cookie("eventapp-phone", token)
    scan = door.say(code, verdict="admitted")
    answer = client.post(SYNC, json={"scans": [scan], "leaving": True}, headers={"Origin": "http://localhost"})
    assert answer.json["results"] == [{"id": scan["id"], "verdict": "admitted", "conflict": False}]
    assert answer.json["revoked"]
    assert "changes" not in answer.json
    assert "eventapp-phone=;" in answer.headers["Set-Cookie"]
    lost = client.post(SYNC, json={"scans": [scan], "leaving": True}, headers={"Authorization": f"Bearer {token}"})
    assert lost.json["results"] == answer.json["results"]


def test_leaving_by_the_page_names_what_the_scanner_had_to_send(app, forum):
    client = app.test_client()
    with app.app_context():
        client.set_cookie("eventapp-phone", door.token(forum.event_id))
    sync(client, health={"waiting": 3})
    assert "had 3 entries to send" in browser.shown(client.get("/checkin/leave?lang=en"))


# A stolen token


def test_stolen_token_reads_no_addresses_no_answers_and_no_other_event(app, forum):
    client = app.test_client()
    with app.app_context():
        people.register(forum.event_id, "Ada Traoré", email="ada@example.org", phone="+22376543210")
        other = people.stage("other", "max").event_id
        people.register(other, "Zoumana Ailleurs", email="zou@example.org")
        bearer = {"Authorization": f"Bearer {door.token(forum.event_id)}"}
        place = queries.checkpoint.find_venue(other).id
    got = client.post(SYNC, json={}, headers=bearer).text
    assert "Ada Traoré" in got
    for secret in ("ada@example.org", "76543210", "Zoumana", "zou@example.org"):
        assert secret not in got
    elsewhere = client.post(SYNC, json={"scans": [door.say("K7QM2XVD", checkpoint=place)]}, headers=bearer).json
    assert elsewhere["results"][0]["error"]["code"] == "checkpoint_missing"
    for path in ("/organize/forum/registrations", PHONES, "/organize/other/phones"):
        assert client.get(path, headers=bearer).status_code == 302


# Files handed in


def file_of(device_id, *scans, **other):
    text = json.dumps(scans)
    with_proof = {
        "format": hand_in.FORMAT,
        "phone": device_id,
        "scans": text,
        "proof": hand_in.proof(services.hand_in.key(device_id), device_id, text),
    }
    return json.dumps(with_proof | other)


def hand(client, content):
    page = browser.parse(client.get(f"{PHONES}/hand-in").text)
    sent = browser.values(browser.forms(page)[0])
    file = (io.BytesIO(content.encode()), "scans.json")
    return client.post(f"{PHONES}/hand-in", data={**sent, "file": file}, content_type="multipart/form-data")


def test_file_is_taken_in_once_and_a_malformed_scan_blocks_no_other(app, forum, olga):
    with app.app_context():
        device_id = door.phone(forum.event_id, "Door A").device_id
        code = people.ticket_codes(people.register(forum.event_id, "Ada Traoré"))[0]
        wrong = str(uuid.uuid4())
        scans = [door.say(code, verdict="admitted"), {"id": wrong, "kind": "dance"}, door.say("AAAAAAAA")]
        content = file_of(device_id, *scans)
    for _time in range(2):
        shown = browser.shown(hand(olga, content))
        assert "2 entries of “Door A” are kept" in shown
        assert f"No. 2 ({wrong}) · kind:" in shown
    with app.app_context():
        assert db.session.query(Scan).count() == 2
        assert door.counts(forum.event_id) == (1, 1, 1)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "no json",
        lambda text: "[]",
        lambda text: text.replace(hand_in.FORMAT, "other"),
        lambda text: text.replace("AAAAAAAA", "BBBBBBBB"),
        lambda text: json.dumps(json.loads(text) | {"phone": 2**31 - 1}),
        lambda text: json.dumps(json.loads(text) | {"scans": "{"}),
        lambda text: json.dumps(json.loads(text) | {"proof": "\u00e9"}),
    ],
)
def test_file_that_no_phone_of_ours_wrote_is_refused(app, forum, olga, spoil):
    with app.app_context():
        content = spoil(file_of(door.phone(forum.event_id).device_id, door.say("AAAAAAAA")))
    answer = hand(olga, content)
    assert (answer.status_code, list(browser.refusals(answer))) == (422, ["file"])
    with app.app_context():
        assert db.session.query(Scan).count() == 0
