"""People who register at the door: their category, the seats that are left for them, and codes kept for phones."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, case, select

from eventapp.db import db
from eventapp.models.event import Event
from eventapp.models.registration import TicketType
from eventapp.models.ticket import ReservedCode
from eventapp.queries import seats
from eventapp.rules.registration import Places
from eventapp.rules.vocabulary import BEHIND_THE_STAGE, TicketKind


@dataclass(frozen=True)
class House:
    """The category of those who register at the door, and the seats that are there for them by its tightest limit;
    None: as many as come."""

    ticket_type_id: int
    places: Places | None


_TYPE = (
    select(TicketType.id)
    .where(TicketType.event_id == bindparam("event_id"))
    .order_by(
        TicketType.is_for_walk_ins.desc(),
        case((TicketType.kind == TicketKind.PUBLIC, 0), (TicketType.kind.in_(BEHIND_THE_STAGE), 2), else_=1),
        TicketType.position,
        TicketType.id,
    )
    .limit(1)
)


def get_type(on: Connection, event_id: int) -> int:
    """The category of those who register at the door: the first that is marked for them, else the first public one."""
    return on.execute(_TYPE, {"event_id": event_id}).scalar_one()


def get_house(event: Event) -> House:
    """What somebody finds who registers at the door now."""
    ticket_type_id = get_type(db.session.connection(), event.id)
    known = seats.load(event)
    free = known.free(ticket_type_id)
    if free is None:
        return House(ticket_type_id, None)
    return House(ticket_type_id, Places(known.taken + free, known.taken, event.waiting_list))


def list_unused(device_id: int) -> list[str]:
    """The codes that a phone may still give away."""
    return list(
        db.session.scalars(
            select(ReservedCode.code)
            .where(ReservedCode.device_id == device_id, ReservedCode.used_at.is_(None))
            .order_by(ReservedCode.code)
        )
    )
