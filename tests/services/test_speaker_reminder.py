"""Reminding speakers: once, in their language, only those from whom something is missing."""

import pytest
from sqlalchemy import select

from eventapp import clock, queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.rules.vocabulary import DeliveryKind, TaskKind
from eventapp.services.speaker import SpeakerFacts
from eventapp.services.speaker_task import TaskFacts
from tests import people
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def event_id(at_noon):
    event_id = people.stage().event_id
    services.speaker_task.add(event_id, TaskFacts(kind=TaskKind.BIOGRAPHY))
    return event_id


def add(event_id, name="Sam", **more):
    facts = {"email": f"{name.lower()}@example.org", **more}
    return services.speaker.add(event_id, SpeakerFacts(name=LocalizedText(fr=name), **facts)).id


def reminders():
    query = select(Delivery.address, Delivery.language).where(Delivery.kind == DeliveryKind.SPEAKER_REMINDER)
    return sorted(map(tuple, db.session.execute(query)))


def test_each_is_written_to_in_their_language(event_id):
    chosen = {add(event_id), add(event_id, "Awa", language="en"), add(event_id, "Leo", language="de")}
    assert services.speaker_reminder.remind(event_id, chosen) == 3
    assert reminders() == [("awa@example.org", "en"), ("leo@example.org", "fr"), ("sam@example.org", "fr")]


def test_only_those_are_written_to_who_were_chosen_miss_something_and_have_an_address(event_id):
    sam, awa = add(event_id), add(event_id, "Awa", email=None)
    done = add(event_id, "Done", biography=LocalizedText(fr="Juge."))
    services.speaker_answer.confirm(event_id, done)
    gone = add(event_id, "Gone")
    services.speaker_answer.decline(event_id, gone, "Voyage")
    add(event_id, "Unchosen")
    elsewhere = add(people.stage("elsewhere", "max").event_id, "Max")
    assert services.speaker_reminder.remind(event_id, {sam, awa, done, gone, elsewhere}) == 1
    assert reminders() == [("sam@example.org", "fr")]


def test_who_confirmed_is_still_asked_for_what_is_missing(event_id):
    sam = add(event_id)
    services.speaker_answer.confirm(event_id, sam)
    assert services.speaker_reminder.remind(event_id, {sam}) == 1


def test_form_sent_twice_writes_once_even_after_the_first_message_left(event_id):
    sam = add(event_id)
    assert services.speaker_reminder.remind(event_id, {sam}, form_id="form-of-a-reminder") == 1
    for claim in services.sending.claim(10):
        services.sending.note_sent(claim)
    assert services.speaker_reminder.remind(event_id, {sam}, form_id="form-of-a-reminder") == 1
    assert len(reminders()) == 1


def remind_all(app, number):
    with app.app_context():
        event = queries.event.get_by_slug("forum")
        chosen = [speaker.id for speaker in queries.speaker.list_speakers(event.id)]
        return services.speaker_reminder.remind(event.id, chosen, form_id="form-of-a-reminder")


def test_many_clicks_at_one_moment_write_once(app, event_id):
    add(event_id)
    add(event_id, "Awa")
    assert set(at_once(app, remind_all)) == {2}
    db.session.rollback()
    assert len(reminders()) == 2


def test_board_says_when_each_was_reminded_last(event_id, at_noon):
    sam = add(event_id)
    add(event_id, "Awa")
    services.speaker_reminder.remind(event_id, {sam})
    standings = queries.speaker_board.list_standings(queries.event.get(event_id), clock.now())
    assert [standing.reminded_at for standing in standings] == [at_noon, None]
