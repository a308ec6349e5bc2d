"""Show me: every SELECT. ``queries.event.get(...)``: the module is named at the call."""

from eventapp.queries import (
    account,
    agenda,
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
)

__all__ = [
    "account",
    "agenda",
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
]
