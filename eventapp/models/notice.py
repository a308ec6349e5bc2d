"""Short notices of the day: a room that changed, lunch that is late."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant, Localized
from eventapp.language import LocalizedText
from eventapp.models.version import SeenAtDoor, SeenByPublic


class Notice(SeenByPublic, SeenAtDoor, Base):
    """What the organizer tells everybody at once, until it ends."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("ends_at is null or ends_at > starts_at", name="ends_after_start"),
        Index("ix_notice_event_id_starts_at", "event_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    text: Mapped[LocalizedText] = mapped_column(Localized)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it ends by itself; None: when somebody ends it."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
