"""Speakers at the desk: photographs, answers, what they hand in, the board, reminders, and who is there on the day."""

import io
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from eventapp import clock, queries, services
from eventapp.db import db
from eventapp.formats import photo
from eventapp.formats.slides import PDF, Slides
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.rules.vocabulary import DeliveryKind, Role, SpeakerAnswer, TaskKind
from eventapp.services.programme import Part, SessionFacts
from eventapp.services.speaker import SpeakerFacts
from eventapp.services.speaker_task import TaskFacts
from tests import door, people, pictures
from tests.web import browser, world

SPEAKERS = "/organize/forum/speakers"
NEEDS, BOARD, TODAY = f"{SPEAKERS}/needs", f"{SPEAKERS}/board", f"{SPEAKERS}/today"
RED, GREEN, BLUE = "#e00000", "#00a000", "#0000e0"


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage()


@pytest.fixture
def eddy(app, forum):
    """Eddy edits the programme."""
    with app.app_context():
        people.grant("eddy", forum.event_id, Role.EDITOR)
    client = people.sign_in(app, "eddy")
    client.get("/organize/?lang=en")
    return client


@pytest.fixture
def sam(app, forum):
    with app.app_context():
        return people.speaker(forum.event_id)


def add(app, forum, name, **more):
    with app.app_context():
        return services.speaker.add(forum.event_id, SpeakerFacts(name=LocalizedText(fr=name), **more)).id


def row_of(app, forum, speaker_id):
    with app.app_context():
        return queries.speaker.get_by_id(forum.event_id, speaker_id)


def ask(app, forum, kind=TaskKind.BIOGRAPHY, due_on=None, title=None):
    with app.app_context():
        facts = TaskFacts(kind=kind, due_on=due_on, title=title or LocalizedText())
        return services.speaker_task.add(forum.event_id, facts).id


def stage_session(app, forum, speaker_ids, starts_at, title="Sport", minutes=30):
    with app.app_context():
        room = services.programme.add_room(forum.event_id, LocalizedText(fr="Salle Baobab"))
        facts = SessionFacts(
            title=LocalizedText(fr=title),
            room_id=room.id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            parts=tuple(Part(speaker_id) for speaker_id in speaker_ids),
        )
        return services.programme.add_session(forum.event_id, facts).id


# The form


def test_everything_about_a_speaker_is_saved(app, forum, eddy, sam):
    typed = {
        "links-fr": "example.org/sam",
        "language": "en",
        "stage_needs": "Un micro\nUn piano",
        "crew_limit": "3",
        "is_listed": [],
    }
    assert browser.submit(eddy, f"{SPEAKERS}/{sam}", typed).status_code == 303
    row = row_of(app, forum, sam)
    assert (row.links, row.language, row.is_listed) == ({"fr": "https://example.org/sam"}, "en", False)
    assert (row.stage_needs, row.crew_limit) == ("Un micro\nUn piano", 3)
    assert "not on the public pages" in browser.shown(eddy.get(SPEAKERS))


@pytest.mark.parametrize(
    ("wrong", "box"),
    [
        ({"links-en": "javascript:alert(1)"}, "links"),
        ({"language": "xx"}, "language"),
        ({"crew_limit": "-1"}, "crew_limit"),
        ({"stage_needs": "x" * 2001}, "stage_needs"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_box(app, forum, eddy, sam, wrong, box):
    answer = browser.submit(eddy, f"{SPEAKERS}/{sam}", wrong)
    assert (answer.status_code, list(browser.refusals(answer))) == (422, [box])


def test_saying_that_nothing_is_needed_outlives_a_change_at_the_desk(app, forum, eddy, sam):
    with app.app_context():
        services.speaker_material.set_stage_needs(forum.event_id, sam, "")
    browser.submit(eddy, f"{SPEAKERS}/{sam}", {"function-fr": "Juge"})
    assert row_of(app, forum, sam).stage_needs == ""


def test_personal_link_is_shown_as_a_square(app, forum, eddy, sam):
    page = eddy.get(f"{SPEAKERS}/{sam}").text
    assert page.count('role="img" aria-label="The link as a square for a phone&#x27;s camera"') == 1


def test_slides_are_listed_with_a_link_to_fetch_them(app, forum, eddy, sam):
    with app.app_context():
        services.speaker_file.add(forum.event_id, sam, Slides("exposé.pdf", PDF, b"%PDF-"))
    page = browser.parse(eddy.get(f"{SPEAKERS}/{sam}").text)
    address = next(a.get("href") for a in page.iter("a") if browser.words(a) == "exposé.pdf")
    assert eddy.get(address).data == b"%PDF-"


# The answer


def test_answer_by_telephone_is_written_down(app, forum, eddy, sam):
    browser.submit(eddy, f"{SPEAKERS}/{sam}/answer", {"answer": "confirmed"})
    row = row_of(app, forum, sam)
    assert row.answer is SpeakerAnswer.CONFIRMED
    assert row.attendee_id is not None
    browser.submit(eddy, f"{SPEAKERS}/{sam}/answer", {"answer": "declined", "reason": "Voyage"})
    row = row_of(app, forum, sam)
    assert (row.answer, row.decline_reason) == (SpeakerAnswer.DECLINED, "Voyage")
    assert "Does not come" in browser.shown(eddy.get(f"{SPEAKERS}/{sam}"))


def test_answer_that_is_none_is_refused(app, forum, eddy, sam):
    answer = browser.submit(eddy, f"{SPEAKERS}/{sam}/answer", {"answer": "open"})
    assert (answer.status_code, list(browser.refusals(answer))) == (422, ["answer"])


def test_answer_after_the_event_is_refused_on_the_page(app, forum, eddy, sam, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: people.ENDS + timedelta(minutes=1))
    late = people.sign_in(app, "eddy")
    late.get("/organize/?lang=en")
    answer = browser.submit(late, f"{SPEAKERS}/{sam}/answer", {"answer": "confirmed"})
    assert "no longer taken" in browser.shown(answer)


# The photograph


def send_photo(client, speaker_id, content, name="photo.jpg", **fields):
    page = client.get(f"{SPEAKERS}/{speaker_id}/photo")
    token = browser.values(browser.forms(browser.parse(page.text))[0])["csrf_token"]
    data = {"csrf_token": token, "part": "", **fields}
    if content is not None:
        data["photo"] = (io.BytesIO(content), name)
    return client.post(f"{SPEAKERS}/{speaker_id}/photo", data=data, content_type="multipart/form-data")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photograph_is_kept_and_shown(app, forum, eddy, client, sam, kind):
    assert send_photo(eddy, sam, pictures.picture(kind)).status_code == 303
    row = row_of(app, forum, sam)
    assert f"/files/{row.small_photo_hash}.jpg" in eddy.get(SPEAKERS).text
    assert client.get(f"/files/{row.photo_hash}.jpg").mimetype == "image/jpeg"


@pytest.mark.parametrize(
    ("fields", "colour"),
    [
        ({"part": "top"}, RED),
        ({"part": "bottom"}, BLUE),
        ({"left": "0", "top": "50", "size": "100"}, GREEN),
        ({"left": "0", "top": "100", "size": "90"}, BLUE),
        ({"part": "top", "left": "0", "top": "", "size": "90"}, RED),
    ],
)
def test_photograph_shows_the_part_that_was_chosen(app, forum, eddy, sam, fields, colour):
    send_photo(eddy, sam, pictures.stripes(RED, GREEN, BLUE), **fields)
    kept = eddy.get(f"{SPEAKERS}/{sam}/photo.jpg").data
    assert pictures.middle(kept) == pictures.middle(pictures.picture(colour=colour))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "choose a photograph"),
        (b"", "choose a photograph"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cannot be read as a picture"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(50), "HEIC"),
        (pictures.picture(size=(100, 100)), "too small"),
    ],
)
def test_what_is_no_photograph_is_refused_with_a_sentence(app, forum, eddy, sam, content, sentence):
    answer = send_photo(eddy, sam, content)
    assert answer.status_code == 422
    assert sentence in browser.refusals(answer)["photo"]
    assert row_of(app, forum, sam).photo_hash is None


def test_too_heavy_a_photograph_is_refused(eddy, sam, monkeypatch):
    monkeypatch.setattr(photo, "MAX_BYTES", 1_000)
    answer = send_photo(eddy, sam, pictures.picture())
    assert "too large" in browser.refusals(answer)["photo"]


def test_file_that_is_too_heavy_to_be_read_is_refused_on_the_page(eddy, sam):
    answer = eddy.post(
        f"{SPEAKERS}/{sam}/photo",
        data=b"--x",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(13 * 1024 * 1024)},
    )
    assert answer.status_code == 413
    assert "too large" in browser.refusals(answer)["photo"]


@pytest.mark.parametrize("fields", [{"left": "x", "top": "0", "size": "1"}, {"part": "elsewhere"}, {"size": "0"}])
def test_square_that_makes_no_sense_is_refused(app, forum, eddy, sam, fields):
    assert send_photo(eddy, sam, pictures.picture(), **fields).status_code == 422


def test_photograph_as_text_is_no_photograph(app, forum, eddy, sam):
    page = eddy.get(f"{SPEAKERS}/{sam}/photo")
    token = browser.values(browser.forms(browser.parse(page.text))[0])["csrf_token"]
    answer = eddy.post(f"{SPEAKERS}/{sam}/photo", data={"csrf_token": token, "part": "", "photo": "photo.jpg"})
    assert answer.status_code == 422


def test_other_pages_take_no_such_large_files(eddy):
    assert eddy.post(f"{SPEAKERS}/new", data={"name-fr": "x" * 3 * 1024 * 1024}).status_code == 413


def test_new_photograph_replaces_the_one_before_and_removing_erases_it(app, forum, eddy, client, sam):
    send_photo(eddy, sam, pictures.picture(colour=RED))
    first = row_of(app, forum, sam).photo_hash
    send_photo(eddy, sam, pictures.picture(colour=BLUE))
    second = row_of(app, forum, sam).photo_hash
    assert client.get(f"/files/{first}.jpg").status_code == 404
    browser.submit(eddy, f"{SPEAKERS}/{sam}/photo/remove")
    assert row_of(app, forum, sam).small_photo_hash is None
    assert client.get(f"/files/{second}.jpg").status_code == 404


def test_desk_shows_the_photograph_of_somebody_who_is_not_listed(app, forum, eddy, client, sam):
    send_photo(eddy, sam, pictures.picture())
    browser.submit(eddy, f"{SPEAKERS}/{sam}", {"is_listed": []})
    sha256 = row_of(app, forum, sam).small_photo_hash
    assert client.get(f"/files/{sha256}.jpg").status_code == 404
    assert f"{SPEAKERS}/{sam}/photo.jpg?small=" in eddy.get(SPEAKERS).text
    shown = eddy.get(f"{SPEAKERS}/{sam}/photo.jpg?small=")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    again = eddy.get(f"{SPEAKERS}/{sam}/photo.jpg?small=", headers={"If-None-Match": shown.headers["ETag"]})
    assert again.status_code == 304


# What they hand in


def test_need_is_added_changed_moved_and_removed(app, forum, eddy):
    browser.submit(eddy, f"{NEEDS}/new", {"kind": "photo", "due_on": "2026-12-01"})
    browser.submit(eddy, f"{NEEDS}/new", {"kind": "custom", "title-en": "Technical sheet"})
    assert "Photograph by Tuesday 1 December 2026" in browser.shown(eddy.get(NEEDS))
    with app.app_context():
        photo, sheet = (task.id for task in queries.speaker.list_tasks(forum.event_id))
    browser.submit(eddy, NEEDS, action=f"{sheet}/move")
    browser.submit(eddy, f"{NEEDS}/{photo}", {"due_on": ""})
    with app.app_context():
        tasks = queries.speaker.list_tasks(forum.event_id)
        assert [(task.kind, task.due_on) for task in tasks] == [(TaskKind.CUSTOM, None), (TaskKind.PHOTO, None)]
    assert "What they handed in stays." in browser.shown(eddy.get(f"{NEEDS}/{sheet}/remove"))
    browser.submit(eddy, f"{NEEDS}/{sheet}/remove")
    with app.app_context():
        assert [task.id for task in queries.speaker.list_tasks(forum.event_id)] == [photo]


def test_usual_needs_are_offered_until_they_are_there(app, forum, eddy):
    assert "Photograph, Biography, Consent to be photographed" in browser.shown(eddy.get(NEEDS))
    browser.submit(eddy, NEEDS, action="/usual")
    page = browser.shown(eddy.get(NEEDS))
    assert "5 added." in page
    assert "What most events need" not in page


@pytest.mark.parametrize(
    ("wrong", "box"),
    [
        ({"kind": "custom"}, "title"),
        ({"kind": "x"}, "kind"),
        ({"kind": "photo"}, "kind"),
        ({"kind": "slides", "due_on": "tomorrow"}, "due_on"),
        ({"kind": "slides", "due_on": "9999-12-31"}, "due_on"),
    ],
)
def test_need_that_cannot_be_is_refused_and_keeps_the_input(app, forum, eddy, wrong, box):
    ask(app, forum, TaskKind.PHOTO)
    answer = browser.submit(eddy, f"{NEEDS}/new", wrong)
    assert (answer.status_code, list(browser.refusals(answer))) == (422, [box])


# The board


@pytest.fixture
def cast(app, forum):
    """Done and Gone answered and handed in or declined; Late is overdue; Soon has time."""
    done = add(app, forum, "Done", biography=LocalizedText(fr="Juge."))
    gone = add(app, forum, "Gone")
    late, soon = add(app, forum, "Late"), add(app, forum, "Soon", biography=LocalizedText(fr="Juge."))
    ask(app, forum, TaskKind.BIOGRAPHY, due_on=date(2026, 11, 23))
    with app.app_context():
        services.speaker_answer.confirm(forum.event_id, done)
        services.speaker_answer.decline(forum.event_id, gone, "Voyage")
    return {"Done": done, "Gone": gone, "Late": late, "Soon": soon}


def names(page):
    rows = [th for th in browser.parse(page.text).iter("th") if th.get("scope") == "row"]
    return [browser.words(next(row.iter("bdi"))) for row in rows]


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("", ["Done", "Gone", "Late", "Soon"]),
        ("open", ["Late", "Soon"]),
        ("confirmed", ["Done"]),
        ("declined", ["Gone"]),
        ("missing", ["Late"]),
        ("overdue", ["Late"]),
        ("nonsense", ["Done", "Gone", "Late", "Soon"]),
    ],
)
def test_board_is_narrowed_by_links(eddy, cast, show, expected):
    assert names(eddy.get(BOARD, query_string={"show": show})) == expected


def test_board_counts_and_says_what_is_missing(app, forum, eddy, cast):
    shown = browser.shown(eddy.get(BOARD))
    assert "all 4 no answer yet 2 come 1 do not come 1 something is missing 1 overdue 1" in shown
    assert "Biography (overdue since 23 Nov 2026)" in shown
    assert "Voyage" in shown


def test_board_points_at_who_declined_and_is_still_on_the_programme(app, forum, eddy, cast):
    assert "still on the programme" not in browser.shown(eddy.get(BOARD))
    stage_session(app, forum, [cast["Gone"]], people.STARTS)
    assert "still on the programme" in browser.shown(eddy.get(BOARD))


def test_board_without_speakers_and_needs_says_how_to_begin(app, forum, eddy):
    assert "There are no speakers yet." in browser.shown(eddy.get(BOARD))
    add(app, forum, "Sam")
    assert "You have not said yet" in browser.shown(eddy.get(BOARD))


@pytest.mark.parametrize("path", [BOARD, f"{BOARD}/remind", f"{TODAY}?day=2026-12-18", SPEAKERS])
def test_number_of_queries_does_not_grow_with_the_speakers(app, forum, eddy, path):
    for kind in (TaskKind.BIOGRAPHY, TaskKind.SLIDES):
        ask(app, forum, kind)
    counts, total = [], 0
    for more in (1, 2, 27):
        for _number in range(more):
            total += 1
            speaker_id = add(app, forum, f"S{total}", email="sam@example.org", phone="65012345")
            stage_session(app, forum, [speaker_id], people.STARTS)
        eddy.get(path)
        with world.Statements(app) as statements:
            assert eddy.get(path).status_code == 200
        counts.append(statements.count)
    assert counts[0] == counts[1] == counts[2]


# Reminders


def reminders(app):
    with app.app_context():
        query = select(Delivery.address).where(Delivery.kind == DeliveryKind.SPEAKER_REMINDER)
        return sorted(db.session.scalars(query))


def test_reminder_shows_whom_it_would_go_to_and_writes_to_those_left_ticked(app, forum, eddy):
    ask(app, forum)
    add(app, forum, "Ada", email="ada@example.org")
    awa = add(app, forum, "Awa", email="awa@example.org")
    assert "2 people get an e-mail" in browser.shown(eddy.get(f"{BOARD}/remind"))
    assert reminders(app) == []
    answer = browser.submit(eddy, f"{BOARD}/remind", {"speaker_id": [str(awa)]})
    assert answer.headers["Location"].endswith(BOARD)
    assert reminders(app) == ["awa@example.org"]
    assert "1 message is on its way." in browser.shown(eddy.get(BOARD))


def test_reminder_sent_twice_is_one(app, forum, eddy):
    add(app, forum, "Ada", email="ada@example.org")
    sent = browser.values(browser.forms(browser.parse(eddy.get(f"{BOARD}/remind").text))[0])
    for _time in range(2):
        assert eddy.post(f"{BOARD}/remind", data=sent).status_code == 303
    assert reminders(app) == ["ada@example.org"]


def test_who_was_reminded_lately_is_not_ticked(app, forum, eddy):
    add(app, forum, "Ada", email="ada@example.org")
    browser.submit(eddy, f"{BOARD}/remind")
    page = eddy.get(f"{BOARD}/remind")
    assert browser.values(browser.forms(browser.parse(page.text))[0])["speaker_id"] == []
    assert "Last reminded: 24 Nov, 12:00" in browser.shown(page)


def test_who_has_no_address_is_to_be_called(app, forum, eddy):
    ask(app, forum, TaskKind.SLIDES)
    add(app, forum, "Max")
    sam = add(app, forum, "Sam", phone="65 01 23 45", language="fr")
    page = eddy.get(f"{BOARD}/remind")
    addresses = [a.get("href") for a in browser.parse(page.text).iter("a")]
    assert "tel:+22365012345" in addresses
    whatsapp = urlsplit(next(address for address in addresses if address.startswith("https://wa.me/")))
    with app.app_context():
        link = f"/s/{people.speaker_secret(forum.event_id, sam)}"
    [text] = parse_qs(whatsapp.query)["text"]
    assert whatsapp.path == "/22365012345"
    assert text.startswith("Bonjour Sam, pour «\u00a0Forum d’essai\u00a0», il nous manque encore de vous\u00a0: ")
    assert text.endswith(link)
    assert "vos diapositives" in text
    assert "2 people have no e-mail address" in browser.shown(page)
    assert "no telephone number either" in browser.shown(page)


@pytest.mark.parametrize("chosen", [[], ["x"], ["9" * 9], ["9" * 5000], ["-1"], ["1.5"], ["²"]])
def test_boxes_that_make_no_sense_write_to_nobody(app, forum, eddy, chosen):
    add(app, forum, "Ada", email="ada@example.org")
    browser.submit(eddy, f"{BOARD}/remind", {"speaker_id": chosen})
    assert reminders(app) == []


def test_when_nothing_is_missing_nobody_is_to_be_reminded(app, forum, eddy, sam):
    with app.app_context():
        services.speaker_answer.confirm(forum.event_id, sam)
    assert "Nothing is missing from anybody." in browser.shown(eddy.get(f"{BOARD}/remind"))


# On the day

EIGHT = datetime(2026, 12, 18, 8, 0, tzinfo=UTC)


@pytest.fixture
def today(app, eddy, monkeypatch):
    """Eddy at eight in the morning of the event, Bamako's time being UTC."""
    monkeypatch.setattr(clock, "now", lambda: EIGHT)
    client = people.sign_in(app, "eddy")
    client.get("/organize/?lang=en")
    return client


def people_of(page):
    items = [li for li in browser.parse(page.text).iter("li") if (li.get("id") or "").startswith("speaker-")]
    return {browser.words(next(li.iter("bdi"))): browser.words(li) for li in items}


def test_day_lists_who_is_next_on_stage_first(app, forum, today):
    first, second, third = (add(app, forum, name) for name in ("Ada", "Awa", "Sam"))
    stage_session(app, forum, [first], EIGHT + timedelta(hours=2))
    stage_session(app, forum, [second], EIGHT - timedelta(hours=2))
    stage_session(app, forum, [third], EIGHT + timedelta(minutes=20), title="Chant")
    shown = people_of(today.get(TODAY))
    assert list(shown) == ["Sam", "Ada", "Awa"]
    assert "08:20 · Salle Baobab · Chant not there yet" in shown["Sam"]
    assert "over" in shown["Awa"]


def test_who_is_not_there_half_an_hour_before_is_marked(app, forum, today):
    near, far = add(app, forum, "Near"), add(app, forum, "Far")
    stage_session(app, forum, [near], EIGHT + timedelta(minutes=30))
    stage_session(app, forum, [far], EIGHT + timedelta(minutes=31))
    page = today.get(TODAY)
    late = [li.get("id") for li in browser.parse(page.text).iter("li") if li.get("class") == "late"]
    assert late == [f"speaker-{near}"]
    assert "0 of 2 are there. 1 is missing now." in browser.shown(page)


def test_arrival_is_ticked_and_taken_back(app, forum, today):
    sam = add(app, forum, "Sam")
    stage_session(app, forum, [sam], EIGHT)
    assert browser.submit(today, TODAY, {"is_there": "yes"}).headers["Location"] == f"{TODAY}#speaker-{sam}"
    page = today.get(TODAY)
    assert "there since 08:00 ticked by the team" in people_of(page)["Sam"]
    assert 'class="late"' not in page.text
    browser.submit(today, TODAY, {"is_there": "no"})
    assert row_of(app, forum, sam).arrived_at is None


def test_scan_at_the_entrance_says_that_they_are_there(app, forum, today):
    sam = add(app, forum, "Sam")
    stage_session(app, forum, [sam], EIGHT)
    with app.app_context():
        door.entrance(forum.event_id)
        services.speaker_answer.confirm(forum.event_id, sam)
        attendee_id = queries.speaker.get_by_id(forum.event_id, sam).attendee_id
        code = queries.registration.get_attendee(attendee_id).ticket.code
        door.record(door.phone(forum.event_id), door.new(code))
    page = today.get(TODAY)
    assert "there since 08:00 by the entrance" in people_of(page)["Sam"]
    assert "Not there after all" not in page.text


def test_whoever_stands_in_is_awaited_in_place_of_the_other(app, forum, today):
    sam, awa = add(app, forum, "Sam"), add(app, forum, "Awa")
    session_id = stage_session(app, forum, [sam], EIGHT)
    with app.app_context():
        session = queries.programme.get_session_by_id(forum.event_id, session_id)
        session.speakers[0].substitute_id, session.speakers[0].substitution = awa, "replaced"
        db.session.commit()
    assert list(people_of(today.get(TODAY))) == ["Awa"]
    browser.submit(today, f"{SPEAKERS}/{awa}/remove")
    assert list(people_of(today.get(TODAY))) == ["Sam"]


def test_before_the_day_its_list_is_shown_without_ticks(app, forum, eddy):
    sam = add(app, forum, "Sam")
    stage_session(app, forum, [sam], EIGHT)
    page = eddy.get(TODAY)
    assert "Friday 18 December 2026" in browser.shown(page)
    assert "/arrived" not in page.text


def test_event_of_two_days_has_a_list_for_each(app, forum, today):
    sam, awa = add(app, forum, "Sam"), add(app, forum, "Awa")
    stage_session(app, forum, [sam], EIGHT)
    stage_session(app, forum, [awa], EIGHT + timedelta(days=1))
    assert list(people_of(today.get(TODAY))) == ["Sam"]
    assert list(people_of(today.get(f"{TODAY}?day=2026-12-19"))) == ["Awa"]
    assert list(people_of(today.get(f"{TODAY}?day=nonsense"))) == ["Sam"]


def test_tick_of_yesterday_does_not_count_today(app, forum, today, monkeypatch):
    sam = add(app, forum, "Sam")
    stage_session(app, forum, [sam], EIGHT)
    stage_session(app, forum, [sam], EIGHT + timedelta(days=1))
    for now in (EIGHT, EIGHT + timedelta(days=1)):
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        assert "not there yet" in people_of(today.get(TODAY))["Sam"]
        browser.submit(today, TODAY, {"is_there": "yes"})
        assert "there since 08:00" in people_of(today.get(TODAY))["Sam"]


def test_welcome_desk_sees_the_day_and_nothing_else_of_speakers(app, forum):
    with app.app_context():
        people.grant("wanda", forum.event_id, Role.WELCOME_DESK)
    wanda = people.sign_in(app, "wanda")
    assert wanda.get(TODAY).status_code == 200
    assert wanda.get(BOARD).status_code == 403
