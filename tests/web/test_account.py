"""Signing in and out through the browser: nothing tells whether an account exists, no link leads elsewhere."""

from datetime import timedelta

import pytest

from eventapp import clock, services
from tests import people
from tests.web import browser

PASSWORD = "a short sentence"


@pytest.fixture
def olga(app, at_noon):
    with app.app_context():
        return services.account.add("olga@example.org", name="Olga", password=PASSWORD).id


def sign_in(client, path="/sign-in?lang=en", *, email="olga@example.org", password=PASSWORD):
    return browser.submit(client, path, {"email": email, "password": password})


def link(app, account_id):
    with app.app_context():
        return f"/sign-in/{services.account.make_link(account_id)}"


def test_desk_asks_to_sign_in_and_leads_back(client, olga):
    answer = client.get("/organize/new")
    assert answer.headers["Location"] == "/sign-in?next=/organize/new"
    answer = sign_in(client, answer.headers["Location"])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/organize/new")
    assert client.get("/organize/new").status_code == 200


def test_password_leads_to_the_desk(client, olga):
    assert sign_in(client).headers["Location"] == "/organize/"


def test_cookie_is_for_the_server_alone(client, olga):
    cookie = next(c for c in sign_in(client).headers.getlist("Set-Cookie") if c.startswith("eventapp-account="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_wrong_password_keeps_the_address_and_not_the_password(client, olga):
    answer = sign_in(client, password="something else")
    assert answer.status_code == 422
    assert browser.refusals(answer) == {"": "E-mail address and password do not belong together."}
    form = browser.values(browser.forms(browser.parse(answer.text))[0])
    assert (form["email"], form["password"]) == ("olga@example.org", "")


def test_unknown_account_looks_the_same_as_a_wrong_password(client, olga):
    known, unknown = (sign_in(client, email=email, password="guess") for email in ("olga@example.org", "x@example.org"))
    assert known.status_code == unknown.status_code
    assert browser.shown(known) == browser.shown(unknown)


def test_too_many_guesses_must_wait_whether_or_not_the_account_exists(client, olga):
    told = []
    for email in ("olga@example.org", "x@example.org"):
        for _guess in range(5):
            sign_in(client, email=email, password="guess")
        answer = sign_in(client, email=email)
        told.append((answer.status_code, browser.refusals(answer)))
    assert told[0] == told[1]
    assert told[0] == (429, {"": "Too many attempts. Please wait 15 minutes, or ask for a sign-in link."})


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/\t/evil.example/",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/ /evil.example",
        "",
    ],
)
def test_way_back_leads_to_no_other_host(client, olga, address):
    page = browser.values(browser.forms(browser.parse(client.get("/sign-in", query_string={"next": address}).text))[0])
    assert page["next"] == ""
    answer = browser.submit(client, "/sign-in", {"email": "olga@example.org", "password": PASSWORD, "next": address})
    assert answer.headers["Location"] == "/organize/"


def test_form_without_its_token_says_what_to_do(client, olga):
    answer = client.post("/sign-in?lang=en", data={"email": "olga@example.org", "password": PASSWORD})
    assert answer.status_code == 400
    assert "allow it for this site" in browser.refusals(answer)[""]


@pytest.mark.parametrize("hostile", ["\x00", "x" * 5000, "\ud7ff", "'; drop table account; --", "%00"])
def test_hostile_address_is_refused_like_any_other(client, olga, hostile):
    assert sign_in(client, email=hostile).status_code in (400, 422)


def test_opening_a_link_uses_nothing_up(app, client, olga):
    path = link(app, olga)
    for _messenger in range(3):
        assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    assert browser.submit(client, path).headers["Location"] == "/organize/"
    assert client.get("/account").status_code == 200


def test_link_used_twice_is_refused(app, client, olga):
    path = link(app, olga)
    page = client.get(path)
    sent = browser.values(browser.forms(browser.parse(page.text))[0])
    client.post(path, data=sent)
    other = app.test_client()
    second = browser.values(browser.forms(browser.parse(other.get("/sign-in").text))[0])
    answer = other.post(f"{path}?lang=en", data=second)
    assert answer.status_code == 410
    assert "used already or is too old" in browser.shown(answer)
    assert other.get("/account").status_code == 302


def test_link_that_was_used_says_so_when_opened(app, client, olga):
    path = link(app, olga)
    browser.submit(client, path)
    assert client.get(path).status_code == 410


def test_old_link_says_so_when_opened(app, client, olga, at_noon, monkeypatch):
    path = link(app, olga)
    monkeypatch.setattr(clock, "now", lambda: at_noon + timedelta(days=1))
    assert client.get(path).status_code == 410


def test_invented_link_looks_like_an_old_one(client, olga):
    assert client.get("/sign-in/abcdef").status_code == 410


def test_signing_in_again_ends_the_sign_in_before(app, client, olga):
    sign_in(client)
    old = client.get_cookie("eventapp-account").value
    sign_in(client)
    with app.app_context():
        from eventapp import queries

        assert queries.account.find_signed_in(old, clock.now()) is None


def test_sign_out_asks_first_and_ends_the_sign_in(client, olga):
    sign_in(client)
    assert client.get("/sign-out").status_code == 200
    assert client.get("/account").status_code == 200
    answer = browser.submit(client, "/sign-out")
    assert answer.headers["Location"] == "/sign-in"
    assert client.get("/account").status_code == 302


def test_sign_out_twice_leads_to_signing_in(client, olga):
    assert client.post("/sign-out").headers["Location"] == "/sign-in"


def test_sign_out_by_another_site_is_refused(client, olga):
    sign_in(client)
    client.post("/sign-out")
    assert client.get("/account").status_code == 200


def test_account_shows_who_i_am(client, olga):
    sign_in(client)
    shown = browser.shown(client.get("/account?lang=en"))
    assert "Olga" in shown
    assert "olga@example.org" in shown


def test_password_is_changed_right_after_signing_in(client, olga):
    sign_in(client)
    answer = browser.submit(client, "/account", {"password": "another sentence"})
    assert answer.status_code == 303
    assert client.get("/account").status_code == 200
    assert sign_in(client, password="another sentence").status_code == 303


def test_password_later_needs_the_present_one(app, client, olga, at_noon, monkeypatch):
    sign_in(client)
    monkeypatch.setattr(clock, "now", lambda: at_noon + timedelta(hours=1))
    answer = browser.submit(client, "/account?lang=en", {"present": "guess", "password": "another sentence"})
    assert answer.status_code == 422
    assert browser.refusals(answer) == {"present": "This is not your present password."}


def test_short_password_is_refused_beside_its_box(client, olga):
    sign_in(client)
    answer = browser.submit(client, "/account?lang=en", {"password": "short"})
    assert browser.refusals(answer) == {"password": "A password needs at least 10 characters."}


def test_sign_in_pages_are_kept_by_nobody(app, client, olga):
    for path in ("/sign-in", link(app, olga), "/sign-out"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_people_signed_in_by_link_reach_the_desk(app, olga):
    assert people.sign_in(app, "olga").get("/organize/").status_code == 200
