"""When and where an event is, as people were told; and whether that changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from eventapp.language import LocalizedText


class Placed(Protocol):
    """Whatever has a time and a place."""

    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def time_is_known(self) -> bool: ...
    @property
    def timezone(self) -> str: ...
    @property
    def venue(self) -> LocalizedText: ...
    @property
    def city(self) -> LocalizedText: ...


@dataclass(frozen=True)
class Known:
    """When and where an event is."""

    starts_at: datetime | None
    ends_at: datetime | None
    time_is_known: bool
    timezone: str
    venue: LocalizedText
    city: LocalizedText

    def is_at_another_time(self, other: "Known") -> bool:
        """Whether the times differ, as people read them."""
        return self._time != other._time

    def is_elsewhere(self, other: "Known") -> bool:
        """Whether the places differ."""
        return (self.venue, self.city) != (other.venue, other.city)

    @property
    def _time(self) -> tuple[datetime | None, datetime | None, bool, str]:
        # Without a date, the zone and the certainty of the hour say nothing.
        if self.starts_at is None:
            return None, None, True, ""
        return self.starts_at, self.ends_at, self.time_is_known, self.timezone


def known(row: Placed) -> Known:
    """What is known of an event, or was before it moved."""
    return Known(row.starts_at, row.ends_at, row.time_is_known, row.timezone, row.venue, row.city)


def has_moved(before: Known, now: Known) -> bool:
    """Whether people who know the one are wrong about the other."""
    return before.is_at_another_time(now) or before.is_elsewhere(now)
