"""Releases a programme: what the public sees from now on, and who is told of what changed."""

from collections.abc import Collection

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.models.event import Event
from eventapp.models.release import ProgrammeRelease
from eventapp.models.speaker import SpeakerSeen
from eventapp.rules import event as event_rules
from eventapp.rules import release as rules
from eventapp.rules.vocabulary import DeliveryKind
from eventapp.services import audit, checkpoint, delivery


@transactional
def release(
    event_id: int,
    *,
    only: Collection[int] | None = None,
    draft: str | None = None,
    account_id: int | None = None,
) -> ProgrammeRelease | None:
    """Makes the draft what the public sees, and tells speakers and guests once of what changed in their sessions.

    ``only``: ids of the sessions to release; the rest stays as it was released last. ``draft``: what
    `queries.release.fingerprint` gave when the draft was looked at; if it has changed since, raises
    Refused("draft_changed"). Returns None if nothing differs from the last release, so that twice is once.
    """
    event = queries.event.lock(event_id)
    now = clock.now()
    last = queries.release.find_last_whole(event_id)
    before = queries.release.timetable(last) if last is not None else None
    working = queries.release.draft(event_id)
    after = rules.follow(working, before, now, only)
    abstracts = queries.release.draft_abstracts(event_id)
    if only is not None:
        chosen = {session.uid for session in working.sessions if session.id in only}
        kept = last.abstracts if last is not None else {}
        abstracts = {uid: text for uid, text in kept.items() if uid not in chosen} | {
            uid: text for uid, text in abstracts.items() if uid in chosen
        }
    if before is None and not after.sessions:
        return None
    if last is not None and rules.dump(after) == last.timetable and abstracts == last.abstracts:
        return None
    if draft is not None and draft != queries.release.fingerprint(event_id):
        raise Refused("draft_changed")
    made = ProgrammeRelease(
        event_id=event_id,
        number=1 if last is None else last.number + 1,
        released_at=now,
        account_id=account_id,
        timetable=rules.dump(after),
        abstracts=abstracts,
    )
    db.session.add(made)
    event.programme_released_at = now
    db.session.flush()
    checkpoint.follow_release(event_id, before, after)
    if rules.is_worth_telling(event_rules.stage(event.state, event.starts_at, event.ends_at, now)):
        _tell(event, made.number, rules.changes(before, after))
    audit.record("programme.release", f"release:{made.number}", event_id=event_id, account_id=account_id)
    return made


def _tell(event: Event, number: int, changes: list[rules.Change]) -> None:
    """One message to each speaker and each contact whom a change concerns and who has an address."""
    for speaker_id in queries.release.list_speakers_to_tell(event.id, changes):
        delivery.queue_for_speaker(speaker_id, DeliveryKind.PROGRAMME_CHANGE, since_release=number - 1)
    for registration_id in queries.release.list_registrations_to_tell(event.id, changes):
        delivery.queue(registration_id, DeliveryKind.PROGRAMME_CHANGE, since_release=number - 1)


@transactional
def note_seen(event_id: int, speaker_id: int, number: int) -> None:
    """Notes that a speaker knows the programme up to a release. An older one than they knew changes nothing.

    Raises NotFound for a release that does not exist.
    """
    queries.event.lock(event_id)
    queries.release.get(event_id, number)
    seen = db.session.get(SpeakerSeen, speaker_id)
    if seen is None:
        seen = SpeakerSeen(speaker_id=speaker_id, event_id=event_id, release_number=0, seen_at=clock.now())
        db.session.add(seen)
    if number > seen.release_number:
        seen.release_number = number
        seen.seen_at = clock.now()
