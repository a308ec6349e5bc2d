"""Scans that were set aside: accepted they add up as if they had come like others, and can be set aside again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventapp import clock, queries, services
from eventapp.errors import NotFound
from eventapp.rules.vocabulary import Outcome, Policy, ScanKind, Verdict
from eventapp.services.scan_book import Answer
from tests import door, people
from tests.conftest import NOON
from tests.door import conflicts, minutes, new, record
from tests.services.test_checkin import Hall, passages

pytestmark = pytest.mark.usefixtures("context", "at_noon")


@pytest.fixture
def forum():
    staged = people.stage(capacity=200)
    door.entrance(staged.event_id)
    return staged


@pytest.fixture
def ada(forum):
    """Ada's whole code."""
    return people.ticket_codes(people.register(forum.event_id, "Ada Traoré"))[0]


@pytest.fixture
def phone(forum):
    return door.phone(forum.event_id)


def withdrawn(phone):
    """The phone as its token makes it known after it was withdrawn."""
    return replace(phone, is_revoked=True, counts=False)


def accept(forum, device_id=None, **facts):
    return services.set_aside.accept(forum.event_id, device_id, account_id=forum.owner_id, **facts)


def put_aside(forum, phone):
    since = NOON - minutes(60)
    return services.set_aside.put_aside(forum.event_id, phone.device_id, since=since, account_id=forum.owner_id)


def test_accepted_scan_lets_its_person_be_present_once(forum, phone, ada):
    scan = new(ada, told=Verdict.ADMITTED)
    phone = withdrawn(phone)
    record(phone, scan)
    assert door.counts(forum.event_id) == (1, 0, 0)
    assert [accept(forum), accept(forum)] == [1, 0]
    assert door.counts(forum.event_id) == (1, 1, 1)
    assert record(phone, scan) == [Answer(None)]  # the same first answer for ever
    assert door.kept(scan.id).set_aside_at is None


def test_accepted_question_that_was_not_answered_opened_nothing(forum, phone, ada):
    record(withdrawn(phone), new(ada))
    assert accept(forum) == 1
    assert door.counts(forum.event_id) == (1, 0, 0)


def test_accepted_scan_of_somebody_cancelled_since_is_a_conflict(forum, phone, ada):
    scan = new(ada, told=Verdict.ADMITTED)
    record(withdrawn(phone), scan)
    services.attendee.cancel(queries.ticket.get(ada).attendee.id)
    accept(forum)
    assert conflicts(forum.event_id) == [(scan.id, Verdict.CANCELLED, None)]


def test_accepting_those_of_one_phone_since_a_time(forum, ada):
    phones = [door.phone(forum.event_id, name) for name in "AB"]
    phones = [withdrawn(phone) for phone in phones]
    record(phones[0], new(ada, told=Verdict.ADMITTED))
    record(phones[1], new(ada, told=Verdict.ADMITTED))
    assert accept(forum, phones[0].device_id, since=NOON + minutes(1)) == 0
    assert accept(forum, phones[0].device_id, since=NOON) == 1
    assert queries.set_aside.count(forum.event_id) == 1


def test_stolen_phone_marks_nobody_present(forum, phone, ada):
    scan = new(ada)
    assert record(phone, scan) == [Answer(Verdict.ADMITTED)]
    stranger = new("nothing we know", kind=ScanKind.LET_IN)
    record(phone, stranger)
    services.conflict.settle(forum.event_id, stranger.id, Outcome.WRONG_PERSON, account_id=None)
    assert door.counts(forum.event_id) == (1, 2, 2)
    assert [put_aside(forum, phone), put_aside(forum, phone)] == [2, 0]
    assert door.counts(forum.event_id) == (1, 0, 0)
    accept(forum)
    assert door.counts(forum.event_id) == (1, 2, 2)
    assert record(phone, scan) == [Answer(Verdict.ADMITTED)]


def test_one_who_registered_with_a_stolen_phone_is_there_while_the_scan_counts(forum, phone):
    scan = new(kind=ScanKind.WALK_IN, walk_in=services.walk_in.WalkIn("Awa Diarra"), told=Verdict.ADMITTED)
    record(phone, scan)
    assert door.counts(forum.event_id) == (1, 1, 1)
    put_aside(forum, phone)
    assert door.counts(forum.event_id) == (0, 0, 0)
    accept(forum)
    assert door.counts(forum.event_id) == (1, 1, 1)


def test_one_who_registered_with_a_withdrawn_phone_is_there_once_it_is_accepted(forum, phone):
    scan = new(kind=ScanKind.WALK_IN, walk_in=services.walk_in.WalkIn("Awa Diarra"), told=Verdict.ADMITTED)
    record(withdrawn(phone), scan)
    assert door.counts(forum.event_id) == (0, 0, 0)
    accept(forum)
    assert door.counts(forum.event_id) == (1, 1, 1)


def test_withdrawn_phone_with_120_waiting_scans_loses_none(forum, phone, monkeypatch):
    monkeypatch.setattr(services.set_aside, "BATCH", 50)
    codes = [
        code
        for number in range(24)
        for code in people.ticket_codes(people.register(forum.event_id, *(f"Guest {number} {n}" for n in range(5))))
    ]
    phone = withdrawn(phone)
    scans = [new(code, NOON - minutes(90), told=Verdict.ADMITTED, seq=n) for n, code in enumerate(codes, 1)]
    assert len(record(phone, *scans)) == 120
    record(phone, *scans[:30])
    (heap,) = queries.set_aside.list_heaps(forum.event_id)
    assert (heap.scans, door.counts(forum.event_id)) == (120, (120, 0, 0))
    effect = queries.set_aside.foresee(forum.event_id, queries.checkpoint.list_of_event(forum.event_id))
    assert (effect.people, effect.disputes, effect.is_whole) == ({phone.device_id: 120}, {}, True)
    assert accept(forum) == 120
    assert door.counts(forum.event_id) == (120, 120, 120)


def test_phone_of_another_event_is_not_found(forum):
    theirs = door.phone(people.stage("other", "max").event_id)
    with pytest.raises(NotFound):
        accept(forum, theirs.device_id)
    with pytest.raises(NotFound):
        put_aside(forum, theirs)


@given(st.data(), passages, st.sampled_from(Policy))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_set_aside_adds_up_like_what_came_as_usual(data, happened, policy):
    """Whatever came from withdrawn phones, whatever was set aside later, in whatever order: once all is accepted, the
    state is that of a day on which nothing was set aside."""
    usual, odd = Hall(policy, happened), Hall(policy, happened)
    usual.deliver(usual.scans)
    counting = list(odd.phones)
    account_id = people.account("olga")
    for by, scan in data.draw(st.permutations(odd.scans)):
        deed = data.draw(st.sampled_from(["usual", "withdrawn", "put_aside", "accept"]))
        if deed == "put_aside":
            services.set_aside.put_aside(
                odd.event_id, counting[by].device_id, since=clock.now() - timedelta(hours=1), account_id=account_id
            )
        elif deed == "accept":
            services.set_aside.accept(odd.event_id, counting[by].device_id, account_id=account_id)
        record(withdrawn(counting[by]) if deed == "withdrawn" else counting[by], scan)
    services.set_aside.accept(odd.event_id, account_id=account_id)
    assert odd.result() == usual.result()
