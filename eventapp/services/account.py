"""Accounts: made, given roles, signed in and out."""

from datetime import datetime, timedelta

import argon2
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.models.account import Account, Attempt, Membership, SignIn, SignInLink
from eventapp.rules import emails, links, names
from eventapp.rules.vocabulary import Role
from eventapp.services import audit

MIN_PASSWORD, MAX_PASSWORD = 10, 1_000
LINK_LIFETIME = timedelta(hours=24)
SIGN_IN_LIFETIME = timedelta(days=14)

ATTEMPT_WINDOW = timedelta(minutes=15)
ATTEMPTS_PER_ADDRESS_AND_ACCOUNT = 5
ATTEMPTS_PER_ACCOUNT = 20
"""Guessing from many addresses is slowed too; a hall behind one address is not locked out, since accounts differ."""

# OWASP's second recommended setting for argon2id: 19 MiB, two passes, one lane; about 20 ms.
_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$0000000000000000000000000000000000000000000"
"""Hashed against when the account does not exist, so that the time tells nothing."""


@transactional
def add(
    email: str, *, name: str = "", password: str | None = None, is_admin: bool = False, placeholder: bool = False
) -> Account:
    """A new account. Raises Refused with ``email_invalid``, ``account_exists`` or ``password_too_short``."""
    address = emails.read(email)
    if address is None:
        raise Refused("email_invalid", field="email")
    if queries.account.find_by_email(address) is not None:
        raise Refused("account_exists", field="email")
    account = Account(
        email=address.lower(),
        name=names.clean(name),
        is_admin=is_admin,
        created_at=clock.now(),
        placeholder=placeholder,
    )
    db.session.add(account)
    db.session.flush()
    if password is not None:
        set_password(account.id, password)
    audit.record("account.add", f"account:{account.id}", event_id=None, account_id=None, is_admin=is_admin)
    return account


@transactional
def set_password(account_id: int, password: str) -> None:
    """Sets a password and ends all sign-ins of the account. Raises Refused("password_too_short")."""
    _check_password(password)
    _keep_password(account_id, _hasher.hash(password))


def change_password(account_id: int, token: str, *, present: str, password: str) -> None:
    """Changes the password of someone who is signed in by ``token``, and ends all their other sign-ins.

    The present password is not asked for when there is none, or right after signing in (by a link, for someone who
    forgot it). Raises Refused with ``password_too_short``, ``password_wrong`` or ``sign_in_slow_down``.
    """
    _check_password(password)
    account = queries.account.get(account_id)
    if account.password_hash is not None and not queries.account.is_fresh(token, clock.now()):
        stored = account.password_hash
        _count_attempt(f"present:{account_id}", ATTEMPTS_PER_ADDRESS_AND_ACCOUNT)
        if not _matches(stored, present):
            raise Refused("password_wrong", field="present")
    # Slow on purpose, so before the transaction.
    _keep_password(account_id, _hasher.hash(password), token)


def _check_password(password: str) -> None:
    if len(password) < MIN_PASSWORD:
        raise Refused("password_too_short", field="password", min=MIN_PASSWORD)
    if len(password) > MAX_PASSWORD:
        raise Refused("text_too_long", field="password", max=MAX_PASSWORD)


@transactional
def _keep_password(account_id: int, password_hash: str, token: str | None = None) -> None:
    queries.account.get(account_id).password_hash = password_hash
    kept = links.digest(token) if token is not None else None
    for sign_in in db.session.scalars(select(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))):
        if sign_in.token_hash != kept:
            sign_in.ended_at = clock.now()
    by_account_id = account_id if token is not None else None
    audit.record("account.set_password", f"account:{account_id}", event_id=None, account_id=by_account_id)


@transactional
def grant(account_id: int, event_id: int, role: Role) -> None:
    """Gives an account a role in an event, in place of the one it had."""
    membership = db.session.scalar(
        select(Membership).where(Membership.account_id == account_id, Membership.event_id == event_id)
    )
    if membership is None:
        db.session.add(Membership(account_id=account_id, event_id=event_id, role=role))
    else:
        membership.role = role
    audit.record("account.grant", f"account:{account_id}", event_id=event_id, account_id=None, role=role)


@transactional
def make_link(account_id: int) -> str:
    """The token of a new one-time sign-in link, good for a day. Links that were made before stay good."""
    token = links.random_secret()
    now = clock.now()
    db.session.add(
        SignInLink(
            account_id=account_id, token_hash=links.digest(token), created_at=now, expires_at=now + LINK_LIFETIME
        )
    )
    return token


@transactional
def redeem_link(token: str) -> str:
    """Signs in by a one-time link and returns the browser's token. Raises Refused("link_used")."""
    now = clock.now()
    # One statement, so that of two browsers at once only one finds the link unused.
    account_id = db.session.scalar(
        update(SignInLink)
        .where(SignInLink.token_hash == links.digest(token), SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .values(used_at=now)
        .returning(SignInLink.account_id)
    )
    if account_id is None:
        raise Refused("link_used")
    return open_sign_in(account_id, now)


def sign_in(email: str, password: str, *, address: str) -> str:
    """Signs in by password and returns the browser's token.

    ``address`` is the client's. Raises Refused with ``sign_in_failed`` for a wrong pair, whether or not the account
    exists, and ``sign_in_slow_down`` after too many attempts in a quarter of an hour.
    """
    email = email.strip().lower()
    _count_attempt(f"{links.digest(email + ' ' + address)[:32]}", ATTEMPTS_PER_ADDRESS_AND_ACCOUNT)
    _count_attempt(f"{links.digest(email)[:32]}", ATTEMPTS_PER_ACCOUNT)
    account = queries.account.find_by_email(email)
    stored = account.password_hash if account is not None else None
    # The slow hash is computed before the transaction, so that nobody waits for it behind the write lock.
    if not _matches(stored or _NOBODY, password) or account is None or stored is None:
        raise Refused("sign_in_failed")
    return _open_after_password(account.id, email, address)


@transactional
def _open_after_password(account_id: int, email: str, address: str) -> str:
    db.session.execute(delete(Attempt).where(Attempt.key == f"sign-in:{links.digest(email + ' ' + address)[:32]}"))
    return open_sign_in(account_id, clock.now())


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (argon2.exceptions.VerifyMismatchError, argon2.exceptions.InvalidHashError):
        return False


@transactional
def _count_attempt(key: str, limit: int) -> None:
    now = clock.now()
    attempt = db.session.get(Attempt, f"sign-in:{key}", with_for_update=True)
    if attempt is None:
        attempt = _first_attempt(key, now)
    if attempt.window_at + ATTEMPT_WINDOW <= now:
        attempt.window_at, attempt.count = now, 0
    if attempt.count >= limit:
        left = attempt.window_at + ATTEMPT_WINDOW - now
        raise Refused("sign_in_slow_down", minutes=max(1, round(left.total_seconds() / 60)))
    attempt.count += 1


def _first_attempt(key: str, now: datetime) -> Attempt:
    """The counter of a key, made anew; or the one that another request made since we looked."""
    attempt = Attempt(key=f"sign-in:{key}", window_at=now, count=0)
    try:
        with db.session.begin_nested():
            db.session.add(attempt)
    except IntegrityError:
        return db.session.get_one(Attempt, f"sign-in:{key}", with_for_update=True)
    return attempt


@transactional
def open_sign_in(account_id: int, now: datetime) -> str:
    """Signs an account in on one browser and returns the token to keep there."""
    token = links.random_secret()
    db.session.add(
        SignIn(account_id=account_id, token_hash=links.digest(token), created_at=now, expires_at=now + SIGN_IN_LIFETIME)
    )
    return token


@transactional
def sign_out(token: str) -> None:
    """Ends the sign-in of a token. Doing it twice changes nothing."""
    sign_in = db.session.scalar(select(SignIn).where(SignIn.token_hash == links.digest(token)))
    if sign_in is not None and sign_in.ended_at is None:
        sign_in.ended_at = clock.now()
