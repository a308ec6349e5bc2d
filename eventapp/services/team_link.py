"""One link for a whole team: each volunteer prepares a phone with it, and an organizer lets each begin."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.models.account import SignIn
from eventapp.models.checkin import Device, TeamLink
from eventapp.rules import links, names
from eventapp.rules.vocabulary import Direction
from eventapp.services import audit, device

MAX_PHONES = 200
"""How many phones one link may prepare at most."""

MAX_DAYS = 30
"""How long a link may live at most."""


@dataclass(frozen=True)
class NewLink:
    """A team's link. ``secret`` is the end of /checkin/team/<secret>."""

    link_id: int
    secret: str


@transactional
def add(
    event_id: int,
    name: str,
    *,
    max_phones: int,
    days: int,
    checkpoint_id: int | None = None,
    direction: Direction = Direction.ENTRY,
    by_account_id: int | None = None,
    form_id: str | None = None,
) -> NewLink:
    """Makes a link that prepares up to ``max_phones`` phones within so many days, for an entrance (the venue's,
    unless another is given).

    The same ``form_id`` again gives the same link a new secret. Raises Refused with ``team_name_missing``,
    ``name_too_long``, ``number_invalid`` or ``checkpoint_missing``.
    """
    queries.event.lock(event_id)
    made = audit.find_made("team_link.add", form_id, event_id=event_id)
    if made is not None:
        return renew(event_id, made, by_account_id=by_account_id)
    name = names.clean(name)
    if not name:
        raise Refused("team_name_missing", field="name")
    if len(name) > device.MAX_NAME:
        raise Refused("name_too_long", field="name", max=device.MAX_NAME)
    for field, value, most in (("max_phones", max_phones, MAX_PHONES), ("days", days, MAX_DAYS)):
        if not 1 <= value <= most:
            raise Refused("number_invalid", field=field, min=1, max=most)
    secret, now = links.random_secret(), clock.now()
    link = TeamLink(
        event_id=event_id,
        checkpoint_id=device.checkpoint_of(event_id, checkpoint_id),
        name=name,
        direction=direction,
        link_hash=links.digest(secret),
        max_phones=max_phones,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.session.add(link)
    db.session.flush()
    subject = f"team_link:{link.id}"
    audit.record("team_link.add", subject, event_id=event_id, account_id=by_account_id, form_id=form_id)
    return NewLink(link.id, secret)


@transactional
def renew(event_id: int, link_id: int, *, by_account_id: int | None = None) -> NewLink:
    """A new secret for a link; the one before ends, and phones that it prepared go on.

    Raises NotFound for a link of another event, and Refused("pairing_expired") for one that is over.
    """
    queries.event.lock(event_id)
    link = queries.team_link.get(event_id, link_id)
    if not _is_open(link, clock.now()):
        raise Refused("pairing_expired")
    secret = links.random_secret()
    link.link_hash = links.digest(secret)
    audit.record("team_link.renew", f"team_link:{link_id}", event_id=event_id, account_id=by_account_id)
    return NewLink(link_id, secret)


def _is_open(link: TeamLink, now: datetime) -> bool:
    return link.ended_at is None and now < link.expires_at


@transactional
def end(event_id: int, link_id: int, *, by_account_id: int | None = None) -> None:
    """Ends a link: it prepares no further phone; those that it prepared go on. Twice changes nothing.

    Raises NotFound for a link of another event.
    """
    queries.event.lock(event_id)
    link = queries.team_link.get(event_id, link_id)
    if link.ended_at is not None:
        return
    link.ended_at = clock.now()
    audit.record("team_link.end", f"team_link:{link_id}", event_id=event_id, account_id=by_account_id)


@transactional
def redeem(secret: str, name: str, *, is_same: bool = False, form_id: str | None = None) -> str:
    """Prepares a volunteer's phone, which waits until an organizer lets it begin, and returns its token.

    A form sent twice gives the same phone a new token. So does ``is_same`` within a quarter of an hour after a phone
    of this name was prepared: what that one's token sends is still taken, and it waits (again) to be let in, since
    anybody of the team could say so. Raises NotFound for an unknown link, and Refused with ``pairing_expired``,
    ``phone_owner_missing``, ``name_too_long``, ``phone_owner_known`` or ``team_full``.
    """
    event_id = db.session.scalar(select(TeamLink.event_id).where(TeamLink.link_hash == links.digest(secret)))
    if event_id is None:
        raise NotFound("team")
    queries.event.lock(event_id)  # two phones that want the last place come one after the other
    link = db.session.scalar(select(TeamLink).where(TeamLink.link_hash == links.digest(secret)))
    now = clock.now()
    if link is None or not _is_open(link, now):
        raise Refused("pairing_expired")
    made = _made_by(form_id, link, now)
    if made is not None:
        return _again(made, now)
    name = names.clean(name)
    if not name:
        raise Refused("phone_owner_missing", field="name")
    if len(name) > device.MAX_NAME:
        raise Refused("name_too_long", field="name", max=device.MAX_NAME)
    known = queries.team_link.find_phone(link.id, name)
    if known is not None:
        is_recent = now < known.created_at + device.AGAIN
        if not (is_same and is_recent):
            raise Refused("phone_owner_known" if is_recent else "phone_owner_taken", field="name", name=known.name)
        known.approved_at = None
        audit.record("team_link.redeem_again", f"device:{known.id}", event_id=event_id, account_id=None)
        return _again(known, now)
    if queries.team_link.count_phones(link.id) >= link.max_phones:
        raise Refused("team_full", max=link.max_phones)
    return _prepare(link, name, now, form_id)


def _made_by(form_id: str | None, link: TeamLink, now: datetime) -> Device | None:
    """The phone that this form prepared a moment ago, when its answer was lost."""
    made = audit.find_made("team_link.redeem", form_id, event_id=link.event_id)
    if made is None:
        return None
    found = queries.device.get(link.event_id, made)
    is_recent = found.team_link_id == link.id and now < found.created_at + device.AGAIN
    return found if is_recent and found.revoked_at is None else None


def _again(known: Device, now: datetime) -> str:
    db.session.execute(
        update(SignIn).where(SignIn.device_id == known.id, SignIn.ended_at.is_(None)).values(ended_at=now)
    )
    return device.open_token(known.id, now)


def _prepare(link: TeamLink, name: str, now: datetime, form_id: str | None) -> str:
    phone = Device(
        event_id=link.event_id,
        checkpoint_id=link.checkpoint_id,
        team_link_id=link.id,
        name=name,
        direction=link.direction,
        created_at=now,
    )
    db.session.add(phone)
    db.session.flush()
    audit.record("team_link.redeem", f"device:{phone.id}", event_id=link.event_id, account_id=None, form_id=form_id)
    return device.open_token(phone.id, now)


@transactional
def approve(event_id: int, device_id: int, *, by_account_id: int | None = None) -> None:
    """Lets a phone begin that a team's link prepared. Twice changes nothing; so does a phone that never waited.

    Raises NotFound for a phone of another event, and Refused("phone_withdrawn") for one that was turned away.
    """
    queries.event.lock(event_id)
    phone = queries.device.get(event_id, device_id)
    if phone.revoked_at is not None:
        raise Refused("phone_withdrawn")
    if phone.team_link_id is not None and phone.approved_at is None:
        phone.approved_at = clock.now()
        audit.record("device.approve", f"device:{device_id}", event_id=event_id, account_id=by_account_id)


@transactional
def approve_all(event_id: int, link_id: int, device_ids: list[int], *, by_account_id: int | None = None) -> int:
    """Lets all these phones of a link begin, as far as they still wait, and says how many did.

    The ids are those that the organizer saw: one that came in between has not been looked at. Raises NotFound for a
    link of another event.
    """
    queries.event.lock(event_id)
    queries.team_link.get(event_id, link_id)
    seen = set(device_ids)
    waiting = [
        phone.id
        for phone in queries.team_link.list_phones(link_id)
        if phone.id in seen and phone.approved_at is None and phone.revoked_at is None
    ]
    for device_id in waiting:
        approve(event_id, device_id, by_account_id=by_account_id)
    return len(waiting)
