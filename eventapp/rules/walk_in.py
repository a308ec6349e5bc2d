"""People who register at the door: who may come in when all seats are taken.

It exists twice, because phones decide it without a network; both pass the table ``tests/cases/full_house.json``.
"""

from eventapp.rules.vocabulary import FullHouse

WANTED = 200
"""How many codes a phone has to give away after it was in contact."""

FEW = 100
"""A phone that holds fewer gets all that are its own again."""


def stops(rule: FullHouse, free: int | None, waiting: int = 0) -> FullHouse | None:
    """What keeps one more person out, by the organizer's rule; None: nothing does.

    ``free`` seats, as the server told them last (None: no limit), and ``waiting`` people whom the phone has registered
    since and the server has not heard of.
    """
    if free is None or free > waiting or rule is FullHouse.ADMIT:
        return None
    return rule
