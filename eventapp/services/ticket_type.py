"""Categories of tickets that come into being when somebody needs one: for speakers, and for their crews."""

from sqlalchemy import func, select

from eventapp import queries
from eventapp.db import db, transactional
from eventapp.language import LocalizedText
from eventapp.models.checkin import Checkpoint
from eventapp.models.registration import TicketType
from eventapp.rules.vocabulary import CheckpointKind, TicketKind, TypeAccess

NAMES = {
    TicketKind.SPEAKER: LocalizedText(fr="Intervenant·e", en="Speaker"),
    TicketKind.STAFF: LocalizedText(fr="Équipe artistique", en="Performer’s crew"),
}


@transactional
def of_kind(event_id: int, kind: TicketKind) -> TicketType:
    """The event's first category of a kind. If there is none it is made, at the end of the list, and every entrance of
    the venue that opens for some categories only opens for it too. ``kind`` is one of `NAMES`."""
    queries.event.lock(event_id)
    found = db.session.scalar(
        select(TicketType)
        .where(TicketType.event_id == event_id, TicketType.kind == kind)
        .order_by(TicketType.position, TicketType.id)
        .limit(1)
    )
    if found is not None:
        return found
    last = db.session.scalar(select(func.max(TicketType.position)).where(TicketType.event_id == event_id))
    made = TicketType(
        event_id=event_id,
        kind=kind,
        name=NAMES[kind],
        access=TypeAccess.STAFF,
        position=0 if last is None else last + 1,
    )
    db.session.add(made)
    db.session.flush()
    for entrance in db.session.scalars(
        select(Checkpoint).where(Checkpoint.event_id == event_id, Checkpoint.kind == CheckpointKind.VENUE)
    ):
        if entrance.ticket_type_ids:
            entrance.ticket_type_ids = [*entrance.ticket_type_ids, made.id]
    return made
