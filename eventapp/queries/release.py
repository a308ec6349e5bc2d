"""The draft of a programme and its releases."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.agenda import AgendaItem
from eventapp.models.programme import EventSession, Room, Topic
from eventapp.models.registration import Attendee, Registration
from eventapp.models.release import ProgrammeRelease
from eventapp.models.speaker import SessionSpeaker, Speaker, SpeakerSeen
from eventapp.rules import release as rules
from eventapp.rules.vocabulary import LIVE, SpeakerAnswer


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


def find_last_whole(event_id: int) -> ProgrammeRelease | None:
    """The last release with its abstracts."""
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


@dataclass(frozen=True)
class Unreleased:
    """What differs between the draft and the last release; ``has_other_names``: also rooms or topics."""

    number: int
    """Of the last release; 0 before the first."""
    before: rules.Timetable | None
    draft: rules.Timetable
    changes: list[rules.Change]
    has_other_names: bool


def unreleased(event_id: int) -> Unreleased:
    """What a release would change now."""
    last = find_last_whole(event_id)
    before = timetable(last) if last is not None else None
    working = draft(event_id)
    texts, told = draft_abstracts(event_id), last.abstracts if last is not None else {}
    retold = {uid for uid in {*texts, *told} if texts.get(uid) != told.get(uid)}
    return Unreleased(
        number=last.number if last is not None else 0,
        before=before,
        draft=working,
        changes=rules.changes(before, working, retold),
        has_other_names=before is not None and rules.has_other_names(before, working),
    )


def count_unreleased(event_id: int) -> int:
    """How many sessions a release would change; 1 if it would only change the names of rooms or topics."""
    found = unreleased(event_id)
    return len(found.changes) or int(found.has_other_names)


def list_speakers_to_tell(event_id: int, changes: Sequence[rules.Change]) -> list[int]:
    """The ids of those whose sessions differ, who have an address and have not declined."""
    people = {person for change in changes for person in change.people}
    return list(
        db.session.scalars(
            select(Speaker.id)
            .where(
                Speaker.event_id == event_id,
                Speaker.id.in_(people),
                Speaker.email.is_not(None),
                Speaker.answer != SpeakerAnswer.DECLINED,
            )
            .order_by(Speaker.id)
        )
    )


def list_registrations_to_tell(event_id: int, changes: Sequence[rules.Change]) -> list[int]:
    """The ids of registrations that chose a session which differs in a way that matters, and have an address.

    Those on which nobody means to come any more are left out.
    """
    told = [change.session.id for change in changes if any(kind in rules.TOLD_TO_GUESTS for kind in change.kinds)]
    return list(
        db.session.scalars(
            select(AgendaItem.registration_id)
            .join(Registration, Registration.id == AgendaItem.registration_id)
            .where(
                AgendaItem.event_id == event_id,
                AgendaItem.session_id.in_(told),
                Registration.email.is_not(None),
                select(Attendee.id)
                .where(Attendee.registration_id == Registration.id, Attendee.status.in_(LIVE))
                .correlate(Registration)
                .exists(),
            )
            .distinct()
            .order_by(AgendaItem.registration_id)
        )
    )


def find_news_for_speaker(speaker: Speaker) -> News | None:
    """What is new in a speaker's own sessions since they last said that they know them, or else since they answered.

    None if nothing is, or before the first release; for somebody who never answered, everything is as they find it.
    """
    since = find_seen(speaker.id)
    if since is None and speaker.answered_at is not None:
        since = db.session.scalar(
            select(func.max(ProgrammeRelease.number)).where(
                ProgrammeRelease.event_id == speaker.event_id, ProgrammeRelease.released_at <= speaker.answered_at
            )
        )
    if since is None:
        return None
    news = find_news(speaker.event_id, since)
    mine = rules.of_person(news.changes, speaker.id) if news is not None else []
    return news.of(mine) if news is not None and mine else None


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


def fingerprint(event_id: int) -> str:
    """Stands for the draft as it is now: it differs when anything differs that a release would take over."""
    working = rules.dump(draft(event_id))
    return hashlib.sha256(repr((working, draft_abstracts(event_id))).encode()).hexdigest()
