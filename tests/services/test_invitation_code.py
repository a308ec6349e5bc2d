"""Invitation codes: made up, drawn, used, withdrawn."""

from datetime import timedelta

import pytest

from eventapp import queries, services
from eventapp.errors import NotFound, Refused
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import TypeAccess
from eventapp.services.invitation_code import CodeFacts
from eventapp.services.ticket_type import TypeFacts
from tests import people

pytestmark = pytest.mark.usefixtures("context", "at_noon")


@pytest.fixture
def forum(context, at_noon):
    return people.stage()


@pytest.fixture
def press(forum):
    facts = TypeFacts(name=LocalizedText(fr="Presse"), access=TypeAccess.CODE)
    return services.ticket_type.add(forum.event_id, facts).id


def refusal(function, *args, **more):
    with pytest.raises(Refused) as refused:
        function(*args, **more)
    return refused.value.code, refused.value.field


def test_code_registers_for_its_category_however_it_is_typed(forum, press):
    code = services.invitation_code.add(forum.event_id, "Radio-2O26", CodeFacts(ticket_type_id=press))
    registration = queries.registration.get(people.register(forum.event_id, code="radio 2026"))
    assert (registration.attendees[0].ticket_type_id, registration.code_id) == (press, code.id)


def test_form_sent_twice_writes_one_code(forum, press):
    facts = CodeFacts(ticket_type_id=press)
    ids = {services.invitation_code.add(forum.event_id, "RADIO-1", facts, form_id="form-of-a-code").id for _ in "ab"}
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("text", "code"), [("", "code_too_short"), ("AB-12", "code_too_short"), ("radio-i", "code_taken")]
)
def test_code_too_short_or_taken_is_refused(forum, press, text, code):
    facts = CodeFacts(ticket_type_id=press)
    services.invitation_code.add(forum.event_id, "RADIO-1", facts)
    assert refusal(services.invitation_code.add, forum.event_id, text, facts) == (code, "code")


def test_code_for_a_category_that_is_not_open_with_a_code_is_refused(forum, press):
    public = queries.registration.list_ticket_types(forum.event_id)[0].id
    for type_id in (public, 999_999):
        facts = CodeFacts(ticket_type_id=type_id)
        assert refusal(services.invitation_code.add, forum.event_id, "RADIO-1", facts) == (
            "code_for_whom",
            "ticket_type_id",
        )


def test_code_that_is_too_old_already_is_refused(forum, press, at_noon):
    facts = CodeFacts(ticket_type_id=press, expires_at=at_noon)
    assert refusal(services.invitation_code.add, forum.event_id, "RADIO-1", facts) == ("expiry_past", "expires_at")


def test_a_thousand_codes_are_drawn_at_once_and_all_differ(forum, press, at_noon):
    facts = CodeFacts(ticket_type_id=press, max_people=2, expires_at=at_noon + timedelta(days=1), note="lycée")
    first = services.invitation_code.draw(forum.event_id, 1000, facts, form_id="form-of-a-draw")
    again = services.invitation_code.draw(forum.event_id, 1000, facts, form_id="form-of-a-draw")
    rows = queries.invitation_code.list_standings(forum.event_id, drawn_with_id=first.id)
    assert (again.id, len({row.code.code for row in rows})) == (first.id, 1000)
    assert {(len(row.code.code), row.code.max_people, row.code.note, row.people) for row in rows} == {
        (8, 2, "lycée", 0)
    }


@pytest.mark.parametrize("number", [0, 1001])
def test_no_code_or_too_many_are_refused(forum, press, number):
    facts = CodeFacts(ticket_type_id=press)
    assert refusal(services.invitation_code.draw, forum.event_id, number, facts) == ("number_invalid", "number")


def test_list_counts_people_who_still_mean_to_come(forum, press):
    facts = CodeFacts(ticket_type_id=press, max_people=10)
    services.invitation_code.add(forum.event_id, "RADIO-1", facts)
    people.register(forum.event_id, "Ada", "Bintou", code="RADIO-1")
    registration = queries.registration.get(people.register(forum.event_id, "Cheick", code="RADIO-1"))
    services.attendee.cancel(registration.attendees[0].id)
    [row] = queries.invitation_code.list_standings(forum.event_id, type_id=press)
    assert (row.people, queries.invitation_code.count(forum.event_id)) == (2, 1)


def test_withdrawn_code_is_not_known_any_more_until_it_is_restored(forum, press):
    code = services.invitation_code.add(forum.event_id, "RADIO-1", CodeFacts(ticket_type_id=press, max_people=None))
    for _ in range(2):
        services.invitation_code.revoke(forum.event_id, code.id)
    assert refusal(people.register, forum.event_id, code="RADIO-1") == ("code_unknown", "code")
    services.invitation_code.restore(forum.event_id, code.id)
    assert people.register(forum.event_id, code="RADIO-1")


def test_code_of_a_category_that_was_closed_is_not_restored(forum, press):
    code = services.invitation_code.add(forum.event_id, "RADIO-1", CodeFacts(ticket_type_id=press))
    services.invitation_code.revoke(forum.event_id, code.id)
    closed = TypeFacts(name=LocalizedText(fr="Presse"), access=TypeAccess.STAFF)
    services.ticket_type.change(forum.event_id, press, closed)
    assert refusal(services.invitation_code.restore, forum.event_id, code.id) == ("code_for_whom", None)


def test_codes_of_another_event_are_not_found(forum, press):
    code = services.invitation_code.add(forum.event_id, "RADIO-1", CodeFacts(ticket_type_id=press))
    other = people.stage("other", "max")
    for change in (services.invitation_code.revoke, services.invitation_code.restore):
        with pytest.raises(NotFound):
            change(other.event_id, code.id)
