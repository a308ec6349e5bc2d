"""The programme: sessions with their rooms, topics and people, for guests, speakers and the desk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import selectinload

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.language import LocalizedText
from eventapp.models.programme import EventSession, Room, Topic
from eventapp.models.speaker import SessionSpeaker, Speaker
from eventapp.queries import release as releases
from eventapp.rules import release
from eventapp.rules.vocabulary import SessionKind, SpeakerAnswer, SpeakerRole, Substitution

_WITH_ALL = (
    selectinload(EventSession.room),
    selectinload(EventSession.topic),
    selectinload(EventSession.speakers).options(
        selectinload(SessionSpeaker.speaker), selectinload(SessionSpeaker.substitute)
    ),
)


def list_sessions(event_id: int) -> list[EventSession]:
    """All sessions of an event in the order of time, with room, topic and people."""
    return list(
        db.session.scalars(
            select(EventSession)
            .where(EventSession.event_id == event_id)
            .order_by(EventSession.starts_at.nulls_last(), EventSession.id)
            .options(*_WITH_ALL)
        )
    )


@dataclass(slots=True)
class ListedSpeaker:
    """A speaker, as the programme names them. ``is_listed``: they have a page that guests may see."""

    id: int
    slug: str
    name: LocalizedText
    placeholder: bool
    is_listed: bool


@dataclass(slots=True)
class ListedPart:
    """What a person does in a session, and who stands in for them."""

    role: SpeakerRole
    speaker: ListedSpeaker
    substitution: Substitution | None = None
    substitute: ListedSpeaker | None = None

    @property
    def speaker_id(self) -> int:
        """The id of the person who was announced."""
        return self.speaker.id


@dataclass(slots=True)
class Listed:
    """A session as the programme lists it: all but its abstract, under the names that `EventSession` has."""

    topic_id: int | None
    room_id: int | None
    id: int
    slug: str
    uid: str
    kind: SessionKind
    title: LocalizedText
    starts_at: datetime | None
    ends_at: datetime | None
    language: str | None
    interpretation: list[str]
    sequence: int
    updated_at: datetime
    cancelled_at: datetime | None
    placeholder: bool
    topic: release.Topic | None = None
    room: release.Room | None = None
    speakers: list[ListedPart] = field(default_factory=list)
    abstract: LocalizedText | None = None


def list_programme(event_id: int) -> list[Listed]:
    """The sessions of the last release in the order of time, with rooms, topics and people; nothing before the first.

    Two statements, whatever the number of sessions.
    """
    last = releases.find_last(event_id)
    return listed(event_id, releases.timetable(last)) if last is not None else []


def list_calendar(event_id: int) -> list[Listed]:
    """Like `list_programme`, with what earlier releases had: cancelled, so that calendars cross it out."""
    last = releases.find_last(event_id)
    if last is None:
        return []
    timetable = releases.timetable(last)
    return listed(event_id, timetable, [*timetable.sessions, *timetable.gone])


def get_session(event_id: int, slug: str) -> Listed:
    """One session of the last release, with its abstract. Raises NotFound."""
    last = releases.find_last(event_id)
    timetable = releases.timetable(last) if last is not None else release.Timetable()
    chosen = [session for session in timetable.sessions if session.slug == slug]
    if last is None or not chosen:
        raise NotFound(slug)
    [found] = listed(event_id, timetable, chosen)
    found.abstract = LocalizedText(last.abstracts.get(found.uid))
    return found


def list_of_speaker(event_id: int, speaker_id: int) -> list[Listed]:
    """The sessions of the last release that a person is in, themselves or for somebody else, in the order of time."""
    return _with_person(list_programme(event_id), speaker_id)


def list_own(event_id: int, speaker_id: int, *, for_calendar: bool = False) -> list[Listed]:
    """What a person may know of their own sessions: the last release, and the draft before the first one.

    ``for_calendar``: with what earlier releases had, cancelled.
    """
    if releases.find_last(event_id) is None:
        return _with_person(listed(event_id, releases.draft(event_id)), speaker_id)
    return _with_person(list_calendar(event_id) if for_calendar else list_programme(event_id), speaker_id)


def _with_person(sessions: Iterable[Listed], speaker_id: int) -> list[Listed]:
    return [
        session
        for session in sessions
        if any(speaker_id in (part.speaker_id, part.substitute and part.substitute.id) for part in session.speakers)
    ]


def listed(
    event_id: int, timetable: release.Timetable, sessions: Sequence[release.Session] | None = None
) -> list[Listed]:
    """Sessions of a timetable (all, unless some are given) with what they refer to; one statement, for the names.

    Somebody who was removed since is left out.
    """
    rooms = {room.id: room for room in timetable.rooms}
    topics = {topic.id: topic for topic in timetable.topics}
    people = {row[0]: ListedSpeaker(*row) for row in db.session.execute(_NAMES, {"event_id": event_id})}
    return [
        Listed(
            session.topic_id,
            session.room_id,
            session.id,
            session.slug,
            session.uid,
            session.kind,
            session.title,
            session.starts_at,
            session.ends_at,
            session.language,
            session.interpretation,
            session.sequence,
            session.updated_at,
            session.cancelled_at,
            session.placeholder,
            topics.get(session.topic_id) if session.topic_id else None,
            rooms.get(session.room_id) if session.room_id else None,
            [
                ListedPart(
                    part.role,
                    people[part.speaker_id],
                    part.substitution,
                    people.get(part.substitute_id) if part.substitute_id else None,
                )
                for part in session.parts
                if part.speaker_id in people
            ],
        )
        for session in (timetable.sessions if sessions is None else sessions)
    ]


_NAMES = select(
    Speaker.id,
    Speaker.slug,
    Speaker.name,
    Speaker.placeholder,
    and_(Speaker.is_listed, Speaker.answer != SpeakerAnswer.DECLINED),
).where(Speaker.event_id == bindparam("event_id"))


def list_for_speaker(speaker_id: int) -> list[EventSession]:
    """The sessions of a speaker in the draft, in the order of time, also those in which they stand in for somebody."""
    mine = select(SessionSpeaker.session_id).where(
        or_(SessionSpeaker.speaker_id == speaker_id, SessionSpeaker.substitute_id == speaker_id)
    )
    return list(
        db.session.scalars(
            select(EventSession)
            .where(EventSession.id.in_(mine))
            .order_by(EventSession.starts_at.nulls_last(), EventSession.id)
            .options(*_WITH_ALL)
        )
    )


def list_topics(event_id: int) -> list[Topic]:
    """The topics of an event by their number."""
    return list(db.session.scalars(select(Topic).where(Topic.event_id == event_id).order_by(Topic.position, Topic.id)))


def list_rooms(event_id: int) -> list[Room]:
    """The rooms of an event in the organizer's order."""
    return list(db.session.scalars(select(Room).where(Room.event_id == event_id).order_by(Room.position, Room.id)))


def get_session_by_id(event_id: int, session_id: int) -> EventSession:
    """One session of an event, with room, topic and people. Raises NotFound, also for one of another event."""
    session = db.session.scalar(
        select(EventSession).where(EventSession.id == session_id, EventSession.event_id == event_id).options(*_WITH_ALL)
    )
    if session is None:
        raise NotFound(session_id)
    return session


def get_topic(event_id: int, topic_id: int) -> Topic:
    """One topic of an event. Raises NotFound, also for one of another event."""
    topic = db.session.scalar(select(Topic).where(Topic.id == topic_id, Topic.event_id == event_id))
    if topic is None:
        raise NotFound(topic_id)
    return topic


def get_room(event_id: int, room_id: int) -> Room:
    """One room of an event. Raises NotFound, also for one of another event."""
    room = db.session.scalar(select(Room).where(Room.id == room_id, Room.event_id == event_id))
    if room is None:
        raise NotFound(room_id)
    return room


def count_sessions_by_speaker(event_id: int) -> dict[int, int]:
    """In how many sessions each speaker of an event is; one who is in none is missing."""
    rows = db.session.execute(
        select(SessionSpeaker.speaker_id, func.count())
        .where(SessionSpeaker.event_id == event_id)
        .group_by(SessionSpeaker.speaker_id)
    )
    return dict(rows.all())
