"""Settles entries to check."""

from eventapp import clock, queries
from eventapp.db import transactional
from eventapp.rules.vocabulary import Outcome
from eventapp.services import audit


@transactional
def settle(event_id: int, scan_id: str, outcome: Outcome, *, account_id: int | None) -> None:
    """Notes what an organizer found out about an entry. Who was let in stays let in; a second word replaces the first.

    Raises NotFound.
    """
    conflict = queries.conflict.get(event_id, scan_id, lock=True)
    if conflict.outcome == outcome:
        return
    conflict.settled_at = clock.now()
    conflict.settled_by_id = account_id
    conflict.outcome = outcome
    audit.record("conflict.settle", f"scan:{scan_id}", event_id=event_id, account_id=account_id, outcome=outcome)


@transactional
def reopen(event_id: int, scan_id: str, *, account_id: int | None) -> None:
    """Takes back what was noted about an entry: it is to be checked again. Raises NotFound."""
    conflict = queries.conflict.get(event_id, scan_id, lock=True)
    if conflict.settled_at is None:
        return
    conflict.settled_at = conflict.settled_by_id = conflict.outcome = None
    audit.record("conflict.reopen", f"scan:{scan_id}", event_id=event_id, account_id=account_id)
