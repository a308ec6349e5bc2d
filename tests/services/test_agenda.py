"""Agendas: what is on them, whatever a form says."""

import pytest

from eventapp import queries, services
from eventapp.errors import NotFound
from tests import congress, people

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def forum(context):
    """Six sessions in two rooms, a break; and Ada's registration: (event, registration, ids in the order of time)."""
    event_id = congress.build("forum", sessions=6, rooms=2, starts_at=people.STARTS)
    sessions = [row.id for row in queries.programme.list_programme(event_id)]
    return event_id, people.register(event_id), sessions


def chosen(registration_id):
    return queries.agenda.session_ids(registration_id)


def test_choice_is_replaced_by_the_next_one_and_saving_twice_changes_nothing(forum):
    _, ada, (first, second, third, *_) = forum
    assert services.agenda.choose(ada, [first, second]) == {first, second}
    for _time in range(2):
        assert services.agenda.choose(ada, [second, third]) == {second, third}
    assert chosen(ada) == {second, third}


def test_what_is_not_on_the_programme_is_left_out(forum):
    _, ada, sessions = forum
    elsewhere = congress.build("elsewhere", sessions=2, rooms=1, starts_at=people.STARTS)
    other = queries.programme.list_programme(elsewhere)[0].id
    pause = next(s.id for s in queries.programme.list_programme(forum[0]) if s.kind == "break")
    assert services.agenda.choose(ada, [sessions[0], other, pause, 999_999]) == {sessions[0]}


def test_session_that_is_cancelled_stays_and_cannot_be_added(forum):
    event_id, ada, (first, second, *_) = forum
    services.agenda.choose(ada, [first])
    for session_id in (first, second):
        services.programme.cancel_session(event_id, session_id)
    services.release.release(event_id)
    assert services.agenda.choose(ada, [first, second]) == {first}
    assert services.agenda.choose(ada, []) == set()


def test_draft_adds_nothing_until_it_is_released(forum):
    event_id, ada, (first, *_) = forum
    facts = congress.SessionFacts(title=congress.LocalizedText(fr="Nouveau"))
    added = services.programme.add_session(event_id, facts).id
    assert services.agenda.choose(ada, [first, added]) == {first}
    services.release.release(event_id)
    assert services.agenda.choose(ada, [first, added]) == {first, added}


def test_id_of_a_deleted_session_is_never_given_to_another(forum):
    event_id, _, _ = forum
    facts = congress.SessionFacts(title=congress.LocalizedText(fr="Nouveau"))
    gone = services.programme.add_session(event_id, facts).id
    services.programme.delete_session(event_id, gone)
    assert services.programme.add_session(event_id, facts).id > gone


def test_link_of_an_agenda_is_its_own(forum):
    _, ada, (first, *_) = forum
    secret = services.agenda.secret(ada)
    with pytest.raises(NotFound):
        queries.agenda.get_by_secret(secret)
    services.agenda.choose(ada, [first])
    assert queries.agenda.get_by_secret(secret).registration_id == ada
    registration = queries.registration.get(ada)
    assert services.registration.secret(registration) != secret
