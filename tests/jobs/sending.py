"""What tests of the worker's mail do again and again, each in an application context of its own."""

import threading
from dataclasses import replace

from sqlalchemy import select

from eventapp.db import db
from eventapp.jobs import deliveries
from eventapp.models.delivery import Delivery
from tests import people


def configure(app, monkeypatch, **changes):
    settings = replace(app.extensions["eventapp.settings"], **changes)
    monkeypatch.setitem(app.extensions, "eventapp.settings", settings)


def stage(app, **facts):
    with app.app_context():
        return people.stage(**facts)


def register(app, event_id, name, email, **more):
    with app.app_context():
        return people.register(event_id, name, email=email, **more)


def work(app):
    return deliveries.work(app.app_context, threading.Event())


def rows(app):
    """State, attempts and last error of every message, in the order of queueing."""
    with app.app_context():
        found = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
        return [(row.state.value, row.attempts, row.last_error) for row in found]


def doubts(app):
    """How often each message may have left without anybody knowing, in the order of queueing."""
    with app.app_context():
        return list(db.session.scalars(select(Delivery.in_doubt).order_by(Delivery.id)))
