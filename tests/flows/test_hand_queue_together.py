"""Two volunteers at once, in a browser each: everybody is told, nobody twice. In `make soak` it is 300 messages."""

import os
from collections import Counter

from flask import Flask
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.models.delivery import Delivery
from eventapp.rules.vocabulary import DeliveryKind, DeliveryState, Role
from eventapp.services.registration import Booking, Person
from tests import people
from tests.races import at_once
from tests.web import browser

MESSAGES = int(os.environ.get("EVENTAPP_SOAK_MESSAGES", "40"))
VOLUNTEERS = ("awa", "ben")
NEXT = "/organize/forum/to-call/next"


def work_through(app: Flask, number: int) -> list[str]:
    """One volunteer: opens the page, sends what is before them, ticks it, until there is nothing; returns the links
    to WhatsApp that they opened."""
    client = people.sign_in(app, VOLUNTEERS[number])
    page = browser.parse(client.get(f"{NEXT}?lang=en").text)
    token = browser.values(browser.forms(page)[0])["csrf_token"]
    answer = client.post(NEXT, data={"csrf_token": token})
    opened = []
    while True:
        page = browser.parse(client.get(answer.headers["Location"]).text)
        sent = [form.get("action") for form in browser.forms(page) if form.get("action", "").endswith("/sent")]
        if not sent:
            return opened
        opened += [a.get("href") for a in page.iter("a") if a.get("href", "").startswith("https://wa.me/")]
        answer = client.post(sent[0], data={"csrf_token": token})


def test_two_volunteers_tell_everybody_once(app):
    with app.app_context():
        forum = people.stage(capacity=None)
        for name in VOLUNTEERS:
            people.grant(name, forum.event_id, Role.WELCOME_DESK)
        _register(forum.event_id, MESSAGES)
        numbers = {f"https://wa.me/223765{number:05}" for number in range(MESSAGES)}
    opened = at_once(app, work_through, processes=2, threads=1)
    counted = Counter(link.partition("?")[0] for links in opened for link in links)
    assert set(counted) == numbers
    assert set(counted.values()) == {1}
    assert all(opened), "both had something to do"
    with app.app_context():
        rows = list(db.session.scalars(select(Delivery)))
        assert {row.state for row in rows} == {DeliveryState.SENT}
        told = Counter(row.sent_by_id for row in rows)
        assert sorted(told.values()) == sorted(len(links) for links in opened)
        assert queries.delivery.count_by_hand(forum.event_id) == 0


def _register(event_id: int, number: int) -> None:
    for one in range(number):
        phone = f"+223765{one:05}"
        booking = Booking(form_id=f"form {one}", language="fr", people=[Person(name=f"Rokia {one}")], phone=phone)
        registration = services.registration.register(event_id, booking)
        services.delivery.queue(registration.id, DeliveryKind.LOST_TICKET)
