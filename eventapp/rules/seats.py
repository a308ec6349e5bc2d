"""How many seats there are, and for whom: of the event, of each ticket type, and of pools that types share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eventapp.rules.vocabulary import BEHIND_THE_STAGE, TicketKind


@dataclass(frozen=True)
class TypeSeats:
    """A ticket type, its limit (None: none of its own), and how many of its seats are taken or kept for somebody."""

    id: int
    kind: TicketKind
    capacity: int | None
    pool_id: int | None
    taken: int


class Seats:
    """The seats of an event: what is free for whom, and what is still free after some are given.

    A type has as many free seats as the tightest limit it is under: its own, its pool's, and the event's unless its
    people work behind the stage. Nothing is below 0: an organizer may take seats away that are in use.
    """

    def __init__(self, capacity: int | None, types: Iterable[TypeSeats], pools: Mapping[int, int]) -> None:
        self.capacity = capacity
        self._types = {one.id: one for one in types}
        self._pools = dict(pools)
        self._given: dict[int, int] = dict.fromkeys(self._types, 0)

    def free(self, type_id: int) -> int | None:
        """Free seats for people of a type; None means no limit."""
        left = self._left(type_id)
        return None if left is None else max(0, left)

    def is_over(self, type_id: int) -> bool:
        """Whether more seats are taken than one of the limits of a type allows."""
        left = self._left(type_id)
        return left is not None and left < 0

    def _left(self, type_id: int) -> int | None:
        one = self._types[type_id]
        limits = []
        if one.capacity is not None:
            limits.append(one.capacity - self._taken([one]))
        if one.pool_id is not None:
            sharing = [other for other in self._types.values() if other.pool_id == one.pool_id]
            limits.append(self._pools[one.pool_id] - self._taken(sharing))
        if self.capacity is not None and one.kind not in BEHIND_THE_STAGE:
            limits.append(self.capacity - self.taken)
        return min(limits) if limits else None

    def free_among(self, type_ids: Iterable[int]) -> int | None:
        """The most seats that people of any one of these types find free; None means no limit."""
        found = [self.free(type_id) for type_id in type_ids]
        return None if None in found else max((free for free in found if free is not None), default=0)

    def fits(self, people: Mapping[int, int]) -> bool:
        """Whether there are seats for a whole party: how many people of which type."""
        trial = Seats(self.capacity, self._types.values(), self._pools)
        trial._given = dict(self._given)
        for type_id, number in people.items():
            free = trial.free(type_id)
            if free is not None and number > free:
                return False
            trial.take(type_id, number)
        return True

    def take(self, type_id: int, people: int) -> None:
        """Counts people of a type as seated from now on."""
        self._given[type_id] += people

    @property
    def taken(self) -> int:
        """Seats of the audience that are taken or kept for somebody."""
        return self._taken(one for one in self._types.values() if one.kind not in BEHIND_THE_STAGE)

    def _taken(self, types: Iterable[TypeSeats]) -> int:
        return sum(one.taken + self._given[one.id] for one in types)


@dataclass(frozen=True)
class Waiting:
    """A party on the waiting list: how many of its people wait, of which type."""

    registration_id: int
    people: Mapping[int, int]


def fitting(waiting: Sequence[Waiting], seats: Seats) -> list[int]:
    """Which waiting parties get seats now, by registration: in their order, each that still fits, never in part.

    The seats that they get are taken in ``seats``.
    """
    chosen = []
    for party in waiting:
        if seats.fits(party.people):
            chosen.append(party.registration_id)
            for type_id, number in party.people.items():
                seats.take(type_id, number)
    return chosen
