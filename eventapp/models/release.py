"""Released versions of a programme, and the moves in its draft that can be undone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant
from eventapp.models.version import SeenByPublic


class ProgrammeRelease(SeenByPublic, Base):
    """The programme as it was when it was released: what the public sees until the next release.

    Rooms, topics and sessions are copied, since the draft goes on changing; people are named by id, so that a
    corrected name is right at once. `rules.release` says what the copies hold.
    """

    __tablename__ = "programme_release"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int] = mapped_column()
    """Counts an event's releases from 1."""
    released_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    timetable: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Rooms, topics and sessions with their people, without the long texts."""
    abstracts: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, deferred=True)
    """A session's identity (uid) to its abstract by language; apart, because most pages do not show them."""


class ProgrammeEdit(Base):
    """One change of times and rooms in the draft, with what was before: so that it can be undone."""

    __tablename__ = "programme_edit"
    __table_args__ = (Index("ix_programme_edit_event_id_at", "event_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    action: Mapped[str] = mapped_column(String(20))
    """What was done: move, resize, swap or shift."""
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Session id to its start, end and room before."""
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The same after it; it can be undone while the sessions still stand like this."""
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    form_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The form that asked for it: sent twice, it is done once."""
