"""Categories and shared seats: added, changed, moved, removed; doors keep their meaning, new seats go to who waits."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.language import LocalizedText
from eventapp.models.audit import AuditEntry
from eventapp.models.checkin import Checkpoint
from eventapp.models.invitation import Invitation
from eventapp.models.question import EventQuestion
from eventapp.models.registration import Attendee
from eventapp.rules.vocabulary import QuestionKind, TicketKind, TypeAccess
from eventapp.services.event import Dates
from eventapp.services.invitation_code import CodeFacts
from eventapp.services.ticket_type import TypeFacts
from tests import people

pytestmark = pytest.mark.usefixtures("context", "at_noon")

PRESS = TypeFacts(name=LocalizedText(fr="Presse", en="Press"), kind=TicketKind.PRESS, access=TypeAccess.CODE)


@pytest.fixture
def forum(context, at_noon):
    return people.stage()


def public(forum):
    return queries.registration.list_ticket_types(forum.event_id)[0]


def door(forum):
    return queries.ticket_type.list_doors(forum.event_id)[0]


def statuses(forum):
    query = select(Attendee.status).where(Attendee.event_id == forum.event_id)
    return list(db.session.scalars(query.order_by(Attendee.id)))


def refusal(function, *args, **more):
    with pytest.raises(Refused) as refused:
        function(*args, **more)
    return refused.value.code, refused.value.field


def test_category_is_added_at_the_end_with_all_that_is_said(forum):
    facts = replace(
        PRESS,
        description=LocalizedText(fr="Journalistes"),
        colour="#1A4D8F",
        capacity=10,
        needs_approval=True,
        opens_at=people.STARTS - timedelta(days=9),
        closes_at=people.STARTS,
    )
    services.ticket_type.add(forum.event_id, facts)
    row = queries.registration.list_ticket_types(forum.event_id)[-1]
    assert (row.kind, row.access, row.colour, row.capacity) == (TicketKind.PRESS, TypeAccess.CODE, "#1a4d8f", 10)
    assert (row.needs_approval, row.closes_at, str(row.description)) == (True, people.STARTS, "Journalistes")


def test_form_sent_twice_adds_one_category(forum):
    ids = {services.ticket_type.add(forum.event_id, PRESS, form_id="form-of-a-type").id for _ in range(2)}
    assert len(ids) == 1


def test_standing_counts_what_is_taken_and_free(forum):
    capacity = TypeFacts(name=LocalizedText(fr="Public"), capacity=3)
    services.ticket_type.change(forum.event_id, public(forum).id, capacity)
    people.register(forum.event_id, "Ada", "Bintou")
    [row] = queries.ticket_type.list_standings(queries.event.get(forum.event_id))
    assert (row.taken, row.free, row.people) == (2, 1, 2)


def test_more_seats_go_to_who_waits(forum):
    narrow = TypeFacts(name=LocalizedText(fr="Public"), capacity=1)
    services.ticket_type.change(forum.event_id, public(forum).id, narrow)
    people.register(forum.event_id, "Ada")
    people.register(forum.event_id, "Bintou", email="bintou@example.org")
    services.ticket_type.change(forum.event_id, public(forum).id, replace(narrow, capacity=2))
    assert statuses(forum) == ["confirmed", "offered"]


def test_fewer_seats_than_are_taken_take_nobodys(forum):
    people.register(forum.event_id, "Ada", "Bintou")
    services.ticket_type.change(
        forum.event_id, public(forum).id, TypeFacts(name=LocalizedText(fr="Public"), capacity=1)
    )
    assert statuses(forum) == ["confirmed", "confirmed"]


def test_change_is_noted_by_field_and_only_if_something_changed(forum):
    for _ in range(2):
        services.ticket_type.change(
            forum.event_id, public(forum).id, TypeFacts(name=public(forum).name, capacity=9), account_id=forum.owner_id
        )
    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "ticket_type.change"))
    assert entry.details == {"changed": ["capacity"]}


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"name": LocalizedText()}, "name_missing", "name"),
        ({"colour": "blue"}, "colour_invalid", "colour"),
        ({"colour": "#ffee00"}, "colour_too_light", "colour"),
        ({"opens_at": people.STARTS, "closes_at": people.STARTS}, "ends_before_start", "closes_at"),
        ({"kind": TicketKind.STAFF, "access": TypeAccess.OPEN}, "type_behind_stage", "access"),
        ({"kind": TicketKind.SPEAKER, "access": TypeAccess.OPEN}, "type_behind_stage", "access"),
    ],
)
def test_category_that_makes_no_sense_is_refused(forum, facts, code, field):
    facts = replace(PRESS, **facts)
    assert refusal(services.ticket_type.add, forum.event_id, facts) == (code, field)
    assert len(queries.registration.list_ticket_types(forum.event_id)) == 1


def test_categories_of_another_event_are_not_found(forum):
    other = people.stage("other", "max")
    with pytest.raises(NotFound):
        services.ticket_type.change(other.event_id, public(forum).id, PRESS)
    with pytest.raises(NotFound):
        services.ticket_type.remove(other.event_id, public(forum).id)
    pool = services.seat_pool.add(other.event_id, "Salle", 5)
    with pytest.raises(NotFound):
        services.ticket_type.add(forum.event_id, replace(PRESS, pool_id=pool.id))


def test_people_never_change_between_audience_and_stage(forum):
    people.register(forum.event_id, "Ada")
    to_stage = replace(PRESS, kind=TicketKind.STAFF)
    assert refusal(services.ticket_type.change, forum.event_id, public(forum).id, to_stage) == (
        "type_kind_fixed",
        "kind",
    )


def test_category_of_speakers_can_be_edited_but_not_opened(forum):
    made = services.ticket_type.of_kind(forum.event_id, TicketKind.SPEAKER)
    facts = TypeFacts(name=LocalizedText(fr="Voix"), kind=TicketKind.SPEAKER, access=TypeAccess.STAFF)
    services.ticket_type.change(forum.event_id, made.id, facts)
    assert str(queries.ticket_type.get(forum.event_id, made.id).name) == "Voix"
    opened = replace(facts, access=TypeAccess.OPEN)
    assert refusal(services.ticket_type.change, forum.event_id, made.id, opened) == ("type_behind_stage", "access")


def test_categories_are_moved(forum):
    added = services.ticket_type.add(forum.event_id, PRESS)
    services.ticket_type.move(forum.event_id, added.id, -1)
    assert queries.registration.list_ticket_types(forum.event_id)[0].id == added.id


# Doors


def test_new_category_opens_the_doors_that_open_for_all(forum):
    services.ticket_type.add(forum.event_id, PRESS)
    assert door(forum).ticket_type_ids == []


def test_door_that_is_closed_to_one_opens_for_the_others(forum):
    added = services.ticket_type.add(forum.event_id, replace(PRESS, door_ids=()))
    assert door(forum).ticket_type_ids == [public(forum).id]
    services.ticket_type.change(forum.event_id, added.id, replace(PRESS, door_ids={door(forum).id}))
    assert door(forum).ticket_type_ids == [public(forum).id, added.id]


def test_entrance_that_opens_for_some_opens_for_a_new_category_too(forum):
    services.ticket_type.add(forum.event_id, replace(PRESS, door_ids=()))
    added = services.ticket_type.add(forum.event_id, TypeFacts(name=LocalizedText(fr="Bénévoles")))
    assert door(forum).ticket_type_ids == [public(forum).id, added.id]


def test_door_for_nobody_is_refused(forum):
    facts = TypeFacts(name=LocalizedText(fr="Public"), door_ids=())
    assert refusal(services.ticket_type.change, forum.event_id, public(forum).id, facts) == ("door_for_nobody", "doors")


def test_removed_category_leaves_no_door_open_to_all_by_accident(forum):
    added = services.ticket_type.add(forum.event_id, PRESS)
    db.session.get_one(Checkpoint, door(forum).id).ticket_type_ids = [added.id]
    db.session.commit()
    assert refusal(services.ticket_type.remove, forum.event_id, added.id) == ("type_last_at_door", None)


def test_removed_category_is_taken_off_the_doors(forum):
    added = services.ticket_type.add(forum.event_id, PRESS)
    db.session.get_one(Checkpoint, door(forum).id).ticket_type_ids = [public(forum).id, added.id]
    db.session.commit()
    services.ticket_type.remove(forum.event_id, added.id)
    assert door(forum).ticket_type_ids == [public(forum).id]


# Removing


def test_last_category_for_guests_stays(forum):
    services.ticket_type.of_kind(forum.event_id, TicketKind.SPEAKER)
    assert refusal(services.ticket_type.remove, forum.event_id, public(forum).id) == ("type_last", None)


def test_category_with_people_stays_even_if_they_gave_their_place_back(forum):
    services.ticket_type.add(forum.event_id, PRESS)
    registration = queries.registration.get(people.register(forum.event_id))
    services.attendee.cancel(registration.attendees[0].id)
    assert refusal(services.ticket_type.remove, forum.event_id, public(forum).id) == ("type_has_people", None)


def test_category_with_codes_stays_until_they_are_withdrawn(forum):
    added = services.ticket_type.add(forum.event_id, PRESS)
    code = services.invitation_code.add(forum.event_id, "RADIO-1", CodeFacts(ticket_type_id=added.id))
    assert refusal(services.ticket_type.remove, forum.event_id, added.id) == ("type_has_codes", None)
    closed = replace(PRESS, access=TypeAccess.STAFF)
    assert refusal(services.ticket_type.change, forum.event_id, added.id, closed) == ("type_has_codes", "access")
    services.invitation_code.revoke(forum.event_id, code.id)
    services.ticket_type.remove(forum.event_id, added.id)
    assert [row.id for row in queries.registration.list_ticket_types(forum.event_id)] == [public(forum).id]


def test_category_whose_codes_were_used_stays(forum):
    added = services.ticket_type.add(forum.event_id, PRESS)
    code = services.invitation_code.add(forum.event_id, "RADIO-1", CodeFacts(ticket_type_id=added.id))
    registration = queries.registration.get(people.register(forum.event_id, code="radio1"))
    services.attendee.change_type(registration.attendees[0].id, public(forum).id, by_account_id=forum.owner_id)
    services.invitation_code.revoke(forum.event_id, code.id)
    assert refusal(services.ticket_type.remove, forum.event_id, added.id) == ("type_has_used_codes", None)


def test_category_with_invitations_stays(forum, at_noon):
    added = services.ticket_type.add(forum.event_id, PRESS)
    db.session.add(
        Invitation(event_id=forum.event_id, ticket_type_id=added.id, name="Awa", language="fr", created_at=at_noon)
    )
    db.session.commit()
    assert refusal(services.ticket_type.remove, forum.event_id, added.id) == ("type_has_invitations", None)


def test_question_asked_of_one_category_keeps_it(forum):
    added = services.ticket_type.add(forum.event_id, PRESS)
    question = EventQuestion(
        event_id=forum.event_id,
        kind=QuestionKind.YES_NO,
        label=LocalizedText(fr="Caméra ?"),
        ticket_type_ids=[added.id],
    )
    db.session.add(question)
    db.session.commit()
    assert refusal(services.ticket_type.remove, forum.event_id, added.id) == ("type_last_asked", None)
    db.session.get_one(EventQuestion, question.id).ticket_type_ids = [public(forum).id, added.id]
    db.session.commit()
    services.ticket_type.remove(forum.event_id, added.id)
    assert db.session.get_one(EventQuestion, question.id).ticket_type_ids == [public(forum).id]


def test_window_and_codes_keep_the_clock_in_another_zone(forum):
    added = services.ticket_type.add(forum.event_id, replace(PRESS, closes_at=people.STARTS))
    code = services.invitation_code.add(
        forum.event_id, "RADIO-1", CodeFacts(ticket_type_id=added.id, expires_at=people.STARTS)
    )
    dates = Dates(languages=["fr"], timezone="Africa/Nairobi", starts_at=people.STARTS, ends_at=people.ENDS)
    services.event.set_dates(forum.event_id, dates)
    earlier = people.STARTS - timedelta(hours=3)
    assert queries.ticket_type.get(forum.event_id, added.id).closes_at == earlier
    assert queries.invitation_code.get(code.id).expires_at == earlier


# Shared seats


def test_shared_seats_are_the_limit_of_both_categories(forum):
    pool = services.seat_pool.add(forum.event_id, "Salle", 2)
    ids = [
        services.ticket_type.add(forum.event_id, TypeFacts(name=LocalizedText(fr=name), pool_id=pool.id)).id
        for name in ("A", "B")
    ]
    for type_id in (ids[0], ids[1], ids[1]):
        people.register(forum.event_id, ticket_type_id=type_id, email="ada@example.org")
    assert statuses(forum) == ["confirmed", "confirmed", "waitlisted"]
    standings = queries.ticket_type.list_standings(queries.event.get(forum.event_id))
    [shared] = queries.ticket_type.shared(queries.ticket_type.list_pools(forum.event_id), standings)
    assert (shared.taken, [one.id for one in shared.types]) == (2, ids)
    services.seat_pool.change(forum.event_id, pool.id, "Salle", 3)
    assert statuses(forum) == ["confirmed", "confirmed", "offered"]


def test_shared_seats_in_use_stay(forum):
    pool = services.seat_pool.add(forum.event_id, "Salle", 2, form_id="form-of-a-pool")
    assert services.seat_pool.add(forum.event_id, "Salle", 2, form_id="form-of-a-pool").id == pool.id
    services.ticket_type.add(forum.event_id, replace(PRESS, pool_id=pool.id))
    assert refusal(services.seat_pool.remove, forum.event_id, pool.id) == ("pool_in_use", None)


def test_shared_seats_nobody_uses_are_removed(forum):
    pool = services.seat_pool.add(forum.event_id, "Salle", 2)
    services.seat_pool.remove(forum.event_id, pool.id)
    assert queries.ticket_type.list_pools(forum.event_id) == []


def test_shared_seats_need_a_name(forum):
    assert refusal(services.seat_pool.add, forum.event_id, "", 2) == ("name_needed", "name")
