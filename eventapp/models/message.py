"""An organizer's own words for a kind of message."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
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
