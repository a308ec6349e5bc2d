"""Show me: every SELECT. ``queries.event.get(...)``: the module is named at the call."""

from eventapp.queries import (
    account,
    checkin,
    conflict,
    delivery,
    device,
    event,
    export,
    invariants,
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
    "checkin",
    "conflict",
    "delivery",
    "device",
    "event",
    "export",
    "invariants",
    "programme",
    "registration",
    "release",
    "schedule",
    "schema",
    "speaker",
    "ticket",
    "timetable",
]
