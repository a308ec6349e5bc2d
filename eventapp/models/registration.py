"""Registrations: what one contact sends, for one or more attendees."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Instant, Localized
from eventapp.language import LocalizedText
from eventapp.models.columns import MadeUp, choice
from eventapp.models.ticket import Ticket
from eventapp.models.version import SeenAtDoor, SeenByPublic
from eventapp.rules.vocabulary import (
    AgeBand,
    AttendeeStatus,
    Channel,
    OrganizationType,
    PhotoConsent,
    Sex,
    TicketKind,
)


class TicketType(MadeUp, SeenByPublic, SeenAtDoor, Base):
    """A category of guests."""

    __tablename__ = "ticket_type"
    __table_args__ = (CheckConstraint("capacity is null or capacity >= 0", name="capacity_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[TicketKind] = mapped_column(choice(TicketKind), default=TicketKind.PUBLIC)
    name: Mapped[LocalizedText] = mapped_column(Localized)
    colour: Mapped[str] = mapped_column(String(7), default="#9a3b12")
    capacity: Mapped[int | None] = mapped_column()


class Registration(MadeUp, Base):
    """One contact's booking. E-mail and phone are optional and not unique."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("event_id", "form_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    form_id: Mapped[str] = mapped_column(String(64))
    """Made with the form: a form sent twice is one registration."""
    language: Mapped[str] = mapped_column(String(8))
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    """E.164."""
    channel: Mapped[Channel] = mapped_column(choice(Channel), default=Channel.ONLINE)
    link_generation: Mapped[int] = mapped_column(default=1)
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret in /r/<secret>; see `rules.links`."""
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The staff member who registered someone; None for guests."""

    attendees: Mapped[list["Attendee"]] = relationship(order_by="Attendee.position", back_populates="registration")


class Attendee(MadeUp, SeenAtDoor, Base):
    """One person on a registration."""

    __tablename__ = "attendee"
    __table_args__ = (
        UniqueConstraint("registration_id", "position"),
        UniqueConstraint("event_id", "serial"),
        Index("ix_attendee_event_id_status_ticket_type_id", "event_id", "status", "ticket_type_id"),
        Index("ix_attendee_event_id_name_key", "event_id", "name_key"),
        Index("ix_attendee_event_id_version", "event_id", "version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    position: Mapped[int] = mapped_column(default=0)
    """Place in the registration, from 0."""
    ticket_type_id: Mapped[int] = mapped_column(ForeignKey("ticket_type.id"), index=True)
    status: Mapped[AttendeeStatus] = mapped_column(choice(AttendeeStatus))
    status_at: Mapped[datetime] = mapped_column(Instant)
    """Since when it has this status; orders the waiting list."""
    serial: Mapped[str] = mapped_column(String(5))
    """The serial of the ticket code that counts now; exists from registration on. All others are revoked."""
    name: Mapped[str] = mapped_column(String(300))
    """As typed; see `rules.names.clean`."""
    name_key: Mapped[str] = mapped_column(String(600))
    """What search compares; see `rules.names.search_key`."""
    organization: Mapped[str | None] = mapped_column(String(200))
    organization_type: Mapped[OrganizationType | None] = mapped_column(choice(OrganizationType))
    function: Mapped[str | None] = mapped_column(String(200))
    sex: Mapped[Sex | None] = mapped_column(choice(Sex))
    age_band: Mapped[AgeBand | None] = mapped_column(choice(AgeBand))
    region: Mapped[str | None] = mapped_column(String(200))
    photo_consent: Mapped[PhotoConsent | None] = mapped_column(choice(PhotoConsent))
    guardian_name: Mapped[str | None] = mapped_column(String(300))
    guardian_phone: Mapped[str | None] = mapped_column(String(20))

    registration: Mapped[Registration] = relationship(back_populates="attendees")
    ticket_type: Mapped[TicketType] = relationship()
    ticket: Mapped[Ticket | None] = relationship(
        primaryjoin="and_(Ticket.attendee_id == Attendee.id, Ticket.revoked_at.is_(None))",
        viewonly=True,
        uselist=False,
    )
