"""The archive event, Connect 223: the facts of the article that reported it, and marked placeholders for the rest.

The people named are real: each is shown with the role that the article states, and with nothing else. No quotation, no
biography, no contact; see docs/decisions/0007-demo-data.md.
"""

import re
from datetime import date

from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.checkin import Checkpoint
from eventapp.models.event import Event, Organization, PageSection
from eventapp.models.registration import TicketType
from eventapp.rules.vocabulary import HostRole, SessionKind
from eventapp.services.demo import programme
from eventapp.services.event import NewEvent

SLUG = "connect-223"
DAY = date(2019, 12, 13)
"""The article says Friday 13 December; the year is deduced."""

NBSP = "\u00a0"

TOPICS = [
    LocalizedText(en="Succeeding at Home", fr="Réussir chez soi"),
    LocalizedText(en="Migration and Sport", fr="Migration et sport"),
    LocalizedText(
        en="Migration and Voluntary Return to Their Country of Origin",
        fr="Migration et retour volontaire au pays d'origine",
    ),
    LocalizedText(
        en="Migration and Culture, the Role of Music in Migration",
        fr=f"Migration et culture{NBSP}: le rôle de la musique dans la migration",
    ),
    LocalizedText(en="Mali as a Destination Country", fr="Le Mali, pays de destination"),
    LocalizedText(en="Migration Policy in Mali", fr="La politique migratoire au Mali"),
    LocalizedText(en="International Migration", fr="La migration internationale"),
]

PERFORMANCE = programme.Item(
    "performance",
    *programme.PERFORMANCE_SLOT,
    SessionKind.PERFORMANCE,
    LocalizedText(
        fr=f"Prestation{NBSP}: Ami Yèrèwolo, «{NBSP}si je savais{NBSP}»",
        en="Performance: Ami Yèrèwolo, “si je savais”",
    ),
)

ORGANIZATIONS = (
    (
        HostRole.ORGANIZER,
        LocalizedText(
            en="International Organization for Migration (IOM) in Mali",
            fr="Organisation internationale pour les migrations (OIM) au Mali",
        ),
    ),
    (HostRole.PARTNER, LocalizedText(en="Accountability Lab", fr="Accountability Lab")),
    (HostRole.DONOR, LocalizedText(en="United Kingdom's Department for International Development")),
    (
        HostRole.PROJECT,
        LocalizedText(en="Security, Support and Solutions along the Central Mediterranean Route"),
    ),
)


def _text(**languages: str) -> LocalizedText:
    """Texts written here over several lines: a single line break is a blank, an empty line or a list stays."""
    return LocalizedText({code: re.sub(r"(?<!\n)\n(?![\n-])", " ", text) for code, text in languages.items()})


DESCRIPTION = _text(
    en="""A pilot initiative, and the first event bringing together Malians to discuss migration issues. It set out to
convey a positive image of migration and to promote the contribution of people who migrate regularly.

Eight participants from different backgrounds (private sector, public sector, sports, education, human rights advocacy)
shared their experiences, inspirations, challenges and opportunities of regular migration, around seven topics.

The name reads the same in French and in English. 223 is Mali's telephone country code; it stands for the cultural
connection and for the connection between communities.""",
    fr=f"""Une initiative pilote, et le premier événement à réunir des Maliennes et des Maliens pour parler des
questions de migration. Il voulait donner une image positive de la migration et mettre en valeur l’apport des
personnes qui migrent de façon régulière.

Huit participants d’horizons différents (secteur privé, secteur public, sport, éducation, défense des droits humains)
y ont partagé leurs expériences, leurs inspirations, les difficultés et les chances de la migration régulière, autour
de sept sujets.

Le nom se lit en français comme en anglais. 223 est l’indicatif téléphonique du Mali{NBSP}; il représente le lien
culturel et le lien entre les communautés.""",
)

PEOPLE_TITLE = LocalizedText(en="People named in the article", fr="Personnes citées par l’article")
PEOPLE = _text(
    en="""Roles are those at the time of the event. The article quotes three people; their words are not repeated here.

- **Nènè Keïta**: one of the participants
- **Pascal Reyntjens**: IOM Chief of Mission in Mali
- **Amadou Koïta**: Minister of Malians Abroad
- **Ami Yèrèwolo**: artist; performed the song “si je savais”, about human trafficking""",
    fr=f"""Fonctions au moment de l’événement. L’article cite les propos de trois personnes{NBSP}; ils ne sont pas
repris ici.

- **Nènè Keïta**{NBSP}: a pris part à l’événement
- **Pascal Reyntjens**{NBSP}: chef de mission de l’OIM au Mali
- **Amadou Koïta**{NBSP}: ministre des Maliens de l’extérieur
- **Ami Yèrèwolo**{NBSP}: artiste{NBSP}; prestation de la chanson «{NBSP}si je savais{NBSP}», sur la traite des êtres
humains""",
)

SOURCE_TITLE = LocalizedText(en="About this page", fr="À propos de cette page")
SOURCE = _text(
    en="""This page follows an IOM news item: “Connect 223”: The New Event Gathering Young Malians to Discuss
“Migration” Issues. It gives Friday 13 December without a year; 2019 is deduced. Times, room and speakers are made up
and marked as placeholders. The French titles of the topics are our translation.""",
    fr=f"""Cette page suit un article de l’OIM, en anglais, intitulé “Connect 223”: The New Event Gathering Young
Malians to Discuss “Migration” Issues. L’article donne le vendredi 13 décembre sans l’année{NBSP}; 2019 est déduit. Les
horaires, la salle et les intervenants sont inventés et marqués comme exemples. Les titres français des sujets sont
notre traduction.""",
)


def add() -> Event:
    """Adds what the archive event lacks; what is there is left as it is."""
    event = queries.event.find_by_slug(SLUG) or _create()
    programme.add(event, DAY, TOPICS, PERFORMANCE, topics_made_up=False)
    if event.programme_released_at is None:
        services.release.release(event.id)
    return event


def _create() -> Event:
    event = services.event.create(
        NewEvent(
            slug=SLUG,
            title=LocalizedText(fr="Connect 223", en="Connect 223"),
            timezone=programme.ZONE,
            starts_at=programme.at(DAY, "09:00"),
            ends_at=programme.at(DAY, "17:00"),
        )
    )
    event.is_demo = True
    event.time_is_known = False
    event.theme = LocalizedText(
        en="Migration: Same Aspiration, Different Stories",
        fr=f"Migration{NBSP}: même aspiration, différentes histoires",
    )
    event.venue = LocalizedText(fr="Hôtel de l'Amitié", en="Hôtel de l'Amitié")
    event.city = LocalizedText(fr="Bamako, Mali", en="Bamako, Mali")
    event.description = DESCRIPTION
    event.contact_email = "organisation@example.org"
    event.registration_open = False
    event.registration_closes_at = programme.at(DAY, "00:00")
    for position, (role, name) in enumerate(ORGANIZATIONS):
        db.session.add(Organization(event_id=event.id, position=position, role=role, name=name))
    db.session.add(PageSection(event_id=event.id, position=0, title=PEOPLE_TITLE, body=PEOPLE))
    db.session.add(PageSection(event_id=event.id, position=1, title=SOURCE_TITLE, body=SOURCE))
    for ticket_type in db.session.scalars(select(TicketType).where(TicketType.event_id == event.id)):
        ticket_type.placeholder = True
    for entrance in db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id)):
        entrance.placeholder = True
    services.event.publish(event.id)
    return event
