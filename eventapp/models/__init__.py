"""Tables and constraints. Importing this package makes every table known."""

from eventapp.models import account, audit, checkin, delivery, event, programme, registration, speaker, ticket, version

__all__ = [
    "account",
    "audit",
    "checkin",
    "delivery",
    "event",
    "programme",
    "registration",
    "speaker",
    "ticket",
    "version",
]
