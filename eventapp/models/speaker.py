"""Speakers, and what each does in which session."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Instant, Localized
from eventapp.language import LocalizedText
from eventapp.models.columns import MadeUp, choice
from eventapp.models.version import SeenByPublic
from eventapp.rules.vocabulary import PhotoConsent, SpeakerAnswer, SpeakerRole, Substitution, TaskKind

if TYPE_CHECKING:
    from eventapp.models.programme import EventSession


class Speaker(MadeUp, SeenByPublic, Base):
    """A person on the programme. A name is enough; the personal link needs no account."""

    __tablename__ = "speaker"
    __table_args__ = (
        UniqueConstraint("event_id", "slug"),
        CheckConstraint("crew_limit >= 0", name="crew_limit_not_negative"),
    )

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
    is_listed: Mapped[bool] = mapped_column(default=True)
    """Whether the public pages show them. Whoever declined is not shown in any case."""
    links: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    """Web addresses about them, one a line."""
    photo_hash: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    """The photograph, 640 pixels square."""
    small_photo_hash: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    """The photograph, 320 pixels square."""
    language: Mapped[str | None] = mapped_column(String(8))
    """In which they are written to; None: the event's first."""
    answer: Mapped[SpeakerAnswer] = mapped_column(choice(SpeakerAnswer), default=SpeakerAnswer.OPEN)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    decline_reason: Mapped[str | None] = mapped_column(String(1000))
    stage_needs: Mapped[str | None] = mapped_column(String(2000))
    """Private: what they need on stage."""
    photo_consent: Mapped[PhotoConsent | None] = mapped_column(choice(PhotoConsent))
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id"), unique=True)
    """Their place and ticket; a speaker is one attendee, also when they had registered as a guest."""
    crew_limit: Mapped[int] = mapped_column(default=0)
    """How many people they may bring for their performance."""
    arrived_at: Mapped[datetime | None] = mapped_column(Instant)
    """Ticked by the team on the day; a scan of their ticket says the same."""

    @property
    def is_shown(self) -> bool:
        """Whether public pages show more of them than the name on a session."""
        return self.is_listed and self.answer is not SpeakerAnswer.DECLINED

    sessions: Mapped[list["SessionSpeaker"]] = relationship(
        back_populates="speaker", cascade="all, delete-orphan", foreign_keys="SessionSpeaker.speaker_id"
    )


class SessionSpeaker(SeenByPublic, Base):
    """One person in one session, and who stands in for them."""

    __tablename__ = "session_speaker"
    __table_args__ = (
        CheckConstraint("(substitute_id is null) = (substitution is null)", name="substitute_with_substitution"),
    )
    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id", ondelete="CASCADE"), primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), primary_key=True, index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    role: Mapped[SpeakerRole] = mapped_column(choice(SpeakerRole), default=SpeakerRole.SPEAKER)
    position: Mapped[int] = mapped_column(default=0)
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("speaker.id", ondelete="SET NULL"), index=True)
    """Who speaks in their place; the slot stays theirs."""
    substitution: Mapped[Substitution | None] = mapped_column(choice(Substitution))

    session: Mapped["EventSession"] = relationship(back_populates="speakers")
    speaker: Mapped[Speaker] = relationship(back_populates="sessions", foreign_keys=[speaker_id])
    substitute: Mapped[Speaker | None] = relationship(foreign_keys=[substitute_id])


class SpeakerAvailability(Base):
    """A time at which a speaker can be on stage; who names none can at any time."""

    __tablename__ = "speaker_availability"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)


class SpeakerTask(Base):
    """One thing that the organizer needs from every speaker of an event."""

    __tablename__ = "speaker_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[TaskKind] = mapped_column(choice(TaskKind))
    """What shows that it is done: a photograph, a biography …; of a ``custom`` one the speaker says so."""
    title: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    """Of a ``custom`` one; the others have the words of their kind."""
    due_on: Mapped[date | None] = mapped_column()


class SpeakerTaskDone(Base):
    """A speaker did what no other row shows."""

    __tablename__ = "speaker_task_done"

    task_id: Mapped[int] = mapped_column(ForeignKey("speaker_task.id", ondelete="CASCADE"), primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), primary_key=True, index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    done_at: Mapped[datetime] = mapped_column(Instant)


class SpeakerFile(Base):
    """Slides that a speaker handed in."""

    __tablename__ = "speaker_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("event_session.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    file_hash: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(Instant)


class SpeakerSeen(Base):
    """Up to which release of the programme a speaker said they know it."""

    __tablename__ = "speaker_seen"

    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    release_number: Mapped[int] = mapped_column()
    seen_at: Mapped[datetime] = mapped_column(Instant)


class CrewMember(Base):
    """Somebody who comes with a performer, with hours of their own."""

    __tablename__ = "crew_member"
    __table_args__ = (
        CheckConstraint("ends_at is null or starts_at is null or ends_at > starts_at", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), index=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"), unique=True)
    starts_at: Mapped[datetime | None] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
