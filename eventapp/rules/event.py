"""What follows from an event's dates and settings: its stage, and whether registration is open."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from eventapp.errors import Refused, beside
from eventapp.language import LANGUAGES, LocalizedText, local
from eventapp.rules.vocabulary import EventState

MAX_ADDRESS = 300
"""Signs of an address in the web."""


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


def free_slug(text: str, taken: Collection[str], *, otherwise: str) -> str:
    """An address made from a title that is not taken yet; a number is added where needed.

    ``otherwise`` stands in for a title without a single Latin letter or digit.
    """
    base = slugify(text) or otherwise
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


@cache
def zones() -> tuple[str, ...]:
    """The time zones an event may be in: IANA names of places, and UTC."""
    odd = ("Etc/", "posix/", "right/", "SystemV/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")
    return (*sorted(z for z in available_timezones() if "/" in z and not z.startswith(odd)), "UTC")


def check_zone(zone: str) -> None:
    """Refuses (``timezone_invalid``) what is no time zone."""
    if zone not in zones():
        raise Refused("timezone_invalid", field="timezone")


def check_languages(languages: Sequence[str]) -> None:
    """Refuses (``languages_missing``) an event without a language, or with one that pages do not speak."""
    if not languages or any(language not in LANGUAGES for language in languages):
        raise Refused("languages_missing", field="languages")


def check_title(title: LocalizedText) -> None:
    """Refuses (``title_missing``) a title that is empty in every language."""
    if not title:
        raise Refused("title_missing", field="title")


def check_name(name: LocalizedText) -> None:
    """Refuses (``name_missing``) a name that is empty in every language."""
    if not name:
        raise Refused("name_missing", field="name")


def read_website(text: str | None) -> str | None:
    """The address of a website, with https:// added where nothing was written; None for an empty box.

    Raises Refused("website_invalid") for any other scheme than http and https, and for what has no host.
    """
    if not text:
        return None
    address = text if "://" in text or ":" in text.split("/")[0] else f"https://{text}"
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise Refused("website_invalid", field="website") from error
    if parts.scheme not in ("http", "https") or "." not in (parts.hostname or "") or re.search(r"\s", address):
        raise Refused("website_invalid", field="website")
    return address


def read_survey(text: str | None) -> str | None:
    """The address of a survey, with https:// added where nothing was written; None for an empty box.

    Raises Refused("survey_invalid") for any other scheme, since answers travel along it, and for what has no host.
    """
    with beside("survey_url"):
        try:
            address = read_website(text)
        except Refused as refused:
            raise Refused("survey_invalid") from refused
        if address is not None and not address.lower().startswith("https://"):
            raise Refused("survey_invalid")
        if address is not None and len(address) > MAX_ADDRESS:
            raise Refused("text_too_long", max=MAX_ADDRESS)
    return address


def same_clock(at: datetime, old_zone: str, new_zone: str) -> datetime:
    """The instant at which the clocks of the new zone show what those of the old one showed.

    For an event whose zone was wrong: people typed times of day, and these stay. Where the new clocks skip the time, it
    moves on by what they skip.
    """
    return local(at, old_zone).replace(tzinfo=ZoneInfo(new_zone), fold=0)


class Gap(StrEnum):
    """What an event still lacks, for its organizer to see. Nothing of it keeps an event from being published."""

    DATES = "dates"
    PLACE = "place"
    TEXT = "text"
    CONTACT = "contact"
    HOST = "host"
    CAPACITY = "capacity"
    PROGRAMME = "programme"
    SESSION_TIME = "session_time"
    SESSION_OUTSIDE = "session_outside"
    SESSION_TEXT = "session_text"
    CLASH = "clash"
    UNRELEASED = "unreleased"
    SPEAKER = "speaker"
    SPEAKER_LINK = "speaker_link"


@dataclass(frozen=True)
class Missing:
    """One gap: which text (``name``) in which languages, or how many (``count``) rows have it."""

    gap: Gap
    name: str = ""
    languages: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """How far the preparation of an event is: the facts that `missing` looks at."""

    languages: Sequence[str]
    texts: Mapping[str, LocalizedText]
    """The texts that every event should have, by the name of their field."""
    starts_at: datetime | None
    has_place: bool
    has_contact: bool
    hosts: int
    capacity: int | None
    sessions: int
    sessions_without_time: int
    sessions_outside: int
    sessions_half_translated: int
    clashes: int
    unreleased: int
    """Sessions of a public event that differ from what the public sees."""
    speakers: int
    speakers_without_link: int


def missing(event: Prepared) -> list[Missing]:
    """What is missing, the most important first."""
    found = []
    if event.starts_at is None:
        found.append(Missing(Gap.DATES))
    if not event.has_place:
        found.append(Missing(Gap.PLACE))
    for name, text in event.texts.items():
        untold = tuple(language for language in event.languages if language not in text)
        if untold:
            found.append(Missing(Gap.TEXT, name=name, languages=untold))
    if not event.has_contact:
        found.append(Missing(Gap.CONTACT))
    if not event.hosts:
        found.append(Missing(Gap.HOST))
    if event.capacity is None:
        found.append(Missing(Gap.CAPACITY))
    if not event.sessions:
        found.append(Missing(Gap.PROGRAMME))
    if not event.speakers:
        found.append(Missing(Gap.SPEAKER))
    counted = {
        Gap.SESSION_TIME: event.sessions_without_time,
        Gap.SESSION_OUTSIDE: event.sessions_outside,
        Gap.SESSION_TEXT: event.sessions_half_translated,
        Gap.CLASH: event.clashes,
        Gap.UNRELEASED: event.unreleased,
        Gap.SPEAKER_LINK: event.speakers_without_link,
    }
    return [*found, *(Missing(gap, count=count) for gap, count in counted.items() if count)]
