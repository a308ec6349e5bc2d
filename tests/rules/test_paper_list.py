"""Lists on paper: order and places of rows, what somebody types, parts of a day."""

from datetime import UTC, datetime, timedelta

import pytest

from eventapp.errors import Refused
from eventapp.rules import paper_list as rules
from eventapp.rules.paper_list import Period, Row
from eventapp.rules.vocabulary import Initials

NINE = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_rows_follow_names_as_readers_look_for_them():
    people = [(1, "Zoé"), (2, "Élodie"), (3, "Ɛlɛni"), (4, "diarra"), (5, "Élodie"), (6, "محمد")]
    assert [row.attendee_id for row in rules.numbered(people)] == [4, 3, 2, 5, 1, 6]


def test_supplement_goes_on_with_numbers_and_begins_a_new_sheet():
    people = [(n, f"Ada {n:02}") for n in range(1, 14)]
    rows = rules.numbered(people, numbers=20, sheets=2)
    assert rows[0] == Row(1, 21, 3, 1)
    assert rows[11:] == [Row(12, 32, 3, 12), Row(13, 33, 4, 1)]


@pytest.mark.parametrize(
    ("name", "part"),
    [("Élodie", "a-f"), ("Gaoussou", "g-m"), ("Ŋamoussa", "n-s"), ("Zeïnab", "t-z"), ("محمد", "t-z"), ("", "t-z")],
)
def test_table_has_names_of_its_letters(name, part):
    assert rules.initials(name) is Initials(part)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12 13 17-22", [12, 13, 17, 18, 19, 20, 21, 22]),
        ("3, 1;2\n2", [1, 2, 3]),
        ("5 – 7", [5, 6, 7]),
        ("4-4", [4]),
        ("1-500", list(range(1, 501))),
    ],
)
def test_numbers_are_read_as_people_write_them(text, numbers):
    assert rules.read_rows(text) == numbers


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" ", "paper_rows_missing"),
        ("12 x3", "paper_rows_unreadable"),
        ("22-17", "paper_rows_unreadable"),
        ("1-2-3", "paper_rows_unreadable"),
        ("1234567", "paper_rows_unreadable"),
        ("²", "paper_rows_unreadable"),
        ("1-501", "paper_rows_many"),
        ("1-300 400-700", "paper_rows_many"),
        ("1 " * 5_000, "paper_rows_many"),
    ],
)
def test_what_is_no_number_is_refused(text, code):
    with pytest.raises(Refused) as refused:
        rules.read_rows(text)
    assert (refused.value.code, refused.value.field) == (code, "rows")


def test_first_period_begins_when_the_entrance_opens_or_the_event_starts():
    noon = NINE + 3 * HOUR
    assert rules.periods([], None, NINE) == [Period(0, None, None, NINE)]
    assert rules.periods([noon], NINE - HOUR, NINE) == [
        Period(0, None, noon, NINE - HOUR),
        Period(1, noon, None, noon),
    ]
    assert rules.periods([NINE], NINE + HOUR, NINE)[0].begins_at is None


def test_people_came_at_the_time_given_or_when_the_period_began():
    period = Period(1, NINE, NINE + 3 * HOUR, NINE)
    assert rules.when_came(period, None, NINE + HOUR) == NINE
    assert rules.when_came(period, NINE + HOUR, NINE + HOUR) == NINE + HOUR


@pytest.mark.parametrize(
    ("begins_at", "at", "code"),
    [
        (None, None, "paper_time_missing"),
        (NINE, NINE - HOUR, "paper_time_outside"),
        (NINE, NINE + 3 * HOUR, "paper_time_outside"),
        (NINE, NINE + 2 * HOUR, "paper_time_ahead"),
        (NINE + 2 * HOUR, None, "paper_time_ahead"),
    ],
)
def test_time_that_cannot_be_is_refused(begins_at, at, code):
    with pytest.raises(Refused) as refused:
        rules.when_came(Period(1, NINE, NINE + 3 * HOUR, begins_at), at, NINE + HOUR)
    assert refused.value.code == code


def test_row_gives_the_same_scan_each_time_until_it_was_taken_back():
    assert rules.scan_id(1, 2, 3, 0, 0) == rules.scan_id(1, 2, 3, 0, 0)
    ids = {rules.scan_id(*facts) for facts in [(1, 2, 3, 0, 0), (2, 2, 3, 0, 0), (1, 2, 3, 1, 0), (1, 2, 3, 0, 1)]}
    assert len(ids) == 4


def hours(days):
    return [[at.hour for at in day] for day in days]


def test_half_days_are_periods_or_mornings_and_afternoons():
    evening = NINE + 9 * HOUR
    assert hours(rules.half_days([], NINE, evening, "UTC")) == [[9, 13]]
    assert hours(rules.half_days([], NINE, evening + 24 * HOUR, "UTC")) == [[9, 13], [0, 13]]
    assert hours(rules.half_days([], NINE + 5 * HOUR, evening, "UTC")) == [[14]]
    assert hours(rules.half_days([], NINE, None, "UTC")) == [[9]]
    assert hours(rules.half_days([NINE + 5 * HOUR], NINE, evening, "UTC")) == [[9, 14]]
    assert rules.half_days([], None, None, "UTC") == []
