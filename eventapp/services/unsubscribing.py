"""Announcements that somebody wants no more of: by the link in the message, without an account."""

from sqlalchemy import select

from eventapp import clock, config
from eventapp.db import db, transactional
from eventapp.errors import NotFound
from eventapp.models.registration import Registration
from eventapp.rules import links
from eventapp.services import audit


def secret(registration_id: int) -> str:
    """The secret of the link, /u/<secret>: the registration's number, then what only this installation can compute.

    It is never renewed: whoever still has an old message may say that they want no more.
    """
    return f"{registration_id}-{_mac(registration_id)}"


def _mac(registration_id: int) -> str:
    return links.personal_secret(config.current().secret_key, links.Purpose.UNSUBSCRIBE, registration_id, 1)


def registration_id_of(text: str) -> int:
    """The registration that a secret belongs to. Raises NotFound."""
    found = links.numbered(text)
    if found is None or not links.is_same(found[1], _mac(found[0])):
        raise NotFound("unsubscribing")
    return found[0]


@transactional
def set_unsubscribed(registration_id: int, is_unsubscribed: bool) -> None:
    """Notes that the contact wants no announcements, or wants them again; twice changes nothing. Raises NotFound.

    Messages about their own place go on: they are why people register.
    """
    registration = db.session.scalar(select(Registration).where(Registration.id == registration_id).with_for_update())
    if registration is None or registration.erased_at is not None:
        raise NotFound(registration_id)
    if is_unsubscribed is (registration.unsubscribed_at is not None):
        return
    registration.unsubscribed_at = clock.now() if is_unsubscribed else None
    audit.record(
        "registration.unsubscribe" if is_unsubscribed else "registration.subscribe",
        f"registration:{registration_id}",
        event_id=registration.event_id,
        account_id=None,
    )
