"""A released programme: what is kept of it, how its sessions are numbered for calendars, what differs from another."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from eventapp.language import LocalizedText
from eventapp.rules.event import Stage
from eventapp.rules.vocabulary import SessionKind, SpeakerRole, Substitution


class Room(msgspec.Struct):
    """A room as it was named."""

    id: int
    position: int
    name: LocalizedText
    placeholder: bool = False
    capacity: int | None = None


class Topic(msgspec.Struct):
    """A topic as it was called."""

    id: int
    position: int
    title: LocalizedText
    translation: str | None = None
    placeholder: bool = False
    colour: str | None = None


class Part(msgspec.Struct):
    """What one person does in a session, and who stands in for them."""

    speaker_id: int
    role: SpeakerRole = SpeakerRole.SPEAKER
    substitute_id: int | None = None
    substitution: Substitution | None = None


class Session(msgspec.Struct):
    """A session with all that a programme says of it but its abstract, under the names that its table has."""

    id: int
    slug: str
    uid: str
    kind: SessionKind
    title: LocalizedText
    topic_id: int | None
    room_id: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    language: str | None
    interpretation: list[str]
    sequence: int
    updated_at: datetime
    cancelled_at: datetime | None
    placeholder: bool
    parts: list[Part] = []

    @property
    def people(self) -> frozenset[int]:
        """The ids of everybody in it: those who were announced, and those who stand in for them."""
        return frozenset(
            person for part in self.parts for person in (part.speaker_id, part.substitute_id) if person is not None
        )


class Timetable(msgspec.Struct):
    """Everything on a programme; sessions in the order of time.

    ``gone``: what an earlier release had and this one has not: calendars are still told that it is cancelled.
    """

    rooms: list[Room] = []
    topics: list[Topic] = []
    sessions: list[Session] = []
    gone: list[Session] = []


def dump(timetable: Timetable) -> dict[str, Any]:
    """The timetable as plain values, as a database keeps them in JSON."""
    plain: dict[str, Any] = msgspec.to_builtins(timetable)
    return plain


def load(plain: Mapping[str, Any]) -> Timetable:
    """The timetable from what `dump` gave."""
    return msgspec.convert(plain, Timetable, dec_hook=lambda _kind, texts: LocalizedText.kept(texts))


def follow(draft: Timetable, last: Timetable | None, now: datetime, only: Collection[int] | None = None) -> Timetable:
    """The next release: the draft, with sessions numbered on from the last release for calendars.

    ``only`` names sessions: then all others stay as they were last released, or unreleased. A session whose title,
    time, room or cancellation differs gets a higher SEQUENCE (RFC 5545 3.8.7.4). What was released and is deleted goes
    to ``gone``, cancelled; should it come back, in an imported file, it goes on from there.

    Sessions are known by their identity in calendars: ids of deleted rows may be given again.
    """
    if last is None:
        last = Timetable()
    chosen = None if only is None else frozenset(only)
    before = {session.uid: session for session in last.sessions}
    gone = {session.uid: session for session in last.gone}
    sessions = []
    for session in draft.sessions:
        old = before.pop(session.uid, None)
        if chosen is None or session.id in chosen:
            sessions.append(_numbered(session, old or gone.pop(session.uid, None), now))
        elif old is not None:
            sessions.append(old)
    for old in before.values():
        if chosen is None or old.id in chosen:
            raised = old.sequence + 1
            gone[old.uid] = msgspec.structs.replace(old, sequence=raised, updated_at=now, cancelled_at=now)
        else:
            sessions.append(old)
    sessions.sort(key=_time)
    rooms, topics = draft.rooms, draft.topics
    if chosen is not None:  # sessions that stay as they were may need what the draft has no more
        rooms = _with_kept(draft.rooms, last.rooms, {s.room_id for s in sessions})
        topics = _with_kept(draft.topics, last.topics, {s.topic_id for s in sessions})
    return Timetable(rooms, topics, sessions, list(gone.values()))


def _numbered(session: Session, old: Session | None, now: datetime) -> Session:
    if old is None:
        return session
    if _in_calendar(session) == _in_calendar(old):
        return msgspec.structs.replace(session, sequence=old.sequence, updated_at=old.updated_at)
    return msgspec.structs.replace(session, sequence=max(session.sequence, old.sequence + 1), updated_at=now)


def _in_calendar(session: Session) -> tuple[object, ...]:
    return session.title, session.starts_at, session.ends_at, session.room_id, session.cancelled_at is None


def _with_kept(draft: list[Any], last: list[Any], needed: set[int | None]) -> list[Any]:
    there = {row.id for row in draft}
    return [*draft, *(row for row in last if row.id in needed and row.id not in there)]


class ChangeKind(StrEnum):
    """What may differ in a session from one release to the next."""

    ADDED = "added"
    REMOVED = "removed"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    MOVED = "moved"
    ROOM = "room"
    RENAMED = "renamed"
    PEOPLE = "people"
    OTHER = "other"
    """Its abstract, its topic, its kind or its languages."""


@dataclass(frozen=True)
class Change:
    """What differs in one session; ``before`` is None for a new one, ``after`` for one that was deleted."""

    kinds: tuple[ChangeKind, ...]
    before: Session | None
    after: Session | None

    @property
    def session(self) -> Session:
        """The session as it is now, or as it was last."""
        found = self.after or self.before
        assert found is not None  # noqa: S101  a change has at least one side
        return found

    @property
    def people(self) -> frozenset[int]:
        """The ids of those whom it concerns, also of who is no longer in it."""
        return (self.before.people if self.before else frozenset()) | (self.after.people if self.after else frozenset())


def changes(before: Timetable | None, after: Timetable, retold: Collection[str] = ()) -> list[Change]:
    """What differs, in the order of time. Without ``before`` everything is added.

    ``retold``: identities (uid) of sessions whose abstract differs. Whatever else happened to a session that is
    cancelled now is not told: it does not take place.
    """
    old = {session.uid: session for session in before.sessions} if before else {}
    found = []
    for session in after.sessions:
        there = old.pop(session.uid, None)
        kinds = _kinds(there, session, is_retold=session.uid in retold)
        if kinds:
            found.append(Change(kinds, there, session))
    found += [Change((ChangeKind.REMOVED,), session, None) for session in old.values()]
    return sorted(found, key=lambda change: _time(change.session))


def has_other_names(before: Timetable, after: Timetable) -> bool:
    """Whether rooms or topics are called or ordered differently, which no session's change says."""
    return (before.rooms, before.topics) != (after.rooms, after.topics)


def _time(session: Session) -> tuple[bool, float, int]:
    return session.starts_at is None, session.starts_at.timestamp() if session.starts_at else 0.0, session.id


def _kinds(old: Session | None, new: Session, *, is_retold: bool) -> tuple[ChangeKind, ...]:
    if old is None:
        return (ChangeKind.ADDED,)
    if new.cancelled_at is not None:
        return (ChangeKind.CANCELLED,) if old.cancelled_at is None else ()
    told = {
        ChangeKind.RESTORED: old.cancelled_at is not None,
        ChangeKind.MOVED: (old.starts_at, old.ends_at) != (new.starts_at, new.ends_at),
        ChangeKind.ROOM: old.room_id != new.room_id,
        ChangeKind.RENAMED: old.title != new.title,
        ChangeKind.PEOPLE: old.parts != new.parts,
        ChangeKind.OTHER: is_retold
        or (old.topic_id, old.kind, old.language, old.interpretation)
        != (new.topic_id, new.kind, new.language, new.interpretation),
    }
    return tuple(kind for kind, is_so in told.items() if is_so)


TOLD_TO_GUESTS = (
    ChangeKind.ADDED,
    ChangeKind.REMOVED,
    ChangeKind.CANCELLED,
    ChangeKind.RESTORED,
    ChangeKind.MOVED,
    ChangeKind.ROOM,
    ChangeKind.RENAMED,
)
"""Worth a message to people who mean to see a session; the rest they read on the programme."""


def is_worth_telling(stage: Stage) -> bool:
    """Whether changes still matter to anybody: the event is public and not over."""
    return stage in (Stage.UPCOMING, Stage.RUNNING)


def of_sessions(found: Iterable[Change], session_ids: Collection[int]) -> list[Change]:
    """The changes of some sessions that are worth telling guests."""
    return [
        change
        for change in found
        if change.session.id in session_ids and any(kind in TOLD_TO_GUESTS for kind in change.kinds)
    ]


def of_person(found: Iterable[Change], speaker_id: int) -> list[Change]:
    """The changes of the sessions that a person is in, or was in."""
    return [change for change in found if speaker_id in change.people]
