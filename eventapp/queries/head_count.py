"""How many people are expected at a checkpoint, came, and are inside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, func, select

from eventapp.db import db
from eventapp.models.checkin import Admission, Checkpoint, Conflict, Scan
from eventapp.models.registration import Attendee
from eventapp.queries.checkpoint import place_of
from eventapp.rules import checkin as rules
from eventapp.rules.vocabulary import AttendeeStatus


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
_PEOPLE = 1 + Admission.companions
_PRESENT = select(
    func.coalesce(func.sum(_PEOPLE).filter(Admission.last_at >= bindparam("since", type_=Admission.last_at.type)), 0),
    func.coalesce(func.sum(_PEOPLE).filter(Admission.is_inside), 0),
).where(Admission.checkpoint_id == bindparam("checkpoint_id"), Admission.entered_at.is_not(None))
_UNKNOWN_PRESENT = (
    select(Conflict.checkpoint_id, func.sum(1 + Scan.companions))
    .join(Scan, Scan.id == Conflict.scan_id)
    .where(Conflict.event_id == bindparam("event_id"), Conflict.attendee_id.is_(None))
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


def list_counts(event_id: int, checkpoints: Iterable[Checkpoint], now: datetime) -> list[Counts]:
    """How many people at each of these checkpoints, including those let in whom nobody knows."""
    on = db.session.connection()
    expected = {row[0]: row[1] for row in on.execute(_EXPECTED, {"event_id": event_id})}
    unknown = {row[0]: row[1] for row in on.execute(_UNKNOWN_PRESENT, {"event_id": event_id})}
    surplus = {row[0]: row[1] for row in on.execute(_SURPLUS, {"event_id": event_id})}
    counts = []
    for checkpoint in checkpoints:
        place = place_of(checkpoint)
        period = rules.period(now, place.periods)
        since = place.periods[period - 1] if period else _EVER
        entered, inside = on.execute(_PRESENT, {"checkpoint_id": checkpoint.id, "since": since}).one()
        strangers = unknown.get(checkpoint.id, 0)
        counts.append(
            Counts(
                checkpoint.id,
                period,
                sum(
                    n
                    for type_id, n in expected.items()
                    if not place.ticket_type_ids or type_id in place.ticket_type_ids
                )
                + surplus.get(checkpoint.id, 0),
                entered + strangers,
                inside + strangers,
            )
        )
    return counts
