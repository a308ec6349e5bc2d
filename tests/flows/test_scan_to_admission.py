"""Second story: a ticket is read at the door, the person is in, and whoever shares the door hears of it."""

import io

import zxingcpp
from PIL import Image

from eventapp import services
from tests import door, people
from tests.web import browser

SYNC = "/api/v1/checkin/sync"


def answer(page):
    """Headline, name and what else the answer says."""
    (section,) = (element for element in page.iter("section") if element.get("role") == "status")
    return browser.words(section)


def read_by_reader(client, text):
    """A reader types what it read and Enter; returns the page that follows."""
    form = browser.forms(browser.parse(client.get("/checkin/").text))[0]
    sent = client.post("/checkin/scan", data={**browser.values(form), "code": text})
    assert sent.status_code == 303
    return browser.parse(client.get(sent.headers["Location"]).text)


def test_ticket_is_read_and_the_other_door_hears_of_it(app, client, at_noon):
    with app.app_context():
        forum = people.stage()
        door.entrance(forum.event_id)
        code = people.ticket_codes(people.register(forum.event_id, "Ada Traoré"))[0]
        secret = services.device.add(forum.event_id, "Porte A", door="Porte A").pair_secret
        other = {"Authorization": f"Bearer {door.token(forum.event_id, 'Porte B')}"}
        lost = {"Authorization": f"Bearer {door.token(forum.event_id, 'Porte C')}"}

    # The phone at door B has its list before the doors open; the one at door C loses the network at once.
    first = client.post(SYNC, json={}, headers=other).json
    client.post(SYNC, json={}, headers=lost)

    client.get("/?lang=en")
    assert client.post(f"/checkin/pair/{secret}").status_code == 303
    picture = client.get(f"/t/{code}.png").data
    (square,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    welcome = answer(read_by_reader(client, square.text))
    assert welcome.startswith("Welcome Ada Traoré General public")
    assert answer(read_by_reader(client, code[:8])).startswith("Already in Ada Traoré")

    news = client.post(SYNC, json={"epoch": first["epoch"], "cursor": first["cursor"]}, headers=other).json
    assert [(entered["door"], entered["inside"]) for entered in news["changes"]["admissions"]] == [("Porte A", True)]
    assert [(c["expected"], c["entered"]) for c in news["counts"]] == [(1, 1)]

    # Door C let somebody in with the same ticket, and says so when it has a network again.
    scan = door.say(code, verdict="admitted", scanned_at="2026-11-24T12:00:30Z")
    for _time in range(2):
        late = client.post(SYNC, json={"scans": [scan]}, headers=lost).json
        assert late["results"] == [{"id": scan["id"], "verdict": "already_admitted", "conflict": True}]
    with app.app_context():
        assert door.counts(forum.event_id) == (1, 1, 1)
        assert [(scan_id, verdict) for scan_id, verdict, _ in door.conflicts(forum.event_id)] == [
            (scan["id"], "already_admitted")
        ]
