"""Events, the organizations behind them, and the free sections of their pages."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Instant, Localized
from eventapp.language import LocalizedText
from eventapp.models.columns import MadeUp, choice
from eventapp.models.version import SeenAtDoor, SeenByPublic
from eventapp.rules.vocabulary import EventState, FullHouse, HostRole


class Event(MadeUp, SeenByPublic, SeenAtDoor, Base):
    """One event. Its dates may not be known yet."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("capacity is null or capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("ends_at is null or starts_at is null or ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("max_party >= 1", name="max_party_at_least_one"),
        CheckConstraint("offer_hours is null or offer_hours > 0", name="offer_hours_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[EventState] = mapped_column(choice(EventState), default=EventState.DRAFT)
    is_demo: Mapped[bool] = mapped_column(default=False)
    """Shows the banner of a demonstration on every page; its mail never leaves by SMTP."""
    languages: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["fr", "en"])
    """Languages of its texts; the first stands in where another is missing."""
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    title: Mapped[LocalizedText] = mapped_column(Localized)
    theme: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    description: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    """Markdown."""
    venue: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    city: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    starts_at: Mapped[datetime | None] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    time_is_known: Mapped[bool] = mapped_column(default=True)
    """False: the day is certain, the time of day is not; pages say "time to be confirmed"."""
    accent: Mapped[str] = mapped_column(String(7), default="#9a3b12")
    contact_email: Mapped[str | None] = mapped_column(String(254))
    privacy: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    """The organizer's own privacy notice (Markdown); without one, pages show the standard notice."""
    capacity: Mapped[int | None] = mapped_column()
    """Seats; None means as many as come."""
    waiting_list: Mapped[bool] = mapped_column(default=True)
    max_party: Mapped[int] = mapped_column(default=1)
    """How many people one registration may name."""
    registration_open: Mapped[bool] = mapped_column(default=True)
    registration_opens_at: Mapped[datetime | None] = mapped_column(Instant)
    registration_closes_at: Mapped[datetime | None] = mapped_column(Instant)
    asked: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Built-in questions that are asked: `Question` to `Asked`; one that is missing is off."""
    offer_hours: Mapped[int | None] = mapped_column(default=24)
    """How long a free place is kept for whoever is next on the waiting list; None: they have it at once, without being
    asked."""
    reconfirm_days: Mapped[int | None] = mapped_column()
    """How many days before the start people are asked whether they still come; None: never."""
    release_days: Mapped[int | None] = mapped_column()
    """How many days before the start places are taken back that were not confirmed once more; None: never."""
    unclaimed_minutes: Mapped[int | None] = mapped_column()
    """How many minutes after the start places of people who have not come open to those at the door; None: never."""
    unclaimed_opened_at: Mapped[datetime | None] = mapped_column(Instant)
    """When that was done."""
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_note: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    """Why, and what happens now: stands on its pages and in the message to those who are registered."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Rises when the event moves, is cancelled or takes place after all; calendars add it to that of each entry
    (RFC 5545 3.8.7.4)."""
    sequenced_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it last rose."""
    survey_url: Mapped[str | None] = mapped_column(String(300))
    """Where guests say afterwards how it was."""
    programme_released_at: Mapped[datetime | None] = mapped_column(Instant)
    door_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Key of the check bits in ticket codes; a copied event draws a new one."""
    unlisted_admission: Mapped[bool] = mapped_column(default=True)
    full_house: Mapped[FullHouse] = mapped_column(choice(FullHouse), default=FullHouse.ASK)
    """What becomes of people without a ticket when all seats are taken."""
    created_at: Mapped[datetime] = mapped_column(Instant)

    organizations: Mapped[list["Organization"]] = relationship(order_by="Organization.position, Organization.id")
    sections: Mapped[list["PageSection"]] = relationship(order_by="PageSection.position, PageSection.id")


class Organization(MadeUp, SeenByPublic, Base):
    """An organization behind an event: who organizes, with whom, paid by whom, within which project."""

    __tablename__ = "organization"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    role: Mapped[HostRole] = mapped_column(choice(HostRole))
    name: Mapped[LocalizedText] = mapped_column(Localized)
    website: Mapped[str | None] = mapped_column(String(300))


class PageSection(SeenByPublic, Base):
    """A part of the event page that an organizer writes freely: practical things, sources, people."""

    __tablename__ = "page_section"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[LocalizedText] = mapped_column(Localized)
    body: Mapped[LocalizedText] = mapped_column(Localized, default=LocalizedText)
    """Markdown."""
