"""Mailings: whom one means, when it leaves, what it must say, and who is left out of it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from eventapp.errors import Refused
from eventapp.language import LocalizedText, local
from eventapp.rules import message
from eventapp.rules.vocabulary import (
    LIVE,
    AttendeeStatus,
    Audience,
    DeliveryKind,
    InvitationAnswer,
    SpeakerAnswer,
)

BATCH = 200
"""People to whom it is written in one transaction: whoever waits for the event's lock waits a moment."""

MOST_DAYS = 365

SPEAKERS = (SpeakerAnswer.CONFIRMED, SpeakerAnswer.OPEN)
"""Speakers who can be written to: whoever declined has said enough."""

FEW = 3
"""So many people more or less since somebody looked are no news ..."""
FEW_OF = 50
"""... nor is one of so many."""

USUAL: Mapping[str, tuple[DeliveryKind, int, int]] = {
    "three-days": (DeliveryKind.REMINDER, 3, 9 * 60),
    "evening-before": (DeliveryKind.REMINDER, 1, 18 * 60),
    "day-after": (DeliveryKind.THANK_YOU, 1, 10 * 60),
}
"""Rules that suit most events: what, how many days before or after, and when on that day in minutes."""


class LeftOut(StrEnum):
    """Why somebody who was chosen gets no message."""

    UNSUBSCRIBED = "unsubscribed"
    NO_CONSENT = "no_consent"
    """The event is over, and they did not agree to messages after it."""
    THANKED = "thanked"
    """An earlier mailing thanked them already."""
    NO_ADDRESS = "no_address"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Who of an audience is meant: every part must fit, in a part any of its values; an empty one fits everybody."""

    ticket_type_ids: tuple[int, ...] = ()
    statuses: tuple[AttendeeStatus, ...] = (AttendeeStatus.CONFIRMED,)
    session_ids: tuple[int, ...] = ()
    """On their agenda, or with a seat in one."""
    came: bool | None = None
    """Whether they were let in at the entrance; practice does not count."""
    answers: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """For each question of the organizer's own: the keys of choices, or ``yes`` and ``no``."""
    languages: tuple[str, ...] = ()
    speakers: tuple[SpeakerAnswer, ...] = ()
    """Empty: all but those who declined."""
    invitees: tuple[InvitationAnswer, ...] = ()
    by_hand: bool = True
    """Whether the team tells those who have a telephone alone, where no SMS is sent."""


_PARTS: Mapping[Audience, frozenset[str]] = {
    Audience.GUESTS: frozenset({"ticket_type_ids", "statuses", "session_ids", "came", "answers"}),
    Audience.SPEAKERS: frozenset({"speakers"}),
    Audience.INVITEES: frozenset({"invitees"}),
}
_ALWAYS = frozenset({"languages", "by_hand"})


@dataclass(frozen=True)
class Known:
    """What can be chosen in an event. ``answers``: for each question what can be chosen of it."""

    ticket_type_ids: Collection[int]
    session_ids: Collection[int]
    answers: Mapping[int, Collection[str]]
    languages: Collection[str]


@dataclass(frozen=True)
class Leaves:
    """When it leaves: at an instant, or by rule so many ``days`` before the event (a thank-you: after it) at
    ``minute`` of that day; neither: when somebody says so."""

    at: datetime | None = None
    days: int | None = None
    minute: int | None = None


@dataclass(frozen=True)
class Dates:
    """What a mailing must know of when its event is."""

    starts_at: datetime | None
    ends_at: datetime | None
    timezone: str

    @property
    def over_at(self) -> datetime | None:
        """When it is over; of an event whose end is not known, its start must do."""
        return self.ends_at or self.starts_at


T = TypeVar("T")


def read(audience: Audience, kind: DeliveryKind, raw: object, known: Known) -> Chosen:
    """Who is meant, from what was kept or sent. Parts of another audience, and what cannot be chosen, are refused.

    Raises Refused with ``chosen_unknown`` or ``chosen_unconfirmed``.
    """
    chosen = of(audience, raw)
    for name in ("ticket_type_ids", "session_ids", "languages"):
        if not set(getattr(chosen, name)) <= set(getattr(known, name)):
            raise Refused("chosen_unknown", field=name)
    for question_id, values in chosen.answers.items():
        if not values or not set(values) <= set(known.answers.get(question_id, ())):
            raise Refused("chosen_unknown", field="answers")
    is_for_all = audience is not Audience.GUESTS or kind is DeliveryKind.ANNOUNCEMENT
    if not is_for_all and chosen.statuses != (AttendeeStatus.CONFIRMED,):
        raise Refused("chosen_unconfirmed", field="statuses")
    return chosen


def of(audience: Audience, raw: object) -> Chosen:
    """The same without a look at whether it can still be chosen: what was removed since fits nobody.

    Raises Refused("chosen_unknown").
    """
    if not isinstance(raw, Mapping) or not raw.keys() <= _PARTS[audience] | _ALWAYS:
        raise Refused("chosen_unknown")
    came, by_hand, answers = raw.get("came"), raw.get("by_hand", True), raw.get("answers", {})
    if not (came is None or isinstance(came, bool)):
        raise Refused("chosen_unknown", field="came")
    if not isinstance(by_hand, bool):
        raise Refused("chosen_unknown", field="by_hand")
    if not isinstance(answers, Mapping):
        raise Refused("chosen_unknown", field="answers")
    statuses = _several(raw, "statuses", AttendeeStatus, LIVE) or (AttendeeStatus.CONFIRMED,)
    return Chosen(
        ticket_type_ids=_several(raw, "ticket_type_ids", _number),
        statuses=statuses,
        session_ids=_several(raw, "session_ids", _number),
        came=came,
        answers={_number(key): _several(answers, key, str, field="answers") for key in answers},
        languages=_several(raw, "languages", str),
        speakers=_several(raw, "speakers", SpeakerAnswer, SPEAKERS),
        invitees=_several(raw, "invitees", InvitationAnswer),
        by_hand=by_hand,
    )


def _several(
    raw: Mapping[Any, object], name: object, kind: Any, among: Sequence[Any] | None = None, *, field: str = ""
) -> tuple[Any, ...]:
    """The values of a part, once each, in their order."""
    given = raw.get(name, ())
    wrong = Refused("chosen_unknown", field=field or str(name))
    if not isinstance(given, list | tuple):
        raise wrong
    try:
        values = tuple(dict.fromkeys(kind(one) for one in given if isinstance(one, str | int)))
    except ValueError as error:
        raise wrong from error
    if len(values) != len(given) or (among is not None and not set(values) <= set(among)):
        raise wrong
    return values


def _number(given: object) -> int:
    """An id; JSON has the keys of an object as texts."""
    if isinstance(given, bool) or not re.fullmatch(r"[0-9]{1,18}", str(given), re.ASCII):
        raise Refused("chosen_unknown")
    return int(str(given))


def kept(audience: Audience, chosen: Chosen) -> dict[str, Any]:
    """Who is meant, as it is kept: only what differs from everybody, and only what belongs to the audience."""
    parts = {
        "ticket_type_ids": list(chosen.ticket_type_ids),
        "statuses": [str(one) for one in chosen.statuses],
        "session_ids": list(chosen.session_ids),
        "came": chosen.came,
        "answers": {str(key): list(values) for key, values in chosen.answers.items()},
        "languages": list(chosen.languages),
        "speakers": [str(one) for one in chosen.speakers],
        "invitees": [str(one) for one in chosen.invitees],
        "by_hand": chosen.by_hand,
    }
    belongs = _PARTS[audience] | _ALWAYS
    return {name: value for name, value in parts.items() if name in belongs and value not in (None, [], {})}


def minute_of(text: str) -> int:
    """Minutes after midnight of a typed time of day: ``9:00``, ``18 h 30``. Raises Refused("hour_invalid")."""
    found = re.fullmatch(r"\s*([0-9]{1,2})\s*(?:[:hH.]\s*([0-9]{2})?)\s*", text, re.ASCII)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise Refused("hour_invalid", field="time")
    return int(found[1]) * 60 + int(found[2] or 0)


def clock_of(minute: int) -> str:
    """A minute of the day as a box for times holds it: ``09:00``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def leaves_at(kind: DeliveryKind, leaves: Leaves, dates: Dates) -> datetime | None:
    """When a mailing leaves by its time or its rule; None: when somebody says so, or the event's days are not known.

    Where the clocks are put forward over the time of a rule, it is later by what they skip; of a double time, when
    they are put back, it is the first.
    """
    if leaves.days is None or leaves.minute is None:
        return leaves.at
    day = _typed(kind, leaves.days, leaves.minute, dates)
    return day.astimezone(UTC) if day is not None else None


def _typed(kind: DeliveryKind, days: int, minute: int, dates: Dates) -> datetime | None:
    is_after = kind is DeliveryKind.THANK_YOU
    base = dates.over_at if is_after else dates.starts_at
    if base is None:
        return None
    day = local(base, dates.timezone).date() + timedelta(days=days if is_after else -days)
    return datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(dates.timezone))


def check_time(kind: DeliveryKind, leaves: Leaves, dates: Dates) -> None:
    """Refuses (``time_missing``) a rule whose time the clocks skip on its day, as the event's days are now."""
    if leaves.days is None or leaves.minute is None:
        return
    typed = _typed(kind, leaves.days, leaves.minute, dates)
    if typed is None:
        return
    if local(typed.astimezone(UTC), dates.timezone).replace(tzinfo=None) != typed.replace(tzinfo=None):
        raise Refused("time_missing", field="time")


def check_moment(kind: DeliveryKind, audience: Audience, chosen: Chosen, at: datetime, dates: Dates) -> None:
    """Refuses what makes no sense at the moment it leaves: ``reminder_after_start``, ``thanks_before_end``,
    ``came_before_start`` or ``invitees_after_end``."""
    has_begun = dates.starts_at is not None and at >= dates.starts_at
    is_over = dates.over_at is not None and at >= dates.over_at
    if kind is DeliveryKind.REMINDER and has_begun:
        raise Refused("reminder_after_start")
    if kind is DeliveryKind.THANK_YOU and not is_over:
        raise Refused("thanks_before_end")
    if chosen.came is not None and not has_begun:
        raise Refused("came_before_start", field="came")
    if audience is Audience.INVITEES and is_over:
        raise Refused("invitees_after_end")


def check_words(kind: DeliveryKind, texts: Mapping[str, LocalizedText]) -> None:
    """Refuses words that no message of this kind can hold, as `message.problems` finds them.

    ``texts`` are by the name of their part.
    """
    for name, text in texts.items():
        for words in text.values():
            for refused in message.problems(kind, message.Part(name), words):
                raise refused


def check_complete(
    kind: DeliveryKind, subject: LocalizedText, body: LocalizedText, *, has_survey: bool, short: LocalizedText
) -> None:
    """Refuses what cannot leave like this: ``announcement_empty``, ``announcement_half`` or ``survey_missing``."""
    if kind is DeliveryKind.ANNOUNCEMENT:
        if not body:
            raise Refused("announcement_empty", field="body")
        if set(subject) != set(body):
            raise Refused("announcement_half", field="subject")
    used = [words for text in (subject, body, short) for words in text.values()]
    if not has_survey and any(message.fill(words, {"survey": ""}) != words for words in used):
        raise Refused("survey_missing", field="survey_url")


def language_for(kind: DeliveryKind, body: LocalizedText, wanted: str, languages: Sequence[str]) -> str:
    """The language in which somebody is written to: their own or, where an announcement has no words in it, the first
    of the event's that it has. The other kinds have standard words in every language."""
    if kind is not DeliveryKind.ANNOUNCEMENT or wanted in body:
        return wanted
    return body.pick(languages, wanted).language


@dataclass(frozen=True)
class Leaving:
    """Who is left out of a mailing, besides those who cannot be reached."""

    unsubscribed: bool
    without_consent: bool
    thanked: bool


def leaving_out(kind: DeliveryKind, at: datetime, dates: Dates) -> Leaving:
    """Who is left out of a mailing that leaves at a moment.

    A reminder is about one's own place. A thank-you belongs to the event, once; what is announced after it goes to
    those who agreed to messages after the event.
    """
    is_over = dates.over_at is not None and at >= dates.over_at
    return Leaving(
        unsubscribed=kind is not DeliveryKind.REMINDER,
        without_consent=kind is DeliveryKind.ANNOUNCEMENT and is_over,
        thanked=kind is DeliveryKind.THANK_YOU,
    )


def has_changed(expected: int, number: int) -> bool:
    """Whether the number of people is so different from what somebody saw that they must be asked again."""
    return abs(number - expected) > max(FEW, expected // FEW_OF)
