"""Notes who changed what, in the transaction that changes it."""

from sqlalchemy import select

from eventapp import clock
from eventapp.db import Base, db
from eventapp.models.audit import AuditEntry


def record(
    action: str,
    subject: str,
    *,
    event_id: int | None,
    account_id: int | None,
    form_id: str | None = None,
    **details: object,
) -> None:
    """Adds an audit entry. ``details`` hold no personal values: names and addresses are masked by the caller.

    ``form_id`` is that of the form that made the subject; `find_made` finds the subject by it.
    """
    db.session.add(
        AuditEntry(
            at=clock.now(),
            event_id=event_id,
            account_id=account_id,
            action=action,
            subject=subject,
            details=details,
            form_id=form_id,
        )
    )


def find_made(
    action: str, form_id: str | None, *, event_id: int | None = None, account_id: int | None = None
) -> int | None:
    """The id of what a form made already; None when it is sent for the first time.

    The caller holds a lock: that of the event, or for a new event that of the account.
    """
    if form_id is None:
        return None
    query = select(AuditEntry.subject).where(AuditEntry.form_id == form_id, AuditEntry.action == action)
    if event_id is not None:
        query = query.where(AuditEntry.event_id == event_id)
    if account_id is not None:
        query = query.where(AuditEntry.account_id == account_id)
    subject = db.session.scalar(query)
    return int(subject.rpartition(":")[2]) if subject else None


def apply(row: Base, **values: object) -> list[str]:
    """Sets what differs and returns the names of what was changed: an entry says that a field changed, not to what."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed
