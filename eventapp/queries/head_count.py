"""How many people are expected at a checkpoint, came, and are inside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, case, func, select

from eventapp.db import db
from eventapp.models.checkin import Admission, Checkpoint, Conflict, Scan
from eventapp.models.registration import Attendee
from eventapp.queries.checkpoint import place_of
from eventapp.rules import checkin as rules
from eventapp.rules.vocabulary import AttendeeStatus


@dataclass(frozen=True)
class Counts:
    """How many people at a checkpoint: whose ticket opens it, who entered in the period of now, who is inside."""

    checkpoint_id: int
    period: int
    expected: int
    entered: int
    inside: int

    @property
    def still_expected(self) -> int:
        return max(0, self.expected - self.entered)


_EXPECTED = (
    select(Attendee.ticket_type_id, func.count())
    .where(Attendee.event_id == bindparam("event_id"), Attendee.status == AttendeeStatus.CONFIRMED)
    .group_by(Attendee.ticket_type_id)
)
_PRESENT = select(
    func.count(case((Admission.last_at >= bindparam("since", type_=Admission.last_at.type), 1))),
    func.count(case((Admission.is_inside, 1))),
).where(Admission.checkpoint_id == bindparam("checkpoint_id"), Admission.entered_at.is_not(None))
_UNKNOWN_PRESENT = (
    select(Conflict.checkpoint_id, func.count())
    .join(Scan, Scan.id == Conflict.scan_id)
    .where(
        Conflict.event_id == bindparam("event_id"),
        Conflict.attendee_id.is_(None),
        Scan.set_aside_at.is_(None),  # one that was settled before it was set aside is still listed
    )
    .group_by(Conflict.checkpoint_id)
)
_EVER = datetime(1, 1, 1, tzinfo=UTC)


def list_counts(event_id: int, checkpoints: Iterable[Checkpoint], now: datetime) -> list[Counts]:
    """How many people at each of these checkpoints, including those let in whom nobody knows."""
    on = db.session.connection()
    expected = {row[0]: row[1] for row in on.execute(_EXPECTED, {"event_id": event_id})}
    unknown = {row[0]: row[1] for row in on.execute(_UNKNOWN_PRESENT, {"event_id": event_id})}
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
                ),
                entered + strangers,
                inside + strangers,
            )
        )
    return counts
