"""Releases of a programme: what the public sees, and who is told of what."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp import clock, queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.language import LocalizedText
from eventapp.models.agenda import Agenda, AgendaItem
from eventapp.models.delivery import Delivery
from eventapp.rules.vocabulary import DeliveryKind, DeliveryState
from eventapp.services.programme import Part, SessionFacts
from eventapp.services.speaker import SpeakerFacts
from tests import people, races

pytestmark = pytest.mark.usefixtures("context", "at_noon")

HOUR = timedelta(hours=1)


def facts(title="Panel", start=0, **more):
    times = {"starts_at": people.STARTS + start * HOUR, "ends_at": people.STARTS + (start + 1) * HOUR}
    return SessionFacts(title=LocalizedText(fr=title), **{**times, **more})


@pytest.fixture
def event_id():
    return people.stage().event_id


@pytest.fixture
def sam(event_id):
    known = SpeakerFacts(name=LocalizedText(fr="Sam Sidibé"), email="sam@example.org")
    return services.speaker.add(event_id, known).id


def add(event_id, *args, **more):
    return services.programme.add_session(event_id, facts(*args, **more)).id


def titles(event_id):
    return [str(session.title) for session in queries.programme.list_programme(event_id)]


def choose(event_id, registration_id, *session_ids):
    """Puts sessions on a registration's agenda."""
    db.session.add(
        Agenda(
            registration_id=registration_id,
            event_id=event_id,
            link_hash=f"hash-{registration_id}",
            updated_at=clock.now(),
        )
    )
    db.session.flush()
    for session_id in session_ids:
        db.session.add(AgendaItem(registration_id=registration_id, session_id=session_id, event_id=event_id))
    db.session.commit()


def told():
    """The changes of programme that wait to be sent: address and what the letter says of each session."""
    found = {}
    query = select(Delivery).where(Delivery.kind == DeliveryKind.PROGRAMME_CHANGE, Delivery.state == "queued")
    for row in db.session.scalars(query.order_by(Delivery.id)):
        letter = services.letter.of(queries.delivery.get_parts(row.id))
        kinds = [(str(change.session.title), *change.kinds) for change in letter.changes]
        assert row.address not in found
        found[row.address] = kinds
    return found


def forget_messages():
    for row in db.session.scalars(select(Delivery)):
        row.state = DeliveryState.SENT
    db.session.commit()


def test_public_sees_the_draft_only_once_it_is_released(event_id):
    session_id = add(event_id, "Panel")
    assert titles(event_id) == []
    services.release.release(event_id)
    services.programme.change_session(event_id, session_id, facts("Débat"))
    add(event_id, "Bilan")
    assert titles(event_id) == ["Panel"]
    services.release.release(event_id)
    assert titles(event_id) == ["Débat", "Bilan"]


def test_names_of_people_are_right_at_once(event_id, sam):
    add(event_id, parts=(Part(sam),))
    services.release.release(event_id)
    services.speaker.change(event_id, sam, SpeakerFacts(name=LocalizedText(fr="Samuel Sidibé")))
    [session] = queries.programme.list_programme(event_id)
    assert [str(part.speaker.name) for part in session.speakers] == ["Samuel Sidibé"]


def test_removed_room_and_topic_stand_until_the_next_release(event_id):
    room = services.programme.add_room(event_id, LocalizedText(fr="Salle A")).id
    session_id = add(event_id, room_id=room)
    services.release.release(event_id)
    services.programme.change_session(event_id, session_id, facts())
    services.programme.remove_room(event_id, room)
    [session] = queries.programme.list_programme(event_id)
    assert session.room is not None
    assert str(session.room.name) == "Salle A"
    services.release.release(event_id)
    [session] = queries.programme.list_programme(event_id)
    assert session.room is None


def test_releasing_twice_makes_one_release(event_id):
    add(event_id)
    first = services.release.release(event_id)
    assert first is not None
    assert first.number == 1
    assert services.release.release(event_id) is None


def _release(app, _number):
    with app.app_context():
        found = queries.event.find_by_slug("forum")
        return services.release.release(found.id) is not None


def test_released_at_the_same_time_by_many_it_is_released_once(app, event_id):
    add(event_id)
    assert sorted(races.at_once(app, _release)) == [False] * 7 + [True]


def test_empty_programme_is_not_released(event_id):
    assert services.release.release(event_id) is None
    assert queries.release.find_last(event_id) is None


def test_changed_abstract_is_a_release_of_its_own(event_id):
    session_id = add(event_id)
    services.release.release(event_id)
    services.programme.change_session(event_id, session_id, facts(abstract=LocalizedText(fr="De quoi il s’agit.")))
    assert services.release.release(event_id) is not None
    assert str(queries.programme.get_session(event_id, "panel").abstract) == "De quoi il s’agit."


def test_some_sessions_can_be_released_alone(event_id):
    first, second = add(event_id, "Panel"), add(event_id, "Bilan", 2)
    services.release.release(event_id)
    for session_id, title in ((first, "Panel"), (second, "Bilan")):
        abstract = LocalizedText(fr=f"Nouveau : {title}")
        services.programme.change_session(event_id, session_id, facts(f"{title} 2", abstract=abstract))
    services.release.release(event_id, only=[second])
    assert titles(event_id) == ["Panel", "Bilan 2"]
    found = [queries.programme.get_session(event_id, slug).abstract for slug in ("panel", "bilan")]
    assert [str(text) for text in found] == ["", "Nouveau : Bilan"]


def test_draft_that_changed_since_it_was_read_is_refused(event_id):
    add(event_id)
    seen = queries.release.fingerprint(event_id)
    add(event_id, "Bilan", 2)
    with pytest.raises(Refused, match="draft_changed"):
        services.release.release(event_id, draft=seen)
    assert titles(event_id) == []
    services.release.release(event_id, draft=queries.release.fingerprint(event_id))
    assert titles(event_id) == ["Panel", "Bilan"]


def test_deleted_session_is_cancelled_in_calendars(event_id):
    session_id = add(event_id)
    services.release.release(event_id)
    services.programme.delete_session(event_id, session_id)
    services.release.release(event_id)
    assert titles(event_id) == []
    [gone] = queries.programme.list_calendar(event_id)
    assert (gone.sequence, gone.cancelled_at) == (1, clock.now())


def test_speaker_is_told_of_their_sessions_and_of_no_others(event_id, sam):
    anne = services.speaker.add(
        event_id, SpeakerFacts(name=LocalizedText(fr="Anne Traoré"), email="anne@example.org")
    ).id
    hers, his = add(event_id, "Panel", parts=(Part(anne),)), add(event_id, "Bilan", 2, parts=(Part(sam),))
    services.release.release(event_id)
    assert told() == {"sam@example.org": [("Bilan", "added")], "anne@example.org": [("Panel", "added")]}
    forget_messages()
    services.programme.change_session(event_id, his, facts("Bilan", 3, parts=(Part(sam),)))
    services.programme.change_session(event_id, hers, facts("Panel", abstract=LocalizedText(fr="Sur les familles.")))
    services.release.release(event_id)
    assert told() == {"sam@example.org": [("Bilan", "moved")], "anne@example.org": [("Panel", "people")]}


def test_guest_is_told_once_of_a_session_they_chose(event_id):
    chosen, other = add(event_id, "Panel"), add(event_id, "Bilan", 2)
    services.release.release(event_id)
    registration_id = people.register(event_id, "Ada", "Bintou", email="ada@example.org")
    choose(event_id, registration_id, chosen)
    services.programme.change_session(event_id, other, facts("Bilan", 4))
    services.release.release(event_id)
    assert told() == {}
    services.programme.cancel_session(event_id, chosen)
    services.release.release(event_id)
    assert told() == {"ada@example.org": [("Panel", "cancelled")]}


def test_several_releases_before_the_mail_leaves_are_one_message(event_id):
    chosen = add(event_id, "Panel")
    services.release.release(event_id)
    choose(event_id, people.register(event_id, "Ada", email="ada@example.org"), chosen)
    for start in (1, 2):
        services.programme.change_session(event_id, chosen, facts("Panel", start))
        services.release.release(event_id)
    assert told() == {"ada@example.org": [("Panel", "moved")]}
    services.programme.change_session(event_id, chosen, facts("Panel"))
    services.release.release(event_id)
    assert told() == {"ada@example.org": []}  # all as it was: the worker drops it


def test_whoever_gave_the_place_back_is_not_told(event_id):
    chosen = add(event_id, "Panel")
    services.release.release(event_id)
    registration_id = people.register(event_id, "Ada", email="ada@example.org")
    choose(event_id, registration_id, chosen)
    services.attendee.cancel(queries.registration.get(registration_id).attendees[0].id)
    services.programme.change_session(event_id, chosen, facts("Panel", 2))
    services.release.release(event_id)
    assert told() == {}


def test_event_that_is_over_tells_nobody(event_id, sam, monkeypatch):
    session_id = add(event_id, parts=(Part(sam),))
    services.release.release(event_id)
    forget_messages()
    monkeypatch.setattr(clock, "now", lambda: people.ENDS + HOUR)
    services.programme.change_session(event_id, session_id, facts("Corrigé", parts=(Part(sam),)))
    services.release.release(event_id)
    assert told() == {}


def test_session_that_guests_chose_cannot_be_deleted(event_id):
    session_id = add(event_id)
    services.release.release(event_id)
    choose(event_id, people.register(event_id), session_id)
    with pytest.raises(Refused, match="session_is_chosen"):
        services.programme.delete_session(event_id, session_id)


def test_speaker_says_up_to_which_release_they_know_it(event_id, sam):
    session_id = add(event_id, parts=(Part(sam),))
    services.release.release(event_id)
    services.programme.change_session(event_id, session_id, facts("Débat", parts=(Part(sam),)))
    services.release.release(event_id)
    assert queries.release.find_seen(sam) is None
    services.release.note_seen(event_id, sam, 2)
    services.release.note_seen(event_id, sam, 1)  # an older page, sent late
    assert queries.release.find_seen(sam) == 2
    with pytest.raises(NotFound):
        services.release.note_seen(event_id, sam, 3)
