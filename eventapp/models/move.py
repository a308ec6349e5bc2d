"""Events that moved: what people knew before, until they were told."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant, Localized
from eventapp.language import LocalizedText


class EventMove(Base):
    """When and where an event was before its dates or its place changed. It waits until people are told, or until the
    team decides that nobody is; an event has one at most that waits."""

    __tablename__ = "event_move"
    __table_args__ = (Index("ix_event_move_event_id_told_at", "event_id", "told_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    starts_at: Mapped[datetime | None] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    time_is_known: Mapped[bool] = mapped_column()
    timezone: Mapped[str] = mapped_column(String(64))
    venue: Mapped[LocalizedText] = mapped_column(Localized)
    city: Mapped[LocalizedText] = mapped_column(Localized)
    noted_at: Mapped[datetime] = mapped_column(Instant)
    """When it moved first: whoever registered later read something else."""
    changed_at: Mapped[datetime] = mapped_column(Instant)
    """The last change: whoever registered later knows it."""
    told_at: Mapped[datetime | None] = mapped_column(Instant)
