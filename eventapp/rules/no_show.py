"""Places of people who do not come: when they are asked once more, and when their places go to others."""

from datetime import UTC, datetime, timedelta

from eventapp.errors import Refused
from eventapp.language import local


def asked_at(starts_at: datetime | None, days: int | None, zone: str) -> datetime | None:
    """When people are asked whether they still come: so many days before, when the clocks of the event's zone show the
    hour at which it begins. None: never, or the day of the event is not known."""
    if starts_at is None or days is None:
        return None
    return (local(starts_at, zone) - timedelta(days=days)).astimezone(UTC)


def released_at(starts_at: datetime | None, days: int | None, zone: str) -> datetime | None:
    """When places are taken back that nobody confirmed once more; None: never."""
    return asked_at(starts_at, days, zone)


def opened_at(starts_at: datetime | None, minutes: int | None) -> datetime | None:
    """When places of people who have not come open to those at the door; None: never."""
    return None if starts_at is None or minutes is None else starts_at + timedelta(minutes=minutes)


def check(reconfirm_days: int | None, release_days: int | None) -> None:
    """Refuses to take places back that nobody was asked about (``release_without_question``), or before there was a day
    to answer (``release_before_question``)."""
    if release_days is None:
        return
    if reconfirm_days is None:
        raise Refused("release_without_question", field="release_days")
    if release_days >= reconfirm_days:
        raise Refused("release_before_question", field="release_days", days=reconfirm_days)
