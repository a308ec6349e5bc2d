"""Phones: prepared by a link, prepared again, signed out, withdrawn; what a token may do at each point."""

from datetime import timedelta

import pytest

from eventapp import clock, queries, services
from eventapp.errors import NotAllowed, NotFound, Refused
from eventapp.rules.vocabulary import Direction, Role
from tests import door, people
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("context", "at_noon")


@pytest.fixture
def forum():
    return people.stage()


@pytest.fixture
def link(forum):
    return services.device.add(forum.event_id, "Porte A").pair_secret


def at(monkeypatch, moment):
    monkeypatch.setattr(clock, "now", lambda: moment)


def refused(function, *arguments, **more):
    with pytest.raises(Refused) as found:
        function(*arguments, **more)
    return found.value.code, found.value.field


def test_added_phone_stands_at_the_venue(forum):
    new = services.device.add(forum.event_id, " Porte\tA ", door="Porte A", direction=Direction.EXIT)
    row = queries.device.get(forum.event_id, new.device_id)
    assert (row.name, row.door, row.direction) == ("Porte A", "Porte A", Direction.EXIT)
    assert row.checkpoint_id == queries.checkpoint.find_venue(forum.event_id).id
    assert new.pair_secret not in (row.pair_hash, "")


def test_phone_needs_a_name(forum):
    assert refused(services.device.add, forum.event_id, "\u200b ") == ("phone_name_missing", "name")


@pytest.mark.parametrize("field", ["name", "door"])
def test_name_and_door_may_be_too_long(forum, field):
    facts = {"name": "A", field: "x" * 121}
    assert refused(services.device.add, forum.event_id, **facts) == ("name_too_long", field)


def test_checkpoint_of_another_event_is_refused(forum):
    theirs = queries.checkpoint.find_venue(people.stage("other", "max").event_id).id
    found = refused(services.device.add, forum.event_id, "A", checkpoint_id=theirs)
    assert found == ("checkpoint_missing", "checkpoint")


def test_phone_of_another_event_is_not_found(forum, link):
    other = people.stage("other", "max")
    device_id = queries.device.get_pairing(link).device.id
    with pytest.raises(NotFound):
        services.device.revoke(other.event_id, device_id)
    with pytest.raises(NotFound):
        queries.device.get(other.event_id, device_id)


def test_link_prepares_a_phone(forum, link):
    phone = door.paired(services.device.redeem(link))
    assert (phone.event_id, phone.name, phone.is_revoked, phone.counts) == (forum.event_id, "Porte A", False, True)


def test_link_works_again_for_a_quarter_of_an_hour(monkeypatch, link):
    first = services.device.redeem(link)
    at(monkeypatch, NOON + timedelta(minutes=14, seconds=59))
    second = services.device.redeem(link)
    assert (door.paired(first).is_revoked, door.paired(first).counts) == (True, True)
    assert not door.paired(second).is_revoked
    at(monkeypatch, NOON + timedelta(minutes=15))
    assert refused(services.device.redeem, link) == ("pairing_expired", None)


def test_unused_link_ends_after_a_month(monkeypatch, link):
    at(monkeypatch, NOON + services.device.LINK_LIFETIME)
    assert not queries.device.get_pairing(link).is_open(clock.now())
    assert refused(services.device.redeem, link) == ("pairing_expired", None)


def test_link_of_a_withdrawn_phone_is_over(forum, link):
    services.device.revoke(forum.event_id, queries.device.get_pairing(link).device.id)
    assert refused(services.device.redeem, link) == ("pairing_expired", None)
    with pytest.raises(NotFound):
        queries.device.get_pairing(link)


def test_unknown_link_is_refused(forum):
    assert refused(services.device.redeem, "x" * 32) == ("pairing_expired", None)


def test_withdrawn_phone_gets_nothing_and_counts_no_more(forum, link):
    token = services.device.redeem(link)
    device_id = door.paired(token).device_id
    for _time in range(2):
        services.device.revoke(forum.event_id, device_id)
    assert (door.paired(token).is_revoked, door.paired(token).counts) == (True, False)


def test_signed_out_phone_may_still_send(link):
    token = services.device.redeem(link)
    for _time in range(2):
        services.device.sign_out(token)
    assert (door.paired(token).is_revoked, door.paired(token).counts) == (True, True)


def test_token_ends_after_two_months(monkeypatch, link):
    token = services.device.redeem(link)
    at(monkeypatch, NOON + services.device.PHONE_LIFETIME)
    assert door.paired(token).is_revoked


def test_tokens_of_accounts_and_of_nobody_are_no_phones(forum):
    account = services.account.open_sign_in(forum.owner_id, NOON)
    for token in (account, "", "nothing"):
        assert queries.account.find_paired_phone(token, NOON) is None
    phone = door.token(forum.event_id)
    assert queries.account.find_signed_in(phone, NOON) is None


@pytest.mark.parametrize("role", [Role.OWNER, Role.ORGANIZER, Role.WELCOME_DESK, Role.CHECKIN])
def test_staff_with_the_right_have_one_phone_each(forum, role):
    account_id = people.grant("moussa", forum.event_id, role)
    phones = [door.paired(services.device.open_for_account(account_id, forum.event_id)) for _time in range(2)]
    assert phones[0].device_id == phones[1].device_id
    assert (phones[0].account_id, phones[0].is_revoked) == (account_id, False)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER, None])
def test_staff_without_the_right_have_none(forum, role):
    account_id = people.account("vera") if role is None else people.grant("vera", forum.event_id, role)
    with pytest.raises(NotAllowed):
        services.device.open_for_account(account_id, forum.event_id)


def test_administrator_may_check_in_anywhere(forum):
    account_id = services.account.add("admin@example.org", is_admin=True).id
    assert door.paired(services.device.open_for_account(account_id, forum.event_id)).counts


def test_demo_phone_is_one_however_often_it_is_made(forum):
    first, second = (services.device.add_demo_phone(forum.event_id) for _time in range(2))
    token = services.device.redeem(second)
    assert len(queries.device.list_of_event(forum.event_id)) == 1
    services.device.redeem(services.device.add_demo_phone(forum.event_id))
    assert not door.paired(token).is_revoked
    assert refused(services.device.redeem, first) == ("pairing_expired", None)
