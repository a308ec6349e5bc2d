"""Tables taken in: what is found again, what is left alone, and our own table, which changes nothing."""

import io
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import Refused
from eventapp.formats import schedule_file, table
from eventapp.language import LocalizedText
from eventapp.rules import cast, texts
from eventapp.rules.vocabulary import SessionKind, SpeakerRole
from eventapp.services.programme import Part, SessionFacts
from eventapp.services.schedule import Count
from eventapp.services.speaker import SpeakerFacts
from eventapp.web import schedules as files
from tests import people

pytestmark = pytest.mark.usefixtures("context", "at_noon")

HOUR = timedelta(hours=1)


@pytest.fixture
def event_id():
    return people.stage().event_id


def lines(*rows):
    return "\n".join(rows).encode()


def take_in(event_id, content, **more):
    schedule = schedule_file.read(content, files.target(queries.event.get(event_id), None))
    return services.schedule.import_programme(event_id, schedule, **more)


def only_session(event_id):
    (session,) = queries.programme.list_sessions(event_id)
    return session


def add(event_id, title="Ouverture", **facts):
    facts = {"starts_at": people.STARTS, "ends_at": people.STARTS + HOUR, **facts}
    return services.programme.add_session(event_id, SessionFacts(title=LocalizedText(fr=title), **facts)).id


def exported(event_id, kind="csv"):
    event = queries.event.get(event_id)
    out = io.BytesIO()
    table.write(out, kind, queries.schedule.columns(event), queries.schedule.rows(event, event.languages[0]))
    return out.getvalue()


# Found again


def test_table_is_imported_twice_and_changes_nothing_the_second_time(event_id):
    content = lines(
        "Titre;Date;Horaire;Salle;Intervenants",
        "Ouverture;18/12/2026;9h-10h;Salle A;Awa Traoré",
        "Clôture;18/12/2026;16h-17h;Salle A;",
    )
    assert take_in(event_id, content).sessions == Count(added=2)
    outcome = take_in(event_id, content)
    assert (outcome.sessions, outcome.rooms, outcome.speakers) == (
        Count(unchanged=2),
        Count(unchanged=1),
        Count(unchanged=1),
    )


def test_session_without_an_identifier_is_known_by_its_title_when_it_moves(event_id):
    take_in(event_id, lines("Titre;Début;Fin;Salle", "Ouverture;2026-12-18 09:00;10:00;Salle A"))
    before = only_session(event_id)
    outcome = take_in(event_id, lines("Titre;Début;Fin;Salle", "Ouverture;2026-12-18 14:00;15:00;Salle B"))
    after = only_session(event_id)
    assert [change.fields for change in outcome.changes] == [("room", "starts_at", "ends_at")]
    assert (after.id, after.uid, after.sequence) == (before.id, before.uid, 1)


def test_session_that_was_typed_at_the_desk_is_found_by_its_title(event_id):
    session_id = add(event_id)
    take_in(event_id, lines("title_fr,starts_at,room", "Ouverture,2026-12-18 09:00,Salle A"))
    session = only_session(event_id)
    assert (session.id, str(session.room.name)) == (session_id, "Salle A")


def test_sessions_of_one_title_are_told_apart_by_time_or_left_alone(event_id):
    breaks = [add(event_id, "Pause", starts_at=people.STARTS + n * HOUR, ends_at=None) for n in (1, 3)]
    outcome = take_in(event_id, lines("Titre;Début;Salle", "Pause;2026-12-18 12:00;Cour"))
    assert outcome.sessions == Count(changed=1, left_alone=1)
    assert [change.session_id for change in outcome.changes] == [breaks[1]]
    outcome = take_in(event_id, lines("Titre;Début;Salle", "Pause;2026-12-18 15:30;Cour"))
    assert outcome.sessions == Count(added=1, left_alone=2)


def test_sessions_of_one_title_at_once_are_told_apart_by_room(event_id):
    head = "Titre;Début;Salle;Genre"
    rows = ("Atelier;2026-12-18 09:00;A;", "Atelier;2026-12-18 09:00;B;")
    assert take_in(event_id, lines(head, *rows)).sessions == Count(added=2)
    outcome = take_in(event_id, lines(head, rows[0], rows[1] + "panel"))
    assert outcome.sessions == Count(changed=1, unchanged=1)


# Left alone, and emptied


def test_what_has_no_column_stays(event_id):
    room = services.programme.add_room(event_id, LocalizedText(fr="Salle A"))
    topic = services.programme.add_topic(event_id, LocalizedText(fr="Culture"))
    speaker_id = people.speaker(event_id)
    add(
        event_id,
        room_id=room.id,
        topic_id=topic.id,
        kind=SessionKind.PANEL,
        language="fr",
        abstract=LocalizedText(fr="Texte"),
        parts=(Part(speaker_id, SpeakerRole.HOST),),
    )
    guid = exported(event_id).decode("utf-8-sig").splitlines()[1].split(",")[0]
    outcome = take_in(event_id, lines("guid;title_en", f"{guid};Opening"))
    session = only_session(event_id)
    assert [change.fields for change in outcome.changes] == [("title",)]
    assert session.title == {"fr": "Ouverture", "en": "Opening"}
    assert (session.room_id, session.topic_id, session.kind, session.language) == (
        room.id,
        topic.id,
        SessionKind.PANEL,
        "fr",
    )
    assert session.starts_at == people.STARTS
    assert [part.role for part in session.speakers] == [SpeakerRole.HOST]


def test_empty_cell_empties(event_id):
    room = services.programme.add_room(event_id, LocalizedText(fr="Salle A"))
    add(
        event_id,
        room_id=room.id,
        abstract=LocalizedText(fr="Texte", en="Text"),
        parts=(Part(people.speaker(event_id)),),
    )
    head = "title_fr;abstract_fr;abstract_en;room;speakers;starts_at;ends_at"
    take_in(event_id, lines(head, "Ouverture;;Text;;;2026-12-18 09:00;"))
    session = only_session(event_id)
    assert (session.abstract, session.room, session.ends_at, list(session.speakers)) == ({"en": "Text"}, None, None, [])


def test_session_that_is_moved_without_its_end_stays_as_long_as_it_was(event_id):
    add(event_id)
    take_in(event_id, lines("Titre;Début", "Ouverture;2026-12-18 14:00"))
    session = only_session(event_id)
    assert session.ends_at - session.starts_at == HOUR


def test_unknown_kind_leaves_the_kind(event_id):
    add(event_id, kind=SessionKind.PANEL)
    take_in(event_id, lines("Titre;Genre", "Ouverture;hackathon"))
    assert only_session(event_id).kind is SessionKind.PANEL


def test_table_with_an_error_stores_nothing(event_id):
    with pytest.raises(Refused) as refused:
        take_in(event_id, lines("Titre;Début", "Ouverture;2026-12-18 09:00", "Clôture;tard"))
    assert refused.value.code == "schedule_problems"
    assert queries.programme.list_sessions(event_id) == []


# Out and in again


LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp"))
WORDS = st.text(LETTERS, min_size=1, max_size=12).map(texts.line).filter(bool)
TEXTS = st.one_of(
    WORDS,
    st.sampled_from(["=1+1", "@SUM(A1)", "-3", "+223 65", "'=x", "''-x", "_x0041_", "a;b", 'a "b", c', "'", "x, PhD"]),
)
NAMES = st.one_of(TEXTS, st.sampled_from(["A (host)", '"A"; B', "Traoré, Awa", "(moderator)", "a (b) (speaker)"]))


@st.composite
def programmes(draw):
    people_ = draw(st.lists(NAMES, unique=True, max_size=4))
    return [
        {
            "title": {tag: draw(TEXTS) for tag in draw(st.sampled_from([("fr",), ("en",), ("fr", "en")]))},
            "abstract": {tag: draw(TEXTS) + "\n\n" + draw(TEXTS) for tag in draw(st.sampled_from([(), ("en",)]))},
            "kind": draw(st.sampled_from(SessionKind)),
            "start": draw(st.one_of(st.none(), st.integers(0, 3000))),
            "length": draw(st.one_of(st.none(), st.integers(1, 3000))),
            "room": draw(st.one_of(st.none(), TEXTS)),
            "topic": draw(st.one_of(st.none(), TEXTS)),
            "language": draw(st.sampled_from([None, "fr", "bm"])),
            "is_cancelled": draw(st.booleans()),
            "parts": draw(st.lists(st.sampled_from(people_), unique=True)) if people_ else [],
            "role": draw(st.sampled_from(SpeakerRole)),
        }
        for _number in range(draw(st.integers(1, 4)))
    ]


def store(event_id, programme):
    rooms, topics, speakers = {}, {}, {}
    for item in programme:
        for name in item["parts"]:
            if name not in speakers:
                facts = SpeakerFacts(name=LocalizedText(fr=name))
                speakers[name] = services.speaker.add(event_id, facts).id
        if item["room"] and item["room"] not in rooms:
            rooms[item["room"]] = services.programme.add_room(event_id, LocalizedText(fr=item["room"])).id
        if item["topic"] and item["topic"] not in topics:
            topics[item["topic"]] = services.programme.add_topic(event_id, LocalizedText(fr=item["topic"])).id
        starts_at = people.STARTS + timedelta(minutes=item["start"]) if item["start"] is not None else None
        has_end = starts_at is not None and item["length"] is not None
        facts = SessionFacts(
            title=LocalizedText(item["title"]),
            abstract=LocalizedText(item["abstract"]),
            kind=item["kind"],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=item["length"]) if has_end else None,
            room_id=rooms.get(item["room"]),
            topic_id=topics.get(item["topic"]),
            language=item["language"],
            parts=tuple(Part(speakers[name], item["role"]) for name in item["parts"]),
        )
        session_id = services.programme.add_session(event_id, facts).id
        if item["is_cancelled"]:
            services.programme.cancel_session(event_id, session_id)


def told(event_id):
    """What the programme says, whatever its numbers are."""
    db.session.rollback()
    return sorted(
        (
            sorted(session.title.items()),
            sorted(session.abstract.items()),
            session.kind,
            str(session.starts_at),
            str(session.ends_at),
            str(session.room and session.room.name),
            str(session.topic and session.topic.title),
            str(session.language),
            session.cancelled_at is not None,
            [(str(part.speaker.name), part.role) for part in session.speakers],
        )
        for session in queries.programme.list_sessions(event_id)
    )


@pytest.mark.sqlite_only
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(programme=programmes())
def test_programme_that_went_out_comes_in_as_it_was(context, kind, programme):
    event_id = people.stage(f"forum-{next(COUNT)}").event_id
    store(event_id, programme)
    content = exported(event_id, kind)
    outcome = take_in(event_id, content)
    assert (outcome.sessions, outcome.rooms.added, outcome.topics.added, outcome.speakers.added) == (
        Count(unchanged=len(programme)),
        0,
        0,
        0,
    )
    elsewhere = people.stage(f"elsewhere-{next(COUNT)}").event_id
    take_in(elsewhere, content)
    assert told(elsewhere) == told(event_id)


COUNT = iter(range(10**9))


@given(st.lists(st.tuples(NAMES, st.sampled_from(SpeakerRole)), max_size=5))
@settings(deadline=None)
def test_people_are_written_so_that_they_are_read_back(named):
    found = [(name, role or SpeakerRole.SPEAKER) for name, role in cast.read(cast.write(named))]
    assert found == named


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_own_table_changes_nothing(event_id, kind):
    room = services.programme.add_room(event_id, LocalizedText(fr="Salle A", en="Room A"))
    add(event_id, "=Ouverture", room_id=room.id, parts=(Part(people.speaker(event_id), SpeakerRole.MODERATOR),))
    add(event_id, "Un jour", starts_at=None, ends_at=None)
    outcome = take_in(event_id, exported(event_id, kind))
    assert outcome.counts["sessions"] == Count(unchanged=2)
    assert outcome.counts["rooms"] == outcome.counts["speakers"] == Count(unchanged=1)
