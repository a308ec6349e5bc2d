"""Whether a phone is ready for the door, by what it says about itself.

``static/checkin/ready.js`` finds it out on the phone; the names of the checks are the same there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Check(StrEnum):
    """What a phone tries before the day."""

    LIST_COMPLETE = "list_complete"
    OFFLINE = "offline"
    CAMERA = "camera"
    DECODER = "decoder"
    STORAGE = "storage"
    CLOCK = "clock"
    SOUND = "sound"
    AWAKE = "awake"


@dataclass(frozen=True)
class Readiness:
    """What a phone said last about itself; None where it said nothing."""

    missing: tuple[Check, ...]
    """What was tried and does not work, or was not tried yet."""
    is_checked: bool
    """Whether it has tried anything at all."""
    waiting: int | None
    """How many scans it had not delivered."""
    list_version: int | None
    """How far its list went."""

    @property
    def is_ready(self) -> bool:
        """Whether all was tried and works."""
        return self.is_checked and not self.missing

    def behind(self, version: int) -> int | None:
        """By how many changes its list is older than the event's ``version``; None without a list."""
        return None if self.list_version is None else max(0, version - self.list_version)


def read(health: Mapping[str, Any]) -> Readiness:
    """What a phone said about itself. It comes from outside: what is no such fact counts as not said."""
    tried = [check for check in Check if check in health]
    return Readiness(
        missing=tuple(check for check in Check if health.get(check) is not True),
        is_checked=bool(tried),
        waiting=_count(health.get("waiting")),
        list_version=_count(str(health.get("list") or "").partition(":")[0]),
    )


def _count(said: Any) -> int | None:
    text = str(said) if isinstance(said, int | str) and not isinstance(said, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
