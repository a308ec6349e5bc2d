"""An order that a person gives: one thing moved among its neighbours."""

from collections.abc import Sequence


def moved(ids: Sequence[int], one: int, steps: int) -> list[int]:
    """The ids with ``one`` moved by ``steps`` places (below 0: towards the front), at most to an end."""
    others = [other for other in ids if other != one]
    place = min(max(0, ids.index(one) + steps), len(others))
    return [*others[:place], one, *others[place:]]
