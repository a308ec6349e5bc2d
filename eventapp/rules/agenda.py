"""A person's choice from the programme: what can be chosen, and what cannot be seen together."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from eventapp.rules.vocabulary import SessionKind


class Chosen(Protocol):
    """A session, as far as it can be chosen."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> SessionKind: ...
    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


C = TypeVar("C", bound=Chosen)


def choosable(sessions: Iterable[C], chosen_ids: Iterable[int]) -> list[C]:
    """The sessions that a person may have on their agenda: no breaks, and cancelled ones only if they are on it."""
    chosen = set(chosen_ids)
    return [
        session
        for session in sessions
        if session.kind is not SessionKind.BREAK and (session.cancelled_at is None or session.id in chosen)
    ]


def overlaps(sessions: Iterable[C]) -> list[tuple[C, C]]:
    """Pairs of which nobody can see both whole, in the order of time. Touching ends do not overlap.

    Cancelled sessions and those without both times overlap with nothing.
    """
    timed = [
        (session.starts_at, session.ends_at, session)
        for session in sessions
        if session.starts_at is not None and session.ends_at is not None and session.cancelled_at is None
    ]
    timed.sort(key=lambda item: (item[0], item[2].id))
    found = []
    running: list[tuple[datetime, C]] = []
    for starts_at, ends_at, session in timed:
        running = [(until, other) for until, other in running if until > starts_at]
        found += [(other, session) for _, other in running]
        running.append((ends_at, session))
    return found
