"""Imports at one moment: one form imports once, and nobody's look is overtaken by another's import."""

from collections import Counter

from flask import Flask

from eventapp import queries, services
from eventapp.errors import Refused
from eventapp.formats import schedule_file
from eventapp.web import schedules as files
from tests import people
from tests.races import at_once

TABLE = b"title_fr;start\nOuverture;2026-12-18 09:00\nFin;2026-12-18 16:00\n"
LOOKED_AT = "looked-at.txt"
"""Where the fingerprint of what everybody has looked at waits for the processes."""


def look(app: Flask) -> int:
    with app.app_context():
        event_id = people.stage().event_id
        target = files.target(queries.event.get(event_id), None)
        outcome = services.schedule.preview(event_id, schedule_file.read(TABLE, target))
    (app.extensions["eventapp.settings"].instance / LOOKED_AT).write_text(f"{event_id} {outcome.fingerprint}")
    return event_id


def take_in(app: Flask, form_id: str) -> str:
    found = (app.extensions["eventapp.settings"].instance / LOOKED_AT).read_text().split()
    event_id, expected = int(found[0]), found[1]
    with app.app_context():
        schedule = schedule_file.read(TABLE, files.target(queries.event.get(event_id), None))
        try:
            services.schedule.import_previewed(event_id, schedule, expected=expected, form_id=form_id)
        except Refused as refused:
            return refused.code
    return "done"


def send_the_same_form(app: Flask, number: int) -> str:
    return take_in(app, "the-same-form-sent-often")


def send_my_own_form(app: Flask, number: int) -> str:
    return take_in(app, f"the-form-of-{number}")


def titles(app: Flask, event_id: int) -> list[str]:
    with app.app_context():
        return [str(session.title) for session in queries.programme.list_sessions(event_id)]


def test_one_form_sent_by_all_at_once_is_one_import(app):
    event_id = look(app)
    assert Counter(at_once(app, send_the_same_form)) == {"done": 8}
    assert titles(app, event_id) == ["Ouverture", "Fin"]


def test_of_all_who_looked_at_the_same_one_imports_and_the_others_look_again(app):
    event_id = look(app)
    assert Counter(at_once(app, send_my_own_form)) == {"done": 1, "programme_changed": 7}
    assert titles(app, event_id) == ["Ouverture", "Fin"]
