"""What the door sees of a person, and arrivals that the protocol desk notes by itself."""

import uuid
from dataclasses import dataclass

from eventapp import clock, queries
from eventapp.db import transactional
from eventapp.errors import NotFound, Refused
from eventapp.rules import checkin as checkin_rules
from eventapp.rules import names
from eventapp.rules import registration as rules
from eventapp.rules.vocabulary import AttendeeStatus, ScanKind, ScanMethod
from eventapp.services import attendee as attendees
from eventapp.services import audit, checkin, device
from eventapp.services.scan_book import Answer, NewScan

MAX_NOTE = 200


@dataclass(frozen=True, kw_only=True)
class DoorFacts:
    """What the door sees of somebody: a note in words, how many people without a ticket are expected with them, and
    whether the protocol desk waits for them."""

    note: str | None = None
    companions: int = 0
    is_personality: bool = False


@transactional
def describe(event_id: int, attendee_id: int, facts: DoorFacts, *, by_account_id: int | None = None) -> None:
    """Sets what the door sees of somebody; the phones there hear of it.

    Raises NotFound, also for somebody who was erased, and Refused with ``place_is_gone``, ``number_invalid`` or
    ``text_too_long``.
    """
    queries.event.lock(event_id)
    queries.registration.get_attendee_in(event_id, attendee_id)
    person = attendees.hold(attendee_id)
    if person.erased_at is not None:
        raise NotFound(attendee_id)
    rules.check_may_change(person.status, was_admitted=False)
    if not 0 <= facts.companions <= checkin_rules.MOST_COMPANIONS:
        raise Refused("number_invalid", field="companions", min=0, max=checkin_rules.MOST_COMPANIONS)
    note = names.clean(facts.note or "") or None
    if note is not None and len(note) > MAX_NOTE:
        raise Refused("text_too_long", field="door_note", max=MAX_NOTE)
    changed = audit.apply(person, door_note=note, companions=facts.companions, is_personality=facts.is_personality)
    if changed:
        subject = f"attendee:{attendee_id}"
        audit.record("attendee.door", subject, event_id=event_id, account_id=by_account_id, changed=changed)


@transactional
def mark_category(event_id: int, ticket_type_id: int, *, is_awaited: bool, by_account_id: int | None = None) -> None:
    """Lets the protocol desk wait for everybody of a category, now and when they register or are invited later; or for
    nobody of it any more. Twice changes nothing. Raises NotFound."""
    queries.event.lock(event_id)
    ticket_type = queries.ticket_type.get(event_id, ticket_type_id)
    ticket_type.is_for_personalities = is_awaited
    for person in queries.personality.list_of_category(event_id, ticket_type_id):
        if person.is_personality is not is_awaited:
            person.is_personality = is_awaited
    audit.record(
        "ticket_type.await" if is_awaited else "ticket_type.await_no_more",
        f"ticket_type:{ticket_type_id}",
        event_id=event_id,
        account_id=by_account_id,
    )


def arrive(event_id: int, attendee_id: int, *, companions: int, door: str, form_id: str, account_id: int) -> Answer:
    """Notes by hand that somebody came through the venue's entrance, with so many companions in all; of somebody who is
    in already, that more companions came. A scan like any other, by the account's own phone; the form does it once.

    Raises NotFound, NotAllowed without the right to check people in, and Refused with ``number_invalid``,
    ``no_ticket`` or ``checkpoint_missing``.
    """
    if not 0 <= companions <= checkin_rules.MOST_COMPANIONS:
        raise Refused("number_invalid", field="companions", min=0, max=checkin_rules.MOST_COMPANIONS)
    person = queries.registration.get_attendee_in(event_id, attendee_id)
    if person.ticket is None or person.status is not AttendeeStatus.CONFIRMED:
        raise Refused("no_ticket")
    code = person.ticket.code
    venue_id = _venue(event_id)
    phone = queries.account.get_own_phone(device.ready_for_account(account_id, event_id))
    entries = queries.personality.list_entries(attendee_id, venue_id)
    is_more = bool(entries) and companions > max(one.companions for one in entries)
    scan = NewScan(
        id=str(uuid.uuid5(_read_id(form_id), f"arrived {attendee_id} {companions}")),
        input=code,
        kind=ScanKind.ENTRY,
        method=ScanMethod.NAME,
        scanned_at=clock.now(),
        checkpoint_id=venue_id,
        door=door,
        target_id=entries[-1].id if is_more else None,
        companions=companions,
    )
    (answer,) = checkin.record_scans(phone, [scan])
    if isinstance(answer, Refused):
        raise answer
    return answer


def take_back(event_id: int, attendee_id: int, *, account_id: int) -> None:
    """Takes back what the account noted of somebody's arrival; what phones saw stays. Twice changes nothing.

    Raises NotFound, NotAllowed and Refused like `arrive`.
    """
    queries.registration.get_attendee_in(event_id, attendee_id)
    venue_id = _venue(event_id)
    phone = queries.account.get_own_phone(device.ready_for_account(account_id, event_id))
    now = clock.now()
    undos = [
        NewScan(
            id=str(uuid.uuid5(uuid.UUID(one.id), "taken back at the desk")),
            input=one.input,
            kind=ScanKind.UNDO,
            method=one.method,
            scanned_at=now,
            checkpoint_id=venue_id,
            target_id=one.id,
        )
        for one in queries.personality.list_entries(attendee_id, venue_id)
        if one.device_id == phone.device_id
    ]
    for answer in checkin.record_scans(phone, undos):
        if isinstance(answer, Refused):
            raise answer


def _venue(event_id: int) -> int:
    venue = queries.checkpoint.find_venue(event_id)
    if venue is None:
        raise Refused("checkpoint_missing")
    return venue.id


def _read_id(form_id: str) -> uuid.UUID:
    try:
        return uuid.UUID(form_id)
    except ValueError:
        return uuid.uuid4()
