"""A speaker answers: from the message to "you are coming" in two taps, and the ticket opens the door."""

import re

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db, transactional
from eventapp.formats import email
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.models.registration import Attendee, Registration
from eventapp.models.speaker import CrewMember, Speaker
from eventapp.models.ticket import Ticket
from eventapp.rules.vocabulary import Verdict
from eventapp.services.speaker import SpeakerFacts
from tests import door, people
from tests.races import at_once
from tests.web import browser

WORDS = {
    "fr": ("Venez-vous ?", "Je viens", "Vous venez", "Ouvrir mon billet", "Intervenant·e"),
    "en": ("Are you coming?", "I'm coming", "You are coming", "Open my ticket", "Speaker"),
}


def link_in_the_message(app, speaker_id):
    """What the message says: the first address in it that leads to a speaker's page."""
    with app.app_context():
        delivery_id = db.session.scalar(select(Delivery.id).where(Delivery.speaker_id == speaker_id))
        text = email.write(services.letter.of(queries.delivery.get_parts(delivery_id))).text
    return re.search(r"/s/[a-z0-9]+", text)[0]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_from_the_message_to_the_door_in_two_taps(app, client, at_noon, lang):
    with app.app_context():
        forum = people.stage()
        door.entrance(forum.event_id)
        facts = SpeakerFacts(name=LocalizedText(fr="Sam Sidibé"), email="sam@example.org", language=lang)
        sam = services.speaker.add(forum.event_id, facts).id
        services.speaker.send_link(forum.event_id, sam)
    question, yes, coming, open_ticket, category = WORDS[lang]

    # The messenger opens the link to draw a preview, and so does a scanner for viruses: that is no answer.
    link = link_in_the_message(app, sam)
    for _time in range(2):
        client.get(link, headers={"User-Agent": "WhatsApp/2.23"})
        client.head(f"{link}/answer")
    assert client.get(f"{link}/answer?answer=yes").status_code == 405
    with app.app_context():
        assert queries.speaker.get_by_id(forum.event_id, sam).answer == "open"

    # First tap: the link. Second tap: the first button of the page.
    page = browser.parse(client.get(link).text)
    assert next(browser.words(h2) for h2 in page.iter("h2")) == question
    form = browser.forms(page)[0]
    button = next(form.iter("button"))
    assert browser.words(button) == yes
    answered = client.post(form.get("action"), data={button.get("name"): button.get("value")})
    assert answered.status_code == 303

    page = browser.parse(client.get(answered.headers["Location"]).text)
    assert next(browser.words(h2) for h2 in page.iter("h2")) == coming
    ticket = next(a.get("href") for a in page.iter("a") if browser.words(a) == open_ticket)
    assert category in browser.shown(client.get(f"{ticket}?lang={lang}"))
    with app.app_context():
        assert door.ask(door.phone(forum.event_id), ticket.rpartition("/")[2]) is Verdict.ADMITTED


@transactional
def may_bring(speaker_id, people_allowed):
    db.session.get_one(Speaker, speaker_id).crew_limit = people_allowed


def set_the_stage(app, address=None):
    """A full forum with a guest of the speaker’s name; returns the ids of forum and speaker."""
    with app.app_context():
        forum = people.stage(capacity=2)
        people.register(forum.event_id, "Sam Sidibé", "Ada", email="SAM@example.org")
        people.register(forum.event_id, "Waiting Guest")
        facts = SpeakerFacts(name=LocalizedText(fr="Sam Sidibé"), email=address)
        sam = services.speaker.add(forum.event_id, facts).id
        return forum.event_id, sam


def find_secret(app):
    with app.app_context():
        return services.speaker.secret(db.session.scalars(select(Speaker)).one())


def tap_yes(app, _number):
    return app.test_client().post(f"/s/{find_secret(app)}/answer", data={"answer": "yes"}).status_code


@pytest.mark.parametrize(("address", "people_there"), [("sam@example.org", 3), (None, 4)])
def test_everybody_who_taps_at_once_makes_one_place_and_one_ticket(app, address, people_there):
    event_id, sam = set_the_stage(app, address)
    assert at_once(app, tap_yes) == [303] * 8
    with app.app_context():
        place = queries.speaker_answer.find_place(queries.speaker.get_by_id(event_id, sam))
        assert len(list(db.session.scalars(select(Attendee.id)))) == people_there
        assert len(list(db.session.scalars(select(Registration.id)))) == people_there - 1
        assert len(list(db.session.scalars(select(Ticket.id).where(Ticket.attendee_id == place.id)))) == 1
        # The guest who became a speaker left a seat to the one who waited; nobody sits on two.
        assert queries.seats.count_taken(event_id) == 2
        assert queries.invariants.list_oversold() == []
        assert queries.invariants.count_without_one_ticket() == 0


def tap_something(app, number):
    answer = "yes" if number % 2 else "no"
    return app.test_client().post(f"/s/{find_secret(app)}/answer", data={"answer": answer}).status_code


def test_answers_that_contradict_leave_one_of_them(app):
    event_id, sam = set_the_stage(app, "sam@example.org")
    assert at_once(app, tap_something) == [303] * 8
    with app.app_context():
        speaker = queries.speaker.get_by_id(event_id, sam)
        place = queries.speaker_answer.find_place(speaker)
        assert (speaker.answer, place.status) in (("confirmed", "confirmed"), ("declined", "cancelled"))
        assert queries.seats.count_taken(event_id) == 2
        assert queries.invariants.count_without_one_ticket() == 0


def bring_somebody(app, _number):
    answer = app.test_client().post(f"/s/{find_secret(app)}/crew", data={"name": ""})
    return answer.status_code


def test_no_more_people_are_brought_than_agreed_however_many_ask_at_once(app):
    event_id, sam = set_the_stage(app)
    with app.app_context():
        may_bring(sam, 3)
        services.speaker_answer.confirm(event_id, sam)
    assert sorted(at_once(app, bring_somebody)) == [303] * 3 + [422] * 5
    with app.app_context():
        assert len(list(db.session.scalars(select(CrewMember.id)))) == 3
        names = [one.attendee.name for one in queries.speaker_answer.list_crew(sam)]
        assert len(set(names)) == 3
