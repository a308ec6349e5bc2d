"""How many people are expected at a checkpoint, came, and are inside."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Integer, bindparam, func, select, union_all

from eventapp.db import db
from eventapp.models.checkin import Admission, Checkpoint, Conflict, Scan
from eventapp.models.registration import Attendee
from eventapp.models.session_seat import SessionSeat
from eventapp.queries.checkpoint import place_of
from eventapp.rules import checkin as rules
from eventapp.rules.vocabulary import AttendeeStatus, SessionSeatStatus


@dataclass(frozen=True)
class Counts:
    """How many people at a checkpoint: whose ticket opens it, who entered in the period of now, who is inside.

    Companions without a ticket of their own count like everybody else, as expected and as they came.
    """

    checkpoint_id: int
    period: int
    expected: int
    entered: int
    inside: int

    @property
    def still_expected(self) -> int:
        return max(0, self.expected - self.entered)


_EXPECTED = (
    select(Attendee.ticket_type_id, func.sum(1 + Attendee.companions))
    .where(Attendee.event_id == bindparam("event_id"), Attendee.status == AttendeeStatus.CONFIRMED)
    .group_by(Attendee.ticket_type_id)
)
_SEATED = (
    select(SessionSeat.session_id, Attendee.ticket_type_id, func.sum(1 + Attendee.companions))
    .join(Attendee, Attendee.id == SessionSeat.attendee_id)
    .where(
        SessionSeat.event_id == bindparam("event_id"),
        SessionSeat.status == SessionSeatStatus.CONFIRMED,
        Attendee.status == AttendeeStatus.CONFIRMED,
    )
    .group_by(SessionSeat.session_id, Attendee.ticket_type_id)
)
_PEOPLE = 1 + Admission.companions
_UNKNOWN_PRESENT = (
    select(Conflict.checkpoint_id, func.sum(1 + Scan.companions))
    .join(Scan, Scan.id == Conflict.scan_id)
    .where(
        Conflict.event_id == bindparam("event_id"),
        Conflict.attendee_id.is_(None),
        Scan.set_aside_at.is_(None),  # one that was settled before it was set aside is still listed
    )
    .group_by(Conflict.checkpoint_id)
)
_SURPLUS = (
    select(Admission.checkpoint_id, func.sum(Admission.companions - Attendee.companions))
    .join(Attendee, Attendee.id == Admission.attendee_id)
    .where(
        Admission.event_id == bindparam("event_id"),
        Admission.entered_at.is_not(None),
        Admission.companions > Attendee.companions,
    )
    .group_by(Admission.checkpoint_id)
)
"""Companions of whom nobody knew: they are in, and nobody waits for them."""
_EVER = datetime(1, 1, 1, tzinfo=UTC)


@cache
def _present(many: int) -> CompoundSelect[Any]:
    """Who entered since when and who is inside, at so many checkpoints: each answered by its index, all at once."""
    return union_all(
        *(
            select(
                bindparam(f"checkpoint_{n}", type_=Integer),
                func.coalesce(
                    func.sum(_PEOPLE).filter(
                        Admission.last_at >= bindparam(f"since_{n}", type_=Admission.last_at.type)
                    ),
                    0,
                ),
                func.coalesce(func.sum(_PEOPLE).filter(Admission.is_inside), 0),
            ).where(
                Admission.checkpoint_id == bindparam(f"checkpoint_{n}", type_=Integer),
                Admission.entered_at.is_not(None),
            )
            for n in range(many)
        )
    )


def list_counts(event_id: int, checkpoints: Iterable[Checkpoint], now: datetime) -> list[Counts]:
    """How many people at each of these checkpoints, including those let in whom nobody knows."""
    on = db.session.connection()
    found = {checkpoint.id: place_of(checkpoint) for checkpoint in checkpoints}
    if not found:
        return []
    periods = {checkpoint_id: rules.period(now, place.periods) for checkpoint_id, place in found.items()}
    since = {
        checkpoint_id: found[checkpoint_id].periods[number - 1] if number else _EVER
        for checkpoint_id, number in periods.items()
    }
    present = {
        row[0]: (row[1], row[2])
        for row in on.execute(
            _present(len(found)),
            {
                name: value
                for n, (checkpoint_id, at) in enumerate(since.items())
                for name, value in ((f"checkpoint_{n}", checkpoint_id), (f"since_{n}", at))
            },
        )
    }
    everybody = [(row[0], row[1]) for row in on.execute(_EXPECTED, {"event_id": event_id})]
    seated: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    if any(place.session_id is not None for place in found.values()):
        for session_id, type_id, many in on.execute(_SEATED, {"event_id": event_id}):
            seated[session_id].append((type_id, many))
    unknown = {row[0]: row[1] for row in on.execute(_UNKNOWN_PRESENT, {"event_id": event_id})}
    surplus = {row[0]: row[1] for row in on.execute(_SURPLUS, {"event_id": event_id})}
    counts = []
    for checkpoint_id, place in found.items():
        entered, inside = present[checkpoint_id]
        strangers = unknown.get(checkpoint_id, 0)
        expected = everybody if place.session_id is None else seated[place.session_id]
        counts.append(
            Counts(
                checkpoint_id,
                periods[checkpoint_id],
                sum(n for type_id, n in expected if not place.ticket_type_ids or type_id in place.ticket_type_ids)
                + surplus.get(checkpoint_id, 0),
                entered + strangers,
                inside + strangers,
            )
        )
    return counts
