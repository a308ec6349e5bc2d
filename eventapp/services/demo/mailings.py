"""Messages to many in the demo forum: a reminder that is scheduled, an announcement that is a draft."""

from eventapp import clock, queries
from eventapp.language import LocalizedText
from eventapp.models.event import Event
from eventapp.rules import mailing as rules
from eventapp.rules.mailing import Leaves
from eventapp.rules.vocabulary import Audience, DeliveryKind
from eventapp.services import mailing
from eventapp.services.mailing import MailingFacts

REMINDER, ANNOUNCEMENT = "demo:reminder", "demo:announcement"

ROOM = MailingFacts(
    subject=LocalizedText(fr="Midi\u00a0: où manger", en="Where to have lunch"),
    body=LocalizedText(
        fr="Le repas de midi est servi dans la cour, de 12\u00a0h\u00a030 à 14\u00a0h. Montrez-y le billet de {nom}.",
        en="Lunch is served in the yard, from 12:30 to 14:00. Show the ticket of {name} there.",
    ),
)


def add(event: Event) -> None:
    """Adds what is missing; what is there is left as it is."""
    _, days, minute = rules.USUAL["evening-before"]
    evening = MailingFacts(leaves=Leaves(days=days, minute=minute))
    if queries.mailing.find_by_form(event.id, REMINDER) is None:
        made = mailing.draft(event.id, DeliveryKind.REMINDER, Audience.GUESTS, evening, form_id=REMINDER)
        leaves_at = mailing.leaves_at(made, event)
        if leaves_at is not None and leaves_at > clock.now():
            mailing.schedule(event.id, made.id)
    if queries.mailing.find_by_form(event.id, ANNOUNCEMENT) is None:
        mailing.draft(event.id, DeliveryKind.ANNOUNCEMENT, Audience.GUESTS, ROOM, form_id=ANNOUNCEMENT)
