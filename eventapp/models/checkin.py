"""The door: checkpoints, phones, scans, and what follows from the scans."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant, Localized
from eventapp.language import LocalizedText
from eventapp.models.columns import MadeUp, choice
from eventapp.models.version import SeenAtDoor
from eventapp.rules.vocabulary import CheckpointKind, Direction, Policy, ScanKind, ScanMethod, Verdict


class Checkpoint(MadeUp, SeenAtDoor, Base):
    """A boundary that tickets open: the venue, a session, a distribution, or a rehearsal."""

    __tablename__ = "checkpoint"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[CheckpointKind] = mapped_column(choice(CheckpointKind), default=CheckpointKind.VENUE)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("event_session.id"), index=True)
    name: Mapped[LocalizedText] = mapped_column(Localized)
    policy: Mapped[Policy] = mapped_column(choice(Policy), default=Policy.RETURNS)
    opens_at: Mapped[datetime | None] = mapped_column(Instant)
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    periods: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Instants (ISO 8601, UTC) at which a further period begins; empty: one period."""
    ticket_type_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Types it opens for; empty: all."""
    needs_seat: Mapped[bool] = mapped_column(default=False)
    """Whether it opens only for those who have a seat in its session; see `SessionSeat`."""
    window_changed_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the window was last set, at the desk or from a phone (corrected time): the latest word counts, whichever
    arrives last."""
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class WindowChange(Base):
    """That somebody at a door opened early or stayed open longer, perhaps offline. Added once, never changed."""

    __tablename__ = "window_change"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """UUID made by the phone, in its canonical lower-case form."""
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    opens_at: Mapped[datetime | None] = mapped_column(Instant)
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    """The window from then on, whole."""
    changed_at: Mapped[datetime] = mapped_column(Instant)
    """Corrected time: raw clock plus offset, or the receipt when that lies too far ahead."""
    received_at: Mapped[datetime] = mapped_column(Instant)
    set_aside_at: Mapped[datetime | None] = mapped_column(Instant)
    """Kept but without effect (sent by a revoked phone)."""


class TeamLink(MadeUp, Base):
    """One link that prepares the phones of a whole team; each waits until an organizer lets it begin."""

    __tablename__ = "team_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id"))
    name: Mapped[str] = mapped_column(String(120))
    direction: Mapped[Direction] = mapped_column(choice(Direction), default=Direction.ENTRY)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret in the link."""
    max_phones: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Device(Base):
    """A phone at a door. A staff member who signs in has one too."""

    __tablename__ = "device"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    """The staff member whose phone it is, when they signed in with an account."""
    name: Mapped[str] = mapped_column(String(120))
    door: Mapped[str] = mapped_column(String(120), default="")
    direction: Mapped[Direction] = mapped_column(choice(Direction), default=Direction.ENTRY)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    """The room that it stands at: it serves whichever session runs there, instead of one checkpoint."""
    team_link_id: Mapped[int | None] = mapped_column(ForeignKey("team_link.id"), index=True)
    """The team's link that it was prepared with."""
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    """Since when a phone of a team's link may fetch the list; others need no approval."""
    pair_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret in the pairing link."""
    pair_expires_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_contact_at: Mapped[datetime | None] = mapped_column(Instant)
    health: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Scan(Base):
    """One reading at a door, as the phone sent it. Added once, never changed, holds no name."""

    __tablename__ = "scan"
    __table_args__ = (
        Index("ix_scan_attendee_id_checkpoint_id_moves", "attendee_id", "checkpoint_id", "moves"),
        Index("ix_scan_device_id_received_at", "device_id", "received_at"),
        Index("ix_scan_checkpoint_id_received_at", "checkpoint_id", "received_at"),
        Index("ix_scan_device_id_seq", "device_id", "seq"),
        Index(
            "ix_scan_event_id_device_id_set_aside",
            "event_id",
            "device_id",
            sqlite_where=text("set_aside_at is not null"),
            postgresql_where=text("set_aside_at is not null"),
        ),
        Index(
            "ix_scan_target_id",
            "target_id",
            sqlite_where=text("target_id is not null"),
            postgresql_where=text("target_id is not null"),
        ),
        Index(
            "ix_scan_event_id_input_nobody",
            "event_id",
            "input",
            sqlite_where=text("attendee_id is null"),
            postgresql_where=text("attendee_id is null"),
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """UUID made by the phone, in its canonical lower-case form."""
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id"))
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id"))
    """Whom the input was read as when it arrived, or as soon as somebody registered at the door with this code; None
    if nobody."""
    door: Mapped[str] = mapped_column(String(120), default="")
    input: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ScanKind] = mapped_column(choice(ScanKind))
    method: Mapped[ScanMethod] = mapped_column(choice(ScanMethod))
    target_id: Mapped[str | None] = mapped_column(String(36))
    """The scan that this one undoes or overrules; it may arrive later, so this is no foreign key."""
    reason: Mapped[str | None] = mapped_column(String(300))
    companions: Mapped[int] = mapped_column(default=0)
    """How many people without a ticket of their own came in with this person."""
    scanned_at: Mapped[datetime] = mapped_column(Instant)
    """The phone's raw clock."""
    offset_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    """To add to the raw clock to get the server's time, as the phone knew it then."""
    corrected_at: Mapped[datetime] = mapped_column(Instant)
    """What the fold orders by: raw clock plus offset, or the receipt when that lies too far ahead."""
    is_clock_wrong: Mapped[bool] = mapped_column(default=False)
    seq: Mapped[int | None] = mapped_column()
    phone_verdict: Mapped[Verdict | None] = mapped_column(choice(Verdict))
    """What the phone told the volunteer; None when it asked us."""
    received_at: Mapped[datetime] = mapped_column(Instant)
    verdict: Mapped[Verdict | None] = mapped_column(choice(Verdict))
    """Our first answer. Sending the scan again gives it again, whatever has changed since. None where nothing was
    asked (an undo) or nothing is told (a revoked phone)."""
    later_verdict: Mapped[Verdict | None] = mapped_column(choice(Verdict))
    """What we would have answered had the person been known: they registered at the door with a code that another phone
    had read, and that phone was heard first. Or what we would have answered a withdrawn phone, as things were when an
    organizer accepted its scan. It adds up by this one; None: by ``verdict``."""
    moves: Mapped[bool] = mapped_column(default=False)
    """Whether it adds up to an admission: somebody passed (`rules.checkin.Past.moves`), or that is taken back. One that
    was taken back before it arrived never does."""
    conflict: Mapped[bool] = mapped_column(default=False)
    """Whether our first answer reported a conflict."""
    set_aside_at: Mapped[datetime | None] = mapped_column(Instant)
    """Kept but not counted until an organizer accepts it (sent by a revoked phone)."""


class Admission(SeenAtDoor, Base):
    """What the scans of one attendee at one checkpoint add up to: a cache of the fold in `rules.checkin`."""

    __tablename__ = "admission"
    __table_args__ = (
        Index("ix_admission_event_id_version", "event_id", "version"),
        # All that counting needs, so that it never reads the rows themselves.
        Index(
            "ix_admission_checkpoint_id_entered_at", "checkpoint_id", "entered_at", "last_at", "is_inside", "companions"
        ),
    )

    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"), primary_key=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    entered_at: Mapped[datetime | None] = mapped_column(Instant)
    """First entry; None when all entries were undone."""
    last_at: Mapped[datetime | None] = mapped_column(Instant)
    door: Mapped[str] = mapped_column(String(120), default="")
    """Door of the last entry."""
    is_inside: Mapped[bool] = mapped_column(default=False)
    companions: Mapped[int] = mapped_column(default=0)
    """People without a ticket of their own who came with this person: the most that any entry counted."""


class Conflict(Base):
    """Someone was let in although the fold says otherwise: for a person to look at, never dropped."""

    __tablename__ = "conflict"
    scan_id: Mapped[str] = mapped_column(ForeignKey("scan.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id"))
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id"), index=True)
    against_scan_id: Mapped[str | None] = mapped_column(ForeignKey("scan.id"))
    """The entry that came first, when two doors disagree."""
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict))
    """What the fold says about the scan."""
    found_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[str | None] = mapped_column(String(40))
