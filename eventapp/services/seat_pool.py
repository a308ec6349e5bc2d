"""Changes to seats that several categories share."""

from eventapp import queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.models.registration import SeatPool
from eventapp.services import audit, waiting_list


@transactional
def add(
    event_id: int, name: str, capacity: int, *, account_id: int | None = None, form_id: str | None = None
) -> SeatPool:
    """Seats for categories to share; ``name`` is for the team. The same ``form_id`` again returns the first result.

    Raises Refused("name_needed").
    """
    queries.event.lock(event_id)
    made = audit.find_made("seat_pool.add", form_id, event_id=event_id)
    if made is not None:
        return queries.ticket_type.get_pool(event_id, made)
    _check_name(name)
    pool = SeatPool(event_id=event_id, name=name, capacity=capacity)
    db.session.add(pool)
    db.session.flush()
    audit.record("seat_pool.add", f"seat_pool:{pool.id}", event_id=event_id, account_id=account_id, form_id=form_id)
    return pool


@transactional
def change(event_id: int, pool_id: int, name: str, capacity: int, *, account_id: int | None = None) -> None:
    """Changes shared seats; new ones go to those who wait. Raises NotFound, or Refused("name_needed")."""
    queries.event.lock(event_id)
    pool = queries.ticket_type.get_pool(event_id, pool_id)
    _check_name(name)
    changed = audit.apply(pool, name=name, capacity=capacity)
    if changed:
        subject = f"seat_pool:{pool_id}"
        audit.record("seat_pool.change", subject, event_id=event_id, account_id=account_id, changed=changed)
        db.session.flush()
        waiting_list.promote(event_id)


@transactional
def remove(event_id: int, pool_id: int, *, account_id: int | None = None) -> None:
    """Removes shared seats that no category uses. Raises NotFound, or Refused("pool_in_use")."""
    queries.event.lock(event_id)
    pool = queries.ticket_type.get_pool(event_id, pool_id)
    types = queries.ticket_type.list_in_pool(pool_id)
    if types:
        raise Refused("pool_in_use", types=", ".join(str(one.name) for one in types))
    db.session.delete(pool)
    audit.record("seat_pool.remove", f"seat_pool:{pool_id}", event_id=event_id, account_id=account_id)


def _check_name(name: str) -> None:
    if not name:
        raise Refused("name_needed", field="name")
