"""When people are asked once more, and when places go on: by the clocks of the event."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from eventapp.rules import no_show as rules

ZONES = ("Africa/Bamako", "Europe/Paris", "America/New_York")


def there(zone, *moment):
    """A moment on the clocks of a zone, as an instant."""
    return datetime(*moment, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("ask", [rules.asked_at, rules.released_at])
@pytest.mark.parametrize(
    ("starts", "days", "at"),
    [
        ((2026, 12, 18, 9, 0), 7, (2026, 12, 11, 9, 0)),
        ((2026, 4, 1, 9, 0), 7, (2026, 3, 25, 9, 0)),  # over the change to summer time in Paris
        ((2026, 3, 12, 9, 0), 7, (2026, 3, 5, 9, 0)),  # ... and in New York
        ((2026, 11, 3, 18, 30), 2, (2026, 11, 1, 18, 30)),
    ],
)
def test_days_before_are_days_on_the_clocks_of_the_event(zone, ask, starts, days, at):
    assert ask(there(zone, *starts), days, zone) == there(zone, *at)


@pytest.mark.parametrize(("starts_at", "days"), [(None, 7), (there("Africa/Bamako", 2026, 12, 18, 9, 0), None)])
def test_nobody_is_asked_where_the_day_is_not_known_or_it_is_not_wanted(starts_at, days):
    assert rules.asked_at(starts_at, days, "Africa/Bamako") is None


@pytest.mark.parametrize("zone", ZONES)
def test_seats_open_minutes_after_the_start(zone):
    assert rules.opened_at(there(zone, 2026, 12, 18, 9, 0), 30) == there(zone, 2026, 12, 18, 9, 30)
    assert rules.opened_at(there(zone, 2026, 12, 18, 9, 0), None) is None
    assert rules.opened_at(None, 30) is None
