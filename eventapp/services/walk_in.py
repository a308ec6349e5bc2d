"""People who register at the door: codes are kept for phones beforehand, and a scan makes the person.

A phone gives a code away without a network and tells us later. What it tells is kept with the scan, in one transaction,
on the connection of `services.checkin`; see docs/decisions/0061-walk-ins.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, insert, or_, select, update

from eventapp import clock, config, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.models.checkin import Admission, Conflict, Device, Scan
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration
from eventapp.models.ticket import ReservedCode, Serial, Ticket
from eventapp.queries.account import PairedPhone
from eventapp.rules import checkin, links, names, ticket
from eventapp.rules import walk_in as rules
from eventapp.rules.vocabulary import AgeBand, AttendeeStatus, Channel, FullHouse, ScanKind, Sex
from eventapp.services import attendee as person
from eventapp.services import audit
from eventapp.services import ticket as tickets

MAX_TOWN = 200

REFUSALS = {FullHouse.REFUSE: "house_full", FullHouse.ASK: "house_full_ask"}
"""What is said to a phone that asks and did not decide by itself."""


@dataclass(frozen=True)
class WalkIn:
    """Who somebody is, in the four fields of the door."""

    name: str
    sex: Sex | None = None
    age_band: AgeBand | None = None
    town: str | None = None


@dataclass(frozen=True)
class Wanted:
    """A scan that makes a person. ``code``: what the phone gave away; empty: we draw one. ``is_decided``: the phone let
    the person in already, or somebody gave a reason why."""

    scan_id: str
    code: str
    who: WalkIn
    is_decided: bool


@dataclass(frozen=True)
class Guest:
    """A person whom a scan made. ``has_other_code``: somebody else has the one that was given away."""

    attendee_id: int
    holder: checkin.Holder
    has_other_code: bool = False
    checkpoint_ids: frozenset[int] = frozenset()
    """Where earlier scans of the code turned out to be this person's."""


@dataclass(frozen=True)
class _House:
    """The event, while it is held."""

    event_id: int
    language: str
    capacity: int | None
    full_house: FullHouse
    door_key: bytes
    ticket_type_id: int


_EVENT = (
    select(Event.id, Event.languages, Event.capacity, Event.full_house, Event.door_key)
    .where(Event.id == bindparam("event_id"))
    .with_for_update(key_share=True)
)
_KEPT = (
    select(Scan.id, Scan.checkpoint_id, Scan.kind, Scan.method, Scan.corrected_at, Scan.moves, Scan.set_aside_at)
    .where(Scan.event_id == bindparam("event_id"), Scan.attendee_id.is_(None), Scan.input == bindparam("short"))
    .order_by(Scan.id)
)
_UNDOS = select(Scan.id).where(
    Scan.target_id.in_(bindparam("ids", expanding=True)),
    Scan.kind == ScanKind.UNDO,
    Scan.attendee_id.is_(None),
    Scan.moves,
)
_TAKE_RESERVED = (
    update(ReservedCode)
    .where(
        ReservedCode.code == bindparam("given"),
        ReservedCode.event_id == bindparam("of_event"),
        ReservedCode.used_at.is_(None),
    )
    .values(used_at=bindparam("now"))
)


def clean(who: WalkIn | None) -> WalkIn:
    """The four fields as they are kept. Raises Refused with ``walk_in_missing``, ``nobody_named``, ``name_too_long`` or
    ``text_too_long``."""
    if who is None:
        raise Refused("walk_in_missing", field="walk_in")
    name, town = names.clean(who.name), names.clean(who.town or "")
    if not name:
        raise Refused("nobody_named", field="walk_in.name")
    if len(name) > names.MAX_LENGTH:
        raise Refused("name_too_long", field="walk_in.name", max=names.MAX_LENGTH)
    if len(town) > MAX_TOWN:
        raise Refused("text_too_long", field="walk_in.town", max=MAX_TOWN)
    return WalkIn(name, who.sex, who.age_band, town or None)


@transactional
def reserve(device_id: int) -> list[str]:
    """All codes that a phone may give away, topped up; asked again it gets the same. A withdrawn phone gets none."""
    device = db.session.get_one(Device, device_id)
    event = queries.event.lock(device.event_id)
    if device.revoked_at is not None:
        return []
    unused = queries.walk_in.list_unused(device_id)
    serials = tickets.draw_serials(event.id, max(0, rules.WANTED - len(unused)))
    if not serials:
        return unused
    now = clock.now()
    codes = [ticket.make_code(event.door_key, serial, ticket.new_tail()) for serial in serials]
    # Not through the session: these serials are nobody's yet, so that no phone's list has them.
    db.session.execute(insert(Serial), [{"event_id": event.id, "value": serial} for serial in serials])
    db.session.execute(
        insert(ReservedCode),
        [
            {"code": code, "event_id": event.id, "serial": serial, "device_id": device_id, "reserved_at": now}
            for code, serial in zip(codes, serials, strict=True)
        ],
    )
    return sorted([*unused, *codes])


def register(on: Connection, phone: PairedPhone, wanted: Sequence[Wanted], now: datetime) -> dict[str, Guest | Refused]:
    """Makes the people of scans that were not kept before, by the scan's id; holds the event.

    What a withdrawn phone says makes a person who is to be decided on and takes no seat. A scan of which the phone has
    not decided is refused with ``house_full`` or ``house_full_ask`` when the organizer's rule says so.
    """
    event_id, languages, capacity, full_house, door_key = on.execute(_EVENT, {"event_id": phone.event_id}).one()
    type_id = queries.walk_in.get_type(on, event_id)
    house = _House(event_id, languages[0], capacity, full_house, door_key, type_id)
    kept = set(on.scalars(select(Scan.id).where(Scan.id.in_([one.scan_id for one in wanted]))))
    made: dict[str, Guest | Refused] = {}
    for one in wanted:
        if one.scan_id in kept or one.scan_id in made:
            continue
        stops = None
        if not one.is_decided and phone.counts:
            free = queries.seats.load_on(on, event_id, capacity).free(type_id)
            stops = rules.stops(full_house, free)
        made[one.scan_id] = Refused(REFUSALS[stops], field="walk_in") if stops else _make(on, phone, house, one, now)
    return made


def _make(on: Connection, phone: PairedPhone, house: _House, one: Wanted, now: datetime) -> Guest:
    """One person with registration, ticket and serial: the code that was given away, or a new one if that is taken."""
    code = one.code if _is_free(on, house, one.code, now) else ""
    serial = code[: ticket.SERIAL_LENGTH] or _draw(on, house.event_id)
    status = AttendeeStatus.CONFIRMED if phone.counts else AttendeeStatus.PENDING
    attendee_id = _insert_person(on, phone, house, one, serial, status, now)
    owned = update(Serial).where(Serial.event_id == house.event_id, Serial.value == serial)
    # From here on another phone's scan of this code waits for us, or we see it: both hold the serial.
    on.execute(owned.values(attendee_id=attendee_id))
    whole = code or ticket.make_code(house.door_key, serial, ticket.new_tail())
    on.execute(insert(Ticket).values(event_id=house.event_id, attendee_id=attendee_id, code=whole, issued_at=now))
    holder = checkin.Holder(serial, status, house.ticket_type_id)
    found = _recognize(on, phone, house, attendee_id, holder, whole) if code else frozenset()
    return Guest(attendee_id, holder, has_other_code=bool(one.code) and not code, checkpoint_ids=found)


def _is_free(on: Connection, house: _House, code: str, now: datetime) -> bool:
    """Whether a code was kept for some phone and nobody has it; from now on somebody has."""
    if not code:
        return False
    return on.execute(_TAKE_RESERVED, {"given": code, "of_event": house.event_id, "now": now}).rowcount == 1


def _draw(on: Connection, event_id: int) -> str:
    """A serial that the event never used, noted as used."""
    while True:
        serial = ticket.new_serial()
        used = select(Serial.value).where(Serial.event_id == event_id, Serial.value == serial)
        if on.execute(used).first() is None:
            on.execute(insert(Serial).values(event_id=event_id, value=serial))
            return serial


def _insert_person(
    on: Connection,
    phone: PairedPhone,
    house: _House,
    one: Wanted,
    serial: str,
    status: AttendeeStatus,
    now: datetime,
) -> int:
    registration_id = _insert(
        on,
        Registration,
        event_id=house.event_id,
        form_id=one.scan_id,
        language=house.language,
        channel=Channel.WALK_IN,
        created_at=now,
        created_by_id=phone.account_id,
    )
    secret = links.personal_secret(config.current().secret_key, links.Purpose.REGISTRATION, registration_id, 1)
    linked = update(Registration).where(Registration.id == registration_id)
    on.execute(linked.values(link_hash=links.digest(secret)))
    return _insert(
        on,
        Attendee,
        event_id=house.event_id,
        registration_id=registration_id,
        ticket_type_id=house.ticket_type_id,
        status=status,
        status_at=now,
        serial=serial,
        name=one.who.name,
        name_key=names.search_key(one.who.name),
        sex=one.who.sex,
        age_band=one.who.age_band,
        region=one.who.town,
    )


def _insert(on: Connection, table: type[Registration] | type[Attendee], **values: Any) -> int:
    key = on.execute(insert(table).values(**values)).inserted_primary_key
    return int(key[0]) if key else 0


def _recognize(
    on: Connection, phone: PairedPhone, house: _House, attendee_id: int, holder: checkin.Holder, code: str
) -> frozenset[int]:
    """Gives earlier scans of a code, which was nobody's, to the person who has it; returns their checkpoints.

    They add up as if the person had been known; what was answered stays what it was.
    """
    reading = ticket.read(code)
    short = code[: ticket.SHORT_LENGTH]
    scans = on.execute(_KEPT, {"event_id": house.event_id, "short": short}).all()
    if not scans:
        return frozenset()
    ids = [scan.id for scan in scans]
    undos = list(on.scalars(_UNDOS, {"ids": ids}))
    on.execute(update(Scan).where(Scan.id.in_([*ids, *undos])).values(attendee_id=attendee_id))
    on.execute(update(Conflict).where(Conflict.scan_id.in_(ids)).values(attendee_id=attendee_id))
    places = queries.checkin.get_door(on, phone.device_id, {scan.checkpoint_id for scan in scans}).places
    for scan in scans:
        if not scan.moves or scan.set_aside_at is not None:
            continue
        question = checkin.Question(reading, True, scan.method, checkin.direction(scan.kind), scan.corrected_at)
        verdict = checkin.decide(question, holder, checkin.State(), places[scan.checkpoint_id])
        on.execute(update(Scan).where(Scan.id == scan.id).values(later_verdict=verdict))
    return frozenset(places)


def follow(on: Connection, attendee_ids: Sequence[int], now: datetime, version: int) -> bool:
    """People who registered at the door are there as long as one of their scans counts: cancels who is left with none,
    confirms again who has one. Returns whether a seat came free. The caller has written the admissions."""
    counts = exists().where(Admission.attendee_id == Attendee.id, Admission.entered_at.is_not(None))
    rows = on.execute(
        select(Attendee.id, Attendee.status, Attendee.is_taken_back, counts)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(
            Attendee.id.in_(attendee_ids),
            Registration.channel == Channel.WALK_IN,
            or_(Attendee.status == AttendeeStatus.CONFIRMED, Attendee.is_taken_back),
        )
    ).all()
    freed = False
    for attendee_id, status, is_taken_back, is_there in rows:
        if is_there == (status is AttendeeStatus.CONFIRMED and not is_taken_back):
            continue
        status = AttendeeStatus.CONFIRMED if is_there else AttendeeStatus.CANCELLED
        freed = freed or not is_there
        on.execute(
            update(Attendee)
            .where(Attendee.id == attendee_id)
            .values(status=status, status_at=now, is_taken_back=not is_there, version=version)
        )
    return freed


@transactional
def accept(scan_id: str, *, by_account_id: int | None = None) -> Attendee:
    """Lets a person count whom a withdrawn phone registered: with a seat from now on, whatever is free. The scan itself
    is accepted by whoever calls this. Twice changes nothing. Raises NotFound for a scan that registered nobody."""
    scan = db.session.get(Scan, scan_id)
    if scan is None or scan.kind is not ScanKind.WALK_IN or scan.attendee_id is None:
        raise NotFound(scan_id)
    queries.event.lock(scan.event_id)
    found = person.hold(scan.attendee_id)
    if found.status is AttendeeStatus.PENDING:
        found.status, found.status_at = AttendeeStatus.CONFIRMED, clock.now()
        subject = f"attendee:{found.id}"
        audit.record("walk_in.accept", subject, event_id=scan.event_id, account_id=by_account_id)
    return found
