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


def find_made(action: str, form_id: str | None, *, event_id: int) -> int | None:
    """The id of what a form made already, under the event's lock; None when it is sent for the first time."""
    if form_id is None:
        return None
    subject = db.session.scalar(
        select(AuditEntry.subject).where(
            AuditEntry.event_id == event_id, AuditEntry.form_id == form_id, AuditEntry.action == action
        )
    )
    return int(subject.rpartition(":")[2]) if subject else None


def apply(row: Base, **values: object) -> list[str]:
    """Sets what differs and returns the names of what was changed: an entry says that a field changed, not to what."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed
