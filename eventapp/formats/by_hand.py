"""Why somebody of the team calls or writes to a person, in the words of the reader at the desk."""

from eventapp.language import gettext as _
from eventapp.rules.vocabulary import DeliveryKind


def reason(kind: DeliveryKind, session: str = "") -> str:
    """What a message is about and what to ask; ``session`` is the one in which somebody has a seat now."""
    match kind:
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
            return _("They have a seat now in a session that they waited for: %(session)s", session=session)
        case DeliveryKind.CONFIRMATION:
            return _("They are registered, and have not seen their ticket yet. Send them the link.")
        case DeliveryKind.WAITING_LIST:
            return _("They are on the waiting list now. Tell them that you will call again.")
        case DeliveryKind.REJECTION:
            return _("Their registration could not be accepted. Tell them, kindly.")
        case DeliveryKind.INVITATION:
            return _("They are invited. Send them their letter's link, or ask on the telephone whether they come.")
        case DeliveryKind.EVENT_CANCELLED:
            return _("The event is cancelled. Tell them, before they travel for nothing.")
        case DeliveryKind.EVENT_REVIVED:
            return _("They were told that the event is cancelled. Tell them that it takes place after all.")
        case DeliveryKind.EVENT_MOVED:
            return _("The event takes place at another time or place. Tell them the new one.")
        case DeliveryKind.INVITATION_REMINDER:
            return _("They were invited and have not answered. Ask whether they come.")
        case DeliveryKind.REMINDER:
            return _("The event is near. Remind them, and send the link once more.")
        case DeliveryKind.PROGRAMME_CHANGE:
            return _("The programme has changed for them. Tell them what is new.")
        case DeliveryKind.THANK_YOU:
            return _("Thank them for having been there.")
        case DeliveryKind.ANNOUNCEMENT:
            return _("There is something to announce. Send them the text.")
        case _:
            return _("There is news about their registration.")
