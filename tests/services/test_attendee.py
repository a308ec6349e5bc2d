"""One person on a registration: added, restored, handed on, moved to another category."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.language import LocalizedText
from eventapp.models.event import Event
from eventapp.models.invitation import InvitationCode
from eventapp.models.question import Answer, Consent, EventQuestion
from eventapp.models.registration import Attendee, SeatPool, TicketType
from eventapp.models.ticket import Serial
from eventapp.rules.vocabulary import (
    ConsentAnswer,
    ConsentPurpose,
    PhotoConsent,
    QuestionKind,
    Sex,
    TicketKind,
    TypeAccess,
)
from eventapp.services.answer import Given
from eventapp.services.registration import Booking, Person
from tests import door, people
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def forum(time):
    return people.stage(capacity=3)


@pytest.fixture
def ada(forum):
    return people.register(forum.event_id, "Ada", email="ada@example.org")


def first(registration_id):
    return queries.registration.list_people(registration_id)[0]


def status(registration_id):
    return [attendee.status.value for attendee in queries.registration.list_people(registration_id)]


def change_event(forum, **values):
    event = db.session.get_one(Event, forum.event_id)
    for name, value in values.items():
        setattr(event, name, value)
    db.session.commit()


def add_type(forum, **facts):
    usual = {"kind": TicketKind.PRESS, "name": LocalizedText(fr="Presse"), "position": 5}
    row = TicketType(event_id=forum.event_id, **usual | facts)
    db.session.add(row)
    db.session.commit()
    return row.id


def code_of(result):
    with pytest.raises(Refused) as refused:
        result()
    return refused.value.code


# Adding


def test_added_person_has_a_seat_and_a_ticket(forum, ada):
    added = services.registration.add_person(ada, Person("Bintou"))
    assert (added.position, added.status) == (1, "confirmed")
    assert len(people.ticket_codes(ada)) == 2


def test_added_person_waits_alone_when_all_is_full(forum, ada):
    people.register(forum.event_id, "B", "C")
    added = services.registration.add_person(ada, Person("Bintou"))
    assert status(ada) == ["confirmed", "waitlisted"]
    services.event.set_places(forum.event_id, capacity=4, max_party=5)
    assert db.session.get_one(Attendee, added.id).status == "offered"


def test_added_person_is_one_too_many_for_guests_but_not_for_the_team(forum, ada):
    change_event(forum, max_party=1)
    assert code_of(lambda: services.registration.add_person(ada, Person("Bintou"))) == "party_too_large"
    services.registration.add_person(ada, Person("Bintou"), by_account_id=forum.owner_id)
    assert status(ada) == ["confirmed"] * 2


def test_place_given_back_makes_room_on_the_registration(forum, ada):
    change_event(forum, max_party=1)
    services.attendee.cancel(first(ada).id)
    services.registration.add_person(ada, Person("Bintou"))
    assert status(ada) == ["cancelled", "confirmed"]


@pytest.mark.parametrize(
    ("facts", "code"), [({"registration_open": False}, "registration_closed"), ({"state": "cancelled"}, "event_over")]
)
def test_nobody_is_added_when_registration_is_closed_or_the_event_over(forum, ada, facts, code):
    change_event(forum, **facts)
    assert code_of(lambda: services.registration.add_person(ada, Person("Bintou"))) == code


# Giving back, and taking that back


def test_place_given_back_is_taken_again_with_the_same_ticket(forum, ada):
    code = people.ticket_codes(ada)
    services.attendee.cancel(first(ada).id)
    for _time in range(2):
        services.attendee.restore(first(ada).id)
    assert (status(ada), people.ticket_codes(ada)) == (["confirmed"], code)


def test_place_that_somebody_else_has_is_waited_for(forum, ada):
    people.register(forum.event_id, "B", "C")
    waiting = people.register(forum.event_id, "D", email="d@example.org")
    services.attendee.cancel(first(ada).id)
    services.attendee.restore(first(ada).id)
    assert (status(waiting), status(ada)) == (["offered"], ["waitlisted"])


def test_place_that_somebody_else_has_is_gone_without_a_waiting_list(forum, ada):
    services.attendee.cancel(first(ada).id)
    people.register(forum.event_id, "B", "C", "D")
    change_event(forum, waiting_list=False)
    assert code_of(lambda: services.attendee.restore(first(ada).id)) == "full"


def test_nothing_is_restored_after_the_event_or_after_a_refusal_or_once_erased(forum, ada, time):
    attendee = first(ada)
    services.attendee.cancel(attendee.id)
    attendee.erased_at = time.now
    db.session.commit()
    assert code_of(lambda: services.attendee.restore(attendee.id)) == "place_erased"
    attendee.erased_at = None
    db.session.commit()
    time.now = people.ENDS
    assert code_of(lambda: services.attendee.restore(attendee.id)) == "event_over"
    attendee.status = "rejected"
    db.session.commit()
    assert code_of(lambda: services.attendee.restore(attendee.id)) == "place_is_gone"


def test_guests_take_back_no_more_than_they_could_have_registered(forum, ada):
    change_event(forum, max_party=2)
    services.registration.add_person(ada, Person("Bintou"))
    services.attendee.cancel(first(ada).id)
    services.registration.add_person(ada, Person("Cheick"))
    assert code_of(lambda: services.attendee.restore(first(ada).id)) == "party_too_large"
    services.attendee.restore(first(ada).id, by_account_id=forum.owner_id)


def test_what_the_team_took_away_is_not_taken_back(forum, ada):
    services.attendee.cancel(first(ada).id, by_account_id=forum.owner_id)
    assert code_of(lambda: services.attendee.restore(first(ada).id)) == "place_is_gone"


def test_place_on_an_invitation_is_answered_there(forum):
    one = people.invite(forum.event_id, name="Awa")
    services.invitation.accept(one, [Person("Awa")])
    awa = first(queries.invitation.get_in(forum.event_id, one).registration_id)
    services.attendee.cancel(awa.id)
    assert code_of(lambda: services.attendee.restore(awa.id)) == "invitation_adds"


def test_code_for_one_person_is_not_for_two_by_taking_back(forum):
    by_code = add_type(forum, access=TypeAccess.CODE)
    db.session.add(InvitationCode(event_id=forum.event_id, ticket_type_id=by_code, code="ABCDEFGH", created_at=NOON))
    db.session.commit()
    one = book(forum, "a", code="ABCD-EFGH")
    services.attendee.cancel(first(one).id)
    book(forum, "b", code="abcdefgh")
    assert code_of(lambda: services.attendee.restore(first(one).id)) == "code_used_up"


# Handing on


def test_handing_on_makes_a_new_ticket_and_forgets_the_one_before(forum):
    question = EventQuestion(
        event_id=forum.event_id, kind=QuestionKind.SHORT_TEXT, label=LocalizedText(fr="Régime alimentaire ?")
    )
    db.session.add(question)
    db.session.commit()
    given = Given(ConsentPurpose.PHOTOGRAPHS, ConsentAnswer.YES, "Des photographies ?", "fr")
    ada = Person("Ada", sex=Sex.FEMALE, photo_consent=PhotoConsent.YES, answers={question.id: "Rien"}, consents=[given])
    registration = services.registration.register(forum.event_id, Booking("a", "fr", [ada], email="ada@example.org")).id
    [before] = people.ticket_codes(registration)
    for _time in range(2):
        services.attendee.hand_on(first(registration).id, Person("Bintou", answers={question.id: "Halal"}))
    [after] = people.ticket_codes(registration)
    attendee = first(registration)
    assert (attendee.name, attendee.sex, attendee.photo_consent) == ("Bintou", None, None)
    assert list(db.session.scalars(select(Answer.value))) == ["Halal"]
    assert list(db.session.scalars(select(Consent.id))) == []
    assert (before[:5] != after[:5], queries.ticket.get(before).ticket.revoked_at is not None) == (True, True)
    assert len(list(db.session.scalars(select(Serial.value)))) == 2
    assert [message.kind.value for message in queries.delivery.list_of_registration(registration)] == [
        "handed_on",
        "confirmation",
    ]


def test_place_on_the_waiting_list_is_handed_on_without_a_ticket(forum):
    people.register(forum.event_id, "A", "B", "C")
    waiting = people.register(forum.event_id, "D")
    services.attendee.hand_on(first(waiting).id, Person("E"))
    assert (first(waiting).name, status(waiting), people.ticket_codes(waiting)) == ("E", ["waitlisted"], [])


def test_ticket_of_somebody_who_is_in_or_gone_is_not_handed_on(forum, ada, time):
    door.entrance(forum.event_id)
    door.ask(door.phone(forum.event_id), people.ticket_codes(ada)[0])
    assert code_of(lambda: services.attendee.hand_on(first(ada).id, Person("Bintou"))) == "already_admitted"
    gone = people.register(forum.event_id, "Gone")
    services.attendee.cancel(first(gone).id)
    assert code_of(lambda: services.attendee.hand_on(first(gone).id, Person("Bintou"))) == "place_is_gone"
    time.now = people.ENDS + timedelta(hours=1)
    assert code_of(lambda: services.attendee.hand_on(first(ada).id, Person("Bintou"))) == "event_over"


# Answers


def test_answers_are_changed_and_the_name_and_the_ticket_stay(forum, ada):
    code = people.ticket_codes(ada)
    services.attendee.change_answers(first(ada).id, Person("", sex=Sex.MALE, region="Kayes", languages=["bm"]))
    attendee = first(ada)
    assert (attendee.name, attendee.sex, attendee.region, attendee.languages) == ("Ada", "male", "Kayes", ["bm"])
    assert people.ticket_codes(ada) == code


def test_answers_of_a_place_that_is_gone_stay(forum, ada):
    services.attendee.cancel(first(ada).id)
    assert code_of(lambda: services.attendee.change_answers(first(ada).id, Person("", sex=Sex.MALE))) == "place_is_gone"


# Categories


def test_person_moves_to_another_category_and_the_seat_goes_to_whoever_waits(forum, ada):
    press = add_type(forum, capacity=1)
    change_event(forum, capacity=None)
    [public] = [one for one in queries.registration.list_ticket_types(forum.event_id) if one.kind == "public"]
    public.capacity = 1
    db.session.commit()
    waiting = people.register(forum.event_id, "B", email="b@example.org")
    code = people.ticket_codes(ada)
    for _time in range(2):
        services.attendee.change_type(first(ada).id, press, by_account_id=forum.owner_id)
    assert (first(ada).ticket_type_id, people.ticket_codes(ada), status(waiting)) == (press, code, ["offered"])


def test_full_category_takes_nobody_in(forum, ada):
    press = add_type(forum, capacity=0)
    change = services.attendee.change_type
    assert code_of(lambda: change(first(ada).id, press, by_account_id=forum.owner_id)) == "full"
    assert first(ada).ticket_type_id != press


def test_category_of_another_event_does_not_exist(forum, ada):
    foreign = add_type(people.stage("other"))
    with pytest.raises(NotFound):
        services.attendee.change_type(first(ada).id, foreign, by_account_id=forum.owner_id)


def book(forum, form_id, *names, **facts):
    return services.registration.register(
        forum.event_id, Booking(form_id, "fr", [Person(name) for name in names or ("Guest",)], **facts)
    ).id


def test_guest_takes_the_first_open_category_or_the_one_they_choose(forum):
    press = add_type(forum)
    assert first(book(forum, "a")).ticket_type_id != press
    assert first(book(forum, "b", ticket_type_id=press)).ticket_type_id == press


@pytest.mark.parametrize("access", [TypeAccess.CODE, TypeAccess.STAFF])
def test_guest_does_not_get_a_category_that_is_not_open_but_the_team_does(forum, access):
    closed = add_type(forum, access=access)
    assert code_of(lambda: book(forum, "a", ticket_type_id=closed)) == "choice_invalid"
    booking = Booking("b", "fr", [Person("Guest")], ticket_type_id=closed)
    registration = services.registration.register(forum.event_id, booking, by_account_id=forum.owner_id)
    assert first(registration.id).ticket_type_id == closed


@pytest.mark.parametrize("facts", [{"opens_at": timedelta(hours=1)}, {"closes_at": timedelta(0)}])
def test_category_outside_its_window_is_refused(forum, time, facts):
    press = add_type(forum, **{name: time.now + by for name, by in facts.items()})
    assert code_of(lambda: book(forum, "a", ticket_type_id=press)) == "type_closed"


def test_pool_limits_what_its_categories_have_together(forum):
    pool = SeatPool(event_id=forum.event_id, name="Balcony", capacity=2)
    db.session.add(pool)
    db.session.commit()
    press, invited = (add_type(forum, pool_id=pool.id, kind=kind) for kind in (TicketKind.PRESS, TicketKind.INVITED))
    change_event(forum, waiting_list=False)
    book(forum, "a", ticket_type_id=press)
    assert code_of(lambda: book(forum, "b", "B", "C", ticket_type_id=invited)) == "full_for_party"
    book(forum, "c", ticket_type_id=invited)
    assert code_of(lambda: book(forum, "d", ticket_type_id=press)) == "full"
    assert status(book(forum, "e")) == ["confirmed"]


def test_event_by_invitation_alone_asks_for_a_code(forum):
    [public] = queries.registration.list_ticket_types(forum.event_id)
    public.access = TypeAccess.CODE
    db.session.commit()
    assert code_of(lambda: book(forum, "a")) == "code_missing_here"


# Approval


@pytest.fixture
def looked_at(forum):
    [public] = queries.registration.list_ticket_types(forum.event_id)
    public.needs_approval = True
    db.session.commit()
    return forum


def test_registration_that_needs_approval_holds_no_seat_until_it_is_approved(looked_at):
    pending = book(looked_at, "a", "Ada", email="ada@example.org")
    assert (status(pending), queries.seats.count_taken(looked_at.event_id)) == (["pending"], 0)
    for seated in ([pending], []):
        decided = services.approval.approve(looked_at.event_id, [pending], by_account_id=looked_at.owner_id)
        assert decided.seated == seated
    assert (status(pending), len(people.ticket_codes(pending))) == (["confirmed"], 1)
    assert [message.kind.value for message in queries.delivery.list_of_registration(pending)] == [
        "confirmation",
        "pending",
    ]


def test_approving_more_than_fit_seats_the_first_and_lets_the_others_wait(looked_at):
    two, three, one = (book(looked_at, str(number), *("G" * number)) for number in (2, 3, 1))
    decided = services.approval.approve(looked_at.event_id, [one, two, three])
    assert (decided.seated, decided.waiting) == ([two, one], [three])


def test_approving_without_a_waiting_list_leaves_the_others_to_be_decided(looked_at):
    change_event(looked_at, waiting_list=False)
    two, three = (book(looked_at, str(number), *("G" * number)) for number in (2, 3))
    decided = services.approval.approve(looked_at.event_id, [two, three])
    assert (decided.seated, decided.full, status(three)) == ([two], [three], ["pending"] * 3)


def test_registration_is_turned_down_and_reconsidered(looked_at):
    pending = book(looked_at, "a", "Ada", email="ada@example.org")
    assert services.approval.reject(looked_at.event_id, [pending]).rejected == [pending]
    assert services.approval.reject(looked_at.event_id, [pending]).rejected == []
    assert status(pending) == ["rejected"]
    for _time in range(2):
        services.approval.reconsider(looked_at.event_id, pending)
    assert status(pending) == ["pending"]


def test_the_team_registers_without_another_look(looked_at):
    booking = Booking("a", "fr", [Person("Ada")])
    registration = services.registration.register(looked_at.event_id, booking, by_account_id=looked_at.owner_id)
    assert status(registration.id) == ["confirmed"]


def test_place_given_back_before_it_was_decided_is_to_be_decided_again(looked_at):
    pending = book(looked_at, "a")
    services.attendee.cancel(first(pending).id)
    services.attendee.restore(first(pending).id)
    assert status(pending) == ["pending"]
