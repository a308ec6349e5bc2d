"""The hand queue: each message is one person's for a time, told once, and never lost."""

from datetime import timedelta

import pytest

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.models.delivery import Delivery
from eventapp.models.registration import Registration
from eventapp.rules import hand_queue as rules
from eventapp.rules.delivery import OUTDATED
from eventapp.rules.vocabulary import DeliveryKind, DeliveryState, Role
from eventapp.services import hand_queue
from eventapp.services.event import WaitingSettings
from tests import people

PHONE = "+22376543210"


@pytest.fixture
def forum(context, time):
    return people.stage(capacity=10)


@pytest.fixture
def awa(forum):
    return people.grant("awa", forum.event_id, Role.WELCOME_DESK)


@pytest.fixture
def ben(forum):
    return people.grant("ben", forum.event_id, Role.WELCOME_DESK)


def to_tell(forum, name="Rokia", kind=DeliveryKind.LOST_TICKET, phone=PHONE):
    registration_id = people.register(forum.event_id, name, phone=phone)
    return services.delivery.queue(registration_id, kind).id


def row(delivery_id):
    return db.session.get_one(Delivery, delivery_id, populate_existing=True)


def test_each_is_given_another_one_the_oldest_first(forum, awa, ben):
    first, second = to_tell(forum), to_tell(forum)
    assert hand_queue.take_next(forum.event_id, awa) == first
    assert hand_queue.take_next(forum.event_id, ben) == second
    assert row(first).held_by_id == awa


def test_whoever_has_one_gets_it_again(forum, awa):
    first, _ = to_tell(forum), to_tell(forum)
    assert {hand_queue.take_next(forum.event_id, awa) for _ in range(2)} == {first}


def test_whoever_comes_back_late_goes_on_if_nobody_else_has_it(forum, awa, ben, time):
    first, second = to_tell(forum), to_tell(forum)
    hand_queue.take_next(forum.event_id, awa)
    time.forward(rules.LEASE)
    assert hand_queue.take_next(forum.event_id, awa) == first
    time.forward(rules.LEASE)
    assert hand_queue.take_next(forum.event_id, ben) == second  # it has been due for longer
    hand_queue.sent(forum.event_id, second, ben)
    assert hand_queue.take_next(forum.event_id, ben) == first
    assert hand_queue.take_next(forum.event_id, awa) is None


def test_empty_queue_gives_nothing(forum, awa):
    assert hand_queue.take_next(forum.event_id, awa) is None


def test_only_the_kind_that_is_wanted(forum, awa):
    to_tell(forum)
    wanted = to_tell(forum, kind=DeliveryKind.PLACE_FREE)
    assert hand_queue.take_next(forum.event_id, awa, DeliveryKind.PLACE_FREE) == wanted
    hand_queue.sent(forum.event_id, wanted, awa)
    assert hand_queue.take_next(forum.event_id, awa, DeliveryKind.PLACE_FREE) is None


def test_whoever_gave_no_number_is_to_be_found_and_not_called(forum, awa, time):
    lost = to_tell(forum, phone=None)
    assert hand_queue.take_next(forum.event_id, awa) is None
    progress = queries.hand_queue.progress(forum.event_id, time.now, time.now)
    assert (progress.waiting, progress.unreachable) == (0, 1)
    assert hand_queue.take(forum.event_id, lost, awa)


def test_number_that_counts_is_the_one_on_file_now(forum, awa):
    delivery_id = to_tell(forum, phone=None)
    db.session.get_one(Registration, row(delivery_id).registration_id).phone = PHONE
    db.session.commit()
    assert hand_queue.take_next(forum.event_id, awa) == delivery_id
    assert queries.hand_queue.get_whole(forum.event_id, delivery_id).phone == PHONE


def test_what_is_no_longer_true_is_dropped_on_the_way(forum, awa):
    gone, true = to_tell(forum), to_tell(forum)
    services.attendee.cancel(queries.registration.list_people(row(gone).registration_id)[0].id)
    assert hand_queue.take_next(forum.event_id, awa) == true
    assert (row(gone).state, row(gone).last_error) == (DeliveryState.DROPPED, OUTDATED)
    assert not hand_queue.take(forum.event_id, gone, awa)


def test_many_that_are_no_longer_true_are_dropped(forum, awa, monkeypatch):
    monkeypatch.setattr(hand_queue, "MOST_DROPPED", 2)
    for _ in range(5):
        gone = to_tell(forum)
        services.attendee.cancel(queries.registration.list_people(row(gone).registration_id)[0].id)
    assert hand_queue.take_next(forum.event_id, awa) is None
    assert queries.delivery.list_by_hand(forum.event_id) == []


def test_sent_is_noted_once_with_who_did_it(forum, awa, ben, time):
    delivery_id = to_tell(forum)
    hand_queue.take_next(forum.event_id, awa)
    hand_queue.sent(forum.event_id, delivery_id, awa)
    at = row(delivery_id).sent_at
    time.forward(timedelta(minutes=1))
    hand_queue.sent(forum.event_id, delivery_id, awa)
    found = row(delivery_id)
    assert (found.state, found.sent_by_id, found.sent_at, found.held_by_id) == (DeliveryState.SENT, awa, at, None)
    with pytest.raises(Refused, match="told_already"):
        hand_queue.sent(forum.event_id, delivery_id, ben)


def test_late_word_that_it_was_sent_is_believed(forum, awa, ben, time):
    delivery_id = to_tell(forum)
    hand_queue.take_next(forum.event_id, awa)
    time.forward(rules.LEASE)
    hand_queue.take_next(forum.event_id, ben)
    hand_queue.sent(forum.event_id, delivery_id, awa)
    assert row(delivery_id).sent_by_id == awa
    assert hand_queue.take_next(forum.event_id, ben) is None


def test_not_reached_comes_again_later_and_is_given_up_the_third_time(forum, awa, time):
    delivery_id = to_tell(forum)
    for attempts, wait in enumerate(rules.WAITS):
        assert hand_queue.take_next(forum.event_id, awa) == delivery_id
        for _ in range(2):  # sent twice
            hand_queue.not_reached(forum.event_id, delivery_id, awa, attempts=attempts)
        assert row(delivery_id).attempts == attempts + 1
        assert hand_queue.take_next(forum.event_id, awa) is None
        time.forward(wait)
    hand_queue.take_next(forum.event_id, awa)
    hand_queue.not_reached(forum.event_id, delivery_id, awa, attempts=len(rules.WAITS))
    found = row(delivery_id)
    assert (found.state, found.last_error) == (DeliveryState.FAILED, services.delivery.NOT_REACHED)


def test_late_word_that_nobody_was_reached_changes_nothing(forum, awa, ben, time):
    delivery_id = to_tell(forum)
    hand_queue.take_next(forum.event_id, awa)
    time.forward(rules.LEASE)
    hand_queue.take_next(forum.event_id, ben)
    hand_queue.not_reached(forum.event_id, delivery_id, awa, attempts=0)
    hand_queue.wrong_number(forum.event_id, delivery_id, awa)
    hand_queue.give_back(forum.event_id, delivery_id, awa)
    assert (row(delivery_id).held_by_id, row(delivery_id).attempts) == (ben, 0)


def test_wrong_number_is_not_tried_again(forum, awa):
    delivery_id = to_tell(forum)
    hand_queue.take_next(forum.event_id, awa)
    for _ in range(2):
        hand_queue.wrong_number(forum.event_id, delivery_id, awa)
    assert (row(delivery_id).state, row(delivery_id).last_error) == (DeliveryState.BOUNCED, hand_queue.WRONG_NUMBER)


def test_what_is_given_back_goes_to_the_end(forum, awa, ben, time):
    first, second = to_tell(forum), to_tell(forum)
    hand_queue.take_next(forum.event_id, awa)
    time.forward(timedelta(minutes=1))
    hand_queue.give_back(forum.event_id, first, awa)
    assert hand_queue.take_next(forum.event_id, awa) == second
    assert hand_queue.take_next(forum.event_id, ben) == first


def test_sent_is_taken_back_and_what_came_after_it_goes_back(forum, awa, time):
    first, second = to_tell(forum), to_tell(forum)
    hand_queue.take_next(forum.event_id, awa)
    hand_queue.sent(forum.event_id, first, awa)
    hand_queue.take_next(forum.event_id, awa)
    for _ in range(2):
        assert hand_queue.undo(forum.event_id, first, awa)
    assert (row(first).state, row(first).held_by_id, row(second).held_by_id) == (DeliveryState.QUEUED, awa, None)


def test_sent_by_somebody_else_or_long_ago_is_not_taken_back(forum, awa, ben, time):
    delivery_id = to_tell(forum)
    hand_queue.take_next(forum.event_id, awa)
    hand_queue.sent(forum.event_id, delivery_id, awa)
    assert not hand_queue.undo(forum.event_id, delivery_id, ben)
    time.forward(rules.UNDO + timedelta(seconds=1))
    assert not hand_queue.undo(forum.event_id, delivery_id, awa)
    assert row(delivery_id).state is DeliveryState.SENT


def test_what_was_answered_is_not_taken_back(forum, awa):
    delivery_id = to_tell(forum, kind=DeliveryKind.RECONFIRM)
    hand_queue.take_next(forum.event_id, awa)
    services.no_show.confirm(row(delivery_id).registration_id, by_account_id=awa)
    assert (row(delivery_id).state, row(delivery_id).held_by_id) == (DeliveryState.SENT, None)
    assert not hand_queue.undo(forum.event_id, delivery_id, awa)


def test_one_is_chosen_from_the_list_unless_somebody_else_has_it(forum, awa, ben):
    first, second = to_tell(forum), to_tell(forum)
    hand_queue.take_next(forum.event_id, awa)
    assert not hand_queue.take(forum.event_id, first, ben)
    assert hand_queue.take(forum.event_id, second, awa)
    assert (row(first).held_by_id, row(second).held_by_id) == (None, awa)
    assert hand_queue.take(forum.event_id, first, ben)


def test_those_who_do_not_come_any_more_give_their_places_back_once(forum, awa):
    delivery_id = to_tell(forum, kind=DeliveryKind.RECONFIRM)
    hand_queue.take_next(forum.event_id, awa)
    registration_id = row(delivery_id).registration_id
    hand_queue.stays_away(forum.event_id, delivery_id, awa)
    [person] = queries.registration.list_people(registration_id)
    assert (person.status, row(delivery_id).state) == ("cancelled", DeliveryState.SENT)
    services.attendee.restore(person.id, by_account_id=awa)
    hand_queue.stays_away(forum.event_id, delivery_id, awa)
    assert queries.registration.list_people(registration_id)[0].status == "confirmed"


# Offers


@pytest.fixture
def offer(forum):
    """The only seat was given back, and offered to whoever waited; returns the message's id."""
    services.event.set_places(forum.event_id, capacity=1, max_party=5)
    seated = people.register(forum.event_id, "Ada")
    people.register(forum.event_id, "Rokia", phone=PHONE)
    people.register(forum.event_id, "Sira", phone="+22366112233")
    services.attendee.cancel(queries.registration.list_people(seated)[0].id)
    [message] = queries.delivery.list_by_hand(forum.event_id)
    return message.id


def offered(delivery_id):
    return queries.registration.list_people(row(delivery_id).registration_id)[0]


def test_place_that_somebody_was_told_of_is_kept_for_a_time_from_then_on(forum, offer, awa, time):
    hand_queue.take_next(forum.event_id, awa)
    said = services.letter.of(queries.delivery.get_parts(offer)).until
    assert offered(offer).offer_until is None
    hand_queue.sent(forum.event_id, offer, awa)
    assert offered(offer).offer_until == said == time.now + timedelta(hours=24)
    hand_queue.undo(forum.event_id, offer, awa)
    assert offered(offer).offer_until is None


@pytest.mark.parametrize("tell", ["wrong number", "not reached"])
def test_place_of_somebody_who_cannot_be_reached_goes_on(forum, offer, awa, time, tell):
    time.forward(timedelta(minutes=1))
    for attempts in range(1 if tell == "wrong number" else len(rules.WAITS) + 1):
        assert hand_queue.take_next(forum.event_id, awa) == offer
        if tell == "wrong number":
            hand_queue.wrong_number(forum.event_id, offer, awa)
        else:
            hand_queue.not_reached(forum.event_id, offer, awa, attempts=attempts)
            time.forward(timedelta(hours=4))
    assert offered(offer).status == "waitlisted"
    [following] = queries.delivery.list_by_hand(forum.event_id)
    assert following.id != offer
    assert offered(following.id).name == "Sira"


def test_event_without_time_to_answer_says_none(forum, offer, awa):
    services.event.set_waiting(forum.event_id, WaitingSettings(waiting_list=True, offer_hours=None))
    hand_queue.sent(forum.event_id, offer, awa)
    assert offered(offer).offer_until is None


# Refusals


@pytest.mark.parametrize("act", ["sent", "wrong_number", "give_back", "undo", "take", "stays_away"])
def test_message_of_another_event_is_not_found(forum, awa, act):
    delivery_id = to_tell(forum)
    other = people.stage("other")
    with pytest.raises(NotFound):
        getattr(hand_queue, act)(other.event_id, delivery_id, awa)


def test_message_that_travels_by_itself_is_not_found(forum, awa):
    registration_id = people.register(forum.event_id, email="ada@example.org")
    [mail] = queries.delivery.list_of_registration(registration_id)
    with pytest.raises(NotFound):
        hand_queue.sent(forum.event_id, mail.id, awa)


def test_progress_counts_what_was_told_and_who_is_at_it(forum, awa, ben, time):
    for _ in range(3):
        to_tell(forum)
    later = to_tell(forum, kind=DeliveryKind.PLACE_FREE)
    hand_queue.take(forum.event_id, later, awa)
    hand_queue.not_reached(forum.event_id, later, awa, attempts=0)
    hand_queue.sent(forum.event_id, hand_queue.take_next(forum.event_id, awa), awa)
    hand_queue.take_next(forum.event_id, ben)
    progress = queries.hand_queue.progress(forum.event_id, time.now, time.now)
    assert (progress.told, progress.waiting, progress.later, progress.volunteers) == (1, 3, 1, 1)
    assert progress.kinds == {DeliveryKind.LOST_TICKET: 2, DeliveryKind.PLACE_FREE: 1}
