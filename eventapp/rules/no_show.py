"""Places of people who do not come: when they are asked once more, and when their places go to others."""

from datetime import datetime, timedelta

from eventapp.errors import Refused


def asked_at(starts_at: datetime | None, days: int | None) -> datetime | None:
    """When people are asked whether they still come; None: never, or the day of the event is not known."""
    return None if starts_at is None or days is None else starts_at - timedelta(days=days)


def released_at(starts_at: datetime | None, days: int | None) -> datetime | None:
    """When places are taken back that nobody confirmed once more; None: never."""
    return asked_at(starts_at, days)


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
