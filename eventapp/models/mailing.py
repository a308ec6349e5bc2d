"""Mailings: one message to many people, at once or at a time that is set."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant, Localized
from eventapp.language import LocalizedText
from eventapp.models.columns import choice
from eventapp.rules.vocabulary import Audience, DeliveryKind, MailingState


class Mailing(Base):
    """An announcement, a reminder or a thank-you, with its words, its people and its time.

    When its time has come, the worker writes one `Delivery` for each of its people, in steps that go on where they
    ended: ``last_id`` is the registration, speaker or invitation that was reached.
    """

    __tablename__ = "mailing"
    __table_args__ = (
        UniqueConstraint("event_id", "form_id"),
        Index("ix_mailing_state_send_at", "state", "send_at"),
        CheckConstraint("days is null or days >= 0", name="days_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    form_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[DeliveryKind] = mapped_column(choice(DeliveryKind))
    """One of `vocabulary.MAILED`."""
    subject: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    body: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    short: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    """As in `MessageText`; an announcement has no standard words."""
    audience: Mapped[Audience] = mapped_column(choice(Audience), default=Audience.GUESTS)
    chosen: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Which of them; see `rules.mailing`."""
    days: Mapped[int | None] = mapped_column()
    """A rule instead of a date: so many days before the event (a thank-you: after it), at ``minute``."""
    minute: Mapped[int | None] = mapped_column()
    """Minutes after midnight on the event's clocks."""
    send_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it leaves; of a rule, as follows from the event's present dates. None: the dates are not known, or a draft
    that is to be sent by hand."""
    state: Mapped[MailingState] = mapped_column(choice(MailingState), default=MailingState.DRAFT)
    last_id: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    """When all was written down, or it was stopped."""
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
