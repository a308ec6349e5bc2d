"""Serials and tickets: proof of admission."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant
from eventapp.models.version import SeenAtDoor


class Serial(SeenAtDoor, Base):
    """Every serial an event ever issued, so that none is used twice and the door can tell an old one from a false one.

    The one that counts is `Attendee.serial`; the others of the same attendee are revoked.
    """

    __tablename__ = "serial"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    value: Mapped[str] = mapped_column(String(5), primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"), index=True)


class Ticket(Base):
    """A ticket: exists from confirmation on; at most one of an attendee is not revoked."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index(
            "uq_ticket_attendee_id_valid",
            "attendee_id",
            unique=True,
            sqlite_where=text("revoked_at is null"),
            postgresql_where=text("revoked_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"), index=True)
    code: Mapped[str] = mapped_column(String(13), unique=True)
    """All thirteen signs; see `rules.ticket`."""
    issued_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
