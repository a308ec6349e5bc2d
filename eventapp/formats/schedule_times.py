"""Days, times and lengths, as schedule files for programs write them (ISO 8601)."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

YEARS = range(1900, 2201)
"""Years that a schedule may mean: at the ends of the calendar an hour more or less is no date any longer."""


def instant(text: str, zone: str) -> datetime | None:
    """A date with a time as an instant; without an offset it is meant on the clocks of the zone."""
    try:
        return on_clocks(datetime.fromisoformat(text), zone)
    except ValueError:
        return None


def on_clocks(at: datetime, zone: str) -> datetime | None:
    """A time as an instant; without an offset it is meant on the clocks of the zone. None outside of YEARS."""
    if at.year not in YEARS:
        return None
    return (at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(zone), fold=0)).astimezone(UTC)


def day(text: str) -> date | None:
    """A date in ISO 8601; None if it is none, or outside of YEARS."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


_LENGTH = re.compile(r"(\d{1,4}):(\d{2})(?::\d{2})?", re.ASCII)


def length(text: str) -> timedelta | None:
    """A length or a time of day, ``HH:MM`` or ``HH:MM:SS``; a number alone is minutes."""
    if re.fullmatch(r"\d{1,6}", text, re.ASCII):
        return timedelta(minutes=int(text))
    found = _LENGTH.fullmatch(text.strip())
    return timedelta(hours=int(found[1]), minutes=int(found[2])) if found else None
