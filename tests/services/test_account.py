"""Accounts: passwords, one-time links, and what slows guessing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp import clock, queries, services
from eventapp.db import db
from eventapp.errors import Refused
from eventapp.models.account import Attempt
from eventapp.rules.vocabulary import Role
from eventapp.services import account
from tests import people

pytestmark = pytest.mark.usefixtures("context", "at_noon")

PASSWORD = "a short sentence"
HALL, HOME = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def olga():
    return services.account.add("Olga@Example.org", password=PASSWORD).id


def later(monkeypatch, now, **more):
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(**more))


def refusal(function, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        function(*args, **kwargs)
    return refused.value.code


def who(token):
    return queries.account.find_signed_in(token, clock.now())


def test_password_signs_in_whatever_the_case_of_the_address(olga):
    assert who(services.account.sign_in("OLGA@example.ORG ", PASSWORD, address=HALL)).account_id == olga


def test_wrong_password_is_refused(olga):
    assert refusal(services.account.sign_in, "olga@example.org", "something else", address=HALL) == "sign_in_failed"


def test_unknown_account_is_refused_with_the_same_code():
    assert refusal(services.account.sign_in, "nobody@example.org", PASSWORD, address=HALL) == "sign_in_failed"


def test_account_without_password_is_refused_with_the_same_code():
    people.account("max")
    assert refusal(services.account.sign_in, "max@example.org", "", address=HALL) == "sign_in_failed"


def test_sixth_guess_from_one_address_must_wait(olga):
    for _guess in range(account.ATTEMPTS_PER_ADDRESS_AND_ACCOUNT):
        refusal(services.account.sign_in, "olga@example.org", "guess", address=HALL)
    assert refusal(services.account.sign_in, "olga@example.org", PASSWORD, address=HALL) == "sign_in_slow_down"
    assert who(services.account.sign_in("olga@example.org", PASSWORD, address=HOME)).account_id == olga


def test_guesses_from_many_addresses_must_wait_too(olga):
    for guess in range(account.ATTEMPTS_PER_ACCOUNT):
        refusal(services.account.sign_in, "olga@example.org", "guess", address=f"198.51.100.{guess}")
    assert refusal(services.account.sign_in, "olga@example.org", PASSWORD, address=HOME) == "sign_in_slow_down"


def test_unknown_account_is_slowed_like_a_known_one():
    for _guess in range(account.ATTEMPTS_PER_ADDRESS_AND_ACCOUNT):
        refusal(services.account.sign_in, "nobody@example.org", "guess", address=HALL)
    assert refusal(services.account.sign_in, "nobody@example.org", "guess", address=HALL) == "sign_in_slow_down"


def test_waiting_is_over_after_a_quarter_of_an_hour(olga, at_noon, monkeypatch):
    for _guess in range(account.ATTEMPTS_PER_ADDRESS_AND_ACCOUNT):
        refusal(services.account.sign_in, "olga@example.org", "guess", address=HALL)
    later(monkeypatch, at_noon, minutes=15)
    assert who(services.account.sign_in("olga@example.org", PASSWORD, address=HALL)).account_id == olga


def test_right_password_takes_back_earlier_mistakes(olga):
    for _round in range(2):
        for _guess in range(account.ATTEMPTS_PER_ADDRESS_AND_ACCOUNT - 1):
            refusal(services.account.sign_in, "olga@example.org", "guess", address=HALL)
        services.account.sign_in("olga@example.org", PASSWORD, address=HALL)


def test_counter_holds_no_address(olga):
    refusal(services.account.sign_in, "olga@example.org", "guess", address=HALL)
    assert not [key for key in db.session.scalars(select(Attempt.key)) if "olga" in key or HALL in key]


def test_counter_that_another_request_made_is_counted_on(olga, at_noon):
    services.account._count_attempt("race", 5)
    db.session.rollback()

    @services.account.transactional
    def find_nothing_and_add():
        db.session.expunge_all()
        return services.account._first_attempt("race", at_noon).count

    assert find_nothing_and_add() == 1


def test_link_signs_in_once(olga):
    token = services.account.make_link(olga)
    assert who(services.account.redeem_link(token)).account_id == olga
    assert refusal(services.account.redeem_link, token) == "link_used"


def test_link_is_good_for_a_day(olga, at_noon, monkeypatch):
    token = services.account.make_link(olga)
    later(monkeypatch, at_noon, hours=24)
    assert refusal(services.account.redeem_link, token) == "link_used"


def test_sign_out_ends_one_browser(olga):
    here, there = (services.account.open_sign_in(olga, clock.now()) for _browser in range(2))
    services.account.sign_out(here)
    services.account.sign_out(here)
    assert (who(here), who(there).account_id) == (None, olga)


def test_sign_in_ends_by_itself(olga, at_noon, monkeypatch):
    token = services.account.open_sign_in(olga, at_noon)
    later(monkeypatch, at_noon, days=14)
    assert who(token) is None


def test_new_password_ends_all_other_sign_ins(olga, at_noon):
    here, there = (services.account.open_sign_in(olga, at_noon) for _browser in range(2))
    services.account.change_password(olga, here, present="", password="another sentence")
    assert (who(here).account_id, who(there)) == (olga, None)
    services.account.sign_in("olga@example.org", "another sentence", address=HALL)


def test_new_password_needs_the_present_one_some_time_after_signing_in(olga, at_noon, monkeypatch):
    token = services.account.open_sign_in(olga, at_noon)
    later(monkeypatch, at_noon, minutes=15)
    change = services.account.change_password
    assert refusal(change, olga, token, present="guess", password="another sentence") == "password_wrong"
    change(olga, token, present=PASSWORD, password="another sentence")


def test_guessing_the_present_password_is_slowed(olga, at_noon, monkeypatch):
    token = services.account.open_sign_in(olga, at_noon)
    later(monkeypatch, at_noon, minutes=15)
    for _guess in range(account.ATTEMPTS_PER_ADDRESS_AND_ACCOUNT):
        refusal(services.account.change_password, olga, token, present="guess", password="another sentence")
    change = services.account.change_password
    assert refusal(change, olga, token, present=PASSWORD, password="another sentence") == "sign_in_slow_down"


def test_short_password_is_refused(olga):
    assert refusal(services.account.set_password, olga, "too short") == "password_too_short"


def test_endless_password_is_refused(olga):
    assert refusal(services.account.set_password, olga, "x" * 1001) == "text_too_long"


def test_second_account_of_an_address_is_refused(olga):
    assert refusal(services.account.add, "olga@example.org") == "account_exists"


def test_address_that_is_none_is_refused():
    assert refusal(services.account.add, "olga") == "email_invalid"


def test_role_takes_the_place_of_the_one_before():
    forum = people.stage()
    sam = people.grant("sam", forum.event_id, Role.VIEWER)
    services.account.grant(sam, forum.event_id, Role.EDITOR)
    assert queries.account.find_role(sam, forum.event_id) is Role.EDITOR
