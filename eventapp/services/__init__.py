"""Make it happen: every change. One public function is one thing a person does, and one transaction."""

from eventapp.services import (
    account,
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
    timetable,
)

__all__ = [
    "account",
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
    "timetable",
]
