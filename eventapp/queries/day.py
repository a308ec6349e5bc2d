"""The organizer's day: who came when, how fast the doors are, and how their phones do.

Asked again every few seconds by everybody who has the page open: each question is answered from an index.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, and_, case, cast, extract, func, select, true

from eventapp.db import db
from eventapp.models.checkin import Admission, Checkpoint, Device, Scan
from eventapp.models.version import EventVersion
from eventapp.queries.checkpoint import place_of
from eventapp.rules.vocabulary import ScanKind, ScanMethod

STEP = 300
"""Seconds of one bar of the chart."""

PACED = 2000
"""From how many of the latest scans of an entrance its pace is measured."""


@dataclass(frozen=True)
class Phone:
    """A phone with its entrance and what came from it. ``missing``: numbers of its counter that never arrived although
    a later one did; ``aside``: scans that do not count until they are accepted."""

    device: Device
    checkpoint: Checkpoint
    scans: int
    missing: int
    aside: int


def list_arrivals(checkpoint_id: int, since: datetime, until: datetime) -> dict[int, int]:
    """How many people came to a checkpoint for the first time in each five minutes: by the number of the five minutes
    since 1970; those in which nobody came are missing."""
    step: Any = _step(Admission.entered_at)
    rows = db.session.execute(
        select(step, func.count())
        .where(Admission.checkpoint_id == checkpoint_id, Admission.entered_at >= since, Admission.entered_at < until)
        .group_by(step)
    )
    return {int(row[0]): row[1] for row in rows}


def find_last_arrival(checkpoint_id: int) -> datetime | None:
    """When somebody came to a checkpoint for the first time, the last time that this happened."""
    return db.session.scalar(select(func.max(Admission.entered_at)).where(Admission.checkpoint_id == checkpoint_id))


def _step(column: Any) -> ColumnElement[int]:
    if db.engine.dialect.name == "sqlite":
        return cast(func.strftime("%s", column), Integer) // STEP
    return cast(func.floor(extract("epoch", column) / STEP), BigInteger)


def count_by_period(checkpoints: Sequence[Checkpoint]) -> dict[int, list[int]]:
    """How many different people entered in each period, for the checkpoints that have more than one."""
    places = {c.id: place_of(c) for c in checkpoints}
    windows = []
    for checkpoint_id, place in places.items():
        edges = (None, *place.periods, None)
        for number in range(len(edges) - 1) if place.periods else ():
            begins, ends = edges[number], edges[number + 1]
            inside = [Scan.checkpoint_id == checkpoint_id]
            inside += [Scan.corrected_at >= begins] if begins is not None else []
            inside += [Scan.corrected_at < ends] if ends is not None else []
            windows.append((and_(*inside), number))
    if not windows:
        return {}
    window: Any = case(*windows)
    rows = db.session.execute(
        select(Scan.checkpoint_id, window, func.count(Scan.attendee_id.distinct()))
        .where(
            Scan.checkpoint_id.in_([i for i, place in places.items() if place.periods]),
            Scan.moves == true(),
            Scan.kind.in_((ScanKind.ENTRY, ScanKind.LET_IN, ScanKind.WALK_IN, ScanKind.GIVEN)),
            Scan.set_aside_at.is_(None),
            ~_is_undone(),
        )
        .group_by(Scan.checkpoint_id, window)
    )
    found = {i: [0] * (len(place.periods) + 1) for i, place in places.items() if place.periods}
    for checkpoint_id, period, people in rows:
        found[checkpoint_id][period] = people
    return found


def _is_undone() -> ColumnElement[bool]:
    undo = Scan.__table__.alias("undo")
    return (
        select(undo.c.id)
        .where(
            undo.c.target_id == Scan.id,
            undo.c.device_id == Scan.device_id,
            undo.c.kind == ScanKind.UNDO,
            undo.c.set_aside_at.is_(None),
        )
        .exists()
    )


def list_paced(checkpoint_id: int) -> list[tuple[int, datetime, ScanMethod]]:
    """The latest scans of a checkpoint: phone, corrected time, method. Undos are no person, and who was let in against
    an answer counts once."""
    rows = db.session.execute(
        select(Scan.id, Scan.device_id, Scan.corrected_at, Scan.method, Scan.kind, Scan.target_id)
        .where(Scan.checkpoint_id == checkpoint_id)
        .order_by(Scan.received_at.desc())
        .limit(PACED)
    ).all()
    overruled = {row.target_id for row in rows if row.kind is ScanKind.LET_IN}
    return [(row[1], row[2], row[3]) for row in rows if row.kind is not ScanKind.UNDO and row.id not in overruled]


def list_phones(event_id: int) -> list[Phone]:
    """The phones of an event, those in use first, with what came from them and what did not."""
    devices = db.session.execute(
        select(Device, Checkpoint)
        .join(Checkpoint, Checkpoint.id == Device.checkpoint_id)
        .where(Device.event_id == event_id)
        .order_by(Device.revoked_at.is_not(None), Device.name, Device.id)
    ).all()
    of_event = select(Device.id).where(Device.event_id == event_id)
    numbers = {
        row[0]: row[1:]
        for row in db.session.execute(
            select(Scan.device_id, func.count(), func.count(Scan.seq.distinct()), func.max(Scan.seq))
            .where(Scan.device_id.in_(of_event))
            .group_by(Scan.device_id)
        )
    }
    aside: Counter[int] = Counter()
    for device_id, many in db.session.execute(
        select(Scan.device_id, func.count())
        .where(Scan.event_id == event_id, Scan.set_aside_at.is_not(None))
        .group_by(Scan.device_id)
    ):
        aside[device_id] = many
    phones = []
    for device, checkpoint in devices:
        scans, distinct, last = numbers.get(device.id, (0, 0, None))
        phones.append(Phone(device, checkpoint, scans, max(0, (last or 0) - distinct), aside[device.id]))
    return phones


def get_counter(event_id: int) -> int:
    """The counter of what phones see: a phone whose list ends with it has the list of now."""
    return db.session.scalar(select(EventVersion.door).where(EventVersion.event_id == event_id)) or 0
