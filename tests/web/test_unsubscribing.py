"""No more announcements: asked on a page, done by one tap or by the mail program itself, and taken back."""

import pytest

from eventapp import queries, services
from tests import people
from tests.web import browser


@pytest.fixture
def ada(app, at_noon):
    """Ada's registration, and the address of her page."""
    with app.app_context():
        forum = people.stage()
        registration_id = people.register(forum.event_id, "Ada Traoré", email="ada@example.org", language="fr")
        return registration_id, f"/u/{services.unsubscribing.secret(registration_id)}"


def unsubscribed_at(app, registration_id):
    with app.app_context():
        return queries.registration.get(registration_id).unsubscribed_at


def test_looking_changes_nothing_and_asks(app, client, ada):
    registration_id, address = ada
    assert "Ne plus recevoir d’annonces" in browser.shown(client.get(address))
    assert unsubscribed_at(app, registration_id) is None


def test_one_tap_stops_announcements_and_another_brings_them_back(app, client, ada, at_noon):
    registration_id, address = ada
    done = client.post(address)
    assert (done.status_code, done.headers["Location"]) == (303, address)
    assert unsubscribed_at(app, registration_id) == at_noon
    page = browser.shown(client.get(f"{address}?lang=en"))
    assert "You get no more announcements" in page
    client.post(address, data={"again": "1"})
    assert unsubscribed_at(app, registration_id) is None


@pytest.mark.parametrize("times", [1, 2])
def test_mail_program_does_it_without_a_cookie_and_without_a_redirection(app, client, ada, at_noon, times):
    registration_id, address = ada
    for _ in range(times):
        answer = client.post(address, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert unsubscribed_at(app, registration_id) == at_noon


@pytest.mark.parametrize("text", ["{id}-" + "a" * 26, "{id}", "0-" + "a" * 26, "9999999999-" + "a" * 26, "x" * 5000])
def test_secret_that_nobody_gave_out_opens_nothing(client, ada, text):
    registration_id, _ = ada
    address = f"/u/{text.format(id=registration_id)}"
    assert client.get(address).status_code == client.post(address).status_code == 404


def test_link_of_an_erased_person_opens_nothing(app, client, ada):
    registration_id, address = ada
    with app.app_context():
        services.erasure.erase_all(registration_id)
    assert client.get(address).status_code == client.post(address).status_code == 404
