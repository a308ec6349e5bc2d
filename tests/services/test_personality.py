"""What the door sees of a person, delegations, and arrivals that the protocol desk notes."""

import uuid
from datetime import timedelta

import pytest

from eventapp import clock, queries, services
from eventapp.errors import NotAllowed, NotFound, Refused
from eventapp.rules.vocabulary import CheckpointKind, Role, ScanKind, ScanMethod, Verdict
from eventapp.services.personality import DoorFacts
from eventapp.services.registration import Person
from eventapp.services.scan_book import Answer
from tests import door, people
from tests.conftest import NOON
from tests.door import ask, conflicts, new, record, take_back

pytestmark = pytest.mark.usefixtures("context", "at_noon")


@pytest.fixture
def forum():
    staged = people.stage()
    door.entrance(staged.event_id)
    return staged


@pytest.fixture
def minister(forum):
    """The code of a minister who is expected with nine."""
    code = people.ticket_codes(people.register(forum.event_id, "Awa Diarra"))[0]
    facts = DoorFacts(note="Fauteuil roulant : entrée B", companions=9, is_personality=True)
    services.personality.describe(forum.event_id, id_of(code), facts)
    return code


def id_of(code):
    return queries.ticket.get(code).attendee.id


def came(event_id):
    """Companions who came, by entrance."""
    entered = queries.door_list.list_changes(event_id, None).admissions
    return [(one.entered_at is not None, one.companions) for one in entered]


def guests(forum, **facts):
    event = queries.event.get(forum.event_id)
    return queries.personality.list_guests(event, clock.now(), **facts)


def arrive(forum, code, companions=0, form_id=None, by="olga"):
    return services.personality.arrive(
        forum.event_id,
        id_of(code),
        companions=companions,
        door="Protocole",
        form_id=form_id or str(uuid.uuid4()),
        account_id=people.account(by),
    )


# Delegations


def test_a_delegation_is_expected_and_counted_whole(forum, minister):
    assert door.counts(forum.event_id) == (10, 0, 0)
    assert ask(door.phone(forum.event_id), minister, companions=7) is Verdict.ADMITTED
    assert door.counts(forum.event_id) == (10, 8, 8)
    assert came(forum.event_id) == [(True, 7)]


def test_whoever_comes_later_is_counted_without_a_dispute(forum, minister):
    a, b = door.phone(forum.event_id), door.phone(forum.event_id, "B")
    first = new(minister, companions=7)
    later = new(minister, method=ScanMethod.GROUP, companions=12, target_id=first.id)
    assert record(a, first) + record(b, later) == [Answer(Verdict.ADMITTED), Answer(Verdict.ADMITTED)]
    assert conflicts(forum.event_id) == []
    assert door.counts(forum.event_id) == (13, 13, 13)  # three more than were announced
    take_back(b, later)
    assert came(forum.event_id) == [(True, 7)]


def test_companions_that_arrive_before_their_leader_bar_nobodys_way(forum, minister):
    a, b = door.phone(forum.event_id), door.phone(forum.event_id, "B")
    first = new(minister, NOON - timedelta(minutes=5), told=Verdict.ADMITTED, companions=2)
    later = new(minister, NOON - timedelta(minutes=9), told=Verdict.ADMITTED, companions=3, target_id=first.id)
    assert record(b, later) + record(a, first) == [Answer(Verdict.ADMITTED), Answer(Verdict.ADMITTED)]
    assert (conflicts(forum.event_id), came(forum.event_id)) == ([], [(True, 3)])


def test_strangers_let_in_with_companions_count(forum):
    record(door.phone(forum.event_id), new("no ticket", kind=ScanKind.LET_IN, companions=4, reason="known"))
    assert door.counts(forum.event_id) == (0, 5, 5)


def test_meals_for_a_delegation_are_counted_there(forum, minister):
    lunch = door.lunch(forum.event_id)
    phone = door.phone(forum.event_id, "Lunch", checkpoint_id=lunch)
    record(phone, new(minister, kind=ScanKind.GIVEN, companions=4))
    (found,) = queries.head_count.list_counts(
        forum.event_id, [queries.checkpoint.find(forum.event_id, lunch)], clock.now()
    )
    assert (found.entered, found.inside) == (5, 5)


# What the door sees


def test_phones_hear_of_a_change_and_get_title_and_function_of_personalities_alone(forum):
    invitation_id = people.invite(
        forum.event_id, name="Awa Diarra", courtesy_title="Madame la Ministre", function="Ministre", places=2
    )
    services.invitation.accept(invitation_id, [Person(name="Awa Diarra"), Person(name="Bakary")])
    registration_id = queries.invitation.get_in(forum.event_id, invitation_id).registration_id
    awa, bakary = (one.id for one in queries.registration.list_people(registration_id))
    cursor = queries.door_list.list_changes(forum.event_id, None).cursor
    for person in (awa, bakary):
        services.personality.describe(forum.event_id, person, DoorFacts(note="B", companions=3, is_personality=True))
    rows = {one.attendee_id: one for one in queries.door_list.list_changes(forum.event_id, cursor).people}
    assert [(rows[one].note, rows[one].companions, rows[one].is_personality) for one in (awa, bakary)] == [
        ("B", 3, True)
    ] * 2
    assert [(rows[one].courtesy_title, rows[one].function) for one in (awa, bakary)] == [
        ("Madame la Ministre", "Ministre"),
        (None, None),
    ]


def test_a_note_goes_with_the_person_and_with_the_place_stay_the_companions(forum, minister):
    attendee_id = id_of(minister)
    services.attendee.hand_on(attendee_id, Person(name="Moussa"))
    person = queries.registration.get_attendee(attendee_id)
    assert (person.door_note, person.companions, person.is_personality) == (None, 9, True)
    services.personality.describe(forum.event_id, attendee_id, DoorFacts(note="B"))
    services.erasure.erase(attendee_id)
    assert queries.registration.get_attendee(attendee_id).door_note is None
    with pytest.raises(NotFound):
        services.personality.describe(forum.event_id, attendee_id, DoorFacts())


@pytest.mark.sqlite_only  # refusals depend on no database
@pytest.mark.parametrize(
    ("facts", "code"), [(DoorFacts(companions=100), "number_invalid"), (DoorFacts(note="a" * 201), "text_too_long")]
)
def test_what_the_door_cannot_show_is_refused(forum, minister, facts, code):
    with pytest.raises(Refused) as refused:
        services.personality.describe(forum.event_id, id_of(minister), facts)
    assert refused.value.code == code


def test_a_category_is_awaited_whole_also_those_who_come_to_it_later(forum):
    event_id = forum.event_id
    public = queries.registration.list_ticket_types(event_id)[0].id
    people.register(event_id, "Ada Traoré")
    services.personality.mark_category(event_id, public, is_awaited=True)
    people.register(event_id, "Bintou Keita")
    assert [one.name for one in guests(forum)] == ["Ada Traoré", "Bintou Keita"]
    services.personality.mark_category(event_id, public, is_awaited=False)
    people.register(event_id, "Chérif Diallo")
    assert guests(forum) == []


# The protocol desk


def test_an_arrival_is_one_scan_however_often_the_form_is_sent_and_is_taken_back(forum, minister):
    assert [(one.arrived_at, one.expected) for one in guests(forum)] == [(None, 9)]
    form_id = str(uuid.uuid4())
    for _ in range(2):
        assert arrive(forum, minister, 9, form_id) == Answer(Verdict.ADMITTED)
    device = queries.device.find_of_account(people.account("olga"), forum.event_id)
    (there,) = guests(forum, account_device_id=device.id)
    assert (there.arrived_at, there.door, there.came, there.is_mine) == (NOON, "Protocole", 9, True)
    arrive(forum, minister, 11)
    assert (guests(forum)[0].came, conflicts(forum.event_id)) == (11, [])
    for _ in range(2):
        services.personality.take_back(forum.event_id, id_of(minister), account_id=people.account("olga"))
    assert guests(forum)[0].arrived_at is None


def test_what_a_phone_at_the_door_saw_stands_there_and_is_not_taken_back_from_the_desk(forum, minister):
    ask(door.phone(forum.event_id, "Porte A"), minister, companions=9)
    services.personality.take_back(forum.event_id, id_of(minister), account_id=people.account("olga"))
    assert [(one.door, one.came) for one in guests(forum)] == [("Porte A", 9)]
    assert arrive(forum, minister, 9) == Answer(Verdict.ALREADY_ADMITTED)
    assert conflicts(forum.event_id) == []


def test_guests_are_found_by_words_and_the_latest_arrival_stands_first(forum, minister, monkeypatch):
    second = people.ticket_codes(people.register(forum.event_id, "Bintou Keïta"))[0]
    services.personality.describe(forum.event_id, id_of(second), DoorFacts(is_personality=True))
    arrive(forum, minister)
    monkeypatch.setattr("eventapp.clock.now", lambda: NOON + timedelta(minutes=1))
    arrive(forum, second)
    assert [one.name for one in guests(forum)] == ["Bintou Keïta", "Awa Diarra"]
    assert [one.name for one in guests(forum, sought="keita")] == ["Bintou Keïta"]
    monkeypatch.setattr("eventapp.clock.now", lambda: NOON + timedelta(days=1))
    assert [one.arrived_at for one in guests(forum)] == [None, None]  # on another day they are awaited again


@pytest.mark.sqlite_only  # refusals depend on no database
def test_arrival_needs_the_right_a_ticket_and_an_entrance(forum, minister):
    people.grant("vera", forum.event_id, Role.VIEWER)
    with pytest.raises(NotAllowed):
        arrive(forum, minister, by="vera")
    with pytest.raises(Refused, match="number_invalid"):
        arrive(forum, minister, 100)
    attendee_id = id_of(minister)
    door.entrance(forum.event_id, kind=CheckpointKind.REHEARSAL)
    with pytest.raises(Refused, match="checkpoint_missing"):
        arrive(forum, minister)
    services.attendee.cancel(attendee_id)
    with pytest.raises(Refused, match="no_ticket"):
        arrive(forum, minister)
