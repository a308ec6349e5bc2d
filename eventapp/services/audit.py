"""Notes who changed what, in the transaction that changes it."""

from eventapp import clock
from eventapp.db import db
from eventapp.models.audit import AuditEntry


def record(action: str, subject: str, *, event_id: int | None, account_id: int | None, **details: object) -> None:
    """Adds an audit entry. ``details`` hold no personal values: names and addresses are masked by the caller."""
    db.session.add(
        AuditEntry(
            at=clock.now(), event_id=event_id, account_id=account_id, action=action, subject=subject, details=details
        )
    )
