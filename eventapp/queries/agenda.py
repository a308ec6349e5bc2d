"""Agendas: the sessions that the people of a registration mean to see."""

from sqlalchemy import func, select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.agenda import Agenda, AgendaItem
from eventapp.models.registration import Attendee
from eventapp.queries import session_seat
from eventapp.rules import links
from eventapp.rules.vocabulary import LIVE


def get_by_secret(secret: str) -> Agenda:
    """The agenda of a personal link. Raises NotFound."""
    agenda = db.session.scalar(select(Agenda).where(Agenda.link_hash == links.digest(secret)))
    if agenda is None:
        raise NotFound("agenda")
    return agenda


def find(registration_id: int) -> Agenda | None:
    """The agenda of a registration; None until something was chosen for the first time."""
    return db.session.get(Agenda, registration_id)


def session_ids(registration_id: int) -> frozenset[int]:
    """The ids of the sessions on a registration's agenda; some may not be on the released programme any more."""
    return frozenset(
        db.session.scalars(select(AgendaItem.session_id).where(AgendaItem.registration_id == registration_id))
    )


def count_by_session(event_id: int) -> dict[int, int]:
    """How many people have each session on their agenda: all who still mean to come, of every registration that chose
    it; of a session with limited seats, how many have one. A session that nobody chose is missing."""
    rows = db.session.execute(
        select(AgendaItem.session_id, func.count())
        .join(Attendee, Attendee.registration_id == AgendaItem.registration_id)
        .where(AgendaItem.event_id == event_id, Attendee.status.in_(LIVE))
        .group_by(AgendaItem.session_id)
    )
    return {**dict(rows.all()), **session_seat.count_taken(event_id)}
