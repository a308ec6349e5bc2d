"""The people whom a performer brings: tickets of their own, and never more than agreed."""

from datetime import timedelta

import pytest

from eventapp import queries, services
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.models.speaker import Speaker
from eventapp.rules.vocabulary import Verdict
from eventapp.services.crew import CrewFacts
from tests import door, people

pytestmark = pytest.mark.usefixtures("context", "at_noon")


@pytest.fixture
def forum(context, at_noon):
    return people.stage(capacity=1)


@pytest.fixture
def fatou(forum):
    """A performer who comes and may bring two people."""
    speaker_id = people.speaker(forum.event_id, "Fatou")
    allow(speaker_id, 2)
    services.speaker_answer.confirm(forum.event_id, speaker_id)
    return speaker_id


@transactional
def allow(speaker_id, people_allowed):
    db.session.get_one(Speaker, speaker_id).crew_limit = people_allowed


def bring(forum, fatou, name=None, **more):
    form_id = more.pop("form_id", None)
    return services.crew.add(forum.event_id, fatou, CrewFacts(name=name, **more), form_id=form_id).id


def crew(fatou):
    db.session.expire_all()
    return [(one.attendee.name, one.attendee.status) for one in queries.speaker_answer.list_crew(fatou)]


def refusal(work):
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code


def test_each_has_a_ticket_of_their_own_that_opens_the_door(forum, fatou):
    bring(forum, fatou, "Moussa Diarra")
    [one] = queries.speaker_answer.list_crew(fatou)
    place = queries.speaker_answer.find_place(queries.speaker.get_by_id(forum.event_id, fatou))
    assert one.attendee.registration_id == place.registration_id
    assert (one.attendee.ticket_type.kind, one.attendee.ticket_type.name["en"]) == ("staff", "Performer’s crew")
    door.entrance(forum.event_id)
    assert door.ask(door.phone(forum.event_id), one.attendee.ticket.code) is Verdict.ADMITTED
    assert queries.seats.count_taken(forum.event_id) == 0


def test_people_without_a_name_are_counted(forum, fatou):
    first = bring(forum, fatou)
    bring(forum, fatou)
    assert crew(fatou) == [("Équipe de Fatou, 1", "confirmed"), ("Équipe de Fatou, 2", "confirmed")]
    services.crew.remove(forum.event_id, fatou, first)
    bring(forum, fatou)
    assert [name for name, _status in crew(fatou)] == ["Équipe de Fatou, 2", "Équipe de Fatou, 1"]


def test_one_more_than_agreed_is_refused(forum, fatou):
    bring(forum, fatou)
    bring(forum, fatou)
    assert refusal(lambda: bring(forum, fatou)) == "crew_full"
    allow(fatou, 0)
    assert refusal(lambda: bring(forum, fatou)) == "crew_none"


def test_form_sent_twice_brings_one(forum, fatou):
    assert bring(forum, fatou, form_id="sent-twice") == bring(forum, fatou, form_id="sent-twice")
    assert len(crew(fatou)) == 1


def test_crew_before_the_answer_is_refused(forum):
    speaker_id = people.speaker(forum.event_id, "Fatou")
    allow(speaker_id, 2)
    assert refusal(lambda: bring(forum, speaker_id)) == "crew_before_answer"


def test_hours_that_end_before_they_begin_are_refused(forum, fatou):
    hours = {"starts_at": people.STARTS, "ends_at": people.STARTS - timedelta(hours=1)}
    assert refusal(lambda: bring(forum, fatou, **hours)) == "ends_before_start"
    member = bring(forum, fatou, starts_at=people.STARTS)
    facts = CrewFacts(name="Moussa", **hours)
    assert refusal(lambda: services.crew.change(forum.event_id, fatou, member, facts)) == "ends_before_start"


def test_correcting_name_and_hours_keeps_the_ticket(forum, fatou):
    member = bring(forum, fatou)
    code = queries.speaker_answer.list_crew(fatou)[0].attendee.ticket.code
    services.crew.change(forum.event_id, fatou, member, CrewFacts("Moussa", people.STARTS, people.ENDS))
    services.crew.change(forum.event_id, fatou, member, CrewFacts(None, None, people.ENDS))
    db.session.expire_all()
    [one] = queries.speaker_answer.list_crew(fatou)
    assert (one.attendee.name, one.attendee.ticket.code) == ("Moussa", code)
    assert (one.member.starts_at, one.member.ends_at) == (None, people.ENDS)


def test_removing_gives_the_ticket_back(forum, fatou):
    member = bring(forum, fatou)
    code = queries.speaker_answer.list_crew(fatou)[0].attendee.ticket.code
    for _time in range(2):
        services.crew.remove(forum.event_id, fatou, member)
    assert crew(fatou) == []
    door.entrance(forum.event_id)
    assert door.ask(door.phone(forum.event_id), code) is Verdict.CANCELLED


def test_who_was_let_in_is_not_removed(forum, fatou):
    member = bring(forum, fatou)
    door.entrance(forum.event_id)
    door.ask(door.phone(forum.event_id), queries.speaker_answer.list_crew(fatou)[0].attendee.ticket.code)
    assert refusal(lambda: services.crew.remove(forum.event_id, fatou, member)) == "crew_admitted"


def test_crew_stays_away_and_comes_with_the_performer(forum, fatou):
    bring(forum, fatou, "Moussa")
    bring(forum, fatou, "Given Back")
    services.attendee.cancel(queries.speaker_answer.list_crew(fatou)[1].attendee.id)
    services.speaker_answer.decline(forum.event_id, fatou, None)
    assert crew(fatou) == [("Moussa", "cancelled")]
    services.speaker_answer.confirm(forum.event_id, fatou)
    assert crew(fatou) == [("Moussa", "confirmed")]
    assert queries.invariants.count_without_one_ticket() == 0


def test_one_of_another_crew_is_not_found(forum, fatou):
    member = bring(forum, fatou, "Moussa")
    other = people.speaker(forum.event_id, "Other")
    with pytest.raises(NotFound):
        services.crew.change(forum.event_id, other, member, CrewFacts("Taken"))
    services.crew.remove(forum.event_id, other, member)
    assert crew(fatou) == [("Moussa", "confirmed")]
