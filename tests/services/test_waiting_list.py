"""The waiting list: offers, answers, silence, and those whom nobody can write to."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp import jobs, queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.models.registration import Attendee
from eventapp.rules import waiting_list as rules
from tests import people

pytestmark = pytest.mark.usefixtures("context")
A_DAY = timedelta(days=1)


@pytest.fixture
def forum(time):
    """One seat, which Ada has."""
    staged = people.stage(capacity=1)
    people.register(staged.event_id, "Ada", email="ada@example.org")
    return staged


def wait(forum, *names, email="wait@example.org"):
    return people.register(forum.event_id, *names, email=email)


def status(registration_id):
    return [attendee.status.value for attendee in queries.registration.list_people(registration_id)]


def told(registration_id):
    return [
        (message.kind.value, message.channel.value)
        for message in reversed(queries.delivery.list_of_registration(registration_id))
    ]


def free_the_seat(forum):
    [ada] = db.session.scalars(select(Attendee.id).where(Attendee.event_id == forum.event_id, Attendee.name == "Ada"))
    services.attendee.cancel(ada)


def test_seat_that_is_free_is_offered_and_held_for_a_day(forum, time):
    bintou = wait(forum, "Bintou")
    free_the_seat(forum)
    [attendee] = queries.registration.list_people(bintou)
    assert (attendee.status, attendee.offer_until) == ("offered", time.now + A_DAY)
    assert attendee.ticket is None
    assert told(bintou) == [("waiting_list", "email"), ("offer", "email")]
    assert status(people.register(forum.event_id, "Cheick")) == ["waitlisted"]


def test_offer_is_accepted_once_however_often_it_is_said(forum):
    bintou = wait(forum, "Bintou")
    free_the_seat(forum)
    for _time in range(2):
        services.waiting_list.accept(bintou)
    assert status(bintou) == ["confirmed"]
    assert len(people.ticket_codes(bintou)) == 1
    assert told(bintou)[-1] == ("confirmation", "email")


def test_offer_is_declined_and_goes_to_the_next(forum):
    bintou, cheick = wait(forum, "Bintou"), wait(forum, "Cheick", email="cheick@example.org")
    free_the_seat(forum)
    for _time in range(2):
        services.waiting_list.decline(bintou)
    assert (status(bintou), status(cheick)) == (["cancelled"], ["offered"])


def test_silence_sends_the_offer_on_and_the_party_to_the_end_of_the_list(forum, time):
    bintou, cheick = wait(forum, "Bintou"), wait(forum, "Cheick", email="cheick@example.org")
    free_the_seat(forum)
    time.forward(A_DAY)
    services.waiting_list.settle(forum.event_id)
    assert (status(bintou), status(cheick)) == (["waitlisted"], ["offered"])
    assert told(bintou)[-1] == ("offer_lapsed", "email")
    assert queries.waiting_list.number(bintou) == 1


def test_offer_stands_until_its_last_minute(forum, time):
    bintou = wait(forum, "Bintou")
    free_the_seat(forum)
    time.forward(A_DAY - timedelta(seconds=1))
    services.waiting_list.settle(forum.event_id)
    assert status(bintou) == ["offered"]


def test_offer_that_nobody_took_back_yet_can_still_be_accepted(forum, time):
    bintou = wait(forum, "Bintou")
    free_the_seat(forum)
    time.forward(A_DAY * 2)
    services.waiting_list.accept(bintou)
    assert status(bintou) == ["confirmed"]


def test_offer_that_went_on_is_refused_kindly(forum, time):
    bintou, cheick = wait(forum, "Bintou"), wait(forum, "Cheick", email="cheick@example.org")
    free_the_seat(forum)
    time.forward(A_DAY)
    services.waiting_list.settle(forum.event_id)
    with pytest.raises(Refused, match="offer_gone"):
        services.waiting_list.accept(bintou)
    services.waiting_list.accept(cheick)
    assert status(cheick) == ["confirmed"]


def test_party_that_never_answers_is_left_alone_after_three_offers_and_can_still_come(forum, time):
    bintou = wait(forum, "Bintou")
    free_the_seat(forum)
    for _offer in range(rules.MAX_OFFERS + 2):
        time.forward(A_DAY * 2)
        services.waiting_list.settle(forum.event_id)
    assert status(bintou) == ["waitlisted"]
    assert [kind for kind, _channel in told(bintou)].count("offer") <= rules.MAX_OFFERS
    services.waiting_list.accept(bintou)
    assert status(bintou) == ["confirmed"]


def test_worker_settles_what_is_due(app, forum, time):
    bintou, cheick = wait(forum, "Bintou"), wait(forum, "Cheick", email="cheick@example.org")
    free_the_seat(forum)
    db.session.remove()
    time.forward(A_DAY)
    assert jobs.run_all(app.app_context)
    assert (status(bintou), status(cheick)) == (["waitlisted"], ["offered"])


def test_newcomer_finds_the_seat_whose_time_is_over_only_behind_those_who_wait(forum, time):
    bintou, cheick = wait(forum, "Bintou"), wait(forum, "Cheick", email="cheick@example.org")
    free_the_seat(forum)
    time.forward(A_DAY)
    newcomer = people.register(forum.event_id, "Djénéba")
    assert (status(bintou), status(cheick), status(newcomer)) == (["waitlisted"], ["offered"], ["waitlisted"])


def test_group_waits_for_seats_for_all_of_it_and_a_smaller_one_goes_first(forum):
    three, one = wait(forum, "A", "B", "C"), wait(forum, "Cheick", email="cheick@example.org")
    free_the_seat(forum)
    assert (status(three), status(one)) == (["waitlisted"] * 3, ["offered"])
    services.event.set_places(forum.event_id, capacity=4, max_party=5)
    assert status(three) == ["offered"] * 3


@pytest.mark.parametrize(("phone", "address"), [("+22376000001", "+22376000001"), (None, "")])
def test_whoever_has_no_mail_is_offered_without_an_end_and_put_on_the_list_to_call(forum, time, phone, address):
    bintou = wait(forum, "Bintou", email=None)
    services.contact.set_contact(bintou, None, phone, by_account_id=None)
    free_the_seat(forum)
    [attendee] = queries.registration.list_people(bintou)
    assert (attendee.status, attendee.offer_until) == ("offered", None)
    [call] = queries.delivery.list_by_hand(forum.event_id)
    assert (call.kind, call.address, call.registration_id) == ("offer", address, bintou)
    time.forward(A_DAY * 5)
    services.waiting_list.settle(forum.event_id)
    assert status(bintou) == ["offered"]
    services.hand_queue.sent(forum.event_id, call.id, forum.owner_id)
    assert queries.delivery.list_by_hand(forum.event_id) == []


def test_team_that_reaches_nobody_passes_the_offer_on(forum, time):
    bintou, cheick = wait(forum, "Bintou", email=None), wait(forum, "Cheick")
    free_the_seat(forum)
    time.forward(A_DAY)
    for _time in range(2):
        services.waiting_list.pass_over(bintou, by_account_id=forum.owner_id)
    assert (status(bintou), status(cheick)) == (["waitlisted"], ["offered"])


@pytest.mark.parametrize(("hours", "at"), [(None, None), (24, people.STARTS - timedelta(hours=4))])
def test_place_is_given_at_once_where_nobody_is_asked_or_there_is_no_time_to(forum, time, hours, at):
    db.session.get_one(Event, forum.event_id).offer_hours = hours
    db.session.commit()
    bintou = wait(forum, "Bintou")
    time.now = at or time.now
    free_the_seat(forum)
    assert status(bintou) == ["confirmed"]
    assert told(bintou)[-1] == ("place_free", "email")
    assert len(people.ticket_codes(bintou)) == 1


def test_numbers_on_the_list_follow_its_order(forum, time):
    waiting = []
    for name in ("Bintou", "Cheick", "Djénéba"):
        waiting.append(wait(forum, name, email=f"{name}@example.org"))
        time.forward(timedelta(minutes=1))
    assert [queries.waiting_list.number(one) for one in waiting] == [1, 2, 3]
    free_the_seat(forum)
    assert [queries.waiting_list.number(one) for one in waiting] == [None, 1, 2]


def test_places_kept_for_an_invitation_are_not_free_until_its_time_to_answer_is_over(forum, time):
    services.event.set_places(forum.event_id, capacity=2, max_party=5)
    [category] = queries.registration.list_ticket_types(forum.event_id)
    invitation = Invitation(
        event_id=forum.event_id,
        ticket_type_id=category.id,
        organization="Ministère",
        language="fr",
        held=1,
        reply_by=time.now + A_DAY,
        created_at=time.now,
    )
    db.session.add(invitation)
    db.session.commit()
    bintou = wait(forum, "Bintou")
    assert status(bintou) == ["waitlisted"]
    time.forward(A_DAY)
    services.waiting_list.settle(forum.event_id)
    assert (status(bintou), invitation.held) == (["offered"], 0)


def test_nothing_is_told_by_hand_twice_or_for_another_event(forum):
    with pytest.raises(NotFound):
        services.hand_queue.sent(forum.event_id, 1, forum.owner_id)
    other = people.stage("other")
    bintou = wait(forum, "Bintou", email=None)
    free_the_seat(forum)
    [call] = queries.delivery.list_by_hand(forum.event_id)
    with pytest.raises(NotFound):
        services.hand_queue.sent(other.event_id, call.id, forum.owner_id)
    services.hand_queue.sent(forum.event_id, call.id, forum.owner_id)
    with pytest.raises(Refused, match="told_already"):
        services.hand_queue.sent(forum.event_id, call.id, people.account("max"))
    assert db.session.get_one(Delivery, call.id).sent_by_id == forum.owner_id
    assert status(bintou) == ["offered"]
