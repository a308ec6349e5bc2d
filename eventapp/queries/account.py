"""Accounts, their roles, and who is signed in."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from eventapp.db import db, look
from eventapp.errors import NotFound
from eventapp.models.account import Account, Membership, SignIn, SignInLink
from eventapp.models.checkin import Checkpoint, Device
from eventapp.models.event import Event
from eventapp.queries import checkin
from eventapp.queries.checkin import DOOR_COLUMNS, DoorFacts, door_facts
from eventapp.rules import access, links
from eventapp.rules.vocabulary import Role


@dataclass(frozen=True)
class SignedIn:
    """The account behind a browser."""

    sign_in_id: int
    account_id: int
    email: str
    name: str
    is_admin: bool


@dataclass(frozen=True)
class PairedPhone:
    """The phone behind a token.

    ``is_revoked``: it may still send what it has, and gets nothing. ``counts``: what it sends counts; else it is set
    aside until an organizer accepts it.
    """

    device_id: int
    event_id: int
    checkpoint_id: int
    door: str
    name: str
    account_id: int | None
    is_revoked: bool
    counts: bool
    facts: DoorFacts
    """Of its own checkpoint."""


_SIGNED_IN = (
    select(SignIn.id, Account.id, Account.email, Account.name, Account.is_admin)
    .join(Account, Account.id == SignIn.account_id)
    .where(SignIn.token_hash == bindparam("hash"), SignIn.ended_at.is_(None), SignIn.expires_at > bindparam("now"))
)
_PAIRED = (
    select(
        Device.id,
        Device.event_id,
        Device.checkpoint_id,
        Device.door,
        Device.name,
        Device.account_id,
        Device.revoked_at,
        SignIn.ended_at,
        SignIn.expires_at,
        *DOOR_COLUMNS,
    )
    .select_from(SignIn)
    .join(Device, Device.id == SignIn.device_id)
    .join(Checkpoint, Checkpoint.id == Device.checkpoint_id)
    .join(Event, Event.id == Device.event_id)
    .where(SignIn.token_hash == bindparam("hash"))
)


def find_signed_in(token: str, now: datetime) -> SignedIn | None:
    """Who is signed in with this token; None if it ended or never was."""
    row = db.session.execute(_SIGNED_IN, {"hash": links.digest(token), "now": now}).first()
    return SignedIn(*row) if row else None


def find_paired_phone(token: str, now: datetime) -> PairedPhone | None:
    """Which phone this token was given to.

    One that was signed out or replaced by a newer pairing may only send. So may a withdrawn one, and that of a staff
    member who lost the right to check in; what these two send does not count.
    """
    # On a connection of its own: every scan asks this, and a session costs more than the question.
    with look() as connection:
        row: Any = connection.execute(_PAIRED, {"hash": links.digest(token)}).first()
    if row is None:
        return None
    device_id, event_id, checkpoint_id, door, name, account_id, revoked_at, ended_at, expires_at = row[:9]
    counts = revoked_at is None and (account_id is None or _may_check_in(account_id, event_id))
    is_revoked = not counts or ended_at is not None or expires_at <= now
    facts = door_facts([row[9:]])
    return PairedPhone(device_id, event_id, checkpoint_id, door, name, account_id, is_revoked, counts, facts)


def renewed(phone: PairedPhone) -> PairedPhone:
    """The same phone with what is known at its door by now."""
    with look() as connection:
        facts = checkin.get_door(connection, phone.device_id, [phone.checkpoint_id])
    return replace(phone, facts=facts)


def get_own_phone(device_id: int) -> PairedPhone:
    """The phone of a staff member who may check people in, as it is when they do so from the desk. Raises NotFound."""
    device = db.session.get(Device, device_id)
    if device is None or device.account_id is None:
        raise NotFound(device_id)
    with look() as connection:
        facts = checkin.get_door(connection, device_id, [device.checkpoint_id])
    own = (device.id, device.event_id, device.checkpoint_id, device.door, device.name, device.account_id)
    return PairedPhone(*own, is_revoked=False, counts=True, facts=facts)


def _may_check_in(account_id: int, event_id: int) -> bool:
    role = find_role(account_id, event_id)
    return access.may(role, access.Right.CHECK_IN, is_admin=get(account_id).is_admin)


def find_role(account_id: int, event_id: int) -> Role | None:
    """The role of an account in an event."""
    return db.session.scalar(
        select(Membership.role).where(Membership.account_id == account_id, Membership.event_id == event_id)
    )


def find_by_email(email: str) -> Account | None:
    """The account of an address, in whatever case it is written."""
    return db.session.scalar(select(Account).where(Account.email == email.strip().lower()))


def get_by_email(email: str) -> Account:
    """The account of an address. Raises NotFound."""
    account = find_by_email(email)
    if account is None:
        raise NotFound(email)
    return account


def get(account_id: int) -> Account:
    """An account. Raises NotFound."""
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound(account_id)
    return account


def find_link(token: str) -> SignInLink | None:
    """The one-time link of a token, used or not."""
    return db.session.scalar(select(SignInLink).where(SignInLink.token_hash == links.digest(token)))


def is_fresh(token: str, now: datetime) -> bool:
    """Whether the browser of this token signed in so lately that it need not prove again whose it is."""
    created_at = db.session.scalar(select(SignIn.created_at).where(SignIn.token_hash == links.digest(token)))
    return created_at is not None and access.is_fresh(created_at, now)
