"""Languages: catalogues, the reader's language, dates and numbers, and texts that exist in several languages.

Without Flask, so that rules, formats and the job worker speak too. English is the language of the source; every other
language is a catalogue ``translations/<language>/LC_MESSAGES/messages.po``, compiled in memory when it is first needed.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as babel_date
from babel.dates import format_datetime as babel_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

CATALOGUES = Path(__file__).resolve().parent / "translations"
SOURCE = "en"
LANGUAGES: tuple[str, ...] = (*sorted(p.name for p in CATALOGUES.iterdir() if (p / "LC_MESSAGES").is_dir()), SOURCE)
NAMES = {"fr": "Français", "en": "English"}

_current: ContextVar[str] = ContextVar("language", default=SOURCE)


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations of a language; the source language translates to itself."""
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if language == SOURCE:
        return NullTranslations()
    with path.open("rb") as source:
        messages = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return GNUTranslations(compiled)


def current() -> str:
    """The language of whoever reads what is being written now."""
    return _current.get()


def choose(language: str) -> None:
    """Sets the reader's language for what follows in this thread (a request sets it first thing)."""
    _current.set(language if language in LANGUAGES else SOURCE)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Sets the reader's language for a block: a mail, a document."""
    token = _current.set(language if language in LANGUAGES else SOURCE)
    try:
        yield
    finally:
        _current.reset(token)


def gettext(message: str, **facts: object) -> str:
    """The message in the reader's language, with ``%(name)s`` filled in from the facts."""
    text = catalogue(current()).gettext(message)
    return text % facts if facts else text


def ngettext(singular: str, plural: str, n: int, **facts: object) -> str:
    """The message for ``n`` things in the reader's language; ``%(num)s`` is the number."""
    return catalogue(current()).ngettext(singular, plural, n) % {"num": number(n), **facts}


def N_(message: str) -> str:  # noqa: N802  the usual name of the marker
    """Marks a message for the catalogue where it is written down but translated later."""
    return message


def number(value: int | float) -> str:
    """A number with the reader's separators."""
    return format_decimal(value, locale=current())


def name_of(language: str) -> str:
    """The name of a language in the reader's language: ``French``, ``français``; the tag itself if it is unknown."""
    return _name_of(language, current())


@lru_cache(maxsize=512)
def _name_of(language: str, reader: str) -> str:
    try:
        return Locale.parse(language, sep="-").get_language_name(reader) or language
    except (UnknownLocaleError, ValueError):
        return language


def _french_time(when: datetime) -> str:
    return f"{when.hour}\u00a0h\u00a0{when.minute:02d}"


def day(when: datetime | date) -> str:
    """A day in words: ``Friday 13 December 2019``, ``vendredi 13 décembre 2019``."""
    return babel_date(when, "EEEE d MMMM y", locale=current())


def short_day(when: datetime | date) -> str:
    """A day for lists: ``13 Dec 2019``."""
    return babel_date(when, "d MMM y", locale=current())


def time(when: datetime) -> str:
    """A time of day in words: ``09:00``, ``9 h 00``; always 24 hours."""
    return _french_time(when) if current() == "fr" else f"{when:%H:%M}"


def moment(when: datetime) -> str:
    """Day and time in words: ``vendredi 13 décembre 2019, 9 h 00``."""
    return f"{day(when)}, {time(when)}"


def short_moment(when: datetime) -> str:
    """Day and time for lists: ``13 Dec, 09:00``."""
    return f"{babel_datetime(when, 'd MMM', locale=current())}, {time(when)}"


def local(when: datetime, zone: str) -> datetime:
    """The instant on the clocks of a zone (an IANA name)."""
    return when.astimezone(ZoneInfo(zone))


class Text(NamedTuple):
    """A text chosen for a reader, and the language it is really in."""

    value: str
    language: str


class LocalizedText(dict[str, str]):
    """A text per language, as an organizer wrote it. Empty entries are not kept."""

    def __init__(self, texts: Mapping[str, str] | None = None, **more: str) -> None:
        merged = {**(texts or {}), **more} if more else texts or {}
        super().__init__({language: text for language, text in merged.items() if text and not text.isspace()})

    @classmethod
    def kept(cls, texts: Mapping[str, str]) -> "LocalizedText":
        """A text as it was kept, read again: what is empty was left out then. Called for every text of a page."""
        text = cls.__new__(cls)
        text.update(texts)
        return text

    def pick(self, languages: Sequence[str] = (), reader: str | None = None) -> Text:
        """The text for the reader: in their language, else in the first of ``languages`` that has one, else any."""
        reader = reader or current()
        for language in (reader, *languages, *self):
            if language in self:
                return Text(self[language], language)
        return Text("", reader)

    def __str__(self) -> str:
        return self.pick().value
