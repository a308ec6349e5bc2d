"""The programme by day, and its clashes."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from eventapp.rules import programme
from eventapp.rules.programme import Slot

START = datetime(2026, 12, 18, 23, 0, tzinfo=UTC)


def timed(hours, length=1):
    return SimpleNamespace(starts_at=START + timedelta(hours=hours), ends_at=START + timedelta(hours=hours + length))


def test_by_day_follows_the_clocks_of_the_zone():
    sessions = [timed(0), timed(2)]
    assert [len(items) for _day, items in programme.by_day(sessions, "Africa/Bamako")] == [1, 1]
    assert [len(items) for _day, items in programme.by_day(sessions, "Asia/Tokyo")] == [2]


def test_by_day_puts_what_has_no_time_last():
    unknown = SimpleNamespace(starts_at=None, ends_at=None)
    assert [day is None for day, _items in programme.by_day([unknown, timed(0)], "UTC")] == [False, True]


def test_is_now_ends_when_the_session_ends():
    assert programme.is_now(timed(0), START)
    assert not programme.is_now(timed(0), START + timedelta(hours=1))


def slot(number, start, end, room=None, people=()):
    at = START.replace(hour=0)
    return Slot(number, at + timedelta(minutes=start), at + timedelta(minutes=end), room, frozenset(people))


def test_clashes_name_the_room_and_the_people():
    found = programme.clashes([slot(1, 0, 30, room=5, people=[7]), slot(2, 20, 40, room=5, people=[7, 8])])
    assert [(c.first_id, c.second_id, c.room_id, c.speaker_ids) for c in found] == [(1, 2, 5, frozenset([7]))]


def test_sessions_that_touch_do_not_clash():
    assert programme.clashes([slot(1, 0, 30, room=5), slot(2, 30, 60, room=5)]) == []


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20), st.integers(1, 3)), max_size=12))
def test_clashes_are_those_of_every_pair(items):
    slots = [slot(n, start, start + length, room=room) for n, (start, length, room) in enumerate(items)]
    expected = {
        frozenset((a.session_id, b.session_id))
        for a in slots
        for b in slots
        if a.session_id < b.session_id
        and a.room_id == b.room_id
        and a.starts_at < b.ends_at
        and b.starts_at < a.ends_at
    }
    assert {frozenset((c.first_id, c.second_id)) for c in programme.clashes(slots)} == expected


def test_session_is_outside_on_a_day_without_the_event():
    starts_at, ends_at = datetime(2026, 12, 18, 9, tzinfo=UTC), datetime(2026, 12, 18, 17, tzinfo=UTC)

    def is_outside(at, zone="UTC"):
        return programme.is_outside(SimpleNamespace(starts_at=at, ends_at=None), starts_at, ends_at, zone)

    assert not is_outside(datetime(2026, 12, 18, 8, 30, tzinfo=UTC))
    assert is_outside(datetime(2026, 12, 19, 9, tzinfo=UTC))
    assert not is_outside(datetime(2026, 12, 19, 0, 30, tzinfo=UTC), "America/New_York")
    assert not is_outside(None)
