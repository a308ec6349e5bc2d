"""The programme: rooms, topics, sessions, and what people's calendars hear of changes."""

from datetime import timedelta

import pytest

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.language import LocalizedText
from eventapp.models.checkin import Checkpoint
from eventapp.rules.vocabulary import CheckpointKind, SpeakerRole, Substitution
from eventapp.services.programme import Part, SessionFacts
from eventapp.services.speaker import SpeakerFacts
from tests import people

pytestmark = pytest.mark.usefixtures("context", "at_noon")

HOUR = timedelta(hours=1)


def facts(title="Sport", **more):
    return SessionFacts(title=LocalizedText(fr=title), **more)


def refusal(function, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        function(*args, **kwargs)
    return refused.value.code, refused.value.field


@pytest.fixture
def event_id():
    return people.stage().event_id


def get(event_id, session):
    return queries.programme.get_session_by_id(event_id, session.id)


def test_session_address_is_made_from_the_title_and_stays(event_id):
    first = services.programme.add_session(event_id, facts("Été à Ségou"))
    second = services.programme.add_session(event_id, facts("Été à Ségou"))
    services.programme.change_session(event_id, first.id, facts("Hiver"))
    assert (get(event_id, first).slug, get(event_id, second).slug) == ("ete-a-segou", "ete-a-segou-2")


def test_session_sent_twice_is_added_once(event_id):
    for _time in range(2):
        services.programme.add_session(event_id, facts(), form_id="form-of-a-session")
    assert len(queries.programme.list_sessions(event_id)) == 1


def test_sequence_rises_when_the_time_changes_and_the_identity_stays(event_id):
    session = services.programme.add_session(event_id, facts())
    uid = session.uid
    services.programme.change_session(event_id, session.id, facts(starts_at=people.STARTS))
    assert (get(event_id, session).sequence, get(event_id, session).uid) == (1, uid)


def test_sequence_rises_when_the_room_changes(event_id):
    session = services.programme.add_session(event_id, facts())
    room = services.programme.add_room(event_id, LocalizedText(fr="Salle A"))
    services.programme.change_session(event_id, session.id, facts(room_id=room.id))
    assert get(event_id, session).sequence == 1


def test_sequence_stays_when_only_the_abstract_changes(event_id):
    session = services.programme.add_session(event_id, facts())
    services.programme.change_session(event_id, session.id, facts(abstract=LocalizedText(fr="Plus long")))
    assert get(event_id, session).sequence == 0


def test_cancel_and_restore_raise_the_sequence_once_each(event_id):
    session = services.programme.add_session(event_id, facts())
    for change in (services.programme.cancel_session, services.programme.restore_session):
        change(event_id, session.id)
        change(event_id, session.id)
    assert (get(event_id, session).sequence, get(event_id, session).cancelled_at) == (2, None)


def test_session_people_keep_their_order_and_roles(event_id):
    sam, awa = (services.speaker.add(event_id, SpeakerFacts(name=LocalizedText(fr=name))).id for name in ("Sam", "Awa"))
    session = services.programme.add_session(event_id, facts(parts=(Part(sam), Part(awa, SpeakerRole.MODERATOR))))
    services.programme.change_session(event_id, session.id, facts(parts=(Part(awa), Part(sam))))
    db.session.expire_all()
    assert [(p.speaker_id, p.role) for p in get(event_id, session).speakers] == [(awa, "speaker"), (sam, "speaker")]
    services.programme.change_session(event_id, session.id, facts())
    db.session.expire_all()
    assert get(event_id, session).speakers == []


def test_same_speaker_twice_is_refused(event_id):
    sam = services.speaker.add(event_id, SpeakerFacts(name=LocalizedText(fr="Sam"))).id
    assert refusal(services.programme.add_session, event_id, facts(parts=(Part(sam), Part(sam)))) == (
        "speaker_twice",
        "parts",
    )


def test_session_without_title_is_refused(event_id):
    assert refusal(services.programme.add_session, event_id, SessionFacts(title=LocalizedText())) == (
        "title_missing",
        "title",
    )


def test_end_without_start_is_refused(event_id):
    assert refusal(services.programme.add_session, event_id, facts(ends_at=people.ENDS)) == (
        "start_missing",
        "starts_at",
    )


def test_end_before_start_is_refused(event_id):
    wrong = facts(starts_at=people.ENDS, ends_at=people.STARTS)
    assert refusal(services.programme.add_session, event_id, wrong) == ("ends_before_start", "ends_at")


@pytest.mark.parametrize("what", ["room", "topic", "speaker"])
def test_what_belongs_to_another_event_is_not_found(event_id, what):
    other = people.stage("other", "max").event_id
    if what == "room":
        theirs = {"room_id": services.programme.add_room(other, LocalizedText(fr="A")).id}
    elif what == "topic":
        theirs = {"topic_id": services.programme.add_topic(other, LocalizedText(fr="A")).id}
    else:
        theirs = {"parts": (Part(services.speaker.add(other, SpeakerFacts(name=LocalizedText(fr="A"))).id),)}
    with pytest.raises(NotFound):
        services.programme.add_session(event_id, facts(**theirs))


def test_session_of_another_event_is_not_found(event_id):
    theirs = services.programme.add_session(people.stage("other", "max").event_id, facts())
    for change in (
        lambda: services.programme.change_session(event_id, theirs.id, facts()),
        lambda: services.programme.cancel_session(event_id, theirs.id),
        lambda: services.programme.delete_session(event_id, theirs.id),
    ):
        with pytest.raises(NotFound):
            change()


def test_session_with_an_entrance_is_not_deleted(event_id):
    session = services.programme.add_session(event_id, facts())
    services.programme.delete_session(event_id, services.programme.add_session(event_id, facts()).id)
    db.session.add(
        Checkpoint(
            event_id=event_id, kind=CheckpointKind.SESSION, session_id=session.id, name=LocalizedText(fr="Porte")
        )
    )
    db.session.commit()
    with pytest.raises(Refused, match="in_use"):
        services.programme.delete_session(event_id, session.id)
    assert [s.id for s in queries.programme.list_sessions(event_id)] == [session.id]


def test_room_in_use_is_not_removed(event_id):
    room = services.programme.add_room(event_id, LocalizedText(fr="Salle A"), 120)
    session = services.programme.add_session(event_id, facts(room_id=room.id))
    with pytest.raises(Refused) as refused:
        services.programme.remove_room(event_id, room.id)
    assert (refused.value.code, refused.value.facts) == ("in_use", {"where": "Sport"})
    services.programme.change_session(event_id, session.id, facts())
    services.programme.remove_room(event_id, room.id)
    assert queries.programme.list_rooms(event_id) == []


def test_rooms_are_ordered_by_hand(event_id):
    ids = [services.programme.add_room(event_id, LocalizedText(fr=name)).id for name in "AB"]
    services.programme.move_room(event_id, ids[1], -1)
    services.programme.change_room(event_id, ids[0], LocalizedText(fr="C"), 30)
    assert [(str(r.name), r.capacity) for r in queries.programme.list_rooms(event_id)] == [("B", None), ("C", 30)]


def test_room_without_name_is_refused(event_id):
    assert refusal(services.programme.add_room, event_id, LocalizedText()) == ("name_missing", "name")


def test_topics_are_numbered_anew_when_one_moves_or_goes(event_id):
    ids = [services.programme.add_topic(event_id, LocalizedText(fr=name)).id for name in "ABC"]
    services.programme.move_topic(event_id, ids[2], -2)
    assert [(t.position, str(t.title)) for t in queries.programme.list_topics(event_id)] == [
        (1, "C"),
        (2, "A"),
        (3, "B"),
    ]
    services.programme.remove_topic(event_id, ids[0])
    assert [(t.position, str(t.title)) for t in queries.programme.list_topics(event_id)] == [(1, "C"), (2, "B")]


def test_topic_in_use_is_not_removed(event_id):
    topic = services.programme.add_topic(event_id, LocalizedText(fr="Musique"))
    services.programme.add_session(event_id, facts(topic_id=topic.id))
    with pytest.raises(Refused, match="in_use"):
        services.programme.remove_topic(event_id, topic.id)


# Who stands in


@pytest.mark.parametrize(
    ("stand_in", "code"),
    [
        ({"substitute_id": "awa"}, "substitute_missing"),
        ({"substitution": Substitution.REPLACED}, "substitute_missing"),
        ({"substitute_id": "sam", "substitution": Substitution.REPLACED}, "substitute_is_speaker"),
    ],
)
def test_stand_in_without_sense_is_refused(event_id, stand_in, code):
    ids = {name: people.speaker(event_id, name) for name in ("sam", "awa")}
    if "substitute_id" in stand_in:
        stand_in = {**stand_in, "substitute_id": ids[stand_in["substitute_id"]]}
    part = Part(ids["sam"], **stand_in)
    assert refusal(services.programme.add_session, event_id, facts(parts=(part,))) == (code, "parts")


def test_whoever_stands_in_has_the_session_on_their_schedule(event_id):
    sam, awa = (people.speaker(event_id, name) for name in ("Sam", "Awa"))
    part = Part(sam, substitute_id=awa, substitution=Substitution.REPLACED)
    services.programme.add_session(event_id, facts("Panel", parts=(part,)))
    for speaker_id in (sam, awa):
        assert [str(s.title) for s in queries.programme.list_for_speaker(speaker_id)] == ["Panel"]


def test_topic_colour_that_is_none_is_refused(event_id):
    add = services.programme.add_topic
    assert refusal(add, event_id, LocalizedText(fr="A"), colour="red") == ("colour_invalid", "colour")
