"""Erases people: what is personal goes, for ever; what is counted stays."""

from enum import StrEnum

from sqlalchemy import ColumnElement, delete, select, update

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.language import gettext as _
from eventapp.language import speaking
from eventapp.models.agenda import Agenda, AgendaItem
from eventapp.models.delivery import Delivery
from eventapp.models.invitation import Invitation
from eventapp.models.registration import Attendee, Registration
from eventapp.models.session_seat import SessionSeat
from eventapp.rules import names
from eventapp.rules.vocabulary import LIVE, DeliveryState
from eventapp.services import answer, attendee, audit, print_run, session_seat, ticket, waiting_list


class AskedBy(StrEnum):
    """Who asked the team to erase somebody."""

    PERSON = "person"
    GUARDIAN = "guardian"
    CONTACT = "contact"
    """Whoever registered them."""


class AskedHow(StrEnum):
    """How the team was asked."""

    IN_PERSON = "in_person"
    BY_TELEPHONE = "by_telephone"
    IN_WRITING = "in_writing"


@transactional
def erase(
    attendee_id: int,
    *,
    by_account_id: int | None = None,
    asked_by: AskedBy | None = None,
    asked_how: AskedHow | None = None,
) -> Attendee:
    """Erases all that is personal about one person; with the last one of a registration, its contact goes too, and
    so do files made for printing, which anybody may be on.

    The place is given back first, unless the person was let in. Serial, category, status and scans stay, without a
    name. Twice changes nothing. Raises NotFound.
    """
    event_id = queries.registration.get_attendee(attendee_id).event_id
    queries.event.lock(event_id)
    person = attendee.hold(attendee_id)
    if person.erased_at is not None:
        return person
    if person.status in LIVE and not queries.registration.was_admitted(attendee_id):
        attendee.cancel(attendee_id, by_account_id=by_account_id)
    registration = db.session.get_one(Registration, person.registration_id)
    ticket.revoke(attendee_id)
    answer.forget(person)
    session_seat.release(attendee_id)  # of somebody who was let in; giving a place back has done it already
    db.session.execute(delete(SessionSeat).where(SessionSeat.attendee_id == attendee_id))
    _blank_invitee(person, registration)
    _blank(person, registration.language)
    print_run.discard_of(event_id)
    audit.record(
        "attendee.erase",
        f"attendee:{attendee_id}",
        event_id=event_id,
        account_id=by_account_id,
        asked_by=asked_by,
        asked_how=asked_how,
    )
    db.session.flush()
    if all(one.erased_at is not None for one in queries.registration.list_people(registration.id)):
        _blank_contact(registration)
    return person


@transactional
def erase_all(registration_id: int) -> None:
    """Erases everybody on a registration and how to reach them. Twice changes nothing. Raises NotFound."""
    queries.event.lock(queries.registration.get(registration_id).event_id)
    for person in queries.registration.list_people(registration_id):
        erase(person.id)


def _blank(person: Attendee, language: str) -> None:
    with speaking(language):
        person.name = _("(erased)")
    person.name_key = names.search_key(person.name)
    person.organization = person.organization_type = person.function = person.region = person.needs = None
    person.sex = person.age_band = person.photo_consent = person.contact_consent = None
    person.guardian_name = person.guardian_phone = person.door_note = None
    person.languages = []
    person.is_personality = False
    person.erased_at = clock.now()


def _blank_invitee(person: Attendee, registration: Registration) -> None:
    """What the invitation that a person came on says of them."""
    invitation = db.session.scalar(select(Invitation).where(Invitation.registration_id == registration.id))
    if invitation is None:
        return
    if names.search_key(invitation.representative or "") == person.name_key:
        invitation.representative = None
    if names.search_key(invitation.name or "") == person.name_key:
        with speaking(registration.language):
            invitation.name = _("(erased)")
        invitation.name_key = names.search_key(f"{invitation.name} {invitation.organization or ''}")
        invitation.courtesy_title = invitation.function = invitation.email = invitation.phone = None
        invitation.note = ""
        _forget_messages(Delivery.invitation_id == invitation.id)


def _forget_messages(whose: ColumnElement[bool]) -> None:
    """Nothing more leaves, and where it went is not kept; that something was sent stays for the totals."""
    db.session.execute(delete(Delivery).where(whose, Delivery.state == DeliveryState.QUEUED))
    db.session.execute(update(Delivery).where(whose).values(address="", last_error=None))


def _blank_contact(registration: Registration) -> None:
    registration.email = registration.phone = registration.group_name = None
    registration.form_id = f"erased:{registration.id}"  # made by a browser, which may have put anything in it
    registration.erased_at = clock.now()
    _forget_messages(Delivery.registration_id == registration.id)
    invited = select(Invitation.id).where(Invitation.registration_id == registration.id)
    _forget_messages(Delivery.invitation_id.in_(invited))
    db.session.execute(delete(AgendaItem).where(AgendaItem.registration_id == registration.id))
    db.session.execute(delete(Agenda).where(Agenda.registration_id == registration.id))
    with speaking(registration.language):
        erased = _("(erased)")
    db.session.execute(
        update(Invitation)
        .where(Invitation.registration_id == registration.id)
        .values(
            courtesy_title=None,
            name=erased,
            name_key=names.search_key(erased),
            function=None,
            organization=None,
            email=None,
            phone=None,
            representative=None,
            note="",
            registration_id=None,
            held=0,
            withdrawn_at=clock.now(),
        )
    )
    waiting_list.promote(registration.event_id)
    audit.record(
        "registration.erase", f"registration:{registration.id}", event_id=registration.event_id, account_id=None
    )
