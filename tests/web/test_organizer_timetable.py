"""The timetable at the desk: every action by a plain form, every refusal with its sentence."""

import gzip
import re
from datetime import datetime, timedelta

import pytest

from eventapp import queries, services
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import Role, SessionKind
from eventapp.services.programme import Part, SessionFacts
from tests import congress, people
from tests.web import browser

BOARD = "/organize/forum/programme/board"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage()


@pytest.fixture
def eddy(app, forum):
    """An editor of the programme."""
    with app.app_context():
        people.grant("eddy", forum.event_id, Role.EDITOR)
    client = people.sign_in(app, "eddy")
    client.get("/organize/?lang=en")
    return client


@pytest.fixture
def rooms(app, forum):
    with app.app_context():
        return [services.programme.add_room(forum.event_id, LocalizedText(fr=f"Salle {name}"), 40).id for name in "AB"]


def add(app, forum, title="Sport", start=None, room=None, **more):
    starts_at = None if start is None else people.STARTS + start * MINUTE
    ends_at = None if starts_at is None else starts_at + 30 * MINUTE
    facts = SessionFacts(title=LocalizedText(fr=title), starts_at=starts_at, ends_at=ends_at, room_id=room, **more)
    with app.app_context():
        return services.programme.add_session(forum.event_id, facts).id


def stands(app, forum, session_id):
    with app.app_context():
        session = queries.programme.get_session_by_id(forum.event_id, session_id)
        times = [None if at is None else (at - people.STARTS) // MINUTE for at in (session.starts_at, session.ends_at)]
        return (*times, session.room_id)


def act(client, session_id, what, **changes):
    """Opens a session's panel and sends one of its forms, as a browser without script does."""
    page = browser.parse(client.get(f"{BOARD}?session={session_id}").text)
    form = next(f for f in browser.forms(page) if f"/{session_id}/{what}?" in f.get("action"))
    return client.post(form.get("action"), data={**browser.values(form), **changes})


def said(client, answer):
    """What the page says after an action that was done."""
    assert answer.status_code == 303, answer.text
    page = browser.parse(client.get(answer.headers["Location"]).text)
    return next(browser.words(p) for p in page.iter("p") if p.get("class") == "done" and browser.words(p))


def wrong(answer):
    """What is said to be wrong, once each."""
    assert answer.status_code in (409, 422), answer.status_code
    return browser.refusals(answer)


# Actions


def test_session_without_a_time_stands_apart_and_is_placed(app, forum, eddy, rooms):
    one = add(app, forum)
    assert "Without a time yet Sport" in browser.shown(eddy.get(BOARD))
    answer = act(eddy, one, "place", starts_at="2026-12-18T10:00", length="45", room_id=str(rooms[1]))
    assert said(eddy, answer) == "“Sport”: 10:00–10:45, Salle B."
    assert stands(app, forum, one) == (60, 105, rooms[1])
    assert "Without a time yet" not in browser.shown(eddy.get(BOARD))


def test_length_that_is_proposed_is_that_of_its_kind(app, forum, eddy):
    add(app, forum, "Pause", 0, kind=SessionKind.BREAK)
    one = add(app, forum)
    page = browser.parse(eddy.get(f"{BOARD}?session={one}").text)
    assert next(browser.values(f)["length"] for f in browser.forms(page) if "/place?" in f.get("action")) == "30"


@pytest.mark.parametrize(
    ("what", "sent", "expected"),
    [
        ("move", {"by": "-5"}, (-5, 25)),
        ("move", {"by": "5"}, (5, 35)),
        ("resize", {"by": "-5"}, (0, 25)),
        ("resize", {"by": "5"}, (0, 35)),
        ("move", {"starts_at": "2026-12-18T11:15"}, (135, 165)),
        ("resize", {"ends_at": "2026-12-18T09:20"}, (0, 20)),
        ("unschedule", {}, (None, None)),
    ],
)
def test_session_is_moved_and_resized_by_buttons_and_fields(app, forum, eddy, what, sent, expected):
    one = add(app, forum, start=0)
    assert act(eddy, one, what, **sent).status_code == 303
    assert stands(app, forum, one)[:2] == expected


def test_room_is_changed_and_kept_by_the_buttons(app, forum, eddy, rooms):
    one = add(app, forum, start=0, room=rooms[0])
    act(eddy, one, "move", by="10")
    assert stands(app, forum, one) == (10, 40, rooms[0])
    page = browser.parse(eddy.get(f"{BOARD}?session={one}").text)
    form = next(f for f in browser.forms(page) if "/move?" in f.get("action") and "starts_at" in browser.values(f))
    eddy.post(form.get("action"), data={**browser.values(form), "room_id": str(rooms[1])})
    assert stands(app, forum, one) == (10, 40, rooms[1])


def test_step_is_chosen_and_stays(app, forum, eddy):
    one = add(app, forum, start=0)
    page = browser.parse(eddy.get(f"{BOARD}?session={one}&step=15").text)
    form = next(f for f in browser.forms(page) if "/move?" in f.get("action"))
    assert [button.get("value") for button in form.iter("button")] == ["-15", "15"]
    answer = eddy.post(form.get("action"), data={**browser.values(form), "by": "15"})
    assert "step=15" in answer.headers["Location"]


def test_sessions_are_swapped(app, forum, eddy, rooms):
    one, two = add(app, forum, "Sport", 0, rooms[0]), add(app, forum, "Musique", 60, rooms[1])
    answer = act(eddy, one, "swap", other_id=str(two))
    assert said(eddy, answer) == "“Sport”: 10:00–10:30, Salle B. “Musique”: 09:00–09:30, Salle A."
    assert (stands(app, forum, one), stands(app, forum, two)) == ((60, 90, rooms[1]), (0, 30, rooms[0]))


def test_delay_moves_what_follows_in_the_room_or_everywhere(app, forum, eddy, rooms):
    one, two = add(app, forum, "Sport", 0, rooms[0]), add(app, forum, "Musique", 30, rooms[0])
    beside = add(app, forum, "Danse", 30, rooms[1])
    answer = act(eddy, one, "shift", minutes="10", where="room", way="later")
    assert said(eddy, answer) == "2 sessions begin 10 minutes later"
    assert [stands(app, forum, s)[0] for s in (one, two, beside)] == [10, 40, 30]
    act(eddy, one, "shift", minutes="10", where="all", way="earlier")
    assert [stands(app, forum, s)[0] for s in (one, two, beside)] == [0, 30, 20]


def test_session_is_cancelled_and_restored_here(app, forum, eddy):
    one = add(app, forum, start=0)
    act(eddy, one, "cancel")
    assert "Cancelled" in browser.shown(eddy.get(BOARD))
    act(eddy, one, "restore")
    assert "Cancelled" not in browser.shown(eddy.get(BOARD))


def test_last_change_is_undone_and_the_list_says_who_did_what(app, forum, eddy):
    one = add(app, forum, start=0)
    assert "Undo" not in browser.shown(eddy.get(BOARD))
    act(eddy, one, "move", by="30")
    assert "“Sport” moved: 09:00–09:30 → 09:30–10:00 24 Nov, 12:00 · Eddy" in browser.shown(eddy.get(BOARD))
    undo = browser.forms(browser.parse(eddy.get(BOARD).text))[0]
    answers = [eddy.post(undo.get("action"), data=browser.values(undo)) for _time in range(2)]
    assert said(eddy, answers[0]) == "Undone: the session stands where it stood."
    assert stands(app, forum, one)[0] == 0
    assert "Eddy · undone" in browser.shown(eddy.get(BOARD))


def test_form_sent_twice_is_done_once(app, forum, eddy):
    one = add(app, forum, start=0)
    page = browser.parse(eddy.get(f"{BOARD}?session={one}").text)
    form = next(f for f in browser.forms(page) if "/shift?" in f.get("action"))
    for _time in range(2):
        assert eddy.post(form.get("action"), data=browser.values(form)).status_code == 303
    assert stands(app, forum, one)[0] == 10


# Refusals


@pytest.mark.parametrize(
    ("what", "sent", "field"),
    [
        ("move", {"starts_at": ""}, "starts_at"),
        ("move", {"starts_at": "noon"}, "starts_at"),
        ("move", {"starts_at": "2026-12-18T10:00", "room_id": "999"}, "room_id"),
        ("move", {"by": "1441"}, "starts_at"),
        ("move", {"by": "9" * 40}, "starts_at"),
        ("resize", {"ends_at": ""}, "ends_at"),
        ("resize", {"ends_at": "2026-12-18T09:00"}, "ends_at"),
        ("resize", {"ends_at": "2026-12-18T09:04"}, "ends_at"),
        ("resize", {"ends_at": "2026-12-20T09:04"}, "ends_at"),
        ("resize", {"by": "-30"}, ""),
        ("swap", {}, "other_id"),
        ("swap", {"other_id": "999"}, "other_id"),
        ("shift", {"minutes": ""}, "minutes"),
        ("shift", {"minutes": "soon"}, "minutes"),
        ("shift", {"where": "nowhere"}, "where"),
        ("unschedule", {"seen": "0/0/"}, ""),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(app, forum, eddy, what, sent, field):
    one = add(app, forum, start=0)
    add(app, forum, "Musique", 60)
    answer = act(eddy, one, what, **sent)
    assert list(wrong(answer)) == [field]
    assert stands(app, forum, one) == (0, 30, None)
    if field:
        assert any(element.get("id") == field for element in browser.parse(answer.text).iter())


def test_place_that_cannot_be_is_refused_and_keeps_what_was_typed(app, forum, eddy):
    one = add(app, forum)
    answer = act(eddy, one, "place", starts_at="2026-12-18T10:00", length="4")
    assert wrong(answer) == {"length": "Please write a whole number from 5 to 1440."}
    form = next(f for f in browser.forms(browser.parse(answer.text)) if "/place?" in f.get("action"))
    assert browser.values(form)["starts_at"] == "2026-12-18T10:00"
    assert list(wrong(act(eddy, one, "place", starts_at=""))) == ["starts_at"]


@pytest.mark.parametrize(("what", "by"), [("move", "5"), ("resize", "5"), ("shift", ""), ("unschedule", "")])
def test_session_without_a_time_can_only_be_placed(app, forum, eddy, what, by):
    one = add(app, forum)
    sent = {"csrf_token": token(eddy), "by": by, "minutes": "5", "where": "all"}
    answer = eddy.post(f"{BOARD}/{one}/{what}", data=sent)
    assert list(wrong(answer).values()) == ["This session has no time. Please give it one first."]


def test_session_that_somebody_else_placed_meanwhile_is_not_placed_again(app, forum, eddy):
    one = add(app, forum)
    page = browser.parse(eddy.get(f"{BOARD}?session={one}").text)
    form = next(f for f in browser.forms(page) if "/place?" in f.get("action"))
    with app.app_context():
        services.timetable.place(forum.event_id, one, people.STARTS, None, 30 * MINUTE)
    answer = eddy.post(form.get("action"), data=browser.values(form))
    (sentence,) = set(wrong(answer).values())
    assert sentence.startswith("This session has a time already")


def test_session_that_somebody_else_moved_is_shown_as_it_stands_and_can_be_moved_then(app, forum, eddy):
    one = add(app, forum, start=0)
    page = browser.parse(eddy.get(f"{BOARD}?session={one}").text)
    form = next(f for f in browser.forms(page) if "/unschedule?" in f.get("action"))
    with app.app_context():
        services.timetable.move(forum.event_id, one, people.STARTS + 5 * MINUTE, None)
    answer = eddy.post(form.get("action"), data=browser.values(form))
    (sentence,) = set(wrong(answer).values())
    assert sentence.startswith("Somebody else moved this session in the meantime.")
    again = next(f for f in browser.forms(browser.parse(answer.text)) if "/unschedule?" in f.get("action"))
    assert eddy.post(again.get("action"), data=browser.values(again)).status_code == 303


def test_undo_that_somebody_overtook_is_refused_with_a_sentence(app, forum, eddy):
    one = add(app, forum, start=0)
    act(eddy, one, "move", by="30")
    undo = browser.forms(browser.parse(eddy.get(BOARD).text))[0]
    with app.app_context():
        facts = SessionFacts(title=LocalizedText(fr="Sport"), starts_at=people.STARTS)
        services.programme.change_session(forum.event_id, one, facts)
    assert list(wrong(eddy.post(undo.get("action"), data=browser.values(undo))).values()) == [
        "This cannot be undone any more, because one of the sessions was changed in another way since."
    ]
    shown = browser.shown(eddy.get(BOARD))
    assert "The last change cannot be undone any more" in shown
    assert "Undo" not in shown


@pytest.mark.parametrize("what", ["place", "move", "resize", "swap", "shift", "unschedule", "cancel", "restore"])
def test_unknown_session_is_not_found(eddy, what):
    assert eddy.post(f"{BOARD}/999/{what}", data={"csrf_token": token(eddy)}).status_code == 404


def test_form_without_our_token_is_refused(app, forum, eddy):
    one = add(app, forum, start=0)
    assert eddy.post(f"{BOARD}/{one}/move", data={"by": "5"}).status_code == 400
    assert stands(app, forum, one)[0] == 0


def token(client):
    """A token against forgery of this browser."""
    page = browser.parse(client.get("/organize/forum/rooms/new").text)
    return browser.values(browser.forms(page)[0])["csrf_token"]


# What is shown


def test_warnings_stand_on_the_sessions_in_a_list_and_with_the_result(app, forum, eddy, rooms):
    with app.app_context():
        sam = people.speaker(forum.event_id)
    one = add(app, forum, "Sport", 0, rooms[0], parts=(Part(sam),))
    two = add(app, forum, "Musique", 60, rooms[0], parts=(Part(sam),))
    assert "warning" not in browser.shown(eddy.get(BOARD))
    answer = act(eddy, two, "move", by="-60")
    assert said(eddy, answer) == (
        "“Musique”: 09:00–09:30, Salle A. ⚠ At the same time in this room: “Sport”. ⚠ Sam Sidibé is also in “Sport”."
    )
    page = browser.parse(eddy.get(BOARD).text)
    cards = {
        link.get("id"): browser.words(link) for link in page.iter("a") if re.fullmatch(r"s\d+", link.get("id") or "")
    }
    assert "⚠ At the same time in this room: “Musique”" in cards[f"s{one}"]
    assert "⚠ Sam Sidibé is also in “Sport”" in cards[f"s{two}"]
    assert "⚠ 2 warnings Sport (09:00–09:30): At the same time in this room" in browser.shown(eddy.get(BOARD))
    shown = browser.shown(eddy.get("/organize/forum/programme"))
    assert "These sessions clash Sport – Musique: both in Salle A; Sam Sidibé in both" in shown


def test_hours_of_the_event_are_watched_here_and_in_the_list(app, forum, eddy):
    add(app, forum, start=-60)
    assert "Sport (08:00–08:30): Outside the hours of the event" in browser.shown(eddy.get(BOARD))
    assert "⚠ Outside the hours of the event" in browser.shown(eddy.get("/organize/forum/programme"))


def test_days_have_tabs_and_one_day_is_shown(app, forum, eddy):
    add(app, forum, "Sport", 0)
    add(app, forum, "Le lendemain", 24 * 60)
    shown = browser.shown(eddy.get(BOARD))
    assert "18 Dec 2026 1 session 19 Dec 2026 1 session · ⚠ with warnings: 1" in shown
    assert "Le lendemain" not in shown.partition("Friday 18 December 2026")[2]
    assert "Le lendemain" in browser.shown(eddy.get(f"{BOARD}?day=2026-12-19"))


def test_session_that_is_moved_to_another_day_is_followed_there(app, forum, eddy):
    one = add(app, forum, start=0)
    answer = act(eddy, one, "move", starts_at="2026-12-19T09:00")
    assert "day=2026-12-19" in answer.headers["Location"]


@pytest.mark.parametrize("query", ["day=x", "day=2026-02-30", "session=x", "session=999", "step=7", "session=9" * 20])
def test_query_that_makes_no_sense_is_the_first_day(app, forum, eddy, query):
    add(app, forum, start=0)
    answer = eddy.get(f"{BOARD}?{query}")
    assert answer.status_code == 200
    assert "Friday 18 December 2026" in answer.text


def test_event_without_anything_has_an_empty_day(app, forum, eddy):
    assert "Nothing takes place on this day yet." in browser.shown(eddy.get(BOARD))


def test_page_with_300_sessions_is_light(app, at_noon):
    with app.app_context():
        congress.build("congress", sessions=300, rooms=20, starts_at=datetime.fromisoformat("2026-12-18T08:00Z"))
    olga = people.sign_in(app, "olga")
    session_id = re.search(r'id="s(\d+)"', olga.get("/organize/congress/programme/board").text)[1]
    path = f"/organize/congress/programme/board?session={session_id}"
    page = olga.get(path, headers={"Accept-Encoding": "gzip"})
    text = gzip.decompress(page.data).decode()
    assert len(re.findall(r'id="s\d+"', text)) == 301
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text))
    loaded = [olga.get(address, headers={"Accept-Encoding": "gzip"}) for address in files]
    assert len(page.data) + sum(len(file.data) for file in loaded) < 60_000
