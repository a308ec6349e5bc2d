"""A cancellation under pressure: people register while it happens, and two of the team press the button at once."""

from flask import Flask
from sqlalchemy import func, select

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.models.registration import Registration
from eventapp.rules.vocabulary import DeliveryKind, DeliveryState
from eventapp.services.registration import Booking, Person
from tests import people
from tests.races import at_once


def register_or_cancel(app: Flask, number: int) -> str:
    with app.app_context():
        event_id = queries.event.get_by_slug("forum").id
        if number % 3 == 0:
            return f"told {services.cancellation.cancel(event_id, LocalizedText(), tell=True)}"
        try:
            guest = Person(name=f"Guest {number}")
            booking = Booking(form_id=f"race-{number}", language="fr", people=[guest], email=f"{number}@example.org")
            services.registration.register(event_id, booking)
        except Refused as refused:
            return refused.code
        return "registered"


def test_whoever_got_in_before_is_told_once_and_nobody_gets_in_after(app):
    with app.app_context():
        people.register(people.stage().event_id, "Ada", email="ada@example.org")
    results = at_once(app, register_or_cancel, processes=3, threads=2)
    with app.app_context():
        there = db.session.scalar(select(func.count()).select_from(Registration))
        told = db.session.scalars(select(Delivery).where(Delivery.kind == DeliveryKind.EVENT_CANCELLED)).all()
        tickets = db.session.scalars(select(Delivery.state).where(Delivery.kind == DeliveryKind.CONFIRMATION)).all()
    assert sorted(row.registration_id for row in told) == list(dict.fromkeys(row.registration_id for row in told))
    assert len(told) == there == 1 + results.count("registered")
    assert sorted(result for result in results if result.startswith("told")) == sorted(["told 0", f"told {there}"])
    assert set(results) <= {"registered", "registration_closed", "told 0", f"told {there}"}
    assert set(tickets) == {DeliveryState.DROPPED}
