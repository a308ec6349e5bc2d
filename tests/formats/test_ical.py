"""Calendars, read back by icalendar and looked at line by line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from icalendar import Calendar

from eventapp import language
from eventapp.formats import ical

ENTRY = ical.Entry(
    uid="3f0c@eventapp",
    sequence=4,
    updated_at=datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
    title="Ouverture; « Cœur, façade » \\ 🌍",
    starts_at=datetime(2026, 12, 18, 9, 0, tzinfo=UTC),
    ends_at=datetime(2026, 12, 18, 9, 20, tzinfo=UTC),
    place="Salle A, Palais de la culture; Bamako",
    description="Première ligne,\ndeuxième; ligne \\ 🌍",
    address="https://forum.example.org/e/forum/sessions/ouverture",
)


def read(content: bytes):
    """The one entry of a calendar."""
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_entry_is_read_back_as_it_was():
    event = read(ical.event_calendar(ENTRY))
    assert {
        "uid": str(event["UID"]),
        "sequence": event["SEQUENCE"],
        "updated_at": event.decoded("DTSTAMP"),
        "title": str(event["SUMMARY"]),
        "starts_at": event.decoded("DTSTART"),
        "ends_at": event.decoded("DTEND"),
        "place": str(event["LOCATION"]),
        "description": str(event["DESCRIPTION"]),
        "address": str(event["URL"]),
    } == {
        "uid": ENTRY.uid,
        "sequence": 4,
        "updated_at": ENTRY.updated_at,
        "title": ENTRY.title,
        "starts_at": ENTRY.starts_at,
        "ends_at": ENTRY.ends_at,
        "place": ENTRY.place,
        "description": f"{ENTRY.description}\n\n{ENTRY.address}",
        "address": ENTRY.address,
    }
    assert (event.decoded("LAST-MODIFIED"), str(event["STATUS"])) == (ENTRY.updated_at, "CONFIRMED")


def test_lines_end_with_crlf_and_hold_75_octets_at_most():
    content = ical.event_calendar(replace(ENTRY, title="Ɲɛnɛ 🌍, " * 60))
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert [line.decode() for line in lines]  # no character is cut in two
    assert str(read(content)["SUMMARY"]) == "Ɲɛnɛ 🌍, " * 60


def test_texts_are_escaped():
    lines = unfolded(ical.event_calendar(ENTRY))
    assert "SUMMARY:Ouverture\\; « Cœur\\, façade » \\\\ 🌍" in lines
    assert "LOCATION:Salle A\\, Palais de la culture\\; Bamako" in lines
    assert f"DESCRIPTION:Première ligne\\,\\ndeuxième\\; ligne \\\\ 🌍\\n\\n{ENTRY.address}" in lines


def test_times_are_in_utc_whatever_zone_they_come_in():
    bamako_plus_two = timezone(timedelta(hours=2))
    entry = replace(ENTRY, starts_at=ENTRY.starts_at.astimezone(bamako_plus_two))
    lines = unfolded(ical.event_calendar(entry))
    assert [line for line in lines if line.startswith("DT")] == [
        "DTSTAMP:20261124T120000Z",
        "DTSTART:20261218T090000Z",
        "DTEND:20261218T092000Z",
    ]


def test_control_characters_are_left_out():
    lines = unfolded(ical.event_calendar(replace(ENTRY, title="Bon\x00jour\x07\r\nà\ttous", place="\x1b")))
    assert "SUMMARY:Bonjour\\nàtous" in lines
    assert not [line for line in lines if line.startswith("LOCATION")]


def test_cancelled_entry_stays_and_says_so():
    with language.speaking("fr"):
        event = read(ical.event_calendar(replace(ENTRY, title="Ouverture", is_cancelled=True)))
    assert (str(event["STATUS"]), str(event["SUMMARY"]), event["SEQUENCE"]) == (
        "CANCELLED",
        "Annulé\u00a0: Ouverture",
        4,
    )


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("en", "The time is still to be confirmed."), ("fr", "L’heure reste à confirmer.")],
)
def test_made_up_time_says_so(code, sentence):
    with language.speaking(code):
        event = read(ical.event_calendar(replace(ENTRY, is_time_made_up=True, description="", address="")))
    assert (str(event["STATUS"]), str(event["DESCRIPTION"])) == ("TENTATIVE", sentence)


def test_entry_without_end_place_and_page_has_no_such_lines():
    entry = replace(ENTRY, ends_at=None, place="", description="", address="")
    assert {"DTEND", "LOCATION", "DESCRIPTION", "URL"} & set(read(ical.event_calendar(entry))) == set()


def test_schedule_has_a_name_and_asks_to_be_refreshed_each_hour():
    lines = unfolded(ical.schedule("Forum; programme, Sam", [ENTRY]))
    assert lines[:9] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//eventapp//eventapp//EN",
        "METHOD:PUBLISH",
        "NAME:Forum\\; programme\\, Sam",
        "X-WR-CALNAME:Forum\\; programme\\, Sam",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VEVENT",
    ]


def test_schedule_keeps_the_order_and_the_identity_of_its_entries():
    entries = [replace(ENTRY, uid=f"{n}@eventapp") for n in (3, 1, 2)]
    events = Calendar.from_ical(ical.schedule("Forum", entries)).walk("VEVENT")
    assert [str(event["UID"]) for event in events] == ["3@eventapp", "1@eventapp", "2@eventapp"]


def test_schedule_without_entries_is_a_calendar():
    assert Calendar.from_ical(ical.schedule("Forum", [])).walk("VEVENT") == []


def test_same_entries_give_the_same_bytes():
    assert ical.schedule("Forum", [ENTRY]) == ical.schedule("Forum", [ENTRY])
