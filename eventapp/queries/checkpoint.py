"""Checkpoints: the boundaries that tickets open."""

from datetime import datetime

from sqlalchemy import (
    select,
)

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.checkin import Checkpoint
from eventapp.rules import checkin as rules
from eventapp.rules.vocabulary import (
    CheckpointKind,
    Policy,
)


def list_of_event(event_id: int) -> list[Checkpoint]:
    """The checkpoints of an event in the organizer's order."""
    return list(
        db.session.scalars(
            select(Checkpoint).where(Checkpoint.event_id == event_id).order_by(Checkpoint.position, Checkpoint.id)
        )
    )


def find(event_id: int, checkpoint_id: int) -> Checkpoint | None:
    """A checkpoint, if it is the event's."""
    return db.session.scalar(select(Checkpoint).where(Checkpoint.id == checkpoint_id, Checkpoint.event_id == event_id))


def get(event_id: int, checkpoint_id: int) -> Checkpoint:
    """A checkpoint of the event. Raises NotFound, also for one of another event."""
    found = find(event_id, checkpoint_id)
    if found is None:
        raise NotFound(checkpoint_id)
    return found


def find_venue(event_id: int) -> Checkpoint | None:
    """The venue's first checkpoint that is not closed."""
    return next((c for c in list_of_event(event_id) if c.kind is CheckpointKind.VENUE and c.closed_at is None), None)


def find_by_name(event_id: int, text: str) -> Checkpoint | None:
    """The checkpoint of this number, or of this name in any language."""
    wanted = text.strip().casefold()
    return next(
        (
            checkpoint
            for checkpoint in list_of_event(event_id)
            if wanted in (str(checkpoint.id), *(name.casefold() for name in checkpoint.name.values()))
        ),
        None,
    )


def place(
    policy: Policy,
    opens_at: datetime | None,
    closes_at: datetime | None,
    closed_at: datetime | None,
    periods: list[str],
    ticket_type_ids: list[int],
) -> rules.Place:
    """A checkpoint's columns, as far as the rules care."""
    ends = [at for at in (closes_at, closed_at) if at is not None]
    return rules.Place(
        policy=policy,
        opens_at=opens_at,
        closes_at=min(ends, default=None),
        periods=tuple(sorted(map(datetime.fromisoformat, periods))),
        ticket_type_ids=frozenset(ticket_type_ids),
    )


def place_of(checkpoint: Checkpoint) -> rules.Place:
    """A checkpoint, as far as the rules care."""
    c = checkpoint
    return place(c.policy, c.opens_at, c.closes_at, c.closed_at, c.periods, c.ticket_type_ids)
