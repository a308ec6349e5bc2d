"""The log of messages: found by state, kind, way and person, each with whose it is."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.account import Account
from eventapp.models.delivery import Delivery
from eventapp.models.invitation import Invitation
from eventapp.models.mailing import Mailing
from eventapp.models.registration import Attendee, Registration
from eventapp.models.speaker import Speaker
from eventapp.queries import invitation, registration
from eventapp.rules import names
from eventapp.rules.vocabulary import DeliveryChannel, DeliveryKind, DeliveryState

Row = TypeVar("Row")


@dataclass(frozen=True)
class Wanted:
    """Which messages are looked for; what is not set excludes none. ``words``: a part of an address or a name."""

    state: DeliveryState | None = None
    kind: DeliveryKind | None = None
    channel: DeliveryChannel | None = None
    words: str = ""
    mailing_id: int | None = None


@dataclass(frozen=True)
class Logged:
    """A message with all about it, as the log shows it."""

    delivery: Delivery
    registration: Registration | None
    invitation: Invitation | None
    speaker: Speaker | None
    mailing: Mailing | None
    told_by: Account | None
    """Who of the team told it by hand."""
    names: list[str]

    @property
    def email(self) -> str | None:
        """The address that counts now."""
        whose = self.registration or self.invitation or self.speaker
        return whose.email if whose is not None else None

    @property
    def phone(self) -> str | None:
        """The number that counts now."""
        whose = self.registration or self.invitation or self.speaker
        return whose.phone if whose is not None else None


def list_in(event_id: int, wanted: Wanted, *, offset: int, limit: int) -> list[Delivery]:
    """The messages of an event, the latest first."""
    query = _wanted(select(Delivery), event_id, wanted).order_by(Delivery.id.desc())
    return list(db.session.scalars(query.offset(offset).limit(limit)))


def count_in(event_id: int, wanted: Wanted) -> int:
    """How many messages `list_in` would find."""
    return db.session.scalar(_wanted(select(func.count()).select_from(Delivery), event_id, wanted)) or 0


def _wanted(query: Select[Row], event_id: int, wanted: Wanted) -> Select[Row]:
    query = query.where(Delivery.event_id == event_id)
    for column, value in (
        (Delivery.state, wanted.state),
        (Delivery.kind, wanted.kind),
        (Delivery.channel, wanted.channel),
        (Delivery.mailing_id, wanted.mailing_id),
    ):
        if value is not None:
            query = query.where(column == value)
    words = names.clean(wanted.words)
    return query.where(or_(*_matches(event_id, words))) if words else query


def _matches(event_id: int, words: str) -> list[ColumnElement[bool]]:
    return [
        func.lower(Delivery.address).contains(words.lower(), autoescape=True),
        Delivery.registration_id.in_(registration.ids_found(event_id, words)),
        Delivery.invitation_id.in_(invitation.ids_found(event_id, words)),
    ]


def count_kinds(event_id: int) -> dict[DeliveryKind, int]:
    """How many messages of each kind there are; a kind without any is missing."""
    rows = db.session.execute(
        select(Delivery.kind, func.count()).where(Delivery.event_id == event_id).group_by(Delivery.kind)
    )
    return dict(rows.all())


def first_names(rows: Collection[Delivery]) -> dict[int, str]:
    """To whom each of these messages goes, by its id: the first person of a registration, or an invitee."""
    by_registration = dict(
        db.session.execute(
            select(Attendee.registration_id, Attendee.name).where(
                Attendee.registration_id.in_({row.registration_id for row in rows if row.registration_id}),
                Attendee.position == 0,
            )
        ).all()
    )
    by_invitation = {
        key: name or organization or ""
        for key, name, organization in db.session.execute(
            select(Invitation.id, Invitation.name, Invitation.organization).where(
                Invitation.id.in_({row.invitation_id for row in rows if row.invitation_id})
            )
        )
    }
    return {
        row.id: by_registration.get(row.registration_id or 0, "") or by_invitation.get(row.invitation_id or 0, "")
        for row in rows
    }


def get_in(event_id: int, delivery_id: int) -> Logged:
    """A message with all about it. Raises NotFound, also for one of another event."""
    row = db.session.execute(
        select(Delivery, Registration, Invitation, Speaker, Mailing, Account)
        .outerjoin(Registration, Registration.id == Delivery.registration_id)
        .outerjoin(Invitation, Invitation.id == Delivery.invitation_id)
        .outerjoin(Speaker, Speaker.id == Delivery.speaker_id)
        .outerjoin(Mailing, Mailing.id == Delivery.mailing_id)
        .outerjoin(Account, Account.id == Delivery.sent_by_id)
        .where(Delivery.id == delivery_id, Delivery.event_id == event_id)
    ).first()
    if row is None:
        raise NotFound(delivery_id)
    registered = row[1]
    people = registration.list_people(registered.id) if registered is not None else []
    known = [one.name for one in people] or [
        name for name in ((row[2].name, row[2].organization) if row[2] is not None else ()) if name
    ]
    return Logged(*row, names=known)


def count_to_try_again(event_id: int) -> int:
    """How many messages `services.message_log.try_all_again` would send again."""
    return db.session.scalar(select(func.count()).select_from(given_up(event_id).subquery())) or 0


def given_up(event_id: int) -> Select[int]:
    """The ids of messages that were given up after the last try, and of refused ones whose address was corrected since;
    only while there is an address to send them to."""
    now = func.coalesce(Registration.email, Invitation.email, Speaker.email)
    number = func.coalesce(Registration.phone, Invitation.phone, Speaker.phone)
    by_mail, by_sms = Delivery.channel == DeliveryChannel.EMAIL, Delivery.channel == DeliveryChannel.SMS
    failed, bounced = Delivery.state == DeliveryState.FAILED, Delivery.state == DeliveryState.BOUNCED
    return (
        select(Delivery.id)
        .outerjoin(Registration, Registration.id == Delivery.registration_id)
        .outerjoin(Invitation, Invitation.id == Delivery.invitation_id)
        .outerjoin(Speaker, Speaker.id == Delivery.speaker_id)
        .where(
            Delivery.event_id == event_id,
            or_(
                by_mail & now.is_not(None) & (failed | (bounced & (now != Delivery.address))),
                by_sms & number.is_not(None) & (failed | (bounced & (number != Delivery.address))),
            ),
        )
    )
