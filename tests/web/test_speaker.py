"""A speaker's page and calendar: mine, in order, with what clashes and what is cancelled."""

import re
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import html5lib
import pytest
from icalendar import Calendar
from sqlalchemy import event

from eventapp import queries, services
from eventapp.db import db, transactional
from eventapp.language import LocalizedText
from eventapp.models.event import Event
from eventapp.rules import names
from eventapp.rules.vocabulary import EventState, SpeakerRole
from eventapp.services.programme import Part, SessionFacts
from eventapp.services.speaker import SpeakerFacts
from tests import people
from tests.tables import full_names

HOUR = timedelta(hours=1)


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage()


@pytest.fixture
def sam(app, forum):
    with app.app_context():
        return people.speaker(forum.event_id)


@pytest.fixture
def secret(app, forum, sam):
    with app.app_context():
        return people.speaker_secret(forum.event_id, sam)


def add(app, forum, title, start, parts, **more):
    """A session of an hour that begins ``start`` hours after the event; None: without a time. Returns its id."""
    times = (
        {}
        if start is None
        else {"starts_at": people.STARTS + start * HOUR, "ends_at": people.STARTS + (start + 1) * HOUR}
    )
    placeholder = more.pop("placeholder", False)
    facts = SessionFacts(title=LocalizedText(fr=title), parts=tuple(parts), **{**times, **more})
    with app.app_context():
        session_id = services.programme.add_session(forum.event_id, facts, placeholder=placeholder).id
        services.release.release(forum.event_id)
        return session_id


def change_event(app, forum, **values):
    @transactional
    def change():
        row = db.session.get_one(Event, forum.event_id)
        for name, value in values.items():
            setattr(row, name, value)

    with app.app_context():
        change()


def read_text(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def items(page):
    """The sessions on the page as text, in their order."""
    return [read_text(item) for item in re.findall(r"<li class=.*?</li>", page, re.DOTALL)]


def entries(client, secret, query="?lang=fr"):
    return Calendar.from_ical(client.get(f"/s/{secret}/schedule.ics{query}").data).walk("VEVENT")


@pytest.mark.parametrize(("lang", "greeting"), [("fr", "Bonjour"), ("en", "Hello")])
def test_page_greets_by_name_in_both_languages(client, secret, lang, greeting):
    response = client.get(f"/s/{secret}?lang={lang}")
    assert response.status_code == 200
    assert f"<h1>{greeting} <bdi>" in response.text
    assert f"{greeting} Sam Sidibé" in read_text(response.text)


def test_page_shows_time_room_topic_and_people_of_each_session(app, client, forum, sam, secret):
    with app.app_context():
        anne = people.speaker(forum.event_id, "Anne Traoré")
        room_id = services.programme.add_room(forum.event_id, LocalizedText(fr="Salle A")).id
        topic_id = services.programme.add_topic(forum.event_id, LocalizedText(fr="Jeunes et migration")).id
    parts = [Part(anne, SpeakerRole.MODERATOR), Part(sam, SpeakerRole.PERFORMER)]
    add(app, forum, "Partir, revenir", 0, parts, room_id=room_id, topic_id=topic_id)
    (item,) = items(client.get(f"/s/{secret}?lang=fr").text)
    assert item == (
        "9 h 00 Sujet 1 Partir, revenir Jeunes et migration jusqu’à 10 h 00 · Salle A "
        "Votre rôle : prestation Avec Anne Traoré (modération)"
    )


def test_page_orders_sessions_by_day_and_time_in_the_events_zone(app, client, forum, sam, secret):
    change_event(app, forum, timezone="Asia/Tokyo")
    for title, start in (("Troisième", 26), ("Sans heure", None), ("Deuxième", 7), ("Première", 5)):
        add(app, forum, title, start, [Part(sam)])
    page = client.get(f"/s/{secret}?lang=fr").text
    assert re.findall(r"<h2>(.*?)</h2>", page)[1:4] == [
        "vendredi 18 décembre 2026",
        "samedi 19 décembre 2026",
        "Horaire à venir",
    ]
    assert [item.split(" jusqu")[0] for item in items(page)] == [
        "23 h 00 Première",
        "1 h 00 Deuxième",
        "20 h 00 Troisième",
        "Sans heure Salle à préciser",
    ]


def test_sessions_of_others_are_not_shown(app, client, forum, secret):
    with app.app_context():
        anne = people.speaker(forum.event_id, "Anne Traoré")
    add(app, forum, "Sans Sam", 0, [Part(anne)])
    assert "Sans Sam" not in client.get(f"/s/{secret}").text
    assert entries(client, secret) == []


def test_cancelled_session_stays_crossed_out(app, client, forum, sam, secret):
    session_id = add(app, forum, "Atelier", 0, [Part(sam)])
    with app.app_context():
        services.programme.cancel_session(forum.event_id, session_id)
        services.release.release(forum.event_id)
    page = client.get(f"/s/{secret}?lang=en").text
    assert '<li class="gone">' in page
    assert items(page) == ["09:00 Cancelled Atelier until 10:00 · Room to be announced"]
    (entry,) = entries(client, secret)
    assert (str(entry["STATUS"]), str(entry["SUMMARY"])) == ("CANCELLED", "Annulé\u00a0: Atelier")


def test_two_sessions_at_once_are_pointed_at(app, client, forum, sam, secret):
    add(app, forum, "Panel", 0, [Part(sam)])
    add(app, forum, "Atelier", 0.5, [Part(sam)])
    add(app, forum, "Bilan", 1.5, [Part(sam)])
    page = read_text(client.get(f"/s/{secret}?lang=en").text)
    assert "Two of your sessions overlap: Panel (18 Dec, 09:00), Atelier (18 Dec, 09:30)." in page
    assert page.count("overlap") == 1


def test_cancelled_session_clashes_with_nothing(app, client, forum, sam, secret):
    add(app, forum, "Panel", 0, [Part(sam)])
    session_id = add(app, forum, "Atelier", 0.5, [Part(sam)])
    with app.app_context():
        services.programme.cancel_session(forum.event_id, session_id)
        services.release.release(forum.event_id)
    assert "overlap" not in client.get(f"/s/{secret}?lang=en").text


def test_made_up_time_is_not_shown_as_if_it_were_certain(app, client, forum, sam, secret):
    add(app, forum, "Atelier", 0, [Part(sam)], placeholder=True)
    assert items(client.get(f"/s/{secret}?lang=fr").text) == ["heure à confirmer Atelier Salle à préciser"]
    (entry,) = entries(client, secret)
    assert str(entry["DESCRIPTION"]).startswith("L’heure reste à confirmer.")


def test_made_up_room_says_so_on_the_page_and_in_the_calendar(app, client, forum, sam, secret):
    with app.app_context():
        room_id = services.programme.add_room(forum.event_id, LocalizedText(fr="Salle A"), placeholder=True).id
    add(app, forum, "Atelier", 0, [Part(sam)], room_id=room_id)
    assert items(client.get(f"/s/{secret}?lang=fr").text) == ["9 h 00 Atelier jusqu’à 10 h 00 · Salle A (exemple)"]
    assert str(entries(client, secret)[0]["LOCATION"]) == "Salle A (exemple)"


def test_event_that_is_made_up_as_a_whole_shows_its_times(app, client, forum, sam, secret):
    change_event(app, forum, placeholder=True, is_demo=True)
    add(app, forum, "Atelier", 0, [Part(sam)], placeholder=True)
    assert items(client.get(f"/s/{secret}?lang=fr").text) == ["9 h 00 Atelier jusqu’à 10 h 00 · Salle à préciser"]
    (entry,) = entries(client, secret)
    assert "Données de démonstration" in str(entry["DESCRIPTION"])


def test_speaker_without_sessions_is_told_so(client, secret):
    assert "You are in no session yet." in client.get(f"/s/{secret}?lang=en").text
    assert entries(client, secret) == []


def test_draft_is_open_to_its_speakers_and_says_that_it_may_change(app, client, at_noon):
    with app.app_context():
        draft = people.stage("brouillon", published=False)
        sam = people.speaker(draft.event_id)
        secret = people.speaker_secret(draft.event_id, sam)
    add(app, draft, "Ouverture", 0, [Part(sam)])
    page = client.get(f"/s/{secret}?lang=en").text
    assert "Ouverture" in page
    assert "may still change" in page
    assert "/e/brouillon" not in page
    assert "URL" not in entries(client, secret)[0]


def test_page_of_a_public_programme_leads_to_each_session(app, client, forum, sam, secret):
    add(app, forum, "Ouverture", 0, [Part(sam)])
    page = client.get(f"/s/{secret}?lang=en").text
    assert 'href="/e/forum/sessions/ouverture"' in page
    assert "may still change" not in page
    assert str(entries(client, secret)[0]["URL"]) == "http://127.0.0.1:8000/e/forum/sessions/ouverture"


def test_calendar_is_offered_for_phones_and_for_everything_else(client, secret):
    page = client.get(f"/s/{secret}?lang=fr").text
    assert f'href="webcal://127.0.0.1:8000/s/{secret}/schedule.ics?lang=fr"' in page
    assert f'href="http://127.0.0.1:8000/s/{secret}/schedule.ics?lang=fr"' in page


def test_calendar_holds_my_sessions_in_the_language_of_its_address(app, client, forum, sam, secret):
    change_event(app, forum, venue=LocalizedText(fr="Palais", en="Palace"))
    add(app, forum, "Bilan", 2, [Part(sam)])
    add(app, forum, "Ouverture", 0, [Part(sam)])
    add(app, forum, "Sans heure", None, [Part(sam)])
    response = client.get(f"/s/{secret}/schedule.ics?lang=fr")
    assert response.mimetype == "text/calendar"
    assert "X-WR-CALNAME:Mes interventions\u00a0: Forum d’essai\r\n" in response.text
    found = Calendar.from_ical(response.data).walk("VEVENT")
    assert [(str(e["SUMMARY"]), e.decoded("DTSTART"), str(e["LOCATION"])) for e in found] == [
        ("Ouverture", people.STARTS, "Palais"),
        ("Bilan", people.STARTS + 2 * HOUR, "Palais"),
    ]
    assert "X-WR-CALNAME:My sessions: Trial forum\r\n" in client.get(f"/s/{secret}/schedule.ics?lang=en").text


def test_unchanged_calendar_costs_no_second_transfer(app, client, forum, sam, secret):
    add(app, forum, "Ouverture", 0, [Part(sam)])
    address = f"/s/{secret}/schedule.ics?lang=fr"
    etag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    add(app, forum, "Bilan", 3, [Part(sam)])
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_page_is_for_the_reader_alone(client, secret):
    for address in (f"/s/{secret}", f"/s/{secret}/schedule.ics"):
        headers = client.get(address).headers
        assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("private, no-cache", "noindex")


def test_organizers_address_is_there_for_questions(app, client, forum, secret):
    assert "mailto:" not in client.get(f"/s/{secret}").text
    change_event(app, forum, contact_email="organisation@example.org")
    assert 'href="mailto:organisation@example.org"' in client.get(f"/s/{secret}").text


def test_private_things_of_speakers_are_not_shown(app, client, forum, sam, secret):
    with app.app_context():
        facts = SpeakerFacts(name=LocalizedText(fr="Anne"), email="anne@example.org", phone="65 01 23 45")
        anne = services.speaker.add(forum.event_id, facts).id
    add(app, forum, "Ensemble", 0, [Part(sam), Part(anne)])
    page = client.get(f"/s/{secret}").text + client.get(f"/s/{secret}/schedule.ics").text
    assert [text for text in ("anne@example.org", "65012345", "65 01 23 45") if text in page] == []


def test_cancelled_event_says_so(app, client, forum, secret):
    change_event(app, forum, state=EventState.CANCELLED)
    assert "This event is cancelled." in client.get(f"/s/{secret}?lang=en").text


def test_renewed_link_ends_the_old_one(app, client, forum, sam, secret):
    with app.app_context():
        services.speaker.renew_link(forum.event_id, sam)
        newer = people.speaker_secret(forum.event_id, sam)
    assert [client.get(f"/s/{old}").status_code for old in (secret, newer)] == [404, 200]
    assert client.get(f"/s/{secret}/schedule.ics").status_code == 404


@pytest.mark.parametrize("text", ["nothing", "%00", "%F0%9F%8C%8D", "A" * 3000])
@pytest.mark.parametrize("rest", ["", "/schedule.ics"])
def test_wrong_link_is_a_helpful_page(client, forum, text, rest):
    response = client.get(f"/s/{text}{rest}?lang=en")
    assert response.status_code == 404
    assert "This link leads to no speaker" in response.text
    assert "copied whole" in response.text


def test_secret_of_a_registration_opens_no_speakers_page(app, client, forum):
    with app.app_context():
        registration = queries.registration.get(people.register(forum.event_id))
        secret = services.registration.secret(registration)
    assert client.get(f"/s/{secret}").status_code == 404


def test_pages_are_valid_html(app, client, forum, sam, secret):
    for lang in ("fr", "en"):
        for path in (f"/s/{secret}", "/s/nothing"):
            html5lib.HTMLParser(strict=True).parse(client.get(f"{path}?lang={lang}").text)
    add(app, forum, "Ouverture", 0, [Part(sam)])
    html5lib.HTMLParser(strict=True).parse(client.get(f"/s/{secret}").text)


def test_every_name_is_shown_as_text(app, client, forum):
    for name in filter(None, map(names.clean, full_names())):
        with app.app_context():
            secret = people.speaker_secret(forum.event_id, people.speaker(forum.event_id, name))
        page = client.get(f"/s/{secret}?lang=fr").text
        assert unescape(re.search(r"<h1>Bonjour <bdi>(.*?)</bdi>", page, re.DOTALL).group(1)) == name
        assert page.count("<script") == 1, "that which keeps the page"


def test_number_of_queries_does_not_grow_with_the_sessions(app, client, forum, sam, secret):
    counts = []
    for start in (0, 2, 4):
        add(app, forum, f"Session {start}", start, [Part(sam)])
        with counted_queries(app) as queries_seen:
            client.get(f"/s/{secret}")
        counts.append(len(queries_seen))
    assert counts == [counts[0]] * 3


@contextmanager
def counted_queries(app):
    """Collects the statements that reach the database meanwhile."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
