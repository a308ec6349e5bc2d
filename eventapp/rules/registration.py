"""Who gets a seat, who waits, and what a guest may still change."""

from dataclasses import dataclass
from datetime import datetime

from eventapp.errors import Refused
from eventapp.rules.event import Stage
from eventapp.rules.vocabulary import LIVE, AttendeeStatus


@dataclass(frozen=True)
class Places:
    """The seats of an event: ``capacity`` None means as many as come."""

    capacity: int | None
    taken: int
    has_waiting_list: bool

    @property
    def free(self) -> int | None:
        """Free seats, never below 0; None means no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def is_full(self) -> bool:
        return self.free == 0


def decide(party: int, free: int | None, *, has_waiting_list: bool) -> AttendeeStatus:
    """The status of a new party: all of it gets seats or all of it waits, a party is never split.

    ``free`` None means no limit. Without a waiting list raises Refused with ``full``, or ``full_for_party`` when seats
    are free, but too few.
    """
    if free is None or party <= free:
        return AttendeeStatus.CONFIRMED
    if has_waiting_list:
        return AttendeeStatus.WAITLISTED
    raise Refused("full_for_party" if free else "full", free=free)


STAFF_PARTY = 100
"""How many people one registration may name that the team writes: a class, an association."""


def check_party(party: int, max_party: int) -> None:
    """Refuses an empty registration (``nobody_named``) and one that names too many (``party_too_large``)."""
    if party < 1:
        raise Refused("nobody_named", field="attendees-0-name")
    if party > max_party:
        raise Refused("party_too_large", max=max_party)


def check_may_change(status: AttendeeStatus, was_admitted: bool) -> None:
    """Refuses a change by the guest once the person was admitted or the place is gone."""
    if was_admitted:
        raise Refused("already_admitted")
    if status not in LIVE:
        raise Refused("place_is_gone")


def check_not_over(stage: Stage) -> None:
    """Refuses (``event_over``) a change once the event has ended or was cancelled."""
    if stage in (Stage.FINISHED, Stage.CANCELLED):
        raise Refused("event_over")


def is_open(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> bool:
    """Whether a ticket type can be had now: its own window, within that of the event."""
    return (opens_at is None or opens_at <= now) and (closes_at is None or now < closes_at)
