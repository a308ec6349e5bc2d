"""A team's link: phones prepared by it wait, are let begin or turned away; it ends, is full, and works again."""

from collections import Counter
from datetime import timedelta

import pytest

from eventapp import clock, queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.rules import links
from eventapp.rules.vocabulary import Direction
from tests import door, people
from tests.conftest import NOON
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("context", "at_noon")


@pytest.fixture
def forum():
    return people.stage()


@pytest.fixture
def link(forum):
    return services.team_link.add(forum.event_id, "Scouts", max_phones=2, days=3)


def at(monkeypatch, moment):
    monkeypatch.setattr(clock, "now", lambda: moment)


def refused(function, *arguments, **more):
    with pytest.raises(Refused) as found:
        function(*arguments, **more)
    return found.value.code, found.value.field


def redeem(link, name="Awa", **more):
    return services.team_link.redeem(link.secret, name, **more)


def test_phone_of_a_team_waits_until_it_is_let_begin(forum, link):
    token = redeem(link, " Awa\tTraoré ")
    phone = door.paired(token)
    assert (phone.name, phone.waits, phone.is_revoked, phone.counts) == ("Awa Traoré", True, True, False)
    for _time in range(2):
        services.team_link.approve(forum.event_id, phone.device_id)
    phone = door.paired(token)
    assert (phone.waits, phone.is_revoked, phone.counts) == (False, False, True)


def test_phone_stands_where_the_link_says(forum):
    lunch = door.lunch(forum.event_id)
    made = services.team_link.add(
        forum.event_id, "Kitchen", max_phones=1, days=1, checkpoint_id=lunch, direction=Direction.EXIT
    )
    device = door.device(door.paired(redeem(made)).device_id)
    assert (device.checkpoint_id, device.direction, device.team_link_id) == (lunch, Direction.EXIT, made.link_id)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"name": "\u200b "}, ("team_name_missing", "name")),
        ({"name": "x" * 121}, ("name_too_long", "name")),
        ({"max_phones": 0}, ("number_invalid", "max_phones")),
        ({"days": 31}, ("number_invalid", "days")),
        ({"checkpoint_id": 999_999}, ("checkpoint_missing", "checkpoint")),
    ],
)
def test_link_that_cannot_be_is_refused(forum, facts, expected):
    usual = {"name": "Scouts", "max_phones": 2, "days": 3}
    assert refused(services.team_link.add, forum.event_id, **usual | facts) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [(" ", ("phone_owner_missing", "name")), ("x" * 121, ("name_too_long", "name"))]
)
def test_phone_needs_its_owners_name(link, name, expected):
    assert refused(redeem, link, name) == expected


def test_link_prepares_as_many_as_it_may_and_a_phone_turned_away_frees_its_place(forum, link):
    tokens = [redeem(link, name) for name in ("Awa", "Binta")]
    assert refused(redeem, link, "Coumba") == ("team_full", None)
    services.device.revoke(forum.event_id, door.paired(tokens[0]).device_id)
    assert door.paired(redeem(link, "Coumba")).waits
    assert refused(services.team_link.approve, forum.event_id, door.paired(tokens[0]).device_id) == (
        "phone_withdrawn",
        None,
    )


def test_form_sent_twice_is_one_phone_that_stays_let_begin(forum, link):
    first = redeem(link, form_id="form-0001")
    services.team_link.approve(forum.event_id, door.paired(first).device_id)
    second = redeem(link, form_id="form-0001")
    assert door.paired(second).device_id == door.paired(first).device_id
    assert (door.paired(first).is_revoked, door.paired(second).is_revoked) == (True, False)


def test_same_phone_in_another_browser_waits_again_and_the_earlier_token_only_sends(forum, link):
    first = redeem(link)
    device_id = door.paired(first).device_id
    services.team_link.approve(forum.event_id, device_id)
    assert refused(redeem, link, "AWA") == ("phone_owner_known", "name")
    second = redeem(link, "AWA", is_same=True)
    assert (door.paired(second).device_id, door.paired(second).waits) == (device_id, True)
    services.team_link.approve(forum.event_id, device_id)
    assert (door.paired(first).is_revoked, door.paired(first).counts) == (True, True)
    assert not door.paired(second).is_revoked


def test_after_a_quarter_of_an_hour_the_name_is_somebody_elses(monkeypatch, link):
    redeem(link, form_id="form-0001")
    at(monkeypatch, NOON + timedelta(minutes=15))
    assert refused(redeem, link, is_same=True) == ("phone_owner_taken", "name")
    assert refused(redeem, link, form_id="form-0001") == ("phone_owner_taken", "name")


def test_link_ends_by_itself_and_by_hand_and_its_phones_go_on(monkeypatch, forum, link):
    token = redeem(link)
    services.team_link.approve(forum.event_id, door.paired(token).device_id)
    for _time in range(2):
        services.team_link.end(forum.event_id, link.link_id)
    assert refused(redeem, link, "Binta") == ("pairing_expired", None)
    assert refused(services.team_link.renew, forum.event_id, link.link_id) == ("pairing_expired", None)
    assert not door.paired(token).is_revoked
    other = services.team_link.add(forum.event_id, "Guides", max_phones=2, days=1)
    at(monkeypatch, NOON + timedelta(days=1))
    assert refused(redeem, other) == ("pairing_expired", None)


def test_new_secret_ends_the_old_one(forum, link):
    new = services.team_link.renew(forum.event_id, link.link_id)
    with pytest.raises(NotFound):
        redeem(link)
    assert door.paired(redeem(new)).waits


def test_all_that_were_seen_are_let_begin_and_no_other(forum):
    link = services.team_link.add(forum.event_id, "Scouts", max_phones=5, days=3)
    tokens = [redeem(link, name) for name in ("Awa", "Binta", "Coumba", "Djénéba")]
    ids = [door.paired(token).device_id for token in tokens]
    services.device.revoke(forum.event_id, ids[1])
    assert services.team_link.approve_all(forum.event_id, link.link_id, [*ids[:3], 999_999]) == 2
    assert [door.paired(token).waits for token in tokens] == [False, False, False, True]
    assert [door.paired(token).counts for token in tokens] == [True, False, True, False]


def test_link_and_phone_of_another_event_are_not_found(forum, link):
    other = people.stage("other", "max").event_id
    device_id = door.paired(redeem(link)).device_id
    for act, number in ((services.team_link.renew, link.link_id), (services.team_link.end, link.link_id)):
        with pytest.raises(NotFound):
            act(other, number)
    with pytest.raises(NotFound):
        services.team_link.approve(other, device_id)
    with pytest.raises(NotFound):
        services.team_link.approve_all(other, link.link_id, [device_id])


def test_what_a_waiting_phone_sends_is_kept_and_set_aside(forum, link):
    phone = door.paired(redeem(link))
    code = people.ticket_codes(people.register(forum.event_id, "Ada Traoré"))[0]
    scan = door.new(code)
    assert door.record(phone, scan)[0].verdict is None
    assert door.kept(scan.id).set_aside_at is not None
    assert door.admissions(forum.event_id) == []


SECRET = "known-to-all-processes"


def want_a_place(app, number):
    with app.app_context():
        try:
            services.team_link.redeem(SECRET, f"Phone {number}")
        except Refused as refused:
            return refused.code
        return "prepared"


def test_last_places_go_to_as_many_phones_as_there_are(app, forum):
    link = services.team_link.add(forum.event_id, "Scouts", max_phones=3, days=3)
    queries.team_link.get(forum.event_id, link.link_id).link_hash = links.digest(SECRET)
    db.session.commit()
    assert Counter(at_once(app, want_a_place, processes=2, threads=3)) == {"prepared": 3, "team_full": 3}
