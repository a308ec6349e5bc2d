"""Addresses and queries that nobody types by accident: an answer, never an error of the program."""

import pytest

from tests import people


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
