"""Scans that are kept but do not count, until an organizer accepts them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, true

from eventapp.db import db
from eventapp.models.checkin import Checkpoint, Device, Scan
from eventapp.models.registration import Attendee
from eventapp.queries import checkin
from eventapp.queries.checkpoint import place_of
from eventapp.rules import checkin as rules
from eventapp.rules import ticket
from eventapp.rules.vocabulary import ScanKind

PREVIEW = 1000
"""Of how many scans of the event it is worked out what accepting them would do."""

SHOWN = 200
"""How many scans of one phone its page shows."""


@dataclass(frozen=True)
class Row:
    """A scan, and the serial that its person has now, if somebody is known."""

    scan: Scan
    serial: str | None


@dataclass(frozen=True)
class Heap:
    """What lies aside from one phone: how many scans, made and sent from when to when."""

    device: Device
    scans: int
    first_at: datetime
    last_at: datetime
    first_sent_at: datetime
    last_sent_at: datetime


@dataclass(frozen=True)
class Effect:
    """What accepting would do, by phone: how many people would be present who are not, and how many entries would be
    to be checked. ``is_whole``: all scans were looked at, not only the first `PREVIEW`."""

    people: dict[int, int]
    disputes: dict[int, int]
    is_whole: bool


@dataclass(frozen=True)
class Laid:
    """A scan that lies aside, with its person and place."""

    scan: Scan
    attendee: Attendee | None
    checkpoint: Checkpoint


def count(event_id: int) -> int:
    """How many scans of an event lie aside."""
    query = select(func.count()).select_from(Scan).where(Scan.event_id == event_id, Scan.set_aside_at.is_not(None))
    return db.session.scalar(query) or 0


def list_heaps(event_id: int) -> list[Heap]:
    """What lies aside, by phone."""
    heaps = (
        select(
            Scan.device_id,
            func.count().label("scans"),
            func.min(Scan.corrected_at).label("first_at"),
            func.max(Scan.corrected_at).label("last_at"),
            func.min(Scan.received_at).label("first_sent_at"),
            func.max(Scan.received_at).label("last_sent_at"),
        )
        .where(Scan.event_id == event_id, Scan.set_aside_at.is_not(None))
        .group_by(Scan.device_id)
        .subquery()
    )
    c = heaps.c
    rows = db.session.execute(
        select(Device, c.scans, c.first_at, c.last_at, c.first_sent_at, c.last_sent_at)
        .join(heaps, c.device_id == Device.id)
        .order_by(Device.name, Device.id)
    )
    return [Heap(*row) for row in rows]


def list_of_phone(device_id: int) -> list[Laid]:
    """The last scans of a phone that lie aside, latest first."""
    rows = db.session.execute(
        select(Scan, Attendee, Checkpoint)
        .join(Checkpoint, Checkpoint.id == Scan.checkpoint_id)
        .outerjoin(Attendee, Attendee.id == Scan.attendee_id)
        .where(Scan.device_id == device_id, Scan.set_aside_at.is_not(None))
        .order_by(Scan.received_at.desc(), Scan.corrected_at.desc(), Scan.id)
        .limit(SHOWN)
    )
    return [Laid(*row) for row in rows]


def list_phones(event_id: int) -> list[int]:
    """The phones of which something lies aside."""
    query = select(Scan.device_id).where(Scan.event_id == event_id, Scan.set_aside_at.is_not(None))
    return sorted(db.session.scalars(query.distinct()))


def list_ids(device_id: int, since: datetime | None, upto: datetime, *, is_aside: bool, limit: int) -> list[str]:
    """The first scans of a phone that came between these times and lie aside, or count."""
    query = select(Scan.id).where(
        Scan.device_id == device_id,
        Scan.received_at <= upto,
        Scan.set_aside_at.is_not(None) if is_aside else Scan.set_aside_at.is_(None),
    )
    if since is not None:
        query = query.where(Scan.received_at >= since)
    return list(db.session.scalars(query.order_by(Scan.received_at, Scan.id).limit(limit)))


def list_with_undos(device_id: int, scan_ids: Sequence[str]) -> list[Row]:
    """These scans of a phone, those that they take back, and all that take back one of either."""
    wanted = Scan.id.in_(scan_ids)
    targets = select(Scan.target_id).where(wanted, Scan.kind == ScanKind.UNDO)
    found = list(
        db.session.scalars(select(Scan.id).where(Scan.device_id == device_id, or_(wanted, Scan.id.in_(targets))))
    )
    either = or_(Scan.id.in_(found), and_(Scan.kind == ScanKind.UNDO, Scan.target_id.in_([*found, *scan_ids])))
    rows = db.session.execute(
        select(Scan, Attendee.serial)
        .outerjoin(Attendee, Attendee.id == Scan.attendee_id)
        .where(Scan.device_id == device_id, either)
        .execution_options(populate_existing=True)
    )
    return [Row(*row) for row in rows]


def foresee(event_id: int, checkpoints: Iterable[Checkpoint]) -> Effect:
    """What accepting all that lies aside would do, without doing it."""
    aside = db.session.execute(
        select(Scan, Attendee)
        .outerjoin(Attendee, Attendee.id == Scan.attendee_id)
        .where(Scan.event_id == event_id, Scan.set_aside_at.is_not(None))
        .order_by(Scan.received_at, Scan.id)
        .limit(PREVIEW)
    ).all()
    places = {checkpoint.id: place_of(checkpoint) for checkpoint in checkpoints}
    people = {attendee.id for _scan, attendee in aside if attendee is not None}
    seats = checkin.list_seats(db.session.connection(), people)
    before: defaultdict[tuple[Any, int], list[rules.Past]] = defaultdict(list)
    for scan in db.session.scalars(
        select(Scan).where(Scan.attendee_id.in_(people), Scan.moves == true(), Scan.set_aside_at.is_(None))
    ):
        before[scan.attendee_id, scan.checkpoint_id].append(_past(scan, scan.later_verdict or scan.verdict))
    after: defaultdict[tuple[Any, int], list[rules.Past]] = defaultdict(list)
    for scan, attendee in aside:
        nobody = (scan.target_id if scan.kind is ScanKind.UNDO else None) or scan.id
        answer = scan.later_verdict or scan.verdict or _answer(scan, attendee, places[scan.checkpoint_id], seats)
        after[scan.attendee_id or nobody, scan.checkpoint_id].append(_past(scan, answer))
    present: defaultdict[int, int] = defaultdict(int)
    disputed: defaultdict[int, int] = defaultdict(int)
    for place, pasts in after.items():
        now = rules.fold(before[place], places[place[1]].policy, places[place[1]].periods)
        then = rules.fold([*before[place], *pasts], places[place[1]].policy, places[place[1]].periods)
        device_id = min(pasts, key=lambda past: (past.at, past.id)).device_id
        present[device_id] += now.state.entered_at is None and then.state.entered_at is not None
        known = {dispute.scan_id for dispute in now.disputes}
        by_scan = {past.id: past.device_id for past in pasts}
        for dispute in then.disputes:
            disputed[by_scan.get(dispute.scan_id, device_id)] += dispute.scan_id not in known
    return Effect(dict(present), dict(disputed), is_whole=len(aside) < PREVIEW)


def _past(scan: Scan, answer: Any) -> rules.Past:
    return rules.Past(
        scan.id,
        scan.device_id,
        scan.kind,
        scan.corrected_at,
        scan.door,
        scan.phone_verdict,
        answer,
        scan.target_id,
        companions=scan.companions,
    )


def _answer(scan: Scan, attendee: Attendee | None, place: rules.Place, seats: dict[int, frozenset[int]]) -> Any:
    """What we would say to a phone that has decided; to one that asked and heard nothing, nothing."""
    if scan.kind is ScanKind.UNDO or scan.phone_verdict is None:
        return None
    holder = None
    if attendee is not None:
        holder = rules.Holder(
            attendee.serial,
            attendee.status,
            attendee.ticket_type_id,
            session_ids=seats.get(attendee.id, frozenset()),
        )
    question = rules.Question(
        ticket.read(scan.input), attendee is not None, scan.method, rules.direction(scan.kind), scan.corrected_at
    )
    return rules.decide(question, holder, rules.State(), place)
