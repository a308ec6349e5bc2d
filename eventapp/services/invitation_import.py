"""Taking a list of invitees into an event: all of it in one transaction, or nothing."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from eventapp import clock, queries
from eventapp.db import transactional
from eventapp.errors import Refused
from eventapp.formats.invitation_list import Entry, Known, Problem
from eventapp.models.event import Event
from eventapp.rules import invitation as rules
from eventapp.rules import names
from eventapp.services import audit, invitation, stored_file, waiting_list
from eventapp.services.invitation import InvitationFacts


@dataclass(frozen=True)
class Plan:
    """What an import does: who is invited, and who is invited already or stands twice in the list. Nobody of those is
    changed."""

    new: list[Entry] = field(default_factory=list)
    there: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """Tells whether an import would do the same as another one."""
        lines = ",".join(str(entry.line) for entry in self.new)
        return hashlib.sha256(lines.encode()).hexdigest()[:32]


def known(event: Event) -> Known:
    """What the cells of a list may name."""
    types = queries.registration.list_ticket_types(event.id)
    by_name = {names.fold(text): one.id for one in reversed(types) for text in one.name.values()}
    return Known(event.languages, by_name, types[0].id, event.timezone)


def preview(event_id: int, entries: Sequence[Entry]) -> Plan:
    """What an import would do now. Changes nothing, and waits for nobody."""
    return _plan(queries.event.get(event_id), entries)


def _plan(event: Event, entries: Sequence[Entry]) -> Plan:
    plan = Plan()
    seen = {rules.key(one.name, one.organization) for one in queries.invitation.list_all(event.id)}
    seats = queries.seats.load(event)
    for entry in entries:
        facts = InvitationFacts(**entry.facts)
        try:
            rules.check_invitee(facts.name, facts.organization)
            rules.check_places(facts.places, 0)
            rules.check_hold(facts.held, facts.places, 0)
            rules.check_reply_by(facts.reply_by, facts.held, event.starts_at, clock.now())
            key = rules.key(facts.name, facts.organization)
            if key in seen:
                plan.there.append(entry)
                continue
            free = seats.free(facts.ticket_type_id)
            if free is not None and facts.held > free:
                raise Refused("hold_full", field="held", free=free)
        except Refused as refused:
            plan.problems.append(Problem(entry.line, refused.field or "", refused))
            continue
        seen.add(key)
        seats.take(facts.ticket_type_id, facts.held)
        plan.new.append(entry)
    return plan


@transactional
def keep_upload(event_id: int, content: bytes, *, account_id: int | None = None) -> str:
    """Keeps a list between its preview and its import; returns its SHA-256. Raises NotFound."""
    queries.event.lock(event_id)
    return stored_file.keep_upload(event_id, content, queries.stored_file.INVITATIONS, account_id=account_id)


@transactional
def import_invitations(
    event_id: int,
    entries: Sequence[Entry],
    *,
    expected: str,
    form_id: str,
    file: str | None = None,
    account_id: int | None = None,
) -> Plan:
    """Invites everybody on a list who is not invited yet; no letter is sent. Twice invites nobody twice.

    ``expected`` is the fingerprint of the plan that somebody has looked at; ``file`` is the upload, which is then
    dropped. Raises NotFound, or Refused("list_changed") when by now it would do something else.
    """
    event = queries.event.lock(event_id)
    if audit.find_made("invitation.import", form_id, event_id=event_id) is not None:
        return Plan()
    if queries.waiting_list.is_something_due(event_id, clock.now()):
        waiting_list.settle(event_id)
    plan = _plan(event, entries)
    if plan.problems or plan.fingerprint != expected:
        raise Refused("list_changed")
    for entry in plan.new:
        invitation.add(event_id, InvitationFacts(**entry.facts), account_id=account_id)
    audit.record(
        "invitation.import",
        f"event:{event_id}",
        event_id=event_id,
        account_id=account_id,
        form_id=form_id,
        added=len(plan.new),
    )
    stored_file.drop_unused(file)
    return plan
