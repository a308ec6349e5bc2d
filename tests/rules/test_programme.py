"""The programme by day, and its clashes."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from eventapp.rules import programme
from eventapp.rules.programme import Cell, Column, Posting, Slot
from eventapp.rules.vocabulary import SessionKind

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


MORNING = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)


def session(number, start=0, end=None, room=None, **more):
    """A session that starts and ends so many minutes after nine; ``start=None`` has no time."""
    facts = {"kind": SessionKind.TALK, "cancelled_at": None, "topic_id": None, "language": None, **more}
    return SimpleNamespace(
        id=number,
        room_id=room,
        starts_at=None if start is None else MORNING + timedelta(minutes=start),
        ends_at=None if end is None else MORNING + timedelta(minutes=end),
        **facts,
    )


def at(minutes):
    return MORNING + timedelta(minutes=minutes)


def test_marks_what_runs_and_all_that_begin_next():
    marks = programme.marks(
        [session(1, 0, 30), session(2, 30, 60), session(3, 30, 40), session(4, 60, 90)], at(5), "UTC"
    )
    assert marks == programme.Marks(frozenset([1]), frozenset([2, 3]))


def test_marks_pass_over_what_is_cancelled():
    sessions = [session(1, 0, 30, cancelled_at=at(0)), session(2, 30, 60, cancelled_at=at(0)), session(3, 60, 90)]
    assert programme.marks(sessions, at(5), "UTC") == programme.Marks(frozenset(), frozenset([3]))


def test_next_is_of_today_only():
    tomorrow = [session(1, 24 * 60)]
    assert programme.marks(tomorrow, at(0), "UTC").next == frozenset()
    assert programme.marks(tomorrow, at(23 * 60), "UTC").next == frozenset([1])
    assert programme.marks(tomorrow, at(5 * 60 + 30), "Asia/Tokyo").next == frozenset()
    assert programme.marks(tomorrow, at(6 * 60 + 30), "Asia/Tokyo").next == frozenset([1])


def test_page_is_live_from_a_day_before_until_the_last_end():
    sessions = [session(1, 0, 30), session(2, None)]
    assert [programme.is_live(sessions, at(m)) for m in (-24 * 60, -23 * 60, 29, 30)] == [False, True, True, False]


def test_starts_keep_together_what_begins_together():
    groups = programme.starts([session(1, 0), session(2, 0), session(3, 5), session(4, None)])
    assert [[s.id for s in group.sessions] for group in groups] == [[1, 2], [3], [4]]
    assert groups[-1].at is None


def in_short(sessions, now, limit=3):
    return [
        ([s.id for s in extract.sessions], extract.left_out)
        for extract in programme.in_short(programme.by_day(sessions, "UTC"), now, "UTC", limit)
    ]


def test_extract_has_the_first_sessions_of_each_day():
    sessions = [session(n, n * 30, n * 30 + 30) for n in range(5)] + [session(9, 24 * 60)]
    assert in_short(sessions, at(-24 * 60)) == [([0, 1, 2], 2), ([9], 0)]


def test_extract_of_a_long_day_moves_with_the_day():
    sessions = [session(n, n * 30, n * 30 + 30) for n in range(5)]
    assert in_short(sessions, at(45)) == [([1, 2, 3], 2)]
    assert in_short(sessions, at(200)) == [([2, 3, 4], 2)]
    assert in_short(sessions[:3], at(45)) == [([0, 1, 2], 0)]


CHOICES = [
    session(1, 0, room=1, topic_id=7, language="fr"),
    session(2, 0, room=2, topic_id=7, language="en"),
    session(3, 24 * 60, room=1, topic_id=8, language="fr"),
    session(4, None, room=2),
]


def chosen(**asked):
    return programme.choose(CHOICES, asked, "UTC")


def test_without_a_choice_all_is_shown_and_counted():
    choice = chosen()
    assert choice.sessions == CHOICES
    assert choice.counts == {
        "day": {"2026-12-18": 2, "2026-12-19": 1},
        "room": {"1": 2, "2": 2},
        "topic": {"7": 2, "8": 1},
        "language": {"fr": 2, "en": 1},
    }
    assert not choice.has_unknown


def test_choices_combine_and_counts_say_what_one_would_see():
    choice = chosen(room="1", topic="7")
    assert [s.id for s in choice.sessions] == [1]
    assert choice.counts["room"] == {"1": 1, "2": 1}
    assert choice.counts["topic"] == {"7": 1, "8": 1}
    assert choice.counts["day"] == {"2026-12-18": 1, "2026-12-19": 0}


def test_choice_by_day_and_language():
    assert [s.id for s in chosen(day="2026-12-18", language="en").sessions] == [2]


def test_unknown_choices_are_left_out_and_said():
    choice = chosen(room="99", day="yesterday", language="fr")
    assert (choice.wanted, choice.has_unknown) == ({"language": "fr"}, True)


def test_empty_choice_is_none():
    choice = chosen(room="")
    assert (choice.wanted, choice.has_unknown) == ({}, False)


def test_what_leaves_nothing_to_choose_is_not_offered():
    sessions = [session(1, 0, room=1, topic_id=7), session(2, 30, room=1)]
    assert programme.choose(sessions, {}, "UTC").counts == {}


def cells(sessions, rooms=(1, 2, 3)):
    grid = programme.grid(sessions, rooms)
    return {number: (cell.left, cell.right) for number, cell in grid.cells.items()}


def test_grid_puts_rooms_beside_each_other_and_times_below():
    grid = programme.grid([session(1, 0, 30, room=2), session(2, 0, 20, room=1), session(3, 30, 60, room=1)], [1, 2])
    assert grid.columns == [Column(1, 0, 1), Column(2, 1, 1)]
    assert grid.rows == [20, 10, 30]
    assert grid.cells == {1: Cell(0, 2, 1, 2), 2: Cell(0, 1, 0, 1), 3: Cell(2, 3, 0, 1)}


def test_one_place_needs_no_grid():
    assert programme.grid([session(1, 0, 30, room=1), session(2, 30, 60, room=1)], [1, 2]) is None
    assert programme.grid([session(1, 0, 30), session(2, 0, 60)], [1, 2]) is None
    assert programme.grid([session(1, None, room=1), session(2, None, room=2)], [1, 2]) is None


TALKS = [session(1, 0, 30, room=1), session(2, 0, 30, room=2), session(3, 0, 30, room=3)]


def test_break_goes_over_all_rooms():
    pause = {"kind": SessionKind.BREAK}
    assert cells([*TALKS, session(4, 30, 40, room=2, **pause)])[4] == (0, 3)
    assert cells([*TALKS, session(4, 30, 40, **pause)])[4] == (0, 3)
    assert cells([*TALKS, session(4, 30, 40, room=99, **pause)])[4] == (0, 3)


def test_break_leaves_out_rooms_in_which_something_goes_on():
    sessions = [*TALKS, session(4, 30, 60, room=3), session(5, 30, 40, room=1, kind=SessionKind.BREAK)]
    assert cells(sessions)[5] == (0, 2)


def test_sessions_without_a_room_get_a_column_unless_all_rooms_are_free():
    assert cells([*TALKS, session(4, 0, 30)])[4] == (3, 4)
    assert cells([*TALKS, session(4, 30, 60)])[4] == (0, 3)


def test_sessions_that_overlap_in_a_room_stand_side_by_side():
    placed = cells([session(1, 0, 30, room=1), session(4, 10, 40, room=1), session(3, 40, 60, room=1), TALKS[1]])
    assert placed == {1: (0, 1), 4: (1, 2), 3: (0, 2), 2: (2, 3)}


def test_session_without_an_end_lasts_until_something_else_begins():
    grid = programme.grid([session(1, 0, room=1), session(2, 0, 60, room=2), session(3, 20, 60, room=1)], [1, 2])
    assert (grid.cells[1].top, grid.cells[1].bottom) == (0, 1)


ANY_SESSION = st.tuples(
    st.integers(0, 12), st.integers(0, 6), st.sampled_from([None, 1, 2, 3, 4]), st.sampled_from(list(SessionKind))
)


@given(st.lists(ANY_SESSION, max_size=14))
def test_grid_loses_nothing_and_covers_nothing(items):
    sessions = [
        session(number, start * 5, (start + length) * 5 if length else None, room=room, kind=kind)
        for number, (start, length, room, kind) in enumerate(items)
    ]
    grid = programme.grid(sessions, [3, 1, 2])
    if grid is None:
        return
    assert set(grid.cells) == {s.id for s in sessions}
    taken = [
        (row, lane)
        for cell in grid.cells.values()
        for row in range(cell.top, cell.bottom)
        for lane in range(cell.left, cell.right)
    ]
    assert len(taken) == len(set(taken))
    assert all(cell.top < cell.bottom and cell.left < cell.right <= grid.lanes for cell in grid.cells.values())
    for s in sessions:
        assert grid.row_of[s.starts_at] == grid.cells[s.id].top


def board(sessions, now, rooms=(1, 2)):
    found = programme.board(sessions, rooms, now, "UTC")
    return found and {room: [(s.id, posting) for s, posting in items] for room, items in found.rooms}


def test_board_says_for_each_room_what_is_on_and_next():
    sessions = [
        session(1, 0, 30, room=1),
        session(2, 30, 60, room=1),
        session(3, 60, 90, room=1),
        session(4, 20, 40, room=2),
    ]
    assert board(sessions, at(10)) == {
        1: [(1, Posting.NOW), (2, Posting.NEXT), (3, Posting.LATER)],
        2: [(4, Posting.NEXT)],
    }
    assert board(sessions, at(50)) == {1: [(2, Posting.NOW), (3, Posting.NEXT)]}
    assert board(sessions, at(90)) is None


def test_board_of_one_room_names_three_that_come():
    sessions = [session(n, n * 30, n * 30 + 30, room=1) for n in range(6)]
    assert [posting for _, posting in board(sessions, at(0))[1]] == ["now", "next", "next", "next", "later", "later"]


def test_board_keeps_what_is_cancelled_and_names_what_follows():
    sessions = [session(1, 30, 60, room=1, cancelled_at=at(0)), session(2, 60, 90, room=1), session(3, 0, 90, room=2)]
    assert board(sessions, at(0))[1] == [(1, Posting.NEXT), (2, Posting.NEXT)]


def test_board_turns_to_the_next_day_when_today_is_over():
    sessions = [session(1, 0, 30, room=1), session(2, 24 * 60, 25 * 60, room=1)]
    assert [s for s, _ in board(sessions, at(0))[1]] == [1]
    found = programme.board(sessions, [1], at(30), "UTC")
    assert found.day.isoformat() == "2026-12-19"
    assert board(sessions, at(30)) == {1: [(2, Posting.NEXT)]}


def test_board_keeps_what_runs_past_midnight():
    sessions = [session(1, 14 * 60, 16 * 60, room=1), session(2, 24 * 60, 25 * 60, room=1)]
    found = programme.board(sessions, [1], at(15 * 60 + 30), "UTC")
    assert found.day.isoformat() == "2026-12-19"
    assert [s.id for s, _ in found.rooms[0][1]] == [1, 2]


def test_board_shows_a_break_without_a_room_in_every_room():
    pause = session(3, 30, 40, kind=SessionKind.BREAK)
    talks = [session(1, 0, 30, room=1), session(2, 0, 30, room=2), session(4, 40, 60, room=2)]
    assert board([*talks, pause], at(10)) == {
        1: [(1, Posting.NOW), (3, Posting.NEXT)],
        2: [(2, Posting.NOW), (3, Posting.NEXT), (4, Posting.LATER)],
    }
    assert board([pause], at(10)) == {None: [(3, Posting.NEXT)]}


def test_board_keeps_a_talk_without_a_room_apart():
    assert set(board([session(1, 0, 30, room=1), session(2, 0, 30)], at(10))) == {1, None}
