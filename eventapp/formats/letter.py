"""What a message says: its facts, and its words in the language of whoever reads it, whichever way it travels."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from eventapp import language
from eventapp.formats.ical import Entry
from eventapp.formats.reminder import Needed
from eventapp.language import LocalizedText, ngettext
from eventapp.language import gettext as _
from eventapp.rules import message
from eventapp.rules.release import Change, Timetable
from eventapp.rules.vocabulary import AttendeeStatus, DeliveryKind


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
    session: str = ""
    """The session in which somebody has a seat now."""
    own: Words = field(default_factory=Words)
    """The organizer's own words for this message, where they wrote some."""
    note: LocalizedText = field(default_factory=LocalizedText)
    """Of a cancelled event: why, and what happens now."""
    survey_url: str | None = None
    calendar: Entry | None = None
    """The event for the reader's calendar, with the first ticket; in messages that bring tickets."""
    unsubscribe_link: str = ""
    """Where the reader says that they want no more of this; only in messages that are not about their own place."""
    address_name: str = ""
    """Whom it speaks to, of a speaker or an invitee."""

    @property
    def holders(self) -> list[Guest]:
        """Those who have a ticket."""
        return [guest for guest in self.guests if guest.status is AttendeeStatus.CONFIRMED and guest.code]


def is_outdated(letter: Letter) -> bool:
    """Whether what the message would say is no longer so: its reason has passed while it waited."""
    statuses = {guest.status for guest in letter.guests}
    if letter.kind in (DeliveryKind.CONFIRMATION, DeliveryKind.PLACE_FREE):
        return not letter.holders
    if letter.kind is DeliveryKind.WAITING_LIST:
        return AttendeeStatus.WAITLISTED not in statuses
    if letter.kind is DeliveryKind.CANCELLATION:
        return AttendeeStatus.CANCELLED not in statuses
    if letter.kind is DeliveryKind.OFFER:
        return AttendeeStatus.OFFERED not in statuses
    if letter.kind is DeliveryKind.PENDING:
        return AttendeeStatus.PENDING not in statuses
    if letter.kind is DeliveryKind.REJECTION:
        return AttendeeStatus.REJECTED not in statuses
    if letter.kind in (DeliveryKind.RECONFIRM, DeliveryKind.HANDED_ON, DeliveryKind.REMINDER):
        return letter.is_for_guest and not letter.holders
    if letter.kind is DeliveryKind.INVITATION:
        return letter.is_withdrawn
    if letter.kind is DeliveryKind.PROGRAMME_CHANGE:
        return not letter.changes
    if letter.kind is DeliveryKind.SPEAKER_REMINDER:
        return not letter.needed
    if letter.kind is DeliveryKind.SESSION_SEAT:
        return not letter.session
    return False


def subject(letter: Letter) -> str:
    """The subject in the language that is spoken, on one line."""
    return " ".join((_own(letter, letter.own.subject) or _subject(letter, title(letter))).splitlines())


def lead(letter: Letter) -> list[str]:
    """What stands before the facts, paragraph by paragraph, in the language that is spoken."""
    paragraphs = re.split(r"\n\s*\n", _own(letter, letter.own.body) or _lead(letter))
    return [paragraph.strip() for paragraph in paragraphs if paragraph.strip()]


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
    }


def _own(letter: Letter, text: LocalizedText) -> str:
    """An own text in the language that is spoken: no other one stands in for it, as the standard words do."""
    return message.fill(text.get(language.current(), ""), values(letter))


def title(letter: Letter) -> str:
    """The title of the event in the language that is spoken."""
    return letter.title.pick(letter.languages).value


def _subject(letter: Letter, title: str) -> str:
    match letter.kind:
        case DeliveryKind.CONFIRMATION:
            return ngettext(
                "Your entry ticket: %(event)s", "Your entry tickets: %(event)s", len(letter.holders), event=title
            )
        case DeliveryKind.WAITING_LIST:
            return _("You are on the waiting list: %(event)s", event=title)
        case DeliveryKind.CANCELLATION:
            return _("A place was given back: %(event)s", event=title)
        case DeliveryKind.PLACE_FREE:
            return _("A place is free for you: %(event)s", event=title)
        case DeliveryKind.OFFER:
            return _("A place is kept for you, please answer: %(event)s", event=title)
        case DeliveryKind.OFFER_LAPSED:
            return _("The place went to somebody else: %(event)s", event=title)
        case DeliveryKind.PENDING:
            return _("Your registration has arrived: %(event)s", event=title)
        case DeliveryKind.REJECTION:
            return _("Your registration could not be accepted: %(event)s", event=title)
        case DeliveryKind.RECONFIRM:
            return _("Do you still come? %(event)s", event=title)
        case DeliveryKind.RELEASED:
            return _("Your place was given to others: %(event)s", event=title)
        case DeliveryKind.LOST_TICKET:
            return _("Here is your ticket again: %(event)s", event=title)
        case DeliveryKind.PROOF_CODE:
            return _("Your code: %(code)s (%(event)s)", code=letter.code, event=title)
        case DeliveryKind.HANDED_ON:
            return _("A ticket was handed on: %(event)s", event=title)
        case DeliveryKind.SESSION_SEAT:
            return _("You have a seat in a session: %(event)s", event=title)
        case DeliveryKind.INVITATION:
            return _("Invitation: %(event)s", event=title)
        case DeliveryKind.SPEAKER_LINK:
            return _("Your page as a speaker: %(event)s", event=title)
        case DeliveryKind.PROGRAMME_CHANGE:
            return _("The programme has changed: %(event)s", event=title)
        case DeliveryKind.SPEAKER_REMINDER:
            return _("What we still need from you: %(event)s", event=title)
        case DeliveryKind.REMINDER:
            return _("See you soon: %(event)s", event=title)
        case DeliveryKind.EVENT_CANCELLED:
            return _("Cancelled: %(event)s", event=title)
        case DeliveryKind.THANK_YOU:
            return _("Thank you for coming: %(event)s", event=title)
        case DeliveryKind.ANNOUNCEMENT:
            return title


def _lead(letter: Letter) -> str:
    people = len(letter.holders)
    match letter.kind:
        case DeliveryKind.CONFIRMATION:
            return ngettext(
                "The registration is confirmed. Here is the entry ticket (free). At the entrance, show it on a phone "
                "or on paper, or say the entry code.",
                "The registration is confirmed. Here are the %(num)s entry tickets (free). At the entrance, show them "
                "on a phone or on paper, or say the entry codes.",
                people,
            )
        case DeliveryKind.WAITING_LIST:
            return _(
                "All seats are taken for the moment. The registration is on the waiting list; we will write again as "
                "soon as a place is free."
            )
        case DeliveryKind.CANCELLATION:
            return _("A place of this registration was given back. This is how it stands now.")
        case DeliveryKind.PLACE_FREE:
            return ngettext(
                "A place has become free, and it is yours: here is the entry ticket (free).",
                "Places have become free, and they are yours: here are the %(num)s entry tickets (free).",
                people,
            )
        case DeliveryKind.OFFER:
            if letter.until is not None:
                return _(
                    "A place has become free, and it is kept for you until %(until)s. Please say on your page whether "
                    "you take it: one tap is enough. Without an answer it goes to whoever is next.",
                    until=moment(letter, letter.until),
                )
            return _(
                "A place has become free, and it is kept for you. Please say on your page whether you take it: one tap "
                "is enough."
            )
        case DeliveryKind.OFFER_LAPSED:
            return _(
                "The place that we kept for you went to whoever was next, since we had no answer. You are still on the "
                "waiting list."
            )
        case DeliveryKind.PENDING:
            return _(
                "Your registration has arrived. The organizer looks at it, and we write again as soon as it is decided."
            )
        case DeliveryKind.REJECTION:
            return _("We are sorry: the organizer could not accept this registration.")
        case DeliveryKind.RECONFIRM:
            if letter.until is not None:
                return _(
                    "The event is near. Please say on your page whether you still come: one tap is enough. Places that "
                    "nobody has confirmed by %(until)s are given to people who wait.",
                    until=moment(letter, letter.until),
                )
            return _(
                "The event is near. Please say on your page whether you still come: one tap is enough. If you cannot, "
                "somebody else is glad of your place."
            )
        case DeliveryKind.RELEASED:
            return _(
                "We asked whether you still come and had no answer, so your place was given to people who wait. While "
                "seats remain, you can take it back on your page."
            )
        case DeliveryKind.LOST_TICKET:
            return _("Somebody, we hope you, told us that the ticket was lost. Here is all of it again.")
        case DeliveryKind.PROOF_CODE:
            return _(
                "Somebody with the link of your registration wants to see, take away or erase what is stored. If that "
                "is you, type this code: %(code)s. It is good for 30 minutes. If it is not you, nothing happens.",
                code=letter.code,
            )
        case DeliveryKind.HANDED_ON:
            return _(
                "A ticket of this registration was handed on. The old code is no longer good; this is the new one."
            )
        case DeliveryKind.SESSION_SEAT:
            return _(
                "A seat has become free in a session that you were waiting for, and it is yours: %(session)s",
                session=letter.session,
            )
        case DeliveryKind.INVITATION:
            if letter.until is not None:
                return _(
                    "You are invited. Please tell us on your personal page by %(until)s whether you come, or who "
                    "represents you.",
                    until=moment(letter, letter.until),
                )
            return _("You are invited. Please tell us on your personal page whether you come, or who represents you.")
        case DeliveryKind.SPEAKER_LINK:
            return _("Here is your personal page: your sessions, when and where, and with whom.")
        case DeliveryKind.PROGRAMME_CHANGE:
            if letter.is_for_guest:
                return _("Something has changed in sessions that you chose.")
            return _("This is new about your sessions. Your page has the whole, and so has your calendar.")
        case DeliveryKind.SPEAKER_REMINDER:
            return _("We look forward to having you with us. This is still missing; your personal page takes it all:")
        case DeliveryKind.REMINDER:
            if letter.is_for_guest:
                return ngettext(
                    "The event is near, and we look forward to seeing you. Here is the entry ticket once more.",
                    "The event is near, and we look forward to seeing you. Here are the %(num)s entry tickets once "
                    "more.",
                    people,
                )
            return _("The event is near, and we look forward to seeing you.")
        case DeliveryKind.EVENT_CANCELLED:
            note = letter.note.pick(letter.languages).value
            said = _("We are sorry: the event is cancelled. There is nothing to do.")
            return f"{said}\n\n{note}" if note else said
        case DeliveryKind.THANK_YOU:
            said = _("Thank you for having been with us.")
            if letter.survey_url:
                return f"{said}\n\n" + _("How was it? Two minutes are enough: %(survey)s", survey=letter.survey_url)
            return said
        case DeliveryKind.ANNOUNCEMENT:
            return ""


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
