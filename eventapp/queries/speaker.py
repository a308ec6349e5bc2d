"""Speakers, for guests and the desk."""

from collections import defaultdict

from sqlalchemy import func, select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.event import Event
from eventapp.models.speaker import Speaker, SpeakerAvailability, SpeakerFile, SpeakerTask, SpeakerTaskDone
from eventapp.rules import links
from eventapp.rules import speaker as rules
from eventapp.rules.vocabulary import SpeakerAnswer


def list_speakers(event_id: int) -> list[Speaker]:
    """The speakers of an event in the organizer's order."""
    return list(
        db.session.scalars(select(Speaker).where(Speaker.event_id == event_id).order_by(Speaker.position, Speaker.id))
    )


IS_SHOWN = Speaker.is_listed & (Speaker.answer != SpeakerAnswer.DECLINED)
"""`Speaker.is_shown`, for the database."""


def list_shown(event_id: int) -> list[Speaker]:
    """The speakers whom public pages show, in the organizer's order."""
    return list(
        db.session.scalars(
            select(Speaker).where(Speaker.event_id == event_id, IS_SHOWN).order_by(Speaker.position, Speaker.id)
        )
    )


def get_shown(event_id: int, slug: str) -> Speaker:
    """One speaker whom public pages show. Raises NotFound."""
    speaker = db.session.scalar(select(Speaker).where(Speaker.event_id == event_id, Speaker.slug == slug, IS_SHOWN))
    if speaker is None:
        raise NotFound(slug)
    return speaker


def get_by_secret(secret: str) -> Speaker:
    """The speaker of a personal link. Raises NotFound."""
    speaker = db.session.scalar(select(Speaker).where(Speaker.link_hash == links.digest(secret)))
    if speaker is None:
        raise NotFound("speaker")
    return speaker


def get_by_id(event_id: int, speaker_id: int) -> Speaker:
    """One speaker of an event. Raises NotFound, also for one of another event."""
    speaker = db.session.scalar(select(Speaker).where(Speaker.id == speaker_id, Speaker.event_id == event_id))
    if speaker is None:
        raise NotFound(speaker_id)
    return speaker


def language_of(speaker: Speaker, event: Event) -> str:
    """In which language a speaker is written to."""
    return speaker.language if speaker.language in event.languages else event.languages[0]


def list_tasks(event_id: int) -> list[SpeakerTask]:
    """What the organizer needs from every speaker of an event, in their order."""
    return list(
        db.session.scalars(
            select(SpeakerTask).where(SpeakerTask.event_id == event_id).order_by(SpeakerTask.position, SpeakerTask.id)
        )
    )


def get_task(event_id: int, task_id: int) -> SpeakerTask:
    """One thing that is needed from the speakers of an event. Raises NotFound, also for one of another event."""
    task = db.session.scalar(select(SpeakerTask).where(SpeakerTask.id == task_id, SpeakerTask.event_id == event_id))
    if task is None:
        raise NotFound(task_id)
    return task


def list_material(event_id: int, *, speaker_id: int | None = None) -> dict[int, rules.Material]:
    """What has come in from each speaker of an event, or from one of them; `rules.speaker.outstanding` judges it."""
    of_speakers = select(
        Speaker.id, Speaker.photo_hash, Speaker.biography, Speaker.stage_needs, Speaker.photo_consent
    ).where(Speaker.event_id == event_id)
    of_files = (
        select(SpeakerFile.speaker_id, func.count())
        .where(SpeakerFile.event_id == event_id)
        .group_by(SpeakerFile.speaker_id)
    )
    of_ticks = select(SpeakerTaskDone.speaker_id, SpeakerTaskDone.task_id).where(SpeakerTaskDone.event_id == event_id)
    if speaker_id is not None:
        of_speakers = of_speakers.where(Speaker.id == speaker_id)
        of_files = of_files.where(SpeakerFile.speaker_id == speaker_id)
        of_ticks = of_ticks.where(SpeakerTaskDone.speaker_id == speaker_id)
    files = dict(db.session.execute(of_files).all())
    ticks: defaultdict[int, list[int]] = defaultdict(list)
    for ticked_by, task_id in db.session.execute(of_ticks):
        ticks[ticked_by].append(task_id)
    return {
        row.id: rules.material(
            photo_hash=row.photo_hash,
            biography=row.biography,
            stage_needs=row.stage_needs,
            photo_consent=row.photo_consent,
            files=files.get(row.id, 0),
            done=ticks.get(row.id, ()),
        )
        for row in db.session.execute(of_speakers)
    }


def list_availability(speaker_id: int) -> list[SpeakerAvailability]:
    """The times at which a speaker can come, in their order; none means always."""
    return list(
        db.session.scalars(
            select(SpeakerAvailability)
            .where(SpeakerAvailability.speaker_id == speaker_id)
            .order_by(SpeakerAvailability.starts_at, SpeakerAvailability.id)
        )
    )
