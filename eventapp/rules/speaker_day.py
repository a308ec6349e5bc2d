"""Where a speaker stands at the desk: what is missing from them, and on the day whether they are there in time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from eventapp.language import local

HEAD_START = timedelta(minutes=30)
"""How long before their session a speaker who is not there is looked for."""

USUAL_LENGTH = timedelta(hours=1)
"""For a session whose end is not known."""


class Slot(Protocol):
    """A session that somebody is in."""

    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...


S = TypeVar("S", bound=Slot)


def on_day(slots: Iterable[S], day: date, zone: str) -> list[S]:
    """The slots that begin on a day of the event's clocks, in the order of time."""
    timed = [(slot.starts_at, slot) for slot in slots if slot.starts_at and local(slot.starts_at, zone).date() == day]
    return [slot for _, slot in sorted(timed, key=lambda pair: pair[0])]


def _ends(slot: Slot) -> datetime:
    assert slot.starts_at is not None  # noqa: S101  slots of a day have a start
    return slot.ends_at or slot.starts_at + USUAL_LENGTH


def next_of(slots: Sequence[S], now: datetime) -> S | None:
    """The slot that a person is in, or comes to next; None when all are over."""
    return next((slot for slot in slots if _ends(slot) > now), None)


def is_late(slot: Slot | None, now: datetime, *, has_arrived: bool) -> bool:
    """Whether somebody is to be looked for: their session is near or has begun, and they are not there."""
    return slot is not None and slot.starts_at is not None and not has_arrived and slot.starts_at - now <= HEAD_START


@dataclass(frozen=True)
class Arrival:
    """When somebody came, and whether the team ticked it by hand; without that it was the entrance."""

    at: datetime
    by_hand: bool


def arrival(ticked_at: datetime | None, entered_at: Iterable[datetime | None], day: date, zone: str) -> Arrival | None:
    """How somebody is known to be there on a day: the earliest of what the team ticked and what the entrance read."""
    known = [Arrival(at, False) for at in entered_at if at is not None]
    if ticked_at is not None:
        known.append(Arrival(ticked_at, True))
    that_day = [one for one in known if local(one.at, zone).date() == day]
    return min(that_day, key=lambda one: one.at, default=None)
