"""What speakers say about themselves on their own page: texts, needs, photographs of them, when they can come."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.language import LocalizedText
from eventapp.models.registration import Attendee
from eventapp.models.speaker import SpeakerAvailability, SpeakerTask, SpeakerTaskDone
from eventapp.rules import profile
from eventapp.rules import speaker as rules
from eventapp.rules.vocabulary import PhotoConsent, TaskKind
from eventapp.services import audit

MAX_PERIODS = 30
"""How many times one speaker may name at which they can come."""


@dataclass(frozen=True, kw_only=True)
class OwnTexts:
    """What a speaker may write about themselves; the name stays the organizer's."""

    function: LocalizedText
    organization: LocalizedText
    biography: LocalizedText
    links: LocalizedText


@transactional
def set_texts(event_id: int, speaker_id: int, texts: OwnTexts) -> None:
    """Changes what the public reads about a speaker. Raises NotFound, or Refused like `rules.profile.read_links`."""
    queries.event.lock(event_id)
    speaker = queries.speaker.get_by_id(event_id, speaker_id)
    changed = audit.apply(
        speaker,
        function=texts.function,
        organization=texts.organization,
        biography=texts.biography,
        links=profile.read_links(texts.links),
    )
    if changed:
        _note(event_id, speaker_id, changed)


@transactional
def set_stage_needs(event_id: int, speaker_id: int, needs: str | None) -> None:
    """Says what a speaker needs on stage; an empty text means nothing, None that nothing was said. Raises NotFound."""
    queries.event.lock(event_id)
    if changed := audit.apply(queries.speaker.get_by_id(event_id, speaker_id), stage_needs=needs):
        _note(event_id, speaker_id, changed)


@transactional
def set_photo_consent(event_id: int, speaker_id: int, consent: PhotoConsent) -> None:
    """Says whether photographs may show a speaker; the door knows it too. Raises NotFound."""
    queries.event.lock(event_id)
    speaker = queries.speaker.get_by_id(event_id, speaker_id)
    if changed := audit.apply(speaker, photo_consent=consent):
        _note(event_id, speaker_id, changed)
    if speaker.attendee_id is not None:
        db.session.get_one(Attendee, speaker.attendee_id).photo_consent = consent


@transactional
def set_language(event_id: int, speaker_id: int, language: str) -> None:
    """Chooses the language of messages to a speaker. Raises NotFound, or Refused("choice_invalid")."""
    event = queries.event.lock(event_id)
    if language not in event.languages:
        raise Refused("choice_invalid", field="language")
    if changed := audit.apply(queries.speaker.get_by_id(event_id, speaker_id), language=language):
        _note(event_id, speaker_id, changed)


def _note(event_id: int, speaker_id: int, changed: list[str]) -> None:
    audit.record("speaker.change_own", f"speaker:{speaker_id}", event_id=event_id, account_id=None, changed=changed)


@transactional
def tick(event_id: int, speaker_id: int, task_id: int, *, is_done: bool) -> None:
    """Says of a task whether it is done, where nothing else shows it. Raises NotFound, also for any other task."""
    queries.event.lock(event_id)
    queries.speaker.get_by_id(event_id, speaker_id)
    task = db.session.get(SpeakerTask, task_id)
    if task is None or task.event_id != event_id or task.kind is not TaskKind.CUSTOM:
        raise NotFound(task_id)
    row = db.session.get(SpeakerTaskDone, (task_id, speaker_id))
    if is_done and row is None:
        done = SpeakerTaskDone(task_id=task_id, speaker_id=speaker_id, event_id=event_id, done_at=clock.now())
        db.session.add(done)
    elif row is not None and not is_done:
        db.session.delete(row)


@transactional
def add_availability(event_id: int, speaker_id: int, starts_at: datetime, ends_at: datetime) -> None:
    """Adds a time at which a speaker can come; the same one twice is one.

    Raises NotFound, or Refused with ``ends_before_start`` or ``periods_too_many``.
    """
    queries.event.lock(event_id)
    queries.speaker.get_by_id(event_id, speaker_id)
    rules.check_period(starts_at, ends_at)
    before = queries.speaker.list_availability(speaker_id)
    if any((period.starts_at, period.ends_at) == (starts_at, ends_at) for period in before):
        return
    if len(before) >= MAX_PERIODS:
        raise Refused("periods_too_many", max=MAX_PERIODS)
    db.session.add(SpeakerAvailability(event_id=event_id, speaker_id=speaker_id, starts_at=starts_at, ends_at=ends_at))
    audit.record("speaker.add_availability", f"speaker:{speaker_id}", event_id=event_id, account_id=None)


@transactional
def remove_availability(event_id: int, speaker_id: int, period_id: int) -> None:
    """Removes such a time; one that is not there any more changes nothing."""
    queries.event.lock(event_id)
    db.session.execute(
        delete(SpeakerAvailability).where(
            SpeakerAvailability.id == period_id,
            SpeakerAvailability.speaker_id == speaker_id,
            SpeakerAvailability.event_id == event_id,
        )
    )
    audit.record("speaker.remove_availability", f"speaker:{speaker_id}", event_id=event_id, account_id=None)
