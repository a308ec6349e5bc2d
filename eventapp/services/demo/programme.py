"""The shape that both demo events share: one room, seven topics, eight speakers, one day of twelve sessions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from eventapp import clock
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.event import Event
from eventapp.models.programme import EventSession, Room, Topic
from eventapp.models.speaker import SessionSpeaker, Speaker
from eventapp.rules import links
from eventapp.rules.vocabulary import SessionKind
from eventapp.services import speaker as speakers

ZONE = "Africa/Bamako"
SPEAKERS = 8


@dataclass(frozen=True)
class Item:
    """One line of the programme; ``topic`` and ``speakers`` are numbers from 1."""

    slug: str
    start: str
    end: str
    kind: SessionKind
    title: LocalizedText | None = None
    topic: int | None = None
    speakers: tuple[int, ...] = ()


BREAK = LocalizedText(fr="Pause", en="Break")
PERFORMANCE_SLOT = ("15:00", "15:30")

DAY = (
    Item("check-in", "08:30", "09:00", SessionKind.BREAK, LocalizedText(fr="Accueil", en="Check-in")),
    Item("opening", "09:00", "09:20", SessionKind.CEREMONY, LocalizedText(fr="Ouverture", en="Opening")),
    Item("topic-1", "09:20", "09:50", SessionKind.TALK, topic=1, speakers=(1,)),
    Item("topic-2", "09:50", "10:20", SessionKind.TALK, topic=2, speakers=(2,)),
    Item("break-1", "10:20", "10:40", SessionKind.BREAK, BREAK),
    Item("topic-3", "10:40", "11:10", SessionKind.TALK, topic=3, speakers=(3,)),
    Item("topic-4", "11:10", "11:40", SessionKind.TALK, topic=4, speakers=(4,)),
    Item("topic-5", "11:40", "12:10", SessionKind.TALK, topic=5, speakers=(5,)),
    Item("break-2", "12:10", "14:00", SessionKind.BREAK, BREAK),
    Item("topic-6", "14:00", "14:30", SessionKind.TALK, topic=6, speakers=(6,)),
    Item("topic-7", "14:30", "15:00", SessionKind.TALK, topic=7, speakers=(7, 8)),
)


def at(day: date, clock_time: str) -> datetime:
    """An instant of the day, given on the clocks of Bamako."""
    return datetime.combine(day, time.fromisoformat(clock_time), ZoneInfo(ZONE)).astimezone(UTC)


def add(event: Event, day: date, topics: list[LocalizedText], performance: Item, *, topics_made_up: bool) -> None:
    """Adds what the programme lacks: room, topics, speakers, sessions. What is there is left as it is."""
    room = _add_room(event)
    numbered = _add_topics(event, topics, made_up=topics_made_up)
    people = _add_speakers(event)
    known = set(db.session.scalars(select(EventSession.slug).where(EventSession.event_id == event.id)))
    for item in (*DAY, performance):
        if item.slug in known:
            continue
        session = EventSession(
            event_id=event.id,
            slug=item.slug,
            kind=item.kind,
            title=item.title or topics[(item.topic or 1) - 1],
            topic_id=numbered[item.topic].id if item.topic else None,
            room_id=room.id,
            starts_at=at(day, item.start),
            ends_at=at(day, item.end),
            uid=f"{event.slug}-{item.slug}-{event.id}@eventapp",
            updated_at=clock.now(),
            placeholder=True,
        )
        db.session.add(session)
        db.session.flush()
        for position, number in enumerate(item.speakers):
            db.session.add(
                SessionSpeaker(
                    session_id=session.id,
                    speaker_id=people[number - 1].id,
                    event_id=event.id,
                    position=position,
                )
            )
    db.session.flush()


def _add_room(event: Event) -> Room:
    room = db.session.scalar(select(Room).where(Room.event_id == event.id).order_by(Room.position, Room.id).limit(1))
    if room is None:
        room = Room(event_id=event.id, name=LocalizedText(fr="Salle A", en="Room A"), capacity=120, placeholder=True)
        db.session.add(room)
        db.session.flush()
    return room


def _add_topics(event: Event, titles: list[LocalizedText], *, made_up: bool) -> dict[int, Topic]:
    topics = {topic.position: topic for topic in db.session.scalars(select(Topic).where(Topic.event_id == event.id))}
    for number, title in enumerate(titles, start=1):
        if number not in topics:
            topics[number] = Topic(
                event_id=event.id,
                position=number,
                title=title,
                translation=None if made_up else "ours",
                placeholder=made_up,
            )
            db.session.add(topics[number])
    db.session.flush()
    return topics


def _add_speakers(event: Event) -> list[Speaker]:
    known = {
        speaker.slug: speaker for speaker in db.session.scalars(select(Speaker).where(Speaker.event_id == event.id))
    }
    found = []
    for number in range(1, SPEAKERS + 1):
        slug = f"speaker-{number}"
        speaker = known.get(slug)
        if speaker is None:
            speaker = Speaker(
                event_id=event.id,
                slug=slug,
                position=number,
                name=LocalizedText(fr=f"Intervenant·e {number}", en=f"Speaker {number}"),
                created_at=clock.now(),
                placeholder=True,
            )
            db.session.add(speaker)
            db.session.flush()
            speaker.link_hash = links.digest(speakers.secret(speaker))
        found.append(speaker)
    db.session.flush()
    return found
