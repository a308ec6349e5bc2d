"""What a message says, from what is true when it is written."""

from datetime import datetime

from eventapp import clock, config, language, queries
from eventapp.formats import ticket_entry
from eventapp.formats.ical import Entry
from eventapp.formats.letter import Guest, Letter, Words
from eventapp.formats.reminder import Needed
from eventapp.language import LocalizedText
from eventapp.models.event import Event
from eventapp.queries.delivery import Parts
from eventapp.queries.release import News
from eventapp.rules import no_show, release
from eventapp.rules.invitation import address_lines
from eventapp.rules.release import Timetable
from eventapp.rules.vocabulary import UNSUBSCRIBABLE, WITH_TICKET, AttendeeStatus, DeliveryKind
from eventapp.services import invitation, proof, registration, speaker, speaker_reminder, unsubscribing


def of(parts: Parts) -> Letter:
    """What a message says, from the rows it belongs to."""
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
        public_url=public_url,
        personal_link=personal_link,
        slug=event.slug,
        title=event.title,
        languages=event.languages,
        venue=event.venue,
        city=event.city,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        time_is_known=event.time_is_known,
        timezone=event.timezone,
        contact_email=event.contact_email,
        is_demo=event.is_demo,
        guests=[] if parts.delivery.kind is DeliveryKind.PROOF_CODE else guests,
        is_for_guest=parts.registration is not None,
        changes=news.changes if news else (),
        before=news.before if news else None,
        after=news.after if news else Timetable(),
        needed=_needed(parts) if parts.delivery.kind is DeliveryKind.SPEAKER_REMINDER else [],
        until=_until(parts),
        invitee=address_lines(parts.invitation) if parts.invitation is not None else (),
        is_withdrawn=parts.invitation is not None and parts.invitation.withdrawn_at is not None,
        session=_session(parts),
        code=_code(parts),
        own=_own(parts),
        note=event.cancelled_note,
        survey_url=event.survey_url,
        calendar=_calendar(parts),
        unsubscribe_link=_unsubscribe_link(parts),
        address_name=_address_name(parts),
    )


def _calendar(parts: Parts) -> Entry | None:
    """The calendar entry that comes with a ticket: that of the first one."""
    if parts.registration is None or parts.delivery.kind not in WITH_TICKET:
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
        return min((one.offer_until for one in parts.registration.attendees if one.offer_until), default=None)
    if parts.delivery.kind is DeliveryKind.RECONFIRM:
        return no_show.released_at(parts.event.starts_at, parts.event.release_days, parts.event.timezone)
    return None


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
