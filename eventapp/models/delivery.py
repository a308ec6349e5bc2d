"""Messages to send: written with the change that causes them, sent after it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant
from eventapp.models.columns import choice
from eventapp.rules.vocabulary import DeliveryChannel, DeliveryKind, DeliveryState


class Delivery(Base):
    """One message to one address; to an empty one if a person has none and is to be told by hand."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_channel_state_due_at", "channel", "state", "due_at"),
        Index("ix_delivery_event_id_state", "event_id", "state"),
        # What is about one person's place goes before mailings, however many of these wait.
        Index(
            "ix_delivery_own",
            "channel",
            "state",
            "due_at",
            sqlite_where=text("mailing_id is null"),
            postgresql_where=text("mailing_id is null"),
        ),
        # A mailing writes to each of its people once, however often its expansion is begun anew.
        UniqueConstraint("mailing_id", "registration_id"),
        UniqueConstraint("mailing_id", "speaker_id"),
        UniqueConstraint("mailing_id", "invitation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("speaker.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id"))
    """The mailing that it is part of, with its words."""
    trial_id: Mapped[int | None] = mapped_column(ForeignKey("message_trial.id"))
    """Of a test: whose words and whose facts. It belongs to no registration, speaker or invitation, so that nothing
    that counts their messages counts it."""
    session_id: Mapped[int | None] = mapped_column()
    """For a seat in a session: which."""
    since_release: Mapped[int | None] = mapped_column()
    """For a change of programme: the number of the release that the reader knew."""
    kind: Mapped[DeliveryKind] = mapped_column(choice(DeliveryKind))
    channel: Mapped[DeliveryChannel] = mapped_column(choice(DeliveryChannel), default=DeliveryChannel.EMAIL)
    address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState), default=DeliveryState.QUEUED)
    created_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    """Not before; also the end of a worker's lease while it is being sent."""
    claim: Mapped[str | None] = mapped_column(String(40))
    """Made anew each time a worker takes it: what another one noted about an earlier claim is known by it."""
    attempts: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime | None] = mapped_column(Instant)
    """Since when a worker is handing it over; None while nobody does. If the worker dies then, nobody knows whether the
    message left."""
    in_doubt: Mapped[int] = mapped_column(default=0)
    """How many attempts ended without anybody noting how: so many more times it may have arrived."""
    last_error: Mapped[str | None] = mapped_column(String(500))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    """Message-ID of the mail (RFC 5322 3.6.4); the same on a retry, so that mail programs show it once."""
    provider_id: Mapped[str | None] = mapped_column(String(200))
    """What the mail server or the SMS service calls it, for questions to them."""
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who of the team told it by hand."""
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who of the team has it before them now, to send by hand; until ``due_at`` nobody else is given it."""
