"""The last seats: however many ask at once, none is promised twice and nobody sees an error page."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp import queries
from eventapp.db import db
from eventapp.models.event import Event
from eventapp.models.registration import Attendee
from eventapp.models.ticket import Ticket
from tests import people
from tests.races import at_once


def ask_for_a_seat(app: Flask, number: int) -> tuple[int, str]:
    client = app.test_client()
    form = {"attendees-0-name": f"Guest {number}", "lang": "en"}
    answer = client.post("/e/forum/register", data=form)
    if answer.status_code == 303:
        page = client.get(answer.headers["Location"]).text
        return 303, "seat" if "You are registered" in page else "waits" if "on the waiting list" in page else page
    return answer.status_code, "full" if "All seats are taken" in answer.text else answer.text


@pytest.mark.parametrize(("waiting_list", "others"), [(True, (303, "waits")), (False, (409, "full"))])
def test_twenty_ask_for_the_last_three_seats(app, waiting_list, others):
    with app.app_context():
        forum = people.stage(capacity=3)
        db.session.get_one(Event, forum.event_id).waiting_list = waiting_list
        db.session.commit()
    answers = at_once(app, ask_for_a_seat, processes=4, threads=5)
    assert Counter(answers) == {(303, "seat"): 3, others: 17}
    with app.app_context():
        statuses = Counter(db.session.scalars(select(Attendee.status)))
        assert statuses["confirmed"] == 3
        assert len(set(db.session.scalars(select(Ticket.code)))) == 3


def send_the_same_form(app: Flask, number: int) -> str:
    form = {"attendees-0-name": "Ada", "form_id": "the-same-form-sent-often"}
    return app.test_client().post("/e/forum/register", data=form).headers["Location"]


def test_one_form_sent_by_all_at_once_is_one_registration(app):
    with app.app_context():
        people.stage()
    assert len(set(at_once(app, send_the_same_form))) == 1
    with app.app_context():
        assert len(list(db.session.scalars(select(Attendee.id)))) == 1


def ask_for_a_party(app: Flask, number: int) -> tuple[int, int, str]:
    """A guest who asks for a party of one to five, and again if told to; (status, people, what they were told)."""
    client = app.test_client()
    size = 1 + number % 5
    names = {f"attendees-{n}-name": f"Guest {number}-{n}" for n in range(size)}
    form = {**names, "lang": "en", "form_id": f"form-of-guest-{number}"}
    answer = client.post("/e/forum/register", data=form)
    while answer.status_code == 503:
        answer = client.post("/e/forum/register", data=form)
    shown = answer
    while shown.status_code in (303, 503):  # a full house of threads may keep the page waiting, too
        shown = client.get(answer.headers["Location"])
    page = shown.text
    words = ("You are registered", "on the waiting list", "All seats are taken", "seats are left, not enough")
    return answer.status_code, size, next((word for word in words if word in page), page)


WAITS = {(303, "on the waiting list")}
REFUSED = {(409, "All seats are taken"), (409, "seats are left, not enough")}


@pytest.mark.parametrize("waiting_list", [True, False])
def test_two_hundred_parties_ask_for_fifty_seats(app, waiting_list):
    with app.app_context():
        forum = people.stage(capacity=50)
        db.session.get_one(Event, forum.event_id).waiting_list = waiting_list
        db.session.commit()
    answers = at_once(app, ask_for_a_party, processes=4, threads=50)
    assert len(answers) == 200
    seated = [size for status, size, told in answers if (status, told) == (303, "You are registered")]
    others = {(status, told) for status, _size, told in answers if told != "You are registered"}
    assert others <= (WAITS if waiting_list else REFUSED)
    with app.app_context():
        statuses = Counter(db.session.scalars(select(Attendee.status)))
        assert statuses["confirmed"] == sum(seated) == 50
        assert queries.invariants.list_oversold() == []
        assert queries.invariants.count_without_one_ticket() == 0
