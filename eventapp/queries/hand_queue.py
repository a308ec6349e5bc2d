"""What the team tells people by hand: what comes next, who has what before them, how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import selectinload

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.account import Account
from eventapp.models.delivery import Delivery
from eventapp.models.invitation import Invitation
from eventapp.models.programme import EventSession
from eventapp.models.registration import Attendee, Registration
from eventapp.models.speaker import Speaker
from eventapp.queries.delivery import by_hand
from eventapp.rules.vocabulary import DeliveryChannel, DeliveryKind, DeliveryState


@dataclass(frozen=True)
class ToTell:
    """Something to be told by hand, with whose it is: a registration's, an invitation's or a speaker's."""

    delivery: Delivery
    registration: Registration | None
    invitation: Invitation | None
    speaker: Speaker | None
    session: EventSession | None
    """The session in which somebody has a seat now."""
    holder: Account | None
    """Who of the team has it before them, or had it last."""

    @property
    def phone(self) -> str | None:
        """The number that counts now; it may have been corrected since."""
        for contact in (self.registration, self.invitation, self.speaker):
            if contact is not None:
                return contact.phone
        return self.delivery.address or None

    def is_held(self, now: datetime, *, by: int | None = None, besides: int | None = None) -> bool:
        """Whether somebody has it before them now: anybody, ``by`` somebody, or anybody ``besides`` somebody."""
        holder = self.delivery.held_by_id
        if holder is None or self.delivery.due_at <= now or holder == besides:
            return False
        return by is None or holder == by


@dataclass(frozen=True)
class Progress:
    """How far the team is: told since a moment, still to tell (by telephone), and how many of the team are at it."""

    told: int
    waiting: int
    later: int
    """Of those that wait, how many come again later, since nobody was reached."""
    unreachable: int
    """People without a number, whom somebody has to find."""
    volunteers: int
    kinds: dict[DeliveryKind, int]
    """How many wait, by kind, of those with a number."""


def get(event_id: int, delivery_id: int) -> Delivery:
    """What was to be told by hand, in whatever state it is. Raises NotFound."""
    found = db.session.scalar(
        select(Delivery).where(
            Delivery.id == delivery_id, Delivery.event_id == event_id, Delivery.channel == DeliveryChannel.HAND
        )
    )
    if found is None:
        raise NotFound(delivery_id)
    return found


def find_held(event_id: int, account_id: int) -> Delivery | None:
    """What somebody has before them, or had when they left: the first, if nobody else was given it since."""
    return db.session.scalar(
        select(Delivery)
        .where(*by_hand(event_id), Delivery.held_by_id == account_id)
        .order_by(Delivery.due_at.desc(), Delivery.id)
        .limit(1)
    )


def find_last_told(event_id: int, account_id: int, since: datetime) -> Delivery | None:
    """What somebody told last since a moment."""
    return db.session.scalar(
        select(Delivery)
        .where(
            Delivery.event_id == event_id,
            Delivery.channel == DeliveryChannel.HAND,
            Delivery.state == DeliveryState.SENT,
            Delivery.sent_by_id == account_id,
            Delivery.sent_at >= since,
        )
        .order_by(Delivery.sent_at.desc(), Delivery.id.desc())
        .limit(1)
    )


def lock_next(event_id: int, now: datetime, kind: DeliveryKind | None) -> Delivery | None:
    """The message that has waited longest and that nobody has before them, locked; for services, in a transaction.

    What another transaction locks just now is passed over. ``kind``: only of this kind.
    """
    wanted = [*by_hand(event_id), Delivery.due_at <= now, _has_phone()]
    if kind is not None:
        wanted.append(Delivery.kind == kind)
    return db.session.scalar(
        select(Delivery)
        .outerjoin(Registration, Registration.id == Delivery.registration_id)
        .outerjoin(Invitation, Invitation.id == Delivery.invitation_id)
        .outerjoin(Speaker, Speaker.id == Delivery.speaker_id)
        .where(*wanted)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .with_for_update(of=Delivery, skip_locked=True)
    )


def lock(event_id: int, delivery_id: int) -> Delivery:
    """One message to be told by hand, locked; for services, in a transaction. Raises NotFound."""
    found = db.session.scalar(
        select(Delivery)
        .where(Delivery.id == delivery_id, Delivery.event_id == event_id, Delivery.channel == DeliveryChannel.HAND)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(delivery_id)
    return found


def list_waiting(event_id: int, *, offset: int, limit: int) -> list[ToTell]:
    """What is still to be told by hand, the oldest first."""
    return _list(by_hand(event_id), offset=offset, limit=limit)


def get_whole(event_id: int, delivery_id: int) -> ToTell:
    """One message with whose it is. Raises NotFound."""
    found = _list((Delivery.id == delivery_id, Delivery.event_id == event_id), offset=0, limit=1)
    if not found:
        raise NotFound(delivery_id)
    return found[0]


def _list(wanted: Sequence[ColumnElement[bool]], *, offset: int, limit: int) -> list[ToTell]:
    rows = db.session.execute(
        select(Delivery, Registration, Invitation, Speaker, EventSession, Account)
        .outerjoin(Registration, Registration.id == Delivery.registration_id)
        .outerjoin(Invitation, Invitation.id == Delivery.invitation_id)
        .outerjoin(Speaker, Speaker.id == Delivery.speaker_id)
        .outerjoin(EventSession, EventSession.id == Delivery.session_id)
        .outerjoin(Account, Account.id == Delivery.held_by_id)
        .options(selectinload(Registration.attendees).joinedload(Attendee.ticket_type))
        .where(*wanted)
        .order_by(Delivery.id)
        .offset(offset)
        .limit(limit)
    )
    return [ToTell(*row) for row in rows]


def progress(event_id: int, now: datetime, since: datetime) -> Progress:
    """How far the team is with what is to be told by hand; ``since``: what was told from then on is counted."""
    told = db.session.scalar(
        select(func.count()).where(
            Delivery.event_id == event_id,
            Delivery.channel == DeliveryChannel.HAND,
            Delivery.state == DeliveryState.SENT,
            Delivery.sent_at >= since,
            Delivery.sent_by_id.is_not(None),
        )
    )
    is_held = and_(Delivery.held_by_id.is_not(None), Delivery.due_at > now)
    rows = db.session.execute(
        select(
            Delivery.kind,
            func.count(case((_has_phone(), 1))),
            func.count(case((and_(_has_phone(), Delivery.held_by_id.is_(None), Delivery.due_at > now), 1))),
            func.count(case((_has_phone(), None), else_=1)),
        )
        .select_from(Delivery)
        .outerjoin(Registration, Registration.id == Delivery.registration_id)
        .outerjoin(Invitation, Invitation.id == Delivery.invitation_id)
        .outerjoin(Speaker, Speaker.id == Delivery.speaker_id)
        .where(*by_hand(event_id))
        .group_by(Delivery.kind)
    ).all()
    volunteers = db.session.scalar(
        select(func.count(Delivery.held_by_id.distinct())).where(*by_hand(event_id), is_held)
    )
    return Progress(
        told=told or 0,
        waiting=sum(row[1] for row in rows),
        later=sum(row[2] for row in rows),
        unreachable=sum(row[3] for row in rows),
        volunteers=volunteers or 0,
        kinds={kind: waiting for kind, waiting, _, _ in sorted(rows) if waiting},
    )


def _has_phone() -> ColumnElement[bool]:
    """Whether there is a number now, of whoever it belongs to."""
    return or_(Registration.phone.is_not(None), Invitation.phone.is_not(None), Speaker.phone.is_not(None))
