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
    released at the moment stays, unseen, for the day it comes back. Sessions with limited seats follow the seats, see
    `services.session_seat.choose`. Raises NotFound.
    """
    event = queries.event.lock(queries.registration.get(registration_id).event_id)
    before = queries.agenda.session_ids(registration_id)
    programme = queries.programme.list_programme(event.id) if event.state is not EventState.DRAFT else []
    with_seats = queries.session_seat.labels(event.id)
    visible = frozenset(session.id for session in rules.choosable(programme, before) if session.id not in with_seats)
    after = (before - visible) | (visible & frozenset(session_ids))
    agenda = queries.agenda.find(registration_id)
    if agenda is None:
        agenda = _begin(registration_id, event.id)
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


def put_on(registration_id: int, session_id: int) -> None:
    """Puts a session on a registration's agenda, unless it is there. The caller holds the event."""
    agenda = queries.agenda.find(registration_id)
    if agenda is None:
        agenda = _begin(registration_id, queries.registration.get(registration_id).event_id)
        db.session.flush()
    if db.session.get(AgendaItem, (registration_id, session_id)) is None:
        item = AgendaItem(registration_id=registration_id, session_id=session_id, event_id=agenda.event_id)
        db.session.add(item)
        agenda.updated_at = clock.now()
        db.session.flush()


def take_off(registration_id: int, session_id: int) -> None:
    """Takes a session off a registration's agenda, if it is there. The caller holds the event."""
    item = db.session.get(AgendaItem, (registration_id, session_id))
    if item is not None:
        db.session.delete(item)
        db.session.get_one(Agenda, registration_id).updated_at = clock.now()
        db.session.flush()


def _begin(registration_id: int, event_id: int) -> Agenda:
    agenda = Agenda(
        registration_id=registration_id,
        event_id=event_id,
        link_hash=links.digest(secret(registration_id)),
        updated_at=clock.now(),
    )
    db.session.add(agenda)
    return agenda


def secret(registration_id: int) -> str:
    """The secret of an agenda's link, /a/<secret>; computed, never stored. It shows, and cannot change anything."""
    return links.personal_secret(config.current().secret_key, links.Purpose.AGENDA, registration_id, 1)
