"""What a message says: its facts, and its words in the language of whoever reads it, whichever way it travels."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from eventapp import language
from eventapp.formats import standard_words
from eventapp.formats.ical import Entry
from eventapp.formats.reminder import Needed
from eventapp.language import LocalizedText
from eventapp.language import gettext as _
from eventapp.rules import message, ticket
from eventapp.rules import move as moves
from eventapp.rules.move import Known
from eventapp.rules.release import Change, Timetable
from eventapp.rules.vocabulary import LIVE, AttendeeStatus, DeliveryKind


@dataclass(frozen=True)
class Guest:
    """One person of a registration; ``code`` is that of the valid ticket."""

    name: str
    status: AttendeeStatus
    code: str | None = None


@dataclass(frozen=True)
class Words:
    """An organizer's own words, with their placeholders; see `models.message.MessageText`."""

    subject: LocalizedText = field(default_factory=LocalizedText)
    body: LocalizedText = field(default_factory=LocalizedText)
    short: LocalizedText = field(default_factory=LocalizedText)


@dataclass(frozen=True)
class Letter:
    """What a message says. ``personal_link`` opens the registration, or the speaker's page."""

    kind: DeliveryKind
    language: str
    public_url: str
    personal_link: str
    slug: str
    title: LocalizedText
    languages: Sequence[str] = ()
    venue: LocalizedText = field(default_factory=LocalizedText)
    city: LocalizedText = field(default_factory=LocalizedText)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_is_known: bool = True
    timezone: str = "UTC"
    contact_email: str | None = None
    is_demo: bool = False
    guests: Sequence[Guest] = ()
    is_for_guest: bool = True
    """False: for a speaker or an invitee."""
    changes: Sequence[Change] = ()
    """What changed in the programme from ``before`` to ``after``, as far as it concerns the reader."""
    before: Timetable | None = None
    after: Timetable = field(default_factory=Timetable)
    needed: Sequence[Needed] = ()
    """What is still missing from a speaker."""
    until: datetime | None = None
    """Until when an offered place is kept, a place waits to be confirmed once more, or an invitation to be answered."""
    code: str = ""
    """What proves who somebody is; only in the message that is for it."""
    invitee: Sequence[str] = ()
    """Who is invited, line by line: courtesy title and name, function, organization."""
    is_withdrawn: bool = False
    """Whether the invitation was taken back."""
    is_answered: bool = False
    """Whether the invitee has answered."""
    session: str = ""
    """The session in which somebody has a seat now."""
    own: Words = field(default_factory=Words)
    """The organizer's own words for this message, where they wrote some."""
    note: LocalizedText = field(default_factory=LocalizedText)
    """Of a cancelled event: why, and what happens now."""
    is_called_off: bool = False
    """Whether the event is cancelled."""
    known: Known | None = None
    """Of an event that moved: when and where it was before."""
    survey_url: str | None = None
    calendar: Entry | None = None
    """The event for the reader's calendar, with the first ticket; in messages that bring tickets."""
    unsubscribe_link: str = ""
    """Where the reader says that they want no more of this; only in messages that are not about their own place."""
    address_name: str = ""
    """Whom it speaks to, of a speaker or an invitee."""
    is_stopped: bool = False
    """Whether the team stopped the mailing that it is part of."""
    is_unwanted: bool = False
    """Whether its reader said that they want no more of this."""
    is_test: bool = False
    """Whether it goes to somebody of the team who tries it out."""

    @property
    def holders(self) -> list[Guest]:
        """Those who have a ticket."""
        return [guest for guest in self.guests if guest.status is AttendeeStatus.CONFIRMED and guest.code]


EXAMPLE_ENDING = "exemple-example-not-secret"
"""As long as the secret of a real link, and none: those have no hyphen."""
EXAMPLE_CODE = "X" * ticket.LENGTH


def without_secrets(letter: Letter) -> Letter:
    """The same for somebody else's eyes: links and codes look as they will, and open nothing."""
    return replace(
        letter,
        personal_link=f"{letter.personal_link.rpartition('/')[0]}/{EXAMPLE_ENDING}",
        guests=[replace(guest, code=guest.code and EXAMPLE_CODE) for guest in letter.guests],
        code=letter.code and "XXXXXX",
        unsubscribe_link=letter.unsubscribe_link and f"{letter.unsubscribe_link.rpartition('/')[0]}/{EXAMPLE_ENDING}",
        calendar=letter.calendar
        and replace(
            letter.calendar, uid=f"test-{letter.calendar.uid}", address=f"{letter.public_url}/t/{EXAMPLE_CODE}"
        ),
    )


SAID_OF_CANCELLED = frozenset(
    {
        DeliveryKind.EVENT_CANCELLED,
        DeliveryKind.CANCELLATION,
        DeliveryKind.PROOF_CODE,
        DeliveryKind.LOST_TICKET,
    }
)
"""Messages that still leave when an event is cancelled; any other would ask people to come."""


def is_outdated(letter: Letter) -> bool:
    """Whether what the message would say is no longer so: its reason has passed while it waited."""
    if letter.is_test:
        return False
    statuses = {guest.status for guest in letter.guests}
    if letter.is_stopped or letter.is_unwanted:
        return True
    if letter.is_called_off and letter.kind not in SAID_OF_CANCELLED:
        return True
    if letter.kind is DeliveryKind.EVENT_CANCELLED:
        return not letter.is_called_off
    if letter.kind is DeliveryKind.EVENT_MOVED:
        return letter.known is None or not moves.has_moved(letter.known, moves.known(letter))
    if letter.kind in (DeliveryKind.CONFIRMATION, DeliveryKind.PLACE_FREE):
        return not letter.holders
    if letter.kind is DeliveryKind.WAITING_LIST:
        return AttendeeStatus.WAITLISTED not in statuses
    if letter.kind is DeliveryKind.CANCELLATION:
        return AttendeeStatus.CANCELLED not in statuses
    if letter.kind is DeliveryKind.OFFER:
        return AttendeeStatus.OFFERED not in statuses
    if letter.kind is DeliveryKind.RELEASED:
        return AttendeeStatus.CANCELLED not in statuses
    if letter.kind is DeliveryKind.LOST_TICKET:
        return not statuses & set(LIVE)
    if letter.kind is DeliveryKind.PENDING:
        return AttendeeStatus.PENDING not in statuses
    if letter.kind is DeliveryKind.REJECTION:
        return AttendeeStatus.REJECTED not in statuses
    if letter.kind in (DeliveryKind.RECONFIRM, DeliveryKind.HANDED_ON, DeliveryKind.REMINDER):
        return letter.is_for_guest and not letter.holders
    if letter.kind is DeliveryKind.INVITATION:
        return letter.is_withdrawn
    if letter.kind is DeliveryKind.INVITATION_REMINDER:
        return letter.is_withdrawn or letter.is_answered
    if letter.kind is DeliveryKind.PROGRAMME_CHANGE:
        return not letter.changes
    if letter.kind is DeliveryKind.SPEAKER_REMINDER:
        return not letter.needed
    if letter.kind is DeliveryKind.SESSION_SEAT:
        return not letter.session
    return False


def subject(letter: Letter) -> str:
    """The subject in the language that is spoken, on one line."""
    said = " ".join((_own(letter, letter.own.subject) or _standard_subject(letter, values(letter))).splitlines())
    return _("Test: %(subject)s", subject=said) if letter.is_test else said


def greeting(letter: Letter) -> list[str]:
    """The first lines. An organizer's own words begin as they like; an invitee is addressed in any case."""
    if letter.invitee:
        return list(letter.invitee)
    return [] if _own(letter, letter.own.body) else [_("Hello,")]


def lead(letter: Letter) -> list[str]:
    """What stands between the greeting and the facts, paragraph by paragraph, in the language that is spoken."""
    said = _own(letter, letter.own.body) or _standard_lead(letter, values(letter))
    return [paragraph.strip() for paragraph in re.split(r"\n\s*\n", said) if paragraph.strip()]


def values(letter: Letter) -> dict[str, str]:
    """What stands for each placeholder in an organizer's own words, in the language that is spoken."""
    return {
        "name": letter.address_name or (letter.guests[0].name if letter.guests else ""),
        "event": title(letter),
        "date": when(letter),
        "place": where(letter),
        "link": letter.personal_link,
        "until": moment(letter, letter.until) if letter.until is not None else "",
        "session": letter.session,
        "survey": letter.survey_url or "",
        "code": letter.code or ", ".join(ticket.spoken(guest.code) for guest in letter.holders if guest.code),
        "contact": letter.contact_email or "",
        "reason": letter.note.pick(letter.languages).value,
        "before": _before(letter),
    }


def _before(letter: Letter) -> str:
    """When and where the event was, as the reader knows it."""
    known = letter.known
    if known is None:
        return ""
    old = replace(
        letter,
        starts_at=known.starts_at,
        ends_at=known.ends_at,
        time_is_known=known.time_is_known,
        timezone=known.timezone,
        venue=known.venue,
        city=known.city,
    )
    return f"{when(old)}, {where(old)}"


def standard(letter: Letter) -> tuple[str, str]:
    """Subject and text that an organizer's own words take the place of, with placeholders, in the language that is
    spoken: what one begins with in order to change a few words."""
    say = {name: message.shown(name) if value else "" for name, value in values(letter).items()}
    said = _standard_lead(letter, say)
    return _standard_subject(letter, say), said if letter.invitee else f"{_('Hello,')}\n\n{said}"


def _standard_subject(letter: Letter, say: Mapping[str, str]) -> str:
    return standard_words.subject(letter.kind, say, people=len(letter.holders))


def _standard_lead(letter: Letter, say: Mapping[str, str]) -> str:
    people = len(letter.holders)
    return standard_words.lead(letter.kind, say, people=people, is_for_guest=letter.is_for_guest)


def _own(letter: Letter, text: LocalizedText) -> str:
    """An own text in the language that is spoken: no other one stands in for it, as the standard words do."""
    return message.fill(text.get(language.current(), ""), values(letter)).strip()


def title(letter: Letter) -> str:
    """The title of the event in the language that is spoken."""
    return letter.title.pick(letter.languages).value


def when(letter: Letter) -> str:
    """The days of the event, and its hour on its clocks."""
    if letter.starts_at is None:
        return _("Date to be announced")
    start = language.local(letter.starts_at, letter.timezone)
    days = language.day(start)
    if letter.ends_at is not None:
        end = language.local(letter.ends_at, letter.timezone)
        if end.date() != start.date():
            days = f"{days} – {language.day(end)}"
    if not letter.time_is_known:
        return f"{days} ({_('time to be confirmed')})"
    city = letter.timezone.rsplit("/", 1)[-1].replace("_", " ")
    return f"{days}, {language.time(start)} ({_('time in %(zone)s', zone=city)})"


def moment(letter: Letter, at: datetime) -> str:
    """A day and a time on the event's clocks."""
    there = language.local(at, letter.timezone)
    return _("%(day)s, %(time)s", day=language.day(there), time=language.time(there))


def where(letter: Letter) -> str:
    """Venue and city."""
    parts = (letter.venue.pick(letter.languages).value, letter.city.pick(letter.languages).value)
    return ", ".join(part for part in parts if part) or _("Place to be announced")
