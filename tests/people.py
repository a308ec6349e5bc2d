"""The cast: Olga organizes, Sam speaks, Ada attends, Max belongs elsewhere. And what they need to appear.

Functions need an application context; rows they return belong to its session, so take ids out of them.
"""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from eventapp import clock, queries, services
from eventapp.db import transactional
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import Role
from eventapp.services.event import NewEvent
from eventapp.services.invitation import InvitationFacts
from eventapp.services.registration import Booking, Person
from eventapp.services.speaker import SpeakerFacts

STARTS = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)
ENDS = datetime(2026, 12, 18, 17, 0, tzinfo=UTC)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Staged:
    """An event with its owner, as ids."""

    event_id: int
    slug: str
    owner_id: int


def account(name: str) -> int:
    """An account, by name: ``olga@example.org``."""
    found = queries.account.find_by_email(f"{name}@example.org")
    return (found or services.account.add(f"{name}@example.org", name=name.capitalize())).id


@transactional
def stage(
    slug: str = "forum", owner: str = "olga", *, capacity: int | None = 50, max_party: int = 5, published: bool = True
) -> Staged:
    """An event of Olga's, open for registration; in one transaction, because most tests begin with it."""
    owner_id = account(owner)
    event = services.event.create(
        NewEvent(
            slug=slug,
            title=LocalizedText(fr="Forum d’essai", en="Trial forum"),
            timezone="Africa/Bamako",
            starts_at=STARTS,
            ends_at=ENDS,
        ),
        owner_id=owner_id,
    )
    services.event.set_places(event.id, capacity=capacity, max_party=max_party)
    if published:
        services.event.publish(event.id)
    return Staged(event.id, slug, owner_id)


def register(
    event_id: int,
    *people: str,
    email: str | None = None,
    language: str = "fr",
    phone: str | None = None,
    ticket_type_id: int | None = None,
    code: str | None = None,
) -> int:
    """Registers people (Ada, unless others are named); returns the registration's id."""
    booking = Booking(
        form_id=f"form-{next(_numbers)}",
        language=language,
        people=[Person(name=name) for name in people or ("Ada Traoré",)],
        email=email,
        phone=phone,
        ticket_type_id=ticket_type_id,
        code=code,
    )
    return services.registration.register(event_id, booking).id


def ticket_codes(registration_id: int) -> list[str]:
    """The codes of a registration's valid tickets, in the order of its people."""
    attendees = queries.registration.get(registration_id).attendees
    return [attendee.ticket.code for attendee in attendees if attendee.ticket]


def invite(event_id: int, *, name: str | None = "Awa Diarra", **facts: Any) -> int:
    """Invites somebody (Awa) by name, for the event's first category; returns the invitation's id."""
    first = queries.registration.list_ticket_types(event_id)[0].id
    wanted = InvitationFacts(**{"ticket_type_id": first, "language": "fr", "name": name, **facts})
    return services.invitation.add(event_id, wanted).id


def speaker(event_id: int, name: str = "Sam Sidibé") -> int:
    """A speaker of an event (Sam); returns the id."""
    return services.speaker.add(event_id, SpeakerFacts(name=LocalizedText(fr=name))).id


def speaker_secret(event_id: int, speaker_id: int) -> str:
    """The secret of a speaker's link, /s/<secret>."""
    return services.speaker.secret(queries.speaker.get_by_id(event_id, speaker_id))


def grant(name: str, event_id: int, role: Role) -> int:
    """Gives someone a role; returns the account's id."""
    account_id = account(name)
    services.account.grant(account_id, event_id, role)
    return account_id


def sign_in(app: Flask, name: str) -> FlaskClient:
    """A browser that someone is signed in with."""
    with app.app_context():
        token = services.account.open_sign_in(account(name), clock.now())
    client = app.test_client()
    client.set_cookie("eventapp-account", token)
    return client
