"""Sends a lost ticket again, by the way on file alone."""

from datetime import timedelta

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.models.registration import Registration
from eventapp.rules import proof
from eventapp.rules.vocabulary import DeliveryKind
from eventapp.services import contact, delivery

BETWEEN = timedelta(minutes=15)
"""One message in this time is enough for one registration, whoever asks and from wherever."""

A_DAY = 5


@transactional
def ask(typed: str, name: str) -> None:
    """Sends their tickets to whoever registered with this e-mail address or phone and has this name among their people;
    who has no address is called by the team. Says nothing about whether there is anybody.

    Raises Refused with ``lost_contact_missing``, ``lost_name_missing``, ``email_invalid`` or a phone refusal.
    """
    if not typed.strip():
        raise Refused("lost_contact_missing", field="contact")
    try:
        email = contact.read_email(typed) if "@" in typed else None
        phone = None if email else contact.read_phone(typed)
    except Refused as refused:
        refused.field = "contact"
        raise
    if not name.strip():
        raise Refused("lost_name_missing", field="name")
    now = clock.now()
    for registration_id, keys in queries.lost_ticket.list_people(email, phone, now).items():
        if proof.is_anybody_named(name, keys) and _may_hear(registration_id):
            delivery.queue(registration_id, DeliveryKind.LOST_TICKET)


def _may_hear(registration_id: int) -> bool:
    db.session.get_one(Registration, registration_id, populate_existing=True, with_for_update=True)
    now = clock.now()
    kind = DeliveryKind.LOST_TICKET
    return (
        queries.delivery.count_since(registration_id, kind, now - BETWEEN) == 0
        and queries.delivery.count_since(registration_id, kind, now - timedelta(days=1)) < A_DAY
    )
