"""Windows that people at the doors open early or keep open longer: each word kept, the latest one in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.models.checkin import Checkpoint, WindowChange
from eventapp.queries.account import PairedPhone
from eventapp.rules import checkin as door_rules
from eventapp.rules import checkpoint as rules

MAX_WORDS = 50
"""How many words one request may bring."""


@dataclass(frozen=True)
class NewWindow:
    """What a phone says about a window: from then on it is this one, whole."""

    id: str
    checkpoint_id: int
    opens_at: datetime | None
    closes_at: datetime | None
    scanned_at: datetime
    offset_ms: int = 0


@transactional
def record(phone: PairedPhone, words: Sequence[NewWindow]) -> list[datetime | Refused]:
    """Keeps each word and lets the latest one count; gives when each was said, by our clock.

    Sent again it changes nothing. What comes from a withdrawn phone is kept aside, without effect. What cannot be kept
    is refused and stops no other: ``checkpoint_missing``, ``ends_before_start``, ``scan_id_taken``.
    """
    queries.event.lock(phone.event_id)
    return [_record(phone, word) for word in words]


def _record(phone: PairedPhone, word: NewWindow) -> datetime | Refused:
    kept = queries.window.find(word.id)
    if kept is not None:
        return kept.changed_at if kept.device_id == phone.device_id else Refused("scan_id_taken", field="id")
    checkpoint = queries.checkpoint.find(phone.event_id, word.checkpoint_id)
    if checkpoint is None:
        return Refused("checkpoint_missing", field="checkpoint")
    try:
        rules.check_window(word.opens_at, word.closes_at)
    except Refused as refused:
        return refused
    now = clock.now()
    changed_at, _is_clock_wrong = door_rules.placed(word.scanned_at, word.offset_ms, now)
    change = WindowChange(
        id=word.id,
        event_id=phone.event_id,
        checkpoint_id=checkpoint.id,
        device_id=phone.device_id,
        opens_at=word.opens_at,
        closes_at=word.closes_at,
        changed_at=changed_at,
        received_at=now,
        set_aside_at=None if phone.counts else now,
    )
    current_id = queries.window.id_that_counts(checkpoint)
    try:
        with db.session.begin_nested():
            db.session.add(change)
    except IntegrityError:  # a phone of another event took this id in the same moment
        return Refused("scan_id_taken", field="id")
    if phone.counts and rules.is_later(changed_at, word.id, checkpoint.window_changed_at, current_id):
        checkpoint.opens_at, checkpoint.closes_at = word.opens_at, word.closes_at
        checkpoint.window_changed_at = changed_at
    return changed_at


def set_at_desk(checkpoint: Checkpoint, opens_at: datetime | None, closes_at: datetime | None) -> bool:
    """Sets a window at the desk; whether that changes anything. The caller holds the event.

    Who changes what stands there comes after it, even if that was said by a clock that runs ahead.
    """
    if (checkpoint.opens_at, checkpoint.closes_at) == (opens_at, closes_at):
        return False
    now, before = clock.now(), checkpoint.window_changed_at
    checkpoint.opens_at, checkpoint.closes_at = opens_at, closes_at
    checkpoint.window_changed_at = now if before is None or before < now else before + door_rules.INSTANT
    return True
