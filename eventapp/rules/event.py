"""What follows from an event's dates and settings: its stage, and whether registration is open."""

import re
import unicodedata
from datetime import datetime
from enum import StrEnum

from eventapp.errors import Refused
from eventapp.rules.vocabulary import EventState


class Stage(StrEnum):
    """Where an event stands for a guest."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Doors(StrEnum):
    """Whether a guest may register now, and if not, why not."""

    OPEN = "open"
    NOT_YET = "not_yet"
    CLOSED = "closed"


def stage(state: EventState, starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> Stage:
    """The stage of an event. One without dates is upcoming."""
    if state is EventState.DRAFT:
        return Stage.DRAFT
    if state is EventState.CANCELLED:
        return Stage.CANCELLED
    if ends_at is not None and ends_at <= now:
        return Stage.FINISHED
    if starts_at is not None and starts_at <= now:
        return Stage.RUNNING
    return Stage.UPCOMING


def doors(stage: Stage, is_open: bool, opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> Doors:
    """Whether registration is open: the organizer's switch, then the dates, and never after the end."""
    if not is_open or stage not in (Stage.UPCOMING, Stage.RUNNING):
        return Doors.CLOSED
    if closes_at is not None and closes_at <= now:
        return Doors.CLOSED
    if opens_at is not None and now < opens_at:
        return Doors.NOT_YET
    return Doors.OPEN


def check_dates(starts_at: datetime | None, ends_at: datetime | None) -> None:
    """Refuses an end that is not after the start (``ends_before_start``)."""
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise Refused("ends_before_start", field="ends_at")


def slugify(text: str) -> str:
    """The part of an address made from a title: ``Forum de démonstration`` gives ``forum-de-demonstration``."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def check_slug(slug: str) -> str:
    """Refuses (``slug_invalid``) what is not small letters, digits and single hyphens, at most 80 signs."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 80:
        raise Refused("slug_invalid", field="slug")
    return slug
