"""What is unwise about a programme, and about nothing else."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from eventapp.rules import concerns
from eventapp.rules.concerns import Circumstances, Concern, Kind

NINE = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)


def at(minutes):
    return NINE + timedelta(minutes=minutes)


def part(speaker_id, substitute_id=None):
    return SimpleNamespace(speaker_id=speaker_id, substitute_id=substitute_id)


def session(number, start=0, length=30, room=None, people=(), cancelled=False):
    return SimpleNamespace(
        id=number,
        starts_at=None if start is None else at(start),
        ends_at=None if start is None or length is None else at(start + length),
        room_id=room,
        cancelled_at=NINE if cancelled else None,
        speakers=[part(p) if isinstance(p, int) else part(*p) for p in people],
    )


def found(*sessions, **about):
    return concerns.among(sessions, Circumstances(zone="Africa/Bamako", **about))


def test_room_and_person_are_told_apart():
    assert found(session(1, room=5, people=[7]), session(2, 10, room=5, people=[7])) == [
        Concern(Kind.ROOM, 1, 2, room_id=5),
        Concern(Kind.PERSON, 1, 2, speaker_id=7),
    ]


def test_substitute_counts_instead_of_the_person():
    with_substitute = session(1, people=[(7, 8)])
    assert found(with_substitute, session(2, people=[7])) == []
    assert found(with_substitute, session(2, people=[8])) == [Concern(Kind.PERSON, 1, 2, speaker_id=8)]
    assert found(with_substitute, declined=frozenset({7})) == []
    assert found(with_substitute, declined=frozenset({8})) == [Concern(Kind.DECLINED, 1, speaker_id=8)]


@pytest.mark.parametrize(
    ("windows", "is_away"),
    [
        ([], False),
        ([(0, 30)], False),
        ([(-10, 10), (10, 40)], False),
        ([(-10, 20), (10, 40)], False),
        ([(10, 40)], True),
        ([(0, 29)], True),
        ([(-60, 0)], True),
        ([(-60, -30), (0, 10), (20, 40)], True),
    ],
)
def test_availability(windows, is_away):
    availability = {7: [(at(a), at(b)) for a, b in windows]}
    expected = [Concern(Kind.AWAY, 1, speaker_id=7)] if is_away else []
    assert found(session(1, people=[7]), availability=availability) == expected


def test_start_without_an_end_is_a_moment():
    availability = {7: [(at(0), at(10))]}
    assert found(session(1, 10, None, people=[7]), availability=availability) == []
    assert len(found(session(1, 11, None, people=[7]), availability=availability)) == 1


def test_room_with_fewer_seats_than_people_who_mean_to_come():
    about = {"seats": {5: 40}, "sign_ups": {1: 41, 2: 40, 3: 99}}
    sessions = session(1, room=5), session(2, 60, room=5), session(3, 90, room=6)
    assert found(*sessions, **about) == [Concern(Kind.SEATS, 1, room_id=5, people=41, seats=40)]


def test_hours_and_days_of_the_event():
    about = {"starts_at": at(0), "ends_at": at(60)}
    early, late, inside, next_day = session(1, -5, 10), session(2, 50, 15), session(3, 30, 30), session(4, 24 * 60)
    assert found(early, late, inside, next_day, **about) == [
        Concern(Kind.HOURS, 1),
        Concern(Kind.HOURS, 2),
        Concern(Kind.DAYS, 4),
    ]
    assert found(early, next_day, time_is_known=False, **about) == [Concern(Kind.DAYS, 4)]


def test_session_without_a_time_can_only_have_the_wrong_people():
    about = {"declined": frozenset({7}), "starts_at": at(0), "ends_at": at(60), "availability": {8: [(at(0), at(1))]}}
    assert found(session(1, None, people=[7, 8]), **about) == [Concern(Kind.DECLINED, 1, speaker_id=7)]


def test_nothing_is_unwise_about_a_cancelled_session():
    assert found(session(1, room=5, cancelled=True), session(2, room=5), declined=frozenset({7})) == []


def test_clash_stands_with_both_sessions():
    by_session = concerns.by_session(found(session(1, room=5), session(2, room=5)))
    assert by_session == {1: [Concern(Kind.ROOM, 1, 2, room_id=5)], 2: [Concern(Kind.ROOM, 2, 1, room_id=5)]}
