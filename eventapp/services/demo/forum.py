"""The open demo forum: the shape of the archive event, and nothing else of it; all of it is made up."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from eventapp import clock, queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.checkin import Checkpoint
from eventapp.models.event import Event, Organization
from eventapp.models.registration import TicketType
from eventapp.rules import custom_question
from eventapp.rules.custom_question import Asking
from eventapp.rules.vocabulary import Asked, HostRole, Policy, Question, QuestionKind, SessionKind
from eventapp.services.demo import invitees, mailings, programme, speakers
from eventapp.services.event import NewEvent

SLUG = "demo-forum"
MAX_PARTY = 10
FRIDAY = 4

TOPICS = [LocalizedText(fr=f"Sujet {number}", en=f"Topic {number}") for number in range(1, 8)]
PERFORMANCE = programme.Item(
    "performance",
    *programme.PERFORMANCE_SLOT,
    SessionKind.PERFORMANCE,
    LocalizedText(fr="Prestation", en="Performance"),
)


def first_friday(today: date) -> date:
    """The first Friday that is at least 21 days away."""
    earliest = today + timedelta(days=21)
    return earliest + timedelta(days=(FRIDAY - earliest.weekday()) % 7)


def add() -> Event:
    """Adds what the forum lacks; what is there is left as it is."""
    event = queries.event.find_by_slug(SLUG) or _create()
    day = event.starts_at.date() if event.starts_at else first_friday(clock.now().date())
    programme.add(event, day, TOPICS, PERFORMANCE, topics_made_up=True)
    speakers.add(event)
    if event.programme_released_at is None:
        services.release.release(event.id)
    mailings.add(event)
    return event


def _create() -> Event:
    now = clock.now()
    day = first_friday(now.date())
    event = services.event.create(
        NewEvent(
            slug=SLUG,
            title=LocalizedText(fr="Forum de démonstration", en="Demo forum"),
            timezone=programme.ZONE,
            starts_at=programme.at(day, "09:00"),
            ends_at=programme.at(day, "17:00"),
        )
    )
    event.is_demo = True
    event.placeholder = True
    event.accent = "#14655b"
    event.theme = LocalizedText(fr="Thème d'exemple", en="Sample theme")
    event.description = LocalizedText(
        fr="Un forum inventé, pour essayer\u00a0: inscrivez-vous, ouvrez votre billet, faites-le lire à l’accueil. "
        "Rien de ce que vous écrivez ici n’est envoyé à qui que ce soit.",
        en="A made-up forum to try things out: register, open your ticket, have it read at the entrance. "
        "Nothing that you write here is sent to anybody.",
    )
    event.venue = LocalizedText(fr="Centre de conférences (exemple)", en="Conference centre (placeholder)")
    event.city = LocalizedText(fr="Bamako, Mali", en="Bamako, Mali")
    event.contact_email = "organisation@example.org"
    event.max_party = MAX_PARTY
    event.asked = {
        Question.ORGANIZATION: Asked.OPTIONAL,
        Question.SEX: Asked.OPTIONAL,
        Question.AGE_BAND: Asked.OPTIONAL,
        Question.REGION: Asked.OPTIONAL,
        Question.LANGUAGES: Asked.OPTIONAL,
        Question.NEEDS: Asked.OPTIONAL,
        Question.PHOTO_CONSENT: Asked.OPTIONAL,
    }
    db.session.add(
        Organization(
            event_id=event.id,
            role=HostRole.ORGANIZER,
            name=LocalizedText(fr="Organisation d'exemple", en="Sample organization"),
            placeholder=True,
        )
    )
    entrance = db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id)).one()
    entrance.policy = Policy.SINGLE
    entrance.opens_at = datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(days=1)
    entrance.placeholder = True
    for ticket_type in db.session.scalars(select(TicketType).where(TicketType.event_id == event.id)):
        ticket_type.placeholder = True
    _ask(event.id)
    services.event.publish(event.id)
    invitees.add(event)
    return event


def _ask(event_id: int) -> None:
    """Two questions of the organizer's own, the second of which depends on the first."""
    lunch = Asking(
        id=None,
        kind=QuestionKind.YES_NO,
        label=LocalizedText(fr="Mangez-vous avec nous à midi\u00a0?", en="Do you have lunch with us?"),
        is_counted=True,
    )
    lunch_id = services.question.add(event_id, lunch).id
    dish = Asking(
        id=None,
        kind=QuestionKind.ONE_CHOICE,
        label=LocalizedText(fr="Quel plat\u00a0?", en="Which dish?"),
        choices=custom_question.choices({"fr": "Riz au gras\nTô de mil", "en": "Rice in sauce\nMillet tô"}, ()),
        shown_if_question_id=lunch_id,
        shown_if_value="yes",
        is_counted=True,
    )
    services.question.add(event_id, dish)
