"""Codes that register people for a ticket type."""

from eventapp import clock, queries
from eventapp.errors import Refused
from eventapp.models.event import Event
from eventapp.models.invitation import InvitationCode
from eventapp.rules import code as rules


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
