"""What messages say where an organizer wrote nothing of their own: a subject and a few sentences for each kind.

``say`` holds what stands for each placeholder of `rules.message`: its value in a message that is sent, the placeholder
itself where an organizer begins with these words. An empty one is not spoken of.
"""

from collections.abc import Mapping

from eventapp.language import gettext as _
from eventapp.language import ngettext
from eventapp.rules.vocabulary import DeliveryKind


def subject(kind: DeliveryKind, say: Mapping[str, str], *, people: int) -> str:
    """The subject in the language that is spoken; ``people`` have a ticket."""
    title = say["event"]
    match kind:
        case DeliveryKind.CONFIRMATION:
            return ngettext("Your entry ticket: %(event)s", "Your entry tickets: %(event)s", people, event=title)
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
            return _("Your code: %(code)s (%(event)s)", code=say["code"], event=title)
        case DeliveryKind.HANDED_ON:
            return _("A ticket was handed on: %(event)s", event=title)
        case DeliveryKind.SESSION_SEAT:
            return _("You have a seat in a session: %(event)s", event=title)
        case DeliveryKind.INVITATION:
            return _("Invitation: %(event)s", event=title)
        case DeliveryKind.INVITATION_REMINDER:
            return _("Please answer our invitation: %(event)s", event=title)
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
        case DeliveryKind.EVENT_REVIVED:
            return _("It takes place after all: %(event)s", event=title)
        case DeliveryKind.EVENT_MOVED:
            return _("New date or place: %(event)s", event=title)
        case DeliveryKind.THANK_YOU:
            return _("Thank you for coming: %(event)s", event=title)
        case DeliveryKind.ANNOUNCEMENT:
            return title


def lead(kind: DeliveryKind, say: Mapping[str, str], *, people: int, is_for_guest: bool) -> str:
    """What stands between the greeting and the facts, in the language that is spoken; an empty line between
    paragraphs."""
    match kind:
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
            if say["until"]:
                return _(
                    "A place has become free, and it is kept for you until %(until)s. Please say on your page whether "
                    "you take it: one tap is enough. Without an answer it goes to whoever is next.",
                    until=say["until"],
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
            if say["until"]:
                return _(
                    "The event is near. Please say on your page whether you still come: one tap is enough. Places that "
                    "nobody has confirmed by %(until)s are given to people who wait.",
                    until=say["until"],
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
                code=say["code"],
            )
        case DeliveryKind.HANDED_ON:
            return _(
                "A ticket of this registration was handed on. The old code is no longer good; this is the new one."
            )
        case DeliveryKind.SESSION_SEAT:
            return _(
                "A seat has become free in a session that you were waiting for, and it is yours: %(session)s",
                session=say["session"],
            )
        case DeliveryKind.INVITATION:
            if say["until"]:
                return _(
                    "You are invited. Please tell us on your personal page by %(until)s whether you come, or who "
                    "represents you.",
                    until=say["until"],
                )
            return _("You are invited. Please tell us on your personal page whether you come, or who represents you.")
        case DeliveryKind.INVITATION_REMINDER:
            if say["until"]:
                return _(
                    "We invited you and have no answer yet. Please tell us on your personal page by %(until)s whether "
                    "you come, or who represents you.",
                    until=say["until"],
                )
            return _(
                "We invited you and have no answer yet. Please tell us on your personal page whether you come, or who "
                "represents you."
            )
        case DeliveryKind.SPEAKER_LINK:
            return _("Here is your personal page: your sessions, when and where, and with whom.")
        case DeliveryKind.PROGRAMME_CHANGE:
            if is_for_guest:
                return _("Something has changed in sessions that you chose.")
            return _("This is new about your sessions. Your page has the whole, and so has your calendar.")
        case DeliveryKind.SPEAKER_REMINDER:
            return _("We look forward to having you with us. This is still missing; your personal page takes it all:")
        case DeliveryKind.REMINDER:
            if is_for_guest:
                return ngettext(
                    "The event is near, and we look forward to seeing you. Here is the entry ticket once more.",
                    "The event is near, and we look forward to seeing you. Here are the %(num)s entry tickets once "
                    "more.",
                    people,
                )
            return _("The event is near, and we look forward to seeing you.")
        case DeliveryKind.EVENT_CANCELLED:
            said = _("We are sorry: the event is cancelled. There is nothing to do.")
            return f"{said}\n\n{say['reason']}" if say["reason"] else said
        case DeliveryKind.EVENT_REVIVED:
            said = _(
                "We wrote that the event was cancelled. It takes place after all, and we look forward to seeing you."
            )
            return f"{said}\n\n{_still_good()}" if people else said
        case DeliveryKind.EVENT_MOVED:
            said = _("The time or the place of the event has changed.")
            before = _("Before: %(what)s", what=say["before"])
            now = _("Now: %(date)s, %(place)s", date=say["date"], place=say["place"])
            return "\n\n".join([said, f"{before}\n{now}", *([_still_good()] if people else [])])
        case DeliveryKind.THANK_YOU:
            said = _("Thank you for having been with us.")
            if say["survey"]:
                return f"{said}\n\n" + _("How was it? Two minutes are enough: %(survey)s", survey=say["survey"])
            return said
        case DeliveryKind.ANNOUNCEMENT:
            return ""


def _still_good() -> str:
    return _("The tickets are still good. If you cannot come, please give the place back on your page.")
