"""The demo: the article's facts byte for byte, everything else marked, the same when run twice."""

import html
import unicodedata
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from eventapp import queries, services
from eventapp.db import db
from eventapp.models.account import Account
from eventapp.models.event import Event
from eventapp.models.programme import EventSession, Room
from eventapp.models.registration import Attendee, Registration
from eventapp.models.speaker import Speaker
from eventapp.models.ticket import Ticket
from eventapp.services.demo import forum, people
from tests.tables import rows

PLACEHOLDER_PHONES = {row["lib_e164"] for row in rows("phones.csv")}
NAMED = ("Nènè Keïta", "Pascal Reyntjens", "Amadou Koïta", "Ami Yèrèwolo")

STATED = {
    "en": [
        "Connect 223",
        "Migration: Same Aspiration, Different Stories",
        "Friday 13 December 2019",
        "Hôtel de l'Amitié",
        "Bamako, Mali",
        "International Organization for Migration (IOM) in Mali",
        "Accountability Lab",
        "United Kingdom's Department for International Development",
        "Security, Support and Solutions along the Central Mediterranean Route",
        "Succeeding at Home",
        "Migration and Sport",
        "Migration and Voluntary Return to Their Country of Origin",
        "Migration and Culture, the Role of Music in Migration",
        "Mali as a Destination Country",
        "Migration Policy in Mali",
        "International Migration",
        "IOM Chief of Mission in Mali",
        "Minister of Malians Abroad",
        "si je savais",
        "This event is finished.",
        "time to be confirmed",
        "Speaker 8 (placeholder)",
        "Room A (placeholder)",
        "Demo data: partly made up",
        *NAMED,
    ],
    "fr": [
        "Connect 223",
        "Migration : même aspiration, différentes histoires",
        "vendredi 13 décembre 2019",
        "Hôtel de l'Amitié",
        "Bamako, Mali",
        "Organisation internationale pour les migrations (OIM) au Mali",
        "Accountability Lab",
        '<span lang="en" dir="auto">United Kingdom\'s Department for International Development</span>',
        '<span lang="en" dir="auto">Security, Support and Solutions along the Central Mediterranean Route</span>',
        "Réussir chez soi",
        "Migration et sport",
        "Migration et retour volontaire au pays d'origine",
        "Migration et culture : le rôle de la musique dans la migration",
        "Le Mali, pays de destination",
        "La politique migratoire au Mali",
        "La migration internationale",
        "si je savais",
        "Cet événement est terminé.",
        "heure à confirmer",
        "Intervenant·e 8 (exemple)",
        "Salle A (exemple)",
        "Données de démonstration : en partie inventées",
        *NAMED,
    ],
}


def plain(page: str) -> str:
    """The page with no-break spaces as spaces and the marks of placeholders without their markup."""
    text = html.unescape(page).replace("\u00a0", " ").replace("</bdi>", "").replace("<bdi>", "")
    return text.replace('<span class="soft">(', "(").replace(")</span>", ")")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_archive_pages_state_what_the_article_states(app, client, lang):
    with app.app_context():
        services.demo.seed()
    pages = "".join(client.get(f"/e/connect-223/{path}?lang={lang}").text for path in ("", "programme", "speakers"))
    text = plain(pages)
    assert [stated for stated in STATED[lang] if stated not in text] == []
    assert unicodedata.normalize("NFC", text) == text
    assert "iom.int" not in text


@pytest.mark.usefixtures("context")
class TestSeed:
    """What is in the database afterwards."""

    def counts(self):
        tables = (Event, EventSession, Speaker, Registration, Attendee, Ticket, Account, Room)
        return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]

    def test_twice_gives_the_same(self):
        first, counts = services.demo.seed(), self.counts()
        second = services.demo.seed()
        assert self.counts() == counts
        assert first.counts == second.counts == {"attendees": 41, "tickets": 41, "sessions": 24, "speakers": 16}
        assert first.speaker_secret == second.speaker_secret
        assert first.registration_secret == second.registration_secret

    def test_it_never_resets_what_somebody_changed(self):
        services.demo.seed()
        event = queries.event.get_by_slug("demo-forum")
        event.capacity = 7
        db.session.commit()
        services.demo.seed()
        assert queries.event.get_by_slug("demo-forum").capacity == 7

    def test_archive_has_no_registrations_and_its_topics_in_order(self):
        services.demo.seed()
        archive = queries.event.get_by_slug("connect-223")
        assert queries.seats.count_taken(archive.id) == 0
        topics = queries.programme.list_topics(archive.id)
        assert [topic.title["en"] for topic in topics] == STATED["en"][9:16]
        assert {topic.translation for topic in topics} == {"ours"}

    def test_everything_with_a_time_or_a_generic_speaker_is_a_placeholder(self):
        services.demo.seed()
        for table in (EventSession, Speaker, Room, Registration, Attendee):
            assert set(db.session.scalars(select(table.placeholder))) == {True}

    def test_nobody_real_has_an_account_a_registration_or_a_ticket(self):
        services.demo.seed()
        kept = {*db.session.scalars(select(Attendee.name)), *db.session.scalars(select(Account.name))}
        assert kept.isdisjoint(NAMED)

    def test_invitees_are_of_each_kind_and_none_takes_a_seat(self):
        services.demo.seed()
        event = queries.event.get_by_slug(forum.SLUG)
        found = queries.invitation.list_all(event.id)
        assert [(bool(one.email), bool(one.phone), one.answer.value) for one in found] == [
            (True, False, "open"),
            (False, True, "open"),
            (False, False, "open"),
            (True, False, "yes"),
        ]
        assert {one.phone for one in found} - {None} <= PLACEHOLDER_PHONES
        assert [queries.invitation.list_coming(one) for one in found] == [[], [], [], []]

    def test_people_are_those_of_the_table_and_phones_are_nobodys(self):
        services.demo.seed()
        assert len(people.NAMES) == 41
        phones = set(db.session.scalars(select(Registration.phone))) - {None}
        assert phones <= PLACEHOLDER_PHONES
        emails = set(db.session.scalars(select(Registration.email))) - {None}
        assert all(email.endswith("@example.org") for email in emails)
        without_any = select(func.count()).select_from(Registration)
        assisted = without_any.where(Registration.channel == "assisted")
        assert db.session.scalar(assisted) == 3
        assert db.session.scalar(assisted.where(Registration.phone.is_(None), Registration.email.is_(None))) == 3
        assert (
            db.session.scalar(select(func.count()).select_from(Attendee).where(Attendee.guardian_name.is_not(None)))
            == 2
        )

    def test_forum_has_nineteen_places_left_and_more_people_bring_more_places(self):
        services.demo.seed()
        assert queries.event.get_by_slug("demo-forum").capacity == 60
        seeded = services.demo.seed(200)
        assert seeded.counts["attendees"] == 200
        assert queries.event.get_by_slug("demo-forum").capacity == 219


def test_forum_is_on_the_first_friday_three_weeks_away():
    assert forum.first_friday(datetime(2026, 11, 24, tzinfo=UTC).date()).isoformat() == "2026-12-18"
    assert forum.first_friday(datetime(2026, 11, 27, tzinfo=UTC).date()).isoformat() == "2026-12-18"
    assert forum.first_friday(datetime(2026, 11, 28, tzinfo=UTC).date()).isoformat() == "2026-12-25"
