"""Scans: taken in, answered once and for ever, and added up.

This is the hot path of the day: what can be read before is read before the lock, statements are built once, and the
cost of a scan does not depend on how many people are registered.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, insert, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError

from eventapp import clock, queries
from eventapp.db import look, write_directly
from eventapp.errors import Refused
from eventapp.models.checkin import Admission, Conflict, Device, Scan
from eventapp.models.registration import Attendee
from eventapp.models.version import raise_counters
from eventapp.queries.account import PairedPhone
from eventapp.queries.checkin import DoorFacts
from eventapp.rules import checkin as rules
from eventapp.rules import names, ticket
from eventapp.rules.vocabulary import ScanKind
from eventapp.services import waiting_list, walk_in
from eventapp.services.scan_book import Answer, Arrival, Book, Kept, NewScan, open_book
from eventapp.services.walk_in import Guest

MAX_SCANS = 500
"""How many scans one request may bring."""

MAX_DOOR = 120

CONTACT = timedelta(minutes=1)
"""How exactly the last contact of a phone is kept: not every scan writes the phone's row."""

_INSERT_SCANS = insert(Scan)
_INSERT_CONFLICTS = insert(Conflict)
_DROP_CONFLICTS = delete(Conflict).where(
    Conflict.scan_id.in_(bindparam("ids", expanding=True)), Conflict.settled_at.is_(None)
)
_REPLAYED = (
    update(Scan)
    .where(Scan.id == bindparam("scan"))
    .values(
        attendee_id=bindparam("who"),
        checkpoint_id=bindparam("place"),
        moves=bindparam("adds"),
        # A scan that was answered adds up by that; another, by what we would have answered when it was accepted.
        later_verdict=case((Scan.verdict.is_(None), bindparam("later", type_=Scan.later_verdict.type))),
        # When it was set aside first.
        set_aside_at=case(
            (
                bindparam("aside", type_=Scan.set_aside_at.type).is_not(None),
                func.coalesce(Scan.set_aside_at, bindparam("aside", type_=Scan.set_aside_at.type)),
            )
        ),
    )
)
_SEEN = update(Attendee).where(Attendee.id.in_(bindparam("ids", expanding=True))).values(version=bindparam("seen"))
_CONTACT = update(Device).where(Device.id == bindparam("device")).values(last_contact_at=bindparam("now"))
_HEALTH = _CONTACT.values(health=bindparam("said"))


def _upsert(statement: Any) -> Any:
    kept = ("entered_at", "last_at", "door", "is_inside", "companions", "version")
    return statement.on_conflict_do_update(
        index_elements=["attendee_id", "checkpoint_id"], set_={name: statement.excluded[name] for name in kept}
    )


_SET_ADMISSIONS = {
    "sqlite": _upsert(sqlite_insert(Admission)),
    "postgresql": _upsert(postgresql_insert(Admission)),
}


def record_scans(
    phone: PairedPhone, scans: Sequence[NewScan], *, health: dict[str, Any] | None = None
) -> list[Answer | Refused]:
    """Keeps each scan and answers it, in the order given; what cannot be kept is refused and stops no other.

    A scan that is kept already gets its first answer again. Refusals: ``checkpoint_missing``, ``scan_target_missing``,
    ``scan_id_taken``, and of a walk-in those of `services.walk_in`. ``health`` is what the phone says about itself.
    """
    now = clock.now()
    if not scans and health is None and not _is_contact_due(phone.facts, now):
        return []
    door = phone.facts
    others = {scan.checkpoint_id for scan in scans if scan.checkpoint_id is not None} - set(door.places)
    if others:
        with look() as connection:
            door = queries.checkin.get_door(connection, phone.device_id, others | set(door.places))
    arrivals = [_arrival(phone, scan, door, now) for scan in scans]

    def keep(on: Connection) -> tuple[list[Answer | Refused], bool]:
        return _keep(on, phone, arrivals, door, now, health)

    try:
        answers, is_seat_free = write_directly(keep)
    except IntegrityError:
        # Another request kept one of these scans in the same moment: now it is there to be seen.
        answers, is_seat_free = write_directly(keep)
    if is_seat_free:
        waiting_list.promote(phone.event_id)
    return answers


def _is_contact_due(door: DoorFacts, now: datetime) -> bool:
    return door.last_contact_at is None or now - door.last_contact_at >= CONTACT


def _arrival(phone: PairedPhone, scan: NewScan, door: DoorFacts, now: datetime) -> Arrival | Refused:
    """Reads the code and places the scan in time, or refuses it."""
    checkpoint_id = scan.checkpoint_id or phone.checkpoint_id
    if checkpoint_id not in door.places:
        return Refused("checkpoint_missing", field="checkpoint")
    if scan.kind is ScanKind.UNDO and scan.target_id is None:
        return Refused("scan_target_missing", field="target")
    if scan.kind is ScanKind.WALK_IN:
        try:
            scan = replace(scan, walk_in=walk_in.clean(scan.walk_in))
        except Refused as refused:
            return refused
    reading = ticket.read(scan.input)
    at, is_clock_wrong = rules.placed(scan.scanned_at, scan.offset_ms, now)
    return Arrival(
        scan=scan,
        reading=reading,
        is_genuine=reading is not None and ticket.is_genuine(door.door_key, reading),
        checkpoint_id=checkpoint_id,
        door=phone.door if scan.door is None else names.clean(scan.door)[:MAX_DOOR],
        at=at,
        is_clock_wrong=is_clock_wrong,
    )


def _keep(
    on: Connection,
    phone: PairedPhone,
    arrivals: list[Arrival | Refused],
    door: DoorFacts,
    now: datetime,
    health: dict[str, Any] | None,
) -> tuple[list[Answer | Refused], bool]:
    """One transaction: looks again under the lock, answers, stores. The event's counter comes last.

    Returns the answers, and whether a seat came free.
    """
    made = _register(on, phone, arrivals, now)
    guests = {scan_id: guest for scan_id, guest in made.items() if isinstance(guest, Guest)}
    refused = {scan_id: refused for scan_id, refused in made.items() if isinstance(refused, Refused)}
    arrivals = [refused.get(one.scan.id, one) if isinstance(one, Arrival) else one for one in arrivals]
    readable = [one for one in arrivals if isinstance(one, Arrival)]
    book = open_book(on, phone, readable, guests, door, now)
    answers = [arrival if isinstance(arrival, Refused) else book.take(arrival) for arrival in arrivals]
    if book.repeated:
        # What a second entry means hangs on the policy: whoever changes that adds up what was there then, and nothing
        # that comes later. So it counts as it is now that these people are held.
        places = {**door.places, **queries.checkin.list_places(on, book.repeated)}
        if places != door.places:
            book = open_book(on, phone, readable, guests, replace(door, places=places), now)
            answers = [arrival if isinstance(arrival, Refused) else book.take(arrival) for arrival in arrivals]
    disputes = book.disputes()
    if book.rows:
        on.execute(_INSERT_SCANS, book.rows if len(book.rows) > 1 else book.rows[0])
    _write_disputes(on, *disputes)
    if health is not None:
        on.execute(_HEALTH, {"device": phone.device_id, "now": now, "said": health})
    elif _is_contact_due(door, now):
        on.execute(_CONTACT, {"device": phone.device_id, "now": now})
    return answers, _write_admissions(on, phone, book, guests, now)


def _write_disputes(on: Connection, gone: list[str], found: list[dict[str, Any]]) -> None:
    if gone:
        on.execute(_DROP_CONFLICTS, {"ids": gone})
    if found:
        on.execute(_INSERT_CONFLICTS, found)


def _write_admissions(
    on: Connection, phone: PairedPhone, book: "Book", guests: dict[str, Guest], now: datetime
) -> bool:
    """What people's scans add up to now, and whether those who registered at the door are there; the last thing before
    the commit. Returns whether a seat came free."""
    admissions = book.admissions()
    if not admissions and not guests:
        return False
    # Nothing waits after this: whoever writes an admission holds its person's row, as we do.
    version = raise_counters(on, phone.event_id)
    if admissions:
        rows = [{**row, "version": version} for row in admissions]
        on.execute(_SET_ADMISSIONS[on.dialect.name], rows if len(rows) > 1 else rows[0])
    if guests:
        on.execute(_SEEN, {"ids": [guest.attendee_id for guest in guests.values()], "seen": version})
    unsettled = book.unsettled()
    return bool(unsettled) and walk_in.follow(on, unsettled, now, version)


def replay(on: Connection, phone: PairedPhone, kept: Sequence[Kept], now: datetime) -> bool:
    """Lets scans of one phone that are kept already add up anew, as if they arrived now; what was answered stays.

    The caller holds the phone, brings with each scan its undos, with each undo its scan, and has noted who was
    registered with them. Must be the last thing before the commit. Returns whether a seat came free.
    """
    ids = [one.scan.id for one in kept]
    door = queries.checkin.get_door(on, phone.device_id, {one.checkpoint_id for one in kept})
    # Undos last: they lie where the scans lie that they take back.
    ordered = sorted(kept, key=lambda one: (one.scan.kind is ScanKind.UNDO, one.at, one.scan.id))
    arrivals = [_arrival_again(one, door) for one in ordered]
    book = open_book(on, phone, arrivals, {}, door, now)
    book.forget(ids)
    for arrival in arrivals:
        book.take(arrival)
    aside = {one.scan.id: one.is_set_aside for one in kept}
    answered = {one.scan.id: one.answer for one in kept}
    _write_disputes(on, *book.disputes())
    on.execute(
        _REPLAYED,
        [
            {
                "scan": row["id"],
                "who": row["attendee_id"],
                "place": row["checkpoint_id"],
                "adds": row["moves"],
                "later": answered[row["id"]] or row["verdict"],
                "aside": now if aside[row["id"]] else None,
            }
            for row in book.rows
        ],
    )
    return _write_admissions(on, phone, book, {}, now)


def _arrival_again(one: Kept, door: DoorFacts) -> Arrival:
    reading = ticket.read(one.scan.input)
    return Arrival(
        scan=one.scan,
        reading=reading,
        is_genuine=reading is not None and ticket.is_genuine(door.door_key, reading),
        checkpoint_id=one.checkpoint_id,
        door=one.door,
        at=one.at,
        is_clock_wrong=False,  # what was found out about its clock stays noted
        kept=one,
    )


def _register(
    on: Connection, phone: PairedPhone, arrivals: list[Arrival | Refused], now: datetime
) -> dict[str, Guest | Refused]:
    """Makes the people who register with these scans, by the scan's id: what follows finds them like anybody else."""
    wanted = [
        walk_in.Wanted(
            scan_id=arrival.scan.id,
            code="".join(arrival.reading) if arrival.reading is not None else arrival.scan.input.strip(),
            who=arrival.scan.walk_in,
            is_decided=arrival.scan.told is not None or bool(arrival.scan.reason),
        )
        for arrival in arrivals
        if isinstance(arrival, Arrival) and arrival.scan.kind is ScanKind.WALK_IN and arrival.scan.walk_in is not None
    ]
    return walk_in.register(on, phone, wanted, now) if wanted else {}
