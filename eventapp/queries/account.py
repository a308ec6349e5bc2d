"""Accounts, their roles, and who is signed in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.account import Account, Membership, SignIn, SignInLink
from eventapp.models.checkin import Device
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
    """The phone behind a token. ``is_revoked``: it may still send what it has, and gets nothing."""

    device_id: int
    event_id: int
    checkpoint_id: int
    door: str
    name: str
    account_id: int | None
    is_revoked: bool


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
    )
    .join(Device, Device.id == SignIn.device_id)
    .where(SignIn.token_hash == bindparam("hash"))
)


def find_signed_in(token: str, now: datetime) -> SignedIn | None:
    """Who is signed in with this token; None if it ended or never was."""
    row = db.session.execute(_SIGNED_IN, {"hash": links.digest(token), "now": now}).first()
    return SignedIn(*row) if row else None


def find_paired_phone(token: str) -> PairedPhone | None:
    """Which phone this token was given to; a phone that was replaced by a newer pairing counts as revoked."""
    row = db.session.execute(_PAIRED, {"hash": links.digest(token)}).first()
    if row is None:
        return None
    device_id, event_id, checkpoint_id, door, name, account_id, revoked_at, ended_at = row
    is_revoked = revoked_at is not None or ended_at is not None
    return PairedPhone(device_id, event_id, checkpoint_id, door, name, account_id, is_revoked)


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
