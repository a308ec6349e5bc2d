"""Which sessions guests mean to see."""

from sqlalchemy import func, select

from eventapp.db import db
from eventapp.models.agenda import AgendaItem
from eventapp.models.registration import Attendee
from eventapp.rules.vocabulary import LIVE


def count_by_session(event_id: int) -> dict[int, int]:
    """How many people have each session on their agenda: all who still mean to come, of every registration that chose
    it. A session that nobody chose is missing."""
    rows = db.session.execute(
        select(AgendaItem.session_id, func.count())
        .join(Attendee, Attendee.registration_id == AgendaItem.registration_id)
        .where(AgendaItem.event_id == event_id, Attendee.status.in_(LIVE))
        .group_by(AgendaItem.session_id)
    )
    return dict(rows.all())
