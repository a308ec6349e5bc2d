"""What the check-in page shows: its phone, and the last entries."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import exists, literal, select, true
from sqlalchemy.orm import aliased

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.checkin import Checkpoint, Device, Scan
from eventapp.models.event import Event
from eventapp.models.programme import Room
from eventapp.models.registration import Attendee, TicketType
from eventapp.queries import checkpoint
from eventapp.rules import checkpoint as rules
from eventapp.rules.vocabulary import ScanKind


@dataclass(frozen=True)
class Desk:
    """The phone of a check-in page, with its event and the entrance it serves; its room, if it stands at one."""

    device: Device
    event: Event
    checkpoint: Checkpoint
    room: Room | None = None


@dataclass(frozen=True)
class Answered:
    """A scan of this phone with whom it was about. ``is_undone``: taken back since."""

    scan: Scan
    attendee: Attendee | None
    ticket_type: TicketType | None
    is_undone: bool


_Undo = aliased(Scan)
IS_UNDONE = exists(
    select(literal(1)).where(
        _Undo.target_id == Scan.id,
        _Undo.kind == ScanKind.UNDO,
        _Undo.device_id - Scan.device_id
        == 0,  # not by the index of phones: the few scans that name this one are quicker
        _Undo.set_aside_at.is_(None),
    )
)
_ANSWERED = (
    select(Scan, Attendee, TicketType, IS_UNDONE)
    .outerjoin(Attendee, Attendee.id == Scan.attendee_id)
    .outerjoin(TicketType, TicketType.id == Attendee.ticket_type_id)
)


def get_desk(device_id: int) -> Desk:
    """The phone of a check-in page with the entrance it is named for. Raises NotFound."""
    row = db.session.execute(
        select(Device, Event, Checkpoint, Room)
        .join(Event, Event.id == Device.event_id)
        .join(Checkpoint, Checkpoint.id == Device.checkpoint_id)
        .outerjoin(Room, Room.id == Device.room_id)
        .where(Device.id == device_id)
    ).first()
    if row is None:
        raise NotFound(device_id)
    return Desk(*row)


def get_desk_at(device_id: int, now: datetime) -> Desk:
    """The phone of a check-in page with the entrance it serves now: at a room, that of the session there."""
    desk = get_desk(device_id)
    if desk.room is None:
        return desk
    served = rules.served(checkpoint.list_slots(desk.event.id), desk.room.id, now)
    return replace(desk, checkpoint=checkpoint.get(desk.event.id, served)) if served is not None else desk


def get_answered(device_id: int, scan_id: str) -> Answered:
    """A scan of this phone. Raises NotFound, also for another phone's."""
    row = db.session.execute(_ANSWERED.where(Scan.id == scan_id, Scan.device_id == device_id)).first()
    if row is None:
        raise NotFound(scan_id)
    return Answered(*row)


def list_last(device_id: int, *, limit: int = 5) -> list[Answered]:
    """The last scans of this phone, latest first, without undos: what they took back is marked."""
    rows = db.session.execute(
        _ANSWERED.where(Scan.device_id == device_id, Scan.kind != ScanKind.UNDO)
        .order_by(Scan.received_at.desc(), Scan.id)
        .limit(limit)
    )
    return [Answered(*row) for row in rows]


def find_entry_before(scan: Scan) -> Scan | None:
    """The entry of the same person at the same checkpoint that came last before a scan."""
    return db.session.scalar(
        select(Scan)
        .where(
            Scan.attendee_id == scan.attendee_id,
            Scan.checkpoint_id == scan.checkpoint_id,
            Scan.moves == true(),
            Scan.kind.not_in((ScanKind.EXIT, ScanKind.GIVEN_BACK)),
            Scan.set_aside_at.is_(None),
            Scan.id != scan.id,
            Scan.received_at <= scan.received_at,
            ~IS_UNDONE,
        )
        .order_by(Scan.corrected_at.desc(), Scan.id.desc())
        .limit(1)
    )
