"""Print runs: paper for many people, made by the worker while the organizer watches."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant
from eventapp.models.columns import choice
from eventapp.rules.vocabulary import PrintKind, PrintState


class PrintRun(Base):
    """One file that is being made, or is ready. It holds names, so it is thrown away when nobody needs it any more."""

    __tablename__ = "print_run"
    __table_args__ = (
        UniqueConstraint("event_id", "form_id"),
        Index("ix_print_run_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    form_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[PrintKind] = mapped_column(choice(PrintKind))
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What is printed and how: of the kind."""
    language: Mapped[str] = mapped_column(String(8))
    """Of what stands on the paper for everybody; a person's own page is in their language."""
    state: Mapped[PrintState] = mapped_column(choice(PrintState), default=PrintState.QUEUED)
    due_at: Mapped[datetime] = mapped_column(Instant)
    """Not before; while it runs, the end of its worker's lease; when it is ready, when the file is thrown away."""
    attempts: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    """How many people of ``total`` are on paper."""
    last_error: Mapped[str | None] = mapped_column(String(500))
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    """The file, once it is ready; None again when it was thrown away."""
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
