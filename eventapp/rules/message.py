"""Placeholders in an organizer's own words: which there are, where each has a value, and what stands for it."""

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from eventapp import language
from eventapp.errors import Refused
from eventapp.rules import names
from eventapp.rules.vocabulary import AttendeeStatus, Audience, DeliveryKind

PLACEHOLDERS = (
    "name",
    "event",
    "date",
    "place",
    "link",
    "until",
    "session",
    "survey",
    "code",
    "contact",
    "reason",
    "before",
)
"""What may stand in braces, such as ``{name}``."""

_IN_FRENCH = {
    "name": "nom",
    "event": "événement",
    "place": "lieu",
    "link": "lien",
    "until": "limite",
    "survey": "sondage",
    "reason": "motif",
    "before": "avant",
}
"""Those that are called otherwise in French. Both are read in either language, with or without accents."""

_READ_AS = {names.fold(name): name for name in PLACEHOLDERS} | {
    names.fold(french): name for name, french in _IN_FRENCH.items()
}

MAX_SUBJECT = 150
"""Letters of a subject. Mail programs of telephones show some 40."""
MAX_BODY = 4_000
MAX_SHORT = 160
"""Letters of an SMS; the personal link takes its part of them."""


class Part(StrEnum):
    """What of a message can be written."""

    SUBJECT = "subject"
    BODY = "body"
    SHORT = "short"


MAX_TRIALS = 20
"""Tests that somebody may send to themselves within `TRIAL_WINDOW`."""
TRIAL_WINDOW = timedelta(hours=1)

MAX_LENGTH = {Part.SUBJECT: MAX_SUBJECT, Part.BODY: MAX_BODY, Part.SHORT: MAX_SHORT}

EDITABLE = tuple(kind for kind in DeliveryKind if kind is not DeliveryKind.ANNOUNCEMENT)
"""Kinds that an event can say in its own words. An announcement has words of its own each time."""

_READERS = {
    DeliveryKind.INVITATION: (Audience.INVITEES,),
    DeliveryKind.SPEAKER_LINK: (Audience.SPEAKERS,),
    DeliveryKind.SPEAKER_REMINDER: (Audience.SPEAKERS,),
    DeliveryKind.PROGRAMME_CHANGE: (Audience.GUESTS, Audience.SPEAKERS),
    DeliveryKind.REMINDER: (Audience.GUESTS, Audience.SPEAKERS),
    DeliveryKind.EVENT_CANCELLED: (Audience.GUESTS, Audience.SPEAKERS, Audience.INVITEES),
    DeliveryKind.EVENT_REVIVED: (Audience.GUESTS, Audience.SPEAKERS, Audience.INVITEES),
    DeliveryKind.EVENT_MOVED: (Audience.GUESTS, Audience.SPEAKERS, Audience.INVITEES),
    DeliveryKind.INVITATION_REMINDER: (Audience.INVITEES,),
    DeliveryKind.THANK_YOU: (Audience.GUESTS, Audience.SPEAKERS),
}

_STATUS = {
    DeliveryKind.WAITING_LIST: AttendeeStatus.WAITLISTED,
    DeliveryKind.OFFER_LAPSED: AttendeeStatus.WAITLISTED,
    DeliveryKind.OFFER: AttendeeStatus.OFFERED,
    DeliveryKind.PENDING: AttendeeStatus.PENDING,
    DeliveryKind.REJECTION: AttendeeStatus.REJECTED,
    DeliveryKind.CANCELLATION: AttendeeStatus.CANCELLED,
    DeliveryKind.RELEASED: AttendeeStatus.CANCELLED,
}
"""What somebody's status is when they get a message of a kind; of any other: confirmed."""

_ALWAYS = ("name", "event", "date", "place", "link", "contact")
_SOMETIMES = {
    DeliveryKind.CONFIRMATION: ("code",),
    DeliveryKind.PLACE_FREE: ("code",),
    DeliveryKind.LOST_TICKET: ("code",),
    DeliveryKind.HANDED_ON: ("code",),
    DeliveryKind.PROOF_CODE: ("code",),
    DeliveryKind.REMINDER: ("code",),
    DeliveryKind.RECONFIRM: ("code", "until"),
    DeliveryKind.OFFER: ("until",),
    DeliveryKind.INVITATION: ("until",),
    DeliveryKind.INVITATION_REMINDER: ("until",),
    DeliveryKind.EVENT_MOVED: ("before",),
    DeliveryKind.SESSION_SEAT: ("session",),
    DeliveryKind.THANK_YOU: ("survey",),
    DeliveryKind.ANNOUNCEMENT: ("survey",),
    DeliveryKind.EVENT_CANCELLED: ("reason",),
}
_NEEDED = {
    DeliveryKind.PROOF_CODE: "code",
    DeliveryKind.SESSION_SEAT: "session",
    DeliveryKind.EVENT_CANCELLED: "reason",
}
"""What a message is for, and what nothing else in it says."""

_NOT_IN = {Part.SUBJECT: ("link", "code", "survey", "reason", "before"), Part.BODY: (), Part.SHORT: ("link",)}

_PLACEHOLDER = re.compile(r"\{\s*([^{}\n]*?)\s*\}")
_EMPTY = "\x00"
"""Stands where a value is empty, until the blanks around it are gone. No text that is kept holds it."""


def read(name: str) -> str | None:
    """Which placeholder is meant by what stands in braces; None for none."""
    return _READ_AS.get(names.fold(name))


def shown(name: str) -> str:
    """A placeholder as it is written in the reader's language, with its braces."""
    return "{" + (_IN_FRENCH.get(name, name) if language.current() == "fr" else name) + "}"


def allowed(kind: DeliveryKind, part: Part = Part.BODY) -> tuple[str, ...]:
    """The placeholders that have a value in a message of a kind.

    A subject is shown to whoever looks at a telephone, so it holds no link and no entry code; behind a short text the
    link follows by itself.
    """
    hidden = set(_NOT_IN[part])
    if kind is DeliveryKind.PROOF_CODE:  # it names nobody, and its code is what it is for
        hidden = hidden - {"code"} | {"name"}
    return tuple(name for name in (*_ALWAYS, *_SOMETIMES.get(kind, ())) if name not in hidden)


def readers(kind: DeliveryKind) -> tuple[Audience, ...]:
    """To whom a message of a kind may go."""
    return _READERS.get(kind, (Audience.GUESTS,))


def status(kind: DeliveryKind) -> AttendeeStatus:
    """What the status of a guest is who gets a message of a kind."""
    return _STATUS.get(kind, AttendeeStatus.CONFIRMED)


def unknown(text: str) -> list[str]:
    """What stands in braces in a text and is no placeholder, once each, in its order."""
    return list(dict.fromkeys(name for name in _PLACEHOLDER.findall(text) if read(name) is None))


def used(text: str) -> set[str]:
    """The placeholders in a text."""
    return {found for name in _PLACEHOLDER.findall(text) if (found := read(name)) is not None}


def problems(kind: DeliveryKind, part: Part, text: str) -> list[Refused]:
    """What is wrong with one part of a message, in one language: too long (``text_too_long``), a placeholder that there
    is not (``placeholder_unknown``, ``placeholder_close``) or that has no value there (``placeholder_elsewhere``), or
    what the message is for is missing (``placeholder_needed``). An empty text is never wrong."""
    found: list[Refused] = []
    if len(text) > MAX_LENGTH[part]:
        found.append(Refused("text_too_long", field=part, max=language.number(MAX_LENGTH[part])))
    here = allowed(kind, part)
    known = ", ".join(map(shown, here))
    for name in dict.fromkeys(_PLACEHOLDER.findall(text)):
        placeholder = read(name)
        if placeholder in here:
            continue
        typed = "{" + name[:30] + "}"
        meant = None if placeholder else _closest(name, here)
        if meant:
            found.append(Refused("placeholder_close", field=part, name=typed, meant=shown(meant), known=known))
        else:
            code = "placeholder_elsewhere" if placeholder else "placeholder_unknown"
            found.append(Refused(code, field=part, name=typed, known=known))
    needed = _NEEDED.get(kind)
    if needed and text and part is Part.BODY and needed not in used(text):
        found.append(Refused("placeholder_needed", field=part, name=shown(needed)))
    return found


def _closest(name: str, among: Iterable[str]) -> str | None:
    spellings = [spelling for spelling, placeholder in _READ_AS.items() if placeholder in set(among)]
    found = difflib.get_close_matches(names.fold(name[:30]), spellings, n=1, cutoff=0.6)
    return _READ_AS[found[0]] if found else None


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text with what stands for its placeholders. An unknown one stays as it is; values are never filled again.

    Where a value is empty, its blanks go with it: ``Hello {name},`` becomes ``Hello,``.
    """

    def value(found: re.Match[str]) -> str:
        name = read(found[1])
        if name is None or name not in values:
            return found[0]
        return values[name].replace(_EMPTY, "") or _EMPTY

    text = _PLACEHOLDER.sub(value, text)
    if _EMPTY not in text:
        return text
    text = re.sub(rf"[(\[«] *{_EMPTY} *[)\]»]", _EMPTY, text)
    text = re.sub(rf"^{_EMPTY}[ ,;:]*", "", text, flags=re.MULTILINE)
    return re.sub(rf" *{_EMPTY}", "", text)
