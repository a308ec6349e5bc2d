"""Changes to checkpoints: what opens, when, for whom, and what is to be added up anew because of it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.models.checkin import Checkpoint, Conflict, Device
from eventapp.models.version import touch
from eventapp.rules import checkin as door_rules
from eventapp.rules import checkpoint as rules
from eventapp.rules import event as event_rules
from eventapp.rules import release as release_rules
from eventapp.rules.order import moved
from eventapp.rules.vocabulary import CheckpointKind, Policy, SessionKind
from eventapp.services import audit, window

BATCH = 500
"""How many people are added up anew at once."""


@dataclass(frozen=True, kw_only=True)
class CheckpointFacts:
    """What an organizer says about a checkpoint. No period: one; no category: all."""

    name: LocalizedText
    kind: CheckpointKind = CheckpointKind.VENUE
    policy: Policy = Policy.RETURNS
    session_id: int | None = None
    needs_seat: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    periods: Sequence[datetime] = ()
    ticket_type_ids: Collection[int] = field(default_factory=frozenset)


@transactional
def add(
    event_id: int, facts: CheckpointFacts, *, account_id: int | None = None, form_id: str | None = None
) -> Checkpoint:
    """A further checkpoint, at the end of the list. The same ``form_id`` again returns the first result.

    Raises NotFound for a session of another event, or Refused with ``name_missing``, ``ends_before_start``,
    ``policy_for_doors``, ``checkpoint_session_missing``, ``session_without_seats``, ``times_too_many`` or
    ``choice_invalid``.
    """
    queries.event.lock(event_id)
    made = audit.find_made("checkpoint.add", form_id, event_id=event_id)
    if made is not None:
        return queries.checkpoint.get(event_id, made)
    checkpoint = _add(event_id, facts)
    audit.record(
        "checkpoint.add", f"checkpoint:{checkpoint.id}", event_id=event_id, account_id=account_id, form_id=form_id
    )
    return checkpoint


def _add(event_id: int, facts: CheckpointFacts) -> Checkpoint:
    last = db.session.scalar(select(func.max(Checkpoint.position)).where(Checkpoint.event_id == event_id))
    checkpoint = Checkpoint(event_id=event_id, position=0 if last is None else last + 1, name=facts.name)
    _describe(checkpoint, facts)
    db.session.add(checkpoint)
    db.session.flush()
    _tell_of_seats(checkpoint)
    return checkpoint


def _describe(checkpoint: Checkpoint, facts: CheckpointFacts) -> list[str]:
    """Sets all but the window, which has a word of its own; returns what changed."""
    event_id = checkpoint.event_id
    event_rules.check_name(facts.name)
    rules.check_window(facts.opens_at, facts.closes_at)
    rules.check_policy(facts.kind, facts.policy)
    session_id = facts.session_id if facts.kind is CheckpointKind.SESSION else None
    if session_id is not None:
        queries.programme.get_session_by_id(event_id, session_id)
    needs_seat = facts.needs_seat and facts.kind is CheckpointKind.SESSION
    has_seats = session_id is not None and queries.session_seat.find(event_id, session_id) is not None
    rules.check_session(facts.kind, session_id, needs_seat=needs_seat, has_seats=has_seats)
    types = {one.id for one in queries.registration.list_ticket_types(event_id)}
    if not set(facts.ticket_type_ids) <= types:
        raise Refused("choice_invalid", field="types")
    changed = audit.apply(
        checkpoint,
        name=facts.name,
        kind=facts.kind,
        policy=facts.policy,
        session_id=session_id,
        needs_seat=needs_seat,
        periods=rules.periods(facts.periods),
        # All of them means all, also those that are added later.
        ticket_type_ids=[] if set(facts.ticket_type_ids) == types else sorted(facts.ticket_type_ids),
    )
    return [*changed, "window"] if window.set_at_desk(checkpoint, facts.opens_at, facts.closes_at) else changed


def _tell_of_seats(checkpoint: Checkpoint) -> None:
    """Lets phones hear of the seats that a door asks for: before, their lists had none."""
    if checkpoint.needs_seat and checkpoint.closed_at is None and checkpoint.session_id is not None:
        for attendee in queries.session_seat.list_seated(checkpoint.session_id):
            touch(attendee)


@transactional
def change(event_id: int, checkpoint_id: int, facts: CheckpointFacts, *, account_id: int | None = None) -> None:
    """Changes a checkpoint. With another policy or other periods everybody who passed is added up anew.

    Raises NotFound, or Refused as `add` does, and with ``checkpoint_kind_fixed`` or ``checkpoint_last``.
    """
    queries.event.lock(event_id)
    checkpoint = queries.checkpoint.get(event_id, checkpoint_id)
    is_other = facts.kind is not checkpoint.kind or (
        facts.kind is CheckpointKind.SESSION and facts.session_id != checkpoint.session_id
    )
    if is_other and queries.checkpoint.has_scans(checkpoint_id):
        raise Refused("checkpoint_kind_fixed", field="kind")
    if checkpoint.kind is CheckpointKind.VENUE and facts.kind is not CheckpointKind.VENUE:
        _check_other_venue(checkpoint)
    changed = _describe(checkpoint, facts)
    if not changed:
        return
    audit.record(
        "checkpoint.change",
        f"checkpoint:{checkpoint_id}",
        event_id=event_id,
        account_id=account_id,
        changed=changed,
    )
    db.session.flush()
    if {"needs_seat", "session_id"} & set(changed):
        _tell_of_seats(checkpoint)
    if {"policy", "periods"} & set(changed):
        _fold_anew(checkpoint)


def _fold_anew(checkpoint: Checkpoint) -> None:
    """Looks again at what was in dispute and what is, as the policy and periods have it now.

    Who is in, since when and by which door hangs on neither (`rules.checkin.fold`). All phones of the event are held:
    their scans share them, so that none is half done now, and those that come meanwhile wait, to be added up by the
    new policy.
    """
    place = queries.checkpoint.place_of(checkpoint)
    on = db.session.connection()
    phones = select(Device.id).where(Device.event_id == checkpoint.event_id).order_by(Device.id)
    on.execute(phones.with_for_update())
    people = queries.checkpoint.list_who_passed(checkpoint.id)
    for first in range(0, len(people), BATCH):
        some = people[first : first + BATCH]
        scans: defaultdict[int, list[door_rules.Past]] = defaultdict(list)
        for scan in queries.checkin.list_past(on, [], some, [checkpoint.id]):
            if scan.moves and scan.attendee_id is not None:
                scans[scan.attendee_id].append(scan.past)
        stored = queries.checkin.list_disputes(on, [past.id for pasts in scans.values() for past in pasts])
        gone, found = [], []
        for attendee_id, pasts in scans.items():
            now = {one.scan_id: one for one in door_rules.fold(pasts, place.policy, place.periods).disputes}
            for past in pasts:
                was, is_now = stored.get(past.id), now.get(past.id)
                if was is not None and (was.is_settled or was.dispute == is_now):
                    continue
                if was is not None:
                    gone.append(past.id)
                if is_now is not None:
                    found.append(_conflict(checkpoint, attendee_id, is_now))
        if gone:
            db.session.execute(delete(Conflict).where(Conflict.scan_id.in_(gone), Conflict.settled_at.is_(None)))
        db.session.add_all(found)
        db.session.flush()


def _conflict(checkpoint: Checkpoint, attendee_id: int, dispute: door_rules.Dispute) -> Conflict:
    return Conflict(
        scan_id=dispute.scan_id,
        event_id=checkpoint.event_id,
        checkpoint_id=checkpoint.id,
        attendee_id=attendee_id,
        against_scan_id=dispute.against_id,
        verdict=dispute.verdict,
        found_at=clock.now(),
    )


@transactional
def move(event_id: int, checkpoint_id: int, steps: int) -> None:
    """Moves a checkpoint among the others: -1 one place up, 1 one place down. Raises NotFound."""
    queries.event.lock(event_id)
    queries.checkpoint.get(event_id, checkpoint_id)
    rows = {row.id: row for row in queries.checkpoint.list_of_event(event_id)}
    for position, row_id in enumerate(moved(list(rows), checkpoint_id, steps)):
        rows[row_id].position = position


@transactional
def close(event_id: int, checkpoint_id: int, *, account_id: int | None = None) -> None:
    """Closes a checkpoint from now on; what was let in there stays. Twice changes nothing. Raises NotFound."""
    queries.event.lock(event_id)
    checkpoint = queries.checkpoint.get(event_id, checkpoint_id)
    if checkpoint.closed_at is None:
        checkpoint.closed_at = clock.now()
        audit.record("checkpoint.close", f"checkpoint:{checkpoint_id}", event_id=event_id, account_id=account_id)


@transactional
def reopen(event_id: int, checkpoint_id: int, *, account_id: int | None = None) -> None:
    """Opens a closed checkpoint again, within its window. Twice changes nothing. Raises NotFound."""
    queries.event.lock(event_id)
    checkpoint = queries.checkpoint.get(event_id, checkpoint_id)
    if checkpoint.closed_at is not None:
        checkpoint.closed_at = None
        _tell_of_seats(checkpoint)
        audit.record("checkpoint.reopen", f"checkpoint:{checkpoint_id}", event_id=event_id, account_id=account_id)


@transactional
def remove(event_id: int, checkpoint_id: int, *, account_id: int | None = None) -> None:
    """Removes a checkpoint at which nothing has happened and no phone stands.

    Raises NotFound, or Refused with ``checkpoint_has_scans``, ``checkpoint_in_use`` or ``checkpoint_last``.
    """
    queries.event.lock(event_id)
    checkpoint = queries.checkpoint.get(event_id, checkpoint_id)
    if queries.checkpoint.has_scans(checkpoint_id):
        raise Refused("checkpoint_has_scans")
    phones = queries.checkpoint.count_phones(checkpoint_id)
    if phones:
        raise Refused("checkpoint_in_use", phones=phones)
    _check_other_venue(checkpoint)
    db.session.delete(checkpoint)
    audit.record("checkpoint.remove", f"checkpoint:{checkpoint_id}", event_id=event_id, account_id=account_id)


def _check_other_venue(checkpoint: Checkpoint) -> None:
    """Refuses (``checkpoint_last``) that an event is left without an entrance to its venue."""
    others = [
        one
        for one in queries.checkpoint.list_of_event(checkpoint.event_id)
        if one.kind is CheckpointKind.VENUE and one.id != checkpoint.id
    ]
    if checkpoint.kind is CheckpointKind.VENUE and not others:
        raise Refused("checkpoint_last", field="kind")


@transactional
def add_for_sessions(
    event_id: int,
    *,
    room_id: int | None = None,
    with_seats_only: bool = False,
    account_id: int | None = None,
) -> int:
    """A door for each session that has none: of a room, of all, or of those with limited seats, which ask for the seat.

    Breaks and sessions that do not take place are left out. Twice makes none twice. Returns how many were made; raises
    NotFound for a room of another event.
    """
    queries.event.lock(event_id)
    if room_id is not None:
        queries.programme.get_room(event_id, room_id)
    have = {one.session_id for one in queries.checkpoint.list_of_event(event_id)}
    seats = queries.session_seat.labels(event_id)
    made = 0
    for session in queries.programme.list_sessions(event_id):
        if session.id in have or session.cancelled_at is not None or session.kind is SessionKind.BREAK:
            continue
        if (room_id is not None and session.room_id != room_id) or (with_seats_only and session.id not in seats):
            continue
        opens_at, closes_at = rules.usual_window(session.starts_at, session.ends_at)
        facts = CheckpointFacts(
            name=session.title,
            kind=CheckpointKind.SESSION,
            session_id=session.id,
            needs_seat=session.id in seats,
            opens_at=opens_at,
            closes_at=closes_at,
        )
        _add(event_id, facts)
        made += 1
    if made:
        audit.record(
            "checkpoint.add_for_sessions", f"event:{event_id}", event_id=event_id, account_id=account_id, made=made
        )
    return made


def follow_release(event_id: int, before: release_rules.Timetable | None, after: release_rules.Timetable) -> None:
    """Lets the doors of sessions follow a programme that was released, and phones hear where and when they are now.

    A window that was the usual one for the old time becomes the usual one for the new. The caller holds the event.
    """
    old = {session.id: session for session in before.sessions} if before is not None else {}
    new = {session.id: session for session in after.sessions}
    for door in queries.checkpoint.list_of_event(event_id):
        was, now = old.get(door.session_id or 0), new.get(door.session_id or 0)
        if door.session_id is None or _place(was) == _place(now):
            continue
        touch(door)
        if was is None or now is None:
            continue
        if (door.opens_at, door.closes_at) == rules.usual_window(was.starts_at, was.ends_at):
            window.set_at_desk(door, *rules.usual_window(now.starts_at, now.ends_at))


def _place(session: release_rules.Session | None) -> tuple[object, ...]:
    if session is None or session.cancelled_at is not None:
        return ()
    return session.room_id, session.starts_at, session.ends_at
