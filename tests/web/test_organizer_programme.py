"""The desk: rooms, topics, sessions and speakers, by plain forms."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.rules.vocabulary import Role
from eventapp.services.programme import Part, SessionFacts
from eventapp.services.speaker import SpeakerFacts
from tests import people
from tests.web import browser
from tests.web.world import Statements

PROGRAMME = "/organize/forum/programme"
SPEAKERS = "/organize/forum/speakers"
ROOMS = "/organize/forum/rooms"
TOPICS = "/organize/forum/topics"


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


def sessions(app, forum):
    with app.app_context():
        return queries.programme.list_sessions(forum.event_id)


def add(app, forum, title="Sport", **more):
    with app.app_context():
        return services.programme.add_session(forum.event_id, SessionFacts(title=LocalizedText(fr=title), **more)).id


def form(answer):
    page = browser.parse(answer.text)
    return browser.values(max(browser.forms(page), key=lambda f: len(browser.values(f))))


# Sessions


def test_session_is_added_with_all_that_it_has(app, forum, eddy):
    with app.app_context():
        room = services.programme.add_room(forum.event_id, LocalizedText(fr="Salle A")).id
        topic = services.programme.add_topic(forum.event_id, LocalizedText(fr="Musique")).id
        sam, awa = (people.speaker(forum.event_id, name) for name in ("Sam", "Awa"))
    answer = browser.submit(
        eddy,
        f"{PROGRAMME}/new",
        {
            "title-fr": "La musique",
            "title-en": "Music",
            "kind": "panel",
            "room_id": str(room),
            "topic_id": str(topic),
            "starts_at": "2026-12-18T10:00",
            "ends_at": "2026-12-18T11:00",
            "language": "bm",
            "abstract-fr": "De quoi s’agit-il ?",
            "parts-0-speaker_id": str(sam),
            "parts-0-role": "moderator",
            "parts-0-place": "2",
            "parts-1-speaker_id": str(awa),
            "parts-1-place": "1",
        },
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, PROGRAMME)
    (made,) = sessions(app, forum)
    assert (made.slug, made.kind, made.room_id, made.topic_id, made.language) == (
        "la-musique",
        "panel",
        room,
        topic,
        "bm",
    )
    assert (made.starts_at, made.ends_at) == (
        datetime(2026, 12, 18, 10, 0, tzinfo=UTC),
        datetime(2026, 12, 18, 11, 0, tzinfo=UTC),
    )
    assert [(part.speaker_id, part.role) for part in made.speakers] == [(awa, "speaker"), (sam, "moderator")]
    shown = browser.shown(eddy.get(PROGRAMME))
    assert "Friday 18 December 2026" in shown
    assert "10:00–11:00 Music Panel · Salle A · Topic 1 · Awa, Sam" in shown


def test_session_is_shown_and_saved_as_it_was(app, forum, eddy):
    with app.app_context():
        sam = people.speaker(forum.event_id)
    session_id = add(app, forum, starts_at=people.STARTS, ends_at=people.ENDS, language="dje", parts=(Part(sam),))
    assert browser.submit(eddy, f"{PROGRAMME}/{session_id}").status_code == 303
    (same,) = sessions(app, forum)
    assert (same.sequence, same.language, len(same.speakers)) == (0, "dje", 1)


def test_session_that_moves_tells_calendars(app, forum, eddy):
    session_id = add(app, forum, starts_at=people.STARTS)
    browser.submit(eddy, f"{PROGRAMME}/{session_id}", {"starts_at": "2026-12-18T11:30"})
    (moved,) = sessions(app, forum)
    assert (moved.starts_at, moved.sequence) == (datetime(2026, 12, 18, 11, 30, tzinfo=UTC), 1)


def test_session_sent_twice_is_one(app, forum, eddy):
    sent = {**form(eddy.get(f"{PROGRAMME}/new")), "title-fr": "Sport"}
    for _time in range(2):
        eddy.post(f"{PROGRAMME}/new", data=sent)
    assert len(sessions(app, forum)) == 1


def test_person_is_taken_off_a_session(app, forum, eddy):
    with app.app_context():
        sam = people.speaker(forum.event_id)
    session_id = add(app, forum, parts=(Part(sam),))
    browser.submit(eddy, f"{PROGRAMME}/{session_id}", {"parts-0-speaker_id": ""})
    assert sessions(app, forum)[0].speakers == []


def test_more_rows_for_people_keep_what_is_typed(app, forum, eddy):
    with app.app_context():
        sam = people.speaker(forum.event_id)
    typed = {
        "title-fr": "Gardé",
        "parts-0-speaker_id": str(sam),
        "parts-1-speaker_id": str(sam),
        "add_row": "1",
    }
    answer = browser.submit(eddy, f"{PROGRAMME}/new", typed)
    assert answer.status_code == 200
    sent = form(answer)
    assert (sent["title-fr"], sent["parts-1-speaker_id"], sent["parts-3-speaker_id"]) == ("Gardé", str(sam), "")
    assert sessions(app, forum) == []


@pytest.mark.parametrize(
    ("wrong", "box"),
    [
        ({"title-fr": ""}, "title"),
        ({"title-fr": "x" * 301}, "title"),
        ({"kind": "party"}, "kind"),
        ({"room_id": "999"}, "room_id"),
        ({"room_id": "x"}, "room_id"),
        ({"room_id": "9" * 30}, "room_id"),
        ({"topic_id": "999"}, "topic_id"),
        ({"language": "xx-not-a-tag"}, "language"),
        ({"starts_at": "noon"}, "starts_at"),
        ({"ends_at": "2026-12-18T08:00"}, "ends_at"),
        ({"starts_at": ""}, "starts_at"),
        ({"abstract-fr": "x" * 32_001}, "abstract"),
        ({"parts-0-speaker_id": "999"}, "parts-0-speaker_id"),
        ({"parts-0-role": "king"}, "parts-0-role"),
        ({"parts-0-place": "first"}, "parts-0-place"),
    ],
)
def test_session_that_cannot_be_is_refused_and_keeps_the_input(app, forum, eddy, wrong, box):
    typed = {"title-fr": "Gardé", "starts_at": "2026-12-18T10:00", "ends_at": "2026-12-18T11:00"} | wrong
    answer = browser.submit(eddy, f"{PROGRAMME}/new", typed)
    assert (answer.status_code, list(browser.refusals(answer))) == (422, [box])
    sent = form(answer)
    for name in ("title-fr", "starts_at", "ends_at"):
        assert sent[name] == typed[name]
    ids = {e.get("id") for e in browser.parse(answer.text).iter()}
    assert box in ids
    assert sessions(app, forum) == []


def test_same_person_twice_is_refused(app, forum, eddy):
    with app.app_context():
        sam = str(people.speaker(forum.event_id))
    typed = {"title-fr": "Sport", "parts-0-speaker_id": sam, "parts-1-speaker_id": sam}
    answer = browser.submit(eddy, f"{PROGRAMME}/new", typed)
    assert browser.refusals(answer) == {"parts": "The same person stands in this session twice."}
    assert form(answer)["parts-1-speaker_id"] == sam


@pytest.mark.parametrize("name", ["parts-²-speaker_id", "parts-x-role", "parts--role", f"parts-{'9' * 5000}-role"])
def test_names_of_boxes_that_make_no_sense_are_ignored(app, forum, eddy, name):
    assert browser.submit(eddy, f"{PROGRAMME}/new", {"title-fr": "Sport", name: "1"}).status_code == 303


def test_room_of_another_event_cannot_be_chosen(app, forum, eddy):
    with app.app_context():
        theirs = services.programme.add_room(people.stage("other", "max").event_id, LocalizedText(fr="A")).id
    answer = browser.submit(eddy, f"{PROGRAMME}/new", {"title-fr": "Sport", "room_id": str(theirs)})
    assert list(browser.refusals(answer)) == ["room_id"]


def test_clash_is_shown_and_forbids_nothing(app, forum, eddy):
    with app.app_context():
        room = services.programme.add_room(forum.event_id, LocalizedText(fr="Salle A")).id
        sam = people.speaker(forum.event_id)
    at = {"starts_at": people.STARTS, "ends_at": people.ENDS, "room_id": room}
    add(app, forum, "Sport", parts=(Part(sam),), **at)
    second = add(app, forum, "Musique", parts=(Part(sam),), **at)
    for path in (PROGRAMME, f"{PROGRAMME}/{second}"):
        shown = browser.shown(eddy.get(path))
        assert "These sessions clash Sport – Musique: both in Salle A; Sam Sidibé in both" in shown
    browser.submit(eddy, f"{PROGRAMME}/{second}", action="/cancel")
    assert "clash" not in browser.shown(eddy.get(PROGRAMME))


def test_session_is_cancelled_and_takes_place_again(app, forum, eddy):
    session_id = add(app, forum)
    browser.submit(eddy, f"{PROGRAMME}/{session_id}", action="/cancel")
    assert sessions(app, forum)[0].cancelled_at is not None
    assert "Cancelled" in browser.shown(eddy.get(PROGRAMME))
    browser.submit(eddy, f"{PROGRAMME}/{session_id}", action="/restore")
    assert sessions(app, forum)[0].cancelled_at is None


def test_session_is_deleted_after_asking(app, forum, eddy):
    session_id = add(app, forum)
    assert "Delete “Sport”?" in browser.shown(eddy.get(f"{PROGRAMME}/{session_id}/delete"))
    assert len(sessions(app, forum)) == 1
    assert browser.submit(eddy, f"{PROGRAMME}/{session_id}/delete").headers["Location"] == PROGRAMME
    assert sessions(app, forum) == []


def test_session_outside_the_event_and_without_time_are_marked(app, forum, eddy):
    add(app, forum, "Le lendemain", starts_at=people.STARTS.replace(day=19))
    add(app, forum, "Sans heure")
    shown = browser.shown(eddy.get(PROGRAMME))
    assert "Outside the days of the event" in shown
    assert "Without a time yet" in shown


def test_editor_touches_nothing_else(eddy):
    for path in ("texts", "registrations", "messages", "organizations"):
        assert eddy.get(f"/organize/forum/{path}").status_code == 403


# Rooms and topics


def test_room_is_added_changed_moved_and_removed(app, forum, eddy):
    for name in ("A", "B"):
        assert browser.submit(eddy, f"{ROOMS}/new", {"name-fr": name, "capacity": "40"}).status_code == 303
    with app.app_context():
        first, second = (room.id for room in queries.programme.list_rooms(forum.event_id))
    browser.submit(eddy, f"{ROOMS}/{first}", {"name-fr": "C", "capacity": ""})
    browser.submit(eddy, ROOMS, action=f"{second}/move")
    with app.app_context():
        found = [(str(room.name), room.capacity) for room in queries.programme.list_rooms(forum.event_id)]
    assert found == [("B", 40), ("C", None)]
    browser.submit(eddy, f"{ROOMS}/{first}/remove")
    with app.app_context():
        assert [room.id for room in queries.programme.list_rooms(forum.event_id)] == [second]


def test_room_in_use_says_where(app, forum, eddy):
    with app.app_context():
        room = services.programme.add_room(forum.event_id, LocalizedText(fr="A")).id
    add(app, forum, room_id=room)
    answer = browser.submit(eddy, f"{ROOMS}/{room}/remove")
    assert answer.status_code == 409
    assert browser.refusals(answer) == {"": "This is still used elsewhere and cannot be removed: Sport."}


@pytest.mark.parametrize(
    ("wrong", "box"), [({"name-fr": ""}, "name"), ({"capacity": "big"}, "capacity"), ({"name-fr": "x" * 301}, "name")]
)
def test_room_that_cannot_be_is_refused_and_keeps_the_input(eddy, wrong, box):
    typed = {"name-fr": "A", "capacity": "40"} | wrong
    answer = browser.submit(eddy, f"{ROOMS}/new", typed)
    assert (answer.status_code, list(browser.refusals(answer))) == (422, [box])
    assert {name: form(answer)[name] for name in typed} == typed


def test_topic_is_added_changed_moved_and_removed(app, forum, eddy):
    for title in ("A", "B"):
        assert browser.submit(eddy, f"{TOPICS}/new", {"title-fr": title}).status_code == 303
    with app.app_context():
        first, second = (topic.id for topic in queries.programme.list_topics(forum.event_id))
    browser.submit(eddy, f"{TOPICS}/{first}", {"title-en": "A in English"})
    browser.submit(eddy, TOPICS, action=f"{second}/move")
    assert "1. B" in browser.shown(eddy.get(TOPICS))
    browser.submit(eddy, f"{TOPICS}/{second}/remove")
    assert "1. A in English" in browser.shown(eddy.get(TOPICS))


def test_topic_in_use_says_where(app, forum, eddy):
    with app.app_context():
        topic = services.programme.add_topic(forum.event_id, LocalizedText(fr="A")).id
    add(app, forum, topic_id=topic)
    assert browser.submit(eddy, f"{TOPICS}/{topic}/remove").status_code == 409


def test_topic_without_title_is_refused(eddy):
    answer = browser.submit(eddy, f"{TOPICS}/new", {"title-fr": " "})
    assert list(browser.refusals(answer)) == ["title"]


# Speakers


def test_speaker_needs_a_name_alone(app, forum, eddy):
    assert browser.submit(eddy, f"{SPEAKERS}/new", {"name-fr": "Sam"}).headers["Location"] == SPEAKERS
    assert "Sam 0 sessions" in browser.shown(eddy.get(SPEAKERS))


def test_speaker_is_saved_with_all_that_is_known(app, forum, eddy):
    typed = {
        "name-fr": "Sɛku Jara",
        "name-en": "Seku Jara",
        "function-fr": "Juge",
        "organization-en": "Court",
        "biography-fr": "Né à Ségou.\n\nVit à Bamako.",
        "email": "seku@example.org",
        "phone": "65 01 23 45",
    }
    browser.submit(eddy, f"{SPEAKERS}/new", typed)
    with app.app_context():
        speaker = queries.speaker.list_speakers(forum.event_id)[0]
    sent = form(eddy.get(f"{SPEAKERS}/{speaker.id}"))
    assert {name: sent[name] for name in typed} == typed | {"phone": "+22365012345"}
    assert browser.submit(eddy, f"{SPEAKERS}/{speaker.id}", {"function-fr": "Avocat"}).status_code == 303
    with app.app_context():
        assert queries.speaker.get_by_id(forum.event_id, speaker.id).function["fr"] == "Avocat"


def test_speaker_sent_twice_is_one(app, forum, eddy):
    sent = {**form(eddy.get(f"{SPEAKERS}/new")), "name-fr": "Sam"}
    for _time in range(2):
        eddy.post(f"{SPEAKERS}/new", data=sent)
    with app.app_context():
        assert len(queries.speaker.list_speakers(forum.event_id)) == 1


@pytest.mark.parametrize(
    ("wrong", "box"),
    [
        ({"name-fr": ""}, "name"),
        ({"email": "sam at example"}, "email"),
        ({"phone": "65 O1 23 45"}, "phone"),
        ({"biography-fr": "x" * 5001}, "biography"),
    ],
)
def test_speaker_that_cannot_be_is_refused_and_keeps_the_input(app, forum, eddy, wrong, box):
    typed = {"name-fr": "Sam", "email": "sam@example.org", "phone": "65012345"} | wrong
    answer = browser.submit(eddy, f"{SPEAKERS}/new", typed)
    assert (answer.status_code, list(browser.refusals(answer))) == (422, [box])
    assert {name: form(answer)[name] for name in typed} == typed


def test_personal_link_opens_the_speakers_page_until_it_is_renewed(app, forum, eddy, client):
    with app.app_context():
        sam = people.speaker(forum.event_id)
        secret = people.speaker_secret(forum.event_id, sam)
    assert f"/s/{secret}" in eddy.get(f"{SPEAKERS}/{sam}").text
    assert client.get(f"/s/{secret}").status_code == 200
    assert "stop working" in browser.shown(eddy.get(f"{SPEAKERS}/{sam}/link"))
    browser.submit(eddy, f"{SPEAKERS}/{sam}/link")
    assert client.get(f"/s/{secret}").status_code == 404
    with app.app_context():
        renewed = people.speaker_secret(forum.event_id, sam)
    assert f"/s/{renewed}" in eddy.get(f"{SPEAKERS}/{sam}").text
    assert client.get(f"/s/{renewed}").status_code == 200


def test_personal_link_is_sent_by_mail(app, forum, eddy):
    with app.app_context():
        facts = SpeakerFacts(name=LocalizedText(fr="Sam"), email="sam@example.org")
        sam = services.speaker.add(forum.event_id, facts).id
    browser.submit(eddy, f"{SPEAKERS}/{sam}", action="/link/send")
    with app.app_context():
        queued = db.session.scalars(select(Delivery)).one()
        assert (queued.kind, queued.address, queued.language) == ("speaker_link", "sam@example.org", "fr")


def test_personal_link_cannot_be_sent_without_an_address(app, forum, eddy):
    with app.app_context():
        sam = people.speaker(forum.event_id)
    page = eddy.get(f"{SPEAKERS}/{sam}")
    assert "/link/send" not in page.text
    eddy.post(f"{SPEAKERS}/{sam}/link/send", data={"csrf_token": form(page)["csrf_token"]})
    assert "There is no e-mail address" in browser.shown(eddy.get(f"{SPEAKERS}/{sam}"))


def test_speaker_is_removed_after_asking(app, forum, eddy):
    with app.app_context():
        sam = people.speaker(forum.event_id)
    add(app, forum, parts=(Part(sam),))
    assert "They are taken off these sessions: Sport." in browser.shown(eddy.get(f"{SPEAKERS}/{sam}/remove"))
    browser.submit(eddy, f"{SPEAKERS}/{sam}/remove")
    assert sessions(app, forum)[0].speakers == []


def test_speakers_are_ordered_by_hand(app, forum, eddy):
    with app.app_context():
        _first, second = (people.speaker(forum.event_id, name) for name in ("A", "B"))
    browser.submit(eddy, SPEAKERS, action=f"{second}/move")
    with app.app_context():
        assert [str(s.name) for s in queries.speaker.list_speakers(forum.event_id)] == ["B", "A"]


@pytest.mark.parametrize("path", [PROGRAMME, SPEAKERS, ROOMS, TOPICS, f"{PROGRAMME}/new", "/organize/forum/"])
def test_many_rows_cost_no_more_questions_than_one(app, forum, eddy, path):
    def fill(number):
        for _row in range(number):
            room = services.programme.add_room(forum.event_id, LocalizedText(fr="A")).id
            topic = services.programme.add_topic(forum.event_id, LocalizedText(fr="A")).id
            sam = people.speaker(forum.event_id)
            facts = SessionFacts(
                title=LocalizedText(fr="A"), room_id=room, topic_id=topic, starts_at=people.STARTS, parts=(Part(sam),)
            )
            services.programme.add_session(forum.event_id, facts)

    def count():
        with Statements(app) as statements:
            assert eddy.get(path).status_code == 200
        return statements.count

    with app.app_context():
        fill(1)
    count()
    few = count()
    with app.app_context():
        fill(40)
    assert count() == few
