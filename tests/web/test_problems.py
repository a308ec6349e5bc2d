"""A database that cannot be had is a page that says so, and what to do."""

import pytest
from sqlalchemy import exc

from eventapp import services
from tests import people


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "sent twice, it counts once"), ("fr", "envoyé deux fois, cela compte une fois")]
)
@pytest.mark.parametrize(
    "error", [exc.TimeoutError("no connection"), exc.OperationalError("select 1", {}, Exception("gone"))]
)
def test_guest_is_told_to_send_the_form_again(app, client, monkeypatch, error, lang, words):
    with app.app_context():
        people.stage()

    def gone(*_facts, **_more):
        raise error

    monkeypatch.setattr(services.registration, "register", gone)
    answer = client.post("/e/forum/register", data={"attendees-0-name": "Ada", "lang": lang})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert words in answer.text
