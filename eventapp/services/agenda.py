"""Changes to agendas."""

from collections.abc import Collection

from sqlalchemy import delete

from eventapp import clock, config, queries
from eventapp.db import db, transactional
from eventapp.models.agenda import Agenda, AgendaItem
from eventapp.rules import agenda as rules
from eventapp.rules import links
from eventapp.rules.vocabulary import EventState
from eventapp.services import audit


@transactional
def choose(registration_id: int, session_ids: Collection[int]) -> frozenset[int]:
    """Puts exactly these of the released sessions on a registration's agenda; returns the ids that are on it now.

    What guests cannot choose is left out, since the form may be older than the programme; what was chosen and is not
    released at the moment stays, unseen, for the day it comes back. Raises NotFound.
    """
    event = queries.event.lock(queries.registration.get(registration_id).event_id)
    before = queries.agenda.session_ids(registration_id)
    programme = queries.programme.list_programme(event.id) if event.state is not EventState.DRAFT else []
    visible = frozenset(session.id for session in rules.choosable(programme, before))
    after = (before - visible) | (visible & frozenset(session_ids))
    agenda = queries.agenda.find(registration_id)
    if agenda is None:
        agenda = Agenda(
            registration_id=registration_id, event_id=event.id, link_hash=links.digest(secret(registration_id))
        )
        db.session.add(agenda)
    elif before == after:
        return after
    agenda.updated_at = clock.now()
    db.session.flush()
    db.session.execute(
        delete(AgendaItem).where(
            AgendaItem.registration_id == registration_id, AgendaItem.session_id.in_(before - after)
        )
    )
    db.session.add_all(
        AgendaItem(registration_id=registration_id, session_id=session_id, event_id=event.id)
        for session_id in sorted(after - before)
    )
    audit.record(
        "agenda.choose", f"registration:{registration_id}", event_id=event.id, account_id=None, sessions=len(after)
    )
    return after


def secret(registration_id: int) -> str:
    """The secret of an agenda's link, /a/<secret>; computed, never stored. It shows, and cannot change anything."""
    return links.personal_secret(config.current().secret_key, links.Purpose.AGENDA, registration_id, 1)
