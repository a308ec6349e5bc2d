"""The people whom a performer brings: each has a place, a ticket and hours of their own."""

from dataclasses import dataclass
from datetime import datetime

from eventapp import clock, language, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.language import gettext as _
from eventapp.models.event import Event
from eventapp.models.registration import Attendee
from eventapp.models.speaker import CrewMember, Speaker
from eventapp.queries.speaker_answer import InCrew
from eventapp.rules import names
from eventapp.rules import speaker as rules
from eventapp.rules.vocabulary import AttendeeStatus, SpeakerAnswer, TicketKind
from eventapp.services import attendee as attendees
from eventapp.services import audit, registration, session_seat, ticket, ticket_type
from eventapp.services.registration import Person


@dataclass(frozen=True)
class CrewFacts:
    """Somebody of a crew: a name or none, and from when to when they are needed, as far as that is known."""

    name: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@transactional
def add(event_id: int, speaker_id: int, facts: CrewFacts, *, form_id: str | None = None) -> CrewMember:
    """Brings one more person, with a ticket at once, on the speaker's own registration.

    The same ``form_id`` again returns the first result. Raises NotFound, or Refused with ``crew_before_answer``,
    ``crew_full`` or ``ends_before_start``.
    """
    event = queries.event.lock(event_id)
    speaker = queries.speaker.get_by_id(event_id, speaker_id)
    made = audit.find_made("crew.add", form_id, event_id=event_id)
    if made is not None:
        return queries.speaker_answer.get_crew_member(speaker_id, made)
    place = queries.speaker_answer.find_place(speaker)
    if speaker.answer is not SpeakerAnswer.CONFIRMED or place is None or place.status is not AttendeeStatus.CONFIRMED:
        raise Refused("crew_before_answer")
    crew = queries.speaker_answer.list_crew(speaker_id)
    rules.check_crew(sum(one.has_place for one in crew), speaker.crew_limit)
    rules.check_period(facts.starts_at, facts.ends_at)
    person = Person(name=facts.name or _unnamed(event, speaker, crew))
    attendee = registration.join(place.registration_id, person, ticket_type.of_kind(event_id, TicketKind.STAFF).id)
    member = CrewMember(
        event_id=event_id,
        speaker_id=speaker_id,
        attendee_id=attendee.id,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
    )
    db.session.add(member)
    db.session.flush()
    audit.record("crew.add", f"crew:{member.id}", event_id=event_id, account_id=None, form_id=form_id)
    return member


def _unnamed(event: Event, speaker: Speaker, crew: list[InCrew]) -> str:
    """What stands on the ticket of somebody without a name: whose crew it is, and a number nobody else there has."""
    taken = {one.attendee.name for one in crew}
    speaks = queries.speaker.language_of(speaker, event)
    whose = speaker.name.pick(event.languages, speaks).value[: names.MAX_LENGTH - 40]
    with language.speaking(speaks):
        numbered = (_("Crew of %(name)s, %(number)s", name=whose, number=number) for number in range(1, len(crew) + 2))
        return next(name for name in numbered if name not in taken)


@transactional
def change(event_id: int, speaker_id: int, member_id: int, facts: CrewFacts) -> None:
    """Corrects the name and the hours of somebody; the ticket stays. Without a name the one on the ticket stays too.

    Raises NotFound, or Refused("ends_before_start").
    """
    queries.event.lock(event_id)
    member = queries.speaker_answer.get_crew_member(speaker_id, member_id)
    rules.check_period(facts.starts_at, facts.ends_at)
    if facts.name:
        attendees.rename(member.attendee_id, facts.name)
    if audit.apply(member, starts_at=facts.starts_at, ends_at=facts.ends_at):
        audit.record("crew.change", f"crew:{member_id}", event_id=event_id, account_id=None)


@transactional
def remove(event_id: int, speaker_id: int, member_id: int) -> None:
    """Somebody does not come after all: the ticket is given back. Doing it twice changes nothing.

    Raises Refused("crew_admitted").
    """
    queries.event.lock(event_id)
    member = queries.speaker_answer.find_crew_member(speaker_id, member_id)
    if member is None:
        return
    attendee = attendees.hold(member.attendee_id)
    if attendee.status is AttendeeStatus.CONFIRMED:
        if queries.registration.was_admitted(attendee.id):
            raise Refused("crew_admitted")
        _give_back(attendee)
    db.session.delete(member)
    audit.record("crew.remove", f"crew:{member_id}", event_id=event_id, account_id=None)


@transactional
def send_home(event_id: int, speaker_id: int) -> None:
    """The speaker does not come, so neither does their crew. Who was let in already stays; whose place was given back
    before is forgotten, so that `bring_back` does not invite them."""
    queries.event.lock(event_id)
    for one in queries.speaker_answer.list_crew(speaker_id):
        attendee = attendees.hold(one.attendee.id)
        if attendee.status is not AttendeeStatus.CONFIRMED:
            db.session.delete(one.member)
        elif not queries.registration.was_admitted(attendee.id):
            _give_back(attendee)


def _give_back(attendee: Attendee) -> None:
    # No seat of the audience becomes free, and no message goes out: the speaker sees it on their page.
    attendee.status, attendee.status_at = AttendeeStatus.CANCELLED, clock.now()
    db.session.flush()
    session_seat.release(attendee.id)
    audit.record("attendee.cancel", f"attendee:{attendee.id}", event_id=attendee.event_id, account_id=None)


@transactional
def bring_back(event_id: int, speaker_id: int) -> None:
    """The speaker comes after all, and their crew with them: each has their ticket again."""
    queries.event.lock(event_id)
    for one in queries.speaker_answer.list_crew(speaker_id):
        attendee = attendees.hold(one.attendee.id)
        if attendee.status is AttendeeStatus.CANCELLED:
            attendee.status, attendee.status_at = AttendeeStatus.CONFIRMED, clock.now()
            db.session.flush()
            ticket.issue(attendee.id)
