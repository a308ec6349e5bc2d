"""Scans that are kept but do not count: accepted, or set aside after all. What they add up to follows."""

from datetime import datetime

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.queries.account import PairedPhone
from eventapp.rules.vocabulary import ScanKind
from eventapp.services import audit, checkin, waiting_list, walk_in
from eventapp.services.scan_book import Kept, NewScan

BATCH = 200
"""How many scans one transaction turns: the doors go on between two of them."""

MOST = 20_000
"""How many scans one request turns at most; what is left is shown and can be turned by the next."""


def accept(
    event_id: int, device_id: int | None = None, *, since: datetime | None = None, account_id: int | None
) -> int:
    """Lets scans that were set aside count as if they arrived now: all, those of one phone, or those that it sent
    from ``since`` on. Returns how many; again, it finds none. Raises NotFound for a phone of another event."""
    if device_id is not None:
        queries.device.get(event_id, device_id)
    upto, turned = clock.now(), 0
    for phone_id in [device_id] if device_id is not None else queries.set_aside.list_phones(event_id):
        turned += _turn_all(event_id, phone_id, since, upto, is_aside=False, account_id=account_id, most=MOST - turned)
    return turned


def put_aside(event_id: int, device_id: int, *, since: datetime, account_id: int | None) -> int:
    """Sets aside all that one phone sent from ``since`` on (by our clock: a phone's own may be made up). Returns how
    many scans; again, it finds none. Raises NotFound for a phone of another event."""
    queries.device.get(event_id, device_id)
    return _turn_all(event_id, device_id, since, clock.now(), is_aside=True, account_id=account_id, most=MOST)


def _turn_all(
    event_id: int,
    device_id: int,
    since: datetime | None,
    upto: datetime,
    *,
    is_aside: bool,
    account_id: int | None,
    most: int,
) -> int:
    turned, freed = 0, False
    while turned < most:
        number, is_seat_free = _turn(event_id, device_id, since, upto, is_aside=is_aside, account_id=account_id)
        turned += number
        freed = freed or is_seat_free
        if number < BATCH:
            break
    if freed:
        waiting_list.promote(event_id)
    return turned


@transactional
def _turn(
    event_id: int, device_id: int, since: datetime | None, upto: datetime, *, is_aside: bool, account_id: int | None
) -> tuple[int, bool]:
    """One batch, oldest first: how many scans, and whether a seat came free."""
    queries.event.lock(event_id)
    on = db.session.connection()
    queries.checkin.lock_phone(on, device_id)
    wanted = queries.set_aside.list_ids(device_id, since, upto, is_aside=not is_aside, limit=BATCH)
    if not wanted:
        return 0, False
    turned = set(wanted)
    rows = queries.set_aside.list_with_undos(device_id, wanted)
    if not is_aside:
        for row in rows:
            if row.scan.id in turned and row.scan.kind is ScanKind.WALK_IN and row.scan.attendee_id is not None:
                walk_in.accept(row.scan.id, by_account_id=account_id)
    action = "scan.set_aside" if is_aside else "scan.accept"
    times = {"since": since.isoformat()} if since is not None else {}
    audit.record(action, f"device:{device_id}", event_id=event_id, account_id=account_id, scans=len(wanted), **times)
    db.session.flush()
    kept = [_kept(row, is_aside if row.scan.id in turned else row.scan.set_aside_at is not None) for row in rows]
    phone = PairedPhone(
        device_id=device_id,
        event_id=event_id,
        checkpoint_id=kept[0].checkpoint_id,
        door="",
        name="",
        account_id=account_id,
        is_revoked=True,  # what it asked and heard no answer to opened nothing
        counts=True,
        facts=queries.checkin.get_door(on, device_id, {one.checkpoint_id for one in kept}),
    )
    is_seat_free = checkin.replay(on, phone, kept, clock.now())
    db.session.expire_all()
    return len(wanted), is_seat_free


def _kept(row: queries.set_aside.Row, is_set_aside: bool) -> Kept:
    scan = row.scan
    return Kept(
        scan=NewScan(
            id=scan.id,
            input=scan.input,
            kind=scan.kind,
            method=scan.method,
            scanned_at=scan.scanned_at,
            offset_ms=scan.offset_ms,
            seq=scan.seq,
            told=scan.phone_verdict,
            target_id=scan.target_id,
            reason=scan.reason,
            companions=scan.companions,
        ),
        checkpoint_id=scan.checkpoint_id,
        door=scan.door,
        at=scan.corrected_at,
        attendee_id=scan.attendee_id,
        serial=row.serial,
        answer=scan.later_verdict or scan.verdict,
        is_set_aside=is_set_aside,
    )
