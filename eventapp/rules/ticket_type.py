"""Ticket types: who may be let into which, and the doors that each opens."""

from collections.abc import Collection, Iterable, Sequence

from eventapp.errors import Refused
from eventapp.rules.vocabulary import BEHIND_THE_STAGE, TicketKind, TypeAccess


def check_access(kind: TicketKind, access: TypeAccess) -> None:
    """Refuses (``type_behind_stage``) to open a type to everybody whose people work behind the stage."""
    if kind in BEHIND_THE_STAGE and access is TypeAccess.OPEN:
        raise Refused("type_behind_stage", field="access")


def check_kind(before: TicketKind, after: TicketKind, people: int) -> None:
    """Refuses (``type_kind_fixed``) a kind by which people who are there would begin or cease to take seats."""
    if people and (before in BEHIND_THE_STAGE) is not (after in BEHIND_THE_STAGE):
        raise Refused("type_kind_fixed", field="kind")


def doors_with(opens_for: Sequence[int], type_id: int, is_open: bool, all_types: Collection[int]) -> list[int]:
    """For which types a door opens after one was let through it or kept out; empty means for all, also later ones.

    ``opens_for`` is what holds now, ``all_types`` are the event's. Raises Refused("door_for_nobody") when the door
    would open for nobody.
    """
    now = set(opens_for or all_types)
    after = now | {type_id} if is_open else now - {type_id}
    if not after:
        raise Refused("door_for_nobody", field="doors")
    if after == now:
        return list(opens_for)
    return sorted(after)


def doors_without(opens_for: Sequence[int], type_id: int) -> list[int]:
    """For which types a door opens after one was removed.

    Raises Refused("type_last_at_door") if it opened for this one alone: an empty list would open it for everybody.
    """
    after = [other for other in opens_for if other != type_id]
    if opens_for and not after:
        raise Refused("type_last_at_door")
    return after


def is_by_invitation(accesses: Iterable[TypeAccess]) -> bool:
    """Whether nobody can register without a code or the team: no type is open to everybody."""
    return TypeAccess.OPEN not in accesses
