"""Changes to one person on a registration: name and answers, the place, whose it is."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import select

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration, TicketType
from eventapp.models.speaker import Speaker
from eventapp.rules import event as event_rules
from eventapp.rules import names
from eventapp.rules import registration as rules
from eventapp.rules.vocabulary import LIVE, SEATED, AttendeeStatus, Channel, DeliveryKind, SpeakerAnswer
from eventapp.services import (
    answer,
    audit,
    delivery,
    invitation_code,
    registration,
    session_seat,
    ticket,
    waiting_list,
)
from eventapp.services.registration import Person


@transactional
def rename(attendee_id: int, name: str, *, by_account_id: int | None = None) -> Attendee:
    """Corrects a name. The ticket stays: its code says nothing about the person. Raises Refused (``nobody_named``), and
    NotFound for somebody who was erased."""
    queries.event.lock(queries.registration.get_attendee(attendee_id).event_id)
    attendee = _hold_known(attendee_id)
    cleaned = names.clean(name)
    if not cleaned:
        raise Refused("nobody_named", field="name")
    if len(cleaned) > names.MAX_LENGTH:
        raise Refused("name_too_long", field="name", max=names.MAX_LENGTH)
    if cleaned != attendee.name:
        attendee.name = cleaned
        attendee.name_key = names.search_key(cleaned)
        audit.record("attendee.rename", f"attendee:{attendee.id}", event_id=attendee.event_id, account_id=by_account_id)
    return attendee


@transactional
def cancel(attendee_id: int, *, by_account_id: int | None = None) -> Attendee:
    """Gives a place back. It is free at once, and goes to the waiting list first. Doing it twice changes nothing.

    Raises Refused("already_admitted") when the person was let in.
    """
    event_id = queries.registration.get_attendee(attendee_id).event_id
    event = queries.event.lock(event_id)
    attendee = hold(attendee_id)
    if attendee.status is AttendeeStatus.CANCELLED:
        return attendee
    rules.check_may_change(attendee.status, queries.registration.was_admitted(attendee_id))
    _move(attendee, AttendeeStatus.CANCELLED)
    audit.record("attendee.cancel", f"attendee:{attendee.id}", event_id=event_id, account_id=by_account_id)
    _ask_again(attendee_id)
    db.session.flush()
    session_seat.release(attendee_id)
    delivery.queue(attendee.registration_id, DeliveryKind.CANCELLATION)
    waiting_list.promote(event.id)
    return attendee


def _ask_again(attendee_id: int) -> None:
    """A speaker who said that they come, and whose place is given back, has to say it once more."""
    speaker = db.session.scalar(
        select(Speaker).where(Speaker.attendee_id == attendee_id, Speaker.answer == SpeakerAnswer.CONFIRMED)
    )
    if speaker is not None:
        speaker.answer, speaker.answered_at = SpeakerAnswer.OPEN, None


def hold(attendee_id: int) -> Attendee:
    """A person's row, held until the end of the transaction like at the door: somebody who is let in at this moment is
    let in first, or finds the change made. The caller holds the event."""
    return db.session.get_one(Attendee, attendee_id, populate_existing=True, with_for_update={"key_share": True})


def _hold_known(attendee_id: int) -> Attendee:
    """The same of somebody whose name is known. Raises NotFound for whoever was erased."""
    attendee = hold(attendee_id)
    if attendee.erased_at is not None:
        raise NotFound(attendee_id)
    return attendee


def _move(attendee: Attendee, status: AttendeeStatus) -> None:
    attendee.status, attendee.status_at = status, clock.now()
    attendee.offer_until = attendee.unclaimed_at = None
    attendee.is_taken_back = False


@transactional
def restore(attendee_id: int, *, by_account_id: int | None = None) -> Attendee:
    """Takes back that a place was given back, while seats remain: the same ticket is good again. Where none is free the
    person waits, at the end of the list. Twice changes nothing.

    Guests are held to what they were held to when they registered: the size of a party, the people on a code. What the
    team took away they cannot take back, and places on an invitation are answered there. Raises Refused with
    ``event_over``, ``place_erased``, ``full``, ``place_is_gone``, ``party_too_large``, ``code_used_up`` or
    ``invitation_adds``.
    """
    event = queries.event.lock(queries.registration.get_attendee(attendee_id).event_id)
    attendee = hold(attendee_id)
    if attendee.status is not AttendeeStatus.CANCELLED:
        if attendee.status is AttendeeStatus.REJECTED:
            raise Refused("place_is_gone")
        return attendee
    if attendee.erased_at is not None:
        raise Refused("place_erased")
    _check_not_over(event)
    if by_account_id is None:
        _check_may_take_back(event, attendee)
    ticket_type = db.session.get_one(TicketType, attendee.ticket_type_id)
    if ticket_type.needs_approval and not queries.ticket.was_issued(attendee_id):
        status = AttendeeStatus.PENDING
    else:
        status = registration.decide(event, attendee.ticket_type_id, 1)
    _move(attendee, status)
    db.session.flush()
    if status is AttendeeStatus.CONFIRMED:
        ticket.issue(attendee_id)
    audit.record("attendee.restore", f"attendee:{attendee_id}", event_id=event.id, account_id=by_account_id)
    delivery.queue(attendee.registration_id, registration.TOLD[status])
    return attendee


def _check_may_take_back(event: Event, attendee: Attendee) -> None:
    if queries.own_data.list_cancelled_by_team(event.id, [attendee.id]):
        raise Refused("place_is_gone")
    of = db.session.get_one(Registration, attendee.registration_id)
    if of.channel is Channel.INVITATION:
        raise Refused("invitation_adds")
    there = [one for one in queries.registration.list_people(of.id) if one.status in LIVE]
    rules.check_party(len(there) + 1, event.max_party)
    if of.code_id is not None:
        invitation_code.check_room(of.code_id, 1)


@transactional
def hand_on(attendee_id: int, person: Person, *, by_account_id: int | None = None) -> Attendee:
    """Gives a person's place to somebody else: their answers, consents and note for the door go, the old code stops,
    and there is a new one if they had a ticket. Companions stay expected, and the protocol desk still waits.

    Sent again with the same name it changes nothing. Raises Refused with ``event_over``, ``already_admitted`` or
    ``place_is_gone``.
    """
    event = queries.event.lock(queries.registration.get_attendee(attendee_id).event_id)
    attendee = _hold_known(attendee_id)
    if attendee.name == person.name:
        return attendee
    _check_not_over(event)
    rules.check_may_change(attendee.status, queries.registration.was_admitted(attendee_id))
    registration.describe(attendee, person)
    attendee.door_note = None
    answer.forget(attendee)
    db.session.flush()
    answer.store(attendee, person)
    _ask_again(attendee_id)
    if attendee.status is AttendeeStatus.CONFIRMED:
        ticket.reissue(attendee_id)
        delivery.queue(attendee.registration_id, DeliveryKind.HANDED_ON)
    audit.record("attendee.hand_on", f"attendee:{attendee_id}", event_id=event.id, account_id=by_account_id)
    return attendee


@transactional
def change_answers(
    attendee_id: int,
    person: Person,
    *,
    untouched: Collection[str] = (),
    questions: Collection[int] | None = None,
    by_account_id: int | None = None,
) -> Attendee:
    """Puts new answers in the place of what a person answered; the name stays, see `rename` and `hand_on`.

    ``untouched`` are fields of `Person` that were not on the form, ``questions`` the organizer's own questions that
    were on it (None: all); what is not on a form stays. Raises Refused("place_is_gone") for a place that was given
    back.
    """
    attendee = queries.registration.get_attendee(attendee_id)
    queries.event.lock(attendee.event_id)
    attendee = _hold_known(attendee_id)
    rules.check_may_change(attendee.status, was_admitted=False)
    kept = {name: getattr(attendee, name) for name in untouched}
    changed = registration.describe(attendee, replace(person, **{**kept, "name": attendee.name}))
    answer.store(attendee, person, questions)
    audit.record(
        "attendee.change_answers",
        f"attendee:{attendee_id}",
        event_id=attendee.event_id,
        account_id=by_account_id,
        changed=changed,
    )
    return attendee


@transactional
def change_type(attendee_id: int, ticket_type_id: int, *, by_account_id: int) -> Attendee:
    """Moves a person to another ticket type of the event, by the team; their ticket stays good.

    Somebody who holds a seat needs one in the new type. Raises NotFound, or Refused with ``full``.
    """
    event = queries.event.lock(queries.registration.get_attendee(attendee_id).event_id)
    attendee = hold(attendee_id)
    types = {one.id for one in queries.registration.list_ticket_types(event.id)}
    if ticket_type_id not in types:
        raise NotFound(ticket_type_id)
    if attendee.ticket_type_id == ticket_type_id:
        return attendee
    before = attendee.ticket_type_id
    attendee.ticket_type_id = ticket_type_id
    db.session.flush()
    if attendee.status in SEATED and queries.seats.load(event).is_over(ticket_type_id):
        raise Refused("full")
    audit.record(
        "attendee.change_type",
        f"attendee:{attendee_id}",
        event_id=event.id,
        account_id=by_account_id,
        before=before,
        after=ticket_type_id,
    )
    waiting_list.promote(event.id)
    return attendee


def _check_not_over(event: Event) -> None:
    rules.check_not_over(event_rules.stage(event.state, event.starts_at, event.ends_at, clock.now()))
