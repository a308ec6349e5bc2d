"""Notices reach whoever looks: on every page of an event, on the screen, at the entrance and on phones."""

from datetime import timedelta

import pytest

from eventapp import clock, queries, services
from eventapp.language import LocalizedText
from tests import door, people
from tests.conftest import NOON
from tests.web import world
from tests.web.test_checkin_api import Phone

MINUTE = timedelta(minutes=1)
LATE = LocalizedText(fr="Le repas est en retard.", en="Lunch is late.")
ONLY_FRENCH = LocalizedText(fr="Salle B fermée")


@pytest.fixture
def forum(app, at_noon):
    """An event with one of everything; its notices are those of the test."""
    with app.app_context():
        built = world.build("forum", "olga")
        for notice in queries.notice.list_to_come(built.event_id, NOON):
            services.notice.end(built.event_id, notice.id)
        return built


@pytest.fixture
def at(monkeypatch):
    def move(when):
        monkeypatch.setattr(clock, "now", lambda: when)

    return move


def tell(app, forum, text=LATE, **facts):
    with app.app_context():
        return services.notice.add(forum.event_id, text, **facts).id


def pages(forum):
    values = forum.values
    return [
        "/e/forum/",
        "/e/forum/programme",
        "/e/forum/now",
        "/e/forum/register",
        f"/r/{values['registration_secret']}",
        f"/t/{values['code']}",
        f"/s/{values['speaker_secret']}",
    ]


# Pages


def test_notice_stands_on_every_page_in_the_readers_language(app, client, forum):
    tell(app, forum)
    for page in pages(forum):
        for lang, words in LATE.items():
            answer = client.get(page, query_string={"lang": lang})
            assert answer.status_code == 200, page
            assert answer.text.count(words) == 1, page


def test_notice_in_another_language_says_so(app, client, forum):
    tell(app, forum, ONLY_FRENCH)
    for page in pages(forum):
        assert '<span lang="fr" dir="auto">Salle B fermée</span>' in client.get(page, query_string={"lang": "en"}).text


def test_notice_of_another_event_stands_nowhere_here(app, client, forum):
    with app.app_context():
        services.notice.add(people.stage("elsewhere", "max").event_id, LATE)
    for page in pages(forum):
        assert LATE["fr"] not in client.get(page, query_string={"lang": "fr"}).text


def test_pages_from_memory_follow_the_clock_within_a_minute(app, client, forum, at):
    tell(app, forum, starts_at=NOON + timedelta(seconds=30), ends_at=NOON + timedelta(seconds=90))
    seen = []
    for seconds in (0, 29, 60, 61, 119, 120):
        at(NOON + timedelta(seconds=seconds))
        seen.append([LATE["fr"] in client.get(page, query_string={"lang": "fr"}).text for page in pages(forum)[:4]])
    assert seen[0] == seen[1] == [False] * 4
    assert seen[2] == seen[3] == [True] * 4
    assert seen[5] == [False] * 4


def test_page_that_was_kept_shows_a_new_notice_and_drops_one_that_was_ended(app, client, forum, monkeypatch):
    monkeypatch.setattr("eventapp.web.cache.TRUST_SECONDS", 0.0)
    assert LATE["en"] not in client.get("/e/forum/", query_string={"lang": "en"}).text
    notice_id = tell(app, forum)
    assert LATE["en"] in client.get("/e/forum/", query_string={"lang": "en"}).text
    with app.app_context():
        services.notice.end(forum.event_id, notice_id)
    assert LATE["en"] not in client.get("/e/forum/", query_string={"lang": "en"}).text


def test_what_an_organizer_types_is_no_markup(app, client, forum):
    tell(app, forum, LocalizedText(fr="<b>x</b>"))
    assert "&lt;b&gt;x&lt;/b&gt;" in client.get("/e/forum/", query_string={"lang": "fr"}).text


def test_notice_stands_at_the_entrance(app, forum):
    with app.app_context():
        token = door.token(forum.event_id)
    phone = app.test_client()
    phone.set_cookie("eventapp-phone", token)
    tell(app, forum)
    assert LATE["en"] in phone.get("/checkin/", query_string={"lang": "en"}).text


# The desk


@pytest.fixture
def olga(app, forum, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    return people.sign_in(app, "olga")


DESK = "/organize/forum/notices"


def current(app, forum):
    with app.app_context():
        return [dict(notice.text) for notice in queries.notice.list_current(forum.event_id, clock.now())]


def test_organizer_writes_a_notice_once_and_ends_it(app, olga, forum):
    form = {"text-fr": LATE["fr"], "text-en": LATE["en"], "form_id": "form-of-the-desk"}
    for _time in range(2):
        assert olga.post(DESK, data=form).status_code == 303
    assert current(app, forum) == [dict(LATE)]
    page = olga.get(DESK, query_string={"lang": "en"}).text
    assert page.count(f"<b>{LATE['fr']}</b>") == 1
    with app.app_context():
        (notice,) = queries.notice.list_current(forum.event_id, NOON)
    assert olga.post(f"{DESK}/{notice.id}/end").status_code == 303
    assert current(app, forum) == []
    assert LATE["fr"] in olga.get(DESK).text  # among those that are over


def test_notice_for_later_is_listed_and_changed(app, olga, forum):
    olga.post(DESK, data={"text-fr": "Bientôt", "starts_at": "2026-11-24T14:00", "ends_at": "2026-11-24T15:00"})
    with app.app_context():
        (notice,) = queries.notice.list_to_come(forum.event_id, NOON)
    assert (notice.starts_at, notice.ends_at) == (NOON + 120 * MINUTE, NOON + 180 * MINUTE)
    assert 'value="2026-11-24T14:00"' in olga.get(f"{DESK}/{notice.id}").text
    olga.post(f"{DESK}/{notice.id}", data={"text-fr": "Maintenant", "starts_at": "", "ends_at": "2026-11-24T15:00"})
    assert current(app, forum) == [{"fr": "Maintenant"}]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Please write the notice in at least one language."),
        ({"text-fr": "x" * 281}, "Please shorten this to 280 letters."),
        ({"text-fr": "x", "starts_at": "soon"}, "Please write day and time, such as 2026-12-18 09:00."),
        ({"text-fr": "x", "ends_at": "2026-11-24T11:00"}, "The end must be after the start."),
        ({"text-fr": "x", "starts_at": "2026-11-20T11:00", "ends_at": "2026-11-21T11:00"}, "The end must lie in the"),
    ],
)
def test_wrong_notice_is_told_beside_the_box_and_what_was_typed_stays(app, olga, forum, form, sentence):
    answer = olga.post(DESK, data=form, query_string={"lang": "en"})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert all(value in answer.text for value in form.values())
    assert current(app, forum) == []


# Phones


@pytest.fixture
def phone(app, forum):
    return Phone(app, forum.event_id, "B")


def test_phone_gets_notices_with_the_whole_list(app, forum, phone):
    notice_id = tell(app, forum, ends_at=NOON + MINUTE)
    later = tell(app, forum, ONLY_FRENCH, starts_at=NOON + MINUTE)
    assert phone.sync()["changes"]["notices"] == [
        {"id": notice_id, "text": dict(LATE), "starts_at": "2026-11-24T12:00:00Z", "ends_at": "2026-11-24T12:01:00Z"},
        {"id": later, "text": dict(ONLY_FRENCH), "starts_at": "2026-11-24T12:01:00Z", "ends_at": None},
    ]


def test_phone_is_told_what_changed_and_what_ended(app, forum, phone):
    def changes(since):
        answer = phone.sync(epoch=since["epoch"], cursor=since["cursor"])
        return answer, answer["changes"]["notices"]

    first = phone.sync()
    notice_id = tell(app, forum)
    second, told = changes(first)
    assert [row["text"] for row in told] == [dict(LATE)]
    with app.app_context():
        services.notice.change(forum.event_id, notice_id, ONLY_FRENCH, starts_at=None, ends_at=None)
    third, told = changes(second)
    assert [(row["id"], row["text"]) for row in told] == [(notice_id, dict(ONLY_FRENCH))]
    with app.app_context():
        services.notice.end(forum.event_id, notice_id)
    last, told = changes(third)
    assert told == [{"id": notice_id, "ended": True}]
    assert changes(last)[1] == []


def test_phone_that_was_away_is_told_the_end_alone(app, forum, phone):
    first = phone.sync()
    notice_id = tell(app, forum)
    with app.app_context():
        services.notice.end(forum.event_id, notice_id)
    answer = phone.sync(epoch=first["epoch"], cursor=first["cursor"])
    assert answer["changes"]["notices"] == [{"id": notice_id, "ended": True}]
    assert phone.sync()["changes"]["notices"] == []  # a whole list holds nothing that is over


def test_whole_list_in_pages_brings_notices_once(app, forum, phone, monkeypatch):
    monkeypatch.setattr("eventapp.queries.door_list.PAGE", 1)
    monkeypatch.setattr(queries.door_list.list_changes, "__kwdefaults__", {"size": 1})
    with app.app_context():
        people.register(forum.event_id, "Bintou", "Cheick")
    notice_id = tell(app, forum)
    answer, told = phone.sync(), []
    while True:
        told += answer["changes"]["notices"]
        if not answer["more"]:
            break
        answer = phone.sync(epoch=answer["epoch"], cursor=answer["cursor"])
    assert [row["id"] for row in told] == [notice_id]


def test_phone_that_may_only_send_gets_no_notices(app, forum, phone):
    with app.app_context():
        services.device.revoke(forum.event_id, phone.id)
    assert "changes" not in phone.sync()
