"""What taking a schedule file into an event changes: found out before anything is changed."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from eventapp import clock, language, queries
from eventapp.db import Base
from eventapp.formats import schedule as schedules
from eventapp.formats.schedule import Schedule
from eventapp.language import LANGUAGES, LocalizedText
from eventapp.language import gettext as _
from eventapp.models.event import Event
from eventapp.models.programme import EventSession, Room, Topic
from eventapp.models.speaker import Speaker
from eventapp.rules import event as event_rules
from eventapp.rules import schedule as rules
from eventapp.rules.vocabulary import SessionKind, SpeakerRole

T = TypeVar("T", Room, Topic, Speaker)


@dataclass(frozen=True, kw_only=True)
class Count:
    """What became of the rows of one kind. Those that the file does not mention are left alone."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left_alone: int = 0


@dataclass(frozen=True)
class Change:
    """A session that changes, and in what: names of fields, ``speakers`` among them, with what they say now and then.

    A room, a topic and people are told by their names, a cancellation by whether there is one.
    """

    title: LocalizedText
    fields: tuple[str, ...]
    session_id: int
    before: tuple[object, ...]
    after: tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an import did, or would do: how many of each, and which sessions."""

    sessions: Count
    rooms: Count
    topics: Count
    speakers: Count
    changes: tuple[Change, ...]
    added: tuple[LocalizedText, ...]
    left_alone: tuple[tuple[int, LocalizedText], ...]
    """Sessions of the event that the file does not mention, with their numbers."""

    @property
    def counts(self) -> dict[str, Count]:
        """The counts by what is counted."""
        return {"sessions": self.sessions, "rooms": self.rooms, "topics": self.topics, "speakers": self.speakers}

    @property
    def fingerprint(self) -> str:
        """Stays the same while a file would do the same to the programme."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


@dataclass
class Rows:
    """The rows of one kind that a file names: who is who, what is new, and what is filled in where it was empty."""

    by_key: Mapping[str, Base]
    new: Sequence[Base]
    filled: Sequence[tuple[Base, dict[str, object]]]
    there: int

    def count(self) -> Count:
        matched = len({id(row) for row in self.by_key.values()}) - len(self.new)
        changed = len(self.filled)
        return Count(
            added=len(self.new),
            changed=changed,
            unchanged=matched - changed,
            left_alone=self.there - matched,
        )


@dataclass
class Step:
    """What happens to one session: ``row`` is None for a new one."""

    session: schedules.Session
    row: EventSession | None
    values: dict[str, object]
    cast: list[tuple[Speaker, SpeakerRole]]
    changed: list[str] = field(default_factory=list)
    before: tuple[object, ...] = ()
    after: tuple[object, ...] = ()


@dataclass
class Plan:
    """Everything that an import changes, found out before anything is changed."""

    rooms: Rows
    topics: Rows
    speakers: Rows
    steps: list[Step]
    existing: Sequence[EventSession]

    def outcome(self) -> Outcome:
        added = sum(step.row is None for step in self.steps)
        changed = [step for step in self.steps if step.changed]
        known = len(self.steps) - added
        mentioned = {step.row.id for step in self.steps if step.row is not None}
        return Outcome(
            sessions=Count(
                added=added, changed=len(changed), unchanged=known - len(changed), left_alone=len(self.existing) - known
            ),
            rooms=self.rooms.count(),
            topics=self.topics.count(),
            speakers=self.speakers.count(),
            changes=tuple(
                Change(step.session.title, tuple(step.changed), step.row.id, step.before, step.after)
                for step in changed
                if step.row is not None
            ),
            added=tuple(step.session.title for step in self.steps if step.row is None),
            left_alone=tuple((row.id, row.title) for row in self.existing if row.id not in mentioned),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes at all."""
        rows = any(kind.new or kind.filled for kind in (self.rooms, self.topics, self.speakers))
        return not rows and not any(step.row is None or step.changed for step in self.steps)


def plan(event: Event, schedule: Schedule) -> Plan:
    """Finds out what an import changes; changes nothing."""
    rooms, room_rows = _rooms(event, schedule)
    topics, topic_rows = _topics(event, schedule)
    people, speaker_rows = _speakers(event, schedule)
    existing = queries.programme.list_sessions(event.id)
    known = _known(schedule, existing)
    steps = []
    for session in schedule.sessions:
        row = known.get(session.guid)
        room = rooms[session.room] if session.room is not None else None
        topic = topics[session.track] if session.track is not None else None
        values = _values(event, schedule, session, row, room, topic)
        if row is not None:
            values = {name: value for name, value in values.items() if name not in schedule.silent_on}
            values |= _moved_end(row, values)
        cast = _cast(session, row, people)
        if row is not None and "speakers" in schedule.silent_on:
            cast = [(part.speaker, part.role) for part in row.speakers]
        steps.append(Step(session, row, values, cast))
        if row is not None:
            _compare(row, steps[-1])
    return Plan(room_rows, topic_rows, speaker_rows, steps, existing)


def _known(schedule: Schedule, existing: Sequence[EventSession]) -> dict[str, EventSession]:
    """The sessions that the event has, by the identifier in the file.

    Where the file gives none, a session is known by title, time and room; by title and time, or by its title, where
    there is one such session alone.
    """
    known = {rules.guid(row.uid): row for row in existing}
    nameless = [session for session in schedule.sessions if not session.has_guid and session.guid not in known]
    taken = {known[session.guid].id for session in schedule.sessions if session.guid in known}
    free: dict[str, list[EventSession]] = defaultdict(list)
    for row in existing:
        for text in {*row.title.values()}:
            free[text].append(row)
    for is_same in (_is_at_once_in_one_room, _is_at_once, _is_any):
        found: dict[str, list[EventSession]] = {}
        for session in nameless:
            same = {row.id: row for text in session.title.values() for row in free[text] if row.id not in taken}
            found[session.guid] = [row for row in same.values() if is_same(session, row)]
        claims = Counter(row.id for rows in found.values() for row in rows)
        for guid, rows in found.items():
            if len(rows) == 1 and claims[rows[0].id] == 1:
                known[guid] = rows[0]
                taken.add(rows[0].id)
        nameless = [session for session in nameless if session.guid not in known]
    return known


def _is_at_once_in_one_room(session: schedules.Session, row: EventSession) -> bool:
    names = row.room.name.values() if row.room is not None else (None,)
    return session.starts_at == row.starts_at and session.room in names


def _is_at_once(session: schedules.Session, row: EventSession) -> bool:
    return session.starts_at == row.starts_at


def _is_any(_session: schedules.Session, _row: EventSession) -> bool:
    return True


def _rooms(event: Event, schedule: Schedule) -> tuple[dict[str, Room], Rows]:
    there = queries.programme.list_rooms(event.id)

    def make(key: str, number: int) -> Room:
        room = schedule.rooms[key]
        return Room(event_id=event.id, position=len(there) + number, name=room.name, capacity=room.capacity)

    wanted = {key: room.name for key, room in schedule.rooms.items()}
    found, new = _match(event, there, wanted, lambda row: row.name, make)
    filled = []
    for key, row in found.items():
        values = _missing(row, name=_more(row.name, schedule.rooms[key].name))
        if row.capacity is None and schedule.rooms[key].capacity is not None:
            values["capacity"] = schedule.rooms[key].capacity
        filled.append((row, values))
    return found, Rows(found, new, _only(filled, new), len(there))


def _topics(event: Event, schedule: Schedule) -> tuple[dict[str, Topic], Rows]:
    there = queries.programme.list_topics(event.id)
    last = max((row.position for row in there), default=0)

    def make(key: str, number: int) -> Topic:
        return Topic(event_id=event.id, position=last + 1 + number, title=schedule.tracks[key].name)

    wanted = {key: track.name for key, track in schedule.tracks.items()}
    found, new = _match(event, there, wanted, lambda row: row.title, make)
    filled = [(row, _missing(row, title=_more(row.title, wanted[key]))) for key, row in found.items()]
    return found, Rows(found, new, _only(filled, new), len(there))


def _speakers(event: Event, schedule: Schedule) -> tuple[dict[str, Speaker], Rows]:
    there = queries.speaker.list_speakers(event.id)
    taken = {row.slug for row in there}

    def make(key: str, number: int) -> Speaker:
        person = schedule.people[key]
        name = person.name.pick(event.languages, event.languages[0]).value
        slug = event_rules.free_slug(name, taken, otherwise="speaker")
        taken.add(slug)
        return Speaker(
            event_id=event.id,
            slug=slug,
            position=len(there) + number,
            name=person.name,
            biography=person.biography,
            link_generation=1,
            created_at=clock.now(),
        )

    wanted = {key: person.name for key, person in schedule.people.items()}
    found, new = _match(event, there, wanted, lambda row: row.name, make)
    filled = []
    for key, row in found.items():
        biography = LocalizedText({**schedule.people[key].biography, **row.biography})
        filled.append((row, _missing(row, name=_more(row.name, wanted[key]), biography=biography)))
    return found, Rows(found, new, _only(filled, new), len(there))


def _match(
    event: Event,
    there: Sequence[T],
    wanted: Mapping[str, LocalizedText],
    name_of: Callable[[T], LocalizedText],
    make: Callable[[str, int], T],
) -> tuple[dict[str, T], list[T]]:
    """For each name that a file has, the row of that name in any language, or a new one; and the new ones."""
    index: dict[str, T] = {}
    for row in there:
        for text in _names(name_of(row), event, is_marked=row.placeholder and not event.placeholder):
            index.setdefault(text, row)
    found: dict[str, T] = {}
    new: list[T] = []
    for key, name in wanted.items():
        texts = list(_names(name, event))
        known = next((index[text] for text in texts if text in index), None)
        if known is None:
            known = make(key, len(new))
            new.append(known)
            for text in texts:
                index.setdefault(text, known)
        found[key] = known
    return found, new


def _names(name: LocalizedText, event: Event, *, is_marked: bool = False) -> Iterable[str]:
    """The names under which something is found; a made-up one also with the mark that our files put behind it."""
    for text in name.values():
        yield " ".join(text.split())
    if is_marked:
        for tag in LANGUAGES:
            with language.speaking(tag):
                yield " ".join(f"{name.pick(event.languages).value} {_('(placeholder)')}".split())


def _more(present: LocalizedText, told: LocalizedText) -> LocalizedText:
    """The name with the languages that are missing, if the file has names in several languages."""
    return LocalizedText({**told, **present}) if len(told) > 1 else present


def _missing(row: Base, **values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def _only(
    filled: Iterable[tuple[Base, dict[str, object]]], new: Sequence[Base]
) -> list[tuple[Base, dict[str, object]]]:
    fresh = {id(row) for row in new}
    return [(row, values) for row, values in filled if values and id(row) not in fresh]


def _values(
    event: Event,
    schedule: Schedule,
    session: schedules.Session,
    row: EventSession | None,
    room: Room | None,
    topic: Topic | None,
) -> dict[str, object]:
    """What the session becomes. What the file cannot say, or says in a word that means nothing here, stays."""

    def told(name: str, present: LocalizedText, text: LocalizedText) -> LocalizedText:
        if name in schedule.texts:
            rest = {tag: old for tag, old in present.items() if tag not in schedule.texts[name]}
            return LocalizedText({**rest, **text})
        tag = session.told_in
        if tag not in present and text == {tag: present.pick(event.languages, tag).value}:
            return present  # a file shows another language where a text is missing: that is no translation
        return LocalizedText({**{other: old for other, old in present.items() if other != tag}, **text})

    values: dict[str, object] = {
        "title": told("title", row.title, session.title) if row else session.title,
        "abstract": told("abstract", row.abstract, session.abstract) if row else session.abstract,
        "kind": session.kind or (row.kind if row else SessionKind.TALK),
        "topic": topic,
        "room": room,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "language": session.language,
    }
    was_cancelled = row is not None and row.cancelled_at is not None
    if session.is_cancelled is not None and session.is_cancelled is not was_cancelled:
        values["cancelled_at"] = clock.now() if session.is_cancelled else None
    return values


def _moved_end(row: EventSession, values: Mapping[str, object]) -> dict[str, object]:
    """The end of a session whose start a file moves without saying how long it is: it stays as long as it was."""
    start = values.get("starts_at")
    if "starts_at" not in values or "ends_at" in values or row.starts_at is None or row.ends_at is None:
        return {}
    return {"ends_at": start + (row.ends_at - row.starts_at) if isinstance(start, datetime) else None}


def _cast(
    session: schedules.Session, row: EventSession | None, people: Mapping[str, Speaker]
) -> list[tuple[Speaker, SpeakerRole]]:
    """Who is in the session and as what; a role that the file does not say stays. Nobody stands in it twice."""
    roles = {id(part.speaker): part.role for part in row.speakers} if row else {}
    found: dict[int, tuple[Speaker, SpeakerRole]] = {}
    for credit in session.credits:
        person = people[credit.person]
        role = credit.role or roles.get(id(person), SpeakerRole.SPEAKER)
        found.setdefault(id(person), (person, role))
    return list(found.values())


def _compare(row: EventSession, step: Step) -> None:
    """Notes in what a session changes, and how."""
    before = {name: getattr(row, name) for name in step.values}
    after = dict(step.values)
    before["speakers"] = [(part.speaker, part.role) for part in row.speakers]
    after["speakers"] = step.cast
    step.changed = [name for name, value in after.items() if before[name] != value]
    step.before = tuple(_told(name, before[name]) for name in step.changed)
    step.after = tuple(_told(name, after[name]) for name in step.changed)


def _told(name: str, value: Any) -> object:
    if name == "speakers":
        return tuple((person.name, role) for person, role in value)
    if name == "cancelled_at":
        return value is not None
    if isinstance(value, Room | Topic):
        return value.name if isinstance(value, Room) else value.title
    return value
