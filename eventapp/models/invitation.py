"""Invitations: codes that open a ticket type, and people and organizations who are invited by name."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant
from eventapp.models.columns import choice
from eventapp.rules.vocabulary import CallResult, InvitationAnswer


class InvitationCode(Base):
    """A code that registers people for one ticket type. It holds no seats."""

    __tablename__ = "invitation_code"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        CheckConstraint("max_people is null or max_people > 0", name="max_people_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    ticket_type_id: Mapped[int] = mapped_column(ForeignKey("ticket_type.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    """As compared: capitals and digits alone; see `rules.code`."""
    max_people: Mapped[int | None] = mapped_column(default=1)
    """How many people it registers in all; None: as many as come."""
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(String(200), default="")
    """For the team: for whom it is."""
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Invitation(Base):
    """A person or an organization who is invited by name, with a personal link and, if wanted, places kept for them."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("places >= 1", name="places_at_least_one"),
        CheckConstraint("held >= 0", name="held_not_negative"),
        CheckConstraint("name is not null or organization is not null", name="somebody_is_invited"),
        Index("ix_invitation_event_id_ticket_type_id_held", "event_id", "ticket_type_id", "held"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    ticket_type_id: Mapped[int] = mapped_column(ForeignKey("ticket_type.id"), index=True)
    courtesy_title: Mapped[str | None] = mapped_column(String(100))
    """Such as *Madame la Ministre*."""
    name: Mapped[str | None] = mapped_column(String(300))
    """None: an organization names its people itself."""
    name_key: Mapped[str] = mapped_column(String(1000), default="")
    """What search compares, of name and organization; see `rules.names.search_key`."""
    function: Mapped[str | None] = mapped_column(String(200))
    organization: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    """E.164."""
    language: Mapped[str] = mapped_column(String(8))
    places: Mapped[int] = mapped_column(default=1)
    """How many people may come on it."""
    held: Mapped[int] = mapped_column(default=0)
    """How many seats are kept for it now, besides those of people who are registered. Counted like seats taken."""
    reply_by: Mapped[datetime | None] = mapped_column(Instant, index=True)
    """Until when seats are kept; None: until an answer."""
    answer: Mapped[InvitationAnswer] = mapped_column(choice(InvitationAnswer), default=InvitationAnswer.OPEN)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who of the team wrote the answer down; None: the invitee."""
    representative: Mapped[str | None] = mapped_column(String(300))
    call_result: Mapped[CallResult | None] = mapped_column(choice(CallResult))
    called_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(String(500), default="")
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), unique=True)
    """The registration of those who come."""
    link_generation: Mapped[int] = mapped_column(default=1)
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret in /i/<secret>; see `rules.links`."""
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
