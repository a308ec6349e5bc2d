"""Invitations by name: seats that are kept become seats of people, and none is given twice or lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp import clock, queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.models.event import Event
from eventapp.models.registration import Attendee
from eventapp.rules.vocabulary import CallResult, Channel, DeliveryKind, EventState, InvitationAnswer
from eventapp.services.invitation import InvitationFacts
from eventapp.services.registration import Person
from tests import people

pytestmark = pytest.mark.usefixtures("context", "at_noon")


@pytest.fixture
def forum(context, at_noon):
    return people.stage(capacity=3)


def row(forum, invitation_id):
    return queries.invitation.get_in(forum.event_id, invitation_id)


def named(*names):
    return [Person(name=name) for name in names]


def accept(invitation_id, *names, **facts):
    services.invitation.accept(invitation_id, named(*names), **facts)


def coming(forum, invitation_id):
    """Name and status of everybody who comes on an invitation."""
    return [(one.name, str(one.status)) for one in queries.invitation.list_coming(row(forum, invitation_id))]


def codes(forum, invitation_id):
    return [one.ticket.code for one in queries.invitation.list_coming(row(forum, invitation_id))]


def taken(forum):
    return queries.seats.count_taken(forum.event_id)


def facts(forum, **changed):
    first = queries.registration.list_ticket_types(forum.event_id)[0].id
    return InvitationFacts(**{"ticket_type_id": first, "language": "fr", "name": "Awa Diarra", **changed})


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as found:
        call(*args, **kwargs)
    return found.value.code


def test_kept_places_count_as_taken_and_become_those_of_people(forum):
    invited = people.invite(
        forum.event_id, name=None, organization="Ministère", places=3, held=2, email="m@example.org"
    )
    assert taken(forum) == 2
    accept(invited, "Ada Traoré")
    assert (taken(forum), row(forum, invited).held, row(forum, invited).answer) == (2, 1, InvitationAnswer.YES)
    accept(invited, "Bakary Keïta", "Coumba Sy")
    assert coming(forum, invited) == [
        ("Ada Traoré", "confirmed"),
        ("Bakary Keïta", "confirmed"),
        ("Coumba Sy", "confirmed"),
    ]
    assert (taken(forum), row(forum, invited).held) == (3, 0)
    registration = queries.invitation.find_registration(row(forum, invited))
    assert (registration.channel, registration.email, registration.group_name) == (
        Channel.INVITATION,
        "m@example.org",
        "Ministère",
    )
    assert len(people.ticket_codes(registration.id)) == 3
    assert [one.kind for one in queries.delivery.list_of_registration(registration.id)] == [DeliveryKind.CONFIRMATION]


def test_whoever_has_no_kept_place_waits_when_all_are_taken(forum):
    invited = people.invite(forum.event_id, places=2, held=1)
    people.register(forum.event_id, "Max", "Moussa")
    accept(invited, "Awa Diarra", "Ada Traoré")
    assert coming(forum, invited) == [("Awa Diarra", "confirmed"), ("Ada Traoré", "waitlisted")]
    assert taken(forum) == 3


def test_without_a_waiting_list_whoever_is_too_many_is_refused_and_nothing_is_lost(forum):
    db.session.get_one(Event, forum.event_id).waiting_list = False
    db.session.commit()
    invited = people.invite(forum.event_id, places=2, held=1)
    people.register(forum.event_id, "Max", "Moussa")
    with pytest.raises(Refused) as found:
        accept(invited, "Awa Diarra", "Ada Traoré")
    assert (found.value.code, found.value.facts["free"]) == ("full_for_party", 1)
    assert (row(forum, invited).held, row(forum, invited).answer, taken(forum)) == (1, InvitationAnswer.OPEN, 3)


def test_expected_number_frees_what_was_kept_for_more(forum):
    invited = people.invite(forum.event_id, places=3, held=3)
    waiting = people.register(forum.event_id, "Max")
    accept(invited, "Awa Diarra", expected=2)
    assert row(forum, invited).held == 1
    [attendee] = queries.registration.get(waiting).attendees
    assert attendee.status in ("offered", "confirmed")
    assert taken(forum) == 3


def test_answer_sent_twice_is_one_answer(forum):
    invited = people.invite(forum.event_id, places=3)
    for _ in range(2):
        accept(invited, "Awa Diarra", form_id="the-form")
    assert coming(forum, invited) == [("Awa Diarra", "confirmed")]
    for _ in range(2):
        services.invitation.decline(invited, form_id="the-form")
    assert coming(forum, invited) == []


def test_one_representative_has_the_place_and_the_ticket(forum):
    invited = people.invite(forum.event_id, places=2, held=2)
    services.invitation.represent(invited, Person(name="Sam Sidibé", function="Conseiller"))
    assert coming(forum, invited) == [("Sam Sidibé", "confirmed")]
    assert (row(forum, invited).representative, row(forum, invited).held, taken(forum)) == ("Sam Sidibé", 0, 1)


def test_changed_answers_hand_the_place_on(forum):
    invited = people.invite(forum.event_id, places=2)
    accept(invited, "Awa Diarra", "Ada Traoré")
    before = codes(forum, invited)
    services.invitation.represent(invited, Person(name="Sam Sidibé"))
    assert coming(forum, invited) == [("Sam Sidibé", "confirmed")]
    db.session.expire_all()
    assert not set(before) & set(codes(forum, invited))
    accept(invited, "Awa Diarra")
    assert coming(forum, invited) == [("Awa Diarra", "confirmed")]
    assert row(forum, invited).representative is None
    services.invitation.decline(invited)
    assert (coming(forum, invited), taken(forum), row(forum, invited).answer) == ([], 0, InvitationAnswer.NO)
    accept(invited, "Awa Diarra")
    assert coming(forum, invited) == [("Awa Diarra", "confirmed")]


def test_kept_places_end_with_the_time_to_answer(forum, time):
    invited = people.invite(forum.event_id, held=1, reply_by=clock.now() + timedelta(days=1))
    people.register(forum.event_id, "Max", "Moussa")
    time.forward(timedelta(days=1))
    services.waiting_list.settle(forum.event_id)
    assert row(forum, invited).held == 0
    assert people.register(forum.event_id, "Ada")
    accept(invited, "Awa Diarra")
    assert coming(forum, invited) == [("Awa Diarra", "waitlisted")]


def test_withdrawn_invitation_keeps_nothing_but_those_who_come(forum):
    invited = people.invite(forum.event_id, places=2, held=2)
    accept(invited, "Awa Diarra")
    secret = services.invitation.secret(row(forum, invited))
    assert queries.invitation.get_by_secret(secret).id == invited
    for _ in range(2):
        services.invitation.withdraw(forum.event_id, invited)
    assert (row(forum, invited).held, taken(forum)) == (0, 1)
    with pytest.raises(NotFound):
        queries.invitation.get_by_secret(secret)


def test_new_link_ends_the_old_one(forum):
    invited = people.invite(forum.event_id)
    old = services.invitation.secret(row(forum, invited))
    services.invitation.renew_link(forum.event_id, invited)
    with pytest.raises(NotFound):
        queries.invitation.get_by_secret(old)
    assert queries.invitation.get_by_secret(services.invitation.secret(row(forum, invited))).id == invited


def test_letters_go_once_to_all_who_have_an_address_and_gave_no_answer(forum):
    sent = people.invite(forum.event_id, email="awa@example.org")
    people.invite(forum.event_id, name="Sans adresse")
    services.invitation.decline(people.invite(forum.event_id, name="Max", email="max@example.org"))
    assert services.invitation_letter.send_unsent(forum.event_id) == 1
    assert services.invitation_letter.send_unsent(forum.event_id) == 0
    assert [one.kind for one in queries.invitation.list_deliveries(sent)] == [DeliveryKind.INVITATION]


def test_call_without_an_answer_is_noted_with_who_called(forum):
    invited = people.invite(forum.event_id)
    services.invitation.note_call(forum.event_id, invited, CallResult.WRONG_NUMBER, account_id=forum.owner_id)
    latest = queries.invitation.list_steps(invited)[0]
    assert (latest.entry.action, latest.account.id) == ("invitation.call", forum.owner_id)
    assert row(forum, invited).call_result is CallResult.WRONG_NUMBER


def test_counts_and_search(forum):
    people.invite(forum.event_id, name="Oumar Coulibaly", held=1)
    services.invitation.decline(people.invite(forum.event_id, name="Max", organization="Ministère des Transports"))
    counts = queries.invitation.count(forum.event_id)
    assert (counts.invited, counts.held, counts.by_answer) == (
        2,
        1,
        {InvitationAnswer.OPEN: 1, InvitationAnswer.NO: 1},
    )

    def found(words, answer=None):
        rows = queries.invitation.list_in(forum.event_id, words, answer, offset=0, limit=10)
        return [one.name for one, _ in rows]

    assert found("kulubali umar") == ["Oumar Coulibaly"]
    assert found("ministere transport") == ["Max"]
    assert found("", InvitationAnswer.NO) == ["Max"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": None}, "invitee_missing"),
        ({"places": 0}, "number_invalid"),
        ({"held": 2}, "hold_too_many"),
        ({"places": 9, "held": 4}, "hold_full"),
        ({"reply_by": people.ENDS}, "reply_after_start"),
        ({"ticket_type_id": 0}, "choice_invalid"),
        ({"email": "awa"}, "email_invalid"),
        ({"phone": "1"}, "phone_length"),
    ],
)
def test_invitation_that_cannot_be_is_refused(forum, changed, code):
    assert refusal(services.invitation.add, forum.event_id, facts(forum, **changed)) == code


def test_seats_cannot_be_kept_until_a_time_that_is_over(forum):
    over = clock.now() - timedelta(hours=1)
    assert refusal(services.invitation.add, forum.event_id, facts(forum, held=1, reply_by=over)) == "reply_past"


def test_invitation_cannot_be_for_fewer_than_come(forum):
    invited = people.invite(forum.event_id, places=2)
    accept(invited, "Awa Diarra", "Ada Traoré")
    assert refusal(services.invitation.change, forum.event_id, invited, facts(forum)) == "places_in_use"


def test_changed_hold_is_checked_and_what_is_let_go_is_free(forum):
    invited = people.invite(forum.event_id, places=9, held=2)
    assert refusal(services.invitation.change, forum.event_id, invited, facts(forum, places=9, held=4)) == "hold_full"
    services.invitation.change(forum.event_id, invited, facts(forum, places=9, held=3))
    assert taken(forum) == 3
    services.invitation.change(forum.event_id, invited, facts(forum, places=9))
    assert taken(forum) == 0


def test_too_many_and_the_same_person_twice_are_refused(forum):
    invited = people.invite(forum.event_id, places=2)
    assert refusal(accept, invited) == "nobody_named"
    assert refusal(accept, invited, "A", "B", "C") == "invitation_places"
    assert refusal(accept, invited, "A", expected=3) == "invitation_places"
    accept(invited, "Awa Diarra")
    assert refusal(accept, invited, "Awa Diarra") == "person_there"
    assert refusal(services.invitation.represent, invited, Person(name="")) == "representative_missing"


def test_answers_end_when_the_event_begins_or_the_invitation_does(forum, at_noon):
    gone = people.invite(forum.event_id)
    services.invitation.withdraw(forum.event_id, gone)
    assert refusal(accept, gone, "Awa Diarra") == "invitation_withdrawn"
    assert refusal(services.invitation_letter.send, forum.event_id, gone) == "invitation_withdrawn"
    invited = people.invite(forum.event_id)
    assert refusal(services.invitation_letter.send, forum.event_id, invited) == "invitee_unreachable"
    db.session.get_one(Event, forum.event_id).state = EventState.CANCELLED
    db.session.commit()
    assert refusal(services.invitation.decline, invited) == "invitation_closed"


def test_guests_add_people_on_the_page_of_the_invitation_only(forum):
    invited = people.invite(forum.event_id, places=2)
    accept(invited, "Awa Diarra")
    registration_id = row(forum, invited).registration_id
    assert refusal(services.registration.add_person, registration_id, Person(name="Max")) == "invitation_adds"


def test_place_given_back_can_be_named_again(forum):
    invited = people.invite(forum.event_id)
    accept(invited, "Awa Diarra")
    [attendee] = db.session.scalars(select(Attendee))
    services.attendee.cancel(attendee.id)
    accept(invited, "Ada Traoré")
    assert coming(forum, invited) == [("Ada Traoré", "confirmed")]
