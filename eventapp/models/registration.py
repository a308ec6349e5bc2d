"""Registrations: what one contact sends, for one or more attendees."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
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
    TypeAccess,
)


class SeatPool(SeenByPublic, Base):
    """Seats that several ticket types share, besides the limit of each."""

    __tablename__ = "seat_pool"
    __table_args__ = (CheckConstraint("capacity >= 0", name="capacity_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    """For the team."""
    capacity: Mapped[int] = mapped_column()


class TicketType(MadeUp, SeenByPublic, SeenAtDoor, Base):
    """A category of guests."""

    __tablename__ = "ticket_type"
    __table_args__ = (CheckConstraint("capacity is null or capacity >= 0", name="capacity_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[TicketKind] = mapped_column(choice(TicketKind), default=TicketKind.PUBLIC)
    name: Mapped[LocalizedText] = mapped_column(Localized)
    description: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    colour: Mapped[str] = mapped_column(String(7), default="#9a3b12")
    capacity: Mapped[int | None] = mapped_column()
    pool_id: Mapped[int | None] = mapped_column(ForeignKey("seat_pool.id"), index=True)
    access: Mapped[TypeAccess] = mapped_column(choice(TypeAccess), default=TypeAccess.OPEN)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    """Whether an organizer looks at each registration before it has a seat."""
    is_for_walk_ins: Mapped[bool] = mapped_column(default=False)
    """Whether those who register at the door get this category; if none is marked, the first public one."""
    is_for_personalities: Mapped[bool] = mapped_column(default=False)
    """Whether the protocol desk wants to hear of everybody who gets this category; see `Attendee.is_personality`."""
    opens_at: Mapped[datetime | None] = mapped_column(Instant)
    """Its own window, within that of the event."""
    closes_at: Mapped[datetime | None] = mapped_column(Instant)


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
    group_name: Mapped[str | None] = mapped_column(String(200))
    """A class, an association: what a party is called that comes together."""
    code_id: Mapped[int | None] = mapped_column(ForeignKey("invitation_code.id"), index=True)
    """The invitation code that it was made with."""
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The staff member who registered someone; None for guests."""
    reconfirm_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    """When its people were asked whether they still come."""
    reconfirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    proof_sent_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the last code was sent by which the reader of the link proves who they are; see `rules.proof`."""
    proof_generation: Mapped[int] = mapped_column(default=0)
    proof_failures: Mapped[int] = mapped_column(default=0)
    """Wrong proofs in a row since ``proof_failed_at``."""
    proof_failed_at: Mapped[datetime | None] = mapped_column(Instant)
    unsubscribed_at: Mapped[datetime | None] = mapped_column(Instant)
    """Since when its contact wants no announcements; messages about their own place go on."""
    erased_at: Mapped[datetime | None] = mapped_column(Instant)

    attendees: Mapped[list["Attendee"]] = relationship(order_by="Attendee.position", back_populates="registration")


class Attendee(MadeUp, SeenAtDoor, Base):
    """One person on a registration."""

    __tablename__ = "attendee"
    __table_args__ = (
        UniqueConstraint("registration_id", "position"),
        UniqueConstraint("event_id", "serial"),
        Index("ix_attendee_event_id_status_type_unclaimed", "event_id", "status", "ticket_type_id", "unclaimed_at"),
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
    offer_until: Mapped[datetime | None] = mapped_column(Instant, index=True)
    """Until when an offered place is kept; None while offered: until somebody of the team has called."""
    offers: Mapped[int] = mapped_column(default=0)
    """How many offers it has had; see `rules.waiting_list`."""
    unclaimed_at: Mapped[datetime | None] = mapped_column(Instant)
    """Since when the seat of this confirmed person is open to those at the door; the ticket stays good."""
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
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Languages that the person speaks, BCP 47 tags or, for others, as typed."""
    needs: Mapped[str | None] = mapped_column(String(1000))
    """What the person needs in order to take part. Sensitive."""
    photo_consent: Mapped[PhotoConsent | None] = mapped_column(choice(PhotoConsent))
    """What counts now; `Consent` has how it came to be."""
    contact_consent: Mapped[bool | None] = mapped_column()
    """The same for messages after the event; None: never asked or answered."""
    door_note: Mapped[str | None] = mapped_column(String(200))
    """What the door must know of this person; shown there with the answer."""
    is_personality: Mapped[bool] = mapped_column(default=False)
    """Whether the protocol desk wants to hear of the arrival at once."""
    companions: Mapped[int] = mapped_column(default=0)
    """How many people without a ticket of their own are expected with this person: a delegation."""
    guardian_name: Mapped[str | None] = mapped_column(String(300))
    guardian_phone: Mapped[str | None] = mapped_column(String(20))
    is_taken_back: Mapped[bool] = mapped_column(default=False)
    """Whether this is somebody who registered at the door, and is cancelled because the last scan that counted was
    taken back; a scan that comes later and counts confirms the place again."""
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    """When all that is personal in this row was removed; the row stays, for seats, scans and totals."""

    registration: Mapped[Registration] = relationship(back_populates="attendees")
    ticket_type: Mapped[TicketType] = relationship()
    ticket: Mapped[Ticket | None] = relationship(
        primaryjoin="and_(Ticket.attendee_id == Attendee.id, Ticket.revoked_at.is_(None))",
        viewonly=True,
        uselist=False,
    )
