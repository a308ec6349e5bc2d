"""Places of people who do not come: when they are asked once more, and when their places go to others."""

from datetime import datetime, timedelta


def asked_at(starts_at: datetime | None, days: int | None) -> datetime | None:
    """When people are asked whether they still come; None: never, or the day of the event is not known."""
    return None if starts_at is None or days is None else starts_at - timedelta(days=days)


def released_at(starts_at: datetime | None, days: int | None) -> datetime | None:
    """When places are taken back that nobody confirmed once more; None: never."""
    return asked_at(starts_at, days)


def opened_at(starts_at: datetime | None, minutes: int | None) -> datetime | None:
    """When places of people who have not come open to those at the door; None: never."""
    return None if starts_at is None or minutes is None else starts_at + timedelta(minutes=minutes)
