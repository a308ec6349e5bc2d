"""The programme: as a list and as rooms by times, chosen from by links, what is on now; and the screen in the hall."""

import base64
import gzip
import hashlib
import re
from datetime import timedelta

import pytest

from eventapp import clock, queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.event import Event
from eventapp.models.programme import EventSession
from eventapp.rules.vocabulary import EventState
from eventapp.services.programme import SessionFacts
from eventapp.web import cache
from tests import congress, people
from tests.web import browser, world

STARTS = people.STARTS
PATH = "/e/forum/programme"
NOW = "/e/forum/now"


def at(monkeypatch, moment):
    """Stops the clock."""
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def forum(app, at_noon):
    """Three rooms, six sessions each on one day; returns the event's id."""
    with app.app_context():
        return congress.build("forum", sessions=18, rooms=3, starts_at=STARTS)


def ids(app, what, event_id):
    with app.app_context():
        return [row.id for row in getattr(queries.programme, f"list_{what}")(event_id)]


def titles(answer):
    """The titles of the sessions on a page, in order."""
    return [
        browser.words(heading)
        for article in browser.parse(answer.text).iter("article")
        for heading in article
        if heading.tag in ("h3", "h4")
    ]


def chips(answer):
    """The choices that a page offers: words to address."""
    return {browser.words(link): link.get("href") for link in browser.parse(answer.text).iter("a") if is_choice(link)}


def is_choice(link):
    return (link.get("href") or "").startswith("?") and link.get("hreflang") is None


def cards(answer, word):
    """The titles of the sessions that are marked with a word."""
    return [
        browser.words(article.find("h4"))
        for article in browser.parse(answer.text).iter("article")
        if any(browser.words(tag) == word for tag in article.iter("b"))
    ]


def test_every_session_stands_once_under_its_time(client, forum):
    page = client.get(f"{PATH}?lang=en")
    tree = browser.parse(page.text)
    slots = [slot for slot in tree.iter("div") if slot.get("class") == "slot"]
    assert [browser.words(slot.find("h3")) for slot in slots] == [
        "09:00",
        "09:30",
        "10:00",
        "10:30",
        "11:00",
        "11:30",
        "12:00",
    ]
    assert [len(slot.findall("article")) for slot in slots] == [3, 3, 1, 3, 3, 3, 3]
    assert len(titles(page)) == len(set(titles(page))) == 19
    first = browser.words(slots[0].find("article"))
    assert first.startswith("Theme 0 To succeed, to leave, to return: what families say, 0 until 09:30 Room 1 French")
    assert first.endswith("(moderation)")


def test_rooms_stand_beside_each_other_by_rules_in_the_pages_one_style(client, forum):
    page = client.get(PATH)
    style = page.text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.headers["Content-Security-Policy"]
    used = set(re.findall(r'class="([^"]*)"', page.text.split('class="slots grid')[1]))
    places = {name for classes in used for name in classes.split() if re.fullmatch(r"[abcw]\d+", name)}
    assert {f".grid .{name}{{" in style for name in places} == {True}
    assert "s pause a2 b3 c0 w3" in used  # the break goes over all rooms
    heads = next(e for e in browser.parse(page.text).iter("div") if e.get("class") == "heads")
    assert heads.get("aria-hidden") == "true"
    assert [browser.words(head) for head in heads] == ["Salle 1", "Salle 2", "Salle 3"]


def test_one_room_is_a_list_without_a_grid_or_a_choice_of_rooms(app, client, at_noon):
    with app.app_context():
        forum = congress.build("forum", sessions=5, rooms=1, topics=0, starts_at=STARTS)
        db.session.query(EventSession).update({"language": None})
        db.session.commit()
        services.release.release(forum)
    page = client.get(PATH)
    assert "grid" not in page.text
    assert '<nav class="filters"' not in page.text
    assert chips(page) == {}


def test_sessions_without_a_time_are_not_lost(app, client, forum):
    with app.app_context():
        services.programme.add_session(forum, SessionFacts(title=LocalizedText(fr="À placer")))
        services.release.release(forum)
    page = client.get(PATH)
    assert titles(page)[-1] == "À placer"
    assert "Horaire à venir" in browser.shown(page)


def test_days_have_anchors(app, client, at_noon):
    with app.app_context():
        congress.build("forum", sessions=40, rooms=2, starts_at=STARTS)
    page = browser.parse(client.get(f"{PATH}?lang=en").text)
    links = {browser.words(link): link.get("href") for nav in page.iter("nav") for link in nav.iter("a")}
    assert links["Friday 18 December 2026"] == "#day2026-12-18"
    assert links["Saturday 19 December 2026"] == "#day2026-12-19"
    assert {"day2026-12-18", "day2026-12-19"} <= {element.get("id") for element in page.iter()}


def test_reader_chooses_by_links_that_combine_and_can_be_taken_back(app, client, forum):
    room = ids(app, "rooms", forum)[1]
    topic = ids(app, "topics", forum)[4]
    offered = chips(client.get(f"{PATH}?lang=en"))
    assert offered["Room 2 6"] == f"?room={room}"
    assert offered["Theme 4 3"] == f"?topic={topic}"
    assert offered["English 6"] == "?language=en"
    in_room = client.get(f"{PATH}{offered['Room 2 6']}")
    assert len(titles(in_room)) == 6
    both = client.get(PATH + chips(in_room)["Theme 4 3"])
    assert [title[-2:].strip() for title in titles(both)] == ["4", "10", "16"]
    current = [link for link in browser.parse(both.text).iter("a") if link.get("aria-current") == "true"]
    taken_back = {(browser.words(link), link.get("href")) for link in current}
    assert taken_back == {
        ("Room 2 remove", f"?topic={topic}"),
        ("Room 2 3 remove", f"?topic={topic}"),
        ("Theme 4 remove", f"?room={room}"),
        ("Theme 4 3 remove", f"?room={room}"),
    }
    assert "Show all 19 sessions" in browser.shown(both)
    assert '<meta name="robots" content="noindex,nofollow">' in both.text


def test_choice_that_is_the_last_one_is_taken_back_by_the_whole_programme(app, client, forum):
    page = browser.parse(client.get(f"{PATH}?language=en").text)
    assert {link.get("href") for link in page.iter("a") if link.get("aria-current")} == {PATH}


@pytest.mark.parametrize(
    "query",
    [
        "room=99",
        "topic=%00",
        "day=2026-02-30",
        f"language={'x' * 5000}",
        "room=1&room=2&topic=-1",
        "topic=9e9&day=%ed%a0%80",
    ],
)
def test_unknown_choice_is_left_out_and_said(client, forum, query):
    page = client.get(f"{PATH}?{query}&lang=en")
    assert page.status_code == 200
    assert "what it does not have was left out" in browser.shown(page)
    assert "xxx" not in browser.shown(page)


def test_choices_that_exclude_each_other_show_nothing_and_the_way_out(app, client, forum):
    topic = ids(app, "topics", forum)[0]
    page = client.get(f"{PATH}?topic={topic}&language=en&lang=en")
    assert titles(page) == []
    assert "No session has all of this" in browser.shown(page)
    assert "Show all 19 sessions" in browser.shown(page)


def test_language_of_the_page_goes_with_the_choice(app, client, forum):
    page = client.get(f"{PATH}?language=en&lang=fr")
    other = next(link for link in browser.parse(page.text).iter("a") if link.get("hreflang") == "en")
    assert other.get("href") == "?language=en&lang=en"
    assert titles(client.get(PATH + other.get("href"))) == titles(client.get(f"{PATH}?lang=en&language=en"))
    assert titles(page) != titles(client.get(PATH + other.get("href")))


def kept(app):
    return sorted(key for key, page in app.extensions["eventapp.pages"].items() if isinstance(page, cache.Page))


def test_pages_that_exist_are_kept_and_no_other(app, client, forum):
    room = ids(app, "rooms", forum)[0]
    client.get(f"{PATH}?lang=fr")
    first = client.get(f"{PATH}?room={room}&language=fr&lang=fr")
    assert len(kept(app)) == 2
    with world.Statements(app) as statements:
        again = client.get(f"{PATH}?language=fr&room={room}")
    assert statements.count == 0
    assert again.data == first.data
    for query in (
        "room=99",
        "utm_source=x",
        f"room={room}&x=1",
        f"room={room}&room={room}",
        "lang=xx",
        "language=fr&lang=xx",
    ):
        assert client.get(f"{PATH}?{query}").status_code == 200
    assert len(kept(app)) == 2


def test_what_is_kept_has_a_limit_and_the_oldest_goes(app, client, forum, monkeypatch):
    rooms = ids(app, "rooms", forum)
    client.get(f"{PATH}?room={rooms[0]}")
    size = sum(page.size for page in app.extensions["eventapp.pages"].values() if isinstance(page, cache.Page))
    monkeypatch.setattr(cache, "MAX_BYTES", round(size * 2.5))
    for room in rooms[1:]:
        client.get(f"{PATH}?room={room}")
    assert [dict(key[-1])["room"] for key in kept(app)] == [str(room) for room in rooms[1:]]


def test_what_is_on_now_and_next_is_marked_without_script(client, forum, monkeypatch):
    at(monkeypatch, STARTS + timedelta(minutes=40))
    page = client.get(f"{PATH}?lang=en")
    assert len(cards(page, "Now")) == 3
    assert cards(page, "Up next") == ["Break"]
    assert 'id="now"' in page.text
    assert 'href="#now"' in page.text


def test_next_waits_for_the_day_of_the_event(client, forum, monkeypatch):
    at(monkeypatch, STARTS - timedelta(hours=10))
    assert cards(client.get(f"{PATH}?lang=en"), "Up next") == []


def test_made_up_times_are_never_now(app, client, monkeypatch):
    with app.app_context():
        forum = congress.build("forum", sessions=6, rooms=2, starts_at=STARTS)
        db.session.get_one(Event, forum).time_is_known = False
        db.session.commit()
    at(monkeypatch, STARTS + timedelta(minutes=10))
    page = client.get(f"{PATH}?lang=en")
    assert cards(page, "Now") == []
    assert "data-zone" not in page.text


def test_cancelled_session_is_crossed_out_and_not_now(app, client, forum, monkeypatch):
    with app.app_context():
        first = queries.programme.list_sessions(forum)[0]
        services.programme.cancel_session(forum, first.id)
        services.release.release(forum)
    at(monkeypatch, STARTS + timedelta(minutes=10))
    page = client.get(f"{PATH}?lang=en")
    assert len(cards(page, "Now")) == 2
    assert len(cards(page, "Cancelled")) == 1


def test_page_of_a_session_says_now_unless_it_is_cancelled(app, client, forum, monkeypatch):
    with app.app_context():
        first, second = queries.programme.list_sessions(forum)[:2]
        services.programme.cancel_session(forum, second.id)
        services.release.release(forum)
        slugs = first.slug, second.slug
    at(monkeypatch, STARTS + timedelta(minutes=10))
    pages = [browser.shown(client.get(f"/e/forum/sessions/{slug}?lang=en")) for slug in slugs]
    assert [page.startswith("Now") for page in pages] == [True, False]


def test_marks_are_kept_current_only_when_there_is_something_to_keep_current(client, forum, monkeypatch):
    assert "data-zone" not in client.get(PATH).text
    at(monkeypatch, STARTS - timedelta(hours=3))
    page = client.get(PATH).text
    assert 'data-zone="Africa/Bamako"' in page
    assert re.findall(r"<script[^>]*>", page) == [f'<script type="module" src="{script(page)}">']
    at(monkeypatch, STARTS + timedelta(days=1))
    assert "data-zone" not in client.get(PATH).text


def script(page):
    return re.search(r'src="(/static/[^"]+\.js)"', page)[1]


def first_visit(client, path):
    """What a first visit fetches, compressed: the page and all it names; bytes and requests."""
    page = client.get(path, headers={"Accept-Encoding": "gzip"})
    text = gzip.decompress(page.data).decode()
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text))
    loaded = [client.get(file, headers={"Accept-Encoding": "gzip"}) for file in files]
    return len(page.data) + sum(len(file.data) for file in loaded), 1 + len(files)


@pytest.mark.parametrize("path", [PATH, NOW, "/e/forum/"])
def test_pages_of_the_day_are_light_with_their_script(client, forum, monkeypatch, path):
    at(monkeypatch, STARTS + timedelta(minutes=10))
    weight, requests = first_visit(client, path)
    assert weight < 14_600
    assert requests <= 4


def test_scripts_are_small(client, forum):
    for path in (script(client.get(PATH).text), script(client.get(NOW).text), script(client.get("/e/forum/").text)):
        assert len(client.get(path, headers={"Accept-Encoding": "gzip"}).data) < 3_000


def test_three_hundred_sessions_are_light_and_ask_as_few_questions_as_seven(app, client, at_noon):
    with app.app_context():
        congress.build("large", sessions=300, rooms=10, starts_at=STARTS)
        congress.build("small", sessions=7, rooms=1, starts_at=STARTS)
    weight, requests = first_visit(client, "/e/large/programme?lang=en")
    assert (weight < 40_000, requests) == (True, 3)
    assert first_visit(client, "/e/large/")[0] < 14_600
    for path in ("programme", "", "now", "programme.ics", "programme.ics?only=1,2"):
        counts = []
        for slug in ("large", "small"):
            client.get(f"/e/{slug}/{path}")
            app.extensions.pop("eventapp.pages", None)
            with world.Statements(app) as statements:
                client.get(f"/e/{slug}/{path}")
            counts.append(statements.count)
        assert counts[0] == counts[1], path


def test_event_page_shows_twelve_sessions_of_a_day_and_leads_to_the_rest(app, client, forum):
    page = browser.parse(client.get("/e/forum/?lang=en").text)
    assert len(next(e for e in page.iter("ol") if e.get("class") == "agenda")) == 12
    links = {browser.words(link): link.get("href") for link in page.iter("a")}
    assert links["and 7 more sessions"] == PATH
    with app.app_context():
        congress.build("days", sessions=70, rooms=2, starts_at=STARTS)
    page = browser.parse(client.get("/e/days/?lang=en").text)
    links = {browser.words(link): link.get("href") for link in page.iter("a")}
    assert links["and 19 more sessions"] == "/e/days/programme?day=2026-12-19"


def screen(client, query="lang=en"):
    return browser.parse(client.get(f"{NOW}?{query}").text)


def postings(page, state):
    """The sessions on the screen in a state: time and title."""
    return [
        " ".join(browser.words(part) for part in item.iter() if is_shown(part, state))
        for item in page.iter("li")
        if state in (item.get("class") or "").split()
    ]


def is_shown(part, state):
    classes = (part.get("class") or "").split()
    return "title" in classes or (part.tag == "time" and f"w-{state}" in classes)


def test_screen_says_what_is_on_and_what_comes_next_in_each_room(client, forum, monkeypatch):
    at(monkeypatch, STARTS + timedelta(minutes=10))
    page = screen(client)
    rooms = [browser.words(heading) for heading in page.iter("h2")]
    assert rooms == ["Room 1", "Room 2", "Room 3"]
    assert postings(page, "now")[1] == "until 09:30 To succeed, to leave, to return: what families say, 1"
    assert postings(page, "next")[1] == "09:30 To succeed, to leave, to return: what families say, 4"
    assert [len(postings(page, state)) for state in ("now", "next", "later")] == [3, 3, 15]
    assert browser.words(next(e for e in page.iter("p") if e.get("class") == "clock")) == "09:10"
    assert "Friday 18 December 2026" in browser.words(page)


def test_screen_names_the_last_room_in_which_something_goes_on(app, client, forum, monkeypatch):
    with app.app_context():
        for session in queries.programme.list_sessions(forum)[-3:-1]:
            services.programme.delete_session(forum, session.id)
        services.release.release(forum)
    at(monkeypatch, STARTS + timedelta(hours=3, minutes=10))
    assert next(browser.words(heading) for heading in screen(client).iter("h2")) == "Room 3"


def test_screen_beside_a_room_shows_that_room_and_what_concerns_all(app, client, forum, monkeypatch):
    at(monkeypatch, STARTS + timedelta(minutes=40))
    room = ids(app, "rooms", forum)[2]
    page = screen(client, f"lang=en&room={room}")
    assert [title.rsplit(", ")[-1] for title in postings(page, "now")] == ["5"]
    assert [title.rsplit(", ")[-1] for title in postings(page, "next")] == ["10:00 Break", "8", "11"]
    assert len(postings(screen(client, "room=0"), "now")) == 3


def test_screen_counts_to_the_start_says_thanks_and_tells_of_a_cancellation(app, client, forum, monkeypatch):
    def words_at(moment):
        at(monkeypatch, moment)
        return browser.shown(client.get(f"{NOW}?lang=en"))

    assert "We begin in 25 days" in words_at(STARTS - timedelta(days=25))
    assert "We begin in 2 days" in words_at(STARTS - timedelta(hours=48))
    assert "We begin in 47 hours" in words_at(STARTS - timedelta(hours=47, minutes=30))
    near = words_at(STARTS - timedelta(minutes=30))
    assert "We begin in 30 minutes" in near
    assert "Up next 09:00" in near.replace("NowUp", "Up")
    assert "Thank you for being with us." in words_at(STARTS + timedelta(hours=10))
    with app.app_context():
        db.session.get_one(Event, forum).state = EventState.CANCELLED
        db.session.commit()
    app.extensions.pop("eventapp.pages")
    assert "This event is cancelled." in words_at(STARTS)


def test_screen_works_without_script_and_without_programme(app, client, at_noon):
    with app.app_context():
        people.stage()
    page = client.get(f"{NOW}?lang=fr")
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in page.text
    assert "Nous commençons dans 24 jours" in browser.shown(page)


def test_screen_is_dark_whatever_the_reader_prefers(client, forum):
    assert "prefers-color-scheme" not in client.get(NOW).text
