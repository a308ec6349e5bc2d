"""Lists of people to take in: how their columns were understood the last time."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant


class ColumnMapping(Base):
    """Which column of a list means what, as an organizer said it last; found again by the list's headings."""

    __tablename__ = "column_mapping"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    """What the list holds: ``attendees`` or ``invitations``."""
    columns: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Folded heading to the name of a field; an empty name: left out."""
    updated_at: Mapped[datetime] = mapped_column(Instant)
