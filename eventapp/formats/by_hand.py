"""What the team tells people who have no e-mail address: why, for whoever calls, and the words of a short message."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from eventapp import language
from eventapp.language import LocalizedText
from eventapp.language import gettext as _
from eventapp.rules.vocabulary import AttendeeStatus, DeliveryKind


@dataclass(frozen=True)
class News:
    """What is to be told. ``personal_link`` opens the registration; ``until`` is the end of the time to answer."""

    kind: DeliveryKind
    title: LocalizedText
    languages: Sequence[str]
    timezone: str
    personal_link: str
    until: datetime | None = None
    session: LocalizedText | None = None


def is_outdated(kind: DeliveryKind, statuses: Collection[AttendeeStatus]) -> bool:
    """Whether there is nothing to tell any more: the people of the registration have gone on since."""
    if kind is DeliveryKind.OFFER:
        return AttendeeStatus.OFFERED not in statuses
    if kind is DeliveryKind.RELEASED:
        return AttendeeStatus.CANCELLED not in statuses
    if kind in (DeliveryKind.PLACE_FREE, DeliveryKind.RECONFIRM, DeliveryKind.LOST_TICKET, DeliveryKind.SESSION_SEAT):
        return AttendeeStatus.CONFIRMED not in statuses
    return False


def reason(news: News) -> str:
    """Why somebody is called, in the words of the reader at the desk."""
    match news.kind:
        case DeliveryKind.OFFER:
            return _(
                "A place is free and kept for them. Ask whether they take it; it stays theirs until you have asked."
            )
        case DeliveryKind.PLACE_FREE:
            return _("A place is free, and it is theirs: they have a ticket now. Tell them the entry code.")
        case DeliveryKind.RECONFIRM:
            return _("The event is near. Ask whether they still come.")
        case DeliveryKind.RELEASED:
            return _("They did not answer, so their place went to others. Tell them, before they travel for nothing.")
        case DeliveryKind.LOST_TICKET:
            return _("They lost their ticket. Tell them the entry code, or send the link.")
        case DeliveryKind.SESSION_SEAT:
            return _("They have a seat now in a session that they waited for: %(session)s", session=_session(news))
        case _:
            return _("There is news about their registration.")


def write(news: News, speaks: str) -> str:
    """The message in the language of whoever gets it, for a messenger or to be read aloud."""
    with language.speaking(speaks):
        lead = _lead(news)
        title = news.title.pick(news.languages).value
        return _("%(event)s. %(text)s %(link)s", event=title, text=lead, link=news.personal_link)


def _lead(news: News) -> str:
    match news.kind:
        case DeliveryKind.OFFER:
            return _("A place is free, and we keep it for you. Do you take it? You can answer here:")
        case DeliveryKind.PLACE_FREE:
            return _("A place is free, and it is yours. Here is your ticket:")
        case DeliveryKind.RECONFIRM:
            if news.until is not None:
                when = language.moment(language.local(news.until, news.timezone))
                return _(
                    "Do you still come? Please say so by %(until)s; after that the place goes to somebody who waits. "
                    "You can answer here:",
                    until=when,
                )
            return _("Do you still come? If you cannot, somebody else is glad of your place. You can answer here:")
        case DeliveryKind.RELEASED:
            return _(
                "We had no answer from you, so your place went to others. While seats remain, you can have it again:"
            )
        case DeliveryKind.LOST_TICKET:
            return _("Here is your ticket again:")
        case DeliveryKind.SESSION_SEAT:
            return _("You have a seat now in a session that you waited for: %(session)s.", session=_session(news))
        case _:
            return _("There is news about your registration:")


def _session(news: News) -> str:
    return news.session.pick(news.languages).value if news.session is not None else ""
