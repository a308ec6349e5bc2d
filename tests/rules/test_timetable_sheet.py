"""A day as a sheet: lines of five minutes, rooms beside each other, nothing covered."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from eventapp.rules.timetable_sheet import sheet
from eventapp.rules.vocabulary import SessionKind

DAY = date(2026, 12, 18)
MIDNIGHT = datetime(2026, 12, 18, tzinfo=UTC)


def session(number, start, length=30, room=1):
    starts_at = MIDNIGHT + timedelta(minutes=start)
    ends_at = starts_at + timedelta(minutes=length) if length else None
    return SimpleNamespace(id=number, starts_at=starts_at, ends_at=ends_at, room_id=room, kind=SessionKind.TALK)


@given(
    st.lists(
        st.tuples(st.integers(0, 1439), st.sampled_from([0, 3, 5, 30, 600]), st.sampled_from([None, 1, 2])), max_size=20
    )
)
def test_every_session_has_a_cell_in_its_room_and_none_covers_another(items):
    sessions = [session(n, *facts) for n, facts in enumerate(items)]
    made = sheet(sessions, [1, 2], DAY, "UTC")
    assert set(made.cells) == {s.id for s in sessions}
    assert [column.room_id for column in made.columns] == [None, 1, 2]
    for some in sessions:
        cell, column = made.cells[some.id], made.columns[some.room_id or 0]
        assert made.top <= cell.top < cell.bottom < made.bottom
        assert column.first <= cell.left < cell.right <= column.first + column.width
    for a, b in combinations(made.cells.values(), 2):
        assert a.bottom <= b.top or b.bottom <= a.top or a.right <= b.left or b.right <= a.left


def test_sessions_that_touch_between_two_lines_stand_in_one_lane():
    made = sheet([session(1, 600, 32), session(2, 632, 30)], [1], DAY, "UTC")
    assert [(cell.top, cell.bottom) for cell in made.cells.values()] == [(120, 126), (126, 132)]
    assert made.lanes == 2


def test_sheet_begins_an_hour_before_and_has_the_hours_of_the_zone():
    made = sheet([session(1, 600)], [1], DAY, "Africa/Bamako")
    assert (made.top, made.bottom, made.starts_at) == (108, 144, MIDNIGHT + timedelta(hours=9))
    assert made.hours == {line: MIDNIGHT + timedelta(hours=line // 12) for line in (108, 120, 132)}
    tokyo = sheet([], [1], DAY, "Asia/Tokyo")
    assert tokyo.starts_at == MIDNIGHT - timedelta(hours=1)


def test_day_with_a_short_session_says_so():
    assert sheet([session(1, 600, 10)], [1], DAY, "UTC").has_short
    assert not sheet([session(1, 600, 15)], [1], DAY, "UTC").has_short
