"""Lists on paper: a version is frozen with numbers that never change, and people are added at its end."""

from sqlalchemy import func, insert, select, update

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.models.paper_list import PaperList, PaperRow
from eventapp.models.registration import Attendee
from eventapp.models.version import raise_counters
from eventapp.rules import paper_list as rules
from eventapp.services import audit

_STEP = 1_000
"""Rows that are written at once."""


@transactional
def make(event_id: int, *, form_id: str, by: int | None) -> PaperList:
    """Freezes the next version: everybody confirmed, in the order of names. The same ``form_id`` again makes none.

    Raises Refused with ``paper_nobody``.
    """
    queries.event.lock(event_id)
    made = db.session.scalar(select(PaperList).where(PaperList.event_id == event_id, PaperList.form_id == form_id))
    if made is not None:
        return made
    people = queries.paper_list.list_expected(event_id)
    if not people:
        raise Refused("paper_nobody")
    latest = queries.paper_list.find_latest(event_id)
    version = latest.version + 1 if latest is not None else 1
    new = PaperList(event_id=event_id, version=version, form_id=form_id, created_at=clock.now(), created_by_id=by)
    db.session.add(new)
    db.session.flush()
    audit.record("paper_list.make", f"paper_list:{new.id}", event_id=event_id, account_id=by, people=len(people))
    _put(event_id, new.id, rules.numbered(people), supplement=0)
    return new


@transactional
def add_supplement(event_id: int, list_id: int, *, form_id: str, by: int | None) -> int:
    """Adds everybody who was confirmed since to the end of the latest list; returns the number of the supplement.

    The same ``form_id`` again adds nobody. Raises NotFound, and Refused with ``paper_list_old`` or
    ``paper_nobody_new``.
    """
    queries.event.lock(event_id)
    queries.paper_list.get(event_id, list_id)
    made = audit.find_made("paper_list.supplement", form_id, event_id=event_id)
    if made is not None:
        return made
    latest = queries.paper_list.find_latest(event_id)
    if latest is None or latest.id != list_id:
        raise Refused("paper_list_old")
    people = queries.paper_list.list_expected(event_id, without_list_id=list_id)
    if not people:
        raise Refused("paper_nobody_new")
    numbers, sheets, last = db.session.execute(
        select(func.max(PaperRow.number), func.max(PaperRow.sheet), func.max(PaperRow.supplement)).where(
            PaperRow.list_id == list_id
        )
    ).one()
    audit.record(
        "paper_list.supplement",
        f"paper_list:{list_id}:{last + 1}",
        event_id=event_id,
        account_id=by,
        form_id=form_id,
        people=len(people),
    )
    _put(event_id, list_id, rules.numbered(people, numbers=numbers, sheets=sheets), supplement=last + 1)
    return int(last + 1)


def _put(event_id: int, list_id: int, rows: list[rules.Row], *, supplement: int) -> None:
    """Writes rows, and lets phones know on which line these people stand: all of them as one version.

    The counter comes last, when all these people are held; see `models.version`.
    """
    ids = sorted(row.attendee_id for row in rows)
    parts = [ids[first : first + _STEP] for first in range(0, len(ids), _STEP)]
    for part in parts:
        db.session.execute(
            select(Attendee.id).where(Attendee.id.in_(part)).order_by(Attendee.id).with_for_update(key_share=True)
        )
    values = [
        {
            "list_id": list_id,
            "number": row.number,
            "attendee_id": row.attendee_id,
            "supplement": supplement,
            "sheet": row.sheet,
            "line": row.line,
        }
        for row in rows
    ]
    db.session.execute(insert(PaperRow), values)
    db.session.flush()
    version = raise_counters(db.session(), event_id)
    for part in parts:
        db.session.execute(
            update(Attendee).where(Attendee.id.in_(part)).values(version=version),
            execution_options={"synchronize_session": False},
        )
