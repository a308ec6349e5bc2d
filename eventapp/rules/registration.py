"""Who gets a seat, who waits, and what a guest may still change."""

from dataclasses import dataclass

from eventapp.errors import Refused
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


def decide(party: int, places: Places) -> AttendeeStatus:
    """The status of a new party: all of it gets seats or all of it waits, a party is never split.

    Without a waiting list raises Refused with ``full``, or ``full_for_party`` when seats are free, but too few.
    """
    if places.free is None or party <= places.free:
        return AttendeeStatus.CONFIRMED
    if places.has_waiting_list:
        return AttendeeStatus.WAITLISTED
    raise Refused("full_for_party" if places.free else "full", free=places.free)


def check_party(party: int, max_party: int) -> None:
    """Refuses an empty registration (``nobody_named``) and one that names too many (``party_too_large``)."""
    if party < 1:
        raise Refused("nobody_named", field="attendees-0-name")
    if party > max_party:
        raise Refused("party_too_large", max=max_party)


def fitting(waiting: list[tuple[int, int]], free: int | None) -> list[int]:
    """Which waiting parties get seats now: in their order, each that still fits.

    ``waiting`` holds (registration id, number of people), first come first.
    """
    chosen = []
    for registration_id, people in waiting:
        if free is None or people <= free:
            chosen.append(registration_id)
            free = None if free is None else free - people
    return chosen


def check_may_change(status: AttendeeStatus, was_admitted: bool) -> None:
    """Refuses a change by the guest once the person was admitted or the place is gone."""
    if was_admitted:
        raise Refused("already_admitted")
    if status not in LIVE:
        raise Refused("place_is_gone")
