"""Sessions with limited seats, and who has one."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant
from eventapp.models.columns import choice
from eventapp.models.version import SeenByPublic
from eventapp.rules.vocabulary import Fill, SessionSeatStatus


class SessionSignUp(SeenByPublic, Base):
    """That a session has limited seats, and how full it is. Besides the programme: releases do not know it."""

    __tablename__ = "session_sign_up"
    __table_args__ = (CheckConstraint("seats >= 0", name="seats_not_negative"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("event_session.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    seats: Mapped[int] = mapped_column()
    fill: Mapped[Fill] = mapped_column(choice(Fill), default=Fill.FREE)
    """What public pages say; written with the seat that changes it, so that they are made anew only then."""


class SessionSeat(Base):
    """One person's seat, or place on the waiting list, in a session."""

    __tablename__ = "session_seat"
    __table_args__ = (Index("ix_session_seat_session_id_status", "session_id", "status", "status_at"),)

    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("session_sign_up.session_id", ondelete="CASCADE"), primary_key=True
    )
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    status: Mapped[SessionSeatStatus] = mapped_column(choice(SessionSeatStatus))
    status_at: Mapped[datetime] = mapped_column(Instant)
    """Since when; orders the waiting list."""
