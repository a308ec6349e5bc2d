"""Codes that register people for a ticket type."""

from dataclasses import dataclass
from datetime import datetime

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.models.event import Event
from eventapp.models.invitation import InvitationCode
from eventapp.rules import code as rules
from eventapp.rules.vocabulary import TypeAccess
from eventapp.services import audit


@dataclass(frozen=True, kw_only=True)
class CodeFacts:
    """What a code is good for. ``max_people`` None: as many as come."""

    ticket_type_id: int
    max_people: int | None = 1
    expires_at: datetime | None = None
    note: str = ""


def find_good(event: Event, text: str, people: int) -> InvitationCode:
    """The code that was typed, if it registers so many people now. The caller holds the event.

    Raises Refused with ``code_unknown``, ``code_expired`` or ``code_used_up``.
    """
    found = queries.invitation_code.find(event.id, rules.compared(text))
    if found is None or found.revoked_at is not None:
        raise Refused("code_unknown", field="code")
    if found.expires_at is not None and found.expires_at <= clock.now():
        raise Refused("code_expired", field="code")
    _check_room(found, people)
    return found


def check_room(code_id: int, people: int) -> None:
    """Refuses (``code_used_up``) so many more people on a code. The caller holds the event."""
    _check_room(queries.invitation_code.get(code_id), people)


def _check_room(code: InvitationCode, people: int) -> None:
    if code.max_people is None:
        return
    left = code.max_people - queries.invitation_code.count_people(code.id)
    if left < people:
        raise Refused("code_used_up", field="code", left=max(0, left))


@transactional
def add(
    event_id: int, text: str, facts: CodeFacts, *, account_id: int | None = None, form_id: str | None = None
) -> InvitationCode:
    """A code that somebody made up. The same ``form_id`` again returns the first result.

    Raises Refused with ``code_too_short``, ``code_taken``, ``code_for_whom`` or ``expiry_past``.
    """
    queries.event.lock(event_id)
    made = audit.find_made("invitation_code.add", form_id, event_id=event_id)
    if made is not None:
        return queries.invitation_code.get(made)
    _check(event_id, facts)
    code = rules.compared(text)
    rules.check(code)
    if queries.invitation_code.find(event_id, code) is not None:
        raise Refused("code_taken", field="code")
    [added] = _write(event_id, [code], facts, account_id)
    subject = f"invitation_code:{added.id}"
    audit.record("invitation_code.add", subject, event_id=event_id, account_id=account_id, form_id=form_id)
    return added


@transactional
def draw(
    event_id: int, number: int, facts: CodeFacts, *, account_id: int | None = None, form_id: str | None = None
) -> InvitationCode:
    """Draws codes at random, up to `rules.code.MAX_DRAWN`; returns the first of them. All of one draw were made at the
    same moment. The same ``form_id`` again draws none and returns the first result.

    Raises Refused with ``number_invalid``, ``code_for_whom`` or ``expiry_past``.
    """
    queries.event.lock(event_id)
    made = audit.find_made("invitation_code.draw", form_id, event_id=event_id)
    if made is not None:
        return queries.invitation_code.get(made)
    if not 1 <= number <= rules.MAX_DRAWN:
        raise Refused("number_invalid", field="number", min=1, max=rules.MAX_DRAWN)
    _check(event_id, facts)
    taken = queries.invitation_code.all_of(event_id)
    codes: dict[str, None] = {}
    while len(codes) < number:
        code = rules.drawn()
        if code not in taken:
            codes[code] = None
    first = _write(event_id, list(codes), facts, account_id)[0]
    audit.record(
        "invitation_code.draw",
        f"invitation_code:{first.id}",
        event_id=event_id,
        account_id=account_id,
        form_id=form_id,
        number=number,
    )
    return first


def _check(event_id: int, facts: CodeFacts) -> None:
    types = queries.registration.list_ticket_types(event_id)
    if not any(one.id == facts.ticket_type_id and one.access is TypeAccess.CODE for one in types):
        raise Refused("code_for_whom", field="ticket_type_id")
    if facts.expires_at is not None and facts.expires_at <= clock.now():
        raise Refused("expiry_past", field="expires_at")


def _write(event_id: int, codes: list[str], facts: CodeFacts, account_id: int | None) -> list[InvitationCode]:
    now = clock.now()
    rows = [
        InvitationCode(
            event_id=event_id,
            ticket_type_id=facts.ticket_type_id,
            code=code,
            max_people=facts.max_people,
            expires_at=facts.expires_at,
            note=facts.note,
            created_at=now,
            created_by_id=account_id,
        )
        for code in codes
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


@transactional
def revoke(event_id: int, code_id: int, *, account_id: int | None = None) -> None:
    """Withdraws a code: it registers nobody any more; who registered with it keeps their place. Twice changes nothing.

    Raises NotFound.
    """
    _set_revoked(event_id, code_id, clock.now(), "invitation_code.revoke", account_id)


@transactional
def restore(event_id: int, code_id: int, *, account_id: int | None = None) -> None:
    """Takes back that a code was withdrawn. Twice changes nothing.

    Raises NotFound, or Refused("code_for_whom") when its category is not open with a code any more.
    """
    queries.event.lock(event_id)
    code = queries.invitation_code.get(code_id)
    if queries.ticket_type.get(event_id, code.ticket_type_id).access is not TypeAccess.CODE:
        raise Refused("code_for_whom")
    _set_revoked(event_id, code_id, None, "invitation_code.restore", account_id)


def _set_revoked(event_id: int, code_id: int, at: datetime | None, action: str, account_id: int | None) -> None:
    queries.event.lock(event_id)
    code = queries.invitation_code.get(code_id)
    if code.event_id != event_id:
        raise NotFound(code_id)
    if (code.revoked_at is None) is not (at is None):
        code.revoked_at = at
        audit.record(action, f"invitation_code:{code_id}", event_id=event_id, account_id=account_id)
