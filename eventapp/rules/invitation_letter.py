"""Letters to invitees: which of them are printed, and whom a reminder leaves in peace."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

RESTS = timedelta(days=2)
"""Whoever was written to so lately is not reminded."""


class Who(StrEnum):
    """Whose letters are printed, of those who have not answered."""

    UNSENT = "unsent"
    """Who got no letter yet."""
    NO_EMAIL = "no_email"
    ALL = "all"


@dataclass(frozen=True)
class Chosen:
    """Which letters are printed. ``last_id`` leaves out who was invited after the letters were ordered."""

    who: Who = Who.UNSENT
    ticket_type_id: int | None = None
    last_id: int | None = None

    def options(self) -> dict[str, Any]:
        """It as it is kept; `chosen` reads it."""
        return {"who": self.who.value, "ticket_type_id": self.ticket_type_id, "last_id": self.last_id}


def chosen(options: Mapping[str, Any]) -> Chosen:
    """What was kept."""
    return Chosen(Who(options["who"]), options["ticket_type_id"], options["last_id"])
