"""Named invitations: who is invited with how many places, which seats are kept for them, and what they answer.

A seat that is kept becomes the seat of somebody by name, or is free, in one transaction under the event's lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from eventapp import clock, config, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.models.registration import Attendee
from eventapp.rules import event as event_rules
from eventapp.rules import invitation as rules
from eventapp.rules import links, names
from eventapp.rules.vocabulary import AttendeeStatus, CallResult, Channel, DeliveryKind, InvitationAnswer
from eventapp.services import attendee, audit, contact, delivery, registration, waiting_list
from eventapp.services.registration import Booking, Person


@dataclass(frozen=True, kw_only=True)
class InvitationFacts:
    """Who is invited, and to what. A name or an organization is enough."""

    ticket_type_id: int
    language: str
    courtesy_title: str | None = None
    name: str | None = None
    function: str | None = None
    organization: str | None = None
    email: str | None = None
    phone: str | None = None
    places: int = 1
    held: int = 0
    """How many seats are kept now, besides those of people who are named already."""
    reply_by: datetime | None = None
    note: str = ""


@transactional
def add(
    event_id: int, facts: InvitationFacts, *, account_id: int | None = None, form_id: str | None = None
) -> Invitation:
    """Invites somebody, with a personal link. The form does it once.

    Raises Refused with ``invitee_missing``, ``number_invalid``, ``hold_too_many``, ``hold_full``,
    ``reply_after_start``, ``reply_past``, ``choice_invalid``, ``email_invalid`` or one of the phone refusals.
    """
    event = queries.event.lock(event_id)
    made = audit.find_made("invitation.add", form_id, event_id=event_id)
    if made is not None:
        return queries.invitation.get_in(event_id, made)
    values = _values(event, facts, coming=0)
    _check_free(event, facts.ticket_type_id, facts.held)
    invitation = Invitation(event_id=event_id, created_at=clock.now(), **values)
    db.session.add(invitation)
    db.session.flush()
    invitation.link_hash = links.digest(secret(invitation))
    _record("add", invitation, account_id, form_id=form_id)
    return invitation


@transactional
def change(event_id: int, invitation_id: int, facts: InvitationFacts, *, account_id: int | None = None) -> None:
    """Changes an invitation. Seats that it keeps no longer go to whoever waits; people who come stay as they are.

    Raises NotFound, and Refused like `add`, with ``places_in_use`` or ``invitation_withdrawn``.
    """
    event = queries.event.lock(event_id)
    invitation = queries.invitation.get_in(event_id, invitation_id)
    if invitation.withdrawn_at is not None:
        raise Refused("invitation_withdrawn")
    values = _values(event, facts, coming=len(queries.invitation.list_coming(invitation)))
    is_same_type = invitation.ticket_type_id == facts.ticket_type_id
    if facts.held and (facts.held > invitation.held or not is_same_type):
        _check_free(event, facts.ticket_type_id, facts.held, already=invitation if is_same_type else None)
    changed = audit.apply(invitation, **values)
    if changed:
        for one in queries.invitation.list_coming(invitation):
            if one.is_personality:
                flag_modified(one, "name")  # the door shows title and function with it
        db.session.flush()
        _record("change", invitation, account_id, changed=changed)
        waiting_list.promote(event_id)


def _values(event: Event, facts: InvitationFacts, coming: int) -> dict[str, Any]:
    rules.check_invitee(facts.name, facts.organization)
    rules.check_places(facts.places, coming)
    rules.check_hold(facts.held, facts.places, coming)
    rules.check_reply_by(facts.reply_by, facts.held, event.starts_at, clock.now())
    if facts.ticket_type_id not in {one.id for one in queries.registration.list_ticket_types(event.id)}:
        raise Refused("choice_invalid", field="ticket_type_id")
    return {
        "ticket_type_id": facts.ticket_type_id,
        "language": facts.language,
        "courtesy_title": facts.courtesy_title,
        "name": facts.name,
        "name_key": names.search_key(f"{facts.name or ''} {facts.organization or ''}"),
        "function": facts.function,
        "organization": facts.organization,
        "email": contact.read_email(facts.email),
        "phone": contact.read_phone(facts.phone),
        "places": facts.places,
        "held": facts.held,
        "reply_by": facts.reply_by,
        "note": facts.note,
    }


def _check_free(event: Event, ticket_type_id: int, wanted: int, already: Invitation | None = None) -> None:
    """Refuses (``hold_full``) to keep more seats than are free. Places whose time to answer is over are free."""
    if not wanted:
        return
    if queries.waiting_list.is_something_due(event.id, clock.now()):
        waiting_list.settle(event.id)
    free = queries.seats.load(event).free(ticket_type_id)
    if free is not None and wanted - (already.held if already else 0) > free:
        raise Refused("hold_full", field="held", free=free)


@transactional
def withdraw(event_id: int, invitation_id: int, *, account_id: int | None = None) -> None:
    """Takes an invitation back: its link ends and what it kept is free. People who come on it already keep their
    places. Twice changes nothing. Raises NotFound."""
    queries.event.lock(event_id)
    invitation = queries.invitation.get_in(event_id, invitation_id)
    if invitation.withdrawn_at is not None:
        return
    invitation.withdrawn_at, invitation.held = clock.now(), 0
    db.session.flush()
    _record("withdraw", invitation, account_id)
    waiting_list.promote(event_id)


@transactional
def renew_link(event_id: int, invitation_id: int, *, account_id: int | None = None) -> None:
    """Gives an invitation a new link; the old one ends. Raises NotFound."""
    queries.event.lock(event_id)
    invitation = queries.invitation.get_in(event_id, invitation_id)
    invitation.link_generation += 1
    invitation.link_hash = links.digest(secret(invitation))
    _record("renew_link", invitation, account_id)


@transactional
def accept(
    invitation_id: int,
    people: Sequence[Person],
    *,
    expected: int | None = None,
    form_id: str | None = None,
    by_account_id: int | None = None,
) -> None:
    """The invitee comes, with these people by name besides those who were named before; an organization may name them
    later. ``expected``: how many come in all; what was kept for more is free. The form does it once.

    Kept seats become theirs; whoever is beyond those gets a free seat or waits. Somebody who was to represent the
    invitee gives way to the first who is named. Raises Refused with ``nobody_named``, ``person_there``,
    ``invitation_places``, ``invitation_withdrawn``, ``invitation_closed``, ``full`` or ``full_for_party``.
    """
    opened = _open(invitation_id, "yes", form_id)
    if opened is None:
        return
    invitation, there = opened
    newcomers = list(people)
    if not newcomers and not there and invitation.name is not None:
        raise Refused("nobody_named")
    if invitation.answer is InvitationAnswer.REPRESENTED and newcomers:
        there = _replace(there, newcomers.pop(0), by_account_id)
    seated = [one.name for one in there]
    rules.check_newcomers([person.name for person in newcomers], seated, invitation.places)
    coming = len(there) + len(newcomers)
    if expected is not None and expected > invitation.places:
        raise Refused("invitation_places", field="expected", max=invitation.places)
    keep = rules.still_held(
        invitation.held - min(invitation.held, len(newcomers)),
        invitation.places if expected is None else max(expected, coming),
        coming,
    )
    _enrol(invitation, newcomers, by_account_id)
    invitation.held = keep
    invitation.representative = None
    _answered(invitation, InvitationAnswer.YES, "yes", form_id, by_account_id, people=coming)


@transactional
def represent(
    invitation_id: int, person: Person, *, form_id: str | None = None, by_account_id: int | None = None
) -> None:
    """Somebody comes in the invitee's name: with a seat and a ticket, as the only one. What else was kept is free.

    Raises Refused like `accept`, with ``representative_missing`` instead of ``nobody_named``.
    """
    if not person.name:
        raise Refused("representative_missing", field="representative")
    opened = _open(invitation_id, "represented", form_id)
    if opened is None:
        return
    invitation, there = opened
    if there:
        _replace(there, person, by_account_id)
    else:
        _enrol(invitation, [person], by_account_id)
    invitation.held = 0
    invitation.representative = person.name
    _answered(invitation, InvitationAnswer.REPRESENTED, "represented", form_id, by_account_id)


@transactional
def decline(invitation_id: int, *, form_id: str | None = None, by_account_id: int | None = None) -> None:
    """Nobody comes: the places of all who were to come, and what was kept, are free.

    Raises Refused with ``invitation_withdrawn``, ``invitation_closed`` or ``already_admitted``.
    """
    opened = _open(invitation_id, "no", form_id)
    if opened is None:
        return
    invitation, there = opened
    for one in there:
        attendee.cancel(one.id, by_account_id=by_account_id)
    invitation.held = 0
    invitation.representative = None
    _answered(invitation, InvitationAnswer.NO, "no", form_id, by_account_id)


@transactional
def note_call(event_id: int, invitation_id: int, result: CallResult, *, account_id: int) -> None:
    """Notes that the team called and nobody answered the question. Raises NotFound."""
    queries.event.lock(event_id)
    invitation = queries.invitation.get_in(event_id, invitation_id)
    invitation.call_result, invitation.called_at = result, clock.now()
    _record("call", invitation, account_id, result=result.value)


def _open(invitation_id: int, action: str, form_id: str | None) -> tuple[Invitation, list[Attendee]] | None:
    """An invitation that may be answered now, held with its event, and who comes on it; None if this form was taken."""
    found = db.session.get(Invitation, invitation_id)
    if found is None:
        raise NotFound(invitation_id)
    event = queries.event.lock(found.event_id)
    invitation = db.session.get_one(Invitation, invitation_id, populate_existing=True)
    if audit.find_made(f"invitation.{action}", form_id, event_id=event.id) is not None:
        return None
    stage = event_rules.stage(event.state, event.starts_at, event.ends_at, clock.now())
    rules.check_may_answer(stage, is_withdrawn=invitation.withdrawn_at is not None)
    return invitation, queries.invitation.list_coming(invitation)


def _replace(there: list[Attendee], person: Person, by_account_id: int | None) -> list[Attendee]:
    """Gives the place of the first to somebody else, and those of the others back; returns who is left."""
    first, *others = there
    attendee.hand_on(first.id, person, by_account_id=by_account_id)
    for one in others:
        attendee.cancel(one.id, by_account_id=by_account_id)
    return [first]


def _enrol(invitation: Invitation, people: list[Person], by_account_id: int | None) -> None:
    if not people:
        return
    if invitation.registration_id is None:
        booking = Booking(
            form_id=f"invitation:{invitation.id}",
            language=invitation.language,
            people=[],
            email=invitation.email,
            phone=invitation.phone,
            channel=Channel.INVITATION,
            group_name=invitation.organization,
        )
        invitation.registration_id = registration.open_registration(
            invitation.event_id, booking, by_account_id=by_account_id
        ).id
    named = [replace(person, organization=person.organization or invitation.organization) for person in people]
    kept = min(invitation.held, len(named))
    invitation.held -= kept
    db.session.flush()
    try:
        enrolled = registration.enrol(invitation.registration_id, named, invitation.ticket_type_id, kept=kept)
    except Refused as refused:
        if refused.code in ("full", "full_for_party") and kept:
            free = queries.seats.load(queries.event.get(invitation.event_id)).free(invitation.ticket_type_id) or 0
            raise Refused("full_for_party", free=free + kept) from refused
        raise
    is_seated = any(one.status is AttendeeStatus.CONFIRMED for one in enrolled)
    delivery.queue(invitation.registration_id, DeliveryKind.CONFIRMATION if is_seated else DeliveryKind.WAITING_LIST)


def _answered(
    invitation: Invitation,
    answer: InvitationAnswer,
    action: str,
    form_id: str | None,
    by_account_id: int | None,
    **details: object,
) -> None:
    invitation.answer = answer
    invitation.answered_at = clock.now()
    invitation.recorded_by_id = by_account_id
    invitation.call_result = None
    db.session.flush()
    _record(action, invitation, by_account_id, form_id=form_id, **details)
    waiting_list.promote(invitation.event_id)


def _record(
    action: str, invitation: Invitation, account_id: int | None, *, form_id: str | None = None, **details: object
) -> None:
    audit.record(
        f"invitation.{action}",
        f"invitation:{invitation.id}",
        event_id=invitation.event_id,
        account_id=account_id,
        form_id=form_id,
        **details,
    )


def secret(invitation: Invitation) -> str:
    """The secret of the invitee's link, /i/<secret>; computed, never stored."""
    return links.personal_secret(
        config.current().secret_key, links.Purpose.INVITATION, invitation.id, invitation.link_generation
    )
