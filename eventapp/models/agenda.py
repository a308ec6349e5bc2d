"""Which sessions a registration's people mean to see."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant


class Agenda(Base):
    """The sessions a contact chose, under a link of its own: a calendar that reads it can change nothing."""

    __tablename__ = "agenda"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret in /a/<secret>; see `rules.links`."""
    updated_at: Mapped[datetime] = mapped_column(Instant)


class AgendaItem(Base):
    """One session on an agenda."""

    __tablename__ = "agenda_item"

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("agenda.registration_id", ondelete="CASCADE"), primary_key=True
    )
    session_id: Mapped[int] = mapped_column(primary_key=True, index=True)
    """Of an `EventSession`; no foreign key, since releases, and so people's calendars, know sessions that the draft has
    lost."""
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
