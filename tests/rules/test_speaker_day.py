"""Speakers on the day: who comes next, who is to be looked for, and how they are known to be there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from eventapp.rules.speaker_day import Arrival, arrival, is_late, next_of, on_day

DAY = date(2026, 12, 18)


def at(hour, minute=0, day=18):
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


@dataclass(frozen=True)
class Slot:
    starts_at: datetime | None
    ends_at: datetime | None = None


MORNING, EVENING = Slot(at(9), at(10)), Slot(at(20), at(21))


def test_slots_of_a_day_by_the_events_clocks():
    late = Slot(at(23, 30), at(23, 50))
    assert on_day([EVENING, late, MORNING, Slot(None)], DAY, "UTC") == [MORNING, EVENING, late]
    assert on_day([EVENING, late, MORNING], DAY, "Africa/Nairobi") == [MORNING, EVENING]


@pytest.mark.parametrize(
    ("now", "expected"), [(at(8), MORNING), (at(9, 59), MORNING), (at(10), EVENING), (at(21), None)]
)
def test_next_is_what_somebody_is_in_or_comes_to(now, expected):
    assert next_of([MORNING, EVENING], now) == expected


def test_session_without_end_is_over_after_an_hour():
    assert next_of([Slot(at(9))], at(9, 59)) is not None
    assert next_of([Slot(at(9))], at(10)) is None


@pytest.mark.parametrize(
    ("now", "has_arrived", "expected"),
    [(at(8, 29), False, False), (at(8, 30), False, True), (at(9, 30), False, True), (at(8, 45), True, False)],
)
def test_who_is_not_there_half_an_hour_before_is_looked_for(now, has_arrived, expected):
    assert is_late(MORNING, now, has_arrived=has_arrived) is expected


def test_who_has_nothing_more_to_do_is_not_looked_for():
    assert is_late(None, at(9), has_arrived=False) is False


@pytest.mark.parametrize(
    ("ticked", "entered", "expected"),
    [
        (None, [], None),
        (at(8), [], Arrival(at(8), by_hand=True)),
        (None, [at(7), at(12)], Arrival(at(7), by_hand=False)),
        (at(8), [at(7)], Arrival(at(7), by_hand=False)),
        (at(8, day=17), [at(9, day=17)], None),
        (at(8, day=17), [at(9, day=17), at(8, 30)], Arrival(at(8, 30), by_hand=False)),
    ],
)
def test_arrival_counts_on_its_day(ticked, entered, expected):
    assert arrival(ticked, entered, DAY, "Africa/Bamako") == expected
