"""The last use of a code, and the last seat that categories share: however many ask at once, one has it."""

from collections import Counter

from flask import Flask
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.models.registration import Attendee
from eventapp.rules.vocabulary import TypeAccess
from eventapp.services.event import WaitingSettings
from eventapp.services.invitation_code import CodeFacts
from eventapp.services.registration import Booking, Person
from eventapp.services.ticket_type import TypeFacts
from tests import people
from tests.races import at_once


def _ask(app: Flask, booking: Booking) -> str:
    with app.app_context():
        event = queries.event.get_by_slug("forum")
        try:
            services.registration.register(event.id, booking)
        except Refused as refused:
            return refused.code
    return "registered"


def ask_with_the_code(app: Flask, number: int) -> str:
    person = Person(name=f"Guest {number}")
    return _ask(app, Booking(form_id=f"code-form-{number}", language="fr", people=[person], code="RADIO-1"))


def test_last_use_of_a_code_is_had_once(app):
    with app.app_context():
        forum = people.stage()
        press = services.ticket_type.add(
            forum.event_id, TypeFacts(name=LocalizedText(fr="Presse"), access=TypeAccess.CODE)
        )
        services.invitation_code.add(forum.event_id, "RADIO-1", CodeFacts(ticket_type_id=press.id, max_people=3))
        people.register(forum.event_id, "Ada", "Bintou", code="RADIO-1")
    assert Counter(at_once(app, ask_with_the_code)) == {"registered": 1, "code_used_up": 7}


def ask_for_a_shared_seat(app: Flask, number: int) -> str:
    with app.app_context():
        event = queries.event.get_by_slug("forum")
        types = [one.id for one in queries.registration.list_ticket_types(event.id) if one.pool_id is not None]
    person = Person(name=f"Guest {number}")
    booking = Booking(
        form_id=f"pool-form-{number}", language="fr", people=[person], ticket_type_id=types[number % len(types)]
    )
    return _ask(app, booking)


def test_last_shared_seat_is_had_once(app):
    with app.app_context():
        forum = people.stage()
        pool = services.seat_pool.add(forum.event_id, "Salle", 1)
        for name in ("A", "B"):
            services.ticket_type.add(forum.event_id, TypeFacts(name=LocalizedText(fr=name), pool_id=pool.id))
        services.event.set_waiting(forum.event_id, WaitingSettings(waiting_list=False))
    assert Counter(at_once(app, ask_for_a_shared_seat)) == {"registered": 1, "full": 7}
    with app.app_context():
        assert list(db.session.scalars(select(Attendee.status))) == ["confirmed"]


def draw_codes(app: Flask, _number: int) -> int:
    with app.app_context():
        event = queries.event.get_by_slug("forum")
        types = queries.registration.list_ticket_types(event.id)
        press = next(one for one in types if one.access is TypeAccess.CODE)
        facts = CodeFacts(ticket_type_id=press.id)
        return services.invitation_code.draw(event.id, 5, facts, form_id="the-same-draw-by-all").id


def test_one_draw_sent_by_all_at_once_is_one(app):
    with app.app_context():
        forum = people.stage()
        services.ticket_type.add(forum.event_id, TypeFacts(name=LocalizedText(fr="Presse"), access=TypeAccess.CODE))
    assert len(set(at_once(app, draw_codes))) == 1
    with app.app_context():
        assert queries.invitation_code.count(forum.event_id) == 5
