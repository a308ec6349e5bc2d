"""What people said about the windows of checkpoints."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from eventapp.db import db
from eventapp.models.checkin import Checkpoint, Device, WindowChange

LISTED = 50
"""How many words the desk lists for one checkpoint, the latest first."""


@dataclass(frozen=True)
class Said:
    """A word about a window, and the phone it came from."""

    change: WindowChange
    device: Device


def find(word_id: str) -> WindowChange | None:
    """A word that is kept already."""
    return db.session.get(WindowChange, word_id)


def id_that_counts(checkpoint: Checkpoint) -> str:
    """The id of the word by which a checkpoint has its window; empty if the desk set it, or nobody did."""
    return (
        db.session.scalar(
            select(func.max(WindowChange.id)).where(
                WindowChange.checkpoint_id == checkpoint.id,
                WindowChange.changed_at == checkpoint.window_changed_at,
                WindowChange.set_aside_at.is_(None),
            )
        )
        or ""
    )


def list_of_checkpoint(checkpoint_id: int) -> list[Said]:
    """What phones said about a window, the latest first."""
    rows = db.session.execute(
        select(WindowChange, Device)
        .join(Device, Device.id == WindowChange.device_id)
        .where(WindowChange.checkpoint_id == checkpoint_id)
        .order_by(WindowChange.changed_at.desc(), WindowChange.id.desc())
        .limit(LISTED)
    )
    return [Said(*row) for row in rows]


def names(checkpoint_ids: Collection[int]) -> dict[int, tuple[datetime, str]]:
    """When each of these windows was last set, and the name of the phone that did it; the desk has none: empty."""
    if not checkpoint_ids:
        return {}
    rows = db.session.execute(
        select(Checkpoint.id, Checkpoint.window_changed_at, Device.name)
        .outerjoin(
            WindowChange,
            (WindowChange.checkpoint_id == Checkpoint.id)
            & (WindowChange.changed_at == Checkpoint.window_changed_at)
            & WindowChange.set_aside_at.is_(None),
        )
        .outerjoin(Device, Device.id == WindowChange.device_id)
        .where(Checkpoint.id.in_(checkpoint_ids), Checkpoint.window_changed_at.is_not(None))
        .order_by(Checkpoint.id, WindowChange.id)
    )
    return {checkpoint_id: (changed_at, name or "") for checkpoint_id, changed_at, name in rows if changed_at}
