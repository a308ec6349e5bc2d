"""What a message says, from what is true when it is written."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from eventapp import clock, config, language, queries
from eventapp.formats import ticket_entry
from eventapp.formats.ical import Entry
from eventapp.formats.letter import EXAMPLE_CODE, Guest, Letter, Words, without_secrets
from eventapp.formats.reminder import Needed
from eventapp.language import LocalizedText
from eventapp.language import gettext as _
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.message import MessageTrial
from eventapp.queries.addressee import Addressee
from eventapp.queries.delivery import Parts
from eventapp.queries.message import Reader
from eventapp.queries.release import News
from eventapp.rules import message, move, no_show, release, waiting_list
from eventapp.rules.invitation import address_lines
from eventapp.rules.release import Timetable
from eventapp.rules.vocabulary import (
    UNSUBSCRIBABLE,
    WITH_TICKET,
    AttendeeStatus,
    Audience,
    DeliveryChannel,
    DeliveryKind,
    EventState,
    InvitationAnswer,
    MailingState,
)
from eventapp.services import invitation, proof, registration, speaker, speaker_reminder, unsubscribing

EXAMPLE_NAME = "Awa Traoré"
"""Whom a message is tried with when there is nobody yet who could get it."""
EXAMPLE_DAYS = timedelta(days=2)

_ABOUT_THE_DAY = frozenset({DeliveryKind.EVENT_CANCELLED, DeliveryKind.EVENT_REVIVED, DeliveryKind.EVENT_MOVED})
"""Messages after which the entry in a reader's calendar is wrong, unless they bring a newer one."""


def of(parts: Parts) -> Letter:
    """What a message says, from the rows it belongs to. A test has the links and codes of nobody."""
    if parts.trial is None:
        return _written(parts)
    is_about = parts.registration or parts.speaker or parts.invitation
    letter = _written(_as_if(parts)) if is_about is not None else _made_up(parts)
    return replace(without_secrets(letter), is_test=True)


def preview(event_id: int, kind: DeliveryKind, speaks: str, own: Words, reader: Reader | None) -> Letter:
    """What a message would say to somebody (None: a made-up person) in these words, without links and codes that open
    anything. Nothing is stored."""
    trial = MessageTrial(
        event_id=event_id,
        subject=own.subject,
        body=own.body,
        short=own.short,
        registration_id=reader.registration_id if reader else None,
        speaker_id=reader.speaker_id if reader else None,
        invitation_id=reader.invitation_id if reader else None,
    )
    delivery = Delivery(event_id=event_id, kind=kind, language=speaks)
    return replace(of(queries.delivery.parts_of_trial(delivery, trial)), is_test=False)


def to(addressee: Addressee, event_id: int, kind: DeliveryKind) -> Letter:
    """What a message of a kind would say to somebody now: to be looked at, before it is written to all."""
    return of(
        queries.delivery.parts_of(
            Delivery(
                event_id=event_id,
                registration_id=addressee.registration_id,
                speaker_id=addressee.speaker_id,
                invitation_id=addressee.invitation_id,
                kind=kind,
                language=addressee.language,
                created_at=clock.now(),
            )
        )
    )


def _as_if(parts: Parts) -> Parts:
    """The same with what is written down only when a message is really caused: the programme that the reader knew, and
    the session in which they have a seat. Its delivery is a copy that is never stored."""
    session_id = since_release = None
    if parts.delivery.kind is DeliveryKind.PROGRAMME_CHANGE:
        last = queries.release.find_last(parts.event.id)
        since_release = last.number - 1 if last is not None else None
    if parts.delivery.kind is DeliveryKind.SESSION_SEAT and parts.registration is not None:
        session_id = min(queries.session_seat.sessions_with_seat(parts.registration.id), default=None)
    copy = Delivery(
        event_id=parts.event.id,
        kind=parts.delivery.kind,
        language=parts.delivery.language,
        created_at=clock.now(),
        session_id=session_id,
        since_release=since_release,
    )
    return replace(parts, delivery=copy)


def _made_up(parts: Parts) -> Letter:
    """The letter to a person who does not exist."""
    kind, event = parts.delivery.kind, parts.event
    audience = message.readers(kind)[0]
    path = {Audience.GUESTS: "r", Audience.SPEAKERS: "s", Audience.INVITEES: "i"}[audience]
    until = (
        no_show.released_at(event.starts_at, event.release_days, event.timezone)
        if kind is DeliveryKind.RECONFIRM
        else clock.now() + EXAMPLE_DAYS
    )
    with language.speaking(parts.delivery.language):
        session = _("A session of the programme")
    is_guest = audience is Audience.GUESTS
    return Letter(
        kind=kind,
        language=parts.delivery.language,
        personal_link=f"{config.current().public_url}/{path}/",
        **_event(event),
        guests=[Guest(EXAMPLE_NAME, message.status(kind), EXAMPLE_CODE)]
        if is_guest and kind is not DeliveryKind.PROOF_CODE
        else [],
        is_for_guest=is_guest,
        needed=[Needed()] if kind is DeliveryKind.SPEAKER_REMINDER else [],
        until=until if "until" in message.allowed(kind) else None,
        invitee=[EXAMPLE_NAME] if audience is Audience.INVITEES else (),
        session=session if kind is DeliveryKind.SESSION_SEAT else "",
        code=EXAMPLE_CODE if kind is DeliveryKind.PROOF_CODE else "",
        own=_own(parts),
        address_name="" if is_guest else EXAMPLE_NAME,
    )


def _event(event: Event) -> dict[str, Any]:
    """What every message says of the event."""
    return {
        "public_url": config.current().public_url,
        "slug": event.slug,
        "title": event.title,
        "languages": event.languages,
        "venue": event.venue,
        "city": event.city,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "time_is_known": event.time_is_known,
        "timezone": event.timezone,
        "contact_email": event.contact_email,
        "is_demo": event.is_demo,
        "note": event.cancelled_note,
        "is_called_off": event.state is EventState.CANCELLED,
        "survey_url": event.survey_url,
    }


def _written(parts: Parts) -> Letter:
    public_url = config.current().public_url
    if parts.registration is not None:
        personal_link = f"{public_url}/r/{registration.secret(parts.registration)}"
        guests = [
            Guest(attendee.name, attendee.status, attendee.ticket.code if attendee.ticket else None)
            for attendee in parts.registration.attendees
        ]
    elif parts.invitation is not None:
        personal_link = f"{public_url}/i/{invitation.secret(parts.invitation)}"
        guests = []
    else:
        assert parts.speaker is not None  # noqa: S101  a message belongs to one of these three
        personal_link = f"{public_url}/s/{speaker.secret(parts.speaker)}"
        guests = []
    event: Event = parts.event
    news = _news(parts)
    return Letter(
        kind=parts.delivery.kind,
        language=parts.delivery.language,
        personal_link=personal_link,
        **_event(event),
        guests=[] if parts.delivery.kind is DeliveryKind.PROOF_CODE else guests,
        is_for_guest=parts.registration is not None,
        changes=news.changes if news else (),
        before=news.before if news else None,
        after=news.after if news else Timetable(),
        needed=_needed(parts) if parts.delivery.kind is DeliveryKind.SPEAKER_REMINDER else [],
        until=_until(parts),
        invitee=address_lines(parts.invitation) if parts.invitation is not None else (),
        is_withdrawn=parts.invitation is not None and parts.invitation.withdrawn_at is not None,
        is_answered=parts.invitation is not None and parts.invitation.answer is not InvitationAnswer.OPEN,
        known=_known(parts),
        session=_session(parts),
        code=_code(parts),
        own=_own(parts),
        calendar=_calendar(parts),
        unsubscribe_link=_unsubscribe_link(parts),
        address_name=_address_name(parts),
        is_stopped=parts.mailing is not None and parts.mailing.state is MailingState.STOPPED,
        is_unwanted=_is_unwanted(parts),
    )


def _is_unwanted(parts: Parts) -> bool:
    registration = parts.registration
    return (
        registration is not None
        and registration.unsubscribed_at is not None
        and parts.delivery.kind in UNSUBSCRIBABLE
        and parts.trial is None
    )


def _calendar(parts: Parts) -> Entry | None:
    """The calendar entry that comes with a ticket, that of the first one; and again when it says what is not so."""
    if parts.registration is None or parts.delivery.kind not in WITH_TICKET | _ABOUT_THE_DAY:
        return None
    confirmed = (one for one in parts.registration.attendees if one.status is AttendeeStatus.CONFIRMED and one.ticket)
    first = next(confirmed, None)
    if first is None or first.ticket is None:
        return None
    with language.speaking(parts.delivery.language):
        return ticket_entry.of(
            parts.event,
            attendee_id=first.id,
            code=first.ticket.code,
            version=queries.event.get_public_version(parts.event.id),
            public_url=config.current().public_url,
            now=clock.now(),
        )


def _unsubscribe_link(parts: Parts) -> str:
    if parts.registration is None or parts.delivery.kind not in UNSUBSCRIBABLE:
        return ""
    return f"{config.current().public_url}/u/{unsubscribing.secret(parts.registration.id)}"


def _own(parts: Parts) -> Words:
    """The mailing's own words or, where it has none, those of its kind in this event."""
    sources = [source for source in (parts.mailing, parts.text) if source is not None]
    return Words(
        *(
            LocalizedText(
                {code: text for source in reversed(sources) for code, text in getattr(source, part).items() if text}
            )
            for part in ("subject", "body", "short")
        )
    )


def _address_name(parts: Parts) -> str:
    if parts.speaker is not None:
        with language.speaking(parts.delivery.language):
            return parts.speaker.name.pick(parts.event.languages).value
    return (parts.invitation.name or parts.invitation.organization or "") if parts.invitation is not None else ""


def _session(parts: Parts) -> str:
    """The session in which somebody of a registration has a seat now; empty when nobody has one any more."""
    if parts.delivery.kind is not DeliveryKind.SESSION_SEAT or parts.registration is None:
        return ""
    session_id = parts.delivery.session_id
    # A session that everybody may see now has no seats; those who waited for one have it on their agenda.
    if session_id is None or session_id not in queries.agenda.session_ids(parts.registration.id):
        return ""
    programme = {session.id: session for session in queries.programme.list_programme(parts.event.id)}
    session = programme.get(session_id)
    if session is None or session.cancelled_at is not None:
        return ""
    with language.speaking(parts.delivery.language):
        return session.title.pick(parts.event.languages).value


def _code(parts: Parts) -> str:
    """What the reader proves with who they are, in the message that is for it."""
    if parts.registration is None or parts.delivery.kind is not DeliveryKind.PROOF_CODE:
        return ""
    return proof.code(parts.registration)


def _until(parts: Parts) -> datetime | None:
    """Until when there is time to answer."""
    if parts.invitation is not None:
        return parts.invitation.reply_by
    if parts.registration is None:
        return None
    if parts.delivery.kind is DeliveryKind.OFFER:
        until = min((one.offer_until for one in parts.registration.attendees if one.offer_until), default=None)
        if until is None and parts.delivery.channel is DeliveryChannel.HAND:
            event = parts.event  # whoever is told now has as long as whoever gets a mail now
            until = waiting_list.offer_until(clock.now(), event.offer_hours, event.timezone, event.starts_at)
        return until
    if parts.delivery.kind is DeliveryKind.RECONFIRM:
        return no_show.released_at(parts.event.starts_at, parts.event.release_days, parts.event.timezone)
    return None


def _known(parts: Parts) -> move.Known | None:
    """When and where the event was, as far as the reader knows."""
    if parts.delivery.kind is not DeliveryKind.EVENT_MOVED:
        return None
    found = queries.move.find_told(parts.event.id, parts.delivery.created_at)
    return move.known(found) if found is not None else move.known(parts.event) if parts.trial is not None else None


def _news(parts: Parts) -> News | None:
    """What changed in the programme for the reader since the release they know."""
    if parts.delivery.since_release is None:
        return None
    news = queries.release.find_news(parts.event.id, parts.delivery.since_release)
    if news is None:
        return None
    if parts.registration is not None:
        chosen = queries.agenda.session_ids(parts.registration.id)
        return news.of(release.of_sessions(news.changes, chosen))
    assert parts.speaker is not None  # noqa: S101  as above
    return news.of(release.of_person(news.changes, parts.speaker.id))


def _needed(parts: Parts) -> list[Needed]:
    """What is missing from a speaker now; nothing when they declined."""
    assert parts.speaker is not None  # noqa: S101  only speakers are reminded
    return speaker_reminder.needed(queries.speaker_board.get_standing(parts.event, parts.speaker, clock.now()))
