"""The door: what a scan is decided by, what phones hold a copy of, and what the check-in page shows.

The statements of the hot path are built once, here, and run on the connection; see docs/decisions.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.checkin import Admission, Checkpoint, Conflict, Device, Scan
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration, TicketType
from eventapp.models.ticket import Serial, Ticket
from eventapp.models.version import EventVersion
from eventapp.rules import checkin as rules
from eventapp.rules import ticket
from eventapp.rules.vocabulary import (
    AttendeeStatus,
    CheckpointKind,
    PhotoConsent,
    Policy,
    ScanKind,
)

PAGE = 2_000
"""How many people, or how many changes, one answer holds at most."""

LAST_SERIAL = ticket.ALPHABET[-1] * ticket.SERIAL_LENGTH


# Checkpoints


def list_checkpoints(event_id: int) -> list[Checkpoint]:
    """The checkpoints of an event in the organizer's order."""
    return list(
        db.session.scalars(
            select(Checkpoint).where(Checkpoint.event_id == event_id).order_by(Checkpoint.position, Checkpoint.id)
        )
    )


def find_checkpoint(event_id: int, checkpoint_id: int) -> Checkpoint | None:
    """A checkpoint, if it is the event's."""
    return db.session.scalar(select(Checkpoint).where(Checkpoint.id == checkpoint_id, Checkpoint.event_id == event_id))


def find_venue(event_id: int) -> Checkpoint | None:
    """The venue's first checkpoint that is not closed."""
    return next((c for c in list_checkpoints(event_id) if c.kind is CheckpointKind.VENUE and c.closed_at is None), None)


def find_checkpoint_by_name(event_id: int, text: str) -> Checkpoint | None:
    """The checkpoint of this number, or of this name in any language."""
    wanted = text.strip().casefold()
    return next(
        (
            checkpoint
            for checkpoint in list_checkpoints(event_id)
            if wanted in (str(checkpoint.id), *(name.casefold() for name in checkpoint.name.values()))
        ),
        None,
    )


# What a scan is decided by


def _among(column: Any, name: str, many: bool) -> ColumnElement[bool]:
    """The column is one of the values, or the value: a list costs more to prepare, and most requests bring one scan."""
    return column.in_(bindparam(name, expanding=True)) if many else column == bindparam(name)  # type: ignore[no-any-return]


DOOR_COLUMNS = (
    Checkpoint.id,
    Checkpoint.policy,
    Checkpoint.opens_at,
    Checkpoint.closes_at,
    Checkpoint.closed_at,
    Checkpoint.periods,
    Checkpoint.ticket_type_ids,
    Event.door_key,
    Device.last_contact_at,
)
_DOOR = (
    select(*DOOR_COLUMNS)
    .join(Event, Event.id == Checkpoint.event_id)
    .join(Device, Device.event_id == Checkpoint.event_id)
    .where(Device.id == bindparam("device_id"), Checkpoint.id.in_(bindparam("ids", expanding=True)))
)
_ELSEWHERE = (
    select(literal(1))
    .where(Ticket.code.between(bindparam("low"), bindparam("high")), Ticket.event_id != bindparam("event_id"))
    .limit(1)
)
_PHONE = select(Device.id).where(Device.id == bindparam("device_id"))
_PHONE_SHARED = _PHONE.with_for_update(read=True, key_share=True)
_PHONE_ALONE = _PHONE.with_for_update()
_TARGETS = (
    select(Scan.id, Scan.attendee_id, Attendee.serial, Scan.checkpoint_id)
    .outerjoin(Attendee, Attendee.id == Scan.attendee_id)
    .where(Scan.id.in_(bindparam("ids", expanding=True)), Scan.device_id == bindparam("device_id"))
)


def _holders(many: bool) -> Select[*tuple[Any, ...]]:
    # Scans of one phone do not wait for each other, only for its undos: so the phone's row is shared among them. People
    # are locked in the order of their numbers, so that no two phones wait for each other. SQLite has one writer anyway.
    return (
        select(Serial.value, Attendee.id, Attendee.serial, Attendee.status, Attendee.ticket_type_id)
        .select_from(Device)
        .join(Serial, Serial.event_id == Device.event_id)
        .join(Attendee, Attendee.id == Serial.attendee_id)
        .where(Device.id == bindparam("device_id"), _among(Serial.value, "serials", many))
        .order_by(Attendee.id)
        .suffix_with("FOR KEY SHARE OF device FOR NO KEY UPDATE OF attendee", dialect="postgresql")
    )


def _past(many: bool) -> Select[*tuple[Any, ...]]:
    # One table and three ways into it, each with an index. An undo lies where the scan lies that it takes back; one
    # that came first is found by what it names.
    return select(
        Scan.id,
        Scan.device_id,
        Scan.kind,
        Scan.corrected_at,
        Scan.door,
        Scan.phone_verdict,
        Scan.verdict,
        Scan.target_id,
        Scan.attendee_id,
        Scan.checkpoint_id,
        Scan.conflict,
        Scan.moves,
        Scan.set_aside_at,
    ).where(
        or_(
            and_(
                _among(Scan.attendee_id, "attendee_ids", many),
                _among(Scan.checkpoint_id, "checkpoint_ids", many),
                Scan.moves == true(),
            ),
            _among(Scan.id, "ids", many),
            _among(Scan.target_id, "ids", many),
        )
    )


_HOLDERS = {many: _holders(many) for many in (False, True)}
_PAST = {many: _past(many) for many in (False, True)}
_DISPUTES = select(Conflict.scan_id, Conflict.verdict, Conflict.against_scan_id, Conflict.settled_at).where(
    Conflict.scan_id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True)
class DoorFacts:
    """What is known at a door before anybody comes: the places, by checkpoint, and the key of the codes."""

    places: dict[int, rules.Place]
    door_key: bytes = field(repr=False)
    last_contact_at: datetime | None


@dataclass(frozen=True)
class StoredScan:
    """A scan that is kept already: as it adds up, whose it is, and what was said about it."""

    past: rules.Past
    attendee_id: int | None
    checkpoint_id: int
    was_conflict: bool
    moves: bool


@dataclass(frozen=True)
class StoredDispute:
    """What a person was asked to look at. ``is_settled``: somebody has."""

    dispute: rules.Dispute
    is_settled: bool


def get_door(on: Connection, device_id: int, checkpoint_ids: Collection[int]) -> DoorFacts:
    """The checkpoints of these numbers, as far as they belong to the phone's event. Raises NotFound if none does."""
    rows = on.execute(_DOOR, {"device_id": device_id, "ids": list(checkpoint_ids)}).all()
    if not rows:
        raise NotFound(device_id)
    return door_facts(rows)


def door_facts(rows: Sequence[Any]) -> DoorFacts:
    """Rows of `DOOR_COLUMNS` as facts."""
    return DoorFacts({row[0]: _place(*row[1:7]) for row in rows}, rows[0][7], rows[0][8])


def _place(
    policy: Policy,
    opens_at: datetime | None,
    closes_at: datetime | None,
    closed_at: datetime | None,
    periods: list[str],
    ticket_type_ids: list[int],
) -> rules.Place:
    ends = [at for at in (closes_at, closed_at) if at is not None]
    return rules.Place(
        policy=policy,
        opens_at=opens_at,
        closes_at=min(ends, default=None),
        periods=tuple(sorted(map(datetime.fromisoformat, periods))),
        ticket_type_ids=frozenset(ticket_type_ids),
    )


def place_of(checkpoint: Checkpoint) -> rules.Place:
    """A checkpoint, as far as the rules care."""
    c = checkpoint
    return _place(c.policy, c.opens_at, c.closes_at, c.closed_at, c.periods, c.ticket_type_ids)


def is_elsewhere(on: Connection, event_id: int, short: str) -> bool:
    """Whether another event has a ticket whose code begins with this short code."""
    first, last = (ticket.ALPHABET[end] * ticket.TAIL_LENGTH for end in (0, -1))
    facts = {"event_id": event_id, "low": short + first, "high": short + last}
    return on.execute(_ELSEWHERE, facts).first() is not None


def lock_phone(on: Connection, device_id: int) -> None:
    """Waits for all other requests of this phone and holds them up: an undo must see the scan that it takes back."""
    on.execute(_PHONE_ALONE, {"device_id": device_id})


def lock_holders(on: Connection, device_id: int, serials: Collection[str]) -> dict[str, tuple[int, rules.Holder]]:
    """Whose these serials of the phone's event are (number and facts), by serial, valid or not.

    The people's rows are held until the end of the transaction, and undos of this phone held up.
    """
    if serials:
        many = len(serials) > 1
        facts = {"device_id": device_id, "serials": list(serials) if many else next(iter(serials))}
        rows = on.execute(_HOLDERS[many], facts).all()
        if rows:
            return {row[0]: (row[1], rules.Holder(*row[2:])) for row in rows}
    on.execute(_PHONE_SHARED, {"device_id": device_id})
    return {}


def list_targets(
    on: Connection, device_id: int, scan_ids: Collection[str]
) -> dict[str, tuple[int | None, str | None, int]]:
    """Whose these scans are (number and serial of now) and where, by scan, as far as this phone made them."""
    rows = on.execute(_TARGETS, {"device_id": device_id, "ids": list(scan_ids)})
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def list_past(
    on: Connection, scan_ids: Sequence[str], attendee_ids: Collection[int], checkpoint_ids: Collection[int]
) -> list[StoredScan]:
    """Scans of these numbers, those that name them, and all that adds up for these people at these checkpoints."""
    facts: dict[str, Any] = {
        "ids": list(scan_ids),
        "attendee_ids": list(attendee_ids),
        "checkpoint_ids": list(checkpoint_ids),
    }
    many = max(map(len, facts.values())) > 1
    if not many:
        facts = {name: values[0] if values else None for name, values in facts.items()}
    return [StoredScan(_as_past(row), row[8], row[9], row[10], row[11]) for row in on.execute(_PAST[many], facts)]


def _as_past(row: Any) -> rules.Past:
    scan_id, device_id, kind, at, door, told, answer, target_id = row[:8]
    return rules.Past(scan_id, device_id, kind, at, door, told, answer, target_id, is_set_aside=row[12] is not None)


def list_disputes(on: Connection, scan_ids: Collection[str]) -> dict[str, StoredDispute]:
    """What people were asked to look at because of these scans, by scan."""
    return {
        row[0]: StoredDispute(rules.Dispute(*row[:3]), row[3] is not None)
        for row in on.execute(_DISPUTES, {"ids": list(scan_ids)})
    }


# What phones hold a copy of


@dataclass(frozen=True)
class Cursor:
    """How far a phone has come: all changes up to ``version``; or, in the whole list, all serials up to ``serial``.

    Phones keep it as text and know nothing of what it means.
    """

    version: int
    serial: str | None = None

    def __str__(self) -> str:
        return str(self.version) if self.serial is None else f"{self.version}:{self.serial}"


@dataclass(frozen=True)
class Listed:
    """One serial on the door's list. Only the serial that counts, of someone who is expected, comes with a person."""

    serial: str
    status: AttendeeStatus | None
    """None: revoked."""
    attendee_id: int
    since: datetime
    ticket_type_id: int
    party: int
    name: str
    organization: str | None
    digits: str | None
    photo: PhotoConsent | None


@dataclass(frozen=True)
class Entered:
    """What somebody's scans at a checkpoint add up to."""

    attendee_id: int
    checkpoint_id: int
    entered_at: datetime | None
    last_at: datetime | None
    door: str
    is_inside: bool


@dataclass(frozen=True)
class Changes:
    """A part of what phones hold: the whole list from the beginning, or what changed since a cursor."""

    cursor: Cursor
    more: bool
    is_whole: bool
    event: Event | None
    checkpoints: list[Checkpoint]
    types: list[TicketType]
    people: list[Listed]
    admissions: list[Entered]


_COUNTER = select(EventVersion.door).where(EventVersion.event_id == bindparam("event_id"))
_LISTED = (
    select(
        Serial.value,
        Attendee.serial,
        Attendee.status,
        Attendee.id,
        Attendee.status_at,
        Attendee.ticket_type_id,
        Attendee.registration_id,
        Attendee.name,
        Attendee.organization,
        func.substr(Registration.phone, func.length(Registration.phone) - 1),
        Attendee.photo_consent,
    )
    .join(Attendee, Attendee.id == Serial.attendee_id)
    .join(Registration, Registration.id == Attendee.registration_id)
)
_ENTERED = select(
    Admission.attendee_id,
    Admission.checkpoint_id,
    Admission.entered_at,
    Admission.last_at,
    Admission.door,
    Admission.is_inside,
)
_BETWEEN = and_(
    Serial.event_id == bindparam("event_id"), Serial.value > bindparam("after"), Serial.value <= bindparam("last")
)
_PAGE_END = (
    select(Serial.value)
    .where(Serial.event_id == bindparam("event_id"), Serial.value > bindparam("after"))
    .order_by(Serial.value)
    .limit(1)
    .offset(bindparam("skip"))
)
_PAGE = _LISTED.where(_BETWEEN).order_by(Serial.value)
_ENTERED_PAGE = (
    _ENTERED.select_from(Serial)
    .join(Attendee, and_(Attendee.id == Serial.attendee_id, Attendee.serial == Serial.value))
    .join(Admission, Admission.attendee_id == Attendee.id)
    .where(_BETWEEN)
    .order_by(Serial.value, Admission.checkpoint_id)
)


_LISTED_CHANGES = _LISTED.where(
    Attendee.event_id == bindparam("event_id"), Attendee.version.between(bindparam("after"), bindparam("upto"))
).order_by(Attendee.version, Attendee.id, Serial.value)
_ENTERED_CHANGES = _ENTERED.where(
    Admission.event_id == bindparam("event_id"), Admission.version.between(bindparam("after"), bindparam("upto"))
).order_by(Admission.version, Admission.attendee_id, Admission.checkpoint_id)


def epoch(event: Event) -> str:
    """Names this event's data: another event under the same number, after the database was replaced, has another."""
    return hashlib.sha256(event.created_at.isoformat().encode() + event.door_key).hexdigest()[:16]


def list_changes(event_id: int, cursor: Cursor | None, *, size: int = PAGE) -> Changes:
    """What changed since a cursor, oldest first; without one the whole list, in pages walked by serial.

    Nothing is skipped: the counter is read first, and whoever raised it up to there has committed. The whole list also
    answers a cursor that lies ahead of the counter (the database was replaced by an older one) and a single change
    that is larger than a page.
    """
    on = db.session.connection()
    counter = on.execute(_COUNTER, {"event_id": event_id}).scalar() or 0
    if cursor is None or cursor.version > counter:
        return _whole(event_id, Cursor(counter, serial=""), size)
    if cursor.serial is not None:
        return _whole(event_id, cursor, size)
    upto = counter
    for table in (Attendee, Admission):
        upto = _end_of_page(table, event_id, cursor.version, upto, size)
    if upto <= cursor.version < counter:
        return _whole(event_id, Cursor(counter, serial=""), size)
    event = db.session.get_one(Event, event_id)
    between = {"event_id": event_id, "after": cursor.version + 1, "upto": upto}
    return Changes(
        cursor=Cursor(upto),
        more=upto < counter,
        is_whole=False,
        event=event if cursor.version < event.version <= upto else None,
        checkpoints=[c for c in list_checkpoints(event_id) if cursor.version < c.version <= upto],
        types=[t for t in _list_types(event_id) if cursor.version < t.version <= upto],
        people=[_listed(row) for row in on.execute(_LISTED_CHANGES, between)],
        admissions=[Entered(*row) for row in on.execute(_ENTERED_CHANGES, between)],
    )


def _whole(event_id: int, cursor: Cursor, size: int) -> Changes:
    """A page of the whole list. The last one ends with the version that the first one began with."""
    on = db.session.connection()
    after = cursor.serial or ""
    last = on.execute(_PAGE_END, {"event_id": event_id, "after": after, "skip": size - 1}).scalar()
    between = {"event_id": event_id, "after": after, "last": last or LAST_SERIAL}
    return Changes(
        cursor=Cursor(cursor.version, last),
        more=last is not None,
        is_whole=True,
        event=None if after else db.session.get_one(Event, event_id),
        checkpoints=[] if after else list_checkpoints(event_id),
        types=[] if after else _list_types(event_id),
        people=[_listed(row) for row in on.execute(_PAGE, between)],
        admissions=[Entered(*row) for row in on.execute(_ENTERED_PAGE, between)],
    )


def _end_of_page(table: type[Attendee] | type[Admission], event_id: int, after: int, upto: int, size: int) -> int:
    """The last version that fits whole on a page of so many rows."""
    beyond = (
        db.session.connection()
        .execute(
            select(table.version)
            .where(table.event_id == event_id, table.version > after, table.version <= upto)
            .order_by(table.version)
            .limit(1)
            .offset(size)
        )
        .scalar()
    )
    return upto if beyond is None else beyond - 1


def _list_types(event_id: int) -> list[TicketType]:
    return list(
        db.session.scalars(
            select(TicketType).where(TicketType.event_id == event_id).order_by(TicketType.position, TicketType.id)
        )
    )


def _listed(row: Any) -> Listed:
    serial, current, status, *facts = row
    return Listed(serial, status if serial == current else None, *facts)


# How many


@dataclass(frozen=True)
class Counts:
    """How many people at a checkpoint: whose ticket opens it, who entered in the period of now, who is inside."""

    checkpoint_id: int
    period: int
    expected: int
    entered: int
    inside: int

    @property
    def still_expected(self) -> int:
        return max(0, self.expected - self.entered)


_EXPECTED = (
    select(Attendee.ticket_type_id, func.count())
    .where(Attendee.event_id == bindparam("event_id"), Attendee.status == AttendeeStatus.CONFIRMED)
    .group_by(Attendee.ticket_type_id)
)
_PRESENT = select(
    func.count(case((Admission.last_at >= bindparam("since", type_=Admission.last_at.type), 1))),
    func.count(case((Admission.is_inside, 1))),
).where(Admission.checkpoint_id == bindparam("checkpoint_id"), Admission.entered_at.is_not(None))
_UNKNOWN_PRESENT = (
    select(Conflict.checkpoint_id, func.count())
    .where(Conflict.event_id == bindparam("event_id"), Conflict.attendee_id.is_(None))
    .group_by(Conflict.checkpoint_id)
)
_EVER = datetime(1, 1, 1, tzinfo=UTC)


def list_counts(event_id: int, checkpoints: Iterable[Checkpoint], now: datetime) -> list[Counts]:
    """How many people at each of these checkpoints, including those let in whom nobody knows."""
    on = db.session.connection()
    expected = {row[0]: row[1] for row in on.execute(_EXPECTED, {"event_id": event_id})}
    unknown = {row[0]: row[1] for row in on.execute(_UNKNOWN_PRESENT, {"event_id": event_id})}
    counts = []
    for checkpoint in checkpoints:
        place = place_of(checkpoint)
        period = rules.period(now, place.periods)
        since = place.periods[period - 1] if period else _EVER
        entered, inside = on.execute(_PRESENT, {"checkpoint_id": checkpoint.id, "since": since}).one()
        strangers = unknown.get(checkpoint.id, 0)
        counts.append(
            Counts(
                checkpoint.id,
                period,
                sum(
                    n
                    for type_id, n in expected.items()
                    if not place.ticket_type_ids or type_id in place.ticket_type_ids
                ),
                entered + strangers,
                inside + strangers,
            )
        )
    return counts


# What the check-in page shows


@dataclass(frozen=True)
class Desk:
    """The phone of a check-in page, with its event and its entrance."""

    device: Device
    event: Event
    checkpoint: Checkpoint


@dataclass(frozen=True)
class Answered:
    """A scan of this phone with whom it was about. ``is_undone``: taken back since."""

    scan: Scan
    attendee: Attendee | None
    ticket_type: TicketType | None
    is_undone: bool


_Undo = aliased(Scan)
_IS_UNDONE = exists(
    select(literal(1)).where(
        _Undo.target_id == Scan.id,
        _Undo.kind == ScanKind.UNDO,
        _Undo.device_id - Scan.device_id
        == 0,  # not by the index of phones: the few scans that name this one are quicker
        _Undo.set_aside_at.is_(None),
    )
)
_ANSWERED = (
    select(Scan, Attendee, TicketType, _IS_UNDONE)
    .outerjoin(Attendee, Attendee.id == Scan.attendee_id)
    .outerjoin(TicketType, TicketType.id == Attendee.ticket_type_id)
)


def get_desk(device_id: int) -> Desk:
    """The phone of a check-in page. Raises NotFound."""
    row = db.session.execute(
        select(Device, Event, Checkpoint)
        .join(Event, Event.id == Device.event_id)
        .join(Checkpoint, Checkpoint.id == Device.checkpoint_id)
        .where(Device.id == device_id)
    ).first()
    if row is None:
        raise NotFound(device_id)
    return Desk(*row)


def get_answered(device_id: int, scan_id: str) -> Answered:
    """A scan of this phone. Raises NotFound, also for another phone's."""
    row = db.session.execute(_ANSWERED.where(Scan.id == scan_id, Scan.device_id == device_id)).first()
    if row is None:
        raise NotFound(scan_id)
    return Answered(*row)


def list_last(device_id: int, *, limit: int = 5) -> list[Answered]:
    """The last scans of this phone, latest first, without undos: what they took back is marked."""
    rows = db.session.execute(
        _ANSWERED.where(Scan.device_id == device_id, Scan.kind != ScanKind.UNDO)
        .order_by(Scan.received_at.desc(), Scan.id)
        .limit(limit)
    )
    return [Answered(*row) for row in rows]


def find_entry_before(scan: Scan) -> Scan | None:
    """The entry of the same person at the same checkpoint that came last before a scan."""
    return db.session.scalar(
        select(Scan)
        .where(
            Scan.attendee_id == scan.attendee_id,
            Scan.checkpoint_id == scan.checkpoint_id,
            Scan.moves == true(),
            Scan.kind.not_in((ScanKind.EXIT, ScanKind.GIVEN_BACK)),
            Scan.set_aside_at.is_(None),
            Scan.id != scan.id,
            Scan.received_at <= scan.received_at,
            ~_IS_UNDONE,
        )
        .order_by(Scan.corrected_at.desc(), Scan.id.desc())
        .limit(1)
    )
