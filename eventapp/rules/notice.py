"""Short notices of the day: what they may say, and when they stand."""

from datetime import datetime
from enum import StrEnum

from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.rules import texts

MAX_LENGTH = 280


class Standing(StrEnum):
    """Where a notice stands."""

    COMING = "coming"
    CURRENT = "current"
    PAST = "past"


def standing(starts_at: datetime, ends_at: datetime | None, now: datetime) -> Standing:
    """Whether a notice is shown: from its start on, until its end."""
    if ends_at is not None and ends_at <= now:
        return Standing.PAST
    return Standing.COMING if now < starts_at else Standing.CURRENT


def check(text: LocalizedText, starts_at: datetime, ends_at: datetime | None, now: datetime) -> None:
    """Raises Refused: "notice_missing", "text_too_long", "ends_before_start" or "notice_over"."""
    if not text:
        raise Refused("notice_missing", field="text")
    texts.check_length(text, MAX_LENGTH, "text")
    if ends_at is not None and ends_at <= starts_at:
        raise Refused("ends_before_start", field="ends_at")
    if ends_at is not None and ends_at <= now:
        raise Refused("notice_over", field="ends_at")
