"""How a registration's contact is reached: address, phone, language; and what they were told, once more."""

from sqlalchemy import select

from eventapp import queries
from eventapp.db import db, transactional
from eventapp.errors import Refused, beside
from eventapp.language import LANGUAGES
from eventapp.models.delivery import Delivery
from eventapp.models.registration import Attendee, Registration
from eventapp.rules import emails, phones
from eventapp.rules.vocabulary import LIVE, SEATED, DeliveryKind
from eventapp.services import audit, delivery
from eventapp.services import registration as registrations


@transactional
def set_contact(registration_id: int, email: str | None, phone: str | None, *, by_account_id: int | None) -> None:
    """Corrects how a registration's contact is reached; both may be empty. What a guest adds where nothing was on file
    is noted: whoever has the link may have done it, so it proves nothing about them.

    Raises NotFound, and Refused with ``email_invalid`` or one of the phone refusals, each with its field.
    """
    queries.event.lock(queries.registration.get(registration_id).event_id)
    registration = registrations.known(registration_id)
    is_first = by_account_id is None and registration.email is None and registration.phone is None
    changed = audit.apply(registration, email=read_email(email), phone=read_phone(phone))
    if changed:
        audit.record(
            "registration.first_contact" if is_first else "registration.set_contact",
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
def set_language(registration_id: int, language: str) -> None:
    """Sets the language of tickets and messages. Raises Refused("choice_invalid") for one that there is not."""
    queries.event.lock(queries.registration.get(registration_id).event_id)
    registration = registrations.known(registration_id)
    if language not in LANGUAGES:
        raise Refused("choice_invalid", field="language")
    if audit.apply(registration, language=language):
        subject = f"registration:{registration_id}"
        audit.record("registration.set_language", subject, event_id=registration.event_id, account_id=None)


@transactional
def resend(registration_id: int, *, by_account_id: int | None = None) -> Delivery:
    """Sends once more what a registration's contact was told last: ticket, waiting list, or place given back.

    Whoever has a telephone alone gets an SMS, or is told by the team.

    Raises Refused("no_email") if there is neither.
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
    has_contact = registration.email is not None or registration.phone is not None
    queued = delivery.queue(registration_id, kind, must_hear=True) if has_contact else None
    if queued is None:
        raise Refused("no_email")
    audit.record(
        "registration.resend",
        f"registration:{registration_id}",
        event_id=registration.event_id,
        account_id=by_account_id,
    )
    return queued
