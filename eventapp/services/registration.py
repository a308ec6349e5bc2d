"""Changes to registrations: a seat is decided under the event's lock, and never promised twice."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from eventapp import clock, config, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused, beside
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration, TicketType
from eventapp.models.ticket import Serial
from eventapp.rules import emails, links, names, phones
from eventapp.rules import event as event_rules
from eventapp.rules import registration as rules
from eventapp.rules.vocabulary import (
    BEHIND_THE_STAGE,
    LIVE,
    SEATED,
    AgeBand,
    AttendeeStatus,
    Channel,
    DeliveryKind,
    OrganizationType,
    PhotoConsent,
    Sex,
)
from eventapp.services import audit, delivery, ticket


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
    photo_consent: PhotoConsent | None = None
    guardian_name: str | None = None
    guardian_phone: str | None = None


@dataclass(frozen=True)
class Booking:
    """What one contact sends. ``form_id`` makes it the same booking however often it is sent."""

    form_id: str
    language: str
    people: list[Person]
    email: str | None = None
    phone: str | None = None
    channel: Channel = Channel.ONLINE
    ticket_type_id: int | None = None


@transactional
def register(event_id: int, booking: Booking, *, by_account_id: int | None = None) -> Registration:
    """Registers a party: all of it gets seats and tickets, or all of it waits.

    The same ``form_id`` again returns the first result; with other names it is refused (``form_used``), since somebody
    went back to the form for another person. Staff (``by_account_id``) may register people outside the
    window in which guests may. Raises Refused with ``nobody_named``, ``party_too_large``, ``registration_closed``,
    ``registration_not_open`` or ``full``.
    """
    event = queries.event.lock(event_id)
    first = queries.registration.find_by_form(event_id, booking.form_id)
    if first is not None:
        _check_same(first, booking)
        return first
    if by_account_id is None:
        _check_window(event)
    rules.check_party(len(booking.people), event.max_party)
    ticket_type = _ticket_type(event.id, booking.ticket_type_id)
    status = AttendeeStatus.CONFIRMED
    if ticket_type.kind not in BEHIND_THE_STAGE:
        status = rules.decide(len(booking.people), queries.event.places(event))
    registration = open_registration(event.id, booking, by_account_id=by_account_id)
    _seat(event, registration, booking.people, ticket_type.id, status, first_position=0)
    delivery.queue(
        registration.id,
        DeliveryKind.CONFIRMATION if status is AttendeeStatus.CONFIRMED else DeliveryKind.WAITING_LIST,
    )
    if by_account_id is not None:
        audit.record("registration.add", f"registration:{registration.id}", event_id=event.id, account_id=by_account_id)
    return registration


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


def _ticket_type(event_id: int, ticket_type_id: int | None) -> TicketType:
    """The category that was asked for, or the event's first."""
    if ticket_type_id is not None:
        return db.session.get_one(TicketType, ticket_type_id)
    return db.session.execute(
        select(TicketType).where(TicketType.event_id == event_id).order_by(TicketType.position, TicketType.id).limit(1)
    ).scalar_one()


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
    db.session.add_all(attendees)
    db.session.flush()  # one for all of them: their ids go into what follows
    for attendee in attendees:
        db.session.add(Serial(event_id=event.id, value=attendee.serial, attendee_id=attendee.id))
        if status is AttendeeStatus.CONFIRMED:
            db.session.add(ticket.new(event, attendee, now))
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
    return Attendee(
        event_id=registration.event_id,
        registration_id=registration.id,
        position=position,
        ticket_type_id=ticket_type_id,
        status=status,
        status_at=now,
        serial=serial,
        name=person.name,
        name_key=names.search_key(person.name),
        organization=person.organization,
        organization_type=person.organization_type,
        function=person.function,
        sex=person.sex,
        age_band=person.age_band,
        region=person.region,
        photo_consent=person.photo_consent,
        guardian_name=person.guardian_name,
        guardian_phone=person.guardian_phone,
    )


def secret(registration: Registration) -> str:
    """The secret of the contact's link, /r/<secret>; computed, never stored."""
    return links.personal_secret(
        config.current().secret_key, links.Purpose.REGISTRATION, registration.id, registration.link_generation
    )


@transactional
def rename(attendee_id: int, name: str, *, by_account_id: int | None = None) -> Attendee:
    """Corrects a name. The ticket stays: its code says nothing about the person. Raises Refused (``nobody_named``)."""
    attendee = db.session.get_one(Attendee, attendee_id)
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
    attendee.status = AttendeeStatus.CANCELLED
    attendee.status_at = clock.now()
    audit.record("attendee.cancel", f"attendee:{attendee.id}", event_id=event_id, account_id=by_account_id)
    db.session.flush()
    delivery.queue(attendee.registration_id, DeliveryKind.CANCELLATION)
    promote(event.id)
    return attendee


def hold(attendee_id: int) -> Attendee:
    """A person's row, held until the end of the transaction like at the door: somebody who is let in at this moment is
    let in first, or finds the change made. The caller holds the event."""
    return db.session.get_one(Attendee, attendee_id, populate_existing=True, with_for_update={"key_share": True})


@transactional
def promote(event_id: int) -> list[int]:
    """Gives free seats to the waiting parties that fit, first come first; returns their registrations' ids."""
    event = queries.event.lock(event_id)
    waiting = [
        (row[0], row[1])
        for row in db.session.execute(
            select(Attendee.registration_id, func.count())
            .where(Attendee.event_id == event_id, Attendee.status == AttendeeStatus.WAITLISTED)
            .group_by(Attendee.registration_id)
            .order_by(func.min(Attendee.status_at), Attendee.registration_id)
        )
    ]
    promoted = rules.fitting(waiting, queries.event.places(event).free)
    for registration_id in promoted:
        for attendee in db.session.scalars(
            select(Attendee).where(
                Attendee.registration_id == registration_id, Attendee.status == AttendeeStatus.WAITLISTED
            )
        ):
            attendee.status = AttendeeStatus.CONFIRMED
            attendee.status_at = clock.now()
            db.session.flush()
            ticket.issue(attendee.id)
        delivery.queue(registration_id, DeliveryKind.PLACE_FREE)
    return promoted


@transactional
def set_contact(registration_id: int, email: str | None, phone: str | None, *, by_account_id: int | None) -> None:
    """Corrects how a registration's contact is reached; both may be empty.

    Raises Refused with ``email_invalid`` or one of the phone refusals, each with its field.
    """
    registration = db.session.get_one(Registration, registration_id)
    changed = audit.apply(registration, email=read_email(email), phone=read_phone(phone))
    if changed:
        audit.record(
            "registration.set_contact",
            f"registration:{registration_id}",
            event_id=registration.event_id,
            account_id=by_account_id,
            changed=changed,
        )


def read_email(text: str | None) -> str | None:
    """The address as it is kept. Raises Refused("email_invalid", field="email")."""
    with beside("email"):
        return emails.read(text or "")


def read_phone(text: str | None) -> str | None:
    """The number as it is kept; one of an unknown range is taken. Raises a phone refusal with field="phone"."""
    with beside("phone"):
        phone = phones.read(text or "")
    return phone.e164 if phone is not None else None


@transactional
def resend(registration_id: int, *, by_account_id: int | None = None) -> Delivery:
    """Sends once more what a registration's contact was told last: ticket, waiting list, or place given back.

    Raises Refused("no_email") if there is no address.
    """
    registration = db.session.get_one(Registration, registration_id)
    statuses = set(
        db.session.scalars(select(Attendee.status).where(Attendee.registration_id == registration_id).distinct())
    )
    if statuses & set(SEATED):
        kind = DeliveryKind.CONFIRMATION
    elif statuses & set(LIVE):
        kind = DeliveryKind.WAITING_LIST
    else:
        kind = DeliveryKind.CANCELLATION
    queued = delivery.queue(registration_id, kind)
    if queued is None:
        raise Refused("no_email")
    audit.record(
        "registration.resend",
        f"registration:{registration_id}",
        event_id=registration.event_id,
        account_id=by_account_id,
    )
    return queued
