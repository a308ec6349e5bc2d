"""People who may not come: asked once more, released only if they were told, unclaimed seats at the door."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp import jobs, queries, services
from eventapp.db import db
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.registration import Registration
from eventapp.rules.vocabulary import DeliveryKind, DeliveryState, TicketKind
from eventapp.services.registration import Booking, Person
from tests import door, people

pytestmark = pytest.mark.usefixtures("context")
A_DAY = timedelta(days=1)


@pytest.fixture
def forum(time):
    """Two seats; people are asked seven days before, places without an answer go on two days before."""
    staged = people.stage(capacity=2)
    event = db.session.get_one(Event, staged.event_id)
    event.reconfirm_days, event.release_days, event.unclaimed_minutes = 7, 2, 30
    db.session.commit()
    return staged


def status(registration_id):
    return [attendee.status.value for attendee in queries.registration.list_people(registration_id)]


def questions(event_id):
    return list(
        db.session.scalars(
            select(Delivery).where(Delivery.event_id == event_id, Delivery.kind == DeliveryKind.RECONFIRM)
        )
    )


def all_left(event_id):
    """As if the mail server had taken everything."""
    for message in questions(event_id):
        message.state = DeliveryState.SENT
    db.session.commit()


def test_people_are_asked_once_when_it_is_time_to_and_not_before(app, forum, time):
    ada = people.register(forum.event_id, "Ada", email="ada@example.org")
    time.now = people.STARTS - A_DAY * 7 - timedelta(seconds=1)
    assert services.no_show.ask(forum.event_id) == 0
    time.forward(timedelta(seconds=1))
    db.session.remove()
    for _time in range(2):
        jobs.run_all(app.app_context)
    [question] = questions(forum.event_id)
    assert question.registration_id == ada
    assert db.session.get_one(Registration, ada).reconfirm_asked_at == time.now


def test_whoever_registers_after_that_or_waits_or_speaks_is_not_asked(forum, time):
    for name in ("Ada", "Bintou"):
        people.register(forum.event_id, name, email=f"{name}@example.org")
    people.register(forum.event_id, "Waiting", email="waiting@example.org")
    speakers = services.ticket_type.of_kind(forum.event_id, TicketKind.SPEAKER)
    booking = Booking("sam", "fr", [Person("Sam")], email="sam@example.org", ticket_type_id=speakers.id)
    services.registration.register(forum.event_id, booking, by_account_id=forum.owner_id)
    time.now = people.STARTS - A_DAY * 6
    services.event.set_places(forum.event_id, capacity=9, max_party=5)
    people.register(forum.event_id, "Late", email="late@example.org")
    assert services.no_show.ask(forum.event_id) == 2
    assert sorted(message.address for message in questions(forum.event_id)) == ["Ada@example.org", "Bintou@example.org"]


def test_place_without_an_answer_goes_to_whoever_waits(forum, time):
    ada = people.register(forum.event_id, "Ada", email="ada@example.org")
    bintou = people.register(forum.event_id, "Bintou", email="bintou@example.org")
    cheick = people.register(forum.event_id, "Cheick", email="cheick@example.org")
    time.now = people.STARTS - A_DAY * 7
    services.no_show.ask(forum.event_id)
    all_left(forum.event_id)
    for _time in range(2):
        services.no_show.confirm(bintou)
    time.now = people.STARTS - A_DAY * 2 - timedelta(seconds=1)
    assert services.no_show.release(forum.event_id) == 0
    time.forward(timedelta(seconds=1))
    assert (services.no_show.release(forum.event_id), services.no_show.release(forum.event_id)) == (1, 0)
    assert (status(ada), status(bintou), status(cheick)) == (["cancelled"], ["confirmed"], ["offered"])
    assert queries.delivery.list_of_registration(ada)[0].kind == "released"


def test_place_that_was_taken_back_can_be_had_again_while_seats_remain(forum, time):
    ada = people.register(forum.event_id, "Ada", email="ada@example.org")
    time.now = people.STARTS - A_DAY * 7
    services.no_show.ask(forum.event_id)
    all_left(forum.event_id)
    code = people.ticket_codes(ada)
    time.now = people.STARTS - A_DAY * 2
    services.no_show.release(forum.event_id)
    [attendee] = queries.registration.list_people(ada)
    services.attendee.restore(attendee.id)
    assert (status(ada), people.ticket_codes(ada)) == (["confirmed"], code)


def test_nobody_loses_a_place_who_was_not_told(forum, time):
    by_mail = people.register(forum.event_id, "Ada", email="ada@example.org")
    by_hand = people.register(forum.event_id, "Bintou")
    time.now = people.STARTS - A_DAY * 7
    services.no_show.ask(forum.event_id)
    [call] = queries.delivery.list_by_hand(forum.event_id)
    assert (call.kind, call.registration_id) == ("reconfirm", by_hand)
    time.now = people.STARTS - A_DAY * 2
    assert services.no_show.release(forum.event_id) == 0  # the mail has not left, nobody has called
    services.hand_queue.sent(forum.event_id, call.id, forum.owner_id)
    assert services.no_show.release(forum.event_id) == 1
    assert (status(by_mail), status(by_hand)) == (["confirmed"], ["cancelled"])


def test_places_are_released_only_if_the_organizer_wants_it(forum, time):
    db.session.get_one(Event, forum.event_id).release_days = None
    db.session.commit()
    people.register(forum.event_id, "Ada", email="ada@example.org")
    time.now = people.STARTS - A_DAY * 7
    services.no_show.ask(forum.event_id)
    all_left(forum.event_id)
    time.now = people.STARTS - timedelta(hours=1)
    assert services.no_show.release(forum.event_id) == 0


def admit(forum, registration_id):
    door.entrance(forum.event_id)
    door.ask(door.phone(forum.event_id), people.ticket_codes(registration_id)[0])


def test_seats_of_people_who_have_not_come_open_to_those_at_the_door_once(app, forum, time):
    ada = people.register(forum.event_id, "Ada")
    bintou = people.register(forum.event_id, "Bintou", email="bintou@example.org")
    waiting = people.register(forum.event_id, "Cheick", email="cheick@example.org")
    time.now = people.STARTS
    admit(forum, ada)
    time.now = people.STARTS + timedelta(minutes=30)
    db.session.remove()
    for _time in range(2):
        jobs.run_all(app.app_context)
    assert queries.seats.count_taken(forum.event_id) == 1
    assert (status(bintou), status(waiting)) == (["confirmed"], ["waitlisted"])
    assert len(people.ticket_codes(bintou)) == 1
    at_the_door = people.register(forum.event_id, "Djénéba")
    assert status(at_the_door) == ["confirmed"]
    assert status(people.register(forum.event_id, "Fanta")) == ["waitlisted"]
    assert queries.invariants.list_oversold() == []


def test_seats_stay_closed_before_that_and_where_the_organizer_does_not_want_it(forum, time):
    people.register(forum.event_id, "Ada")
    time.now = people.STARTS + timedelta(minutes=29)
    assert services.no_show.open_unclaimed(forum.event_id) == 0
    db.session.get_one(Event, forum.event_id).unclaimed_minutes = None
    db.session.commit()
    time.forward(A_DAY / 12)
    assert services.no_show.open_unclaimed(forum.event_id) == 0
