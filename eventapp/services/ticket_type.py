"""Changes to the categories of tickets: what an organizer sets, and those that the program makes for speakers."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select

from eventapp import queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.models.invitation import InvitationCode
from eventapp.models.registration import TicketType
from eventapp.rules import colour
from eventapp.rules import event as event_rules
from eventapp.rules import ticket_type as rules
from eventapp.rules.order import moved
from eventapp.rules.vocabulary import BEHIND_THE_STAGE, TicketKind, TypeAccess
from eventapp.services import audit, waiting_list

NAMES = {
    TicketKind.SPEAKER: LocalizedText(fr="Intervenant·e", en="Speaker"),
    TicketKind.STAFF: LocalizedText(fr="Équipe artistique", en="Performer’s crew"),
}


@dataclass(frozen=True, kw_only=True)
class TypeFacts:
    """What an organizer says about a category. No capacity: no limit of its own."""

    name: LocalizedText
    kind: TicketKind = TicketKind.PUBLIC
    description: LocalizedText = field(default_factory=LocalizedText)
    colour: str = "#9a3b12"
    capacity: int | None = None
    pool_id: int | None = None
    access: TypeAccess = TypeAccess.OPEN
    needs_approval: bool = False
    is_for_walk_ins: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    door_ids: Collection[int] | None = None
    """The checkpoints that it opens, and no others; None: for a new one the entrances of the venue and what opens for
    every category, for one that is there those that it opens already."""


@transactional
def add(event_id: int, facts: TypeFacts, *, account_id: int | None = None, form_id: str | None = None) -> TicketType:
    """A further category, at the end of the list.

    The same ``form_id`` again returns the first result. Raises NotFound for a pool of another event, or Refused with
    ``name_missing``, ``colour_invalid``, ``colour_too_light``, ``ends_before_start``, ``type_behind_stage`` or
    ``door_for_nobody``.
    """
    queries.event.lock(event_id)
    made = audit.find_made("ticket_type.add", form_id, event_id=event_id)
    if made is not None:
        return queries.ticket_type.get(event_id, made)
    ticket_type = _add(event_id, facts)
    audit.record(
        "ticket_type.add", f"ticket_type:{ticket_type.id}", event_id=event_id, account_id=account_id, form_id=form_id
    )
    return ticket_type


def _add(event_id: int, facts: TypeFacts) -> TicketType:
    last = db.session.scalar(select(func.max(TicketType.position)).where(TicketType.event_id == event_id))
    ticket_type = TicketType(event_id=event_id, position=0 if last is None else last + 1)
    _describe(ticket_type, facts)
    db.session.add(ticket_type)
    db.session.flush()
    doors = facts.door_ids
    if doors is None:
        doors = {door.id for door in queries.ticket_type.list_usual_doors(event_id)}
    _open_doors(ticket_type, doors)
    return ticket_type


def _describe(ticket_type: TicketType, facts: TypeFacts) -> list[str]:
    event_rules.check_name(facts.name)
    rules.check_access(facts.kind, facts.access)
    if facts.opens_at is not None and facts.closes_at is not None and facts.closes_at <= facts.opens_at:
        raise Refused("ends_before_start", field="closes_at")
    if facts.pool_id is not None:
        queries.ticket_type.get_pool(ticket_type.event_id, facts.pool_id)
    return audit.apply(
        ticket_type,
        kind=facts.kind,
        name=facts.name,
        description=facts.description,
        colour=colour.readable(facts.colour, "colour"),
        capacity=facts.capacity,
        pool_id=facts.pool_id,
        access=facts.access,
        needs_approval=facts.needs_approval,
        is_for_walk_ins=facts.is_for_walk_ins,
        opens_at=facts.opens_at,
        closes_at=facts.closes_at,
    )


def _open_doors(ticket_type: TicketType, door_ids: Collection[int]) -> bool:
    """Lets a category through these doors and no others; returns whether that changes anything."""
    all_types = [one.id for one in queries.registration.list_ticket_types(ticket_type.event_id)]
    changed = False
    for door in queries.ticket_type.list_doors(ticket_type.event_id):
        after = rules.doors_with(door.ticket_type_ids, ticket_type.id, door.id in door_ids, all_types)
        if after != door.ticket_type_ids:
            door.ticket_type_ids = after
            changed = True
    return changed


@transactional
def change(event_id: int, type_id: int, facts: TypeFacts, *, account_id: int | None = None) -> None:
    """Changes a category. New seats go to those who wait; with fewer than are taken nobody loses one.

    Raises NotFound, or Refused as `add` does, and with ``type_kind_fixed`` or ``type_has_codes``.
    """
    queries.event.lock(event_id)
    ticket_type = queries.ticket_type.get(event_id, type_id)
    in_use = queries.ticket_type.count_people(type_id) + queries.ticket_type.count_held(type_id)
    rules.check_kind(ticket_type.kind, facts.kind, in_use)
    if ticket_type.access is TypeAccess.CODE and facts.access is TypeAccess.STAFF:
        codes = queries.ticket_type.count_codes_in_use(type_id)
        if codes:
            raise Refused("type_has_codes", field="access", codes=codes)
    changed = _describe(ticket_type, facts)
    if facts.door_ids is not None and _open_doors(ticket_type, facts.door_ids):
        changed = [*changed, "doors"]
    if changed:
        subject = f"ticket_type:{type_id}"
        audit.record("ticket_type.change", subject, event_id=event_id, account_id=account_id, changed=changed)
        db.session.flush()
        waiting_list.promote(event_id)


@transactional
def move(event_id: int, type_id: int, steps: int) -> None:
    """Moves a category among the others: -1 one place up, 1 one place down. Raises NotFound."""
    queries.event.lock(event_id)
    queries.ticket_type.get(event_id, type_id)
    rows = {row.id: row for row in queries.registration.list_ticket_types(event_id)}
    for position, row_id in enumerate(moved(list(rows), type_id, steps)):
        rows[row_id].position = position


@transactional
def remove(event_id: int, type_id: int, *, account_id: int | None = None) -> None:
    """Removes a category that nothing refers to. Doors and questions keep their meaning.

    Raises NotFound, or Refused with ``type_has_people``, ``type_has_codes``, ``type_has_used_codes``,
    ``type_has_invitations``, ``type_last``, ``type_last_at_door`` or ``type_last_asked``.
    """
    queries.event.lock(event_id)
    ticket_type = queries.ticket_type.get(event_id, type_id)
    _check_unused(ticket_type)
    for door in queries.ticket_type.list_doors(event_id):
        door.ticket_type_ids = rules.doors_without(door.ticket_type_ids, type_id)
    for question in queries.ticket_type.list_questions(event_id):
        asked = [other for other in question.ticket_type_ids if other != type_id]
        if not asked:
            raise Refused("type_last_asked")
        question.ticket_type_ids = asked
    db.session.execute(delete(InvitationCode).where(InvitationCode.ticket_type_id == type_id))  # withdrawn, never used
    db.session.delete(ticket_type)
    audit.record("ticket_type.remove", f"ticket_type:{type_id}", event_id=event_id, account_id=account_id)


def _check_unused(ticket_type: TicketType) -> None:
    people = queries.ticket_type.count_people(ticket_type.id)
    if people:
        raise Refused("type_has_people", people=people)
    codes = queries.ticket_type.count_codes_in_use(ticket_type.id)
    if codes:
        raise Refused("type_has_codes", codes=codes)
    if queries.ticket_type.has_used_codes(ticket_type.id):
        raise Refused("type_has_used_codes")
    invitations = queries.ticket_type.count_invitations(ticket_type.id)
    if invitations:
        raise Refused("type_has_invitations", invitations=invitations)
    others = queries.registration.list_ticket_types(ticket_type.event_id)
    if not any(other.kind not in BEHIND_THE_STAGE for other in others if other.id != ticket_type.id):
        raise Refused("type_last")


@transactional
def of_kind(event_id: int, kind: TicketKind) -> TicketType:
    """The event's first category of a kind. If there is none it is made, at the end of the list; every entrance of the
    venue opens for it. ``kind`` is one of `NAMES`."""
    queries.event.lock(event_id)
    found = db.session.scalar(
        select(TicketType)
        .where(TicketType.event_id == event_id, TicketType.kind == kind)
        .order_by(TicketType.position, TicketType.id)
        .limit(1)
    )
    if found is not None:
        return found
    return _add(event_id, TypeFacts(kind=kind, name=NAMES[kind], access=TypeAccess.STAFF))
