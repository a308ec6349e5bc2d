"""Moves on the timetable, whatever is moved: they touch nothing else, and can be taken back."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.errors import Refused
from eventapp.rules import timetable
from eventapp.rules.timetable import Spot
from eventapp.rules.vocabulary import SessionKind

ZONE = "Africa/Bamako"
NINE = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)


def at(minutes):
    return NINE + timedelta(minutes=minutes)


@dataclass(frozen=True)
class Session:
    id: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    room_id: int | None = None
    kind: SessionKind = SessionKind.TALK
    cancelled_at: datetime | None = None


def session(number, start=None, length=30, room=1, **more):
    if start is None:
        return Session(number, room_id=room, **more)
    return Session(number, at(start), at(start + length) if length else None, room, **more)


@st.composite
def programmes(draw):
    """A day of sessions in up to three rooms or none, some cancelled, some without an end; at least two have a time."""
    facts = draw(
        st.lists(
            st.tuples(
                st.integers(-90, 400),
                st.sampled_from([0, 5, 20, 30, 30, 45, 60, 90]),
                st.sampled_from([1, 1, 2, 3, None]),
                st.sampled_from(SessionKind),
                st.booleans(),
            ),
            min_size=2,
            max_size=12,
        )
    )
    return [
        session(n, start, length, room, kind=kind, cancelled_at=NINE if is_cancelled and n > 1 else None)
        for n, (start, length, room, kind, is_cancelled) in enumerate(facts)
    ]


def applied(change, sessions):
    spots = change.after
    return [
        replace(s, starts_at=spots[s.id].starts_at, ends_at=spots[s.id].ends_at, room_id=spots[s.id].room_id)
        if s.id in spots
        else s
        for s in sessions
    ]


def length(some):
    return some.ends_at - some.starts_at if some.starts_at and some.ends_at else None


def some_change(draw, sessions):
    """Any operation on any of the sessions."""
    one, other = sessions[0], sessions[1]
    by = timedelta(minutes=draw(st.integers(-120, 120)))
    return draw(
        st.sampled_from(
            [
                lambda: timetable.move(one, one.starts_at + by, draw(st.sampled_from([1, 2, 3, None]))),
                lambda: timetable.resize(one, one.starts_at + timedelta(minutes=draw(st.integers(5, 300)))),
                lambda: timetable.swap(one, other),
                lambda: timetable.shift(sessions, one, by, ZONE, everywhere=draw(st.booleans())),
                lambda: timetable.unschedule(one),
            ]
        )
    )()


@given(st.data(), programmes())
def test_undo_restores_exactly_and_nothing_else_is_touched(data, sessions):
    change = some_change(data.draw, sessions)
    after = applied(change, sessions)
    assert all(a == b for a, b in zip(after, sessions, strict=True) if a.id not in change.after)
    assert all(a != b for a, b in zip(after, sessions, strict=True) if a.id in change.after)
    back = timetable.undo(change, {s.id: s for s in after}, {1, 2, 3})
    assert applied(back, after) == sessions


@given(programmes(), st.integers(1, 240), st.booleans())
def test_shift_and_back_changes_nothing(sessions, minutes, everywhere):
    by = timedelta(minutes=minutes)
    shifted = applied(timetable.shift(sessions, sessions[0], by, ZONE, everywhere=everywhere), sessions)
    back = timetable.shift(shifted, shifted[0], -by, ZONE, everywhere=everywhere)
    assert applied(back, shifted) == sessions


@given(programmes(), st.integers(-300, 300).filter(bool), st.booleans())
def test_shift_moves_what_follows_and_keeps_lengths_and_rooms(sessions, minutes, everywhere):
    first = sessions[0]
    change = timetable.shift(sessions, first, timedelta(minutes=minutes), ZONE, everywhere=everywhere)
    moved = {s.id for s in sessions if s.id in change.after}
    follows = {s.id for s in sessions if s.cancelled_at is None and s.starts_at >= first.starts_at}
    if everywhere:
        assert moved == follows
    else:
        in_room = {s.id for s in sessions if s.id in follows and s.room_id == first.room_id}
        assert in_room <= moved <= in_room | {s.id for s in sessions if s.id in follows and s.room_id is None}
    for before, after in zip(sessions, applied(change, sessions), strict=True):
        assert (length(before), before.room_id) == (length(after), after.room_id)


@given(programmes())
def test_swap_twice_changes_nothing_and_keeps_lengths(sessions):
    once = applied(timetable.swap(sessions[0], sessions[1]), sessions)
    assert [length(s) for s in once] == [length(s) for s in sessions]
    assert applied(timetable.swap(once[0], once[1]), once) == sessions


@given(programmes())
def test_swap_is_the_same_from_both_sides(sessions):
    one, other = sessions[:2]
    assert timetable.swap(one, other) == timetable.swap(other, one)


@given(st.sampled_from([None, at(0)]), st.sampled_from([None, at(30)]), st.sampled_from([None, 7]))
def test_spot_is_kept_as_it_is(starts_at, ends_at, room_id):
    spot = Spot(starts_at, ends_at, room_id)
    assert Spot.from_json(spot.as_json()) == spot


def spots(change):
    def minutes(when):
        return int((when - NINE).total_seconds() // 60)

    return {key: (minutes(s.starts_at), minutes(s.ends_at), s.room_id) for key, s in change.after.items()}


def test_neighbours_of_different_lengths_keep_their_block_and_the_pause_in_it():
    sessions = [session(1, 0, 30), session(2, 40, 60)]
    assert spots(timetable.swap(sessions[0], sessions[1])) == {2: (0, 60, 1), 1: (70, 100, 1)}


def test_sessions_of_two_rooms_begin_where_the_other_one_began():
    sessions = [session(1, 0, 30, 1), session(2, 40, 60, 2)]
    assert spots(timetable.swap(*sessions)) == {1: (40, 70, 2), 2: (0, 60, 1)}


def test_break_without_a_room_moves_with_the_only_room_and_stays_where_others_are():
    first, lunch = session(1, 0), session(2, 30, kind=SessionKind.BREAK, room=None)
    ten = timedelta(minutes=10)
    assert set(timetable.shift([first, lunch], first, ten, ZONE, everywhere=False).after) == {1, 2}
    beside = session(3, 200, room=2)
    assert set(timetable.shift([first, lunch, beside], first, ten, ZONE, everywhere=False).after) == {1}
    assert set(timetable.shift([first, lunch, beside], first, ten, ZONE, everywhere=True).after) == {1, 2, 3}


def test_shift_leaves_other_days_and_what_is_cancelled():
    first = session(1, 0)
    others = [session(2, 24 * 60), session(3, 60, cancelled_at=NINE), session(4)]
    assert set(timetable.shift([first, *others], first, timedelta(minutes=5), ZONE, everywhere=True).after) == {1}


def test_session_is_placed_with_a_length():
    change = timetable.place(session(1, room=None), at(0), 2, timedelta(minutes=45))
    assert spots(change) == {1: (0, 45, 2)}


def test_usual_length_is_that_of_most_sessions_of_the_kind():
    sessions = [session(1, 0, 20), session(2, 0, 20), session(3, 0, 45), session(4, 0, 5, kind=SessionKind.BREAK)]
    assert timetable.usual_length(sessions, SessionKind.TALK) == timedelta(minutes=20)
    assert timetable.usual_length(sessions, SessionKind.PANEL) == timetable.USUAL


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("code", "work"),
    [
        ("session_placed", lambda: timetable.place(session(1, 0), at(0), None, 30 * MINUTE)),
        ("session_too_short", lambda: timetable.place(session(1), at(0), None, 4 * MINUTE)),
        ("session_too_long", lambda: timetable.place(session(1), at(0), None, 1441 * MINUTE)),
        ("session_unplaced", lambda: timetable.move(session(1), at(0), None)),
        ("session_unplaced", lambda: timetable.resize(session(1), at(0))),
        ("session_unplaced", lambda: timetable.unschedule(session(1))),
        ("session_unplaced", lambda: timetable.swap(session(1, 0), session(2))),
        ("session_unplaced", lambda: timetable.shift([], session(1), MINUTE, ZONE, everywhere=True)),
        ("ends_before_start", lambda: timetable.resize(session(1, 0), at(0))),
        ("session_too_short", lambda: timetable.resize(session(1, 0), at(4))),
        ("session_too_long", lambda: timetable.resize(session(1, 0), at(1441))),
        ("swap_same", lambda: timetable.swap(session(1, 0), session(1, 0))),
        ("session_moved_since", lambda: timetable.check_seen(session(1, 5), timetable.spot(session(1, 0)).mark)),
        ("edit_overtaken", lambda: timetable.undo(timetable.unschedule(session(1, 0)), {1: session(1, 5)}, {1})),
        ("edit_overtaken", lambda: timetable.undo(timetable.unschedule(session(1, 0)), {}, {1})),
        (
            "edit_room_gone",
            lambda: timetable.undo(timetable.unschedule(session(1, 0)), {1: session(1, room=None)}, {2}),
        ),
    ],
)
def test_what_cannot_be_is_refused(code, work):
    with pytest.raises(Refused) as refused:
        work()
    assert refused.value.code == code
