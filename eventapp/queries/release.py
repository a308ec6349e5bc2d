"""The draft of a programme and its releases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import undefer

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.agenda import AgendaItem
from eventapp.models.programme import EventSession, Room, Topic
from eventapp.models.release import ProgrammeRelease
from eventapp.models.speaker import SessionSpeaker, SpeakerSeen
from eventapp.rules import release as rules


def find_last(event_id: int) -> ProgrammeRelease | None:
    """The release that the public sees; None before the first."""
    return db.session.scalar(
        select(ProgrammeRelease)
        .where(ProgrammeRelease.event_id == event_id)
        .order_by(ProgrammeRelease.number.desc())
        .limit(1)
    )


def get(event_id: int, number: int) -> ProgrammeRelease:
    """A release by its number. Raises NotFound."""
    found = db.session.scalar(
        select(ProgrammeRelease).where(ProgrammeRelease.event_id == event_id, ProgrammeRelease.number == number)
    )
    if found is None:
        raise NotFound(number)
    return found


def list_latest(event_id: int, limit: int) -> Sequence[ProgrammeRelease]:
    """The latest releases, the newest first."""
    return db.session.scalars(
        select(ProgrammeRelease)
        .where(ProgrammeRelease.event_id == event_id)
        .order_by(ProgrammeRelease.number.desc())
        .limit(limit)
    ).all()


def timetable(release: ProgrammeRelease) -> rules.Timetable:
    """What a release holds."""
    return rules.load(release.timetable)


def lock_last(event_id: int) -> ProgrammeRelease | None:
    """The last release with its abstracts, within a transaction that holds the event."""
    return db.session.scalar(
        select(ProgrammeRelease)
        .where(ProgrammeRelease.event_id == event_id)
        .order_by(ProgrammeRelease.number.desc())
        .limit(1)
        .options(undefer(ProgrammeRelease.abstracts))
    )


@dataclass(frozen=True)
class News:
    """What differs between an earlier release (None: before the first) and the last one."""

    number: int
    before: rules.Timetable | None
    after: rules.Timetable
    changes: list[rules.Change]

    def of(self, changes: list[rules.Change]) -> "News":
        """The same, of some changes only."""
        return replace(self, changes=changes)


def find_news(event_id: int, since: int) -> News | None:
    """What differs since the release with a number (0: before the first); None before the first release."""
    last = find_last(event_id)
    if last is None:
        return None
    before = timetable(get(event_id, since)) if since else None
    after = timetable(last)
    return News(last.number, before, after, rules.changes(before, after))


def list_chosen(registration_id: int) -> list[int]:
    """The ids of the sessions that a registration's people mean to see."""
    chosen = select(AgendaItem.session_id).where(AgendaItem.registration_id == registration_id)
    return list(db.session.scalars(chosen.order_by(AgendaItem.session_id)))


def find_seen(speaker_id: int) -> int | None:
    """The number of the release up to which a speaker said they know the programme."""
    return db.session.scalar(select(SpeakerSeen.release_number).where(SpeakerSeen.speaker_id == speaker_id))


_ROOMS = select(Room.id, Room.position, Room.name, Room.placeholder, Room.capacity)
_TOPICS = select(Topic.id, Topic.position, Topic.title, Topic.translation, Topic.placeholder, Topic.colour)
_PARTS = select(
    SessionSpeaker.session_id,
    SessionSpeaker.speaker_id,
    SessionSpeaker.role,
    SessionSpeaker.substitute_id,
    SessionSpeaker.substitution,
)
_SESSIONS = select(
    EventSession.id,
    EventSession.slug,
    EventSession.uid,
    EventSession.kind,
    EventSession.title,
    EventSession.topic_id,
    EventSession.room_id,
    EventSession.starts_at,
    EventSession.ends_at,
    EventSession.language,
    EventSession.interpretation,
    EventSession.sequence,
    EventSession.updated_at,
    EventSession.cancelled_at,
    EventSession.placeholder,
)


def draft(event_id: int) -> rules.Timetable:
    """The programme as the organizers have it now, with four statements however long it is."""
    rooms = [
        rules.Room(*row)
        for row in db.session.execute(_ROOMS.where(Room.event_id == event_id).order_by(Room.position, Room.id))
    ]
    topics = [
        rules.Topic(*row)
        for row in db.session.execute(_TOPICS.where(Topic.event_id == event_id).order_by(Topic.position, Topic.id))
    ]
    parts: dict[int, list[rules.Part]] = {}
    for session_id, *part in db.session.execute(
        _PARTS.where(SessionSpeaker.event_id == event_id).order_by(
            SessionSpeaker.session_id, SessionSpeaker.position, SessionSpeaker.speaker_id
        )
    ):
        parts.setdefault(session_id, []).append(rules.Part(*cast(Any, part)))
    sessions = [
        rules.Session(*cast(Any, (*row, parts.get(row.id, []))))
        for row in db.session.execute(
            _SESSIONS.where(EventSession.event_id == event_id).order_by(
                EventSession.starts_at.nulls_last(), EventSession.id
            )
        )
    ]
    return rules.Timetable(rooms, topics, sessions)


def draft_abstracts(event_id: int) -> dict[str, dict[str, str]]:
    """A session's identity (uid) to its abstract in the draft; those without one are missing."""
    rows = db.session.execute(
        select(EventSession.uid, EventSession.abstract)
        .where(EventSession.event_id == event_id)
        .order_by(EventSession.id)
    )
    return {uid: dict(abstract) for uid, abstract in rows if abstract}
