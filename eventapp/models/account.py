"""Accounts of staff, what they may do in which event, and who is signed in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Instant
from eventapp.models.columns import MadeUp, choice
from eventapp.rules.vocabulary import Role


class Account(MadeUp, Base):
    """A person on the staff. Guests and speakers have links, no accounts."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In lower case."""
    name: Mapped[str] = mapped_column(String(300), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """argon2id; None: signs in by link only."""
    is_admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)

    memberships: Mapped[list["Membership"]] = relationship(cascade="all, delete-orphan")


class Membership(Base):
    """An account's role in an event."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("account_id", "event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))


class SignIn(Base):
    """A signed-in browser of an account, or a paired phone: one row each, ended by itself."""

    __tablename__ = "sign_in"
    __table_args__ = (CheckConstraint("(account_id is null) <> (device_id is null)", name="account_or_device"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class SignInLink(Base):
    """A one-time link that signs an account in."""

    __tablename__ = "sign_in_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Attempt(Base):
    """How often something was tried in a window of time, to slow guessing."""

    __tablename__ = "attempt"
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    """What is limited and for whom, hashed where it names a person."""
    window_at: Mapped[datetime] = mapped_column(Instant)
    count: Mapped[int] = mapped_column(default=0)
