"""Changes to the programme: rooms, topics and sessions."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.models.agenda import AgendaItem
from eventapp.models.checkin import Checkpoint, Device
from eventapp.models.programme import EventSession, Room, Topic
from eventapp.models.speaker import SessionSpeaker
from eventapp.rules import event as rules
from eventapp.rules import texts
from eventapp.rules.colour import read as read_colour
from eventapp.rules.order import moved
from eventapp.rules.vocabulary import SessionKind, SpeakerRole, Substitution
from eventapp.services import audit, session_seat


@dataclass(frozen=True)
class Part:
    """What one person does in a session, and who stands in for them; the order of parts is the order on the page."""

    speaker_id: int
    role: SpeakerRole = SpeakerRole.SPEAKER
    substitute_id: int | None = None
    substitution: Substitution | None = None


@dataclass(frozen=True, kw_only=True)
class SessionFacts:
    """What a session is. Everything but the title may be unknown."""

    title: LocalizedText
    kind: SessionKind = SessionKind.TALK
    abstract: LocalizedText = field(default_factory=LocalizedText)
    topic_id: int | None = None
    room_id: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    language: str | None = None
    interpretation: tuple[str, ...] = ()
    notes: str = ""
    cues: str = ""
    parts: tuple[Part, ...] = ()


@transactional
def add_session(
    event_id: int,
    facts: SessionFacts,
    *,
    account_id: int | None = None,
    form_id: str | None = None,
    placeholder: bool = False,
) -> EventSession:
    """Adds a session. Its address is made from the title and stays, as does its identity in calendars.

    Raises NotFound for a room, topic or speaker of another event, and Refused with ``title_missing``,
    ``text_too_long``, ``start_missing``, ``ends_before_start``, ``speaker_twice``, ``substitute_missing`` or
    ``substitute_is_speaker``.
    """
    event = queries.event.lock(event_id)
    made = audit.find_made("session.add", form_id, event_id=event_id)
    if made is not None:
        return queries.programme.get_session_by_id(event_id, made)
    _check(event_id, facts)
    taken = set(db.session.scalars(select(EventSession.slug).where(EventSession.event_id == event_id)))
    title = facts.title.pick(event.languages, event.languages[0]).value
    session = EventSession(
        event_id=event_id,
        slug=rules.free_slug(title, taken, otherwise="session"),
        uid=str(uuid.uuid4()),
        kind=facts.kind,
        title=facts.title,
        abstract=facts.abstract,
        topic_id=facts.topic_id,
        room_id=facts.room_id,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        language=facts.language,
        interpretation=list(facts.interpretation),
        notes=facts.notes,
        cues=facts.cues,
        updated_at=clock.now(),
        placeholder=placeholder,
    )
    db.session.add(session)
    db.session.flush()
    cast(session, facts.parts)
    subject = f"session:{session.id}"
    audit.record("session.add", subject, event_id=event_id, account_id=account_id, form_id=form_id)
    return session


@transactional
def change_session(event_id: int, session_id: int, facts: SessionFacts, *, account_id: int | None = None) -> None:
    """Changes a session; people's calendars move it when its time, room or title did.

    Raises NotFound, and Refused like `add_session`.
    """
    queries.event.lock(event_id)
    session = queries.programme.get_session_by_id(event_id, session_id)
    _check(event_id, facts)
    changed = audit.apply(
        session,
        kind=facts.kind,
        title=facts.title,
        abstract=facts.abstract,
        topic_id=facts.topic_id,
        room_id=facts.room_id,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        language=facts.language,
        interpretation=list(facts.interpretation),
        notes=facts.notes,
        cues=facts.cues,
    )
    if cast(session, facts.parts):
        changed.append("speakers")
    if changed:
        session.updated_at = clock.now()
        if {"title", "room_id", "starts_at", "ends_at"} & set(changed):
            session.sequence += 1
        subject = f"session:{session_id}"
        audit.record("session.change", subject, event_id=event_id, account_id=account_id, changed=changed)


def _check(event_id: int, facts: SessionFacts) -> None:
    rules.check_title(facts.title)
    texts.check_length(facts.title, texts.MAX_LINE, "title")
    texts.check_length(facts.abstract, texts.MAX_ABSTRACT, "abstract")
    if facts.ends_at is not None and facts.starts_at is None:
        raise Refused("start_missing", field="starts_at")
    rules.check_dates(facts.starts_at, facts.ends_at)
    if facts.room_id is not None:
        queries.programme.get_room(event_id, facts.room_id)
    if facts.topic_id is not None:
        queries.programme.get_topic(event_id, facts.topic_id)
    speaker_ids = [part.speaker_id for part in facts.parts]
    if len(set(speaker_ids)) < len(speaker_ids):
        raise Refused("speaker_twice", field="parts")
    for part in facts.parts:
        queries.speaker.get_by_id(event_id, part.speaker_id)
        if part.substitute_id is not None:
            queries.speaker.get_by_id(event_id, part.substitute_id)
        if (part.substitute_id is None) is not (part.substitution is None):
            raise Refused("substitute_missing", field="parts")
        if part.substitute_id in speaker_ids:
            raise Refused("substitute_is_speaker", field="parts")


def cast(session: EventSession, parts: Sequence[Part]) -> bool:
    """Gives a session these people in this order; says whether that changed anything. Within a transaction."""
    there = {item.speaker_id: item for item in session.speakers}
    before = [
        Part(item.speaker_id, item.role, item.substitute_id, item.substitution)
        for item in sorted(session.speakers, key=lambda item: (item.position, item.speaker_id))
    ]
    for speaker_id in set(there) - {part.speaker_id for part in parts}:
        session.speakers.remove(there[speaker_id])
    for position, part in enumerate(parts):
        item = there.get(part.speaker_id)
        if item is None:
            item = SessionSpeaker(event_id=session.event_id, session_id=session.id, speaker_id=part.speaker_id)
            session.speakers.append(item)
        item.role, item.position = part.role, position
        item.substitute_id, item.substitution = part.substitute_id, part.substitution
    return before != list(parts)


@transactional
def cancel_session(event_id: int, session_id: int, *, account_id: int | None = None) -> None:
    """Cancels a session: it stays visible, crossed out. Doing it twice changes nothing. Raises NotFound."""
    _set_cancelled(event_id, session_id, clock.now(), account_id)


@transactional
def restore_session(event_id: int, session_id: int, *, account_id: int | None = None) -> None:
    """Takes back a cancellation. Doing it twice changes nothing. Raises NotFound."""
    _set_cancelled(event_id, session_id, None, account_id)


def _set_cancelled(event_id: int, session_id: int, at: datetime | None, account_id: int | None) -> None:
    queries.event.lock(event_id)
    session = queries.programme.get_session_by_id(event_id, session_id)
    if (session.cancelled_at is None) == (at is None):
        return
    session.cancelled_at = at
    session.sequence += 1
    session.updated_at = clock.now()
    action = "session.restore" if at is None else "session.cancel"
    audit.record(action, f"session:{session_id}", event_id=event_id, account_id=account_id)
    db.session.flush()
    session_seat.promote(event_id, session_id)  # seats that came free meanwhile


@transactional
def delete_session(event_id: int, session_id: int, *, account_id: int | None = None) -> None:
    """Removes a session as if it had never been.

    Raises NotFound, Refused("in_use") when it has an entrance, and Refused("session_is_chosen") when guests chose it:
    they would never hear that it does not take place.
    """
    queries.event.lock(event_id)
    session = queries.programme.get_session_by_id(event_id, session_id)
    entrances = list(db.session.scalars(select(Checkpoint).where(Checkpoint.session_id == session_id)))
    if entrances:
        raise Refused("in_use", where=", ".join(str(entrance.name) for entrance in entrances))
    if db.session.scalar(select(AgendaItem.session_id).where(AgendaItem.session_id == session_id).limit(1)):
        raise Refused("session_is_chosen")
    if queries.session_seat.is_anybody_there(session_id):
        raise Refused("session_is_chosen")
    db.session.delete(session)
    audit.record("session.delete", f"session:{session_id}", event_id=event_id, account_id=account_id)


@transactional
def add_room(
    event_id: int,
    name: LocalizedText,
    capacity: int | None = None,
    *,
    account_id: int | None = None,
    form_id: str | None = None,
    placeholder: bool = False,
) -> Room:
    """Adds a room, at the end. Raises Refused("name_missing")."""
    queries.event.lock(event_id)
    made = audit.find_made("room.add", form_id, event_id=event_id)
    if made is not None:
        return queries.programme.get_room(event_id, made)
    rules.check_name(name)
    room = Room(
        event_id=event_id,
        position=len(queries.programme.list_rooms(event_id)),
        name=name,
        capacity=capacity,
        placeholder=placeholder,
    )
    db.session.add(room)
    db.session.flush()
    audit.record("room.add", f"room:{room.id}", event_id=event_id, account_id=account_id, form_id=form_id)
    return room


@transactional
def change_room(
    event_id: int, room_id: int, name: LocalizedText, capacity: int | None, *, account_id: int | None = None
) -> None:
    """Changes a room. Raises NotFound, or Refused("name_missing")."""
    queries.event.lock(event_id)
    room = queries.programme.get_room(event_id, room_id)
    rules.check_name(name)
    changed = audit.apply(room, name=name, capacity=capacity)
    if changed:
        audit.record("room.change", f"room:{room_id}", event_id=event_id, account_id=account_id, changed=changed)


@transactional
def remove_room(event_id: int, room_id: int, *, account_id: int | None = None) -> None:
    """Removes a room. Raises NotFound, and Refused("in_use") while a session is in it."""
    queries.event.lock(event_id)
    room = queries.programme.get_room(event_id, room_id)
    _check_unused(EventSession.room_id == room_id)
    db.session.execute(update(Device).where(Device.room_id == room_id).values(room_id=None))  # back to their entrance
    db.session.delete(room)
    audit.record("room.remove", f"room:{room_id}", event_id=event_id, account_id=account_id)


def _check_unused(condition: ColumnElement[bool]) -> None:
    sessions = select(EventSession).where(condition).order_by(EventSession.starts_at.nulls_last(), EventSession.id)
    found = list(db.session.scalars(sessions))
    if found:
        raise Refused("in_use", where=", ".join(str(session.title) for session in found))


@transactional
def move_room(event_id: int, room_id: int, steps: int) -> None:
    """Moves a room among the others: -1 one place up, 1 one place down. Raises NotFound."""
    queries.event.lock(event_id)
    queries.programme.get_room(event_id, room_id)
    rows = {row.id: row for row in queries.programme.list_rooms(event_id)}
    for position, row_id in enumerate(moved(list(rows), room_id, steps)):
        rows[row_id].position = position


@transactional
def add_topic(
    event_id: int,
    title: LocalizedText,
    *,
    colour: str | None = None,
    translation: str | None = None,
    account_id: int | None = None,
    form_id: str | None = None,
    placeholder: bool = False,
) -> Topic:
    """Adds a topic under the next number. Raises Refused with ``title_missing`` or ``colour_invalid``."""
    queries.event.lock(event_id)
    made = audit.find_made("topic.add", form_id, event_id=event_id)
    if made is not None:
        return queries.programme.get_topic(event_id, made)
    rules.check_title(title)
    last = max((topic.position for topic in queries.programme.list_topics(event_id)), default=0)
    topic = Topic(
        event_id=event_id,
        position=last + 1,
        title=title,
        colour=read_colour(colour),
        translation=translation,
        placeholder=placeholder,
    )
    db.session.add(topic)
    db.session.flush()
    audit.record("topic.add", f"topic:{topic.id}", event_id=event_id, account_id=account_id, form_id=form_id)
    return topic


@transactional
def change_topic(
    event_id: int, topic_id: int, title: LocalizedText, colour: str | None = None, *, account_id: int | None = None
) -> None:
    """Changes a topic. Raises NotFound, or Refused with ``title_missing`` or ``colour_invalid``."""
    queries.event.lock(event_id)
    topic = queries.programme.get_topic(event_id, topic_id)
    rules.check_title(title)
    changed = audit.apply(topic, title=title, colour=read_colour(colour))
    if changed:
        audit.record("topic.change", f"topic:{topic_id}", event_id=event_id, account_id=account_id, changed=changed)


@transactional
def remove_topic(event_id: int, topic_id: int, *, account_id: int | None = None) -> None:
    """Removes a topic; those behind it move up. Raises NotFound, and Refused("in_use") while a session treats it."""
    queries.event.lock(event_id)
    topic = queries.programme.get_topic(event_id, topic_id)
    _check_unused(EventSession.topic_id == topic_id)
    db.session.delete(topic)
    db.session.flush()
    _number(queries.programme.list_topics(event_id))
    audit.record("topic.remove", f"topic:{topic_id}", event_id=event_id, account_id=account_id)


@transactional
def move_topic(event_id: int, topic_id: int, steps: int) -> None:
    """Moves a topic among the others, which changes their numbers: -1 one place up, 1 one down. Raises NotFound."""
    queries.event.lock(event_id)
    queries.programme.get_topic(event_id, topic_id)
    rows = {row.id: row for row in queries.programme.list_topics(event_id)}
    _number([rows[row_id] for row_id in moved(list(rows), topic_id, steps)])


def _number(topics: list[Topic]) -> None:
    """Numbers topics from 1. Numbers are unique at every moment, so all step aside first."""
    if [topic.position for topic in topics] == list(range(1, len(topics) + 1)):
        return
    for number, topic in enumerate(topics, 1):
        topic.position = -number
    db.session.flush()
    for number, topic in enumerate(topics, 1):
        topic.position = number
