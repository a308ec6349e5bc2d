"""Checkpoints: set at the desk, opened from phones, asking for seats; and what is added up anew because of it."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from eventapp import clock, queries, services
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.language import LocalizedText
from eventapp.models.checkin import WindowChange
from eventapp.queries.door_list import Cursor
from eventapp.rules.vocabulary import CheckpointKind, Direction, Outcome, Policy, SessionKind, Verdict
from eventapp.services.checkpoint import CheckpointFacts
from eventapp.services.programme import SessionFacts
from eventapp.services.window import NewWindow
from tests import door, people
from tests.conftest import NOON
from tests.door import ask, conflicts, minutes, new, record

pytestmark = pytest.mark.usefixtures("context", "at_noon")


@pytest.fixture
def forum():
    staged = people.stage()
    door.entrance(staged.event_id)
    return staged


@pytest.fixture
def ada(forum):
    return people.ticket_codes(people.register(forum.event_id, "Ada Traoré"))[0]


def facts(name="Portail", **more):
    return CheckpointFacts(name=LocalizedText(fr=name), **more)


def as_it_is(event_id, checkpoint_id, **more):
    """The facts of a checkpoint, with some that differ."""
    row = queries.checkpoint.get(event_id, checkpoint_id)
    known = {
        name: getattr(row, name) for name in ("kind", "policy", "session_id", "needs_seat", "opens_at", "closes_at")
    }
    return CheckpointFacts(name=row.name, **{**known, "ticket_type_ids": row.ticket_type_ids, **more})


def session(event_id, title="Atelier", *, seats=None, room_id=None, starts=people.STARTS, **more):
    """A session of an hour, perhaps with limited seats; returns its id."""
    given = SessionFacts(
        title=LocalizedText(fr=title), starts_at=starts, ends_at=starts + timedelta(hours=1), room_id=room_id, **more
    )
    made = services.programme.add_session(event_id, given).id
    if seats is not None:
        services.session_seat.set_seats(event_id, made, seats)
    return made


def seat(event_id, session_id, code):
    attendee = queries.ticket.get(code).attendee.id
    services.session_seat.take(event_id, session_id, attendee, account_id=people.account("olga"))
    return attendee


def refusal(call):
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


# At the desk


def test_added_with_all_it_can_say_once_and_moved(forum):
    type_id = queries.registration.list_ticket_types(forum.event_id)[0].id
    other = services.ticket_type.add(forum.event_id, services.ticket_type.TypeFacts(name=LocalizedText(fr="Presse"))).id
    given = facts(
        "Déjeuner",
        kind=CheckpointKind.DISTRIBUTION,
        policy=Policy.SINGLE,
        closes_at=NOON,
        periods=[NOON, NOON - minutes(60)],
        ticket_type_ids={type_id},
    )
    first = services.checkpoint.add(forum.event_id, given, form_id="once-once")
    assert services.checkpoint.add(forum.event_id, given, form_id="once-once").id == first.id
    assert (first.closes_at, first.ticket_type_ids, len(first.periods)) == (NOON, [type_id], 2)
    services.checkpoint.move(forum.event_id, first.id, -1)
    assert queries.checkpoint.list_of_event(forum.event_id)[0].id == first.id
    everybody = as_it_is(forum.event_id, first.id, ticket_type_ids={type_id, other})
    services.checkpoint.change(forum.event_id, first.id, everybody)
    assert queries.checkpoint.get(forum.event_id, first.id).ticket_type_ids == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (CheckpointFacts(name=LocalizedText()), "name_missing"),
        (facts(opens_at=NOON, closes_at=NOON), "ends_before_start"),
        (facts(kind=CheckpointKind.DISTRIBUTION), "policy_for_doors"),
        (facts(kind=CheckpointKind.SESSION), "checkpoint_session_missing"),
        (facts(ticket_type_ids={999_999}), "choice_invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(forum, given, code):
    assert refusal(lambda: services.checkpoint.add(forum.event_id, given)) == code


def test_seats_are_asked_for_where_there_are_some(forum):
    open_to_all = facts(kind=CheckpointKind.SESSION, session_id=session(forum.event_id), needs_seat=True)
    assert refusal(lambda: services.checkpoint.add(forum.event_id, open_to_all)) == "session_without_seats"
    other = people.stage("ailleurs", "max")
    with pytest.raises(NotFound):
        services.checkpoint.add(other.event_id, open_to_all)


def test_one_with_scans_is_closed_not_removed_and_keeps_what_it_is_for(forum, ada):
    lunch = door.lunch(forum.event_id)
    phone = door.phone(forum.event_id, checkpoint_id=lunch)
    assert refusal(lambda: services.checkpoint.remove(forum.event_id, lunch)) == "checkpoint_in_use"
    ask(phone, ada)
    assert refusal(lambda: services.checkpoint.remove(forum.event_id, lunch)) == "checkpoint_has_scans"
    other = as_it_is(forum.event_id, lunch, kind=CheckpointKind.VENUE)
    assert refusal(lambda: services.checkpoint.change(forum.event_id, lunch, other)) == "checkpoint_kind_fixed"
    services.checkpoint.close(forum.event_id, lunch)
    services.checkpoint.close(forum.event_id, lunch)
    assert ask(door.paired_again(phone), ada) == Verdict.TOO_LATE
    services.checkpoint.reopen(forum.event_id, lunch)
    assert ask(door.paired_again(phone), ada) == Verdict.ALREADY_ADMITTED


def test_an_event_keeps_an_entrance(forum):
    (only,) = queries.checkpoint.list_of_event(forum.event_id)
    assert refusal(lambda: services.checkpoint.remove(forum.event_id, only.id)) == "checkpoint_last"
    practice = as_it_is(forum.event_id, only.id, kind=CheckpointKind.REHEARSAL)
    assert refusal(lambda: services.checkpoint.change(forum.event_id, only.id, practice)) == "checkpoint_last"
    unused = services.checkpoint.add(forum.event_id, facts())
    services.checkpoint.remove(forum.event_id, unused.id)
    assert [one.id for one in queries.checkpoint.list_of_event(forum.event_id)] == [only.id]


def test_another_policy_adds_up_anew_what_is_in_dispute(forum, ada):
    entrance = queries.checkpoint.find_venue(forum.event_id).id
    one, other = door.phone(forum.event_id, "A"), door.phone(forum.event_id, "B")
    first, second = new(ada, NOON, told=Verdict.ADMITTED), new(ada, NOON + minutes(4), told=Verdict.ADMITTED)
    record(one, first)
    record(other, second)
    before = door.admissions(forum.event_id)
    assert conflicts(forum.event_id) == [(second.id, Verdict.ALREADY_ADMITTED, first.id)]
    half = as_it_is(forum.event_id, entrance, periods=[NOON + minutes(2)])
    services.checkpoint.change(forum.event_id, entrance, half)
    assert conflicts(forum.event_id) == []
    services.checkpoint.change(forum.event_id, entrance, as_it_is(forum.event_id, entrance, policy=Policy.RETURNS))
    assert conflicts(forum.event_id) == [(second.id, Verdict.ALREADY_ADMITTED, first.id)]
    assert door.admissions(forum.event_id) == before


def test_what_a_person_settled_stays_settled_under_another_policy(forum, ada):
    entrance = queries.checkpoint.find_venue(forum.event_id).id
    for name in "AB":
        record(door.phone(forum.event_id, name), new(ada, told=Verdict.ADMITTED))
    ((scan_id, *_rest),) = conflicts(forum.event_id)
    services.conflict.settle(forum.event_id, scan_id, Outcome.SAME_PERSON, account_id=None)
    services.checkpoint.change(forum.event_id, entrance, as_it_is(forum.event_id, entrance, periods=[NOON]))
    assert len(conflicts(forum.event_id)) == 1


def test_a_scan_by_what_was_known_before_the_policy_changed_adds_up_by_the_new_one(forum, ada):
    entrance = queries.checkpoint.find_venue(forum.event_id).id
    phone = door.phone(forum.event_id)
    record(phone, new(ada, NOON - minutes(30), told=Verdict.ADMITTED))
    services.checkpoint.change(forum.event_id, entrance, as_it_is(forum.event_id, entrance, policy=Policy.RETURNS))
    record(phone, new(ada, NOON, told=Verdict.BACK_AGAIN))  # `phone` still holds what it knew before
    assert conflicts(forum.event_id) == []


# Seats at session doors


def test_door_of_a_session_asks_for_the_seat(forum, ada):
    workshop = session(forum.event_id, seats=1)
    bintou = people.ticket_codes(people.register(forum.event_id, "Bintou"))[0]
    attendee = seat(forum.event_id, workshop, ada)
    seat(forum.event_id, workshop, bintou)  # waits
    made = facts(kind=CheckpointKind.SESSION, session_id=workshop, needs_seat=True)
    checkpoint = services.checkpoint.add(forum.event_id, made)
    phone = door.phone(forum.event_id, checkpoint_id=checkpoint.id)
    assert [ask(phone, code) for code in (bintou, ada)] == [Verdict.WRONG_CHECKPOINT, Verdict.ADMITTED]
    (counts,) = queries.head_count.list_counts(forum.event_id, [checkpoint], NOON)
    assert (counts.expected, counts.entered) == (1, 1)
    services.session_seat.leave(forum.event_id, workshop, attendee)
    assert ask(phone, bintou) == Verdict.ADMITTED
    services.session_seat.set_seats(forum.event_id, workshop, None)
    assert ask(door.paired_again(phone), people.ticket_codes(people.register(forum.event_id))[0]) == Verdict.ADMITTED


def test_phones_hear_of_seats_as_soon_as_a_door_asks_and_of_each_change(forum, ada):
    def since(cursor):
        changes = queries.door_list.list_changes(forum.event_id, cursor)
        return changes.cursor, {one.serial: one.session_ids for one in changes.people}

    workshop = session(forum.event_id, seats=3)
    attendee = seat(forum.event_id, workshop, ada)
    cursor, listed = since(None)
    assert listed == {ada[:5]: ()}
    given = facts(kind=CheckpointKind.SESSION, session_id=workshop, needs_seat=True)
    checkpoint = services.checkpoint.add(forum.event_id, given)
    cursor, listed = since(cursor)
    assert listed == {ada[:5]: (workshop,)}
    services.session_seat.leave(forum.event_id, workshop, attendee)
    cursor, listed = since(cursor)
    assert listed == {ada[:5]: ()}
    services.checkpoint.close(forum.event_id, checkpoint.id)
    seat(forum.event_id, workshop, ada)
    cursor, listed = since(cursor)
    assert listed == {ada[:5]: ()}
    services.checkpoint.reopen(forum.event_id, checkpoint.id)
    assert since(cursor)[1] == {ada[:5]: (workshop,)}
    assert isinstance(cursor, Cursor)


# Windows from phones


def word(checkpoint_id, at=NOON, opens=None, closes=None, **more):
    return NewWindow(str(uuid.uuid4()), checkpoint_id, opens, closes, at, **more)


def window_of(event_id):
    row = queries.checkpoint.find_venue(event_id)
    return row.opens_at, row.closes_at


def test_opened_early_from_a_phone_once_and_listed(forum, ada):
    checkpoint_id = door.entrance(forum.event_id, opens_at=NOON + minutes(60))
    phone = door.phone(forum.event_id)
    assert ask(phone, ada) == Verdict.TOO_EARLY
    early = word(checkpoint_id, opens=NOON)
    assert services.window.record(phone, [early, early]) == [NOON, NOON]
    assert services.window.record(phone, [early]) == [NOON]
    assert ask(door.paired_again(phone), ada) == Verdict.ADMITTED
    assert [said.device.name for said in queries.window.list_of_checkpoint(checkpoint_id)] == ["A"]
    assert queries.window.names([checkpoint_id]) == {checkpoint_id: (NOON, "A")}


def test_words_that_cannot_be_kept_stop_no_other(forum):
    checkpoint_id = door.entrance(forum.event_id)
    other = people.stage("ailleurs", "max")
    phone = door.phone(forum.event_id)
    good = word(checkpoint_id, closes=NOON + minutes(60))
    foreign = word(door.entrance(other.event_id))
    upside_down = word(checkpoint_id, opens=NOON, closes=NOON)
    answers = services.window.record(phone, [foreign, upside_down, good])
    assert [getattr(answer, "code", answer) for answer in answers] == ["checkpoint_missing", "ends_before_start", NOON]
    (answer,) = services.window.record(door.phone(forum.event_id, "B"), [good])
    assert answer.code == "scan_id_taken"
    assert window_of(forum.event_id) == (None, NOON + minutes(60))


def test_word_of_a_withdrawn_phone_is_kept_aside(forum):
    checkpoint_id = door.entrance(forum.event_id)
    phone = door.phone(forum.event_id)
    services.device.revoke(forum.event_id, phone.device_id)
    services.window.record(
        door.paired(services.device.open_sign_in(phone.device_id)), [word(checkpoint_id, closes=NOON)]
    )
    assert window_of(forum.event_id) == (None, None)
    assert db.session.scalars(select(WindowChange.set_aside_at)).all() == [NOON]


def test_desk_has_the_last_word_about_what_stands_there(forum):
    checkpoint_id = door.entrance(forum.event_id)
    phone = door.phone(forum.event_id)
    services.window.record(phone, [word(checkpoint_id, NOON + minutes(3), closes=NOON + minutes(60))])
    at_desk = as_it_is(forum.event_id, checkpoint_id, closes_at=NOON + minutes(90))
    services.checkpoint.change(forum.event_id, checkpoint_id, at_desk)
    assert window_of(forum.event_id) == (None, NOON + minutes(90))
    services.window.record(phone, [word(checkpoint_id, NOON - minutes(5), closes=NOON)])  # said before, arrives after
    assert window_of(forum.event_id) == (None, NOON + minutes(90))


def test_what_a_phone_let_in_by_its_own_word_is_no_mistake_after_a_later_word(forum, ada):
    checkpoint_id = door.entrance(forum.event_id, opens_at=NOON + minutes(60))
    one, other = door.phone(forum.event_id, "A"), door.phone(forum.event_id, "B")
    services.window.record(other, [word(checkpoint_id, opens=NOON)])
    services.window.record(one, [word(checkpoint_id, NOON - minutes(20), opens=NOON - minutes(20))])
    record(door.paired_again(one), new(ada, NOON - minutes(10), told=Verdict.ADMITTED))
    assert (window_of(forum.event_id)[0], conflicts(forum.event_id)) == (NOON, [])


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1)), min_size=2, max_size=5), st.randoms())
def test_window_that_holds_does_not_depend_on_the_order_of_arrival(said, order):
    staged = people.stage(f"forum-{uuid.uuid4().hex[:12]}")
    checkpoint_id = door.entrance(staged.event_id)
    phones = [door.phone(staged.event_id, name) for name in "AB"]
    words = [
        (phones[who], word(checkpoint_id, NOON - minutes(at), closes=NOON + minutes(n + 1)))
        for n, (at, who) in enumerate(said)
    ]
    _phone, last = max(words, key=lambda one: (one[1].scanned_at, one[1].id))
    order.shuffle(words)
    for phone, one in words:
        services.window.record(phone, [one])
    assert window_of(staged.event_id) == (None, last.closes_at)


# Rooms, many sessions at once, and a new programme


def test_doors_of_all_sessions_of_a_room_once(forum):
    room = services.programme.add_room(forum.event_id, LocalizedText(fr="Salle B")).id
    inside = session(forum.event_id, "Un", room_id=room, seats=5)
    session(forum.event_id, "Pause", room_id=room, kind=SessionKind.BREAK)
    elsewhere = session(forum.event_id, "Deux")
    assert services.checkpoint.add_for_sessions(forum.event_id, room_id=room) == 1
    assert services.checkpoint.add_for_sessions(forum.event_id, with_seats_only=True) == 0
    assert services.checkpoint.add_for_sessions(forum.event_id) == 1
    made = {one.session_id: one for one in queries.checkpoint.list_of_event(forum.event_id) if one.session_id}
    assert {session_id: one.needs_seat for session_id, one in made.items()} == {inside: True, elsewhere: False}
    assert (made[inside].opens_at, made[inside].closes_at) == (
        people.STARTS - minutes(30),
        people.STARTS + minutes(60),
    )


def test_released_times_move_the_usual_window_and_turn_phones_at_the_room(forum):
    room = services.programme.add_room(forum.event_id, LocalizedText(fr="Salle B")).id
    first = session(forum.event_id, "Un", room_id=room)
    second = session(forum.event_id, "Deux", room_id=room, starts=people.STARTS + minutes(60))
    services.release.release(forum.event_id)
    services.checkpoint.add_for_sessions(forum.event_id)
    doors = {one.session_id: one.id for one in queries.checkpoint.list_of_event(forum.event_id)}
    device = services.device.add(forum.event_id, "Salle B", room_id=room).device_id

    def served(at):
        return queries.door_page.get_desk_at(device, at).checkpoint.id

    assert [served(people.STARTS), served(people.STARTS + minutes(60))] == [doors[first], doors[second]]
    counter = queries.door_list.list_changes(forum.event_id, None).cursor
    given = SessionFacts(
        title=LocalizedText(fr="Deux"),
        room_id=room,
        starts_at=people.STARTS + minutes(120),
        ends_at=people.STARTS + minutes(180),
    )
    services.programme.change_session(forum.event_id, second, given)
    assert queries.door_list.list_changes(forum.event_id, counter).checkpoints == []
    services.release.release(forum.event_id)
    (changed,) = queries.door_list.list_changes(forum.event_id, counter).checkpoints
    assert (changed.id, changed.opens_at) == (doors[second], people.STARTS + minutes(90))
    assert served(people.STARTS + minutes(60)) == doors[first]


def test_phone_turns_to_an_open_entrance_of_its_event_only(forum):
    phone = door.phone(forum.event_id)
    lunch, closed = door.lunch(forum.event_id), door.lunch(forum.event_id, closed_at=NOON)
    services.device.turn_to(phone.device_id, checkpoint_id=lunch, room_id=None, direction=Direction.EXIT)
    assert (door.device(phone.device_id).checkpoint_id, door.device(phone.device_id).direction) == (lunch, "exit")
    for other in (closed, door.entrance(people.stage("ailleurs", "max").event_id)):
        turn = {"checkpoint_id": other, "room_id": None, "direction": Direction.ENTRY}
        assert refusal(lambda turn=turn: services.device.turn_to(phone.device_id, **turn)) == "checkpoint_missing"


# Rehearsals


def test_rehearsal_admits_at_any_time_and_counts_nowhere(forum, ada):
    practice = door.lunch(forum.event_id, kind=CheckpointKind.REHEARSAL, opens_at=NOON + minutes(60))
    phone = door.phone(forum.event_id, checkpoint_id=practice)
    assert ask(phone, ada) == Verdict.ADMITTED
    record(phone, new(ada, NOON + minutes(1), told=Verdict.ADMITTED))
    attendee = queries.ticket.get(ada).attendee
    assert queries.registration.count_entered(forum.event_id) == 0
    assert not queries.registration.was_admitted(attendee.id)
    assert (queries.conflict.count(forum.event_id)[0], queries.conflict.list_of_event(forum.event_id)) == (0, [])
    services.attendee.cancel(attendee.id)  # a place may still be given back
    assert clock.now() == NOON


@transactional
def close_all(event_id):
    for one in queries.checkpoint.list_of_event(event_id):
        one.closed_at = NOON


def test_staff_begin_somewhere_even_when_every_entrance_is_closed(forum):
    close_all(forum.event_id)
    token = services.device.open_for_account(people.account("olga"), forum.event_id)
    assert door.paired(token).event_id == forum.event_id
