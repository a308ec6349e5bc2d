"""Links that prepare the phones of a whole team."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.checkin import Checkpoint, Device, TeamLink
from eventapp.models.event import Event
from eventapp.rules import links


@dataclass(frozen=True)
class Team:
    """A team's link with its event, its entrance, and how many phones it has prepared that were not turned away."""

    link: TeamLink
    event: Event
    checkpoint: Checkpoint
    phones: int

    def is_open(self, now: datetime) -> bool:
        """Whether the link may still be used."""
        return self.link.ended_at is None and now < self.link.expires_at

    @property
    def is_full(self) -> bool:
        """Whether it has prepared as many phones as it may."""
        return self.phones >= self.link.max_phones


def get(event_id: int, link_id: int) -> TeamLink:
    """A team's link of an event. Raises NotFound, also for one of another event."""
    link = db.session.scalar(select(TeamLink).where(TeamLink.id == link_id, TeamLink.event_id == event_id))
    if link is None:
        raise NotFound(link_id)
    return link


def find(event_id: int, link_id: int) -> Team:
    """A team's link with what belongs to it. Raises NotFound, also for one of another event."""
    return _one(TeamLink.id == link_id, TeamLink.event_id == event_id)


def find_by_secret(secret: str) -> Team:
    """The link of a secret, whether or not it may still be used. Raises NotFound."""
    return _one(TeamLink.link_hash == links.digest(secret))


def _one(*conditions: ColumnElement[bool]) -> Team:
    found = _list(*conditions)
    if not found:
        raise NotFound("team")
    return found[0]


def list_of_event(event_id: int) -> list[Team]:
    """The links of an event, the newest first."""
    return _list(TeamLink.event_id == event_id)


def _list(*conditions: ColumnElement[bool]) -> list[Team]:
    rows = db.session.execute(
        select(TeamLink, Event, Checkpoint, func.count(Device.id))
        .join(Event, Event.id == TeamLink.event_id)
        .join(Checkpoint, Checkpoint.id == TeamLink.checkpoint_id)
        .outerjoin(Device, (Device.team_link_id == TeamLink.id) & Device.revoked_at.is_(None))
        .where(*conditions)
        .group_by(TeamLink.id, Event.id, Checkpoint.id)
        .order_by(TeamLink.created_at.desc(), TeamLink.id.desc())
    )
    return [Team(*row) for row in rows]


def list_phones(link_id: int) -> list[Device]:
    """The phones that a link prepared: those that wait first, then by name."""
    return list(
        db.session.scalars(
            select(Device)
            .where(Device.team_link_id == link_id)
            .order_by(Device.revoked_at.is_not(None), Device.approved_at.is_not(None), Device.name, Device.id)
        )
    )


def count_phones(link_id: int) -> int:
    """How many phones a link has prepared that were not turned away."""
    return (
        db.session.scalar(
            select(func.count(Device.id)).where(Device.team_link_id == link_id, Device.revoked_at.is_(None))
        )
        or 0
    )


def find_phone(link_id: int, name: str) -> Device | None:
    """The phone of this name that a link prepared last, if it was not turned away."""
    same = [
        phone for phone in list_phones(link_id) if phone.revoked_at is None and phone.name.casefold() == name.casefold()
    ]
    return max(same, key=lambda phone: phone.id, default=None)
