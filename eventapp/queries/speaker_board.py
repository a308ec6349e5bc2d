"""Speakers at the organizer's desk: who answered, what is missing, who has arrived. The same queries for any number."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.language import LocalizedText, local
from eventapp.models.checkin import Admission, Checkpoint
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.programme import EventSession, Room
from eventapp.models.speaker import SessionSpeaker, Speaker
from eventapp.queries import speaker as speakers
from eventapp.rules import speaker as rules
from eventapp.rules import speaker_day
from eventapp.rules.speaker import TaskState, TaskStatus
from eventapp.rules.speaker_day import Arrival
from eventapp.rules.vocabulary import CheckpointKind, DeliveryKind, SpeakerAnswer


@dataclass(frozen=True)
class Slot:
    """A session that somebody is on stage in."""

    session_id: int
    title: LocalizedText
    starts_at: datetime | None
    ends_at: datetime | None
    room: LocalizedText | None


@dataclass(frozen=True)
class Standing:
    """A speaker with what is known about where they stand."""

    speaker: Speaker
    states: list[TaskState[Any]]
    """Everything that is needed (tasks are rows of `SpeakerTask`), what presses most first."""
    slots: list[Slot]
    reminded_at: datetime | None = None

    @property
    def missing(self) -> list[TaskState[Any]]:
        """What is still to come in; nothing from somebody who declined."""
        if self.speaker.answer is SpeakerAnswer.DECLINED:
            return []
        return [state for state in self.states if not state.is_done]

    @property
    def is_open(self) -> bool:
        """Whether they have yet to say that they come."""
        return self.speaker.answer is SpeakerAnswer.OPEN

    @property
    def is_overdue(self) -> bool:
        return any(state.status is TaskStatus.OVERDUE for state in self.missing)

    @property
    def is_to_remind(self) -> bool:
        """Whether there is anything to remind them of."""
        return self.is_open or bool(self.missing)


@dataclass(frozen=True)
class Expected:
    """A speaker of a day: what they are in next, and whether they are there."""

    speaker: Speaker
    slots: list[Slot]
    """Their sessions of the day, in the order of time."""
    next: Slot | None
    """The one they are in, or come to next; None when all are over."""
    arrival: Arrival | None
    is_late: bool


@dataclass(frozen=True)
class Day:
    """Everybody who is on stage on a day, who comes next first; those whose sessions are over come last."""

    day: date
    is_today: bool
    expected: list[Expected] = field(default_factory=list)


def list_standings(event: Event, now: datetime) -> list[Standing]:
    """Where the speakers of an event stand, in the organizer's order."""
    today = local(now, event.timezone).date()
    tasks = speakers.list_tasks(event.id)
    material = speakers.list_material(event.id)
    slots = _slots(event.id)
    reminded = _reminded(event.id)
    return [
        Standing(
            speaker,
            rules.outstanding(tasks, material[speaker.id], today),
            slots.get(speaker.id, []),
            reminded.get(speaker.id),
        )
        for speaker in speakers.list_speakers(event.id)
        # One who was added since the material was read is on the next page.
        if speaker.id in material
    ]


def get_standing(event: Event, speaker: Speaker, now: datetime) -> Standing:
    """Where one speaker stands, without their sessions. Raises NotFound if they were removed meanwhile."""
    material = speakers.list_material(event.id, speaker_id=speaker.id)
    if speaker.id not in material:
        raise NotFound(speaker.id)
    today = local(now, event.timezone).date()
    return Standing(speaker, rules.outstanding(speakers.list_tasks(event.id), material[speaker.id], today), [])


def _slots(event_id: int) -> dict[int, list[Slot]]:
    """The sessions that each person is on stage in: whoever stands in for somebody, instead of them."""
    on_stage = func.coalesce(SessionSpeaker.substitute_id, SessionSpeaker.speaker_id)
    rows = db.session.execute(
        select(on_stage, EventSession.id, EventSession.title, EventSession.starts_at, EventSession.ends_at, Room.name)
        .join(EventSession, EventSession.id == SessionSpeaker.session_id)
        .outerjoin(Room, Room.id == EventSession.room_id)
        .where(SessionSpeaker.event_id == event_id, EventSession.cancelled_at.is_(None))
        .order_by(EventSession.starts_at.nulls_last(), EventSession.id)
    )
    slots: defaultdict[int, list[Slot]] = defaultdict(list)
    for speaker_id, session_id, title, starts_at, ends_at, room in rows:
        slots[speaker_id].append(Slot(session_id, title, starts_at, ends_at, room))
    return slots


def _reminded(event_id: int) -> dict[int, datetime]:
    """When each speaker was last written to about what is missing."""
    rows = db.session.execute(
        select(Delivery.speaker_id, func.max(Delivery.created_at))
        .where(Delivery.event_id == event_id, Delivery.kind == DeliveryKind.SPEAKER_REMINDER)
        .group_by(Delivery.speaker_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def list_days(event: Event) -> list[date]:
    """The days on which somebody is on stage, by the event's clocks."""
    starts = db.session.scalars(
        select(EventSession.starts_at)
        .join(SessionSpeaker, SessionSpeaker.session_id == EventSession.id)
        .where(
            EventSession.event_id == event.id, EventSession.starts_at.is_not(None), EventSession.cancelled_at.is_(None)
        )
        .distinct()
    )
    return sorted({local(at, event.timezone).date() for at in starts if at is not None})


def get_day(event: Event, day: date, now: datetime) -> Day:
    """Who is on stage on a day, and who of them is there."""
    slots = _slots(event.id)
    entered = _entered(event.id)
    expected = []
    for speaker in speakers.list_speakers(event.id):
        theirs = speaker_day.on_day(slots.get(speaker.id, []), day, event.timezone)
        if not theirs:
            continue
        arrival = speaker_day.arrival(
            speaker.arrived_at, entered.get(speaker.attendee_id or 0, ()), day, event.timezone
        )
        upcoming = speaker_day.next_of(theirs, now)
        is_late = speaker_day.is_late(upcoming, now, has_arrived=arrival is not None)
        expected.append(Expected(speaker, theirs, upcoming, arrival, is_late))
    expected.sort(key=lambda one: (one.next is None, (one.next or one.slots[-1]).starts_at))
    return Day(day, local(now, event.timezone).date() == day, expected)


def _entered(event_id: int) -> dict[int, tuple[datetime | None, ...]]:
    """When each attendee who is a speaker came in, first and last, by the entrance of the venue."""
    rows = db.session.execute(
        select(Admission.attendee_id, Admission.entered_at, Admission.last_at)
        .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
        .join(Speaker, Speaker.attendee_id == Admission.attendee_id)
        .where(
            Admission.event_id == event_id,
            Checkpoint.kind == CheckpointKind.VENUE,
            Admission.entered_at.is_not(None),
        )
    )
    found: defaultdict[int, tuple[datetime | None, ...]] = defaultdict(tuple)
    for attendee_id, entered_at, last_at in rows:
        found[attendee_id] += (entered_at, last_at)
    return found
