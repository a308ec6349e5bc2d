"""What a scan is decided by.

The statements of the hot path are built once, here, and run on the connection; see docs/decisions.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    literal,
    or_,
    select,
    true,
)

from eventapp.errors import NotFound
from eventapp.models.checkin import Checkpoint, Conflict, Device, Scan, WindowChange
from eventapp.models.event import Event
from eventapp.models.registration import Attendee
from eventapp.models.session_seat import SessionSeat
from eventapp.models.ticket import Serial, Ticket
from eventapp.queries import checkpoint
from eventapp.rules import checkin as rules
from eventapp.rules import ticket
from eventapp.rules.vocabulary import SessionSeatStatus, Verdict


def _among(column: Any, name: str, many: bool) -> ColumnElement[bool]:
    """The column is one of the values, or the value: a list costs more to prepare, and most requests bring one scan."""
    return column.in_(bindparam(name, expanding=True)) if many else column == bindparam(name)  # type: ignore[no-any-return]


DOOR_COLUMNS = (
    Event.door_key,
    Device.last_contact_at,
    Checkpoint.id,
    *checkpoint.PLACE_COLUMNS,
)
_DOOR = (
    select(*DOOR_COLUMNS)
    .join(Event, Event.id == Checkpoint.event_id)
    .join(Device, Device.event_id == Checkpoint.event_id)
    .where(Device.id == bindparam("device_id"), Checkpoint.id.in_(bindparam("ids", expanding=True)))
)
_PLACES = select(Checkpoint.id, *checkpoint.PLACE_COLUMNS).where(Checkpoint.id.in_(bindparam("ids", expanding=True)))
_SEATS = select(SessionSeat.attendee_id, SessionSeat.session_id).where(
    SessionSeat.attendee_id.in_(bindparam("ids", expanding=True)),
    SessionSeat.status == SessionSeatStatus.CONFIRMED,
)
_WORD = (
    select(WindowChange.opens_at, WindowChange.closes_at)
    .where(
        WindowChange.checkpoint_id == bindparam("checkpoint_id"),
        WindowChange.device_id == bindparam("device_id"),
        WindowChange.changed_at <= bindparam("at", type_=WindowChange.changed_at.type),
        WindowChange.set_aside_at.is_(None),
    )
    .order_by(WindowChange.changed_at.desc(), WindowChange.id.desc())
    .limit(1)
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
        select(
            Serial.value,
            Attendee.id,
            Attendee.serial,
            Attendee.status,
            Attendee.ticket_type_id,
            Attendee.is_taken_back,
        )
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
        Scan.companions,
        Scan.later_verdict,
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
_RESERVED = (
    select(Serial.value, Serial.attendee_id, Event.unlisted_admission)
    .join(Event, Event.id == Serial.event_id)
    .where(Serial.event_id == bindparam("event_id"), Serial.value.in_(bindparam("serials", expanding=True)))
    .order_by(Serial.value)
    .with_for_update(read=True, of=Serial)
)
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
    verdict: Verdict | None
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
    return DoorFacts({row[2]: checkpoint.place(*row[3:]) for row in rows}, rows[0][0], rows[0][1])


def list_places(on: Connection, checkpoint_ids: Collection[int]) -> dict[int, rules.Place]:
    """These checkpoints, as they are now."""
    rows: Any = on.execute(_PLACES, {"ids": list(checkpoint_ids)})
    return {row[0]: checkpoint.place(*row[1:]) for row in rows}


def list_seats(on: Connection, attendee_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The sessions in which these people have a seat, by person; who has none is missing."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for attendee_id, session_id in on.execute(_SEATS, {"ids": list(attendee_ids)}):
        found[attendee_id].add(session_id)
    return {attendee_id: frozenset(ids) for attendee_id, ids in found.items()}


def find_word(
    on: Connection, device_id: int, checkpoint_id: int, at: datetime
) -> tuple[datetime | None, datetime | None] | None:
    """The window as this phone itself had last set it by then, if it ever did: from when, until when."""
    row = on.execute(_WORD, {"device_id": device_id, "checkpoint_id": checkpoint_id, "at": at}).first()
    return (row[0], row[1]) if row is not None else None


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


def lock_reserved(on: Connection, event_id: int, serials: Collection[str]) -> dict[str, tuple[int | None, bool]]:
    """Who has these serials, which nobody had a moment ago (None: they are kept for a phone to give away), and whether
    the event admits whom no list has.

    They are held until the end of the transaction: whoever registers with one meanwhile waits, and finds our scan.
    """
    rows = on.execute(_RESERVED, {"event_id": event_id, "serials": list(serials)})
    return {row[0]: (row[1], row[2]) for row in rows}


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
    rows = on.execute(_PAST[many], facts)
    return [StoredScan(_as_past(row), row[8], row[9], row[6], row[10], row[11]) for row in rows]


def _as_past(row: Any) -> rules.Past:
    scan_id, device_id, kind, at, door, told, answered, target_id = row[:8]
    answer = row[14] or answered
    return rules.Past(scan_id, device_id, kind, at, door, told, answer, target_id, row[12] is not None, row[13])


def list_disputes(on: Connection, scan_ids: Collection[str]) -> dict[str, StoredDispute]:
    """What people were asked to look at because of these scans, by scan."""
    return {
        row[0]: StoredDispute(rules.Dispute(*row[:3]), row[3] is not None)
        for row in on.execute(_DISPUTES, {"ids": list(scan_ids)})
    }
