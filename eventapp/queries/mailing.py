"""Mailings: whom one would reach and how, who is next, what is due, and what became of each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, literal, null, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.agenda import AgendaItem
from eventapp.models.checkin import Admission, Checkpoint
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.models.mailing import Mailing
from eventapp.models.question import Answer
from eventapp.models.registration import Attendee, Registration
from eventapp.models.session_seat import SessionSeat
from eventapp.models.speaker import Speaker
from eventapp.queries import programme, question, registration
from eventapp.rules import custom_question
from eventapp.rules import mailing as rules
from eventapp.rules.mailing import Chosen, LeftOut
from eventapp.rules.vocabulary import (
    Audience,
    CheckpointKind,
    DeliveryKind,
    DeliveryState,
    MailingState,
    SessionSeatStatus,
)

OPEN = (MailingState.DRAFT, MailingState.SCHEDULED)
"""States of mailings of which nothing has left."""

OWNERS: Mapping[Audience, InstrumentedAttribute[Any]] = {
    Audience.GUESTS: Delivery.registration_id,
    Audience.SPEAKERS: Delivery.speaker_id,
    Audience.INVITEES: Delivery.invitation_id,
}
"""Whose a message is, by the audience of its mailing."""

_UNTHANKED = (DeliveryState.FAILED, DeliveryState.BOUNCED, DeliveryState.DROPPED)


@dataclass(frozen=True)
class Recipient:
    """Somebody to whom a mailing is written: the id of a registration, speaker or invitation."""

    id: int
    email: str | None
    phone: str | None
    language: str


@dataclass(frozen=True)
class Group:
    """How many of those who were chosen are reached alike, in the same language, or are left out for the same reason.

    ``phone`` is that of people without an e-mail address: which way a message takes may depend on the number.
    """

    language: str
    has_email: bool
    phone: str | None
    left_out: LeftOut | None
    number: int


def get(event_id: int, mailing_id: int) -> Mailing:
    """A mailing of an event. Raises NotFound, also for one of another event."""
    found = db.session.scalar(select(Mailing).where(Mailing.id == mailing_id, Mailing.event_id == event_id))
    if found is None:
        raise NotFound(mailing_id)
    return found


def find_by_form(event_id: int, form_id: str) -> Mailing | None:
    """What a form made."""
    return db.session.scalar(select(Mailing).where(Mailing.event_id == event_id, Mailing.form_id == form_id))


def list_open(event_id: int) -> list[Mailing]:
    """The mailings of which nothing has left: first what leaves first, then what has no time."""
    return list(
        db.session.scalars(
            select(Mailing)
            .where(Mailing.event_id == event_id, Mailing.state.in_(OPEN))
            .order_by(Mailing.send_at.is_(None), Mailing.send_at, Mailing.id)
        )
    )


def list_left(event_id: int, *, offset: int, limit: int) -> list[Mailing]:
    """The mailings that began to leave, the latest first."""
    return list(
        db.session.scalars(
            select(Mailing)
            .where(Mailing.event_id == event_id, Mailing.state.not_in(OPEN))
            .order_by(Mailing.begun_at.desc(), Mailing.id.desc())
            .offset(offset)
            .limit(limit)
        )
    )


def count_left(event_id: int) -> int:
    """How many `list_left` would find."""
    return db.session.scalar(select(func.count()).where(Mailing.event_id == event_id, Mailing.state.not_in(OPEN))) or 0


def count_held(event: Event) -> int:
    """How many mailings are scheduled and do not leave by themselves: their time passed without them."""
    if event.starts_at is None:
        return 0  # they wait for the event's days
    return (
        db.session.scalar(
            select(func.count()).where(
                Mailing.event_id == event.id, Mailing.state == MailingState.SCHEDULED, Mailing.send_at.is_(None)
            )
        )
        or 0
    )


def reached(mailing_ids: Collection[int]) -> dict[int, dict[DeliveryState, int]]:
    """For each mailing how many of its messages stand where."""
    found: dict[int, dict[DeliveryState, int]] = {mailing_id: {} for mailing_id in mailing_ids}
    rows = db.session.execute(
        select(Delivery.mailing_id, Delivery.state, func.count())
        .where(Delivery.mailing_id.in_(mailing_ids))
        .group_by(Delivery.mailing_id, Delivery.state)
    )
    for mailing_id, state, number in rows:
        found[mailing_id or 0][state] = number
    return found


def list_due(now: datetime) -> list[tuple[int, int]]:
    """What is to be written down now, what has waited longest first: the ids of mailings with those of their events."""
    rows = db.session.execute(
        select(Mailing.id, Mailing.event_id)
        .where(
            or_(
                Mailing.state == MailingState.SENDING,
                and_(Mailing.state == MailingState.SCHEDULED, Mailing.send_at <= now),
            )
        )
        .order_by(Mailing.send_at, Mailing.id)
    )
    return [(row[0], row[1]) for row in rows]


def known(event: Event) -> rules.Known:
    """What can be chosen in an event."""
    return rules.Known(
        ticket_type_ids=[one.id for one in registration.list_ticket_types(event.id)],
        session_ids=[one.id for one in programme.list_sessions(event.id)],
        answers={one.id: custom_question.conditions(one) for one in question.list_asked(event.id)},
        languages=event.languages,
    )


def dates(event: Event) -> rules.Dates:
    """When an event is, as its mailings must know."""
    return rules.Dates(event.starts_at, event.ends_at, event.timezone)


def list_groups(mailing: Mailing, event: Event, at: datetime) -> list[Group]:
    """Everybody whom a mailing means, counted, if it leaves at a moment: one statement."""
    people = _people(mailing, event, at).subquery()
    by = (people.c.language, people.c.has_email, people.c.only_phone, people.c.left_out)
    return [
        Group(language, bool(has_email), phone, LeftOut(left_out) if left_out else None, number)
        for language, has_email, phone, left_out, number in db.session.execute(select(*by, func.count()).group_by(*by))
    ]


def list_recipients(mailing: Mailing, event: Event, at: datetime, *, after_id: int, limit: int) -> list[Recipient]:
    """The next people to whom a mailing is written, by their ids; who has a message of it already is passed over."""
    people = _people(mailing, event, at).subquery()
    owner = OWNERS[mailing.audience]
    rows = db.session.execute(
        select(people.c.id, people.c.email, people.c.phone, people.c.language)
        .where(
            people.c.id > after_id,
            people.c.left_out.is_(None),
            or_(people.c.has_email, people.c.has_phone),
            ~exists().where(Delivery.mailing_id == mailing.id, owner == people.c.id),
        )
        .order_by(people.c.id)
        .limit(limit)
    )
    return [Recipient(*row) for row in rows]


def find_one(mailing: Mailing, event: Event, at: datetime, language: str) -> int | None:
    """The first person who is written to, if there is one in a language one of those: for a look at what they get."""
    people = _people(mailing, event, at).subquery()
    return db.session.scalar(
        select(people.c.id)
        .where(people.c.left_out.is_(None), or_(people.c.has_email, people.c.has_phone))
        .order_by(people.c.language != language, people.c.id)
        .limit(1)
    )


def list_names(audience: Audience, ids: Sequence[int], languages: Sequence[str]) -> dict[int, str]:
    """The name of each: of a registration its first person's."""
    if audience is Audience.SPEAKERS:
        rows = db.session.execute(select(Speaker.id, Speaker.name).where(Speaker.id.in_(ids)))
        return {row[0]: row[1].pick(languages).value for row in rows}
    if audience is Audience.INVITEES:
        name = func.coalesce(Invitation.name, Invitation.organization)
        return dict(db.session.execute(select(Invitation.id, name).where(Invitation.id.in_(ids))).all())
    names = db.session.execute(
        select(Attendee.registration_id, Attendee.name)
        .where(Attendee.registration_id.in_(ids))
        .order_by(Attendee.registration_id, Attendee.position.desc())
    )
    return dict(names.all())  # the last of each counts, and that is the first person


def _people(mailing: Mailing, event: Event, at: datetime) -> Select[*tuple[Any, ...]]:
    """Everybody whom a mailing means: id, address, telephone, language, and why somebody is left out."""
    chosen = rules.of(mailing.audience, mailing.chosen)
    leaving = rules.leaving_out(mailing.kind, at, dates(event))
    match mailing.audience:
        case Audience.GUESTS:
            query = _guests(mailing, chosen, leaving)
        case Audience.SPEAKERS:
            query = _speakers(mailing, event, chosen, leaving)
        case Audience.INVITEES:
            query = _invitees(mailing, chosen, leaving)
    if not chosen.languages:
        return query
    people = query.subquery()
    return select(people).where(people.c.language.in_(chosen.languages))


def _columns(
    row: type[Registration] | type[Speaker] | type[Invitation],
    language: ColumnElement[str],
    reasons: Sequence[tuple[ColumnElement[bool], LeftOut]],
) -> Select[*tuple[Any, ...]]:
    left_out = case(*((is_so, literal(str(why))) for is_so, why in reasons), else_=null()) if reasons else null()
    return select(
        row.id.label("id"),
        row.email.label("email"),
        row.phone.label("phone"),
        row.email.is_not(None).label("has_email"),
        row.phone.is_not(None).label("has_phone"),
        case((row.email.is_(None), row.phone), else_=null()).label("only_phone"),
        language.label("language"),
        cast(left_out, String).label("left_out"),
    )


def _guests(mailing: Mailing, chosen: Chosen, leaving: rules.Leaving) -> Select[*tuple[Any, ...]]:
    fits = [
        Attendee.registration_id == Registration.id,
        Attendee.erased_at.is_(None),
        Attendee.status.in_(chosen.statuses),
        *_narrowed(chosen),
    ]
    reasons: list[tuple[ColumnElement[bool], LeftOut]] = []
    if leaving.unsubscribed:
        reasons.append((Registration.unsubscribed_at.is_not(None), LeftOut.UNSUBSCRIBED))
    if leaving.without_consent:
        reasons.append((~exists().where(*fits, Attendee.contact_consent.is_(True)), LeftOut.NO_CONSENT))
    if leaving.thanked:
        reasons.append((_thanked(mailing, Registration.id), LeftOut.THANKED))
    return _columns(Registration, Registration.language.expression, reasons).where(
        Registration.event_id == mailing.event_id, Registration.erased_at.is_(None), exists().where(*fits)
    )


def _narrowed(chosen: Chosen) -> list[ColumnElement[bool]]:
    """What must be so of one person of a registration, besides the status."""
    found: list[ColumnElement[bool]] = []
    if chosen.ticket_type_ids:
        found.append(Attendee.ticket_type_id.in_(chosen.ticket_type_ids))
    if chosen.session_ids:
        on_agenda = exists().where(
            AgendaItem.registration_id == Attendee.registration_id, AgendaItem.session_id.in_(chosen.session_ids)
        )
        seated = exists().where(
            SessionSeat.attendee_id == Attendee.id,
            SessionSeat.session_id.in_(chosen.session_ids),
            SessionSeat.status == SessionSeatStatus.CONFIRMED,
        )
        found.append(or_(on_agenda, seated))
    if chosen.came is not None:
        came = exists().where(
            Admission.attendee_id == Attendee.id,
            Admission.entered_at.is_not(None),
            Admission.checkpoint_id == Checkpoint.id,
            Checkpoint.kind == CheckpointKind.VENUE,
        )
        found.append(came if chosen.came else ~came)
    for question_id, values in chosen.answers.items():
        found.append(exists().where(Answer.attendee_id == Attendee.id, _answered(question_id, values)))
    return found


def _answered(question_id: int, values: Sequence[str]) -> ColumnElement[bool]:
    """Whether an answer holds one of these. As JSON text, which both engines keep: a key stands in quotation marks,
    alone or in a list, and no key holds one."""
    text = cast(Answer.value, String)
    as_kept = {"yes": "true", "no": "false"}
    return and_(
        Answer.question_id == question_id,
        or_(
            *(text == as_kept[one] if one in as_kept else text.contains(f'"{one}"', autoescape=True) for one in values)
        ),
    )


def _speakers(mailing: Mailing, event: Event, chosen: Chosen, leaving: rules.Leaving) -> Select[*tuple[Any, ...]]:
    language = case((Speaker.language.in_(event.languages), Speaker.language), else_=event.languages[0])
    reasons = [(_thanked(mailing, Speaker.id), LeftOut.THANKED)] if leaving.thanked else []
    return _columns(Speaker, language, reasons).where(
        Speaker.event_id == mailing.event_id, Speaker.answer.in_(chosen.speakers or rules.SPEAKERS)
    )


def _invitees(mailing: Mailing, chosen: Chosen, leaving: rules.Leaving) -> Select[*tuple[Any, ...]]:
    query = _columns(Invitation, Invitation.language.expression, []).where(
        Invitation.event_id == mailing.event_id, Invitation.withdrawn_at.is_(None)
    )
    return query.where(Invitation.answer.in_(chosen.invitees)) if chosen.invitees else query


def _thanked(mailing: Mailing, owner_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether an earlier mailing has thanked them."""
    earlier = aliased(Delivery)
    column = getattr(earlier, OWNERS[mailing.audience].key)
    return exists().where(
        column == owner_id,
        earlier.kind == DeliveryKind.THANK_YOU,
        earlier.mailing_id.is_distinct_from(mailing.id),
        earlier.state.not_in(_UNTHANKED),
    )
