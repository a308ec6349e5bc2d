"""The desk: what the public does not see of the programme yet, and publishing it; and what the public reads of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from eventapp import queries, services
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import Role, Substitution
from eventapp.services.programme import Part, SessionFacts
from eventapp.services.speaker import SpeakerFacts
from tests import people
from tests.web import browser

CHANGES = "/organize/forum/programme/changes"
PUBLIC = "/e/forum/programme"
HOUR = timedelta(hours=1)


def facts(title, start=0, **more):
    times = {"starts_at": people.STARTS + start * HOUR, "ends_at": people.STARTS + (start + 1) * HOUR}
    return SessionFacts(title=LocalizedText(fr=title), **times, **more)


@pytest.fixture
def forum(app, at_noon):
    """Two sessions, released."""
    with app.app_context():
        forum = people.stage()
        for number, title in enumerate(("Panel", "Bilan")):
            services.programme.add_session(forum.event_id, facts(title, number))
        services.release.release(forum.event_id)
        return forum


@pytest.fixture
def eddy(app, forum):
    """An editor of the programme."""
    with app.app_context():
        people.grant("eddy", forum.event_id, Role.EDITOR)
    client = people.sign_in(app, "eddy")
    client.get("/organize/?lang=en")
    return client


def change(app, forum, slug, new):
    with app.app_context():
        [session] = [s for s in queries.programme.list_sessions(forum.event_id) if s.slug == slug]
        services.programme.change_session(forum.event_id, session.id, new)


def titles(app, forum):
    with app.app_context():
        return [str(session.title) for session in queries.programme.list_programme(forum.event_id)]


def send(client, **changed):
    page = browser.parse(client.get(CHANGES).text)
    [form] = [form for form in browser.forms(page) if "draft" in browser.values(form)]
    return client.post(CHANGES, data={**browser.values(form), **changed}, follow_redirects=True)


def test_page_says_that_nothing_waits(eddy):
    page = browser.shown(eddy.get(CHANGES))
    assert "Nothing waits to be published." in page
    assert "Version 1 · Tuesday 24 November 2026, 12:00" in page
    assert "does not see yet" not in browser.shown(eddy.get("/organize/forum/programme"))


def test_changes_are_told_and_published_by_one_button(app, forum, eddy):
    change(app, forum, "panel", facts("Débat", 3))
    assert "1 session has changes that the public does not see yet." in browser.shown(
        eddy.get("/organize/forum/programme")
    )
    page = browser.shown(eddy.get(CHANGES))
    assert "The public still sees version 1." in page
    assert "New time: Friday 18 December 2026, 12:00 – 13:00 (before: Friday 18 December 2026, 09:00 – 10:00)." in page
    assert "New title (before: Panel)." in page
    assert titles(app, forum) == ["Panel", "Bilan"]
    assert "Published." in browser.shown(send(eddy))
    assert titles(app, forum) == ["Bilan", "Débat"]


def test_change_that_is_unticked_waits(app, forum, eddy):
    change(app, forum, "panel", facts("Débat"))
    change(app, forum, "bilan", facts("Clôture", 1))
    page = browser.parse(eddy.get(CHANGES).text)
    first = next(box.get("value") for box in page.iter("input") if box.get("name") == "session")
    send(eddy, session=first)
    assert titles(app, forum) == ["Débat", "Bilan"]
    assert "Clôture" in browser.shown(eddy.get(CHANGES))


def test_nothing_ticked_is_pointed_at(app, forum, eddy):
    change(app, forum, "panel", facts("Débat"))
    answer = send(eddy, session=[])
    assert answer.status_code == 422
    assert "Please choose at least one change." in browser.shown(answer)


def test_draft_that_changed_meanwhile_is_shown_again(app, forum, eddy):
    change(app, forum, "panel", facts("Débat"))
    page = browser.parse(eddy.get(CHANGES).text)
    sent = browser.values(next(form for form in browser.forms(page) if "draft" in browser.values(form)))
    change(app, forum, "bilan", facts("Clôture", 1))
    answer = eddy.post(CHANGES, data=sent)
    assert answer.status_code == 409
    assert "The programme was changed while you were looking at it." in browser.shown(answer)
    assert titles(app, forum) == ["Panel", "Bilan"]


def test_sent_twice_it_is_published_once(app, forum, eddy):
    change(app, forum, "panel", facts("Débat"))
    page = browser.parse(eddy.get(CHANGES).text)
    sent = browser.values(next(form for form in browser.forms(page) if "draft" in browser.values(form)))
    eddy.post(CHANGES, data=sent)
    assert "There was nothing new" in browser.shown(eddy.post(CHANGES, data=sent, follow_redirects=True))
    with app.app_context():
        assert len(queries.release.list_latest(forum.event_id, 9)) == 2


def test_programme_of_a_draft_is_published_with_the_event(app, at_noon):
    with app.app_context():
        forum = people.stage(published=False)
        services.programme.add_session(forum.event_id, facts("Panel"))
    olga = people.sign_in(app, "olga")
    olga.get("/organize/?lang=en")
    assert "The event is a draft" in browser.shown(olga.get(CHANGES))
    sent = browser.values(browser.forms(browser.parse(olga.get(CHANGES).text))[0])
    assert olga.post(CHANGES, data=sent).status_code == 409


def test_page_says_how_many_are_told(app, forum, eddy):
    with app.app_context():
        known = SpeakerFacts(name=LocalizedText(fr="Sam Sidibé"), email="sam@example.org")
        sam = services.speaker.add(forum.event_id, known).id
    change(app, forum, "panel", facts("Panel", parts=(Part(sam),)))
    assert "1 speaker is told by mail." in browser.shown(eddy.get(CHANGES))


def test_renamed_room_is_a_change_of_its_own(app, forum, eddy):
    with app.app_context():
        services.programme.add_room(forum.event_id, LocalizedText(fr="Salle A"))
    assert "Names, order or colours of rooms or topics" in browser.shown(eddy.get(CHANGES))
    assert "Published." in browser.shown(send(eddy))
    assert "Nothing waits" in browser.shown(eddy.get(CHANGES))


def test_public_reads_what_changed_in_both_languages(app, forum, client):
    change(app, forum, "panel", facts("Débat", 3))
    with app.app_context():
        services.release.release(forum.event_id)
    page = browser.shown(client.get(f"{PUBLIC}/changes?lang=fr"))
    assert "Débat Nouvel horaire : vendredi 18 décembre 2026, 12 h 00 – 13 h 00" in page.replace("\u00a0", " ")
    assert "Nouveau titre (avant : Panel)." in page.replace("\u00a0", " ")
    assert "First published: Tuesday 24 November 2026, 12:00." in browser.shown(client.get(f"{PUBLIC}/changes?lang=en"))


def test_public_reads_who_stands_in_and_how(app, forum, client):
    with app.app_context():
        sam, awa, max_ = (people.speaker(forum.event_id, name) for name in ("Sam", "Awa", "Max"))
    parts = (
        Part(sam, substitute_id=awa, substitution=Substitution.REPRESENTED),
        Part(max_),
    )
    change(app, forum, "panel", facts("Panel", parts=parts))
    change(app, forum, "bilan", facts("Bilan", 1, parts=(replace(parts[0], substitution=Substitution.REPLACED),)))
    with app.app_context():
        services.release.release(forum.event_id)
    assert "With Sam, represented by Awa, Max" in browser.shown(client.get("/e/forum/sessions/panel?lang=en"))
    assert "Avec Sam, remplacé·e par Awa" in browser.shown(client.get("/e/forum/sessions/bilan?lang=fr"))
    assert "Sam, represented by Awa, Max" in browser.shown(client.get(f"{PUBLIC}?lang=en"))
    assert "Panel" in browser.shown(client.get("/e/forum/speakers/awa"))


def test_public_reads_into_what_a_session_is_interpreted(app, forum, client):
    change(app, forum, "panel", facts("Panel", language="fr", interpretation=("en", "bm")))
    with app.app_context():
        services.release.release(forum.event_id)
    expected = "French, interpreted into English, Bambara"
    assert expected in browser.shown(client.get("/e/forum/sessions/panel?lang=en"))
    assert expected in browser.shown(client.get(f"{PUBLIC}?lang=en"))


def test_topic_has_its_colour_on_the_page(app, forum, client):
    with app.app_context():
        topic = services.programme.add_topic(forum.event_id, LocalizedText(fr="Musique"), colour="#0B6B3C").id
    change(app, forum, "panel", facts("Panel", topic_id=topic))
    with app.app_context():
        services.release.release(forum.event_id)
    page = client.get(PUBLIC).text
    assert f'class="s t{topic}' in page
    assert f".t{topic} .tag>span::after{{content:' ●';color:#0b6b3c}}" in page


def test_notes_and_cues_are_for_nobody_but_the_team(app, forum, client):
    change(app, forum, "panel", facts("Panel", notes="Le ministre arrive tard.", cues="Noir salle."))
    with app.app_context():
        services.release.release(forum.event_id)
    for path in (
        PUBLIC,
        "/e/forum/sessions/panel",
        "/e/forum/programme.json",
        "/e/forum/programme.ics",
        "/e/forum/now",
    ):
        text = client.get(path).text
        assert "ministre" not in text
        assert "Noir salle" not in text
