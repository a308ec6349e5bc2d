"""The waiting list: until when a place is kept for whoever is next."""

from datetime import datetime, time, timedelta

from eventapp.language import local

FIRST_HOUR = time(10)
LAST_HOUR = time(19)
"""Offers end between these hours on the event's clocks: nobody loses a place by sleeping."""

LEAST = timedelta(hours=2)
"""An offer leaves at least this long for an answer."""

BEFORE_START = timedelta(hours=3)
"""No offer ends later than this before the event begins: whoever takes it still has to get there."""

MAX_OFFERS = 3
"""After so many offers without an answer a party is not asked again; it stays on the list, for the team to call."""


def offer_until(now: datetime, hours: int | None, zone: str, starts_at: datetime | None) -> datetime | None:
    """When an offer made now ends: ``hours`` from now, put off to the next daytime hour of the event's zone.

    Near the event it ends earlier, at the last daytime hour that leaves enough time. None: there is no time to ask, or
    the organizer does not want it; the place is given at once.
    """
    if hours is None:
        return None
    until = _next_daytime(now + timedelta(hours=hours), zone)
    if starts_at is None or until <= starts_at - BEFORE_START:
        return until
    until = _last_daytime(starts_at - BEFORE_START, zone)
    return until if until - now >= LEAST else None


def _next_daytime(at: datetime, zone: str) -> datetime:
    there = local(at, zone)
    if there.time() < FIRST_HOUR:
        return _at(there, FIRST_HOUR, zone, at)
    if there.time() > LAST_HOUR:
        return _at(there + timedelta(days=1), FIRST_HOUR, zone, at)
    return at


def _last_daytime(at: datetime, zone: str) -> datetime:
    there = local(at, zone)
    if there.time() < FIRST_HOUR:
        return _at(there - timedelta(days=1), LAST_HOUR, zone, at)
    if there.time() > LAST_HOUR:
        return _at(there, LAST_HOUR, zone, at)
    return at


def _at(day: datetime, hour: time, zone: str, like: datetime) -> datetime:
    """An hour of a day on the event's clocks, as an instant."""
    return datetime.combine(day.date(), hour, tzinfo=day.tzinfo).astimezone(like.tzinfo)
