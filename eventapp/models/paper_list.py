"""Lists on paper: numbered, so that what was ticked or signed without a network can be entered afterwards."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant
from eventapp.models.columns import MadeUp


class PaperList(MadeUp, Base):
    """One version of an event's list. The numbers of its rows never change; whoever comes later is added at the end."""

    __tablename__ = "paper_list"
    __table_args__ = (UniqueConstraint("event_id", "version"), UniqueConstraint("event_id", "form_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    version: Mapped[int] = mapped_column()
    """From 1; printed on every sheet, and named when rows are entered."""
    form_id: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class PaperRow(Base):
    """One line of a list: who it is about."""

    __tablename__ = "paper_row"
    __table_args__ = (
        UniqueConstraint("list_id", "attendee_id"),
        Index("ix_paper_row_attendee_id", "attendee_id"),
    )

    list_id: Mapped[int] = mapped_column(ForeignKey("paper_list.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """From 1, through all sheets and supplements of its version."""
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"))
    supplement: Mapped[int] = mapped_column(default=0)
    """0: the list as it was first made; 1, 2, …: the supplement that it came with."""
