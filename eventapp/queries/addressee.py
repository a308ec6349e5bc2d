"""Whom news about the event itself concerns: guests, speakers and invitees, with how each is reached."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, exists, func, or_, select

from eventapp.db import db
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.models.registration import Attendee, Registration
from eventapp.models.speaker import Speaker
from eventapp.queries import speaker as speakers
from eventapp.rules.vocabulary import LIVE, DeliveryKind, DeliveryState, InvitationAnswer, SpeakerAnswer

Who: TypeAlias = tuple[int | None, int | None, int | None]
"""A registration, a speaker or an invitation, by its id in its place."""


@dataclass(frozen=True)
class Addressee:
    """Somebody to be written to: a registration's contact, a speaker or an invitee."""

    email: str | None
    phone: str | None
    language: str
    registration_id: int | None = None
    speaker_id: int | None = None
    invitation_id: int | None = None

    @property
    def who(self) -> Who:
        """By what two of them are compared."""
        return self.registration_id, self.speaker_id, self.invitation_id


def list_concerned(event: Event, *, before: datetime | None = None) -> list[Addressee]:
    """Those who mean to come, or may: registrations with somebody who still does, speakers who did not decline, and
    invitees who know of it and did not say no. Each once: a speaker or an invitee who is reached as a guest is not
    written to again.

    ``before``: whoever came later knows already what is new.
    """
    guests = _guests(event, before)
    reached = {way for one in guests for way in (one.email, one.phone) if way}
    registrations = {one.registration_id for one in guests}
    found = list(guests)
    for registration_id, one in (*_speakers(event, before), *_invitees(event, before)):
        if registration_id in registrations or not (one.email or one.phone) or (one.email or one.phone) in reached:
            continue
        reached.add(one.email or one.phone or "")
        found.append(one)
    return found


def _guests(event: Event, before: datetime | None) -> list[Addressee]:
    query = (
        select(Registration.id, Registration.email, Registration.phone, Registration.language)
        .where(
            Registration.event_id == event.id,
            exists().where(Attendee.registration_id == Registration.id, Attendee.status.in_(LIVE)),
        )
        .order_by(Registration.id)
    )
    if before is not None:
        query = query.where(Registration.created_at <= before)
    return [
        Addressee(email, phone, language, registration_id=registration_id)
        for registration_id, email, phone, language in db.session.execute(query)
    ]


def _speakers(event: Event, before: datetime | None) -> list[tuple[int | None, Addressee]]:
    """The speakers, each with the registration of their own place."""
    query = (
        select(Speaker, Attendee.registration_id)
        .outerjoin(Attendee, Attendee.id == Speaker.attendee_id)
        .where(Speaker.event_id == event.id, Speaker.answer != SpeakerAnswer.DECLINED)
        .order_by(Speaker.id)
    )
    if before is not None:
        query = query.where(Speaker.created_at <= before)
    return [
        (registration_id, Addressee(row.email, row.phone, speakers.language_of(row, event), speaker_id=row.id))
        for row, registration_id in db.session.execute(query)
    ]


def _invitees(event: Event, before: datetime | None) -> list[tuple[int | None, Addressee]]:
    """The invitees who were written to, were called or answered, each with the registration of those who come."""
    query = (
        select(Invitation)
        .where(
            Invitation.event_id == event.id,
            Invitation.withdrawn_at.is_(None),
            Invitation.answer != InvitationAnswer.NO,
            or_(
                Invitation.sent_at.is_not(None), Invitation.called_at.is_not(None), Invitation.answered_at.is_not(None)
            ),
        )
        .order_by(Invitation.id)
    )
    if before is not None:
        query = query.where(Invitation.created_at <= before)
    return [
        (row.registration_id, Addressee(row.email, row.phone, row.language, invitation_id=row.id))
        for row in db.session.scalars(query)
    ]


def list_told(event: Event, kind: DeliveryKind, since: datetime) -> list[Addressee]:
    """Those whom messages of a kind reached since a moment, or may have reached."""
    told = _receivers(
        Delivery.event_id == event.id,
        Delivery.kind == kind,
        Delivery.created_at >= since,
        or_(Delivery.state == DeliveryState.SENT, Delivery.attempts > 0),
        Delivery.state != DeliveryState.BOUNCED,
    )
    return [one for one in list_concerned(event) if one.who in told]


def list_informed(event_id: int, kind: DeliveryKind) -> set[Who]:
    """Those for whom a message of a kind waits that nobody has touched yet."""
    return _receivers(
        Delivery.event_id == event_id,
        Delivery.kind == kind,
        Delivery.state == DeliveryState.QUEUED,
        Delivery.attempts == 0,
    )


def _receivers(*wanted: ColumnElement[bool]) -> set[Who]:
    rows = db.session.execute(
        select(Delivery.registration_id, Delivery.speaker_id, Delivery.invitation_id).where(*wanted)
    )
    return {(row[0], row[1], row[2]) for row in rows}


def count_messages(event_id: int, kind: DeliveryKind, since: datetime) -> dict[DeliveryState, int]:
    """How many messages of a kind that were written since a moment stand where; a state without any is missing."""
    rows = db.session.execute(
        select(Delivery.state, func.count())
        .where(Delivery.event_id == event_id, Delivery.kind == kind, Delivery.created_at >= since)
        .group_by(Delivery.state)
    )
    return dict(rows.all())
