"""The gates: every page is walked, as everyone, so that a new page cannot slip through."""

import gzip
import re

import html5lib
import pytest
from html5lib.html5parser import ParseError

from eventapp import services
from eventapp.rules.access import Door, Right, may
from eventapp.rules.vocabulary import Role
from eventapp.web import SITE_MAP
from tests import people
from tests.web import world

NO_EVENT = {Door.ANYONE, Door.LINK}
PARTS = {"organizer.day.figures"}
"""What a script puts into a page: no page of its own."""

DENIED = (401, 403, 404)
MODULE = re.compile(
    r'<script type="module" src="/static/[0-9a-f]{12}/js/'
    r'(?:keep|ask|arrivals|now|programme|crop|share|timetable)\.js"></script>'
)
"""One module of ours, deferred. It keeps the page for times without a network; what it says is there without it."""


@pytest.fixture
def forum(app, at_noon, monkeypatch):
    # The rights are what is walked here; the token against forgery has tests of its own.
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.app_context():
        built = world.build("forum", "olga")
        world.staff(built)
        services.account.add("admin@example.org", is_admin=True)
        return built


@pytest.fixture
def elsewhere(app, forum):
    with app.app_context():
        return world.build("elsewhere", "max")


def guarded(app, method):
    return [rule for rule in world.rules(app, method) if isinstance(SITE_MAP[rule.endpoint], Right)]


def is_sent_to_sign_in(answer):
    return answer.status_code == 302 and "/sign-in" in answer.headers["Location"]


def test_every_page_has_a_row_and_every_row_a_page(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(SITE_MAP)


@pytest.mark.sqlite_only  # nothing here depends on the database
@pytest.mark.parametrize("role", Role)
def test_role_opens_what_it_may_and_nothing_else(app, forum, role):
    client = people.sign_in(app, role.value)
    wrong = []
    for rule in guarded(app, "GET"):
        path = world.address(rule, forum)
        answer = client.get(path)
        expected = may(role, SITE_MAP[rule.endpoint])
        is_open = answer.status_code not in DENIED
        if is_open is not expected or answer.status_code >= 500:
            wrong.append((path, answer.status_code))
    assert wrong == []


@pytest.mark.sqlite_only  # nothing here depends on the database
@pytest.mark.parametrize("role", Role)
def test_role_changes_nothing_that_it_may_not(app, forum, role):
    client = people.sign_in(app, role.value)
    with app.app_context():
        before = world.everything()
    for rule in guarded(app, "POST"):
        if not may(role, SITE_MAP[rule.endpoint]):
            assert client.post(world.address(rule, forum)).status_code == 403, rule
    with app.app_context():
        assert world.everything() == before


def test_stranger_is_asked_to_sign_in_and_changes_nothing(app, client, forum):
    with app.app_context():
        before = world.everything()
    for rule in world.rules(app, "GET"):
        if SITE_MAP[rule.endpoint] not in NO_EVENT:
            answer = client.get(world.address(rule, forum))
            assert is_sent_to_sign_in(answer) or answer.status_code == 401, rule
    for rule in world.rules(app, "POST"):
        if SITE_MAP[rule.endpoint] not in NO_EVENT:
            assert client.post(world.address(rule, forum)).status_code == 401, rule
    with app.app_context():
        assert world.everything() == before


def test_organizer_of_another_event_finds_nothing(app, forum, elsewhere):
    client = people.sign_in(app, "max")
    for method in ("GET", "POST"):
        for rule in guarded(app, method):
            assert client.open(world.address(rule, forum), method=method).status_code == 404, rule


def test_ids_of_another_event_are_found_nowhere(app, forum, elsewhere):
    client = people.sign_in(app, "olga")
    mixed = world.World(forum.slug, forum.event_id, {**elsewhere.values, "slug": forum.slug})
    with app.app_context():
        before = world.everything()
    for method in ("GET", "POST"):
        for rule in guarded(app, method):
            if rule.arguments - {"slug", "kind"}:  # a kind of message is the same in every event
                assert client.open(world.address(rule, mixed), method=method).status_code == 404, rule
    with app.app_context():
        assert world.everything() == before


def test_administrator_opens_everything(app, forum):
    client = people.sign_in(app, "admin")
    for rule in guarded(app, "GET"):
        assert client.get(world.address(rule, forum)).status_code not in DENIED, rule


def test_looking_changes_nothing_that_a_person_would_notice(app, forum):
    client = people.sign_in(app, "olga")
    with app.app_context():
        before = world.everything()
    for rule in world.rules(app, "GET"):
        client.get(world.address(rule, forum))
    with app.app_context():
        assert world.everything() == before


@pytest.mark.sqlite_only  # nothing here depends on the database
def test_change_by_cookie_needs_our_forms_token(app, forum, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client = people.sign_in(app, "olga")
    with app.app_context():
        before = world.everything()
    for rule in world.rules(app, "POST"):
        if SITE_MAP[rule.endpoint] not in NO_EVENT:
            assert client.post(world.address(rule, forum)).status_code == 400, rule
    with app.app_context():
        assert world.everything() == before


@pytest.mark.sqlite_only  # nothing here depends on the database
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_page_is_valid_html_in_its_language_and_has_a_title(app, forum, lang):
    client = people.sign_in(app, "olga")
    broken = []
    for rule in world.rules(app, "GET"):
        answer = client.get(world.address(rule, forum), query_string={"lang": lang})
        assert answer.status_code < 500, rule
        if answer.mimetype != "text/html" or answer.status_code in (301, 302, 303, 308) or rule.endpoint in PARTS:
            continue
        try:
            page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.text)
        except ParseError as error:
            broken.append((rule.rule, str(error)))
            continue
        assert page.get("lang") == lang, rule
        assert (page.findtext("head/title") or "").strip(), rule
        ids = [element.get("id") for element in page.iter() if element.get("id")]
        assert sorted(ids) == sorted(set(ids)), rule
        assert [e.tag for e in page.iter() if e.get("style") is not None or e.get("onclick") is not None] == [], rule
    assert broken == []


@pytest.mark.parametrize("size", [3])
def test_no_page_asks_more_questions_for_more_rows(app, forum, size):
    with app.app_context():
        larger = world.build("larger", "olga", size=size)
    client = people.sign_in(app, "olga")
    grown = []
    for rule in world.rules(app, "GET"):
        counts = []
        for place in (forum, larger):
            client.get(world.address(rule, place))  # what is made once, such as a compiled template, is made
            app.extensions.pop("eventapp.pages", None)
            with world.Statements(app) as statements:
                client.get(world.address(rule, place))
            counts.append(statements.count)
        if counts[1] > counts[0]:
            grown.append((rule.rule, *counts))
    assert grown == []


@pytest.mark.sqlite_only  # nothing here depends on the database
def test_every_answer_carries_the_security_headers(app, forum):
    client = people.sign_in(app, "olga")
    for rule in world.rules(app, "GET"):
        answer = client.get(world.address(rule, forum))
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, rule
        assert "unsafe-inline" not in policy, rule
        assert answer.headers["X-Content-Type-Options"] == "nosniff", rule
        assert answer.headers["X-Frame-Options"] == "DENY", rule
        if SITE_MAP[rule.endpoint] is not Door.ANYONE:
            assert answer.headers["Cache-Control"] in ("no-store", "private, no-cache"), rule


@pytest.mark.sqlite_only  # nothing here depends on the database
def test_pages_of_guests_need_no_script_and_no_other_host(app, client, forum):
    for rule in world.rules(app, "GET"):
        if rule.endpoint.startswith(("public.", "speaker.")):
            answer = client.get(world.address(rule, forum))
            if answer.mimetype == "text/html":
                assert "<script" not in MODULE.sub("", answer.text, count=1), rule
                assert not [part for part in answer.text.split('src="')[1:] if part.startswith(("http", "//"))], rule


@pytest.mark.sqlite_only  # nothing here depends on the database
def test_every_page_of_guests_and_speakers_weighs_less_than_one_congestion_window(app, client, forum):
    heavy = []
    for rule in world.rules(app, "GET"):
        if not rule.endpoint.startswith(("public.", "speaker.", "account.")):
            continue
        page = client.get(world.address(rule, forum), headers={"Accept-Encoding": "gzip"})
        if page.mimetype != "text/html" or page.status_code >= 300:
            continue
        text = gzip.decompress(page.data).decode() if page.headers.get("Content-Encoding") == "gzip" else page.text
        files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text))
        loaded = [client.get(address, headers={"Accept-Encoding": "gzip"}) for address in sorted(files)]
        weight = len(page.data) + sum(len(file.data) for file in loaded)
        if weight >= 14_600 or len(files) > 3:
            heavy.append((rule.rule, weight, sorted(files)))
    assert heavy == []
