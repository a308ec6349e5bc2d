"""Make it happen: every change. One public function is one thing a person does, and one transaction."""

from eventapp.services import (
    account,
    agenda,
    audit,
    checkin,
    conflict,
    delivery,
    demo,
    device,
    event,
    programme,
    registration,
    release,
    schedule,
    schema,
    speaker,
    ticket,
)

__all__ = [
    "account",
    "agenda",
    "audit",
    "checkin",
    "conflict",
    "delivery",
    "demo",
    "device",
    "event",
    "programme",
    "registration",
    "release",
    "schedule",
    "schema",
    "speaker",
    "ticket",
]
