"""Scans that a phone could not send, handed in as the file that it saved."""

from collections.abc import Sequence
from dataclasses import replace

from eventapp import clock, config, queries
from eventapp.db import transactional
from eventapp.errors import NotFound, Refused
from eventapp.rules import hand_in as rules
from eventapp.rules import links
from eventapp.services import audit, checkin
from eventapp.services.scan_book import Answer, NewScan


def key(device_id: int) -> str:
    """The key by which a phone proves that a file is its own. It signs files and opens nothing."""
    return links.personal_secret(config.current().secret_key, links.Purpose.HAND_IN, device_id, 0)


def check(event_id: int, device_id: int, scans: str, proof: str) -> None:
    """Raises Refused("scans_altered") unless a phone of this event wrote just these scans."""
    is_proven = rules.is_proven(key(device_id), device_id, scans, proof)
    try:
        queries.device.get(event_id, device_id)
    except NotFound as error:
        raise Refused("scans_altered") from error
    if not is_proven:
        raise Refused("scans_altered")


def take(
    event_id: int, device_id: int, scans: Sequence[NewScan], *, by_account_id: int | None = None
) -> list[Answer | Refused]:
    """Keeps scans of a phone as if it had sent them itself, and answers each; those that are kept already get their
    first answer again.

    What a withdrawn phone brings is set aside, as ever. Raises NotFound for a phone of another event.
    """
    phone = queries.account.get_sender(event_id, device_id)
    # A file says nothing about whether the phone itself can be reached.
    phone = replace(phone, facts=replace(phone.facts, last_contact_at=clock.now()))
    answers: list[Answer | Refused] = []
    for start in range(0, len(scans), checkin.MAX_SCANS):
        answers += checkin.record_scans(phone, scans[start : start + checkin.MAX_SCANS])
    _note(event_id, device_id, len(scans), by_account_id)
    return answers


@transactional
def _note(event_id: int, device_id: int, count: int, by_account_id: int | None) -> None:
    audit.record("hand_in.take", f"device:{device_id}", event_id=event_id, account_id=by_account_id, count=count)
