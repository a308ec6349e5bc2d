"""Pages for guests: what they show, in which language, and what they weigh."""

import gzip
import re

import icalendar
import pytest

from eventapp import queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.event import Event
from eventapp.web import static
from tests import people

PATHS = ["/", "/e/forum/", "/e/forum/programme", "/e/forum/speakers", "/e/forum/privacy", "/e/forum/register"]


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_page_opens_in_both_languages(client, forum, path, lang):
    response = client.get(path, query_string={"lang": lang})
    assert response.status_code == 200
    assert f'<html lang="{lang}">' in response.text


def test_language_is_remembered(client, forum):
    client.get("/e/forum/?lang=en")
    assert '<html lang="en">' in client.get("/e/forum/").text


def test_language_follows_the_browser(client, forum):
    assert '<html lang="en">' in client.get("/e/forum/", headers={"Accept-Language": "en-GB,en;q=0.8"}).text
    assert '<html lang="fr">' in client.get("/e/forum/", headers={"Accept-Language": "fr-ML"}).text


def test_language_of_the_event_meets_a_reader_who_says_nothing(app, client, forum):
    with app.app_context():
        event = db.session.get_one(Event, forum.event_id)
        event.languages = ["en", "fr"]
        db.session.commit()
    assert '<html lang="en">' in client.get("/e/forum/").text


def test_missing_text_falls_back_and_says_its_language(app, client, at_noon):
    with app.app_context():
        forum = people.stage("only-english")
        event = db.session.get_one(Event, forum.event_id)
        event.theme = LocalizedText(en="Only in English")
        db.session.commit()
    page = client.get("/e/only-english/?lang=fr").text
    assert '<span lang="en" dir="auto">Only in English</span>' in page


def test_draft_is_hidden_from_guests_and_open_to_its_team(app, client, at_noon):
    with app.app_context():
        people.stage("secret", published=False)
        people.stage("elsewhere", owner="max")
    assert client.get("/e/secret/").status_code == 404
    assert people.sign_in(app, "max").get("/e/secret/").status_code == 404
    assert people.sign_in(app, "olga").get("/e/secret/").status_code == 200


def test_wrong_address_is_a_helpful_page(client, app):
    response = client.get("/e/nowhere/?lang=en")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.text
    assert "copied whole" in response.text


def test_unchanged_page_is_not_sent_again(client, forum):
    first = client.get("/e/forum/")
    again = client.get("/e/forum/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_changed_page_is_seen_at_once_after_the_second_of_trust(app, client, forum):
    client.get("/e/forum/")
    with app.app_context():
        event = queries.event.get(forum.event_id)
        event.theme = LocalizedText(fr="Un nouveau thème")
        db.session.commit()
    app.extensions["eventapp.pages"] = {
        key: value for key, value in app.extensions["eventapp.pages"].items() if not isinstance(value, tuple)
    }
    assert "Un nouveau thème" in client.get("/e/forum/").text


def test_full_event_offers_the_waiting_list(app, client, at_noon):
    with app.app_context():
        forum = people.stage(capacity=1)
        people.register(forum.event_id)
    assert "Join the waiting list" in client.get("/e/forum/?lang=en").text


def test_finished_event_says_so_and_offers_no_registration(app, client, monkeypatch):
    with app.app_context():
        people.stage()
    monkeypatch.setattr("eventapp.clock.now", lambda: people.ENDS)
    page = client.get("/e/forum/?lang=en").text
    assert "This event is finished." in page
    assert "/register" not in page


@pytest.mark.parametrize("path", PATHS)
def test_first_visit_weighs_less_than_one_congestion_window(client, forum, path):
    page = client.get(path, headers={"Accept-Encoding": "gzip"})
    text = gzip.decompress(page.data).decode()
    style = text.split('rel="stylesheet" href="')[1].split('"')[0]
    scripts = re.findall(r'<script[^>]* src="([^"]+)"', text)
    files = [client.get(address, headers={"Accept-Encoding": "gzip"}) for address in (style, *scripts)]
    assert text.count("<script") == len(scripts) <= 1
    assert text.count("<link") == 2
    assert 'rel="icon" href="data:' in text
    assert len(page.data) + sum(len(file.data) for file in files) < 14_600


def test_security_headers(client, forum):
    response = client.get("/e/forum/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "'sha256-" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in response.headers


def test_style_sheet_is_sent_with_the_one_it_imports(client):
    whole = client.get(static.address("css/programme.css")).text
    assert "@import" not in whole
    assert client.get(static.address("css/guest.css")).text in whole


def test_static_file_is_kept_for_a_year_under_its_digest_only(client, forum):
    fresh = client.get(static.address("css/guest.css"))
    stale = client.get("/static/000000000000/css/guest.css")
    assert "immutable" in fresh.headers["Cache-Control"]
    assert "immutable" not in stale.headers.get("Cache-Control", "")
    assert fresh.data == stale.data
    assert client.get("/static/000000000000/../../pyproject.toml").status_code == 404


def test_machines_are_answered(client, app):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok"}


def test_programme_goes_into_a_calendar_in_the_readers_language(app, client, at_noon):
    with app.app_context():
        services.demo.seed()
    answer = client.get("/e/demo-forum/programme.ics?lang=en")
    calendar = icalendar.Calendar.from_ical(answer.data)
    titles = [str(entry["SUMMARY"]) for entry in calendar.walk("VEVENT")]
    assert answer.mimetype == "text/calendar"
    assert titles[2:4] == ["Topic 1", "Topic 2"]
    assert len({str(entry["UID"]) for entry in calendar.walk("VEVENT")}) == 12
