"""An organizer's own words for messages, whom to try them with, and how many people a message would go to now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.models.message import MessageText, MessageTrial
from eventapp.models.registration import Attendee
from eventapp.models.session_seat import SessionSeat
from eventapp.models.speaker import Speaker
from eventapp.queries import invitation as invitations
from eventapp.queries import no_show, registration, release, speaker, speaker_board
from eventapp.rules import message as rules
from eventapp.rules import names
from eventapp.rules import no_show as no_show_rules
from eventapp.rules.vocabulary import Audience, DeliveryKind, SessionSeatStatus

MANY = 100_000
"""More registrations than any event has: a count that is told is a whole one."""


@dataclass(frozen=True)
class Reader:
    """Somebody whom a message can be tried with. ``key`` is such as ``registration-7``."""

    key: str
    name: str
    language: str
    registration_id: int | None = None
    speaker_id: int | None = None
    invitation_id: int | None = None


@dataclass(frozen=True)
class Reach:
    """How many people a message would go to now: by mail, by telephone, and those who have neither."""

    by_mail: int = 0
    by_phone: int = 0
    nowhere: int = 0


def find_text(event_id: int, kind: DeliveryKind) -> MessageText | None:
    """What an event says in messages of a kind; None: the standard words."""
    return db.session.scalar(select(MessageText).where(MessageText.event_id == event_id, MessageText.kind == kind))


def list_texts(event_id: int) -> dict[DeliveryKind, MessageText]:
    """All that an event says in its own words, by kind."""
    rows = db.session.scalars(select(MessageText).where(MessageText.event_id == event_id).order_by(MessageText.id))
    return {row.kind: row for row in rows}


def find_trial(account_id: int, form_id: str) -> MessageTrial | None:
    """The test that a form sent already."""
    return db.session.scalar(
        select(MessageTrial).where(MessageTrial.account_id == account_id, MessageTrial.form_id == form_id)
    )


def count_trials(account_id: int, since: datetime) -> int:
    """How many tests somebody sent to themselves since a moment."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(MessageTrial)
            .where(MessageTrial.account_id == account_id, MessageTrial.created_at > since)
        )
        or 0
    )


def list_readers(
    event: Event, kind: DeliveryKind, words: str, audiences: Collection[Audience], *, limit: int
) -> list[Reader]:
    """People who would get a message of a kind, the latest first: guests, then speakers, then invitees.

    ``words`` finds some of them by name.
    """
    found: list[Reader] = []
    if Audience.GUESTS in audiences:
        found += _guests(event.id, kind, words, limit)
    if Audience.SPEAKERS in audiences:
        key = names.search_key(words)
        speakers = [_speaker(event, row) for row in reversed(speaker.list_speakers(event.id))]
        found += [one for one in speakers if key in names.search_key(one.name)][:limit]
    if Audience.INVITEES in audiences:
        rows = invitations.list_in(event.id, words, None, offset=0, limit=limit)
        found += [_invitee(row) for row, _coming in rows if row.withdrawn_at is None]
    return found[:limit]


def get_reader(event: Event, key: str, audiences: Collection[Audience]) -> Reader:
    """Somebody of an event by their key. Raises NotFound, also for somebody who is not of these audiences."""
    what, _dash, number = key.partition("-")
    if not number.isdecimal() or len(number) > 9:
        raise NotFound(key)
    if what == "registration" and Audience.GUESTS in audiences:
        return _guest(registration.get_in(event.id, int(number)).attendees[0])
    if what == "speaker" and Audience.SPEAKERS in audiences:
        return _speaker(event, speaker.get_by_id(event.id, int(number)))
    if what == "invitation" and Audience.INVITEES in audiences:
        return _invitee(invitations.get_in(event.id, int(number)))
    raise NotFound(key)


def _guests(event_id: int, kind: DeliveryKind, words: str, limit: int) -> list[Reader]:
    has_seat = exists().where(SessionSeat.attendee_id == Attendee.id, SessionSeat.status == SessionSeatStatus.CONFIRMED)
    rows = registration.list_attendees(
        event_id,
        words,
        rules.status(kind),
        offset=0,
        limit=limit,
        among=has_seat if kind is DeliveryKind.SESSION_SEAT else None,
    )
    found = {row.registration_id: row for row in rows if row.registration.erased_at is None}
    return [_guest(row) for row in sorted(found.values(), key=lambda row: -row.registration_id)]


def _guest(person: Attendee) -> Reader:
    key, number = f"registration-{person.registration_id}", person.registration_id
    return Reader(key, person.name, person.registration.language, registration_id=number)


def _speaker(event: Event, row: Speaker) -> Reader:
    name = row.name.pick(event.languages).value
    return Reader(f"speaker-{row.id}", name, speaker.language_of(row, event), speaker_id=row.id)


def _invitee(row: Invitation) -> Reader:
    return Reader(f"invitation-{row.id}", row.name or row.organization or "", row.language, invitation_id=row.id)


def dry_run(event: Event, kind: DeliveryKind, now: datetime) -> Reach | None:
    """To how many a message would go if its time were now; None for one that follows from what a single person does."""
    if kind is DeliveryKind.RECONFIRM:
        asked_at = no_show_rules.asked_at(event.starts_at, event.reconfirm_days, event.timezone)
        rows = no_show.list_to_ask(event.id, min(asked_at or now, now), limit=MANY)
        return _reach([(row.email, row.phone) for row in rows])
    if kind is DeliveryKind.SPEAKER_REMINDER:
        to_remind = [one.speaker for one in speaker_board.list_standings(event, now) if one.is_to_remind]
        return _reach([(row.email, None) for row in to_remind])
    if kind is DeliveryKind.PROGRAMME_CHANGE:
        changes = release.unreleased(event.id).changes if release.find_last(event.id) is not None else []
        speakers = release.list_speakers_to_tell(event.id, changes)
        return Reach(by_mail=len(speakers) + len(release.list_registrations_to_tell(event.id, changes)))
    if kind is DeliveryKind.INVITATION:
        return Reach(by_mail=len(invitations.list_unsent(event.id)))
    return None


def _reach(contacts: list[tuple[str | None, str | None]]) -> Reach:
    return Reach(
        by_mail=sum(1 for email, _phone in contacts if email),
        by_phone=sum(1 for email, phone in contacts if not email and phone),
        nowhere=sum(1 for email, phone in contacts if not email and not phone),
    )
