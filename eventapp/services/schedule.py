"""Taking a schedule file into an event: all of it in one transaction, or nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from eventapp import clock, language, queries
from eventapp.db import Base, db, transactional
from eventapp.errors import Refused
from eventapp.formats import schedule as schedules
from eventapp.formats.schedule import Schedule
from eventapp.language import LANGUAGES, LocalizedText
from eventapp.language import gettext as _
from eventapp.models.event import Event
from eventapp.models.programme import EventSession, Room, Topic
from eventapp.models.speaker import Speaker
from eventapp.rules import event as event_rules
from eventapp.rules import links
from eventapp.rules import schedule as rules
from eventapp.rules.vocabulary import SessionKind, SpeakerRole
from eventapp.services import audit, programme, speaker
from eventapp.services.programme import Part

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
    """A session that changes, and in what: names of fields, ``speakers`` among them."""

    title: LocalizedText
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an import did, or would do."""

    sessions: Count
    rooms: Count
    topics: Count
    speakers: Count
    changes: tuple[Change, ...]

    @property
    def counts(self) -> dict[str, Count]:
        """The counts by what is counted."""
        return {"sessions": self.sessions, "rooms": self.rooms, "topics": self.topics, "speakers": self.speakers}


@transactional
def import_programme(
    event_id: int, schedule: Schedule, *, account_id: int | None = None, dry_run: bool = False
) -> Outcome:
    """Takes a schedule into an event. Doing it twice changes nothing the second time.

    A session that the event has under the same identifier becomes what the file says, in the language of the file;
    what is written in other languages stays. Rooms, topics and speakers are those of the same name, or new ones; of
    those that exist only what is empty is filled in. What the file does not mention is left alone. ``dry_run`` tells
    what would happen and changes nothing.

    Raises Refused("schedule_problems") if the file has an error, and NotFound.
    """
    event = queries.event.lock(event_id)
    errors = [problem for problem in schedule.problems if problem.is_fatal]
    if errors:
        raise Refused("schedule_problems", count=len(errors))
    plan = _plan(event, schedule)
    if not dry_run:
        _apply(event, plan, account_id)
    return plan.outcome()


@dataclass
class _Rows:
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
class _Step:
    """What happens to one session: ``row`` is None for a new one."""

    session: schedules.Session
    row: EventSession | None
    values: dict[str, object]
    cast: list[tuple[Speaker, SpeakerRole]]
    changed: list[str] = field(default_factory=list)


@dataclass
class _Plan:
    """Everything that an import changes, found out before anything is changed."""

    rooms: _Rows
    topics: _Rows
    speakers: _Rows
    steps: list[_Step]
    existing: Sequence[EventSession]

    def outcome(self) -> Outcome:
        added = sum(step.row is None for step in self.steps)
        changed = [step for step in self.steps if step.changed]
        known = len(self.steps) - added
        return Outcome(
            sessions=Count(
                added=added, changed=len(changed), unchanged=known - len(changed), left_alone=len(self.existing) - known
            ),
            rooms=self.rooms.count(),
            topics=self.topics.count(),
            speakers=self.speakers.count(),
            changes=tuple(Change(step.session.title, tuple(step.changed)) for step in changed),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes at all."""
        rows = any(kind.new or kind.filled for kind in (self.rooms, self.topics, self.speakers))
        return not rows and not any(step.row is None or step.changed for step in self.steps)


def _plan(event: Event, schedule: Schedule) -> _Plan:
    rooms, room_rows = _rooms(event, schedule)
    topics, topic_rows = _topics(event, schedule)
    people, speaker_rows = _speakers(event, schedule)
    existing = queries.programme.list_sessions(event.id)
    known = {rules.guid(row.uid): row for row in existing}
    steps = []
    for session in schedule.sessions:
        row = known.get(session.guid)
        room = rooms[session.room] if session.room is not None else None
        topic = topics[session.track] if session.track is not None else None
        values = _values(event, session, row, room, topic)
        if row is not None:
            values = {name: value for name, value in values.items() if name not in schedule.silent_on}
        cast = _cast(session, row, people)
        if row is not None and "speakers" in schedule.silent_on:
            cast = [(part.speaker, part.role) for part in row.speakers]
        steps.append(_Step(session, row, values, cast))
        if row is not None:
            steps[-1].changed = _changed(row, steps[-1])
    return _Plan(room_rows, topic_rows, speaker_rows, steps, existing)


def _rooms(event: Event, schedule: Schedule) -> tuple[dict[str, Room], _Rows]:
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
    return found, _Rows(found, new, _only(filled, new), len(there))


def _topics(event: Event, schedule: Schedule) -> tuple[dict[str, Topic], _Rows]:
    there = queries.programme.list_topics(event.id)
    last = max((row.position for row in there), default=0)

    def make(key: str, number: int) -> Topic:
        return Topic(event_id=event.id, position=last + 1 + number, title=schedule.tracks[key].name)

    wanted = {key: track.name for key, track in schedule.tracks.items()}
    found, new = _match(event, there, wanted, lambda row: row.title, make)
    filled = [(row, _missing(row, title=_more(row.title, wanted[key]))) for key, row in found.items()]
    return found, _Rows(found, new, _only(filled, new), len(there))


def _speakers(event: Event, schedule: Schedule) -> tuple[dict[str, Speaker], _Rows]:
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
    return found, _Rows(found, new, _only(filled, new), len(there))


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
    event: Event, session: schedules.Session, row: EventSession | None, room: Room | None, topic: Topic | None
) -> dict[str, object]:
    """What the session becomes. What the file cannot say, or says in a word that means nothing here, stays."""

    def told(present: LocalizedText, text: LocalizedText) -> LocalizedText:
        tag = session.told_in
        if tag not in present and text == {tag: present.pick(event.languages, tag).value}:
            return present  # a file shows another language where a text is missing: that is no translation
        return LocalizedText({**{other: old for other, old in present.items() if other != tag}, **text})

    values: dict[str, object] = {
        "title": told(row.title, session.title) if row else session.title,
        "abstract": told(row.abstract, session.abstract) if row else session.abstract,
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


def _changed(row: EventSession, step: _Step) -> list[str]:
    changed = [name for name, value in step.values.items() if getattr(row, name) != value]
    if [(part.speaker, part.role) for part in row.speakers] != step.cast:
        changed.append("speakers")
    return changed


_ON_CALENDARS = {"title", "room", "starts_at", "ends_at", "cancelled_at"}
"""What people's calendars hold, so that a change of it raises the sequence."""


def _apply(event: Event, plan: _Plan, account_id: int | None) -> None:
    if plan.is_empty:
        return
    kinds = {"room": plan.rooms, "topic": plan.topics, "speaker": plan.speakers}
    for rows in kinds.values():
        db.session.add_all(rows.new)
        for row, values in rows.filled:
            audit.apply(row, **values)
    db.session.flush()
    for row in plan.speakers.new:
        if isinstance(row, Speaker):
            row.link_hash = links.digest(speaker.secret(row))
    sessions = _apply_sessions(event, plan)
    for kind, rows in kinds.items():
        for row in rows.new:
            _record(f"{kind}.add", kind, row, event.id, account_id)
        for row, values in rows.filled:
            _record(f"{kind}.change", kind, row, event.id, account_id, changed=sorted(values))
    for step, row in sessions:
        if step.row is None:
            _record("session.add", "session", row, event.id, account_id)
        else:
            _record("session.change", "session", row, event.id, account_id, changed=step.changed)
    counts = {name: [count.added, count.changed] for name, count in plan.outcome().counts.items()}
    audit.record(
        "programme.import", f"event:{event.id}", event_id=event.id, account_id=account_id, added_and_changed=counts
    )


def _record(
    action: str, kind: str, row: Base, event_id: int, account_id: int | None, changed: Sequence[str] = ()
) -> None:
    subject = f"{kind}:{getattr(row, 'id')}"  # noqa: B009  every table here has one, which the base class cannot say
    if changed:
        names = [_COLUMNS.get(name, name) for name in changed]
        audit.record(action, subject, event_id=event_id, account_id=account_id, changed=names)
    else:
        audit.record(action, subject, event_id=event_id, account_id=account_id)


_COLUMNS = {"room": "room_id", "topic": "topic_id"}


def _apply_sessions(event: Event, plan: _Plan) -> list[tuple[_Step, EventSession]]:
    """Adds and changes sessions; returns those it touched."""
    now = clock.now()
    taken = {row.slug for row in plan.existing}
    touched = []
    for step in plan.steps:
        if step.row is None:
            row = EventSession(event_id=event.id, updated_at=now, sequence=step.session.sequence, speakers=[])
            row.uid = rules.uid(step.session.guid, event.id)
            title = step.session.title.pick(event.languages, event.languages[0]).value
            row.slug = event_rules.free_slug(step.session.slug or title, taken, otherwise="session")
            taken.add(row.slug)
            db.session.add(row)
        elif step.changed:
            row = step.row
            row.updated_at = now
            if _ON_CALENDARS & set(step.changed):
                row.sequence = max(row.sequence + 1, step.session.sequence)
        else:
            continue
        audit.apply(row, **step.values)
        touched.append((step, row))
    db.session.flush()
    for step, row in touched:
        stand_ins = {part.speaker_id: (part.substitute_id, part.substitution) for part in row.speakers}
        parts = [Part(person.id, role, *stand_ins.get(person.id, (None, None))) for person, role in step.cast]
        programme.cast(row, parts)  # files do not know who stands in: that stays
    db.session.flush()
    return touched
