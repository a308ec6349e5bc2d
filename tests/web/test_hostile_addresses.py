"""Addresses, queries and forms that nobody fills in by accident: an answer, never an error of the program."""

import pytest

from tests import people
from tests.web import browser, world


@pytest.mark.parametrize(
    "path",
    [
        "/e/%00/",
        "/e/%ff/",
        "/e/forum/speakers/%00",
        "/e/forum/sessions/%00",
        "/organize/%00/",
        "/organize/%ff/",
        "/organize/forum/rooms/99999999999999999999",
        "/r/%00",
        "/s/%00",
        "/t/%00",
        "/sign-in/%00",
    ],
)
def test_address_that_makes_no_sense_is_not_found(app, at_noon, path):
    with app.app_context():
        people.stage()
    assert people.sign_in(app, "olga").get(path).status_code in (404, 410)


@pytest.mark.parametrize(
    "query",
    ["lang=%00", "status=%00&page=%00&q=%00", "page=-1", f"page={'9' * 5000}", f"q={'%25' * 5000}", "q=%ed%a0%80"],
)
def test_query_that_makes_no_sense_is_ignored(app, at_noon, query):
    with app.app_context():
        people.stage()
    assert people.sign_in(app, "olga").get(f"/organize/forum/registrations?{query}").status_code == 200


@pytest.mark.postgresql_only  # the stricter of the two; every box of the desk, so once is enough
@pytest.mark.parametrize("junk", ["\x00", "²" * 3_000, "9" * 30, "0001-01-01T00:00"])
def test_no_box_of_the_desk_takes_the_program_down(app, at_noon, junk):
    with app.app_context():
        forum = world.build("forum", "olga")
    client = people.sign_in(app, "olga")
    broken = []
    for rule in world.rules(app, "GET"):
        if not rule.endpoint.startswith("organizer."):
            continue
        path = world.address(rule, forum)
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for form in browser.forms(browser.parse(answer.text)):
            sent = browser.values(form)
            for name in set(sent) - {"csrf_token"}:
                answer = client.post(form.get("action") or path, data={**sent, name: junk})
                if answer.status_code >= 500:
                    broken.append((path, name))
    assert broken == []
