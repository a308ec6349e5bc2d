"""Checkpoints: the boundaries that tickets open."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, true

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.checkin import Admission, Checkpoint, Device, Scan, TeamLink, WindowChange
from eventapp.models.programme import EventSession
from eventapp.queries import release
from eventapp.rules import checkin as rules
from eventapp.rules import checkpoint as checkpoint_rules
from eventapp.rules import release as release_rules
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


def list_of_session(session_id: int) -> list[Checkpoint]:
    """The doors of a session."""
    return list(
        db.session.scalars(select(Checkpoint).where(Checkpoint.session_id == session_id).order_by(Checkpoint.id))
    )


def get(event_id: int, checkpoint_id: int) -> Checkpoint:
    """A checkpoint of an event. Raises NotFound, also for one of another event."""
    found = find(event_id, checkpoint_id)
    if found is None:
        raise NotFound(checkpoint_id)
    return found


def find(event_id: int, checkpoint_id: int) -> Checkpoint | None:
    """A checkpoint, if it is the event's."""
    return db.session.scalar(select(Checkpoint).where(Checkpoint.id == checkpoint_id, Checkpoint.event_id == event_id))


def find_venue(event_id: int) -> Checkpoint | None:
    """The venue's first checkpoint that is not closed."""
    return next((c for c in list_of_event(event_id) if c.kind is CheckpointKind.VENUE and c.closed_at is None), None)


def find_usual(event_id: int) -> Checkpoint | None:
    """Where somebody who checks people in begins: the venue's first open entrance, else what is open, else any."""
    rows = list_of_event(event_id)
    return find_venue(event_id) or next((c for c in rows if c.closed_at is None), rows[0] if rows else None)


def has_scans(checkpoint_id: int) -> bool:
    """Whether anything was scanned at a checkpoint, or its window was changed there."""
    return any(
        db.session.scalar(select(table.id).where(table.checkpoint_id == checkpoint_id).limit(1)) is not None
        for table in (Scan, WindowChange)
    )


def count_phones(checkpoint_id: int) -> int:
    """How many phones, and links for phones, are named for a checkpoint."""
    return sum(
        db.session.scalar(select(func.count()).select_from(table).where(table.checkpoint_id == checkpoint_id)) or 0
        for table in (Device, TeamLink)
    )


def list_who_passed(checkpoint_id: int) -> list[int]:
    """The numbers of all who passed at a checkpoint, in order."""
    return list(
        db.session.scalars(
            select(Scan.attendee_id)
            .where(Scan.checkpoint_id == checkpoint_id, Scan.moves == true(), Scan.attendee_id.is_not(None))
            .distinct()
            .order_by(Scan.attendee_id)
        )
    )


@dataclass(frozen=True)
class Listed:
    """A checkpoint at the desk: its session, how many phones are there, and how many people were let in."""

    checkpoint: Checkpoint
    session: EventSession | None
    phones: int
    entered: int


def list_at_desk(event_id: int) -> list[Listed]:
    """The checkpoints of an event in the organizer's order, with what hangs on them; one statement."""
    phones = (
        select(func.count())
        .where(Device.checkpoint_id == Checkpoint.id, Device.revoked_at.is_(None))
        .correlate(Checkpoint)
        .scalar_subquery()
    )
    entered = (
        select(func.count())
        .where(Admission.checkpoint_id == Checkpoint.id, Admission.entered_at.is_not(None))
        .correlate(Checkpoint)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Checkpoint, EventSession, phones, entered)
        .outerjoin(EventSession, EventSession.id == Checkpoint.session_id)
        .where(Checkpoint.event_id == event_id)
        .order_by(Checkpoint.position, Checkpoint.id)
    )
    return [Listed(*row) for row in rows]


def list_slots(event_id: int) -> list[checkpoint_rules.Slot]:
    """When and where the sessions of open doors take place, as the programme was last released."""
    doors = [c for c in list_of_event(event_id) if c.session_id is not None and c.closed_at is None]
    sessions = released_sessions(event_id) if doors else {}
    return [
        checkpoint_rules.Slot(door.id, session.room_id, session.starts_at, session.ends_at)
        for door in doors
        if (session := sessions.get(door.session_id or 0)) is not None
        and session.room_id is not None
        and session.starts_at is not None
        and session.ends_at is not None
    ]


def released_sessions(event_id: int) -> dict[int, release_rules.Session]:
    """The sessions that take place as the programme was last released, by number."""
    last = release.find_last(event_id)
    if last is None:
        return {}
    return {one.id: one for one in release.timetable(last).sessions if one.cancelled_at is None}


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


PLACE_COLUMNS = (
    Checkpoint.kind,
    Checkpoint.policy,
    Checkpoint.opens_at,
    Checkpoint.closes_at,
    Checkpoint.closed_at,
    Checkpoint.periods,
    Checkpoint.ticket_type_ids,
    Checkpoint.needs_seat,
    Checkpoint.session_id,
)
"""What `place` takes, in its order."""


def place(
    kind: CheckpointKind,
    policy: Policy,
    opens_at: datetime | None,
    closes_at: datetime | None,
    closed_at: datetime | None,
    periods: list[str],
    ticket_type_ids: list[int],
    needs_seat: bool,
    session_id: int | None,
) -> rules.Place:
    """A checkpoint's columns, as far as the rules care. One may practise at any time."""
    if kind is CheckpointKind.REHEARSAL:
        opens_at = closes_at = None
    ends = [at for at in (closes_at, closed_at) if at is not None]
    return rules.Place(
        policy=policy,
        opens_at=opens_at,
        closes_at=min(ends, default=None),
        periods=tuple(sorted(map(datetime.fromisoformat, periods))),
        ticket_type_ids=frozenset(ticket_type_ids),
        session_id=session_id if needs_seat else None,
    )


def place_of(checkpoint: Checkpoint) -> rules.Place:
    """A checkpoint, as far as the rules care."""
    return place(*(getattr(checkpoint, column.key) for column in PLACE_COLUMNS))
