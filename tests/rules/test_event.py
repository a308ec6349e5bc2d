"""What follows from an event's dates and settings, and what is still missing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.rules import event as rules
from eventapp.rules.event import Doors, Gap, Missing, Prepared, Stage
from eventapp.rules.order import moved
from eventapp.rules.vocabulary import EventState

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "starts", "ends", "expected"),
    [
        (EventState.DRAFT, -2, -1, Stage.DRAFT),
        (EventState.CANCELLED, 1, 2, Stage.CANCELLED),
        (EventState.PUBLISHED, None, None, Stage.UPCOMING),
        (EventState.PUBLISHED, 1, 2, Stage.UPCOMING),
        (EventState.PUBLISHED, 0, 1, Stage.RUNNING),
        (EventState.PUBLISHED, -1, None, Stage.RUNNING),
        (EventState.PUBLISHED, -1, 0, Stage.FINISHED),
    ],
)
def test_stage_follows_from_state_and_dates(state, starts, ends, expected):
    starts_at, ends_at = (None if hours is None else NOON + hours * HOUR for hours in (starts, ends))
    assert rules.stage(state, starts_at, ends_at, NOON) is expected


@pytest.mark.parametrize(
    ("stage", "is_open", "opens", "closes", "expected"),
    [
        (Stage.UPCOMING, True, None, None, Doors.OPEN),
        (Stage.RUNNING, True, None, None, Doors.OPEN),
        (Stage.UPCOMING, False, None, None, Doors.CLOSED),
        (Stage.FINISHED, True, None, None, Doors.CLOSED),
        (Stage.DRAFT, True, None, None, Doors.CLOSED),
        (Stage.UPCOMING, True, 1, None, Doors.NOT_YET),
        (Stage.UPCOMING, True, 0, None, Doors.OPEN),
        (Stage.UPCOMING, True, None, 0, Doors.CLOSED),
        (Stage.UPCOMING, True, -2, 1, Doors.OPEN),
    ],
)
def test_doors_follow_from_switch_stage_and_window(stage, is_open, opens, closes, expected):
    opens_at, closes_at = (None if hours is None else NOON + hours * HOUR for hours in (opens, closes))
    assert rules.doors(stage, is_open, opens_at, closes_at, NOON) is expected


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Forum de démonstration", "forum-de-demonstration"),
        ("  Fête — de l’école !  ", "fete-de-lecole"),
        ("ߞߊ߲ߞߊ߲", ""),
        ("a" * 100, "a" * 60),
    ],
)
def test_slug_is_made_of_small_latin_letters(title, slug):
    assert rules.slugify(title) == slug


def test_taken_address_gets_a_number():
    assert rules.free_slug("Sport", {"sport", "sport-2"}, otherwise="session") == "sport-3"
    assert rules.free_slug("ߞߊ߲", {"session"}, otherwise="session") == "session-2"


@given(st.text(max_size=100), st.sets(st.text(alphabet="ab-1", max_size=4)))
def test_made_address_is_always_good_and_free(title, taken):
    slug = rules.free_slug(title, taken, otherwise="event")
    assert rules.check_slug(slug) not in taken


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "utc", "Etc/GMT+5", "posixrules"])
def test_what_is_no_zone_is_refused(zone):
    with pytest.raises(Refused, match="timezone_invalid"):
        rules.check_zone(zone)


def test_zones_of_places_are_known():
    assert {"Africa/Bamako", "Europe/Paris", "America/Port-au-Prince", "UTC"} <= set(rules.zones())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (None, None),
        ("", None),
        ("example.org", "https://example.org"),
        ("http://example.org/fr?a=b", "http://example.org/fr?a=b"),
        ("https://example.org", "https://example.org"),
    ],
)
def test_website_is_read(typed, kept):
    assert rules.read_website(typed) == kept


@pytest.mark.parametrize("typed", ["javascript:alert(1)", "data:text/html,x", "ftp://example.org", "https:///x", "x"])
def test_website_that_is_none_is_refused(typed):
    with pytest.raises(Refused, match="website_invalid"):
        rules.read_website(typed)


def test_same_clock_in_another_zone():
    nine_in_bamako = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    assert rules.same_clock(nine_in_bamako, "Africa/Bamako", "Europe/Paris") == nine_in_bamako - 2 * HOUR


def test_same_clock_moves_on_where_the_new_clocks_skip_the_time():
    half_past_two = datetime(2027, 3, 28, 2, 30, tzinfo=UTC)
    moved_on = rules.same_clock(half_past_two, "Africa/Bamako", "Europe/Paris").astimezone(UTC)
    assert moved_on == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


READY = Prepared(
    languages=["fr", "en"],
    texts={"title": LocalizedText(fr="A", en="A")},
    starts_at=NOON,
    has_place=True,
    has_contact=True,
    hosts=1,
    capacity=100,
    sessions=1,
    sessions_without_time=0,
    sessions_outside=0,
    sessions_half_translated=0,
    clashes=0,
    unreleased=0,
    speakers=1,
    speakers_without_link=0,
)


def test_nothing_is_missing_in_an_event_that_is_ready():
    assert rules.missing(READY) == []


@pytest.mark.parametrize(
    ("lacks", "gap"),
    [
        ({"starts_at": None}, Missing(Gap.DATES)),
        ({"has_place": False}, Missing(Gap.PLACE)),
        ({"texts": {"title": LocalizedText(fr="A")}}, Missing(Gap.TEXT, name="title", languages=("en",))),
        ({"has_contact": False}, Missing(Gap.CONTACT)),
        ({"hosts": 0}, Missing(Gap.HOST)),
        ({"capacity": None}, Missing(Gap.CAPACITY)),
        ({"sessions": 0}, Missing(Gap.PROGRAMME)),
        ({"speakers": 0}, Missing(Gap.SPEAKER)),
        ({"sessions_without_time": 2}, Missing(Gap.SESSION_TIME, count=2)),
        ({"sessions_outside": 1}, Missing(Gap.SESSION_OUTSIDE, count=1)),
        ({"sessions_half_translated": 3}, Missing(Gap.SESSION_TEXT, count=3)),
        ({"clashes": 1}, Missing(Gap.CLASH, count=1)),
        ({"speakers_without_link": 1}, Missing(Gap.SPEAKER_LINK, count=1)),
    ],
)
def test_each_gap_is_found(lacks, gap):
    assert rules.missing(replace(READY, **lacks)) == [gap]


@pytest.mark.parametrize(
    ("one", "steps", "expected"),
    [(2, -1, [2, 1, 3]), (2, 1, [1, 3, 2]), (1, -1, [1, 2, 3]), (3, 1, [1, 2, 3]), (3, -9, [3, 1, 2])],
)
def test_moved_stays_in_the_list(one, steps, expected):
    assert moved([1, 2, 3], one, steps) == expected
