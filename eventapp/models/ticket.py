"""Serials and tickets: proof of admission."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
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
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id"), index=True)
    """None: reserved for a phone, and nobody has it yet."""


class ReservedCode(Base):
    """A whole code that a phone may give to somebody who registers at the door without network.

    Its serial is in `Serial` from the beginning, without a person, so that nobody else gets it.
    """

    __tablename__ = "reserved_code"
    __table_args__ = (UniqueConstraint("event_id", "serial"),)
    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    serial: Mapped[str] = mapped_column(String(5))
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), index=True)
    reserved_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    """When somebody got it; None: the phone may still give it away."""


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
