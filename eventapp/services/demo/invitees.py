"""The invitees of the demo forum: one of each kind that an organizer meets. All of them are made up."""

from datetime import timedelta

from eventapp import queries, services
from eventapp.models.event import Event
from eventapp.services.demo.people import PHONES
from eventapp.services.invitation import InvitationFacts


def add(event: Event) -> None:
    """Invites them: by mail, by telephone alone, by paper alone; one organization comes and names its people later."""
    category = queries.registration.list_ticket_types(event.id)[0].id
    reply_by = event.starts_at - timedelta(days=7) if event.starts_at else None
    waits = InvitationFacts(
        ticket_type_id=category,
        language="fr",
        courtesy_title="Madame la Directrice",
        name="Invitée 1 (exemple)",
        function="Directrice",
        organization="Bibliothèque (exemple)",
        email="invitee-1@example.org",
        reply_by=reply_by,
    )
    by_telephone = InvitationFacts(
        ticket_type_id=category, language="fr", name="Invité 2 (exemple)", phone=PHONES[2], reply_by=reply_by
    )
    on_paper = InvitationFacts(
        ticket_type_id=category,
        language="en",
        courtesy_title="Mr Ambassador",
        name="Invitee 3 (example)",
        organization="Embassy (example)",
        reply_by=reply_by,
    )
    comes = InvitationFacts(
        ticket_type_id=category,
        language="fr",
        organization="Ministère (exemple)",
        email="invitee-4@example.org",
        places=3,
    )
    for facts in (waits, by_telephone, on_paper):
        services.invitation.add(event.id, facts)
    services.invitation.accept(services.invitation.add(event.id, comes).id, [], expected=3)
