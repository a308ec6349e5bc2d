"""What a message says in few words: for a messenger, and as an SMS of 160 signs."""

from urllib.parse import quote

from eventapp import language
from eventapp.formats import gsm7
from eventapp.formats import letter as letters
from eventapp.formats.letter import Letter
from eventapp.language import gettext as _
from eventapp.language import ngettext
from eventapp.rules import message, ticket
from eventapp.rules.vocabulary import DeliveryKind

LEAST_WORDS = 40
"""Signs that are left to the words: a link so long that less would remain makes the SMS one of several parts."""

LEAST_TITLE = 16
"""Signs of the event's title that stay, so that people know who writes."""


def write(letter: Letter) -> str:
    """The whole message in the reader's language, with any letters: for a messenger, or to be read aloud."""
    with language.speaking(letter.language):
        title, words = letters.title(letter).strip(), _words(letter)
    return " ".join(part for part in (_ended(title), words, _link(letter)) if part)


def sms(letter: Letter) -> str:
    """The same in letters of an SMS, and in 160 of them: the event's title is shortened first, then the words, the link
    never. Beside a link that takes more than 120 signs it is an SMS of two parts or more."""
    with language.speaking(letter.language):
        title, words = gsm7.fold(letters.title(letter)), gsm7.fold(_words(letter))
    link = gsm7.fold(quote(_link(letter), safe=":/?#[]@!$&'()*+,;=%-._~"))
    taken = gsm7.length(link) + 1 if link else 0
    room = gsm7.room_beside(taken, LEAST_WORDS)
    if title:
        left = room - gsm7.length(words) - 2  # a full stop and a blank
        if left < LEAST_TITLE:
            left = min(LEAST_TITLE, room - LEAST_WORDS // 2)
        title = _ended(gsm7.cut(title, left))
        room -= gsm7.length(title) + 1
    return " ".join(part for part in (title, gsm7.cut(words, room) if words else "", link) if part)


def sms_address(phone: str, text: str) -> str:
    """The address that opens the SMS app with a number (E.164) and a text in it (RFC 5724).

    The ``&`` before ``body`` is for iPhones, which take nothing else; others pass over it.
    """
    return f"sms:{phone}?&body={quote(text, safe='')}"


def _ended(title: str) -> str:
    return title if not title or title.endswith((".", "!", "?", "…")) else f"{title}."


def _link(letter: Letter) -> str:
    """What stands at the end and is never cut."""
    if letter.kind is DeliveryKind.PROOF_CODE:
        return ""  # whoever is to prove who they are has the link already, and it would be a key beside the lock
    if letter.kind is DeliveryKind.THANK_YOU and letter.survey_url:
        return letter.survey_url
    return letter.personal_link


def _words(letter: Letter) -> str:
    own = letter.own.short.get(language.current(), "")
    if not own or letter.kind is DeliveryKind.PROOF_CODE:
        return _standard(letter)
    # The link follows by itself, wherever it was put.
    values = letters.values(letter) | {"link": ""} | ({"survey": ""} if _link(letter) == letter.survey_url else {})
    return " ".join(message.fill(own, values).split())


def _standard(letter: Letter) -> str:
    codes = [ticket.spoken(guest.code) for guest in letter.holders if guest.code]
    until = language.short_moment(language.local(letter.until, letter.timezone)) if letter.until is not None else ""
    match letter.kind:
        case DeliveryKind.CONFIRMATION:
            return _ticketed(_("You are registered."), codes)
        case DeliveryKind.WAITING_LIST:
            return _("You are on the waiting list. How it stands:")
        case DeliveryKind.CANCELLATION:
            return _("A place was given back. How it stands now:")
        case DeliveryKind.PLACE_FREE:
            return _ticketed(_("A place is free, and it is yours."), codes)
        case DeliveryKind.OFFER:
            if until:
                return _("A place is kept for you until %(until)s. Do you take it? Answer here:", until=until)
            return _("A place is free, and we keep it for you. Do you take it? You can answer here:")
        case DeliveryKind.OFFER_LAPSED:
            return _("We had no answer, so the place went on. You are still on the waiting list:")
        case DeliveryKind.PENDING:
            return _("Your registration has arrived. We write again once it is decided:")
        case DeliveryKind.REJECTION:
            return _("We are sorry: your registration could not be accepted.")
        case DeliveryKind.RECONFIRM:
            if until:
                return _("Do you still come? Say so by %(until)s, or others get the place:", until=until)
            return _("Do you still come? If you cannot, somebody else is glad of your place:")
        case DeliveryKind.RELEASED:
            return _("We had no answer, so your place went on. While seats remain, have it again:")
        case DeliveryKind.LOST_TICKET:
            return _ticketed(_("Here it is again."), codes)
        case DeliveryKind.PROOF_CODE:
            return _(
                "Your code: %(code)s. It is good for 30 minutes. If you did not ask for it, nothing happens.",
                code=letter.code,
            )
        case DeliveryKind.HANDED_ON:
            return _ticketed(_("A ticket was handed on; the old code is void."), codes)
        case DeliveryKind.SESSION_SEAT:
            return _("You have a seat now in: %(session)s", session=letter.session)
        case DeliveryKind.INVITATION:
            if until:
                return _("You are invited. Please answer by %(until)s:", until=until)
            return _("You are invited. Please answer here:")
        case DeliveryKind.INVITATION_REMINDER:
            if until:
                return _("We invited you and have no answer yet. Please answer by %(until)s:", until=until)
            return _("We invited you and have no answer yet. Please answer here:")
        case DeliveryKind.SPEAKER_LINK:
            return _("Your page as a speaker, with your sessions:")
        case DeliveryKind.PROGRAMME_CHANGE:
            if letter.is_for_guest:
                return _("Something has changed in sessions that you chose:")
            return _("Something has changed in your sessions:")
        case DeliveryKind.SPEAKER_REMINDER:
            return _("We still need something from you. Your page says what:")
        case DeliveryKind.REMINDER:
            return _ticketed(_soon(letter), codes) if letter.is_for_guest else _soon(letter)
        case DeliveryKind.EVENT_CANCELLED:
            return _("We are sorry: the event is cancelled. More about it:")
        case DeliveryKind.EVENT_REVIVED:
            return _("The event was said to be cancelled; it takes place after all:")
        case DeliveryKind.EVENT_MOVED:
            at = language.local(letter.starts_at, letter.timezone) if letter.starts_at is not None else None
            if at is None:
                return _("The event takes place at another time. More about it:")
            moment = language.short_moment(at) if letter.time_is_known else language.short_day(at.date())
            return _("New time or place: %(when)s, %(where)s. More:", when=moment, where=letters.where(letter))
        case DeliveryKind.THANK_YOU:
            if letter.survey_url:
                return _("Thank you for having been with us. How was it? Two minutes:")
            return _("Thank you for having been with us.")
        case DeliveryKind.ANNOUNCEMENT:
            # Nothing else holds the news, so all of it goes along; an SMS has the beginning.
            subject, paragraphs = letters.subject(letter), letters.lead(letter)
            said = [subject] if subject != letters.title(letter) else []
            return " ".join([*map(_ended, said), *paragraphs]) or _("There is news for you:")


def _ticketed(said: str, codes: list[str]) -> str:
    """With the entry code, which lets in whoever cannot open the link."""
    if not codes:
        return said
    if len(codes) == 1:
        return _("%(said)s Entry code: %(code)s. Ticket:", said=said, code=codes[0])
    return ngettext("%(said)s Your ticket:", "%(said)s Your %(num)s tickets:", len(codes), said=said)


def _soon(letter: Letter) -> str:
    if letter.starts_at is None:
        return _("See you soon.")
    start = language.local(letter.starts_at, letter.timezone)
    when = language.short_moment(start) if letter.time_is_known else language.short_day(start)
    return _("See you on %(when)s.", when=when)
