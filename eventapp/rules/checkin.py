"""The door's decisions: what a code opens, and what the scans of one person at one checkpoint add up to.

Pure and small, because it exists twice: phones decide by the same rules without network. ``tests/cases/admission.json``
is the table that every copy passes; docs/checkin.md says the same in words.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from eventapp.rules import names
from eventapp.rules.ticket import Reading
from eventapp.rules.vocabulary import (
    GREEN,
    AttendeeStatus,
    CheckpointKind,
    Direction,
    Policy,
    ScanKind,
    ScanMethod,
    Verdict,
)

PASSED_BACK = timedelta(minutes=10)
"""Policy `returns`: the same ticket again within this time was probably handed back through the door."""

INSTANT = timedelta(microseconds=1)
"""The least by which two times differ."""

CLOCK_AHEAD = timedelta(minutes=5)
"""How far a phone's clock may run ahead of ours before we order its scans by their receipt."""


MOST_COMPANIONS = 99
"""How many people without a ticket of their own may come in with one person."""

KEPT_ON_PHONES = timedelta(days=14)
"""How long after the event a phone keeps its list."""


class Tone(StrEnum):
    """The colour of a verdict; never shown without a symbol and words."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


TONES: dict[Verdict, Tone] = {
    Verdict.MISTYPED: Tone.RED,
    Verdict.WRONG_EVENT: Tone.RED,
    Verdict.UNKNOWN: Tone.RED,
    Verdict.REVOKED: Tone.RED,
    Verdict.CANCELLED: Tone.RED,
    Verdict.NOT_CONFIRMED: Tone.AMBER,
    Verdict.WRONG_CHECKPOINT: Tone.AMBER,
    Verdict.TOO_EARLY: Tone.AMBER,
    Verdict.TOO_LATE: Tone.AMBER,
    Verdict.ALREADY_ADMITTED: Tone.AMBER,
    Verdict.NOT_INSIDE: Tone.AMBER,
    Verdict.BACK_AGAIN: Tone.GREEN,
    Verdict.LEFT: Tone.GREEN,
    Verdict.ADMITTED_UNLISTED: Tone.GREEN,
    Verdict.ADMITTED: Tone.GREEN,
}

BY_PASSAGE = (
    Verdict.ALREADY_ADMITTED,
    Verdict.NOT_INSIDE,
    Verdict.BACK_AGAIN,
    Verdict.LEFT,
    Verdict.ADMITTED_UNLISTED,
    Verdict.ADMITTED,
)
"""Verdicts that depend on the person's other scans; all others stand for themselves."""

MAX_INPUT = 200
"""Signs of an input that are kept."""

_AFTER_HOST = re.compile(r"[?#]|(?<![:/])/(?!/)")
_OUTWARDS = (ScanKind.EXIT, ScanKind.GIVEN_BACK)
_ASKING = (ScanKind.ENTRY, ScanKind.GIVEN)
_BY_HAND = (ScanKind.LET_IN, ScanKind.WALK_IN)


@dataclass(frozen=True)
class Place:
    """A checkpoint. ``periods`` are the instants at which a further period begins, in order; no type means all.

    ``session_id``: it opens only for those who have a seat in this session.
    """

    policy: Policy
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    periods: tuple[datetime, ...] = ()
    ticket_type_ids: frozenset[int] = frozenset()
    session_id: int | None = None


@dataclass(frozen=True)
class Holder:
    """Whose serial it is. ``serial`` is the one that counts now, ``session_ids`` are those of confirmed seats.

    ``is_taken_back``: cancelled because the last scan that counted was taken back, so that one which counts confirms
    the place again.
    """

    serial: str
    status: AttendeeStatus
    ticket_type_id: int
    is_taken_back: bool = False
    session_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Question:
    """What somebody at a door asks. ``at`` is the corrected time; ``is_elsewhere``: another event has this code;
    ``adds``: more companions of somebody came, see `Past.adds`."""

    reading: Reading | None
    is_genuine: bool
    method: ScanMethod
    direction: Direction
    at: datetime
    is_elsewhere: bool = False
    adds: bool = False


@dataclass(frozen=True)
class State:
    """What somebody's scans at one checkpoint add up to: first and last entry, its door, whether inside now, and the
    most people without a ticket of their own whom an entry counted."""

    entered_at: datetime | None = None
    last_at: datetime | None = None
    door: str = ""
    is_inside: bool = False
    companions: int = 0


@dataclass(frozen=True)
class Past:
    """A scan, as far as it can add up. ``told`` is what the phone said, ``answer`` what the server first answered."""

    id: str
    device_id: int
    kind: ScanKind
    at: datetime
    door: str = ""
    told: Verdict | None = None
    answer: Verdict | None = None
    target_id: str | None = None
    is_set_aside: bool = False
    companions: int = 0

    @property
    def adds(self) -> bool:
        """Whether it says that companions of somebody came, who is in by another scan: it names the one it follows."""
        return adds(self.kind, self.target_id)

    @property
    def moves(self) -> bool:
        """Whether somebody passed: let in by hand, gone out, or told to enter by the phone, else by the server."""
        return self.kind in _BY_HAND or self.kind in _OUTWARDS or (self.kind in _ASKING and self._is_welcome)

    @property
    def _is_welcome(self) -> bool:
        said = self.told or self.answer
        return said in GREEN and said is not Verdict.LEFT


@dataclass(frozen=True)
class Dispute:
    """Somebody came in although the rules say ``verdict``; ``against_id`` is the entry that came first, if any."""

    scan_id: str
    verdict: Verdict
    against_id: str | None = None


@dataclass(frozen=True)
class Fold:
    """The state, and what a person should look at."""

    state: State
    disputes: tuple[Dispute, ...] = ()


def direction(kind: ScanKind) -> Direction:
    """Which way a scan of this kind goes."""
    return Direction.EXIT if kind in _OUTWARDS else Direction.ENTRY


def adds(kind: ScanKind, target_id: str | None) -> bool:
    """Whether a scan of this kind counts companions of somebody who is in: an entry that names an earlier scan."""
    return kind in _ASKING and target_id is not None


def kind_at(checkpoint: CheckpointKind, way: Direction) -> ScanKind:
    """What a plain reading means at a checkpoint: a distribution gives and takes back, all others let in and out."""
    if checkpoint is CheckpointKind.DISTRIBUTION:
        return ScanKind.GIVEN if way is Direction.ENTRY else ScanKind.GIVEN_BACK
    return ScanKind.ENTRY if way is Direction.ENTRY else ScanKind.EXIT


def decide(
    question: Question,
    holder: Holder | None,
    state: State,
    place: Place,
    *,
    has_contact: bool = True,
    unlisted_admission: bool = True,
) -> Verdict:
    """The verdict. The first rule that holds wins, in the order of the table in docs/checkin.md.

    ``holder`` None: the serial is on no list here. ``has_contact``: the list is the server's own, so that what is
    missing does not exist; a phone without network decides with False.
    """
    barred = _barred(question, holder, place, has_contact=has_contact, unlisted_admission=unlisted_admission)
    if barred is not None:
        return barred
    if question.adds:
        verdict = Verdict.ADMITTED  # whoever comes later does not come twice
    else:
        verdict = _passage(state, question.direction, question.at, place.policy, place.periods)
    if verdict is Verdict.ADMITTED and holder is None:
        return Verdict.ADMITTED_UNLISTED
    return verdict


def _barred(
    question: Question, holder: Holder | None, place: Place, *, has_contact: bool, unlisted_admission: bool
) -> Verdict | None:
    """What keeps a ticket out whatever else was scanned."""
    reading = question.reading
    if reading is None or not question.is_genuine:
        if question.method is ScanMethod.TYPED:
            return Verdict.MISTYPED
        return Verdict.WRONG_EVENT if question.is_elsewhere else Verdict.UNKNOWN
    if holder is None:
        if question.is_elsewhere:
            return Verdict.WRONG_EVENT
        if has_contact or not unlisted_admission:
            return Verdict.UNKNOWN
        if place.ticket_type_ids or place.session_id is not None:
            return Verdict.WRONG_CHECKPOINT  # nobody here knows its type, or its seats
    else:
        if reading.serial != holder.serial:
            return Verdict.REVOKED
        if holder.status in (AttendeeStatus.CANCELLED, AttendeeStatus.REJECTED):
            return Verdict.CANCELLED
        if holder.status is not AttendeeStatus.CONFIRMED:
            return Verdict.NOT_CONFIRMED
        if place.ticket_type_ids and holder.ticket_type_id not in place.ticket_type_ids:
            return Verdict.WRONG_CHECKPOINT
        if place.session_id is not None and place.session_id not in holder.session_ids:
            return Verdict.WRONG_CHECKPOINT
    if question.direction is Direction.EXIT:
        return None  # one may always leave
    if place.opens_at is not None and question.at < place.opens_at:
        return Verdict.TOO_EARLY
    if place.closes_at is not None and question.at >= place.closes_at:
        return Verdict.TOO_LATE
    return None


def _passage(state: State, way: Direction, at: datetime, policy: Policy, periods: tuple[datetime, ...]) -> Verdict:
    """What the policy says, given what was scanned before."""
    if way is Direction.EXIT:
        return Verdict.LEFT if state.is_inside else Verdict.NOT_INSIDE
    # A period later than this scan's was entered already when clocks disagree: that counts as this one, too.
    if state.last_at is None or period(state.last_at, periods) < period(at, periods):
        return Verdict.ADMITTED
    if policy is Policy.IN_OUT:
        return Verdict.ALREADY_ADMITTED if state.is_inside else Verdict.ADMITTED
    if policy is Policy.SINGLE or at - state.last_at < PASSED_BACK:
        return Verdict.ALREADY_ADMITTED
    return Verdict.BACK_AGAIN


def period(at: datetime, periods: tuple[datetime, ...]) -> int:
    """The number of the period that an instant lies in, from 0."""
    return bisect_right(periods, at)


def fold(scans: Iterable[Past], policy: Policy, periods: tuple[datetime, ...] = ()) -> Fold:
    """What scans of one person at one checkpoint add up to: the same for any order and any repetition.

    Whoever passed counts, also where the rules disagree: that is a dispute. An exit without an entry takes nothing
    away. An undo takes back a scan of the same phone, whichever of the two came first, and cannot be taken back. A scan
    that adds companions to another entry changes nothing but their number; where none other counts it is an entry.
    """
    counted = [scan for scan in scans if not scan.is_set_aside]
    undone = {(scan.target_id, scan.device_id) for scan in counted if scan.kind is ScanKind.UNDO}
    moves = {scan.id: scan for scan in counted if scan.moves and (scan.id, scan.device_id) not in undone}
    is_in = any(direction(scan.kind) is Direction.ENTRY and not scan.adds for scan in moves.values())
    state, last_id = State(), None
    disputes: list[Dispute] = []
    for scan in sorted(moves.values(), key=lambda scan: (scan.at, scan.id)):
        if direction(scan.kind) is Direction.EXIT:
            state = replace(state, is_inside=False)
            continue
        only_adds = scan.adds and is_in
        verdict = Verdict.ADMITTED if only_adds else _passage(state, Direction.ENTRY, scan.at, policy, periods)
        against_id = last_id if verdict is Verdict.ALREADY_ADMITTED else None
        if scan.answer is not None and scan.answer not in BY_PASSAGE:
            verdict, against_id = scan.answer, None
        if verdict not in GREEN:
            disputes.append(Dispute(scan.id, verdict, against_id))
        companions = max(state.companions, scan.companions)
        if only_adds:
            state = replace(state, companions=companions)
        else:
            state = State(state.entered_at or scan.at, scan.at, scan.door, True, companions)
            last_id = scan.id
    return Fold(state, tuple(disputes))


def kept_input(text: str, reading: Reading | None) -> str:
    """What of an input is kept: the short code; of other texts a beginning, and of an address only the host.

    Addresses may hold secrets: the link of a registration opens it.
    """
    if reading is not None:
        return reading.short
    return _AFTER_HOST.split(names.clean(text), maxsplit=1)[0][:MAX_INPUT]


def forget_at(ends_at: datetime | None) -> datetime | None:
    """When phones forget all that is personal, whether it was delivered or not."""
    return ends_at + KEPT_ON_PHONES if ends_at is not None else None


def placed(scanned_at: datetime, offset_ms: int, received_at: datetime) -> tuple[datetime, bool]:
    """When a scan happened by the server's clock, and whether the phone's clock is too wrong to tell.

    ``offset_ms`` is added to the raw clock. A time too far ahead of its receipt gives the receipt.
    """
    try:
        at = scanned_at + timedelta(milliseconds=offset_ms)
    except OverflowError:
        return received_at, True
    return (received_at, True) if at > received_at + CLOCK_AHEAD else (at, False)
