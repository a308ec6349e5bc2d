"""Releases: how sessions are numbered for calendars, and what differs from one release to the next."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.language import LocalizedText
from eventapp.rules import release as rules
from eventapp.rules.release import ChangeKind, Part, Room, Session, Timetable
from eventapp.rules.vocabulary import SessionKind, Substitution

NINE = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = NINE - timedelta(days=1)


def session(number=1, **facts):
    known = {
        "id": number,
        "slug": f"s{number}",
        "uid": f"uid-{number}",
        "kind": SessionKind.TALK,
        "title": LocalizedText(fr=f"Séance {number}"),
        "topic_id": None,
        "room_id": 1,
        "starts_at": NINE,
        "ends_at": NINE + HOUR,
        "language": None,
        "interpretation": [],
        "sequence": 0,
        "updated_at": NINE - timedelta(days=9),
        "cancelled_at": None,
        "placeholder": False,
        "parts": [],
    }
    return Session(**{**known, **facts})


def changed(old, **facts):
    return msgspec.structs.replace(old, **facts)


def timetable(*sessions):
    return Timetable(rooms=[Room(1, 0, LocalizedText(fr="Salle A"))], sessions=list(sessions))


def follow(draft, last, **more):
    return rules.follow(draft, last, LATER, **more)


def test_what_is_kept_reads_back_the_same():
    kept = timetable(session(parts=[Part(3, substitute_id=4, substitution=Substitution.REPRESENTED)]), session(2))
    assert rules.load(rules.dump(kept)) == kept
    assert type(rules.load(rules.dump(kept)).sessions[0].title) is LocalizedText


@pytest.mark.parametrize(
    "facts",
    [
        {"starts_at": NINE - HOUR},
        {"ends_at": NINE + 2 * HOUR},
        {"room_id": None},
        {"title": LocalizedText(fr="Autre")},
        {"cancelled_at": LATER},
    ],
)
def test_what_a_calendar_shows_raises_the_sequence(facts):
    first = follow(timetable(session(sequence=4)), None)
    [second] = follow(timetable(changed(session(sequence=4), **facts)), first).sessions
    assert (second.sequence, second.updated_at) == (5, LATER)


def test_other_changes_keep_the_sequence_and_the_time_of_the_last_change():
    first = follow(timetable(session()), None)
    [second] = follow(timetable(session(parts=[Part(7)], sequence=3, updated_at=LATER)), first).sessions
    assert (second.sequence, second.updated_at) == (0, NINE - timedelta(days=9))


def test_deleted_session_stays_cancelled_for_calendars():
    first = follow(timetable(session(1), session(2)), None)
    second = follow(timetable(session(1)), first)
    third = follow(timetable(session(1)), second)
    assert [s.id for s in second.sessions] == [1]
    assert [(s.id, s.sequence, s.cancelled_at) for s in third.gone] == [(2, 1, LATER)]


def test_only_the_chosen_sessions_are_released():
    first = follow(timetable(session(1), session(2), session(3)), None)
    draft = timetable(session(1, room_id=9), session(2, starts_at=NINE + HOUR, ends_at=NINE + 2 * HOUR), session(4))
    second = follow(draft, first, only={2})
    assert {s.id: (s.room_id, s.starts_at) for s in second.sessions} == {
        1: (1, NINE),
        2: (1, NINE + HOUR),
        3: (1, NINE),
    }
    assert [s.id for s in follow(draft, first, only={3, 4}).sessions] == [1, 2, 4]


def test_room_that_was_removed_stays_while_a_released_session_is_in_it():
    first = follow(timetable(session(1), session(2)), None)
    draft = Timetable(rooms=[], sessions=[session(1, room_id=None), session(2, room_id=None)])
    assert [room.id for room in follow(draft, first, only={1}).rooms] == [1]
    assert follow(draft, first).rooms == []


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        ({}, ()),
        ({"starts_at": NINE - HOUR}, (ChangeKind.MOVED,)),
        ({"room_id": 2}, (ChangeKind.ROOM,)),
        ({"title": LocalizedText(fr="Autre")}, (ChangeKind.RENAMED,)),
        ({"parts": [Part(5)]}, (ChangeKind.PEOPLE,)),
        ({"language": "bm"}, (ChangeKind.OTHER,)),
        ({"cancelled_at": LATER, "room_id": 2}, (ChangeKind.CANCELLED,)),
        ({"room_id": 2, "ends_at": None}, (ChangeKind.MOVED, ChangeKind.ROOM)),
    ],
)
def test_kinds_of_changes(facts, kinds):
    found = rules.changes(timetable(session()), timetable(changed(session(), **facts)))
    assert [change.kinds for change in found] == ([kinds] if kinds else [])


def test_added_removed_restored_and_retold():
    before = timetable(session(1, cancelled_at=LATER), session(2), session(3))
    after = timetable(session(1), session(3), session(4))
    found = rules.changes(before, after, retold={"uid-3"})
    assert {change.session.id: change.kinds for change in found} == {
        1: (ChangeKind.RESTORED,),
        2: (ChangeKind.REMOVED,),
        3: (ChangeKind.OTHER,),
        4: (ChangeKind.ADDED,),
    }


def test_change_of_cancelled_session_is_told_to_nobody():
    before = timetable(session(cancelled_at=LATER))
    assert rules.changes(before, timetable(session(cancelled_at=LATER, room_id=2))) == []


def test_person_hears_of_the_sessions_they_are_in_or_left_or_stand_in_for():
    before = timetable(session(1, parts=[Part(7)]), session(2), session(3))
    stand_in = Part(8, substitute_id=7, substitution=Substitution.REPLACED)
    after = timetable(session(1), session(2, parts=[stand_in]), session(3, room_id=2))
    assert [c.session.id for c in rules.of_person(rules.changes(before, after), 7)] == [1, 2]


def test_guests_hear_of_their_sessions_and_not_of_who_speaks():
    before = timetable(session(1), session(2), session(3))
    after = timetable(session(1, room_id=2), session(2, room_id=2), session(3, parts=[Part(1)]))
    assert [c.session.id for c in rules.of_sessions(rules.changes(before, after), {1, 3})] == [1]


_DRAFTS = st.lists(
    st.dictionaries(
        st.integers(1, 4),
        st.fixed_dictionaries(
            {
                "starts_at": st.sampled_from([NINE, NINE - HOUR]),
                "room_id": st.sampled_from([1, None]),
                "cancelled_at": st.sampled_from([None, LATER]),
            }
        ),
    ),
    min_size=2,
    max_size=6,
)


@given(_DRAFTS)
def test_calendars_always_see_a_higher_number_for_what_differs(drafts):
    """Whatever the drafts were: once released, an identity never vanishes from the calendar and never goes back."""
    last = None
    for facts in drafts:
        released = follow(timetable(*(session(number, **those) for number, those in facts.items())), last)
        if last is not None:
            now = {s.uid: s for s in (*released.sessions, *released.gone)}
            for old in (*last.sessions, *last.gone):
                new = now[old.uid]
                is_same = (old.starts_at, old.room_id, old.cancelled_at is None) == (
                    new.starts_at,
                    new.room_id,
                    new.cancelled_at is None,
                )
                assert new.sequence >= old.sequence + (0 if is_same else 1)
        last = released
