"""The timetable: what was done to it, and what it is measured by."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.language import LocalizedText
from eventapp.models.account import Account
from eventapp.models.agenda import AgendaItem
from eventapp.models.event import Event
from eventapp.models.programme import Room
from eventapp.models.registration import Attendee
from eventapp.models.release import ProgrammeEdit
from eventapp.models.speaker import Speaker, SpeakerAvailability
from eventapp.queries import session_seat
from eventapp.rules.concerns import Circumstances
from eventapp.rules.timetable import Action, Change, Spot
from eventapp.rules.vocabulary import SEATED, SpeakerAnswer


def change_of(edit: ProgrammeEdit) -> Change:
    """What an edit did."""
    before, after = (
        {int(session_id): Spot.from_json(kept) for session_id, kept in spots.items()}
        for spots in (edit.before, edit.after)
    )
    return Change(before, after)


@dataclass(frozen=True)
class Edit:
    """One thing that was done to a timetable; ``who`` is the name or address of the account, if it is known."""

    id: int
    at: datetime
    who: str | None
    action: Action
    change: Change
    undone_at: datetime | None


def list_edits(event_id: int, limit: int) -> list[Edit]:
    """The last edits of an event, the newest first."""
    rows = db.session.execute(
        select(ProgrammeEdit, Account.name, Account.email)
        .outerjoin(Account, Account.id == ProgrammeEdit.account_id)
        .where(ProgrammeEdit.event_id == event_id)
        .order_by(ProgrammeEdit.id.desc())
        .limit(limit)
    )
    return [
        Edit(edit.id, edit.at, name or email, Action(edit.action), change_of(edit), edit.undone_at)
        for edit, name, email in rows
    ]


def find_last_edit(event_id: int) -> ProgrammeEdit | None:
    """The last edit of an event that is not undone."""
    return db.session.scalar(
        select(ProgrammeEdit)
        .where(ProgrammeEdit.event_id == event_id, ProgrammeEdit.undone_at.is_(None))
        .order_by(ProgrammeEdit.id.desc())
        .limit(1)
    )


def find_made_edit(event_id: int, form_id: str | None) -> ProgrammeEdit | None:
    """The edit that a form made already; None when it is sent for the first time. The caller holds the event's lock."""
    if form_id is None:
        return None
    return db.session.scalar(
        select(ProgrammeEdit).where(ProgrammeEdit.event_id == event_id, ProgrammeEdit.form_id == form_id)
    )


def get_edit(event_id: int, edit_id: int) -> ProgrammeEdit:
    """An edit of an event. Raises NotFound, also for one of another event."""
    edit = db.session.scalar(
        select(ProgrammeEdit).where(ProgrammeEdit.id == edit_id, ProgrammeEdit.event_id == event_id)
    )
    if edit is None:
        raise NotFound(edit_id)
    return edit


def names_of_speakers(event_id: int) -> dict[int, LocalizedText]:
    """The names of an event's speakers by their ids."""
    return dict(db.session.execute(select(Speaker.id, Speaker.name).where(Speaker.event_id == event_id)).all())


def circumstances(event: Event) -> Circumstances:
    """What the programme of an event is measured by."""
    availability: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    windows = select(SpeakerAvailability.speaker_id, SpeakerAvailability.starts_at, SpeakerAvailability.ends_at)
    for speaker_id, starts_at, ends_at in db.session.execute(windows.where(SpeakerAvailability.event_id == event.id)):
        availability[speaker_id].append((starts_at, ends_at))
    seats = db.session.execute(select(Room.id, Room.capacity).where(Room.event_id == event.id))
    declined = select(Speaker.id).where(Speaker.event_id == event.id, Speaker.answer == SpeakerAnswer.DECLINED)
    return Circumstances(
        zone=event.timezone,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        time_is_known=event.time_is_known,
        seats={room_id: capacity for room_id, capacity in seats if capacity is not None},
        sign_ups=count_sign_ups(event.id),
        availability=availability,
        declined=frozenset(db.session.scalars(declined)),
    )


def count_sign_ups(event_id: int) -> Mapping[int, int]:
    """How many people with a place mean to see each session: of one with limited seats, how many have a seat. A session
    that nobody chose is missing."""
    rows = db.session.execute(
        select(AgendaItem.session_id, func.count(Attendee.id))
        .join(Attendee, Attendee.registration_id == AgendaItem.registration_id)
        .where(AgendaItem.event_id == event_id, Attendee.status.in_(SEATED))
        .group_by(AgendaItem.session_id)
    )
    return {**dict(rows.all()), **session_seat.count_taken(event_id)}
