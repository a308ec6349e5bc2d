"""Entries to check: people who were let in although their scans say otherwise, for an organizer to look at."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.account import Account
from eventapp.models.checkin import Checkpoint, Conflict, Device, Scan
from eventapp.models.registration import Attendee
from eventapp.rules.vocabulary import CheckpointKind

PAGE = 50
"""How many are listed on a page."""


@dataclass(frozen=True)
class Disputed:
    """An entry to check: who, where, when, by which phone, and the entry that it disagrees with, if there is one."""

    conflict: Conflict
    scan: Scan
    device: Device
    checkpoint: Checkpoint
    attendee: Attendee | None
    against: Scan | None
    against_device: Device | None
    settled_by: str | None


def list_of_event(event_id: int, *, settled: bool = False, page: int = 1) -> list[Disputed]:
    """A page of the entries that nobody has settled, or of those that somebody has: the latest first. What was
    practised is none."""
    other, other_device = aliased(Scan), aliased(Device)
    rows = db.session.execute(
        select(Conflict, Scan, Device, Checkpoint, Attendee, other, other_device, Account.name)
        .join(Scan, Scan.id == Conflict.scan_id)
        .join(Device, Device.id == Scan.device_id)
        .join(Checkpoint, Checkpoint.id == Conflict.checkpoint_id)
        .outerjoin(Attendee, Attendee.id == Conflict.attendee_id)
        .outerjoin(other, other.id == Conflict.against_scan_id)
        .outerjoin(other_device, other_device.id == other.device_id)
        .outerjoin(Account, Account.id == Conflict.settled_by_id)
        .where(Conflict.event_id == event_id, Checkpoint.kind != CheckpointKind.REHEARSAL, _is_settled(settled))
        .order_by(Conflict.settled_at.desc() if settled else Conflict.found_at.desc(), Conflict.scan_id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [Disputed(*row) for row in rows]


def _is_settled(settled: bool) -> ColumnElement[bool]:
    return Conflict.settled_at.is_not(None) if settled else Conflict.settled_at.is_(None)


def count(event_id: int) -> tuple[int, int]:
    """How many entries nobody has settled yet, and how many somebody has; what was practised is none."""
    everything, settled = db.session.execute(
        select(func.count(), func.count(Conflict.settled_at))
        .select_from(Conflict)
        .join(Checkpoint, Checkpoint.id == Conflict.checkpoint_id)
        .where(Conflict.event_id == event_id, Checkpoint.kind != CheckpointKind.REHEARSAL)
    ).one()
    return everything - settled, settled


def get(event_id: int, scan_id: str, *, lock: bool = False) -> Conflict:
    """An entry to check; with ``lock`` held until the end of the transaction.

    Raises NotFound, also for one of another event.
    """
    query = select(Conflict).where(Conflict.scan_id == scan_id, Conflict.event_id == event_id)
    conflict = db.session.scalar(query.with_for_update() if lock else query)
    if conflict is None:
        raise NotFound(scan_id)
    return conflict
