"""Demonstration data: an archive event with an article's facts, and an open forum to try everything on.

Running it twice gives the same; it fills in what is missing and never resets what somebody changed.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from eventapp import queries, services
from eventapp.db import db, transactional
from eventapp.models.event import Event
from eventapp.models.programme import EventSession
from eventapp.models.registration import Attendee, Registration
from eventapp.models.speaker import Speaker
from eventapp.models.ticket import Ticket
from eventapp.rules.vocabulary import Role
from eventapp.services.demo import attendees, connect_223, forum

DEFAULT_ATTENDEES = 41
MAX_ATTENDEES = 100_000

ACCOUNTS: dict[str, tuple[str, Role | None]] = {
    "administrator": ("Administration (exemple)", None),
    "organizer": ("Organisation (exemple)", Role.ORGANIZER),
    "checkin": ("Accueil (exemple)", Role.CHECKIN),
    "viewer": ("Lecture (exemple)", Role.VIEWER),
}
"""Accounts by the name before ``@example.org``, and their role in both events; the administrator needs none."""


@dataclass(frozen=True)
class Seeded:
    """What a demo consists of, and the secrets with which to enter."""

    archive_slug: str
    forum_slug: str
    forum_id: int
    sign_in_tokens: dict[str, str]
    speaker_secret: str
    registration_secret: str
    counts: dict[str, int]


@transactional
def seed(wanted: int | None = None) -> Seeded:
    """Adds what the demo lacks; returns fresh sign-in links.

    ``wanted`` is how many attendees the forum should have at least, at most MAX_ATTENDEES.
    """
    archive = connect_223.add()
    open_forum = forum.add()
    attendees.top_up(open_forum, DEFAULT_ATTENDEES if wanted is None else wanted)
    tokens = {name: _account(name, (archive, open_forum)) for name in ACCOUNTS}
    speaker = db.session.scalars(
        select(Speaker).where(Speaker.event_id == open_forum.id).order_by(Speaker.position, Speaker.id)
    ).first()
    registration = db.session.scalars(
        select(Registration).where(Registration.event_id == open_forum.id).order_by(Registration.id)
    ).first()
    if speaker is None or registration is None:
        raise LookupError("the demo forum has lost its speakers or its registrations")
    return Seeded(
        archive_slug=archive.slug,
        forum_slug=open_forum.slug,
        forum_id=open_forum.id,
        sign_in_tokens=tokens,
        speaker_secret=services.speaker.secret(speaker),
        registration_secret=services.registration.secret(registration),
        counts=_counts((archive, open_forum)),
    )


def _account(name: str, events: tuple[Event, ...]) -> str:
    shown, role = ACCOUNTS[name]
    email = f"{name}@example.org"
    account = queries.account.find_by_email(email) or services.account.add(
        email, name=shown, is_admin=role is None, placeholder=True
    )
    for event in events:
        if role is not None and queries.account.find_role(account.id, event.id) is None:
            services.account.grant(account.id, event.id, role)
    return services.account.make_link(account.id)


def _counts(events: tuple[Event, ...]) -> dict[str, int]:
    ids = [event.id for event in events]
    count = select(func.count())
    statements = {
        "attendees": count.where(Attendee.event_id.in_(ids)),
        "tickets": count.where(Ticket.event_id.in_(ids)),
        "sessions": count.where(EventSession.event_id.in_(ids)),
        "speakers": count.where(Speaker.event_id.in_(ids)),
    }
    return {name: db.session.scalar(statement) or 0 for name, statement in statements.items()}
