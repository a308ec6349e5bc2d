"""The book that is opened for one request of a phone: its scans, and all that is kept about everybody they concern.

Whoever opens it has locked these people; what it says they add up to now is written by `services.checkin`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import Connection

from eventapp import queries
from eventapp.errors import Refused
from eventapp.queries.account import PairedPhone
from eventapp.queries.checkin import DoorFacts, StoredScan
from eventapp.rules import checkin as rules
from eventapp.rules import names, ticket
from eventapp.rules.vocabulary import GREEN, AttendeeStatus, ScanKind, ScanMethod, Verdict
from eventapp.services.walk_in import Guest, WalkIn

MAX_REASON = 300

OUTSIDE = (Verdict.TOO_EARLY, Verdict.TOO_LATE)

Place: TypeAlias = tuple[int | str, int]
"""Where a scan adds up: a person at a checkpoint; the scan of nobody known stands alone, under its own id."""


@dataclass(frozen=True)
class NewScan:
    """A scan as a phone sends it. ``told`` is the phone's verdict; None: it asks us.

    ``checkpoint_id`` and ``door`` None mean those of the phone.
    """

    id: str
    input: str
    kind: ScanKind
    method: ScanMethod
    scanned_at: datetime
    offset_ms: int = 0
    checkpoint_id: int | None = None
    door: str | None = None
    seq: int | None = None
    told: Verdict | None = None
    target_id: str | None = None
    reason: str | None = None
    companions: int = 0
    walk_in: WalkIn | None = None
    """Who registers with it, for the kind of this name."""


@dataclass(frozen=True)
class Answer:
    """What we say to a scan, the same whenever it is sent. ``verdict`` None: nothing was asked, or nothing is told."""

    verdict: Verdict | None
    conflict: bool = False


@dataclass(frozen=True)
class Kept:
    """A scan that is kept already and is to add up anew, for `replay`.

    ``answer`` is what we answered, if we did; ``serial`` that of its person now; ``is_set_aside``: it does not count
    from now on.
    """

    scan: NewScan
    checkpoint_id: int
    door: str
    at: datetime
    attendee_id: int | None
    serial: str | None
    answer: Verdict | None
    is_set_aside: bool


@dataclass(frozen=True)
class Arrival:
    """A scan with what is known about it before anything is locked."""

    scan: NewScan
    reading: ticket.Reading | None
    is_genuine: bool
    checkpoint_id: int
    door: str
    at: datetime
    is_clock_wrong: bool
    kept: Kept | None = None


def open_book(
    on: Connection,
    phone: PairedPhone,
    arrivals: list[Arrival],
    guests: dict[str, Guest],
    door: DoorFacts,
    now: datetime,
) -> "Book":
    """Locks everybody concerned and reads what is kept about them."""
    ids = [arrival.scan.id for arrival in arrivals]
    serials = {arrival.reading.serial for arrival in arrivals if arrival.reading is not None and arrival.is_genuine}
    serials |= {one.kept.serial for one in arrivals if one.kept is not None and one.kept.serial is not None}
    checkpoint_ids = {arrival.checkpoint_id for arrival in arrivals}
    checkpoint_ids.update(*(guest.checkpoint_ids for guest in guests.values()))
    undone = [a.scan.target_id for a in arrivals if a.scan.kind is ScanKind.UNDO and a.scan.target_id is not None]
    targets: dict[str, Place] = {}
    if undone:
        queries.checkin.lock_phone(on, phone.device_id)
        for scan_id, (attendee_id, serial, checkpoint_id) in queries.checkin.list_targets(
            on, phone.device_id, undone
        ).items():
            targets[scan_id] = (attendee_id or scan_id, checkpoint_id)
            checkpoint_ids.add(checkpoint_id)
            if serial is not None:
                serials.add(serial)
    if not checkpoint_ids <= set(door.places):
        door = replace(door, places=queries.checkin.get_door(on, phone.device_id, checkpoint_ids).places)
    holders, reserved = _lock_holders(on, phone, serials)
    people = {attendee_id for attendee_id, _holder in holders.values()} | {g.attendee_id for g in guests.values()}
    if holders and any(place.session_id is not None for place in door.places.values()):
        seats = queries.checkin.list_seats(on, people)
        holders = {
            serial: (attendee_id, replace(holder, session_ids=seats.get(attendee_id, frozenset())))
            for serial, (attendee_id, holder) in holders.items()
        }
    stored = queries.checkin.list_past(on, [*ids, *undone], people, checkpoint_ids) if ids else []
    return Book(on, phone, door, now, holders, reserved, guests, targets, stored)


def _lock_holders(
    on: Connection, phone: PairedPhone, serials: set[str]
) -> tuple[dict[str, tuple[int, rules.Holder]], dict[str, bool]]:
    """Who has these serials; and those that a phone may have given to somebody of whom it has not told yet, with
    whether the event admits whom no list has."""
    holders = queries.checkin.lock_holders(on, phone.device_id, serials)
    unknown = serials - holders.keys()
    if not unknown:
        return holders, {}
    found = queries.checkin.lock_reserved(on, phone.event_id, unknown)
    late = {serial for serial, (attendee_id, _is_admitted) in found.items() if attendee_id is not None}
    if late:  # told of in this very moment
        holders |= queries.checkin.lock_holders(on, phone.device_id, late)
    return holders, {serial: is_admitted for serial, (_id, is_admitted) in found.items() if serial not in late}


class Book:
    """The scans of one request and of everybody whom they concern, while they are answered."""

    def __init__(
        self,
        on: Connection,
        phone: PairedPhone,
        door: DoorFacts,
        now: datetime,
        holders: dict[str, tuple[int, rules.Holder]],
        reserved: dict[str, bool],
        guests: dict[str, Guest],
        targets: dict[str, Place],
        stored: list[StoredScan],
    ) -> None:
        self.rows: list[dict[str, Any]] = []
        self._on, self._phone, self._door, self._now, self._holders = on, phone, door, now, holders
        self._reserved, self._guests = reserved, guests
        self._answers: dict[str, tuple[int, Answer]] = {}
        self._moves: defaultdict[Place, list[rules.Past]] = defaultdict(list)
        self._own = dict(targets)
        """Where the scans add up that this phone may take back."""
        self._undone: set[str] = set()
        """What this phone took back before it came."""
        self._kept = stored
        self._stored = {scan.past.id for scan in stored}
        self._forgotten: list[tuple[Place, rules.Past]] = []
        self._folds: dict[Place, rules.Fold] = {}
        self._before: dict[Place, rules.Fold] = {}
        for scan in stored:
            past = scan.past
            self._answers[past.id] = (past.device_id, Answer(scan.verdict, scan.was_conflict))
            is_undo = past.kind is ScanKind.UNDO
            if is_undo and past.device_id == phone.device_id and not past.is_set_aside:
                self._undone.add(past.target_id or "")
            if scan.moves:
                nobody = (past.target_id if is_undo else None) or past.id
                self._moves[(scan.attendee_id or nobody, scan.checkpoint_id)].append(past)
        for guest in guests.values():
            for checkpoint_id in guest.checkpoint_ids:  # these added up to nothing of theirs before
                self._before[(guest.attendee_id, checkpoint_id)] = rules.Fold(rules.State())

    def forget(self, scan_ids: Sequence[str]) -> None:
        """Takes stored scans out, to be taken in anew; what they added up to until now is kept as what was before."""
        wanted = set(scan_ids)
        for scan_id in wanted:
            self._answers.pop(scan_id, None)
        for place, pasts in list(self._moves.items()):
            out = [past for past in pasts if past.id in wanted]
            if out:
                self._before.setdefault(place, self._fold(place))
                self._moves[place] = [past for past in pasts if past.id not in wanted]
                self._forgotten += [(place, past) for past in out]
                self._folds.pop(place, None)
        self._undone -= {scan.past.target_id for scan in self._kept if scan.past.id in wanted}

    def take(self, arrival: Arrival) -> Answer | Refused:
        """Answers one scan and notes what is to be stored."""
        scan = arrival.scan
        if scan.id in self._answers:
            device_id, answer = self._answers[scan.id]
            return answer if device_id == self._phone.device_id else Refused("scan_id_taken", field="id")
        answer = self._take_back(arrival) if scan.kind is ScanKind.UNDO else self._let_pass(arrival)
        self._answers[scan.id] = (self._phone.device_id, answer)
        return answer

    def _take_back(self, arrival: Arrival) -> Answer:
        """An undo lies where the scan lies that it takes back; before that one has come, it waits for it."""
        past, target_id = self._past(arrival, None), arrival.scan.target_id or ""
        place = self._own.get(target_id)
        if place is not None:
            self._add(past, place)
        elif not past.is_set_aside:
            self._undone.add(target_id)
        return self._note(arrival, past, place, Answer(None), moves=place is not None)

    def _let_pass(self, arrival: Arrival) -> Answer:
        """Any other scan: our verdict, and whether somebody passed whom the rules would not have let in."""
        owner_id, holder = None, None
        if arrival.reading is not None and arrival.is_genuine:
            owner_id, holder = self._holders.get(arrival.reading.serial, (None, None))
        guest, kept = self._guests.get(arrival.scan.id), arrival.kept
        if guest is not None:
            owner_id, holder = guest.attendee_id, guest.holder
        elif kept is not None and kept.attendee_id is not None:
            owner_id = kept.attendee_id
            holder = next((holder for who, holder in self._holders.values() if who == owner_id), None)
        place = (owner_id or arrival.scan.id, arrival.checkpoint_id)
        # A phone that may only send reports what it decided; what it asks now is kept, but opens nothing.
        is_answered = self._phone.counts and not (self._phone.is_revoked and arrival.scan.told is None)
        if kept is not None and (kept.answer is not None or kept.is_set_aside):
            past = self._past(arrival, kept.answer)
        else:
            past = self._past(arrival, self._decide(arrival, holder, place) if is_answered else None)
        moves, is_disputed = past.moves and past.id not in self._undone, False
        if moves:
            self._add(past, place)
            is_disputed = any(dispute.scan_id == past.id for dispute in self._fold(place).disputes)
            self._own[past.id] = place
        return self._note(arrival, past, place, Answer(past.answer, is_disputed), moves=moves)

    def _past(self, arrival: Arrival, verdict: Verdict | None) -> rules.Past:
        scan = arrival.scan
        return rules.Past(
            id=scan.id,
            device_id=self._phone.device_id,
            kind=scan.kind,
            at=arrival.at,
            door=arrival.door,
            told=scan.told,
            answer=verdict,
            target_id=scan.target_id,
            is_set_aside=not self._phone.counts if arrival.kept is None else arrival.kept.is_set_aside,
            companions=scan.companions,
        )

    def _decide(self, arrival: Arrival, holder: rules.Holder | None, place: Place) -> Verdict:
        """Answers a question of now by all that is known, a phone's own decision by what came before it."""
        scan, reading = arrival.scan, arrival.reading
        checkpoint = self._door.places[arrival.checkpoint_id]
        guest = self._guests.get(scan.id)
        if guest is not None and guest.has_other_code:
            return Verdict.REVOKED  # what was given away is somebody else's: for a person to look at
        is_genuine, is_reserved = arrival.is_genuine, False
        if guest is not None:
            reading, is_genuine = ticket.Reading(guest.holder.serial, "", ""), True
        elif holder is None and is_genuine and reading is not None and reading.serial in self._reserved:
            is_reserved = scan.told is not None or self._reserved[reading.serial]
        elif holder is not None and holder.is_taken_back and scan.told is not None:
            holder = replace(holder, status=AttendeeStatus.CONFIRMED)
        others = [p for p in self._moves[place] if not p.adds]  # companions who came before somebody bar nobody's way
        if scan.told is not None:
            before = (arrival.at, scan.id)
            others = [p for p in others if p.kind is ScanKind.UNDO or (p.at, p.id) < before]
        if len(others) == len(self._moves[place]):
            state = self._fold(place).state
        else:
            state = rules.fold(others, checkpoint.policy, checkpoint.periods).state
        question = rules.Question(
            reading=reading,
            is_genuine=is_genuine,
            method=scan.method,
            direction=rules.direction(scan.kind),
            at=arrival.at,
            is_elsewhere=holder is None
            and reading is not None
            and queries.checkin.is_elsewhere(self._on, self._phone.event_id, reading.short),
            adds=rules.adds(scan.kind, scan.target_id),
        )
        decided = partial(rules.decide, question, holder, state, has_contact=not is_reserved)
        verdict = decided(checkpoint)
        if verdict in OUTSIDE and scan.told in GREEN:
            # The phone had opened early or stayed open by itself: a later word of another one makes that no mistake.
            word = queries.checkin.find_word(self._on, self._phone.device_id, arrival.checkpoint_id, arrival.at)
            if word is not None:
                verdict = decided(replace(checkpoint, opens_at=word[0], closes_at=word[1]))
        return verdict

    @property
    def repeated(self) -> set[int]:
        """The checkpoints at which somebody passed again."""
        return {place[1] for place in self._before if len(self._moves[place]) > 1}

    def _add(self, past: rules.Past, place: Place) -> None:
        """Adds a scan to those of its place, after what these added up to before the first change is kept."""
        self._before.setdefault(place, self._fold(place))
        self._moves[place].append(past)
        del self._folds[place]

    def _fold(self, place: Place) -> rules.Fold:
        if place not in self._folds:
            checkpoint = self._door.places[place[1]]
            fold = rules.fold(self._moves[place], checkpoint.policy, checkpoint.periods)
            self._folds[place] = fold if isinstance(place[0], int) else self._of_nobody(fold, place)
        return self._folds[place]

    def _of_nobody(self, fold: rules.Fold, place: Place) -> rules.Fold:
        """Whoever came in and is known to nobody is for a person to look at, until it turns out who it was."""
        if fold.disputes or fold.state.entered_at is None:
            return fold
        entry = next(past for past in self._moves[place] if past.id == place[0])
        return replace(fold, disputes=(rules.Dispute(entry.id, entry.answer or Verdict.ADMITTED_UNLISTED),))

    def _note(self, arrival: Arrival, past: rules.Past, place: Place | None, answer: Answer, *, moves: bool) -> Answer:
        scan = arrival.scan
        who, checkpoint_id = place or (None, arrival.checkpoint_id)
        self.rows.append(
            {
                "id": scan.id,
                "event_id": self._phone.event_id,
                "device_id": self._phone.device_id,
                "checkpoint_id": checkpoint_id,
                "attendee_id": who if isinstance(who, int) else None,
                "door": arrival.door,
                "input": rules.kept_input(scan.input, arrival.reading),
                "kind": scan.kind,
                "method": scan.method,
                "target_id": scan.target_id,
                "reason": names.clean(scan.reason)[:MAX_REASON] if scan.reason else None,
                "companions": scan.companions,
                "scanned_at": scan.scanned_at,
                "offset_ms": scan.offset_ms,
                "corrected_at": past.at,
                "is_clock_wrong": arrival.is_clock_wrong,
                "seq": scan.seq,
                "phone_verdict": scan.told,
                "received_at": self._now,
                "verdict": answer.verdict,
                "conflict": answer.conflict,
                "moves": moves,
                "set_aside_at": self._now if past.is_set_aside else None,
            }
        )
        return answer

    def disputes(self) -> tuple[list[str], list[dict[str, Any]]]:
        """What is not in dispute any more or not in the same way (scan ids), and what newly is (rows).

        What a person has settled stays as it is.
        """
        gone: list[str] = []
        found: list[dict[str, Any]] = []
        changed = [(place, past) for place in self._before for past in self._moves[place]]
        there = {past.id for _place, past in changed}
        changed += [(place, past) for place, past in self._forgotten if past.id not in there]
        kept = [past.id for _place, past in changed if past.id in self._stored]
        stored = queries.checkin.list_disputes(self._on, kept) if kept else {}
        disputed = {d.scan_id: d for place in self._before for d in self._fold(place).disputes}
        for place, past in changed:
            was, now = stored.get(past.id), disputed.get(past.id)
            if was is not None and (was.is_settled or was.dispute == now):
                continue
            if was is not None:
                gone.append(past.id)
            if now is not None:
                found.append(self._conflict(place, now))
        return gone, found

    def _conflict(self, place: Place, dispute: rules.Dispute) -> dict[str, Any]:
        return {
            "scan_id": dispute.scan_id,
            "event_id": self._phone.event_id,
            "checkpoint_id": place[1],
            "attendee_id": place[0] if isinstance(place[0], int) else None,
            "against_scan_id": dispute.against_id,
            "verdict": dispute.verdict,
            "found_at": self._now,
        }

    def unsettled(self) -> list[int]:
        """People whose place may depend on whether any scan counts: new ones, those with nothing left that counts, and
        those who came back."""
        new = {guest.attendee_id for guest in self._guests.values()}
        taken_back = {attendee_id for attendee_id, holder in self._holders.values() if holder.is_taken_back}
        empty = {place[0] for place in self._before if self._fold(place).state.entered_at is None}
        return sorted(new | taken_back | {one for one in empty if isinstance(one, int)})

    def admissions(self) -> list[dict[str, Any]]:
        """What people's scans add up to now, where that has changed."""
        return [
            {
                "attendee_id": place[0],
                "checkpoint_id": place[1],
                "event_id": self._phone.event_id,
                "entered_at": state.entered_at,
                "last_at": state.last_at,
                "door": state.door,
                "is_inside": state.is_inside,
                "companions": state.companions,
            }
            for place, before in self._before.items()
            if isinstance(place[0], int) and (state := self._fold(place).state) != before.state
        ]
