"""A door for tests: its checkpoint, its phones, and scans in one line each.

Functions need an application context, except `say`, which makes the JSON of a scan.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from eventapp import clock, queries, services
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.models.checkin import Admission, Checkpoint, Conflict, Device, Scan
from eventapp.queries.account import PairedPhone
from eventapp.rules.vocabulary import CheckpointKind, Policy, ScanKind, ScanMethod, Verdict
from eventapp.services.scan_book import Answer, NewScan


@transactional
def entrance(event_id: int, **facts: Any) -> int:
    """The venue's entrance, open at any time and with policy `single` unless told otherwise; returns its id."""
    checkpoint = queries.checkpoint.find_venue(event_id)
    for name, value in ({"policy": Policy.SINGLE, "opens_at": None} | facts).items():
        setattr(checkpoint, name, value)
    return checkpoint.id


@transactional
def lunch(event_id: int, **facts: Any) -> int:
    """A second checkpoint beside the entrance, a distribution unless told otherwise; returns its id."""
    usual = {
        "kind": CheckpointKind.DISTRIBUTION,
        "policy": Policy.SINGLE,
        "name": LocalizedText(fr="Déjeuner", en="Lunch"),
    }
    checkpoint = Checkpoint(event_id=event_id, position=1, **usual | facts)
    db.session.add(checkpoint)
    db.session.flush()
    return checkpoint.id


def token(event_id: int, name: str = "A", **facts: Any) -> str:
    """The token of a new phone at the entrance; its door has the phone's name."""
    added = services.device.add(event_id, name, door=name, **facts)
    return services.device.open_sign_in(added.device_id)


def phone(event_id: int, name: str = "A", **facts: Any) -> PairedPhone:
    """A new phone at the entrance."""
    return paired(token(event_id, name, **facts))


def paired(found: str) -> PairedPhone:
    """The phone of a token, as it is now."""
    known = queries.account.find_paired_phone(found, clock.now())
    assert known is not None
    return known


def paired_again(by: PairedPhone) -> PairedPhone:
    """The same phone, as it is now."""
    return paired(services.device.open_sign_in(by.device_id))


def new(text: str = "", at: datetime | None = None, **facts: Any) -> NewScan:
    """A scan with a fresh id: an entry by camera that asks us, unless told otherwise."""
    defaults = {
        "id": str(uuid.uuid4()),
        "kind": ScanKind.ENTRY,
        "method": ScanMethod.CAMERA,
        "scanned_at": at or clock.now(),
    }
    return NewScan(input=text, **defaults | facts)


def record(by: PairedPhone, *scans: NewScan) -> list[Answer | Refused]:
    """Records scans of one request."""
    return services.checkin.record_scans(by, scans)


def ask(by: PairedPhone, text: str, at: datetime | None = None, **facts: Any) -> Verdict | None:
    """Records one scan and returns the verdict."""
    (answer,) = record(by, new(text, at, **facts))
    assert isinstance(answer, Answer)
    return answer.verdict


def take_back(by: PairedPhone, scan: NewScan) -> NewScan:
    """Records the undo of a scan."""
    undo = new(kind=ScanKind.UNDO, target_id=scan.id)
    record(by, undo)
    return undo


def admissions(event_id: int) -> list[tuple[int, datetime | None, datetime | None, str, bool]]:
    """What is kept of who is in: attendee, first and last entry, door, inside."""
    a = Admission
    return [
        tuple(row)
        for row in db.session.execute(
            select(a.attendee_id, a.entered_at, a.last_at, a.door, a.is_inside)
            .where(a.event_id == event_id)
            .order_by(a.attendee_id, a.checkpoint_id)
        )
    ]


def conflicts(event_id: int) -> list[tuple[str, Verdict, str | None]]:
    """What a person should look at: scan, verdict, against which scan."""
    c = Conflict
    rows = db.session.execute(
        select(c.scan_id, c.verdict, c.against_scan_id).where(c.event_id == event_id).order_by(c.scan_id)
    )
    return [tuple(row) for row in rows]


def kept(scan_id: str) -> Scan:
    """A scan as it is kept."""
    db.session.expire_all()
    return db.session.get_one(Scan, scan_id)


def device(device_id: int) -> Device:
    """A phone's row."""
    db.session.expire_all()
    return db.session.get_one(Device, device_id)


def counts(event_id: int) -> tuple[int, int, int]:
    """Expected, entered, inside at the entrance."""
    checkpoint = queries.checkpoint.find_venue(event_id)
    (found,) = queries.head_count.list_counts(event_id, [checkpoint], clock.now())
    return found.expected, found.entered, found.inside


def say(text: str = "", **facts: Any) -> dict[str, Any]:
    """A scan in JSON with a fresh id."""
    return {"id": str(uuid.uuid4()), "input": text, **facts}


def minutes(n: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=n)
