"""Checkpoints: windows, rooms and half-days, by the tables that phones pass too."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.errors import Refused
from eventapp.rules import checkpoint as rules
from eventapp.rules.checkpoint import Slot, Wish, Word

CASES = json.loads((Path(__file__).parent.parent / "cases" / "places.json").read_text("utf-8"))
BAMAKO = "Africa/Bamako"


def at(clock):
    return datetime.fromisoformat(f"2026-12-18T{clock}:00+00:00") if clock else None


SLOTS = [Slot(checkpoint, room, at(begins), at(ends)) for checkpoint, room, begins, ends in CASES["slots"]]


@pytest.mark.parametrize("case", CASES["served"], ids=lambda case: case["name"])
def test_phone_at_a_room_turns_as_the_table_says(case):
    assert rules.served(SLOTS, case["room"], at(case["at"])) == case["expect"]


@pytest.mark.parametrize("case", CASES["latest"], ids=lambda case: case["name"])
def test_latest_word_counts_in_any_order(case):
    words = [Word(at(said), word_id, None, None) for word_id, said in case["words"]]
    for order in (words, words[::-1]):
        found = rules.latest(order)
        assert (found and found.id) == case["expect"]


@pytest.mark.parametrize("case", CASES["wished"], ids=lambda case: case["name"])
def test_window_becomes_what_is_wished(case):
    def wished():
        return rules.wished_window(Wish(case["wish"]), *map(at, case["window"]), at(case["at"]), at(case.get("until")))

    if case["expect"] is None:
        with pytest.raises(Refused) as refused:
            wished()
        assert refused.value.code == "ends_before_start"
    else:
        assert wished() == tuple(map(at, case["expect"]))


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from("abcde")), unique=True), st.randoms())
def test_one_word_after_the_other_ends_with_the_latest(said, order):
    words = [Word(at("09:00") + timedelta(minutes=minutes), word_id, None, None) for minutes, word_id in said]
    shuffled = list(words)
    order.shuffle(shuffled)
    current = None
    for word in shuffled:
        if rules.is_later(word.changed_at, word.id, current and current.changed_at, current.id if current else ""):
            current = word
    assert current == rules.latest(words)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("08:00 14:00", [time(8), time(14)]),
        ("14h30, 8 h", [time(8), time(14, 30)]),
        ("9; 9:00", [time(9)]),
        ("", []),
    ],
)
def test_times_of_day_as_people_write_them(typed, expected):
    assert rules.read_times(typed) == expected


@pytest.mark.parametrize("typed", ["25:00", "noon", "08:60", "٨:٠٠"])
def test_what_is_no_time_of_day_is_refused(typed):
    with pytest.raises(Refused) as refused:
        rules.read_times(typed)
    assert refused.value.code == "times_invalid"


def test_half_days_begin_on_each_day_but_not_before_the_event():
    found = rules.each_day([time(8), time(14)], at("09:00"), at("17:00") + timedelta(days=1), BAMAKO)
    days = [at("14:00"), at("08:00") + timedelta(days=1), at("14:00") + timedelta(days=1)]
    assert found == days
    kept = rules.periods(found)
    assert rules.times_of(kept, BAMAKO) == [time(8), time(14)]
    assert rules.times_of(kept, "Africa/Lagos") == [time(9), time(15)]


def test_half_days_need_the_days_of_the_event():
    assert rules.each_day([], None, None, BAMAKO) == []
    with pytest.raises(Refused) as refused:
        rules.each_day([time(14)], None, None, BAMAKO)
    assert refused.value.code == "times_without_days"


def test_too_many_half_days_are_refused():
    with pytest.raises(Refused) as refused:
        rules.periods(at("09:00") + timedelta(hours=n) for n in range(rules.MAX_PERIODS + 1))
    assert refused.value.code == "times_too_many"


def test_half_days_by_the_longest_break_in_the_middle():
    day = [
        (at("09:00"), at("10:30"), False),
        (at("10:30"), at("11:00"), True),
        (at("11:00"), at("12:30"), False),
        (at("12:30"), at("14:00"), True),
        (at("14:00"), at("17:00"), False),
        (at("17:00"), at("19:00"), True),
    ]
    assert rules.proposed_times(day, BAMAKO) == [time(14)]
    later = [(begins + timedelta(days=1), ends + timedelta(days=1), is_break) for begins, ends, is_break in day]
    assert rules.proposed_times([*day, *later], BAMAKO) == [time(8), time(14)]
    assert rules.proposed_times(day[:1], BAMAKO) == []


def test_instants_are_kept_in_utc():
    assert rules.periods([datetime(2026, 12, 18, 14, tzinfo=UTC)]) == ["2026-12-18T14:00:00+00:00"]
