"""Cancelling an event: when it may be, and what has to be typed so that it does not happen by mistake."""

from datetime import datetime

from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.rules import event as event_rules
from eventapp.rules.event import Stage
from eventapp.rules.vocabulary import EventState

MAX_NOTE = 1000
"""Signs of a note in one language: it stands on every page, and in every message."""


def check_may_cancel(state: EventState, starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> None:
    """Refuses (``cancel_draft``, ``cancel_over``) to cancel an event that nobody sees, or that is over."""
    stage = event_rules.stage(state, starts_at, ends_at, now)
    if stage is Stage.DRAFT:
        raise Refused("cancel_draft")
    if stage is Stage.FINISHED:
        raise Refused("cancel_over")


def check_note(note: LocalizedText) -> None:
    """Refuses (``text_too_long``) a note that is longer than a page can show."""
    if any(len(text) > MAX_NOTE for text in note.values()):
        raise Refused("text_too_long", field="note", max=MAX_NOTE)


def check_typed(typed: str | None, slug: str) -> None:
    """Refuses (``confirm_typed``) unless the end of the event's address was typed."""
    if (typed or "").strip().casefold() != slug:
        raise Refused("confirm_typed", field="typed", word=slug)
