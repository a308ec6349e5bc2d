"""Taking schedule files into an event, on both engines: what is added, what changes, and what is left alone."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import Refused
from eventapp.formats import schedule_file
from eventapp.formats.schedule_reading import Target
from eventapp.language import LocalizedText
from eventapp.models.audit import AuditEntry
from eventapp.models.event import Event
from eventapp.rules import schedule as rules
from eventapp.rules.vocabulary import SessionKind, SpeakerRole
from eventapp.services.programme import Part, SessionFacts
from eventapp.services.schedule import Count
from eventapp.services.speaker import SpeakerFacts
from eventapp.web import schedules as files
from tests import people
from tests.schedules import GUID, OTHER_GUID, PRETALX, REAL, as_json, calendar, event, needs_real
from tests.web import world

pytestmark = pytest.mark.usefixtures("context", "at_noon")


@pytest.fixture
def event_id():
    return people.stage().event_id


def take_in(event_id, content, language=None, **more):
    found = queries.event.get(event_id)
    schedule = schedule_file.read(content, Target(found.languages, found.timezone, language))
    return services.schedule.import_programme(event_id, schedule, **more)


def only_session(event_id):
    (session,) = queries.programme.list_sessions(event_id)
    return session


def get(event_id, guid=GUID):
    return next(s for s in queries.programme.list_sessions(event_id) if rules.guid(s.uid) == guid)


def actions(event_id):
    query = db.select(AuditEntry).where(AuditEntry.event_id == event_id).order_by(AuditEntry.id)
    return [entry.action for entry in db.session.scalars(query) if not entry.action.startswith("event.")]


def test_import_adds_what_is_missing(event_id):
    outcome = take_in(event_id, as_json(event(), rooms=[{"name": "Aula", "capacity": 500}]))
    assert outcome.counts == dict.fromkeys(("sessions", "rooms", "topics", "speakers"), Count(added=1))
    session = only_session(event_id)
    assert (session.title, session.abstract) == ({"en": "Opening"}, {"en": "Welcome to all."})
    assert (session.slug, session.uid, session.sequence) == ("opening", f"{GUID}@{event_id}", 0)
    assert (session.kind, session.language) == (SessionKind.TALK, "en")
    assert (session.room.name, session.room.capacity) == ({"en": "Aula"}, 500)
    assert (session.topic.title, session.topic.position) == ({"en": "Main"}, 1)
    (part,) = session.speakers
    assert (part.role, part.speaker.slug) == (SpeakerRole.SPEAKER, "sam-sidibe")
    assert (part.speaker.name, part.speaker.biography) == ({"en": "Sam Sidibé"}, {"en": "Speaks."})
    secret = services.speaker.secret(part.speaker)
    assert queries.speaker.get_by_secret(secret).id == part.speaker_id


def test_import_again_changes_nothing(event_id):
    content = as_json(event(), event(guid=OTHER_GUID, title="Été"))
    take_in(event_id, content)
    before = world.everything()
    outcome = take_in(event_id, content)
    assert outcome.sessions == Count(unchanged=2)
    assert outcome.speakers == Count(unchanged=1)
    assert world.everything() == before


def test_rehearsal_tells_and_changes_nothing(event_id):
    before = world.everything()
    outcome = take_in(event_id, as_json(event()), dry_run=True)
    assert outcome.sessions == Count(added=1)
    assert world.everything() == before
    take_in(event_id, as_json(event()))
    before = world.everything()
    outcome = take_in(event_id, as_json(event(title="Start", room="Foyer", persons=[])), dry_run=True)
    assert [change.fields for change in outcome.changes] == [("title", "room", "speakers")]
    assert (outcome.sessions, outcome.rooms) == (Count(changed=1), Count(added=1, left_alone=1))
    assert world.everything() == before


def test_changed_file_updates_in_place_and_moves_calendars(event_id):
    take_in(event_id, as_json(event()))
    before = only_session(event_id)
    identity = (before.id, before.uid, before.slug)
    outcome = take_in(
        event_id, as_json(event(title="Start", date="2026-12-18T10:00:00+01:00", persons=[{"public_name": "Ada"}]))
    )
    after = only_session(event_id)
    assert outcome.sessions == Count(changed=1)
    assert outcome.changes[0].fields == ("title", "starts_at", "ends_at", "speakers")
    assert (after.id, after.uid, after.slug) == identity
    assert (after.title, after.sequence) == ({"en": "Start"}, 1)
    assert [str(part.speaker.name) for part in after.speakers] == ["Ada"]


def test_change_that_calendars_do_not_hold_leaves_the_sequence(event_id):
    take_in(event_id, as_json(event()))
    take_in(event_id, as_json(event(abstract="Longer.", language="fr")), language="en")
    session = only_session(event_id)
    assert (session.abstract, session.language, session.sequence) == ({"en": "Longer."}, "fr", 0)


def test_sessions_that_the_file_lacks_are_left_alone(event_id):
    services.programme.add_session(event_id, SessionFacts(title=LocalizedText(fr="À nous")))
    take_in(event_id, as_json(event()))
    outcome = take_in(event_id, as_json(event(guid=OTHER_GUID)))
    assert outcome.sessions == Count(added=1, left_alone=2)
    assert len(queries.programme.list_sessions(event_id)) == 3


def test_texts_in_other_languages_stay(event_id):
    take_in(event_id, as_json(event()), language="en")
    take_in(event_id, as_json(event(title="Ouverture", abstract="Bienvenue.")), language="fr")
    session = only_session(event_id)
    assert session.title == {"en": "Opening", "fr": "Ouverture"}
    assert session.abstract == {"en": "Welcome to all.", "fr": "Bienvenue."}
    take_in(event_id, as_json(event(title="Ouverture", abstract=None)), language="fr")
    assert only_session(event_id).abstract == {"en": "Welcome to all."}


def test_rooms_topics_and_speakers_are_known_by_name_in_any_language(event_id):
    room = services.programme.add_room(event_id, LocalizedText(fr="Salle A", en="Aula"), 30)
    topic = services.programme.add_topic(event_id, LocalizedText(fr="Main"))
    speaker_id = people.speaker(event_id, "Sam  Sidibé")
    outcome = take_in(event_id, as_json(event(), rooms=[{"name": "Aula", "capacity": 500}]))
    session = only_session(event_id)
    assert (session.room_id, session.topic_id) == (room.id, topic.id)
    assert [part.speaker_id for part in session.speakers] == [speaker_id]
    assert session.room.capacity == 30
    assert session.room.name == {"fr": "Salle A", "en": "Aula"}
    assert (outcome.rooms, outcome.topics) == (Count(unchanged=1), Count(unchanged=1))
    assert outcome.speakers == Count(changed=1)  # the biography was empty
    assert session.speakers[0].speaker.biography == {"en": "Speaks."}


def test_what_exists_is_filled_in_but_never_overwritten(event_id):
    services.programme.add_room(event_id, LocalizedText(en="Room A"))
    facts = SpeakerFacts(name=LocalizedText(fr="Sam Sidibé"), biography=LocalizedText(fr="De nous."))
    services.speaker.add(event_id, facts)
    take_in(event_id, json.dumps(PRETALX).encode())
    rooms = [(dict(room.name), room.capacity) for room in queries.programme.list_rooms(event_id)]
    assert rooms == [({"fr": "Salle A", "en": "Room A"}, 120), ({"fr": "Salle B", "en": "Room B"}, 40)]
    assert queries.speaker.list_speakers(event_id)[0].biography == {"fr": "De nous."}


def test_role_that_a_file_does_not_know_stays(event_id):
    take_in(event_id, as_json(event()))
    session = only_session(event_id)
    facts = SessionFacts(
        title=session.title,
        abstract=session.abstract,
        topic_id=session.topic_id,
        room_id=session.room_id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        language=session.language,
        parts=(Part(session.speakers[0].speaker_id, SpeakerRole.MODERATOR),),
    )
    services.programme.change_session(event_id, session.id, facts)
    assert take_in(event_id, as_json(event())).sessions == Count(unchanged=1)
    assert only_session(event_id).speakers[0].role is SpeakerRole.MODERATOR


def test_cancellation_that_a_file_cannot_say_stays(event_id):
    take_in(event_id, as_json(event()))
    services.programme.cancel_session(event_id, only_session(event_id).id)
    assert take_in(event_id, as_json(event())).sessions == Count(unchanged=1)
    assert only_session(event_id).cancelled_at is not None


def test_cancellation_in_a_file_cancels_and_takes_back(event_id):
    def content(state):
        submission = PRETALX["schedule"]["2026-12-18"]["540"]["12"]
        return json.dumps([{**submission, "state": state}]).encode()

    for state, is_cancelled, sequence in (("confirmed", False, 0), ("canceled", True, 1), ("confirmed", False, 2)):
        take_in(event_id, content(state))
        session = only_session(event_id)
        assert (session.cancelled_at is not None, session.sequence) == (is_cancelled, sequence)


def test_kind_of_a_word_that_says_nothing_stays(event_id):
    take_in(event_id, as_json(event(type="Panel")))
    take_in(event_id, as_json(event(type="devroom")))
    assert only_session(event_id).kind is SessionKind.PANEL


def test_file_with_an_error_is_refused_as_a_whole(event_id):
    before = world.everything()
    with pytest.raises(Refused) as refused:
        take_in(event_id, as_json(event(), event(guid=OTHER_GUID, title="")))
    assert (refused.value.code, refused.value.facts) == ("schedule_problems", {"count": 1})
    assert world.everything() == before


def test_two_events_may_take_in_the_same_file(event_id):
    other = people.stage("other").event_id
    for target in (event_id, other):
        assert take_in(target, as_json(event())).sessions == Count(added=1)
    assert only_session(event_id).uid != only_session(other).uid


def test_addresses_stay_free_of_each_other(event_id):
    titles = ("Été à Ségou", "Été à Ségou", "مرحبا", "你好")
    guids = [rules.made_guid(str(number)) for number in range(4)]
    names = [{"public_name": name} for name in ("Ada", "ADA", "ߊߙߊ", "مريم")]
    sessions = [event(guid=g, title=t, persons=names) for g, t in zip(guids, titles, strict=True)]
    take_in(event_id, as_json(*sessions))
    assert [get(event_id, guid).slug for guid in guids] == ["ete-a-segou", "ete-a-segou-2", "session", "session-2"]
    slugs = [speaker.slug for speaker in queries.speaker.list_speakers(event_id)]
    assert slugs == ["ada", "ada-2", "speaker", "speaker-2"]


def test_audit_says_what_was_added_and_changed(event_id):
    account_id = people.account("olga")
    take_in(event_id, as_json(event()), account_id=account_id)
    take_in(event_id, as_json(event(room="Foyer")), account_id=account_id)
    assert actions(event_id) == [
        *("room.add", "topic.add", "speaker.add", "session.add", "programme.import"),
        *("room.add", "session.change", "programme.import"),
    ]
    change = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "session.change")).one()
    assert (change.account_id, change.details) == (account_id, {"changed": ["room_id"]})


def test_calendar_leaves_alone_what_it_cannot_say(event_id):
    take_in(event_id, as_json(event()))
    entry = f"UID:{GUID}\nDTSTART:20261218T080000Z\nDTEND:20261218T090000Z\nSUMMARY:Opening\nLOCATION:Aula"
    outcome = take_in(event_id, calendar(f"{entry}\nDESCRIPTION:Welcome to all."), language="en")
    session = only_session(event_id)
    assert outcome.changes[0].fields == ("ends_at",)
    assert (len(session.speakers), session.language, str(session.topic.title)) == (1, "en", "Main")


# Round trips


@pytest.fixture
def full(event_id):
    """An event with everything that a programme can have."""
    room = services.programme.add_room(event_id, LocalizedText(fr="Salle A", en="Room A"), 120)
    hall = services.programme.add_room(event_id, LocalizedText(fr="Hall"))
    topic = services.programme.add_topic(event_id, LocalizedText(fr="Sport", en="Sport"))
    culture = services.programme.add_topic(event_id, LocalizedText(fr="Culture"))
    biography = LocalizedText(fr="Parle *souvent*.\n\n- ici\n- là")
    sam = services.speaker.add(event_id, SpeakerFacts(name=LocalizedText(fr="Sam Sidibé"), biography=biography)).id
    voice = services.speaker.add(event_id, SpeakerFacts(name=LocalizedText(fr="Une voix", en="A voice"))).id
    start = people.STARTS

    def add(hours, title, **more):
        facts = {"starts_at": start + timedelta(hours=hours), "ends_at": start + timedelta(hours=hours + 1), **more}
        return services.programme.add_session(event_id, SessionFacts(title=title, **facts)).id

    add(
        0,
        LocalizedText(fr="Ouverture\u00a0: « ça va\u00a0? » <b>", en="Opening"),
        kind=SessionKind.CEREMONY,
        abstract=LocalizedText(fr="Un\n\n- <https://x.org>\n- b & c", en="One"),
        room_id=room.id,
        topic_id=topic.id,
        language="fr",
        parts=(Part(voice, SpeakerRole.HOST), Part(sam)),
    )
    moved = add(1, LocalizedText(fr="Débat"), kind=SessionKind.PANEL, topic_id=culture.id, parts=(Part(sam),))
    facts = SessionFacts(title=LocalizedText(fr="Débat"), kind=SessionKind.PANEL, starts_at=start, room_id=hall.id)
    services.programme.change_session(event_id, moved, facts)
    services.programme.cancel_session(event_id, add(15, LocalizedText(en="Night"), language="en", room_id=hall.id))
    add(3, LocalizedText(fr="Pause", en="Break"), kind=SessionKind.BREAK)
    return event_id


def normal(text):
    """A file without what differs between two events by its nature: addresses, numbers of rows, versions."""
    text = re.sub(r'"(id|version|guid)":("[^"]*"|\d+)|"url":"[^"]*"', "", text.replace("empty", "forum"))
    text = re.sub(r' (id|guid)="[^"]*"|<(version|url)>[^<]*</(version|url)>', "", text)
    return text.replace("Forum d’essai", "").replace("Trial forum", "")


def guids(text):
    return re.findall(r'<event[^>]* guid="([^"]+)"|\{"guid":"([^"]+)","id"', text)


@pytest.mark.parametrize("kind", ["json", "xml"])
@pytest.mark.parametrize("tag", ["fr", "en"])
def test_export_into_an_empty_event_gives_the_same_export(full, kind, tag):
    first = files.write(queries.event.get(full), queries.schedule.get(full), kind, tag)
    empty = people.stage("empty").event_id
    outcome = take_in(empty, first.encode())
    second = files.write(queries.event.get(empty), queries.schedule.get(empty), kind, tag)
    assert outcome.sessions == Count(added=4)
    assert normal(second) == normal(first)
    assert guids(second) == guids(first)
    assert len(guids(first)) == 4


@pytest.mark.parametrize("kind", ["json", "xml"])
@pytest.mark.parametrize("tag", ["fr", "en"])
def test_own_file_changes_nothing_where_it_comes_from(full, kind, tag):
    before = world.everything()
    outcome = take_in(full, files.write(queries.event.get(full), queries.schedule.get(full), kind, tag).encode())
    assert outcome.sessions == Count(unchanged=4)
    assert world.everything() == before


def test_json_in_both_languages_carries_the_whole_programme(full):
    empty = people.stage("empty").event_id
    for tag in ("fr", "en"):
        take_in(empty, files.write(queries.event.get(full), queries.schedule.get(full), "json", tag).encode())

    def programme(event_id):
        return [
            (
                rules.guid(s.uid),
                s.slug,
                s.kind,
                dict(s.title),
                dict(s.abstract),
                dict(s.room.name) if s.room else None,
                dict(s.topic.title) if s.topic else None,
                s.starts_at,
                s.ends_at,
                s.language,
                s.cancelled_at is None,
                [(part.role, dict(part.speaker.name), dict(part.speaker.biography)) for part in s.speakers],
            )
            for s in queries.programme.list_sessions(event_id)
        ]

    assert programme(empty) == programme(full)
    assert len(queries.programme.list_rooms(empty)) == 2


def test_demo_says_what_is_made_up_and_knows_it_again():
    services.demo.seed()
    archive = queries.event.get_by_slug("connect-223")
    data = json.loads(files.write(archive, queries.schedule.get(archive.id), "json", "en"))
    conference = data["schedule"]["conference"]
    assert conference["description"].startswith("Demo data: partly made up")
    assert [room["name"] for room in conference["rooms"]] == ["Room A (placeholder)"]
    first = next(iter(conference["days"][0]["rooms"].values()))[2]
    assert first["description"] == "The time is still to be confirmed."
    assert [person["name"] for person in first["persons"]] == ["Speaker 1 (placeholder)"]
    for kind in ("json", "xml"):
        for tag in ("fr", "en"):
            outcome = take_in(
                archive.id, files.write(archive, queries.schedule.get(archive.id), kind, tag).encode(), dry_run=True
            )
            assert outcome.sessions == Count(unchanged=12)
            assert outcome.rooms == Count(unchanged=1)
            assert outcome.speakers == Count(unchanged=8)


def test_export_without_a_time_is_refused(event_id):
    services.programme.add_session(event_id, SessionFacts(title=LocalizedText(fr="Un jour")))
    with pytest.raises(Refused) as refused:
        files.write(queries.event.get(event_id), queries.schedule.get(event_id), "xml", "fr")
    assert refused.value.code == "schedule_without_times"


def test_identifier_of_a_session_never_changes(event_id):
    session = services.programme.add_session(event_id, SessionFacts(title=LocalizedText(fr="A")))
    assert rules.guid(session.uid) == session.uid
    assert rules.guid(f"{GUID}@7") == GUID
    assert rules.guid("demo-opening-1@eventapp") == "e5e4ceed-1f3f-573a-bdf3-1ef6c67a65da"


# Real files


@needs_real
@pytest.mark.parametrize(
    ("name", "sessions", "speakers"),
    [
        ("sps2025.frab.json", 22, 20),
        ("tuebix2025.frab.json", 56, 39),
        ("pyconfr2025.pretalx-api.json", 75, 81),
        ("fosdem2012.pentabarf.xml", 442, 430),
        ("36c3-stages.frab.xml", 498, 528),
        ("39c3-everything.frab.json", 895, 693),
        ("fosdem2026.frab.xml", 883, 927),
    ],
)
def test_real_schedule_goes_in_once_and_comes_out_the_same(event_id, name, sessions, speakers):
    content = (REAL / name).read_bytes()
    outcome = take_in(event_id, content)
    assert (outcome.sessions, outcome.speakers) == (Count(added=sessions), Count(added=speakers))
    assert take_in(event_id, content).sessions == Count(unchanged=sessions)
    found = queries.event.get(event_id)
    for kind in ("json", "xml"):
        own = files.write(found, queries.schedule.get(found.id), kind, "en").encode()
        assert take_in(event_id, own, dry_run=True).sessions == Count(unchanged=sessions)
    assert len(ElementTree.fromstring(own).findall("day/room/event")) == sessions


@needs_real
def test_real_schedule_makes_the_same_trip_into_an_empty_event(event_id):
    take_in(event_id, (REAL / "39c3-everything.frab.json").read_bytes())
    empty = people.stage("empty").event_id
    first = files.write(queries.event.get(event_id), queries.schedule.get(event_id), "json", "en")
    take_in(empty, first.encode())
    second = json.loads(files.write(queries.event.get(empty), queries.schedule.get(empty), "json", "en"))
    first = json.loads(first)

    def sessions(data):
        days = data["schedule"]["conference"]["days"]
        return sorted(
            (
                {key: value for key, value in session.items() if key not in ("id", "url", "slug", "persons")}
                | {"persons": [(person["name"], person.get("biography")) for person in session["persons"]]}
                for day in days
                for room in day["rooms"].values()
                for session in room
            ),
            key=lambda session: session["guid"],
        )

    assert sessions(second) == sessions(first)


def test_export_asks_no_more_for_more_sessions(context, event_id):
    def count(event_id):
        with world.Statements(context) as statements:
            files.write(queries.event.get(event_id), queries.schedule.get(event_id), "json", "fr")
            db.session.expunge_all()
        return statements.count

    take_in(event_id, as_json(event()))
    db.session.expunge_all()
    few = count(event_id)
    more = [
        event(
            guid=rules.made_guid(str(number)),
            title=f"Talk {number}",
            room=f"Room {number}",
            track=f"Track {number}",
            persons=[{"public_name": f"Person {number}"}],
        )
        for number in range(30)
    ]
    take_in(event_id, as_json(*more))
    db.session.expunge_all()
    assert count(event_id) == few


def test_event_in_one_language_takes_in_its_own(event_id):
    found = db.session.get_one(Event, event_id)
    found.languages = ["en"]
    db.session.commit()
    take_in(event_id, as_json(event(language="fr", title="Ouverture")))
    assert only_session(event_id).title == {"en": "Ouverture"}
