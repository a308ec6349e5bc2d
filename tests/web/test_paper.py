"""Lists on paper at the desk: made, printed, added to, entered after a look, compared; and at the door."""

import re
from datetime import timedelta

import pytest

from eventapp import queries, services
from tests import door, people

PAPER = "/organize/forum/paper"


@pytest.fixture
def forum(app, time, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.app_context():
        staged = people.stage()
        door.entrance(staged.event_id)
        return staged


@pytest.fixture
def olga(app, forum):
    return people.sign_in(app, "olga")


@pytest.fixture
def listed(app, forum, time):
    """A list of Ada and Awa, on the day of the event."""
    with app.app_context():
        people.register(forum.event_id, "Ada Traoré", "Awa Diarra")
        made = services.paper_list.make(forum.event_id, form_id="list-1", by=forum.owner_id).id
    time.now = people.STARTS + timedelta(hours=2)
    return made


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def form_id(page):
    return re.search(r'name="form_id"[^>]* value="([^"]+)"', page.text)[1]


def place(page):
    return re.search(r'<option value="(\d+-\d+)"', page.text)[1]


def test_list_is_made_and_printed_and_asked_for_a_supplement(app, forum, olga):
    assert "Nobody has a confirmed place yet." in words(olga.get(f"{PAPER}?lang=en"))
    with app.app_context():
        people.register(forum.event_id, "Ada Traoré")
    made = olga.post(PAPER, data={"form_id": form_id(olga.get(PAPER))})
    with app.app_context():
        people.register(forum.event_id, "Awa Diarra")
    page = olga.get(f"{made.location}?lang=en")
    assert "1 person since" in words(page)
    data = {"form_id": form_id(page), "kind": "attendance_sheet", "part": "", "initials": "", "ticket_type": ""}
    asked = olga.post(made.location, data=data)
    assert "Attendance sheets · List 1" in words(olga.get(f"{asked.location}?lang=en"))
    added = olga.post(f"{made.location}/supplement", data={"form_id": "supplement-1"})
    assert added.status_code == 303
    assert "Supplement 1: numbers 2 to 2, sheets 2 to 2" in words(olga.get(f"{made.location}?lang=en"))


@pytest.mark.parametrize("wrong", [{"kind": "tickets"}, {"part": "7"}, {"initials": "é"}, {"ticket_type": "0"}])
def test_choice_that_does_not_exist_is_refused(listed, olga, wrong):
    data = {"form_id": "print-one", "kind": "door_list", "part": "", "initials": "", "ticket_type": ""} | wrong
    assert olga.post(f"{PAPER}/{listed}", data=data).status_code == 422


def test_rows_are_looked_at_entered_and_taken_back(listed, olga):
    address = f"{PAPER}/{listed}/enter?lang=en"
    empty = olga.get(address)
    data = {"form_id": form_id(empty), "rows": "1 7", "place": place(empty), "at": ""}
    seen = olga.post(address, data=data | {"step": "look"})
    assert seen.status_code == 200
    assert "1 person comes in by this. This list ends with number 2. It has no row: 7." in words(seen)
    assert "Ada Traoré" in seen.text
    assert "Awa Diarra" not in seen.text
    told = re.search(r'name="seen"[^>]* value="([^"]+)"', seen.text)[1]
    other = olga.post(address, data=data | {"step": "enter", "rows": "2", "seen": told})
    assert (other.status_code, "Awa Diarra" in other.text) == (200, True)  # nobody enters what they have not seen
    done = olga.post(address, data=data | {"step": "enter", "seen": told})
    assert done.status_code == 303
    page = olga.get(f"{done.location}?lang=en")
    assert re.search(r"\b1 row ", words(page))
    undo = re.search(r'href="([^"]+/undo)"', page.text)[1]
    assert "Take this entry of 1 rows back?" in words(olga.get(f"{undo}?lang=en"))
    assert olga.post(undo).status_code == 303
    assert "Taken back" in words(olga.get(f"{done.location}?lang=en"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rows": ""}, "Please write the numbers of the rows"),
        ({"rows": "x"}, "“x” is no number of a row."),
        ({"rows": "99"}, "It ends with number 2."),
        ({"place": ""}, "Please choose an entrance"),
        ({"place": "9999-0"}, "answer"),
        ({"at": "2026-12-18T23:00"}, "This lies ahead"),
        ({"at": "\x00"}, "time"),
    ],
)
def test_what_cannot_be_entered_gets_a_sentence_and_keeps_the_rest(listed, olga, wrong, said):
    address = f"{PAPER}/{listed}/enter?lang=en"
    data = {"form_id": "entry-one", "rows": "1", "place": place(olga.get(address)), "at": "", "step": "look"} | wrong
    answer = olga.post(address, data=data)
    assert answer.status_code == 422
    assert said in words(answer)


def test_comparison_says_where_people_stand_and_makes_a_table(app, forum, listed, olga):
    with app.app_context():
        codes = people.ticket_codes(people.register(forum.event_id, "=Issa"))
        door.ask(door.phone(forum.event_id), codes[0])
    page = olga.get(f"{PAPER}/compare?lang=en&show=scanned&page=9")
    assert "Scanned, not on paper (1)" in words(page)
    assert "=Issa" in page.text
    table = olga.get(f"{PAPER}/compare.csv?lang=en")
    assert table.mimetype == "text/csv"
    assert "'=Issa" in table.text


def test_door_sends_people_to_their_sheet_and_line(app, forum, listed):
    with app.app_context():
        token = door.token(forum.event_id)
        [awa] = queries.paper_list.list_lines(listed, [2])
        code = people.ticket_codes(awa.attendee.registration_id)[1]
    headers = {"Authorization": f"Bearer {token}"}
    client = app.test_client()
    people_told = client.post("/api/v1/checkin/sync", json={}, headers=headers).json["changes"]["attendees"]
    assert sorted(one["line"] for one in people_told) == ["1/1", "1/2"]
    client.set_cookie("eventapp-phone", token)
    page = client.post("/checkin/scan?lang=en", data={"code": code, "id": "00000000-0000-4000-8000-000000000001"})
    assert "Sheet 1, line 2" in words(client.get(f"{page.location}&lang=en"))
