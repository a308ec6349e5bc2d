"""What an organizer asks beyond the built-in questions, what people answered, and what they agreed to."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant, Localized
from eventapp.language import LocalizedText
from eventapp.models.columns import choice
from eventapp.models.version import SeenByPublic
from eventapp.rules.vocabulary import ConsentAnswer, ConsentPurpose, ConsentWay, QuestionKind


class EventQuestion(SeenByPublic, Base):
    """A question of an organizer's own, asked of each person of a registration."""

    __tablename__ = "event_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[QuestionKind] = mapped_column(choice(QuestionKind))
    label: Mapped[LocalizedText] = mapped_column(Localized)
    help: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """For one or several choices: ``{"key": "c1", "label": {"fr": ..., "en": ...}}``. A key is never used again."""
    is_required: Mapped[bool] = mapped_column(default=False)
    ticket_type_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Types that are asked; empty: all."""
    shown_if_question_id: Mapped[int | None] = mapped_column(ForeignKey("event_question.id"))
    """Asked only of those who answered an earlier question ..."""
    shown_if_value: Mapped[str | None] = mapped_column(String(200))
    """... like this: the key of a choice, or ``yes`` or ``no``."""
    is_sensitive: Mapped[bool] = mapped_column(default=False)
    """Seen by owner and organizer alone, and erased early."""
    is_counted: Mapped[bool] = mapped_column(default=False)
    """Whether the report counts its answers."""
    reason: Mapped[str] = mapped_column(String(1000), default="")
    """Why something delicate is asked; shown to guests beside the question."""
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    """Not asked any more; its answers stay."""


class Answer(Base):
    """What one person answered to an organizer's own question; no row: nothing."""

    __tablename__ = "answer"

    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("event_question.id"), primary_key=True, index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    value: Mapped[Any] = mapped_column(JSON)
    """A text, a number, a day (ISO 8601), the key of a choice, a list of keys, or true and false."""


class Consent(Base):
    """One answer of one person to a request for consent; a later one takes its place, and it stays as a record."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_attendee_id_purpose", "attendee_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    purpose: Mapped[ConsentPurpose] = mapped_column(choice(ConsentPurpose))
    answer: Mapped[ConsentAnswer] = mapped_column(choice(ConsentAnswer))
    wording: Mapped[str] = mapped_column(String(1000))
    """The request as it was read or spoken."""
    language: Mapped[str] = mapped_column(String(8))
    way: Mapped[ConsentWay] = mapped_column(choice(ConsentWay))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who of the team was told, or holds the paper."""
    given_at: Mapped[datetime] = mapped_column(Instant)
