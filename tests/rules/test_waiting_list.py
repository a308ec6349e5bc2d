"""Until when a place is kept for whoever is next: by day, on the event's own clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.rules import waiting_list as rules

ZONES = ("Africa/Bamako", "Europe/Paris", "America/New_York")


def there(zone, *moment):
    """A moment on the clocks of a zone, as an instant."""
    return datetime(*moment, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("asked", "until"),
    [
        ((2026, 12, 1, 12, 0), (2026, 12, 2, 12, 0)),
        ((2026, 12, 1, 10, 0), (2026, 12, 2, 10, 0)),
        ((2026, 12, 1, 19, 0), (2026, 12, 2, 19, 0)),
        ((2026, 12, 1, 19, 1), (2026, 12, 3, 10, 0)),
        ((2026, 12, 1, 23, 30), (2026, 12, 3, 10, 0)),
        ((2026, 12, 1, 3, 0), (2026, 12, 2, 10, 0)),
    ],
)
def test_offer_of_a_day_ends_by_day_on_the_clocks_of_the_event(zone, asked, until):
    assert rules.offer_until(there(zone, *asked), 24, zone, None) == there(zone, *until)


@pytest.mark.parametrize(
    ("zone", "asked", "until"),
    [
        ("Europe/Paris", (2026, 3, 28, 12, 0), (2026, 3, 29, 13, 0)),  # clocks go forward: a day has 23 hours
        ("Europe/Paris", (2026, 10, 24, 12, 0), (2026, 10, 25, 11, 0)),
        ("America/New_York", (2026, 3, 7, 19, 0), (2026, 3, 9, 10, 0)),
        ("America/New_York", (2026, 10, 31, 10, 30), (2026, 11, 1, 10, 0)),  # 9:30, before the day begins
        ("Africa/Bamako", (2026, 3, 28, 12, 0), (2026, 3, 29, 12, 0)),
    ],
)
def test_offer_over_a_change_of_the_clocks(zone, asked, until):
    assert rules.offer_until(there(zone, *asked), 24, zone, None) == there(zone, *until)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("asked", "until"),
    [
        ((2026, 12, 16, 8, 0), (2026, 12, 17, 10, 0)),
        ((2026, 12, 17, 12, 0), (2026, 12, 17, 19, 0)),  # the event begins at 9 on the 18th: the evening before
        ((2026, 12, 17, 16, 59), (2026, 12, 17, 19, 0)),
        ((2026, 12, 17, 17, 1), None),  # less than two hours to answer
        ((2026, 12, 17, 22, 0), None),
        ((2026, 12, 18, 8, 0), None),
        ((2026, 12, 18, 12, 0), None),
    ],
)
def test_near_the_event_there_is_less_time_and_then_none_to_ask(zone, asked, until):
    starts_at = there(zone, 2026, 12, 18, 9, 0)
    given = rules.offer_until(there(zone, *asked), 24, zone, starts_at)
    assert given == (until and there(zone, *until))


def test_organizer_who_does_not_want_to_ask_gives_at_once():
    assert rules.offer_until(there("Africa/Bamako", 2026, 12, 1, 12, 0), None, "Africa/Bamako", None) is None


@given(st.integers(0, 2 * 365 * 24 * 60), st.integers(1, 200), st.sampled_from(ZONES), st.booleans())
def test_offer_always_ends_by_day_in_time_and_leaves_time(minute, hours, zone, has_start):
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    starts_at = now + timedelta(hours=hours) if has_start else None
    until = rules.offer_until(now, 24, zone, starts_at)
    if until is None:
        assert has_start
        return
    assert rules.FIRST_HOUR <= until.astimezone(ZoneInfo(zone)).time() <= rules.LAST_HOUR
    assert until - now >= rules.LEAST
    assert starts_at is None or until <= starts_at - rules.BEFORE_START
