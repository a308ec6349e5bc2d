"""Sends the mail that is due: claims it, writes it from what is true now, sends it, and notes the outcome.

Nothing is sent inside a transaction, and no transaction waits for a mail server.
"""

import logging
import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from eventapp import clock, config, language, mail, queries, services
from eventapp.errors import NotFound
from eventapp.formats import email
from eventapp.formats.reminder import Needed
from eventapp.language import N_
from eventapp.mail import Sender
from eventapp.models.event import Event
from eventapp.queries.delivery import Parts
from eventapp.queries.release import News
from eventapp.rules import delivery as rules
from eventapp.rules import no_show, release
from eventapp.rules.invitation import address_lines
from eventapp.rules.release import Timetable
from eventapp.rules.vocabulary import DeliveryKind
from eventapp.services.delivery import Claim

logger = logging.getLogger(__name__)

BATCH = 10
"""Messages claimed at once: few, since they all must leave within one lease."""

OUTDATED = N_("Not sent: when it could leave, it was no longer true.")
OUR_FAULT = N_("An error in the program; its log has the details.")

_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
"""Mail servers repeat addresses in their refusals; the log holds nobody's."""

Contexts = Callable[[], AbstractContextManager[Any]]


def work(context: Contexts, stop: threading.Event) -> int:
    """Sends all that is due, batch by batch, until nothing is or it is told to stop; returns how many were handled.

    Without a setting for mail everything is held. Messages of demonstrations go into a folder, never to a mail server.
    """
    handled = 0
    with ExitStack() as connections:
        senders: dict[bool, Sender] = {}
        while not stop.is_set():
            with context():
                settings = config.current()
                if settings.mail_url is None or not queries.delivery.is_any_due(clock.now()):
                    break
                claims = services.delivery.claim(BATCH)
                if not senders:
                    ordinary = connections.enter_context(mail.connect(settings.mail_url))
                    senders[False] = senders[True] = ordinary
                    if mail.leaves_the_machine(settings.mail_url):
                        senders[True] = connections.enter_context(mail.connect(f"file:{settings.instance / 'mail'}"))
            _send_batch(context, stop, claims, senders)
            handled += len(claims)
    return handled


def _send_batch(context: Contexts, stop: threading.Event, claims: list[Claim], senders: dict[bool, Sender]) -> None:
    deadline = clock.now() + rules.LEASE / 2
    down: dict[bool, str] = {}
    """Senders whose server cannot be used, with the reason: the rest of the batch need not wait for it again."""
    for claim in claims:
        if stop.is_set() or clock.now() > deadline:
            with context():
                services.delivery.release(claim)
        elif claim.is_demo in down:
            with context():
                services.delivery.note_failed(claim, down[claim.is_demo])
        else:
            _send(context, claim, senders[claim.is_demo], down)


def _send(context: Contexts, claim: Claim, send: Sender, down: dict[bool, str]) -> None:
    try:
        with context():
            written = _write(claim)
        if written is None:
            outcome, for_good = OUTDATED, True
        else:
            send(*written)
            outcome, for_good = "", True
    except NotFound:
        return  # deleted since it was claimed, with the person it was for
    except mail.Bounced as bounced:
        outcome, for_good = str(bounced), True
    except mail.NoServer as error:
        outcome, for_good = str(error), False
        down[claim.is_demo] = outcome
    except mail.Unreachable as error:
        outcome, for_good = str(error), False
    except Exception:
        # One message that cannot be written or sent must not keep the others from leaving.
        logger.exception("Message %d could not be sent", claim.delivery_id)
        outcome, for_good = OUR_FAULT, False
    with context():
        if outcome:
            logger.warning("Message %d did not leave: %s", claim.delivery_id, _ADDRESS.sub("(address)", outcome))
            services.delivery.note_failed(claim, outcome, for_good=for_good)
        else:
            services.delivery.note_sent(claim)


def _write(claim: Claim) -> tuple[EmailMessage, str] | None:
    """The finished message and its recipient, from what is true now; None when its reason has passed."""
    parts = queries.delivery.get_parts(claim.delivery_id)
    letter = letter_of(parts)
    if email.is_outdated(letter):
        return None
    recipient = email.travelling(parts.delivery.address)
    message = email.build(
        email.write(letter),
        letter,
        sender=config.current().mail_from,
        recipient=recipient,
        message_id=parts.delivery.message_id,
        date=clock.now(),
    )
    return message, recipient


def letter_of(parts: Parts) -> email.Letter:
    """What a message says, from the rows it belongs to."""
    public_url = config.current().public_url
    if parts.registration is not None:
        personal_link = f"{public_url}/r/{services.registration.secret(parts.registration)}"
        guests = [
            email.Guest(attendee.name, attendee.status, attendee.ticket.code if attendee.ticket else None)
            for attendee in parts.registration.attendees
        ]
    elif parts.invitation is not None:
        personal_link = f"{public_url}/i/{services.invitation.secret(parts.invitation)}"
        guests = []
    else:
        assert parts.speaker is not None  # noqa: S101  a message belongs to one of these three
        personal_link = f"{public_url}/s/{services.speaker.secret(parts.speaker)}"
        guests = []
    event: Event = parts.event
    news = _news(parts)
    return email.Letter(
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
    )


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
    return services.proof.code(parts.registration)


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
    return services.speaker_reminder.needed(queries.speaker_board.get_standing(parts.event, parts.speaker, clock.now()))
