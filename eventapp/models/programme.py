"""The programme: rooms, topics and sessions."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Instant, Localized
from eventapp.language import LocalizedText
from eventapp.models.columns import MadeUp, choice
from eventapp.models.speaker import SessionSpeaker
from eventapp.models.version import SeenByPublic
from eventapp.rules.vocabulary import SessionKind


class Room(MadeUp, SeenByPublic, Base):
    """A room of the venue."""

    __tablename__ = "room"
    __table_args__ = (CheckConstraint("capacity is null or capacity >= 0", name="capacity_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[LocalizedText] = mapped_column(Localized)
    capacity: Mapped[int | None] = mapped_column()


class Topic(MadeUp, SeenByPublic, Base):
    """A subject that sessions treat."""

    __tablename__ = "topic"
    __table_args__ = (UniqueConstraint("event_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    position: Mapped[int] = mapped_column()
    """Its number, from 1."""
    title: Mapped[LocalizedText] = mapped_column(Localized)
    translation: Mapped[str | None] = mapped_column(String(20))
    """``ours``: the title in the languages other than the source's is our translation; None: as given."""
    colour: Mapped[str | None] = mapped_column(String(7))
    """Marks its sessions, as ``#rrggbb``; None: no mark."""


class EventSession(MadeUp, SeenByPublic, Base):
    """A programme item. ``placeholder`` means that its time is made up."""

    __tablename__ = "event_session"
    __table_args__ = (
        UniqueConstraint("event_id", "slug"),
        CheckConstraint("ends_at is null or starts_at is null or ends_at > starts_at", name="ends_after_start"),
        Index("ix_event_session_event_id_starts_at", "event_id", "starts_at"),
        {"sqlite_autoincrement": True},  # calendars and browsers keep ids: none is ever given to another session
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    slug: Mapped[str] = mapped_column(String(80))
    kind: Mapped[SessionKind] = mapped_column(choice(SessionKind), default=SessionKind.TALK)
    title: Mapped[LocalizedText] = mapped_column(Localized)
    abstract: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    starts_at: Mapped[datetime | None] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    language: Mapped[str | None] = mapped_column(String(8))
    """Language spoken in it, a BCP 47 tag."""
    interpretation: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Languages into which it is interpreted, BCP 47 tags."""
    notes: Mapped[str] = mapped_column(String(5000), default="")
    """Private: for the team and for the host's running order."""
    cues: Mapped[str] = mapped_column(String(5000), default="")
    """Private: light, sound, slides and other cues of the running order, one a line."""
    uid: Mapped[str] = mapped_column(String(64), unique=True)
    """Stable identity in calendars (iCalendar UID, RFC 5545 3.8.4.7)."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Raised when time, room or state changes (iCalendar SEQUENCE, RFC 5545 3.8.7.4)."""
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)

    topic: Mapped[Topic | None] = relationship()
    room: Mapped[Room | None] = relationship()
    speakers: Mapped[list[SessionSpeaker]] = relationship(
        order_by=[SessionSpeaker.position, SessionSpeaker.speaker_id],
        cascade="all, delete-orphan",
        back_populates="session",
    )
