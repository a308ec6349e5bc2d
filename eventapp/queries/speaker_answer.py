"""What becomes of a speaker's answer: their place among the attendees, and that of those who come with them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.registration import Attendee, Registration
from eventapp.models.speaker import CrewMember, Speaker
from eventapp.rules.vocabulary import LIVE, AttendeeStatus


def find_guest(event_id: int, name_keys: Collection[str], email: str | None, phone: str | None) -> int | None:
    """The attendee who is this person: the same name (as `rules.names.search_key` has it) and the same e-mail address,
    in whatever case, or the same phone number. Who has a seat comes before who waits; who is a speaker or of a crew
    already is nobody else."""
    rows = db.session.execute(
        select(Attendee.id, Attendee.status, Registration.email, Registration.phone)
        .join(Registration, Registration.id == Attendee.registration_id)
        .where(
            Attendee.event_id == event_id,
            Attendee.name_key.in_(name_keys),
            Attendee.status.in_(LIVE),
            ~exists().where(Speaker.attendee_id == Attendee.id),
            ~exists().where(CrewMember.attendee_id == Attendee.id),
        )
        .order_by(Attendee.id)
    )
    # Compared here: SQLite folds the case of plain Latin letters only.
    same = [
        (status is not AttendeeStatus.CONFIRMED, attendee_id)
        for attendee_id, status, its_email, its_phone in rows
        if (email and its_email and its_email.casefold() == email.casefold()) or (phone and its_phone == phone)
    ]
    return min(same)[1] if same else None


def find_place(speaker: Speaker) -> Attendee | None:
    """The attendee that a speaker is, with the ticket; None before they said that they come."""
    if speaker.attendee_id is None:
        return None
    return db.session.scalar(
        select(Attendee).where(Attendee.id == speaker.attendee_id).options(joinedload(Attendee.ticket))
    )


@dataclass(frozen=True)
class InCrew:
    """Somebody of a crew, with their place."""

    member: CrewMember
    attendee: Attendee

    @property
    def has_place(self) -> bool:
        return self.attendee.status is AttendeeStatus.CONFIRMED


def list_crew(speaker_id: int) -> list[InCrew]:
    """The people who come with a speaker, in the order in which they were named, with their tickets."""
    rows = db.session.execute(
        select(CrewMember, Attendee)
        .join(Attendee, Attendee.id == CrewMember.attendee_id)
        .where(CrewMember.speaker_id == speaker_id)
        .order_by(CrewMember.id)
        .options(selectinload(Attendee.ticket))
    )
    return [InCrew(member, attendee) for member, attendee in rows]


def get_crew_member(speaker_id: int, member_id: int) -> CrewMember:
    """Somebody of a speaker's crew. Raises NotFound, also for one of another's."""
    found = db.session.scalar(select(CrewMember).where(CrewMember.id == member_id, CrewMember.speaker_id == speaker_id))
    if found is None:
        raise NotFound(member_id)
    return found
