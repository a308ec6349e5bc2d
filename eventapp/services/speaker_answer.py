"""A speaker's answer: who says that they come has a place and a ticket from that moment on."""

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.models.event import Event
from eventapp.models.registration import Attendee
from eventapp.models.speaker import Speaker
from eventapp.rules import event as event_rules
from eventapp.rules import links, names
from eventapp.rules import speaker as rules
from eventapp.rules.vocabulary import (
    LIVE,
    AttendeeStatus,
    Channel,
    DeliveryKind,
    SpeakerAnswer,
    TicketKind,
)
from eventapp.services import attendee as attendees
from eventapp.services import audit, crew, delivery, registration, ticket, ticket_type, waiting_list
from eventapp.services.registration import Booking, Person


@transactional
def confirm(event_id: int, speaker_id: int, *, account_id: int | None = None) -> None:
    """The speaker comes: they get a ticket of their own category, or the one they had. Doing it twice changes nothing.

    Who had registered as a guest keeps place, ticket and code, and is counted once: the seat in the audience is free
    for somebody else. ``account_id`` is whoever of the team wrote down what they said; None: they did it themselves.
    Raises NotFound, or Refused("event_over").
    """
    event = queries.event.lock(event_id)
    speaker = queries.speaker.get_by_id(event_id, speaker_id)
    _check_open(event)
    attendee = _place(event, speaker)
    if speaker.answer is SpeakerAnswer.CONFIRMED and attendee.status is AttendeeStatus.CONFIRMED:
        return
    _seat(attendee, ticket_type.of_kind(event_id, TicketKind.SPEAKER).id)
    if speaker.photo_consent is not None:
        attendee.photo_consent = speaker.photo_consent
    speaker.answer, speaker.answered_at, speaker.decline_reason = SpeakerAnswer.CONFIRMED, clock.now(), None
    audit.record("speaker.confirm", f"speaker:{speaker_id}", event_id=event_id, account_id=account_id)
    crew.bring_back(event_id, speaker_id)
    delivery.queue(attendee.registration_id, DeliveryKind.CONFIRMATION)
    waiting_list.promote(event_id)


def _check_open(event: Event) -> None:
    rules.check_may_answer(event_rules.stage(event.state, event.starts_at, event.ends_at, clock.now()))


def _place(event: Event, speaker: Speaker) -> Attendee:
    """The attendee that the speaker is, held: the one they were, the guest they are already, or a new one."""
    if speaker.attendee_id is None:
        keys = {names.search_key(name) for name in speaker.name.values()}
        found = queries.speaker_answer.find_guest(event.id, keys, speaker.email, speaker.phone)
        speaker.attendee_id = _register(event, speaker) if found is None else found
    return attendees.hold(speaker.attendee_id)


def _register(event: Event, speaker: Speaker) -> int:
    language = queries.speaker.language_of(speaker, event)
    booking = Booking(
        form_id=links.random_secret(),
        language=language,
        people=[],
        email=speaker.email,
        phone=speaker.phone,
        channel=Channel.ASSISTED,
    )

    def text(name: str, most: int) -> str:
        return str(getattr(speaker, name).pick(event.languages, language).value[:most])

    person = Person(
        name=text("name", names.MAX_LENGTH),
        organization=text("organization", 200) or None,
        function=text("function", 200) or None,
        photo_consent=speaker.photo_consent,
    )
    opened = registration.open_registration(event.id, booking)
    category = ticket_type.of_kind(event.id, TicketKind.SPEAKER)
    return registration.join(opened.id, person, category.id).id


def _seat(attendee: Attendee, ticket_type_id: int) -> None:
    """Gives an attendee the speakers' category, a place if they have none, and a ticket."""
    attendee.ticket_type_id = ticket_type_id
    if attendee.status is not AttendeeStatus.CONFIRMED:
        attendee.status, attendee.status_at = AttendeeStatus.CONFIRMED, clock.now()
    db.session.flush()
    ticket.issue(attendee.id)


@transactional
def decline(event_id: int, speaker_id: int, reason: str | None, *, account_id: int | None = None) -> None:
    """The speaker does not come, for a reason or none: ticket and place are given back, those of their crew too.

    Doing it twice changes nothing but the reason. ``account_id`` as in `confirm`. Raises NotFound, or Refused with
    ``event_over``, or ``speaker_admitted`` when they were let in.
    """
    event = queries.event.lock(event_id)
    speaker = queries.speaker.get_by_id(event_id, speaker_id)
    _check_open(event)
    if speaker.attendee_id is not None:
        attendee = attendees.hold(speaker.attendee_id)
        if queries.registration.was_admitted(attendee.id):
            raise Refused("speaker_admitted")
        crew.send_home(event_id, speaker_id)
        if attendee.status in LIVE:
            attendees.cancel(attendee.id)
    if speaker.answer is not SpeakerAnswer.DECLINED:
        speaker.answer, speaker.answered_at = SpeakerAnswer.DECLINED, clock.now()
        audit.record("speaker.decline", f"speaker:{speaker_id}", event_id=event_id, account_id=account_id)
    speaker.decline_reason = reason
