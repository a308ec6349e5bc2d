"""Changes to registrations: a seat is decided under the event's lock, and never promised twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from eventapp import clock, config, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.models.event import Event
from eventapp.models.invitation import InvitationCode
from eventapp.models.registration import Attendee, Registration, TicketType
from eventapp.models.ticket import Serial
from eventapp.rules import event as event_rules
from eventapp.rules import links, names
from eventapp.rules import registration as rules
from eventapp.rules.vocabulary import (
    LIVE,
    AgeBand,
    AttendeeStatus,
    Channel,
    DeliveryKind,
    OrganizationType,
    PhotoConsent,
    Sex,
    TypeAccess,
)
from eventapp.services import answer, audit, delivery, invitation_code, ticket, waiting_list
from eventapp.services.answer import Given


@dataclass(frozen=True)
class Person:
    """One person to register, as the form gives them; the name is clean and not empty."""

    name: str
    organization: str | None = None
    organization_type: OrganizationType | None = None
    function: str | None = None
    sex: Sex | None = None
    age_band: AgeBand | None = None
    region: str | None = None
    languages: Sequence[str] = ()
    needs: str | None = None
    photo_consent: PhotoConsent | None = None
    contact_consent: bool | None = None
    guardian_name: str | None = None
    guardian_phone: str | None = None
    answers: Mapping[int, Any] = field(default_factory=dict)
    """To the organizer's own questions, by the question's id."""
    consents: Sequence[Given] = ()
    """How the consents came to be, for the record."""


@dataclass(frozen=True)
class Booking:
    """What one contact sends. ``form_id`` makes it the same booking however often it is sent.

    Without a ticket type and without a code it is for the first type that is open to everybody.
    """

    form_id: str
    language: str
    people: list[Person]
    email: str | None = None
    phone: str | None = None
    channel: Channel = Channel.ONLINE
    ticket_type_id: int | None = None
    code: str | None = None
    """An invitation code, as typed."""
    group_name: str | None = None


@transactional
def register(event_id: int, booking: Booking, *, by_account_id: int | None = None) -> Registration:
    """Registers a party: all of it gets seats and tickets, or all of it waits, or an organizer decides first.

    The same ``form_id`` again returns the first result; with other names it is refused (``form_used``), since somebody
    went back to the form for another person. Staff (``by_account_id``) may register people for any ticket type, outside
    the window in which guests may, more at once, and without another look. Raises Refused with ``nobody_named``,
    ``party_too_large``, ``registration_closed``, ``registration_not_open``, ``type_closed``, ``choice_invalid``,
    ``code_unknown``, ``code_expired``, ``code_used_up``, ``full`` or ``full_for_party``.
    """
    event = queries.event.lock(event_id)
    first = queries.registration.find_by_form(event_id, booking.form_id)
    if first is not None:
        _check_same(first, booking)
        return first
    is_guest = by_account_id is None
    if is_guest:
        _check_window(event)
    party = len(booking.people)
    rules.check_party(party, event.max_party if is_guest else max(event.max_party, rules.STAFF_PARTY))
    code = invitation_code.find_good(event, booking.code, party) if booking.code else None
    ticket_type = _ticket_type(event, booking.ticket_type_id, code, is_guest=is_guest)
    if is_guest and ticket_type.needs_approval:
        status = AttendeeStatus.PENDING
    else:
        status = decide(event, ticket_type.id, party)
    registration = open_registration(event.id, booking, by_account_id=by_account_id)
    registration.code_id = code.id if code is not None else None
    _seat(event, registration, booking.people, ticket_type.id, status, first_position=0)
    delivery.queue(registration.id, TOLD[status])
    if by_account_id is not None:
        audit.record("registration.add", f"registration:{registration.id}", event_id=event.id, account_id=by_account_id)
    return registration


TOLD = {
    AttendeeStatus.CONFIRMED: DeliveryKind.CONFIRMATION,
    AttendeeStatus.WAITLISTED: DeliveryKind.WAITING_LIST,
    AttendeeStatus.PENDING: DeliveryKind.PENDING,
}
"""What a new party is told."""


def decide(event: Event, ticket_type_id: int, party: int) -> AttendeeStatus:
    """Whether a party gets seats or waits. The caller holds the event. Places whose time to answer is over are free.

    Raises Refused with ``full`` or ``full_for_party``.
    """
    free = queries.seats.load(event).free(ticket_type_id)
    if free is not None and free < party:
        waiting_list.settle_due(event.id)
        free = queries.seats.load(event).free(ticket_type_id)
    return rules.decide(party, free, has_waiting_list=event.waiting_list)


def _check_same(first: Registration, booking: Booking) -> None:
    before = [attendee.name for attendee in first.attendees]
    if before != [person.name for person in booking.people]:
        raise Refused("form_used", names=", ".join(before))


def _check_window(event: Event) -> None:
    now = clock.now()
    stage = event_rules.stage(event.state, event.starts_at, event.ends_at, now)
    doors = event_rules.doors(
        stage, event.registration_open, event.registration_opens_at, event.registration_closes_at, now
    )
    if doors is event_rules.Doors.NOT_YET:
        raise Refused("registration_not_open")
    if doors is event_rules.Doors.CLOSED:
        raise Refused("registration_closed")


def _ticket_type(
    event: Event, ticket_type_id: int | None, code: InvitationCode | None, *, is_guest: bool
) -> TicketType:
    """The type that a code is for, or that was asked for, or the first that may be had."""
    types = queries.registration.list_ticket_types(event.id)
    if code is not None:
        return next(one for one in types if one.id == code.ticket_type_id)
    allowed = [one for one in types if one.access is TypeAccess.OPEN] if is_guest else types
    if ticket_type_id is None:
        chosen = next(iter(allowed), None)
        if chosen is None:
            raise Refused("code_missing_here", field="code")
    else:
        chosen = next((one for one in allowed if one.id == ticket_type_id), None)
        if chosen is None:
            raise Refused("choice_invalid", field="ticket_type")
    if is_guest and not rules.is_open(chosen.opens_at, chosen.closes_at, clock.now()):
        raise Refused("type_closed", field="ticket_type")
    return chosen


@transactional
def add_person(
    registration_id: int, person: Person, *, by_account_id: int | None = None, form_id: str | None = None
) -> Attendee:
    """Puts one more person on a registration, of the type of those who are on it: with a seat, on the waiting list, or
    to be decided, as a new registration would be. The caller sees from the row which it was. The same ``form_id`` again
    adds nobody.

    Raises Refused as `register` does, and ``event_over``.
    """
    event = queries.event.lock(queries.registration.get(registration_id).event_id)
    registration = known(registration_id)
    made = audit.find_made("attendee.add", form_id, event_id=event.id)
    if made is not None:
        return queries.registration.get_attendee(made)
    people = queries.registration.list_people(registration_id)
    is_guest = by_account_id is None
    rules.check_not_over(event_rules.stage(event.state, event.starts_at, event.ends_at, clock.now()))
    if is_guest:
        _check_window(event)
    if is_guest and registration.channel is Channel.INVITATION:
        raise Refused("invitation_adds")
    there = [one for one in people if one.status in LIVE]
    rules.check_party(len(there) + 1, event.max_party if is_guest else max(event.max_party, rules.STAFF_PARTY))
    if registration.code_id is not None and is_guest:
        invitation_code.check_room(registration.code_id, 1)
    type_id = (there or people)[0].ticket_type_id
    ticket_type = db.session.get_one(TicketType, type_id)
    if is_guest and ticket_type.needs_approval:
        status = AttendeeStatus.PENDING
    else:
        status = decide(event, type_id, 1)
    position = 1 + max(one.position for one in people)
    [attendee] = _seat(event, registration, [person], type_id, status, first_position=position)
    subject = f"attendee:{attendee.id}"
    audit.record("attendee.add", subject, event_id=event.id, account_id=by_account_id, form_id=form_id)
    delivery.queue(registration_id, TOLD[status])
    return attendee


@transactional
def open_registration(event_id: int, booking: Booking, *, by_account_id: int | None = None) -> Registration:
    """A registration with a personal link and nobody on it yet; whoever opens it puts people on it with `join`."""
    registration = Registration(
        event_id=event_id,
        form_id=booking.form_id,
        language=booking.language,
        email=booking.email,
        phone=booking.phone,
        channel=booking.channel,
        group_name=booking.group_name,
        created_at=clock.now(),
        created_by_id=by_account_id,
    )
    db.session.add(registration)
    db.session.flush()
    registration.link_hash = links.digest(secret(registration))
    return registration


@transactional
def join(registration_id: int, person: Person, ticket_type_id: int) -> Attendee:
    """Puts one more person on a registration, with a ticket at once. For those who take no seat of the audience:
    nobody asks whether one is free."""
    registration = db.session.get_one(Registration, registration_id)
    event = queries.event.lock(registration.event_id)
    last = db.session.scalar(select(func.max(Attendee.position)).where(Attendee.registration_id == registration_id))
    position = 0 if last is None else last + 1
    status = AttendeeStatus.CONFIRMED
    [attendee] = _seat(event, registration, [person], ticket_type_id, status, first_position=position)
    return attendee


@transactional
def enrol(registration_id: int, people: list[Person], ticket_type_id: int, *, kept: int = 0) -> list[Attendee]:
    """Puts people on a registration: the first ``kept`` of them have seats that were kept for them until now, and that
    the caller, who holds the event, has just let go of; the others get seats or wait, all of them together.

    Raises Refused with ``full`` or ``full_for_party``.
    """
    registration = db.session.get_one(Registration, registration_id)
    event = queries.event.lock(registration.event_id)
    last = db.session.scalar(select(func.max(Attendee.position)).where(Attendee.registration_id == registration_id))
    position = 0 if last is None else last + 1
    enrolled = []
    for part, is_kept in ((people[:kept], True), (people[kept:], False)):
        if part:  # those with kept seats first: what is looked up for the others may give free seats away
            status = AttendeeStatus.CONFIRMED if is_kept else decide(event, ticket_type_id, len(part))
            enrolled += _seat(event, registration, part, ticket_type_id, status, first_position=position)
            position += len(part)
    return enrolled


def _seat(
    event: Event,
    registration: Registration,
    people: list[Person],
    ticket_type_id: int,
    status: AttendeeStatus,
    *,
    first_position: int,
) -> list[Attendee]:
    """People on a registration, each with a serial, and with a ticket if confirmed."""
    now = clock.now()
    serials = ticket.draw_serials(event.id, len(people))
    attendees = [
        _attendee(registration, position, person, serial, ticket_type_id, status, now)
        for position, (person, serial) in enumerate(zip(people, serials, strict=True), start=first_position)
    ]
    is_awaited = db.session.get_one(TicketType, ticket_type_id).is_for_personalities
    for attendee in attendees:
        attendee.is_personality = is_awaited
    db.session.add_all(attendees)
    db.session.flush()  # one for all of them: their ids go into what follows
    for attendee in attendees:
        db.session.add(Serial(event_id=event.id, value=attendee.serial, attendee_id=attendee.id))
        if status is AttendeeStatus.CONFIRMED:
            db.session.add(ticket.new(event, attendee, now))
    answer.store_new(event.id, zip(attendees, people, strict=True))
    return attendees


def _attendee(
    registration: Registration,
    position: int,
    person: Person,
    serial: str,
    ticket_type_id: int,
    status: AttendeeStatus,
    now: datetime,
) -> Attendee:
    attendee = Attendee(
        event_id=registration.event_id,
        registration_id=registration.id,
        position=position,
        ticket_type_id=ticket_type_id,
        status=status,
        status_at=now,
        serial=serial,
    )
    describe(attendee, person)
    return attendee


def describe(attendee: Attendee, person: Person) -> list[str]:
    """Writes who somebody is into their row; returns the names of the fields that changed."""
    return audit.apply(
        attendee,
        name=person.name,
        name_key=names.search_key(person.name),
        organization=person.organization,
        organization_type=person.organization_type,
        function=person.function,
        sex=person.sex,
        age_band=person.age_band,
        region=person.region,
        languages=list(person.languages),
        needs=person.needs,
        photo_consent=person.photo_consent,
        contact_consent=person.contact_consent,
        guardian_name=person.guardian_name,
        guardian_phone=person.guardian_phone,
    )


def secret(registration: Registration) -> str:
    """The secret of the contact's link, /r/<secret>; computed, never stored."""
    return links.personal_secret(
        config.current().secret_key, links.Purpose.REGISTRATION, registration.id, registration.link_generation
    )


def known(registration_id: int) -> Registration:
    """A registration as it is now, under the event's lock. Raises NotFound for one that was erased."""
    registration = db.session.get_one(Registration, registration_id, populate_existing=True)
    if registration.erased_at is not None:
        raise NotFound(registration_id)
    return registration
