"""An event that moves: what people knew is kept, they are told if the team wants it, and only those who knew it so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp import language, queries, services
from eventapp.db import db
from eventapp.errors import Refused
from eventapp.formats import letter as letters
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.rules.vocabulary import DeliveryKind, DeliveryState
from eventapp.services.event import Dates, Texts
from tests import people

pytestmark = pytest.mark.usefixtures("context")

DATES = Dates(languages=["fr", "en"], timezone="Africa/Bamako", starts_at=people.STARTS, ends_at=people.ENDS)
A_WEEK = timedelta(days=7)
LATER = replace(DATES, starts_at=people.STARTS + A_WEEK, ends_at=people.ENDS + A_WEEK)
TITLE = LocalizedText(fr="Forum d’essai", en="Trial forum")


@pytest.fixture
def forum(time):
    staged = people.stage()
    people.register(staged.event_id, "Ada Traoré", email="ada@example.org")
    time.forward(timedelta(minutes=1))
    return staged


def told(event_id):
    """The messages about moves, in the order of queueing."""
    query = select(Delivery).where(Delivery.event_id == event_id, Delivery.kind == DeliveryKind.EVENT_MOVED)
    return list(db.session.scalars(query.order_by(Delivery.id)))


def lead(message):
    with language.speaking("en"):
        return "\n".join(letters.lead(services.letter.of(queries.delivery.get_parts(message.id))))


def refusal(action, *args, **more):
    with pytest.raises(Refused) as caught:
        action(*args, **more)
    db.session.rollback()
    return caught.value.code


def test_nobody_is_told_by_itself_and_those_who_knew_are_told_once(forum, time):
    services.event.set_dates(forum.event_id, LATER)
    time.forward(timedelta(minutes=1))
    people.register(forum.event_id, "Knows it", email="late@example.org")
    assert told(forum.event_id) == []
    assert services.move.tell(forum.event_id, form_id="f") == 1
    assert services.move.tell(forum.event_id, form_id="f") == 0
    assert [message.address for message in told(forum.event_id)] == ["ada@example.org"]
    assert refusal(services.move.tell, forum.event_id) == "nothing_moved"


def test_message_has_the_day_before_and_now(forum):
    services.event.set_dates(forum.event_id, LATER)
    services.move.tell(forum.event_id)
    text = lead(told(forum.event_id)[0])
    assert "has changed" in text
    assert "Before: Friday 18 December 2026" in text
    assert "Now: Friday 25 December 2026" in text
    assert "The tickets are still good" in text


def test_of_several_changes_people_read_what_they_knew_and_how_it_is(forum):
    services.event.set_dates(forum.event_id, LATER)
    services.event.set_texts(forum.event_id, Texts(title=TITLE, venue=LocalizedText(fr="Ancienne gare")))
    services.event.set_texts(forum.event_id, Texts(title=TITLE, venue=LocalizedText(fr="Palais de la culture")))
    services.move.tell(forum.event_id)
    text = lead(told(forum.event_id)[0])
    assert "Before: Friday 18 December 2026" in text
    assert "Place to be announced" in text
    assert "Palais de la culture" in text
    assert "Ancienne gare" not in text


def test_second_move_is_told_from_the_first(forum, time):
    services.event.set_dates(forum.event_id, LATER)
    services.move.tell(forum.event_id)
    told(forum.event_id)[0].state = DeliveryState.SENT
    db.session.commit()
    time.forward(timedelta(minutes=1))
    services.event.set_texts(forum.event_id, Texts(title=TITLE, venue=LocalizedText(fr="Ancienne gare")))
    services.move.tell(forum.event_id)
    second = told(forum.event_id)[1]
    assert "Before: Friday 25 December 2026" in lead(second)
    assert "Place to be announced\nNow: Friday 25 December" in lead(second)


def test_one_message_that_still_waits_tells_of_both_moves(forum, time):
    services.event.set_dates(forum.event_id, LATER)
    services.move.tell(forum.event_id)
    time.forward(timedelta(minutes=1))
    services.event.set_texts(forum.event_id, Texts(title=TITLE, venue=LocalizedText(fr="Ancienne gare")))
    assert services.move.tell(forum.event_id) == 0
    text = lead(told(forum.event_id)[0])
    assert "Before: Friday 18 December 2026" in text
    assert "Ancienne gare" in text


def test_back_where_it_was_is_nothing_to_tell_and_nothing_to_send(forum):
    services.event.set_dates(forum.event_id, LATER)
    services.event.set_dates(forum.event_id, DATES)
    assert refusal(services.move.tell, forum.event_id) == "nothing_moved"
    services.event.set_dates(forum.event_id, LATER)
    services.move.tell(forum.event_id)
    services.event.set_dates(forum.event_id, DATES)
    [message] = told(forum.event_id)
    assert letters.is_outdated(services.letter.of(queries.delivery.get_parts(message.id)))


def test_team_may_tell_nobody(forum):
    services.event.set_dates(forum.event_id, LATER)
    for _time in range(2):
        services.move.keep_quiet(forum.event_id)
    assert refusal(services.move.tell, forum.event_id) == "nothing_moved"


def test_draft_and_cancelled_event_tell_nothing(forum):
    draft = people.stage("draft", published=False)
    services.event.set_dates(draft.event_id, LATER)
    services.event.publish(draft.event_id)
    assert refusal(services.move.tell, draft.event_id) == "nothing_moved"
    services.cancellation.cancel(forum.event_id, LocalizedText(), tell=False)
    services.event.set_dates(forum.event_id, LATER)
    assert refusal(services.move.tell, forum.event_id) == "nothing_moved"
    services.cancellation.revive(forum.event_id, tell=False)
    assert services.move.tell(forum.event_id) == 1


def test_calendars_hear_of_each_move_and_of_nothing_else(forum):
    def sequence():
        return queries.event.get(forum.event_id).sequence

    assert sequence() == 0
    services.event.set_texts(forum.event_id, Texts(title=TITLE, theme=LocalizedText(fr="Thème")))
    assert sequence() == 0
    services.event.set_dates(forum.event_id, LATER)
    assert sequence() == 1
    services.cancellation.cancel(forum.event_id, LocalizedText(), tell=False)
    services.cancellation.revive(forum.event_id, tell=False)
    assert sequence() == 3


def test_event_that_moves_back_is_told_to_those_who_registered_meanwhile(forum, time):
    services.event.set_dates(forum.event_id, LATER)
    time.forward(timedelta(minutes=1))
    people.register(forum.event_id, "Late", email="late@example.org")
    time.forward(timedelta(minutes=1))
    services.event.set_dates(forum.event_id, DATES)
    services.move.tell(forum.event_id, form_id="f")
    assert "late@example.org" in [message.address for message in told(forum.event_id)]


def test_event_that_moves_back_before_anybody_came_is_told_to_nobody(forum, time):
    services.event.set_dates(forum.event_id, LATER)
    time.forward(timedelta(minutes=1))
    services.event.set_dates(forum.event_id, DATES)
    assert refusal(services.move.tell, forum.event_id, form_id="f") == "nothing_moved"
