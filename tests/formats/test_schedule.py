"""Schedule files: what is read from each format, what is refused, and what is written, by the formats' own schemas."""

import copy
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventapp import language
from eventapp.errors import Refused
from eventapp.formats import markdown, schedule_file, schedule_json, schedule_text, schedule_xml
from eventapp.formats import schedule as schedules
from eventapp.formats.schedule import Credit, Person, Room, Schedule, Session, Track
from eventapp.formats.schedule_reading import MOST_BYTES, MOST_SESSIONS, Target
from eventapp.language import LocalizedText
from eventapp.rules import event as event_rules
from eventapp.rules import refusals
from eventapp.rules import schedule as rules
from eventapp.rules.vocabulary import SessionKind, SpeakerRole
from tests.schedules import GUID, OTHER_GUID, PRETALX, REAL, as_json, as_xml, calendar, event, needs_real

TARGET = Target(("fr", "en"), "Africa/Bamako")


def read(content, **more):
    return schedule_file.read(content, replace(TARGET, **more))


def read_one(content, **more):
    (session,) = read(content, **more).sessions
    return session


def refusal(content):
    with pytest.raises(Refused) as refused:
        read(content)
    assert refusals.sentence(refused.value)
    return refused.value.code


def problems(schedule):
    """What is wrong with the sessions of a file, and where; each problem has a sentence."""
    assert all(schedules.sentence(problem) for problem in schedule.problems)
    return [(problem.code, problem.where) for problem in schedule.problems if problem.code != "zone_differs"]


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


# Real files


@needs_real
@pytest.mark.parametrize(
    ("name", "sessions", "rooms", "people", "tracks"),
    [
        ("sps2025.frab.json", 22, 1, 20, 2),
        ("tuebix2025.frab.json", 56, 8, 39, 3),
        ("pyconfr2025.pretalx-api.json", 75, 13, 81, 0),
        ("fosdem2012.pentabarf.xml", 442, 23, 430, 37),
        ("36c3-stages.frab.xml", 498, 12, 528, 25),
        ("39c3-everything.frab.json", 895, 58, 693, 9),
        ("fosdem2026.frab.xml", 883, 30, 927, 62),
    ],
)
def test_real_schedule_is_read_whole(name, sessions, rooms, people, tracks):
    schedule = read((REAL / name).read_bytes())
    assert (len(schedule.sessions), len(schedule.rooms)) == (sessions, rooms)
    assert (len(schedule.people), len(schedule.tracks)) == (people, tracks)
    assert len({session.guid for session in schedule.sessions}) == sessions
    assert not [problem for problem in schedule.problems if problem.is_fatal]
    assert all("<p>" not in text for session in schedule.sessions for text in session.abstract.values())


@needs_real
def test_real_schedule_in_two_languages_keeps_both():
    schedule = read((REAL / "pyconfr2025.pretalx-api.json").read_bytes())
    assert Counter(session.told_in for session in schedule.sessions) == {"fr": 60, "en": 15}
    assert all(set(room.name) == {"fr", "en"} and room.capacity for room in schedule.rooms.values())
    assert problems(schedule) == [("part_not_read", "sprints"), ("part_not_read", "extra")]


@needs_real
def test_real_schedule_with_odd_languages_and_nights_is_understood():
    schedule = read((REAL / "39c3-everything.frab.json").read_bytes())
    assert Counter(session.language for session in schedule.sessions) == {"de": 458, "en": 384, None: 53}
    assert Counter(problem.code for problem in schedule.problems) == {"several_languages": 168, "zone_differs": 1}
    assert sum(not session.credits for session in schedule.sessions) == 115
    night = [s for s in schedule.sessions if schedules.starting(s, "Europe/Berlin").hour < 6]
    assert len(night) == 46
    assert max(len(str(session.title)) for session in schedule.sessions) == 171


@needs_real
def test_real_calendar_that_is_broken_is_refused_with_the_reason():
    with pytest.raises(Refused) as refused:
        read((REAL / "moca24-malformed.ics").read_bytes())
    assert refusals.sentence(refused.value) == (
        "This calendar is broken: 67 entries have the same UID (46939), which is there to tell them apart."
    )


# What a session becomes


def test_session_of_a_json_file():
    schedule = read(as_json(event(), rooms=[{"name": "Aula", "capacity": 500}], tracks=[{"name": "Main"}]))
    assert schedule.sessions == [
        Session(
            guid=GUID,
            title=LocalizedText(en="Opening"),
            told_in="en",
            abstract=LocalizedText(en="Welcome to all."),
            kind=SessionKind.TALK,
            room="Aula",
            track="Main",
            starts_at=utc(2026, 12, 18, 8, 0),
            ends_at=utc(2026, 12, 18, 8, 30),
            language="en",
            credits=(Credit("Sam Sidibé"),),
        )
    ]
    assert schedule.rooms == {"Aula": Room(name=LocalizedText(en="Aula"), capacity=500)}
    assert schedule.tracks == {"Main": Track(name=LocalizedText(en="Main"))}
    assert schedule.people["Sam Sidibé"].biography == {"en": "Speaks."}


def test_session_of_an_xml_file():
    session = {
        "guid": GUID,
        "id": "1",
        "date": "2026-12-18T09:00:00+01:00",
        "start": "09:00",
        "duration": "00:30",
        "room": "Aula",
        "title": "Opening",
        "track": "Main",
        "type": "lecture",
        "language": "en",
        "abstract": "Welcome to all.",
        "persons": '<person id="1">Sam Sidibé</person>',
    }
    assert read_one(as_xml(session)) == read_one(as_json(event()))


def test_session_of_pretalx_has_names_in_both_languages():
    schedule = read(json.dumps(PRETALX).encode())
    (session,) = schedule.sessions
    assert session.title == {"fr": "Accueil"}
    assert session.abstract == {"fr": "Bienvenue."}
    assert (session.kind, session.language, session.is_cancelled) == (SessionKind.BREAK, "fr", False)
    assert (session.starts_at, session.ends_at) == (utc(2026, 12, 18, 9, 0), utc(2026, 12, 18, 9, 45))
    assert [dict(room.name) for room in schedule.rooms.values()] == [
        {"en": "Room A", "fr": "Salle A"},
        {"en": "Room B", "fr": "Salle B"},
    ]
    assert schedule.tracks[session.track].name == {"en": "Main", "fr": "Principal"}
    assert problems(schedule) == [("part_not_read", "sprints")]


def test_pretalx_page_of_submissions_with_two_slots_is_two_sessions():
    submission = copy.deepcopy(PRETALX["schedule"]["2026-12-18"]["540"]["12"])
    submission["slots"].append({**submission["slots"][0], "start": "2026-12-19T09:00:00+00:00", "end": None})
    found = read(json.dumps({"count": 1, "results": [submission]}).encode()).sessions
    assert [session.starts_at for session in found] == [utc(2026, 12, 18, 9, 0), utc(2026, 12, 19, 9, 0)]
    assert found[1].ends_at == utc(2026, 12, 19, 9, 30)
    assert len({session.guid for session in found}) == 2


@pytest.mark.parametrize(("state", "code"), [("rejected", "not_accepted"), ("submitted", "not_accepted")])
def test_pretalx_proposal_is_left_out(state, code):
    submission = PRETALX["schedule"]["2026-12-18"]["540"]["12"]
    schedule = read(json.dumps([{**submission, "state": state}, {**submission, "code": "OTHER"}]).encode())
    assert len(schedule.sessions) == 1
    assert problems(schedule) == [(code, "Accueil")]


def test_pretalx_submission_that_was_cancelled_is_cancelled():
    submission = PRETALX["schedule"]["2026-12-18"]["540"]["12"]
    assert read_one(json.dumps([{**submission, "state": "canceled"}]).encode()).is_cancelled is True


def test_calendar_is_read_and_says_what_it_cannot():
    schedule = read(
        calendar(
            """
UID:one@example.org
SEQUENCE:3
DTSTART;TZID=Europe/Paris:20261218T090000
DURATION:PT45M
SUMMARY:Ouverture\\, accueil
DESCRIPTION:Bienvenue.
LOCATION:Salle A\\, Hôtel\\, Bamako
STATUS:CANCELLED
"""
        ),
        places=["Hôtel, Bamako"],
    )
    (session,) = schedule.sessions
    assert session == Session(
        guid=rules.guid("one@example.org"),
        title=LocalizedText(fr="Ouverture, accueil"),
        told_in="fr",
        abstract=LocalizedText(fr="Bienvenue."),
        room="Salle A",
        starts_at=utc(2026, 12, 18, 8, 0),
        ends_at=utc(2026, 12, 18, 8, 45),
        sequence=3,
        is_cancelled=True,
    )
    assert schedule.silent_on == {"speakers", "language", "kind", "topic"}


def test_calendar_entry_that_repeats_or_lasts_a_day_says_so():
    whole_day = "UID:1\nDTSTART;VALUE=DATE:20261218\nSUMMARY:Sprint"
    weekly = "UID:2\nDTSTART:20261218T090000Z\nDTEND:20261218T100000Z\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:Yoga"
    schedule = read(calendar(whole_day, weekly))
    assert [session.starts_at for session in schedule.sessions] == [None, utc(2026, 12, 18, 9, 0)]
    assert problems(schedule) == [("repeats", "Yoga"), ("time_missing", "Sprint")]


# Times


@pytest.mark.parametrize(
    ("facts", "starts_at"),
    [
        ({"date": "2026-12-19T00:30:00+01:00", "start": "00:30"}, utc(2026, 12, 18, 23, 30)),  # under the day before
        ({"date": "2026-12-18T09:00:00"}, utc(2026, 12, 18, 8, 0)),  # on the clocks of the file's zone
        ({"date": "2026-12-18T08:00:00Z"}, utc(2026, 12, 18, 8, 0)),
        ({"date": "2026-12-18", "start": "09:00"}, utc(2026, 12, 18, 8, 0)),
        ({"date": None, "start": "09:00"}, utc(2026, 12, 18, 8, 0)),
        ({"date": "", "start": "09:00:00"}, utc(2026, 12, 18, 8, 0)),
    ],
)
def test_start_is_the_right_instant(facts, starts_at):
    assert read_one(as_json(event(**facts))).starts_at == starts_at


@pytest.mark.parametrize(
    ("start", "change", "starts_at"),
    [
        ("00:30", "04:00", utc(2026, 12, 19, 0, 30)),  # after midnight: the next day
        ("03:59", "04:00:00", utc(2026, 12, 19, 3, 59)),
        ("04:00", "04:00", utc(2026, 12, 18, 4, 0)),
        ("00:30", "00:00", utc(2026, 12, 18, 0, 30)),
        ("25:15", "04:00", utc(2026, 12, 19, 1, 15)),
    ],
)
def test_old_file_without_dates_counts_the_night_to_the_day_before(start, change, starts_at):
    session = {"id": "7", "start": start, "duration": "00:30", "title": "Night"}
    assert read_one(as_xml(session, conference={"day_change": change})).starts_at == starts_at


def test_file_without_a_zone_is_read_on_the_clocks_of_the_event():
    session = {"id": "7", "start": "09:00", "duration": "00:30", "title": "Opening"}
    assert read_one(as_xml(session), zone="Asia/Tokyo").starts_at == utc(2026, 12, 18, 0, 0)


def test_zone_that_differs_from_the_events_is_told():
    (problem,) = read(as_json(event()), zone="Asia/Tokyo").problems
    assert problem == schedules.Problem("zone_differs", "", {"zone": "Europe/Paris"})
    assert read(as_json(event()), zone="Europe/Berlin").problems == []


@pytest.mark.parametrize(
    ("facts", "minutes"),
    [
        ({"duration": "01:30"}, 90),
        ({"duration": "00:30:00"}, 30),
        ({"duration": "120:00"}, 7200),
        ({"duration": "45"}, 45),
        ({"end": "2026-12-18T10:00:00+01:00"}, 60),
        ({"end": "2026-12-18T08:00:00+01:00"}, None),
        ({"duration": "00:00"}, None),
        ({"duration": "long"}, None),
        ({"duration": "9999:00"}, None),
        ({"duration": None}, None),
    ],
)
def test_end_follows_from_the_length_or_stays_open(facts, minutes):
    schedule = read(as_json(event(**facts)))
    (session,) = schedule.sessions
    expected = session.starts_at + timedelta(minutes=minutes) if minutes else None
    assert session.ends_at == expected
    assert ("length_missing", "Opening") in problems(schedule) or minutes


@pytest.mark.parametrize("facts", [{"date": "soon"}, {"date": "9999-12-31T23:59:59-12:00"}, {"date": "", "start": "x"}])
def test_time_that_cannot_be_read_is_an_error(facts):
    schedule = read(as_json(event(**facts)))
    assert problems(schedule) == [("time_unreadable", "Opening")]
    assert [problem.code for problem in schedule.problems if problem.is_fatal] == ["time_unreadable"]


def test_session_without_a_time_is_kept_without_one():
    schedule = read(as_json(event(date="", start="")))
    assert schedule.sessions[0].starts_at is None
    assert problems(schedule) == [("time_missing", "Opening")]


# Languages


@pytest.mark.parametrize(
    ("text", "tag", "codes"),
    [
        ("en", "en", []),
        ("de, en", "de", ["several_languages"]),
        ("en/fr", "en", ["several_languages"]),
        ("", None, []),
        (None, None, []),
        ("de-formal", "de", []),
        ("pt-BR", "pt-BR", []),
        ("english!", None, ["language_unknown"]),
    ],
)
def test_spoken_language(text, tag, codes):
    schedule = read(as_json(event(language=text)))
    assert schedule.sessions[0].language == tag
    assert [code for code, _ in problems(schedule)] == codes


def test_texts_are_in_the_language_spoken_if_the_event_has_it():
    other = event(guid=OTHER_GUID, language="fr", title="Clôture")
    third = event(guid="73b6b66b-e0dd-5fe2-ad4d-fda51c58f296", language="de", title="Pause")
    titles = [dict(s.title) for s in read(as_json(event(), event(guid=GUID[::-1]), other, third)).sessions]
    assert titles == [{"en": "Opening"}, {"en": "Opening"}, {"fr": "Clôture"}, {"en": "Pause"}]


def test_texts_are_in_the_language_that_was_asked_for():
    schedule = read(as_json(event()), language="fr")
    assert schedule.sessions[0].title == {"fr": "Opening"}
    assert schedule.rooms["Aula"].name == {"fr": "Aula"}


# Texts


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One\nline</p><p>Two &amp; more</p>", "One line\n\nTwo & more"),
        ("First<br>second", "First\nsecond"),
        ('See <a href="https://x.org/a(b)">our [own] page</a>.', "See [our (own) page](https://x.org/a%28b%29)."),
        ('<p><a href="https://x.org">https://x.org</a></p>', "https://x.org"),
        ('<p><a href="javascript:alert(1)">here</a></p>', "here"),
        ("<ul><li>a</li><li><p>b</p></li></ul><p>c</p>", "- a\n- b\n\nc"),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1. a\n  - b\n2. c"),
        ("<p>a</p><script>alert(1)</script><style>p{}</style><p>b</p>", "a\n\nb"),
        ("<p>a<img src=x onerror=alert(1)></p>", "a"),
        ("<h2>Title</h2>text<pre>x\n  y</pre><p><code>a_b</code></p>", "Title\n\ntext\n\nx\n  y\n\n`a_b`"),
        ("<p>List<T> and <https://x.org></p>", "List<T> and <https://x.org>"),
        ("<p>never closed <b>bold", "never closed bold"),
        ("Plain *Markdown*\n\n- <https://x.org>\n- 1 < 2", "Plain *Markdown*\n\n- <https://x.org>\n- 1 < 2"),
        ("Markdown\n\nwith <b>one</b> tag\n\n- a\n- b", "Markdown\n\nwith one tag\n\n- a\n- b"),
    ],
)
def test_html_becomes_markdown(html, text):
    assert schedule_text.paragraphs(html) == text


@pytest.mark.parametrize(
    "text",
    [
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        "<<p>script>alert(1)<</p>/script>",
        "<p><svg/onload=alert(1)></p>",
    ],
)
def test_what_is_shown_in_the_end_holds_no_script(text):
    shown = markdown.html(schedule_text.paragraphs(text))
    assert "<script" not in shown
    assert "<svg" not in shown


def test_enormous_text_stays_as_it_is_and_deep_lists_do_not_grow():
    assert schedule_text.markdown("<p>" * 50_000) == "<p>" * 50_000
    assert len(schedule_text.markdown("<ul><li>a" * 3_000)) < 100_000


def test_abstract_says_once_what_several_fields_say():
    facts = {"subtitle": "A keynote", "abstract": "Short.", "description": "Short. And long.\r\n\r\nEnd."}
    assert read_one(as_json(event(**facts))).abstract == {"en": "A keynote\n\nShort. And long.\n\nEnd."}


def test_title_is_one_line_and_keeps_its_length_and_no_break_spaces():
    title = "Pourquoi\u00a0?\n\u200b " + "x" * 400
    assert read_one(as_json(event(title=title))).title == {"en": "Pourquoi\u00a0? " + "x" * 400}


def test_half_a_sign_and_control_signs_are_dropped():
    session = read_one(as_json(event(title="A\ud800\x00B", abstract="C\ud800\x00D")))
    assert (session.title, session.abstract) == ({"en": "AB"}, {"en": "CD"})


def test_half_signs_are_dropped_wherever_they_stand():
    half = "\ud800"
    odd = event(
        guid=half, id=half, date=f"soon{half}", room=f"Aula{half}", type=half, language=half, track={half: half}
    )
    schedule = read(as_json(odd, acronym=half, title=half, time_zone_name=half))
    told = [text for problem in schedule.problems for text in (problem.where, schedules.sentence(problem))]
    names = [*schedule.rooms, *schedule.tracks, schedule.sessions[0].guid, *told]
    assert half not in "".join(names)
    submission = {**PRETALX["schedule"]["2026-12-18"]["540"]["12"], "state": "rejected", "title": {half: f"A{half}"}}
    with pytest.raises(Refused):
        read(json.dumps([submission]).encode())


# Identities


def test_identifier_that_is_no_uuid_gives_one_that_stays():
    first, again = (read_one(as_json(event(guid="talk-7", title=title))).guid for title in ("Opening", "Renamed"))
    assert first == again
    assert first != read_one(as_json(event(guid="talk-8"))).guid


def test_old_file_without_identifiers_knows_sessions_by_number_and_conference():
    session = {"id": "7", "start": "09:00", "duration": "00:30", "title": "Opening"}
    guid = read_one(as_xml(session)).guid
    assert read_one(as_xml({**session, "title": "Renamed", "start": "10:00"})).guid == guid
    assert read_one(as_xml({**session, "id": "8"})).guid != guid
    assert read_one(as_xml(session, conference={"acronym": "other"})).guid != guid


def test_identifier_that_stands_twice_gives_the_second_one_of_its_own():
    schedule = read(as_json(event(), event(date="2026-12-18T11:00:00+01:00", title="Again")))
    assert len({session.guid for session in schedule.sessions}) == 2
    assert problems(schedule) == [("guid_twice", "Again")]


def test_session_that_stands_twice_is_kept_once():
    schedule = read(as_json(event(), event()))
    assert len(schedule.sessions) == 1
    assert problems(schedule) == [("session_twice", "Opening")]


def test_session_without_a_title_is_an_error():
    schedule = read(as_json(event(title=" ")))
    assert problems(schedule) == [("title_missing", GUID)]
    assert [problem.code for problem in schedule.problems if problem.is_fatal] == ["title_missing"]


def test_person_named_twice_stands_once():
    people = [{"public_name": name} for name in ("Sam", "Sam ", "Ada", "")]
    assert read_one(as_json(event(persons=people))).credits == (Credit("Sam"), Credit("Ada"))


def test_tracks_without_a_session_are_left_out():
    assert list(read(as_json(event(), tracks=[{"name": "Empty"}, {"name": "Main"}])).tracks) == ["Main"]


# Refusals


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "schedule_unknown"),
        (b"\x00\xff\xfe nothing", "schedule_unknown"),
        (b"name,email\r\nAda,ada@example.org", "schedule_unknown"),
        (b"PK\x03\x04", "workbook_broken"),
        (b"{}", "schedule_unknown"),
        (b"[]", "schedule_unknown"),
        (b'{"schedule": 7}', "schedule_unknown"),
        (b"<html></html>", "schedule_unknown"),
        (b"<schedule/>", "schedule_empty"),
        (b'{"schedule": {"conference": {"title": "x"}}}', "schedule_empty"),
        (b'{\n"schedule": ', "schedule_broken"),
        (b"[" * 100_000, "schedule_broken"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "schedule_broken"),
        (b'{"a": "\xff"}', "schedule_broken"),
        (b"<schedule>", "schedule_broken"),
        (b'<?xml version="1.0" encoding="nonsense"?><schedule/>', "schedule_broken"),
        (b'<?xml version="1.0" encoding="idna"?><schedule/>', "schedule_broken"),
        (b"BEGIN:VCALENDAR", "calendar_broken"),
        (b"BEGIN:VCALENDAR\r\nnonsense\r\nEND:VCALENDAR", "calendar_broken"),
        (calendar(), "schedule_empty"),
        (calendar("UID:1\nSUMMARY:a", "UID:1\nSUMMARY:b"), "calendar_uid_twice"),
        (calendar("UID:1\nSUMMARY:a\nSEQUENCE:many"), "calendar_broken"),
        (calendar("UID:1\nSUMMARY:a\nDTSTART:20269999T000000"), "calendar_broken"),
        (as_xml(head=BOMB), "schedule_unsafe"),
        (as_xml(head=FILE), "schedule_unsafe"),
        (b"{" + b" " * MOST_BYTES, "schedule_too_large"),
        (b"<schedule>" + b"<a/>" * 500_000 + b"</schedule>", "schedule_too_large"),
        (as_json(*[{"id": 1, "title": "x"}] * (MOST_SESSIONS + 1)), "schedule_too_large"),
    ],
    ids=range(28),
)
def test_file_that_is_none_is_refused_in_a_sentence(content, code):
    assert refusal(content) == code


def test_broken_file_names_the_line():
    with pytest.raises(Refused) as refused:
        read(b'{\n"schedule": 1,\n}')
    assert refused.value.facts == {"line": 3}
    with pytest.raises(Refused) as refused:
        read(b"<schedule>\n<day></schedule>")
    assert refused.value.facts == {"line": 2}


@pytest.mark.parametrize("encode", [lambda text: text.encode("utf-8-sig"), lambda text: text.encode("utf-16")])
@pytest.mark.parametrize("content", [as_json(event()), as_xml({"guid": GUID, "title": "Opening"})])
def test_other_encodings_of_unicode_are_read(content, encode):
    assert str(read_one(encode(content.decode())).title) == "Opening"


_ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.lists(st.integers(), max_size=2)
)
_ODD_OBJECTS = st.one_of(
    _ODD, st.dictionaries(st.text(max_size=5), _ODD, max_size=3), st.lists(st.just({}), max_size=3)
)


def places(data, path=()):
    """Every place in a JSON value, as paths."""
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


_WHOLE = [json.loads(as_json(event(), rooms=[{"name": "Aula", "capacity": 5}], tracks=[{"name": "Main"}])), PRETALX]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_json_file_is_an_error_of_the_program(data):
    whole = copy.deepcopy(data.draw(st.sampled_from(_WHOLE)))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([path for path in places(whole) if path]))
        node = whole
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = data.draw(_ODD_OBJECTS)
    try:
        problems(read(json.dumps(whole).encode()))
    except Refused as refused:
        assert refusals.sentence(refused)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([as_xml({"guid": GUID, "title": "A"}), calendar("UID:1\nSUMMARY:a\nDTSTART:20261218T090000Z")]),
    st.data(),
)
def test_no_damaged_file_is_an_error_of_the_program(content, data):
    place = data.draw(st.integers(0, len(content)))
    piece = data.draw(st.binary(max_size=8))
    try:
        problems(read(content[:place] + piece + content[place + len(piece) :]))
    except Refused as refused:
        assert refusals.sentence(refused)


# Writing


STARTS = utc(2026, 12, 18, 9, 0)

FULL = Schedule(
    title=LocalizedText(fr="Forum d’essai", en="Trial forum"),
    acronym=schedules.acronym("un"),
    language="fr",
    languages=("fr", "en"),
    zone="Africa/Bamako",
    description="Un thème",
    version="7",
    url="https://forum.example.org/e/un/",
    colour="#9a3b12",
    rooms={
        "1": Room(name=LocalizedText(fr="Salle A & B", en="Room A & B"), capacity=120, guid=rules.made_guid("1")),
        "2": Room(name=LocalizedText(en="Only English"), guid=rules.made_guid("2")),
    },
    tracks={"1": Track(name=LocalizedText(fr="Été", en="Summer")), "2": Track(name=LocalizedText(fr="Vide"))},
    people={
        "1": Person(
            name=LocalizedText(fr="Sam Sidibé"),
            biography=LocalizedText(en="Speaks *often*."),
            guid=rules.made_guid("3"),
            number=1,
            url="https://forum.example.org/e/un/speakers/sam",
        ),
        "2": Person(
            name=LocalizedText(fr="Une voix", en="A voice"), guid=rules.made_guid("4"), number=2, url="https://x.org"
        ),
    },
    sessions=[
        Session(
            guid=GUID,
            title=LocalizedText(fr="Pourquoi\u00a0? <b> & ]]>", en="Why?"),
            told_in="fr",
            abstract=LocalizedText(fr="Un <https://x.org>\n\n- a\n- b & c"),
            kind=SessionKind.PANEL,
            room="1",
            track="1",
            starts_at=STARTS,
            ends_at=STARTS + timedelta(minutes=90),
            language="fr",
            credits=(Credit("2", SpeakerRole.MODERATOR), Credit("1", SpeakerRole.SPEAKER)),
            sequence=3,
            is_cancelled=False,
            slug="a",
            number=1,
            url="https://forum.example.org/e/un/sessions/a",
        ),
        Session(
            guid=OTHER_GUID,
            title=LocalizedText(en="Only in English"),
            told_in="fr",
            abstract=LocalizedText(en="English too."),
            kind=SessionKind.TALK,
            room="2",
            starts_at=STARTS + timedelta(hours=15, minutes=30),
            ends_at=STARTS + timedelta(days=2),
            sequence=1,
            is_cancelled=True,
            slug="only-in-english",
            number=2,
            url="https://forum.example.org/e/un/sessions/only-in-english",
            note="L’heure reste à confirmer.",
        ),
        Session(
            guid=rules.made_guid("somewhere"),
            title=LocalizedText(fr="Nulle part"),
            told_in="fr",
            kind=SessionKind.BREAK,
            starts_at=STARTS,
            is_cancelled=False,
            slug="nulle-part",
            number=3,
            url="https://forum.example.org/e/un/sessions/nulle-part",
        ),
        Session(
            guid=rules.made_guid("some day"), title=LocalizedText(fr="Un jour"), told_in="fr", slug="un-jour", number=4
        ),
    ],
)


@pytest.fixture(scope="module")
def json_schema():
    schema = json.loads((REAL / "schema" / "schedule.schema.json").read_text())
    return jsonschema.Draft6Validator(schema, format_checker=jsonschema.Draft6Validator.FORMAT_CHECKER)


@pytest.fixture(scope="module")
def xml_schema():
    return xmlschema.XMLSchema(str(REAL / "schema" / "schedule.xsd"))


@needs_real
@pytest.mark.parametrize("tag", ["fr", "en"])
def test_json_fits_the_schema(json_schema, tag):
    data = json.loads(schedule_json.write(replace(FULL, language=tag)))
    assert [error.message for error in json_schema.iter_errors(data)] == []


@needs_real
@pytest.mark.parametrize("tag", ["fr", "en"])
def test_xml_fits_the_schema(xml_schema, tag):
    written = schedule_xml.write(replace(FULL, language=tag))
    assert [error.reason for error in xml_schema.iter_errors(written)] == []


@needs_real
def test_length_of_more_than_four_days_fits_the_schema_too(json_schema, xml_schema):
    long = replace(FULL, sessions=[replace(FULL.sessions[0], ends_at=STARTS + timedelta(days=5))])
    assert xml_schema.is_valid(schedule_xml.write(long))
    assert json_schema.is_valid(json.loads(schedule_json.write(long)))
    assert read_one(schedule_json.write(long).encode()).ends_at == STARTS + timedelta(days=5)


@needs_real
def test_every_time_zone_and_address_of_an_event_fits_the_schema(json_schema):
    zone = json_schema.schema["definitions"]["Conference"]["properties"]["time_zone_name"]
    short = json_schema.schema["definitions"]["Conference"]["properties"]["acronym"]
    zones = jsonschema.Draft6Validator({"type": "array", "items": zone})
    names = jsonschema.Draft6Validator({"type": "array", "items": short})
    written = [json.loads(schedule_json.write(replace(FULL, zone=zone))) for zone in event_rules.zones()]
    named = [data["schedule"]["conference"].get("time_zone_name") for data in written]
    assert [error.message for error in zones.iter_errors(list(filter(None, named)))] == []
    assert named.count(None) < 5
    slugs = ["a", "connect-223", "2026", "forum-2026", "a-b-c-d", "x" * 80]
    assert [error.message for error in names.iter_errors([schedules.acronym(slug) for slug in slugs])] == []


def normal(schedule):
    """A schedule as far as a file of ours holds it, with names for keys."""

    def name(key, rows):
        return schedule.pick(rows[key].name).value if key is not None else None

    return {
        "rooms": [(schedule.pick(room.name), dict(room.name), room.capacity) for room in schedule.rooms.values()],
        "tracks": [dict(track.name) for track in schedule.tracks.values()],
        "people": sorted((str(person.name), dict(person.name)) for person in schedule.people.values()),
        "sessions": sorted(
            (
                replace(
                    session,
                    room=name(session.room, schedule.rooms),
                    track=name(session.track, schedule.tracks),
                    credits=tuple(Credit(name(c.person, schedule.people), c.role) for c in session.credits),
                    title=LocalizedText({schedule.pick(session.title).language: schedule.pick(session.title).value}),
                    abstract=LocalizedText(
                        {schedule.pick(session.abstract).language: schedule.pick(session.abstract).value}
                    ),
                    number=0,
                    url="",
                    note="",
                )
                for session in schedule.sessions
                if session.starts_at
            ),
            key=lambda session: session.guid,
        ),
    }


@pytest.mark.parametrize("tag", ["fr", "en"])
def test_own_json_is_read_as_it_was_written(tag):
    written = replace(FULL, language=tag, sessions=[replace(session, told_in=tag) for session in FULL.sessions])
    found = read(schedule_json.write(written).encode())
    assert normal(found) == normal(written)
    assert found.people["Sam Sidibé"].biography == {"en": "Speaks *often*."}


@pytest.mark.parametrize("tag", ["fr", "en"])
def test_own_xml_is_written_again_as_it_was(tag):
    written = schedule_xml.write(replace(FULL, language=tag))
    found = read(written.encode())
    assert [session.is_cancelled for session in sorted(found.sessions, key=lambda s: str(s.title))] == [
        False,
        True,
        False,
    ]
    before, after = (ElementTree.fromstring(text) for text in (written, schedule_xml.write(found)))
    for name in ("title", "date", "duration", "abstract", "room", "track", "type", "language", "persons/person"):
        assert sorted((e.text or "").strip() for e in after.iter("event") for e in e.findall(name)) == sorted(
            (e.text or "").strip() for e in before.iter("event") for e in e.findall(name)
        ), name


def test_cancelled_session_says_so_in_the_language_of_the_file():
    def titles(tag):
        data = json.loads(schedule_json.write(replace(FULL, language=tag)))
        days = data["schedule"]["conference"]["days"]
        return [event["title"] for day in days for room in day["rooms"].values() for event in room]

    assert "Annulé\u00a0: Only in English" in titles("fr")
    assert "Cancelled: Only in English" in titles("en")


def test_days_begin_at_midnight_and_hold_the_night():
    days = schedules.days(FULL)
    assert [(day.index, day.day.isoformat(), list(day.rooms)) for day in days] == [
        (1, "2026-12-18", ["Salle A & B", ""]),
        (2, "2026-12-19", ["Only English"]),
    ]


def test_text_that_xml_forbids_is_left_out():
    odd = replace(FULL, sessions=[replace(FULL.sessions[0], title=LocalizedText(fr="A\x0b\ufffeB"))])
    assert "<title>AB</title>" in schedule_xml.write(odd)
    assert '"title":"AB"' in schedule_json.write(odd)


def test_problems_have_a_sentence_in_french():
    for code in {**schedules.ERRORS, **schedules.REMARKS}:
        facts = {"text": "x", "zone": "y", "length": "9", "max": "8", "column": "z"}
        problem = schedules.Problem(code, "", facts)
        english = schedules.sentence(problem)
        with language.speaking("fr"):
            assert schedules.sentence(problem) != english
