"""The public schedule files: who gets them, in which language, and that they are kept in memory."""

import json
from xml.etree import ElementTree

import pytest

from eventapp import services
from eventapp.language import LocalizedText
from eventapp.services.programme import SessionFacts
from tests import people
from tests.schedules import REAL, needs_real
from tests.web import world

PATHS = ["/e/forum/programme.json", "/e/forum/programme.xml"]


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return world.build("forum", "olga")


def title(answer):
    if answer.mimetype == "application/json":
        (day,) = answer.json["schedule"]["conference"]["days"]
        return day["rooms"]["Salle 1"][0]["title"]
    return ElementTree.fromstring(answer.text).findtext("day/room/event/title")


@pytest.mark.parametrize(("path", "mimetype"), [(PATHS[0], "application/json"), (PATHS[1], "application/xml")])
def test_released_programme_is_a_file(client, forum, path, mimetype):
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    assert title(answer) == "Discussion 1"
    assert "/e/forum/sessions/discussion-1" in answer.text


def test_json_names_the_public_addresses(client, forum):
    schedule = client.get(PATHS[0]).json["schedule"]
    session = schedule["conference"]["days"][0]["rooms"]["Salle 1"][0]
    base = "http://127.0.0.1:8000/e/forum/"
    assert schedule["url"] == f"{base}programme.json?lang=fr"
    assert (schedule["base_url"], schedule["conference"]["url"]) == (base, f"{base}programme")
    assert session["url"] == f"{base}sessions/discussion-1"
    assert session["persons"][0]["url"] == f"{base}speakers/sam-sidibe-1"


@pytest.mark.parametrize("path", PATHS)
def test_language_is_the_one_asked_for_or_the_events_first(app, client, forum, path):
    with app.app_context():
        facts = SessionFacts(
            title=LocalizedText(fr="Ouverture", en="Opening"), starts_at=people.STARTS, ends_at=people.ENDS
        )
        services.programme.change_session(forum.event_id, forum.values["session_id"], facts)
        services.release.release(forum.event_id)
    client.get("/e/forum/?lang=en")  # the reader's language is remembered, for pages

    def told(query, **headers):
        text = client.get(path + query, headers=headers).text
        return ["Ouverture" in text, "Opening" in text]

    assert told("") == [True, False]
    assert told("", **{"Accept-Language": "en"}) == [True, False]
    assert told("?lang=en") == [False, True]
    assert told("?lang=fr") == [True, False]
    assert told("?lang=xx") == [True, False]


@pytest.mark.parametrize("path", PATHS)
def test_programme_that_is_not_released_is_no_file(app, client, at_noon, path):
    with app.app_context():
        staged = people.stage(published=False)
        facts = SessionFacts(title=LocalizedText(fr="Sport"), starts_at=people.STARTS)
        services.programme.add_session(staged.event_id, facts)
    assert client.get(path).status_code == 404
    olga = people.sign_in(app, "olga")
    assert olga.get(path).status_code == 404
    assert olga.get("/e/forum/programme").status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_programme_without_a_time_is_no_file(app, client, at_noon, path):
    with app.app_context():
        staged = people.stage()
        services.programme.add_session(staged.event_id, SessionFacts(title=LocalizedText(fr="Sport")))
        services.release.release(staged.event_id)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_file_is_kept_in_memory_and_not_sent_again(app, client, forum, path, monkeypatch):
    first = client.get(path)
    monkeypatch.setattr("eventapp.clock.now", lambda: people.STARTS)  # weeks later
    with world.Statements(app) as statements:
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, statements.count) == (304, 0)


@pytest.mark.parametrize("path", PATHS)
def test_changed_programme_is_seen_once_the_version_is_read_again(app, client, forum, path):
    client.get(path)
    with app.app_context():
        services.programme.cancel_session(forum.event_id, forum.values["session_id"])
        services.release.release(forum.event_id)
    app.extensions["eventapp.pages"] = {
        key: value for key, value in app.extensions["eventapp.pages"].items() if not isinstance(value, tuple)
    }
    assert title(client.get(path)) == "Annulé\u00a0: Discussion 1"


@needs_real
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_demo_fits_the_schemas(app, client, at_noon, lang):
    import jsonschema
    import xmlschema

    with app.app_context():
        services.demo.seed()
    schema = json.loads((REAL / "schema" / "schedule.schema.json").read_text())
    for slug in ("connect-223", "demo-forum"):
        jsonschema.Draft6Validator(schema).validate(client.get(f"/e/{slug}/programme.json?lang={lang}").json)
        xmlschema.XMLSchema(str(REAL / "schema" / "schedule.xsd")).validate(
            client.get(f"/e/{slug}/programme.xml?lang={lang}").text
        )
