"""Takes the proof of who somebody is, and mails the code for it."""

from datetime import timedelta

from eventapp import clock, config, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.models.registration import Registration
from eventapp.rules import proof as rules
from eventapp.rules.proof import Proof, Way
from eventapp.rules.vocabulary import DeliveryKind
from eventapp.services import delivery


@transactional
def send_code(registration_id: int) -> None:
    """Mails a fresh code to the address on file; the one before is no longer good. A second tap sends no second one.

    Raises NotFound, or Refused with ``no_email`` or ``proof_codes_many``.
    """
    registration = _hold(registration_id)
    if registration.email is None:
        raise Refused("no_email")
    now = clock.now()
    if registration.proof_sent_at is not None and now - registration.proof_sent_at < rules.BETWEEN_CODES:
        return
    sent = queries.delivery.count_since(registration_id, DeliveryKind.PROOF_CODE, now - timedelta(days=1))
    if sent >= rules.CODES_A_DAY:
        raise Refused("proof_codes_many")
    registration.proof_generation += 1
    registration.proof_sent_at = now
    delivery.queue(registration_id, DeliveryKind.PROOF_CODE)


def code(registration: Registration) -> str:
    """The code that was mailed last; computed, never stored."""
    return rules.code(config.current().secret_key, registration.id, registration.proof_generation)


def check(registration_id: int, given: Proof) -> None:
    """Accepts a proof, or raises Refused: ``proof_wait`` after too many wrong ones, else ``proof_wrong_phone`` or
    ``proof_wrong_code``. A wrong one is counted, so this must stand in no transaction."""
    refused = _try(registration_id, given)
    if refused is not None:
        raise refused


@transactional
def _try(registration_id: int, given: Proof) -> Refused | None:
    registration = _hold(registration_id)
    now = clock.now()
    wait = rules.minutes_to_wait(registration.proof_failures, registration.proof_failed_at, now)
    if wait:
        return Refused("proof_wait", minutes=wait)
    if _is_good(registration, given):
        registration.proof_failures, registration.proof_failed_at = 0, None
        if given.way is Way.CODE:
            registration.proof_generation += 1  # good once
        return None
    registration.proof_failures += 1
    registration.proof_failed_at = now
    return Refused(f"proof_wrong_{given.way}")


def _is_good(registration: Registration, given: Proof) -> bool:
    if given.way not in ways(registration):
        return False
    people = [one for one in queries.registration.list_people(registration.id) if one.erased_at is None]
    if given.way is Way.CODE:
        return rules.is_good_code(given.answer, code(registration), registration.proof_sent_at, clock.now())
    is_named = rules.is_anybody_named(given.name, (one.name_key for one in people))
    return is_named and rules.is_phone(given.answer, registration.phone or "")


def ways(registration: Registration) -> list[Way]:
    """The proofs that a registration takes: by what was on file before somebody with its link could write there."""
    if queries.own_data.has_first_contact(registration.event_id, registration.id):
        return []
    return rules.ways(has_phone=bool(registration.phone), has_email=bool(registration.email))


def _hold(registration_id: int) -> Registration:
    registration = db.session.get(Registration, registration_id, populate_existing=True, with_for_update=True)
    if registration is None:
        raise NotFound(registration_id)
    return registration
