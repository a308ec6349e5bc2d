"""The last seats: however many ask at once, none is promised twice and nobody sees an error page."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

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
