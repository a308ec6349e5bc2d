"""An organizer's own words for a kind of message, and how they are tried out."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant, Localized
from eventapp.language import LocalizedText
from eventapp.models.columns import choice
from eventapp.rules.vocabulary import DeliveryKind


class MessageText(Base):
    """What one event says instead of the standard words. Placeholders stand in braces; see `rules.message`.

    An empty text means the standard words in that language.
    """

    __tablename__ = "message_text"
    __table_args__ = (UniqueConstraint("event_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[DeliveryKind] = mapped_column(choice(DeliveryKind))
    subject: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    body: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    """What stands before the facts (tickets, day, place, link), which every message of its kind has by itself. Plain
    text; an empty line begins a paragraph."""
    short: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    """The words of an SMS or a messenger; the link follows by itself."""
    updated_at: Mapped[datetime] = mapped_column(Instant)


class MessageTrial(Base):
    """A message that somebody of the team sends to themselves: with the words of then, saved or not.

    It is about somebody, or about nobody (a made-up person). Their ids are no foreign keys: whoever is gone when the
    message is written is nobody.
    """

    __tablename__ = "message_trial"
    __table_args__ = (
        UniqueConstraint("account_id", "form_id"),
        Index("ix_message_trial_account_id_created_at", "account_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    form_id: Mapped[str] = mapped_column(String(64))
    subject: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    body: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    short: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    registration_id: Mapped[int | None] = mapped_column()
    speaker_id: Mapped[int | None] = mapped_column()
    invitation_id: Mapped[int | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(Instant)
