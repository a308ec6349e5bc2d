"""Who changed what."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant


class AuditEntry(Base):
    """One change by a member of the staff or by the program; personal values are masked."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("event_id", "action", "form_id"),
        Index("ix_audit_entry_event_id_at", "event_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """None: a guest, or the program."""
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60))
    """Kind and id of what was changed, such as ``attendee:12``."""
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    form_id: Mapped[str | None] = mapped_column(String(64))
    """The form that made the subject, drawn with the form: sent twice, it is found here and makes nothing more."""
