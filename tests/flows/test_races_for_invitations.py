"""Kept and free places under pressure: those who are invited have what was kept, and nothing is given twice."""

from collections import Counter

from flask import Flask
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.models.registration import Attendee
from tests import people
from tests.races import at_once


def pages() -> list[str]:
    rows = queries.invitation.list_all(queries.event.get_by_slug("forum").id)
    return [f"/i/{services.invitation.secret(row)}" for row in rows]


def say_yes(app: Flask, number: int) -> int:
    """The even ones answer for the organization that one place is kept for, the odd ones have an invitation each."""
    with app.app_context():
        found = pages()
    page = found[0] if number % 2 == 0 else found[1 + number // 2]
    return app.test_client().post(f"{page}/yes", data={"name": f"Guest {number}"}).status_code


def test_many_answer_for_the_last_kept_and_the_last_free_place(app):
    with app.app_context():
        forum = people.stage(capacity=2)
        people.invite(forum.event_id, name=None, organization="Ministère", places=100, held=1)
        for number in range(4):
            people.invite(forum.event_id, name=f"Invitee {number}")
    assert set(at_once(app, say_yes, processes=4, threads=2)) == {303}
    with app.app_context():
        statuses = Counter(db.session.scalars(select(Attendee.status)))
        assert (statuses["confirmed"], statuses["waitlisted"]) == (2, 6)
        first = queries.invitation.list_all(forum.event_id)[0]
        assert first.held == 0
        of_ministry = [one.status for one in queries.invitation.list_coming(first)]
        assert "confirmed" in of_ministry


def say_the_same(app: Flask, number: int) -> int:
    with app.app_context():
        [page] = pages()
    form = {"name": "Awa Diarra", "form_id": "the-same-form-sent-often"}
    return app.test_client().post(f"{page}/yes", data=form).status_code


def test_one_answer_sent_by_all_at_once_is_one(app):
    with app.app_context():
        people.invite(people.stage().event_id, places=5, held=5)
    assert set(at_once(app, say_the_same)) == {303}
    with app.app_context():
        assert len(list(db.session.scalars(select(Attendee.id)))) == 1
