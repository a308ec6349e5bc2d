"""Phones at the door: named, prepared by a link, signed out, withdrawn."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import NotAllowed, Refused
from eventapp.models.account import SignIn
from eventapp.models.checkin import Device
from eventapp.rules import links, names
from eventapp.rules.access import Right, may
from eventapp.rules.vocabulary import Direction
from eventapp.services import audit

LINK_LIFETIME = timedelta(days=30)
AGAIN = timedelta(minutes=15)
"""How long a link may be used again: apps on an iPhone's home screen do not share the browser's storage."""

PHONE_LIFETIME = timedelta(days=60)
MAX_NAME = 120

DEMO_PHONE = "Demo"


@dataclass(frozen=True)
class NewPhone:
    """A phone that waits to be prepared. ``pair_secret`` is the end of the link /checkin/pair/<secret>."""

    device_id: int
    checkpoint_id: int
    pair_secret: str


@transactional
def add(
    event_id: int,
    name: str,
    *,
    checkpoint_id: int | None = None,
    door: str = "",
    direction: Direction = Direction.ENTRY,
    room_id: int | None = None,
    by_account_id: int | None = None,
    form_id: str | None = None,
) -> NewPhone:
    """Names a phone for an entrance (the venue's, unless another is given) and makes the link that prepares it.

    With ``room_id`` it serves whichever session runs in that room, and the entrance only where there is none. The same
    ``form_id`` again gives the same phone a new link. Raises NotFound for a room of another event, and Refused with
    ``phone_name_missing``, ``name_too_long`` or ``checkpoint_missing``.
    """
    queries.event.lock(event_id)
    made = audit.find_made("device.add", form_id, event_id=event_id)
    if made is not None:
        return renew_link(event_id, made, by_account_id=by_account_id)
    name, door = names.clean(name), names.clean(door)
    if room_id is not None:
        queries.programme.get_room(event_id, room_id)
    if not name:
        raise Refused("phone_name_missing", field="name")
    for field, value in (("name", name), ("door", door)):
        if len(value) > MAX_NAME:
            raise Refused("name_too_long", field=field, max=MAX_NAME)
    checkpoint_id = _checkpoint(event_id, checkpoint_id)
    secret, now = links.random_secret(), clock.now()
    device = Device(
        event_id=event_id,
        checkpoint_id=checkpoint_id,
        name=name,
        door=door,
        direction=direction,
        room_id=room_id,
        pair_hash=links.digest(secret),
        pair_expires_at=now + LINK_LIFETIME,
        created_at=now,
    )
    db.session.add(device)
    db.session.flush()
    subject = f"device:{device.id}"
    audit.record("device.add", subject, event_id=event_id, account_id=by_account_id, form_id=form_id)
    return NewPhone(device.id, checkpoint_id, secret)


@transactional
def renew_link(event_id: int, device_id: int, *, by_account_id: int | None = None) -> NewPhone:
    """Makes a new link for a phone; the one before ends, and phones that it prepared go on.

    Raises NotFound for a phone of another event, and Refused("pairing_expired") for one that was withdrawn.
    """
    device = queries.device.get(event_id, device_id)
    if device.revoked_at is not None:
        raise Refused("pairing_expired")
    secret = links.random_secret()
    device.pair_hash, device.pair_expires_at = links.digest(secret), clock.now() + LINK_LIFETIME
    audit.record("device.renew_link", f"device:{device_id}", event_id=event_id, account_id=by_account_id)
    return NewPhone(device_id, device.checkpoint_id, secret)


def _checkpoint(event_id: int, checkpoint_id: int | None) -> int:
    if checkpoint_id is None:
        found = queries.checkpoint.find_usual(event_id)
    else:
        found = queries.checkpoint.find(event_id, checkpoint_id)
    if found is None:
        raise Refused("checkpoint_missing", field="checkpoint")
    return found.id


@transactional
def turn_to(device_id: int, *, checkpoint_id: int | None, room_id: int | None, direction: Direction) -> None:
    """Lets a phone serve another open entrance of its event, or a room, and says which way it looks.

    Raises NotFound for a room of another event, and Refused with ``checkpoint_missing`` for an entrance that is not
    there or is closed.
    """
    device = db.session.get_one(Device, device_id)
    if room_id is not None:
        queries.programme.get_room(device.event_id, room_id)
    if checkpoint_id is not None:
        found = queries.checkpoint.find(device.event_id, checkpoint_id)
        if found is None or (found.closed_at is not None and found.id != device.checkpoint_id):
            raise Refused("checkpoint_missing", field="checkpoint")
        device.checkpoint_id = found.id
    device.room_id, device.direction = room_id, direction


@transactional
def add_demo_phone(event_id: int) -> str:
    """The secret of a fresh link for the demonstration's phone; phones that earlier links prepared go on."""
    device = queries.device.find_by_name(event_id, DEMO_PHONE)
    if device is None:
        return add(event_id, DEMO_PHONE).pair_secret
    secret = links.random_secret()
    device.pair_hash, device.pair_expires_at = links.digest(secret), clock.now() + LINK_LIFETIME
    device.revoked_at = None
    return secret


@transactional
def open_sign_in(device_id: int) -> str:
    """The token of a phone that needs no link: for the command line and for programs."""
    return _open(device_id, clock.now())


def _open(device_id: int, now: datetime) -> str:
    token = links.random_secret()
    db.session.add(
        SignIn(device_id=device_id, token_hash=links.digest(token), created_at=now, expires_at=now + PHONE_LIFETIME)
    )
    return token


@transactional
def redeem(secret: str) -> str:
    """Prepares a phone and returns its token.

    The link works again for a quarter of an hour; the token that it gave before may then only send what its phone
    still holds. Raises Refused("pairing_expired").
    """
    now = clock.now()
    device = db.session.scalar(
        select(Device).where(Device.pair_hash == links.digest(secret)).with_for_update(key_share=True)
    )
    expires_at = device.pair_expires_at if device is not None else None
    if device is None or expires_at is None or device.revoked_at is not None or expires_at <= now:
        raise Refused("pairing_expired")
    # Before the first use the link's end is days away, so that this finds no token.
    db.session.execute(
        update(SignIn)
        .where(SignIn.device_id == device.id, SignIn.ended_at.is_(None), SignIn.created_at >= expires_at - AGAIN)
        .values(ended_at=now)
    )
    device.pair_expires_at = min(expires_at, now + AGAIN)
    audit.record("device.redeem", f"device:{device.id}", event_id=device.event_id, account_id=None)
    return _open(device.id, now)


@transactional
def open_for_account(account_id: int, event_id: int) -> str:
    """The token for a staff member who checks people in on this browser. Raises NotAllowed without that right."""
    return _open(_of_account(account_id, event_id).id, clock.now())


@transactional
def ready_for_account(account_id: int, event_id: int) -> int:
    """The id of the phone under which a staff member checks people in from the desk, made if there is none. Raises
    NotAllowed without that right."""
    return _of_account(account_id, event_id).id


def _of_account(account_id: int, event_id: int) -> Device:
    account = queries.account.get(account_id)
    role = queries.account.find_role(account_id, event_id)
    if not may(role, Right.CHECK_IN, is_admin=account.is_admin):
        raise NotAllowed
    queries.event.lock(event_id)  # two requests at once make one phone
    device = queries.device.find_of_account(account_id, event_id)
    if device is None:
        device = Device(
            event_id=event_id,
            checkpoint_id=_checkpoint(event_id, None),
            account_id=account_id,
            name=account.name or account.email.partition("@")[0],
            created_at=clock.now(),
        )
        db.session.add(device)
        db.session.flush()
        audit.record("device.add", f"device:{device.id}", event_id=event_id, account_id=account_id)
    return device


@transactional
def sign_out(token: str) -> None:
    """Ends a phone's token: it may then only send what it still holds. Doing it twice changes nothing."""
    sign_in = db.session.scalar(
        select(SignIn).where(SignIn.token_hash == links.digest(token), SignIn.device_id.is_not(None))
    )
    if sign_in is not None and sign_in.ended_at is None:
        sign_in.ended_at = clock.now()


@transactional
def revoke(event_id: int, device_id: int, *, by_account_id: int | None = None) -> None:
    """Withdraws a phone: it gets nothing more, and what it still sends is set aside. Twice changes nothing.

    Raises NotFound for a phone of another event.
    """
    device = queries.device.get(event_id, device_id)
    if device.revoked_at is not None:
        return
    device.revoked_at = clock.now()
    device.pair_hash = device.pair_expires_at = None
    audit.record("device.revoke", f"device:{device_id}", event_id=event_id, account_id=by_account_id)
