"""Tables and constraints. Importing this package makes every table known."""

from eventapp.models import (
    account,
    agenda,
    audit,
    checkin,
    delivery,
    event,
    notice,
    programme,
    registration,
    release,
    speaker,
    stored_file,
    ticket,
    version,
)

__all__ = [
    "account",
    "agenda",
    "audit",
    "checkin",
    "delivery",
    "event",
    "notice",
    "programme",
    "registration",
    "release",
    "speaker",
    "stored_file",
    "ticket",
    "version",
]
