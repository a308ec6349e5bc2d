"""Lists on paper: numbered, so that what was ticked or signed without a network can be entered afterwards."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
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
    sheet: Mapped[int] = mapped_column()
    """The sheet of the attendance sheets on which the row stands, from 1; a supplement begins a new one."""
    line: Mapped[int] = mapped_column()
    """Its place on that sheet, from 1."""


class PaperEntry(MadeUp, Base):
    """Rows of a list that somebody entered afterwards: these people came, says the paper."""

    __tablename__ = "paper_entry"
    __table_args__ = (
        UniqueConstraint("event_id", "form_id"),
        Index("ix_paper_entry_checkpoint_id_at", "checkpoint_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    list_id: Mapped[int] = mapped_column(ForeignKey("paper_list.id"), index=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id"))
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    """The phone row of the account that entered them."""
    form_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)
    """When these people came, as far as the paper knows; it says which period the entry belongs to."""
    created_at: Mapped[datetime] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


class PaperMark(Base):
    """One row of an entry."""

    __tablename__ = "paper_mark"
    __table_args__ = (
        ForeignKeyConstraint(["list_id", "number"], ["paper_row.list_id", "paper_row.number"]),
        Index("ix_paper_mark_list_id_number", "list_id", "number"),
        Index("ix_paper_mark_attendee_id", "attendee_id"),
        Index("ix_paper_mark_scan_id", "scan_id"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("paper_entry.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column()
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"))
    scan_id: Mapped[str | None] = mapped_column(String(36))
    """The scan by which the person counts as having come; None: a phone had scanned them before."""
