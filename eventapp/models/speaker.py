"""Speakers, and what each does in which session."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Instant, Localized
from eventapp.language import LocalizedText
from eventapp.models.columns import MadeUp, choice
from eventapp.models.version import SeenByPublic
from eventapp.rules.vocabulary import SpeakerRole

if TYPE_CHECKING:
    from eventapp.models.programme import EventSession


class Speaker(MadeUp, SeenByPublic, Base):
    """A person on the programme. A name is enough; the personal link needs no account."""

    __tablename__ = "speaker"
    __table_args__ = (UniqueConstraint("event_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    slug: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[LocalizedText] = mapped_column(Localized)
    """Most people write their name one way in every language; a placeholder or a stage name may not."""
    function: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    organization: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    biography: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    email: Mapped[str | None] = mapped_column(String(254))
    """Private: for the organizer alone."""
    phone: Mapped[str | None] = mapped_column(String(20))
    """Private: for the organizer alone. E.164."""
    link_generation: Mapped[int] = mapped_column(default=1)
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the personal link's secret; see `rules.links`."""
    created_at: Mapped[datetime] = mapped_column(Instant)

    sessions: Mapped[list["SessionSpeaker"]] = relationship(back_populates="speaker", cascade="all, delete-orphan")


class SessionSpeaker(SeenByPublic, Base):
    """One person in one session."""

    __tablename__ = "session_speaker"
    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id", ondelete="CASCADE"), primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), primary_key=True, index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    role: Mapped[SpeakerRole] = mapped_column(choice(SpeakerRole), default=SpeakerRole.SPEAKER)
    position: Mapped[int] = mapped_column(default=0)

    session: Mapped["EventSession"] = relationship(back_populates="speakers")
    speaker: Mapped[Speaker] = relationship(back_populates="sessions")
