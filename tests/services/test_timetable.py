"""The timetable: each move is kept, told to calendars, done once, and can be undone while nothing came after it."""

from datetime import timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.language import LocalizedText
from eventapp.models.agenda import Agenda, AgendaItem
from eventapp.models.audit import AuditEntry
from eventapp.models.release import ProgrammeEdit
from eventapp.models.speaker import SpeakerAvailability
from eventapp.rules.timetable import Spot
from eventapp.services.programme import SessionFacts
from tests import people
from tests.races import at_once

MINUTE = timedelta(minutes=1)
START = people.STARTS


@pytest.fixture
def event_id(context, at_noon):
    return people.stage().event_id


def room(event_id, name="Salle A", capacity=None):
    return services.programme.add_room(event_id, LocalizedText(fr=name), capacity).id


def add(event_id, start=None, room_id=None, title="Sport"):
    starts_at = None if start is None else START + start * MINUTE
    ends_at = None if starts_at is None else starts_at + 30 * MINUTE
    facts = SessionFacts(title=LocalizedText(fr=title), starts_at=starts_at, ends_at=ends_at, room_id=room_id)
    return services.programme.add_session(event_id, facts).id


def stands(event_id, session_id):
    """Start and end in minutes, the room, and how often calendars heard of it."""
    s = queries.programme.get_session_by_id(event_id, session_id)
    times = [None if at is None else int((at - START) / MINUTE) for at in (s.starts_at, s.ends_at)]
    return (*times, s.room_id, s.sequence)


def test_session_is_placed_moved_resized_and_taken_off(event_id):
    first, second = room(event_id), room(event_id, "Salle B")
    one = add(event_id)
    services.timetable.place(event_id, one, START, first, 45 * MINUTE)
    assert stands(event_id, one) == (0, 45, first, 1)
    services.timetable.move(event_id, one, START + 10 * MINUTE, second)
    assert stands(event_id, one) == (10, 55, second, 2)
    services.timetable.resize(event_id, one, START + 30 * MINUTE)
    assert stands(event_id, one) == (10, 30, second, 3)
    services.timetable.unschedule(event_id, one)
    assert stands(event_id, one) == (None, None, None, 4)
    assert [edit.action for edit in queries.timetable.list_edits(event_id, 10)] == [
        "unschedule",
        "resize",
        "move",
        "place",
    ]


def test_swap_and_shift_move_several(event_id):
    hall = room(event_id)
    one, two, three = (add(event_id, start, hall) for start in (0, 30, 60))
    services.timetable.swap(event_id, one, two)
    assert (stands(event_id, one)[:2], stands(event_id, two)[:2]) == ((30, 60), (0, 30))
    services.timetable.shift(event_id, one, 10 * MINUTE)
    assert [stands(event_id, s)[0] for s in (two, one, three)] == [0, 40, 70]
    services.timetable.shift(event_id, two, -5 * MINUTE, everywhere=True)
    assert [stands(event_id, s)[0] for s in (two, one, three)] == [-5, 35, 65]


def test_undo_goes_back_step_by_step(event_id):
    hall = room(event_id)
    one, two = add(event_id, 0, hall), add(event_id, 30, hall)
    moved = services.timetable.move(event_id, one, START + 5 * MINUTE, None)
    shifted = services.timetable.shift(event_id, two, 10 * MINUTE)
    services.timetable.undo(event_id, shifted.id)
    assert (stands(event_id, one), stands(event_id, two)) == ((5, 35, None, 1), (30, 60, hall, 2))
    services.timetable.undo(event_id, moved.id)
    assert stands(event_id, one) == (0, 30, hall, 2)
    assert queries.timetable.find_last_edit(event_id) is None


def test_undo_sent_twice_is_done_once(event_id):
    one = add(event_id, 0)
    services.timetable.move(event_id, one, START + 5 * MINUTE, None)
    last = services.timetable.move(event_id, one, START + 10 * MINUTE, None)
    for _time in range(2):
        services.timetable.undo(event_id, last.id)
    assert stands(event_id, one)[0] == 5


def test_form_sent_twice_is_done_once(event_id):
    one = add(event_id, 0)
    for _time in range(2):
        services.timetable.shift(event_id, one, 5 * MINUTE, form_id="form-of-a-delay")
    assert stands(event_id, one) == (5, 35, None, 1)


def test_form_of_another_event_does_its_work(event_id):
    one = add(event_id, 0)
    other_event = people.stage("other", "max").event_id
    theirs = add(other_event, 0)
    services.timetable.shift(event_id, one, 5 * MINUTE, form_id="the-same-form")
    services.timetable.shift(other_event, theirs, 5 * MINUTE, form_id="the-same-form")
    assert stands(other_event, theirs)[0] == 5


def test_move_to_where_it_stands_is_no_edit(event_id):
    one = add(event_id, 0)
    assert services.timetable.move(event_id, one, START, None) is None
    assert stands(event_id, one)[3] == 0
    assert queries.timetable.list_edits(event_id, 10) == []


def test_edit_says_who_did_it_and_the_audit_which_sessions(event_id):
    olga = people.account("olga")
    one = add(event_id, 0)
    made = services.timetable.move(event_id, one, START + 5 * MINUTE, None, account_id=olga)
    services.timetable.undo(event_id, made.id, account_id=olga)
    (edit,) = queries.timetable.list_edits(event_id, 10)
    assert (edit.who, edit.undone_at) == ("Olga", people.clock.now())
    assert edit.change.before == {one: Spot(START, START + 30 * MINUTE)}
    query = select(AuditEntry).where(AuditEntry.action.startswith("timetable.")).order_by(AuditEntry.id)
    entries = db.session.scalars(query)
    assert [(entry.action, entry.account_id, entry.details["sessions"]) for entry in entries] == [
        ("timetable.move", olga, [one]),
        ("timetable.undo", olga, [one]),
    ]


def refusal(work, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        work(*args, **kwargs)
    return refused.value.code


def test_undo_of_what_was_changed_in_another_way_is_refused(event_id):
    one = add(event_id, 0)
    made = services.timetable.move(event_id, one, START + 5 * MINUTE, None)
    facts = SessionFacts(title=LocalizedText(fr="Sport"), starts_at=START + 50 * MINUTE)
    services.programme.change_session(event_id, one, facts)
    assert refusal(services.timetable.undo, event_id, made.id) == "edit_overtaken"
    assert stands(event_id, one)[0] == 50


def test_undo_of_what_was_deleted_since_is_refused(event_id):
    one = add(event_id, 0)
    made = services.timetable.move(event_id, one, START + 5 * MINUTE, None)
    services.programme.delete_session(event_id, one)
    assert refusal(services.timetable.undo, event_id, made.id) == "edit_overtaken"


def test_undo_into_a_room_that_is_gone_is_refused(event_id):
    hall = room(event_id)
    one = add(event_id, 0, hall)
    made = services.timetable.move(event_id, one, START, None)
    services.programme.remove_room(event_id, hall)
    assert refusal(services.timetable.undo, event_id, made.id) == "edit_room_gone"


def test_undo_of_an_older_edit_is_refused(event_id):
    one = add(event_id, 0)
    older = services.timetable.move(event_id, one, START + 5 * MINUTE, None)
    services.timetable.move(event_id, one, START, None)
    assert refusal(services.timetable.undo, event_id, older.id) == "edit_not_last"


def test_form_made_before_somebody_else_moved_the_session_is_refused(event_id):
    one = add(event_id, 0)
    seen = Spot(START, START + 30 * MINUTE).mark
    services.timetable.move(event_id, one, START + 5 * MINUTE, None, seen=seen)
    assert refusal(services.timetable.unschedule, event_id, one, seen=seen) == "session_moved_since"


@pytest.mark.parametrize(
    "work",
    [
        lambda mine, theirs: services.timetable.place(mine.event, theirs.session, START, None, 30 * MINUTE),
        lambda mine, theirs: services.timetable.move(mine.event, theirs.session, START, None),
        lambda mine, theirs: services.timetable.move(mine.event, mine.session, START, theirs.room),
        lambda mine, theirs: services.timetable.resize(mine.event, theirs.session, START),
        lambda mine, theirs: services.timetable.swap(mine.event, theirs.session, mine.session),
        lambda mine, theirs: services.timetable.swap(mine.event, mine.session, theirs.session),
        lambda mine, theirs: services.timetable.shift(mine.event, theirs.session, MINUTE),
        lambda mine, theirs: services.timetable.unschedule(mine.event, theirs.session),
        lambda mine, theirs: services.timetable.undo(mine.event, theirs.edit),
    ],
)
def test_what_belongs_to_another_event_is_not_found(event_id, work):
    class Side:
        def __init__(self, event_id):
            self.event, self.room = event_id, room(event_id)
            self.session = add(event_id, 0)
            self.edit = services.timetable.move(event_id, self.session, START + MINUTE, None).id

    mine, theirs = Side(event_id), Side(people.stage("other", "max").event_id)
    with pytest.raises(NotFound):
        work(mine, theirs)


def test_circumstances_know_seats_sign_ups_and_availability(event_id):
    hall = room(event_id, capacity=2)
    one = add(event_id, 0, hall)
    sam = people.speaker(event_id)
    registration = people.register(event_id, "Ada", "Awa", "Adama")
    db.session.add(Agenda(registration_id=registration, event_id=event_id, link_hash="x", updated_at=START))
    db.session.flush()
    db.session.add(AgendaItem(registration_id=registration, session_id=one, event_id=event_id))
    db.session.add(SpeakerAvailability(event_id=event_id, speaker_id=sam, starts_at=START, ends_at=people.ENDS))
    db.session.commit()
    found = queries.timetable.circumstances(queries.event.get(event_id))
    assert (found.seats, found.sign_ups, found.availability) == ({hall: 2}, {one: 3}, {sam: [(START, people.ENDS)]})


def delay(app: Flask, number: int) -> str:
    with app.app_context():
        event_id = queries.event.get_by_slug("forum").id
        first, *_ = queries.programme.list_sessions(event_id)
        services.timetable.shift(event_id, first.id, 5 * MINUTE, everywhere=True)
        return "done"


def move_what_was_seen(app: Flask, number: int) -> str:
    with app.app_context():
        event_id = queries.event.get_by_slug("forum").id
        first, *_ = queries.programme.list_sessions(event_id)
        seen = Spot(START, START + 30 * MINUTE).mark
        try:
            services.timetable.move(event_id, first.id, START + (number + 1) * MINUTE, None, seen=seen)
        except Refused as refused:
            return refused.code
        return "done"


def test_editors_who_shift_at_once_lose_nothing(app):
    with app.app_context():
        event_id = people.stage().event_id
        ids = [add(event_id, start) for start in (0, 30)]
    assert at_once(app, delay) == ["done"] * 8
    with app.app_context():
        assert [stands(event_id, s) for s in ids] == [(40, 70, None, 8), (70, 100, None, 8)]
        edits = list(db.session.scalars(select(ProgrammeEdit).order_by(ProgrammeEdit.id)))
        assert all(a.after == b.before for a, b in pairwise(edits))


def test_of_editors_who_move_what_they_saw_one_wins_and_the_others_hear_of_it(app):
    with app.app_context():
        event_id = people.stage().event_id
        one = add(event_id, 0)
    assert sorted(at_once(app, move_what_was_seen)) == ["done"] + ["session_moved_since"] * 7
    with app.app_context():
        assert stands(event_id, one)[3] == 1
