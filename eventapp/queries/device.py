"""Phones at the door: their pairing links, and what a staff member's own phone is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.checkin import Checkpoint, Device
from eventapp.models.event import Event
from eventapp.rules import links


@dataclass(frozen=True)
class Pairing:
    """A phone that waits to be prepared, with its event and its entrance."""

    device: Device
    event: Event
    checkpoint: Checkpoint

    def is_open(self, now: datetime) -> bool:
        """Whether the link may still be used."""
        expires_at = self.device.pair_expires_at
        return self.device.revoked_at is None and expires_at is not None and now < expires_at


def get(event_id: int, device_id: int) -> Device:
    """A phone of an event. Raises NotFound, also for a phone of another event."""
    device = db.session.scalar(select(Device).where(Device.id == device_id, Device.event_id == event_id))
    if device is None:
        raise NotFound(device_id)
    return device


def get_pairing(secret: str) -> Pairing:
    """The phone of a pairing link, whether or not the link may still be used. Raises NotFound."""
    row = db.session.execute(
        select(Device, Event, Checkpoint)
        .join(Event, Event.id == Device.event_id)
        .join(Checkpoint, Checkpoint.id == Device.checkpoint_id)
        .where(Device.pair_hash == links.digest(secret))
    ).first()
    if row is None:
        raise NotFound("pairing")
    return Pairing(*row)


def find_of_account(account_id: int, event_id: int) -> Device | None:
    """The phone row under which a staff member checks people in, if it was not withdrawn."""
    return db.session.scalar(
        select(Device)
        .where(Device.account_id == account_id, Device.event_id == event_id, Device.revoked_at.is_(None))
        .order_by(Device.id)
        .limit(1)
    )


def find_by_name(event_id: int, name: str) -> Device | None:
    """The phone of this name, the first if there are several."""
    return db.session.scalar(
        select(Device).where(Device.event_id == event_id, Device.name == name).order_by(Device.id).limit(1)
    )


def list_of_event(event_id: int) -> list[tuple[Device, Checkpoint]]:
    """The phones of an event with their entrances: those in use first, then by name."""
    rows = db.session.execute(
        select(Device, Checkpoint)
        .join(Checkpoint, Checkpoint.id == Device.checkpoint_id)
        .where(Device.event_id == event_id)
        .order_by(Device.revoked_at.is_not(None), Device.name, Device.id)
    )
    return [(device, checkpoint) for device, checkpoint in rows]
