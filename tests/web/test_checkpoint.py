"""Entrances at the desk, and what phones say and hear of them."""

import re
import uuid

import pytest

from eventapp import queries, services
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import CheckpointKind, Direction, Policy
from eventapp.services.programme import SessionFacts
from tests import door as open_door
from tests import people
from tests.conftest import NOON
from tests.web.test_checkin_api import Phone
from tests.web.test_checkin_door import new_link, send, token

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def forum(app):
    with app.app_context():
        staged = people.stage()
        open_door.entrance(staged.event_id)
        return staged


@pytest.fixture
def ada(app, forum):
    with app.app_context():
        return people.ticket_codes(people.register(forum.event_id, "Ada Traoré"))[0]


@pytest.fixture
def desk(app, forum):
    client = people.sign_in(app, "olga")
    client.get("/?lang=en")
    return client


def fill(desk, path, **fields):
    page = desk.get(path)
    usual = {"csrf_token": token(page.text), "kind": "venue", "policy": "returns", "session": "", **fields}
    found = re.search(r'name="form_id"[^>]* value="([^"]+)"', page.text)
    return desk.post(path, data=usual | ({"form_id": found[1]} if found else {}))


def checkpoints(app, forum):
    with app.app_context():
        return queries.checkpoint.list_of_event(forum.event_id)


# At the desk


def test_lunch_is_added_changed_and_closed(app, forum, desk):
    path = f"/organize/{forum.slug}/entrances"
    more = {"name-fr": "Déjeuner", "kind": "distribution", "policy": "single", "times": "14h"}
    assert fill(desk, f"{path}/new", **more).status_code == 303
    lunch = checkpoints(app, forum)[-1]
    assert (lunch.kind, lunch.policy, lunch.periods) == ("distribution", "single", ["2026-12-18T14:00:00+00:00"])
    listed = desk.get(path).text
    assert "Déjeuner" in listed
    assert "half-days from 14:00" in listed
    changed = fill(desk, f"{path}/{lunch.id}", **more, closes_at="2026-12-18T15:00")
    assert changed.status_code == 303
    desk.post(f"{path}/{lunch.id}/close", data={"csrf_token": token(desk.get(f"{path}/{lunch.id}/close").text)})
    row = checkpoints(app, forum)[-1]
    assert (row.closes_at.hour, row.closed_at) == (15, NOON)
    assert "Closed since" in desk.get(path).text


def test_what_is_wrong_stands_beside_its_field_and_is_kept(desk, forum):
    answer = fill(desk, f"/organize/{forum.slug}/entrances/new", **{"name-fr": "Porte", "times": "noon"})
    assert answer.status_code == 422
    assert "Please write times of day such as 08:00 14:00." in answer.text
    assert 'value="noon"' in answer.text
    assert 'value="Porte"' in answer.text


def test_half_days_by_the_breaks_are_proposed_and_nothing_is_saved(app, forum, desk):
    with app.app_context():
        for kind, begins, ends in (("talk", 0, 3), ("break", 3, 4), ("talk", 4, 7)):
            hour = open_door.minutes(60)
            services.programme.add_session(
                forum.event_id,
                SessionFacts(
                    title=LocalizedText(fr=kind),
                    kind=kind,
                    starts_at=people.STARTS + begins * hour,
                    ends_at=people.STARTS + ends * hour,
                ),
            )
    answer = fill(desk, f"/organize/{forum.slug}/entrances/new", propose="1")
    assert (answer.status_code, len(checkpoints(app, forum))) == (200, 1)
    assert 'value="13:00"' in answer.text


def test_doors_of_sessions_are_made_at_once(app, forum, desk):
    with app.app_context():
        services.programme.add_session(forum.event_id, SessionFacts(title=LocalizedText(fr="Atelier")))
    path = f"/organize/{forum.slug}/entrances"
    for expected in ("1 entrance was added.", "Each of these sessions has its entrance already."):
        desk.post(f"{path}/for-sessions", data={"csrf_token": token(desk.get(path).text), "which": "all"})
        assert expected in desk.get(path).text
    junk = {"csrf_token": token(desk.get(path).text), "which": "9" * 30}
    assert desk.post(f"{path}/for-sessions", data=junk).status_code == 404


def test_phone_is_named_for_a_room(app, forum, desk):
    with app.app_context():
        room = services.programme.add_room(forum.event_id, LocalizedText(fr="Salle B")).id
    path = f"/organize/{forum.slug}/phones/new"
    entrance = checkpoints(app, forum)[0].id
    answer = fill(desk, path, name="Awa", checkpoint=entrance, room=room, direction="entry")
    assert "Salle B" in desk.get(answer.headers["Location"]).text


# By the API


def test_windows_come_before_the_scans_of_the_same_request(app, forum, ada):
    with app.app_context():
        entrance = open_door.entrance(forum.event_id, opens_at=people.STARTS + open_door.minutes(600))
    phone = Phone(app, forum.event_id)
    word = {"id": str(uuid.uuid4()), "checkpoint": entrance, "opens_at": "2026-01-01T00:00:00Z"}
    bad = {"id": "no id", "checkpoint": entrance}
    scan = open_door.say(ada, verdict="admitted")
    first = phone.sync(scan, windows=[bad, word])
    assert [one["id"] for one in first["windows"]] == ["no id", word["id"]]
    assert (first["windows"][0]["error"]["field"], "changed_at" in first["windows"][1]) == ("id", True)
    assert first["results"] == [{"id": scan["id"], "verdict": "admitted", "conflict": False}]
    (place,) = first["changes"]["checkpoints"]
    assert (place["opens_at"], place["window"]["by"]) == ("2026-01-01T00:00:00Z", "A")
    again = phone.sync(windows=[word], cursor=first["cursor"], epoch=first["epoch"])
    assert (again["windows"], again["changes"]["checkpoints"]) == ([first["windows"][1]], [])
    assert phone.post("/api/v1/checkin/sync", {"windows": [word] * 51}).status_code == 413


def test_a_phone_gets_rooms_times_and_seats(app, forum, ada):
    with app.app_context():
        room = services.programme.add_room(forum.event_id, LocalizedText(fr="Salle B")).id
        title = LocalizedText(fr="Atelier")
        given = SessionFacts(title=title, room_id=room, starts_at=people.STARTS, ends_at=people.ENDS)
        session = services.programme.add_session(forum.event_id, given).id
        services.session_seat.set_seats(forum.event_id, session, 5)
        attendee = queries.ticket.get(ada).attendee.id
        services.session_seat.take(forum.event_id, session, attendee, account_id=forum.owner_id)
        services.release.release(forum.event_id)
        services.checkpoint.add_for_sessions(forum.event_id)
        token = open_door.token(forum.event_id, "Salle B", room_id=room)
    phone = Phone(app, forum.event_id)
    phone.token = token
    news = phone.sync()
    place = news["changes"]["checkpoints"][-1]
    assert {name: place[name] for name in ("kind", "session", "room", "starts_at", "ends_at", "closed_at")} == {
        "kind": "session",
        "session": session,
        "room": room,
        "starts_at": "2026-12-18T09:00:00Z",
        "ends_at": "2026-12-18T17:00:00Z",
        "closed_at": None,
    }
    assert news["phone"]["room"] == {"id": room, "name": {"fr": "Salle B"}}
    assert news["changes"]["attendees"][0]["sessions"] == [session]
    assert news["checkpoint_ids"] == [one["id"] for one in news["changes"]["checkpoints"]]


# On the page without script


def answer(page, code):
    """What the page says to a code."""
    return page.get(send(page, code).headers["Location"]).text


@pytest.fixture
def page(app, forum):
    client = app.test_client()
    client.get("/?lang=en")
    client.post(f"/checkin/pair/{new_link(app, forum)}")
    return client


def test_entrance_is_opened_early_after_a_question(app, forum, ada, page):
    with app.app_context():
        open_door.entrance(forum.event_id, opens_at=NOON + open_door.minutes(60))
    assert "Open this entrance early, or longer" in answer(page, ada)
    assert "Open now" in page.get("/checkin/entrance").text
    asked = page.get("/checkin/entrance/window?wish=open")
    assert "Yes, open now" in asked.text
    assert checkpoints(app, forum)[0].opens_at > NOON
    fields = {"csrf_token": token(asked.text), "wish": "open", "id": str(uuid.uuid4())}
    for _twice in range(2):
        assert page.post("/checkin/entrance/window", data=fields).status_code == 303
    with app.app_context():
        assert len(queries.window.list_of_checkpoint(checkpoints(app, forum)[0].id)) == 1
    assert "by Porte A" in page.get("/checkin/entrance").text
    assert "Welcome" in answer(page, ada)


@pytest.mark.parametrize(
    ("query", "expected"),
    [("wish=until&until=noon", 422), ("wish=nonsense", 303), ("wish=until&until=23:30", 200), ("wish=hour", 200)],
)
def test_what_is_wished_is_checked_first(page, query, expected):
    assert page.get(f"/checkin/entrance/window?{query}").status_code == expected


def test_closed_at_the_desk_is_opened_by_the_desk_alone(app, forum, page):
    with app.app_context():
        services.checkpoint.close(forum.event_id, queries.checkpoint.find_venue(forum.event_id).id)
    assert page.get("/checkin/entrance/window?wish=open").status_code == 409
    assert "only the desk opens it again" in page.get("/checkin/entrance").text


def test_lunch_is_given_once_and_taken_back(app, forum, ada, page):
    with app.app_context():
        lunch = open_door.lunch(forum.event_id, policy=Policy.IN_OUT)

    def turn(direction, place=f"entrance:{lunch}"):
        csrf = token(page.get("/checkin/entrance").text)
        fields = {"csrf_token": csrf, "place": place, "direction": direction}
        return page.post("/checkin/entrance", data=fields).status_code

    assert turn(Direction.ENTRY) == 303
    for said in ("Given", "Already given"):
        assert f"<h1>{said}</h1>" in answer(page, ada)
    assert turn(Direction.EXIT) == 303
    assert "Taking back" in page.get("/checkin/").text
    assert "<h1>Handed back</h1>" in answer(page, ada)
    assert turn(Direction.ENTRY, "entrance:99999") == 422


def test_practice_says_so(app, forum, page, ada):
    with app.app_context():
        practice = open_door.lunch(forum.event_id, kind=CheckpointKind.REHEARSAL)
    csrf = token(page.get("/checkin/entrance").text)
    page.post("/checkin/entrance", data={"csrf_token": csrf, "place": f"entrance:{practice}", "direction": "entry"})
    assert "nothing that is scanned here counts" in answer(page, ada)


def test_page_at_a_room_turns_by_the_clock_and_names_the_seat(app, forum, ada, page):
    hour = open_door.minutes(60)
    with app.app_context():
        room = services.programme.add_room(forum.event_id, LocalizedText(fr="Salle B")).id
        sessions = []
        for title, begins in (("Un", NOON - hour), ("Deux", NOON)):
            given = SessionFacts(title=LocalizedText(fr=title), room_id=room, starts_at=begins, ends_at=begins + hour)
            sessions.append(services.programme.add_session(forum.event_id, given).id)
            services.session_seat.set_seats(forum.event_id, sessions[-1], 5)
        attendee = queries.ticket.get(ada).attendee.id
        services.release.release(forum.event_id)
        services.checkpoint.add_for_sessions(forum.event_id)
    csrf = token(page.get("/checkin/entrance").text)
    page.post("/checkin/entrance", data={"csrf_token": csrf, "place": f"room:{room}", "direction": "entry"})
    shown = page.get("/checkin/").text
    assert "Salle B: Deux, 12:00" in shown
    assert "No seat in this session." in answer(page, ada)
    with app.app_context():
        services.session_seat.take(forum.event_id, sessions[1], attendee, account_id=forum.owner_id)
    assert "Welcome" in answer(page, ada)
