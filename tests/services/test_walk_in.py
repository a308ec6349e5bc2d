"""People who register at the door: with a code that a phone gave away, and whatever the order in which phones tell."""

import itertools
import os
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventapp import queries, services
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.models.checkin import Admission, Conflict
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration, TicketType
from eventapp.models.ticket import ReservedCode, Serial, Ticket
from eventapp.models.version import EventVersion
from eventapp.rules import ticket
from eventapp.rules.vocabulary import (
    AgeBand,
    AttendeeStatus,
    Channel,
    FullHouse,
    ScanKind,
    Sex,
    TicketKind,
    Verdict,
)
from eventapp.services.scan_book import Answer
from eventapp.services.walk_in import WalkIn
from tests import door, people
from tests.conftest import NOON
from tests.door import ask, conflicts, minutes, new, record, take_back

pytestmark = pytest.mark.usefixtures("context", "at_noon")

AWA = WalkIn("Awa Kéïta", Sex.FEMALE, AgeBand.FROM_25_TO_35, "Kayes")


@pytest.fixture
def forum():
    staged = people.stage()
    door.entrance(staged.event_id)
    return staged


@pytest.fixture
def phone(forum):
    return door.phone(forum.event_id)


@pytest.fixture
def code(phone):
    """A whole code that the phone may give away."""
    return services.walk_in.reserve(phone.device_id)[0]


def walk_in(code="", who=AWA, at=None, **facts):
    """A scan by which somebody registers; the phone has let them in."""
    return new(code, at, **{"kind": ScanKind.WALK_IN, "walk_in": who, "told": Verdict.ADMITTED} | facts)


def everybody(event_id):
    """Who registered at the door: name, status, code."""
    db.session.expire_all()
    rows = db.session.execute(
        select(Attendee.name, Attendee.status, Ticket.code)
        .join(Registration, Registration.id == Attendee.registration_id)
        .join(Ticket, Ticket.attendee_id == Attendee.id)
        .where(Attendee.event_id == event_id, Registration.channel == Channel.WALK_IN)
        .order_by(Attendee.name, Attendee.id)
    )
    return [tuple(row) for row in rows]


@transactional
def change_event(event_id, **facts):
    for name, value in facts.items():
        setattr(db.session.get_one(Event, event_id), name, value)


# Codes


def test_a_phone_gets_codes_that_are_nobodys_and_the_same_until_they_are_used(forum, phone):
    codes = services.walk_in.reserve(phone.device_id)
    assert len({code[:5] for code in codes}) == 200
    assert services.walk_in.reserve(phone.device_id) == codes
    key = queries.event.get(forum.event_id).door_key
    assert all(ticket.is_genuine(key, ticket.read(code)) for code in codes)
    assert db.session.scalar(select(func.count(Serial.value)).where(Serial.attendee_id.is_(None))) == 200
    record(phone, walk_in(codes[0]))
    topped_up = services.walk_in.reserve(phone.device_id)
    assert (len(topped_up), codes[0] in topped_up, set(codes[1:]) <= set(topped_up)) == (200, False, True)


def test_two_phones_get_different_codes(forum, phone):
    other = door.phone(forum.event_id, "B")
    assert not set(services.walk_in.reserve(phone.device_id)) & set(services.walk_in.reserve(other.device_id))


def test_withdrawn_phone_gets_no_codes(forum, phone):
    services.device.revoke(forum.event_id, phone.device_id)
    assert services.walk_in.reserve(phone.device_id) == []


# What a scan makes


def test_walk_in_is_a_person_with_that_ticket_who_came_in(forum, phone, code):
    scan = walk_in(code, WalkIn(" Awa  K\u200béïta\n", Sex.FEMALE, AgeBand.FROM_25_TO_35, " Kayes "))
    assert record(phone, scan) == [Answer(Verdict.ADMITTED)]
    assert everybody(forum.event_id) == [("Awa Kéïta", AttendeeStatus.CONFIRMED, code)]
    person = queries.ticket.get(code).attendee
    assert (person.sex, person.age_band, person.region, person.serial) == ("female", "25-35", "Kayes", code[:5])
    assert person.registration.form_id == scan.id
    assert queries.registration.get_by_secret(services.registration.secret(person.registration)).id
    assert door.kept(scan.id).attendee_id == person.id
    assert door.kept(scan.id).input == code[:8]
    assert door.admissions(forum.event_id) == [(person.id, NOON, NOON, "A", True)]
    assert door.counts(forum.event_id) == (1, 1, 1)
    assert conflicts(forum.event_id) == []
    assert ask(door.phone(forum.event_id, "B"), code[:8]) == Verdict.ALREADY_ADMITTED


def test_sent_again_it_is_one_person_and_the_same_answer(forum, phone, code):
    scan = walk_in(code)
    assert record(phone, scan, scan) == record(phone, scan) * 2 == [Answer(Verdict.ADMITTED)] * 2
    assert len(everybody(forum.event_id)) == 1


def test_phones_hear_of_a_new_person_by_the_counter(forum, phone, code):
    since = queries.door_list.list_changes(forum.event_id, None).cursor
    record(phone, walk_in(code))
    changes = queries.door_list.list_changes(forum.event_id, since)
    assert [(one.serial, one.name, one.town) for one in changes.people] == [(code[:5], "Awa Kéïta", "Kayes")]
    assert len(changes.admissions) == 1
    assert changes.cursor.version == db.session.scalar(
        select(EventVersion.door).where(EventVersion.event_id == forum.event_id)
    )


def test_id_of_another_phones_scan_makes_nobody(forum, phone, code):
    scan = walk_in(code)
    record(phone, scan)
    (answer,) = record(door.phone(forum.event_id, "B"), walk_in("", id=scan.id))
    assert answer.code == "scan_id_taken"
    assert len(everybody(forum.event_id)) == 1


@pytest.mark.parametrize(
    ("who", "code", "field"),
    [
        (None, "walk_in_missing", "walk_in"),
        (WalkIn(" \u200b"), "nobody_named", "walk_in.name"),
        (WalkIn("x" * 301), "name_too_long", "walk_in.name"),
        (WalkIn("Awa", town="x" * 201), "text_too_long", "walk_in.town"),
    ],
)
def test_what_is_missing_or_too_long_is_named_and_stops_no_other(forum, phone, who, code, field):
    refused, kept = record(phone, walk_in("", who), walk_in(""))
    assert (refused.code, refused.field) == (code, field)
    assert kept == Answer(Verdict.ADMITTED)
    assert len(everybody(forum.event_id)) == 1


def test_without_a_code_the_server_draws_one(forum, phone):
    assert record(phone, walk_in("")) == [Answer(Verdict.ADMITTED)]
    [(_name, _status, code)] = everybody(forum.event_id)
    assert ask(phone, code) == Verdict.ALREADY_ADMITTED


def test_outside_the_hours_they_are_in_and_it_is_seen(forum, code):
    door.entrance(forum.event_id, opens_at=NOON + minutes(1))
    scan = walk_in(code)
    assert record(door.phone(forum.event_id), scan) == [Answer(Verdict.TOO_EARLY, conflict=True)]
    assert conflicts(forum.event_id) == [(scan.id, "too_early", None)]
    assert door.counts(forum.event_id) == (1, 1, 1)


# One code for two people


@pytest.mark.parametrize("invented", [False, True])
def test_a_code_that_somebody_else_has_or_that_is_none_loses_nobody(forum, phone, code, invented):
    first, second = walk_in(code), walk_in("AAAAAAAAAAAAA" if invented else code, WalkIn("Bintou"))
    assert record(phone, first) == [Answer(Verdict.ADMITTED)]
    assert record(phone, second) == [Answer(Verdict.REVOKED, conflict=True)]
    assert record(phone, second) == [Answer(Verdict.REVOKED, conflict=True)]
    (_, _, hers), (_, _, other) = everybody(forum.event_id)
    assert (hers, other != code) == (code, True)
    assert conflicts(forum.event_id) == [(second.id, "revoked", None)]
    assert door.counts(forum.event_id) == (2, 2, 2)


# Undo


def test_undo_takes_the_entry_and_the_place(forum, phone, code):
    scan = walk_in(code)
    record(phone, scan)
    since = queries.door_list.list_changes(forum.event_id, None).cursor
    take_back(phone, scan)
    assert everybody(forum.event_id) == [("Awa Kéïta", AttendeeStatus.CANCELLED, code)]
    assert [one.status for one in queries.door_list.list_changes(forum.event_id, since).people] == ["cancelled"]
    assert door.counts(forum.event_id) == (0, 0, 0)
    assert ask(phone, code) == Verdict.CANCELLED


def test_who_got_lunch_stays_when_the_entry_is_taken_back(forum, phone, code):
    scan = walk_in(code)
    record(phone, scan, new(code, kind=ScanKind.GIVEN, checkpoint_id=door.lunch(forum.event_id)))
    take_back(phone, scan)
    assert everybody(forum.event_id)[0][1] == AttendeeStatus.CONFIRMED


def test_place_that_comes_free_goes_to_who_waits(forum, phone, code):
    services.event.set_places(forum.event_id, capacity=1, max_party=1)
    scan = walk_in(code)
    record(phone, scan)
    waiting = people.register(forum.event_id, "Ada", email="ada@example.org")
    take_back(phone, scan)
    assert queries.registration.get(waiting).attendees[0].status == AttendeeStatus.OFFERED


# Phones that may only send


def test_withdrawn_phone_registers_somebody_who_takes_no_seat_until_accepted(forum, phone, code):
    services.device.revoke(forum.event_id, phone.device_id)
    scan = walk_in(code)
    assert record(door.paired_again(phone), scan) == [Answer(None)]
    assert everybody(forum.event_id) == [("Awa Kéïta", AttendeeStatus.PENDING, code)]
    assert door.admissions(forum.event_id) == conflicts(forum.event_id) == []
    assert queries.walk_in.get_house(queries.event.get(forum.event_id)).places.taken == 0
    for _ in range(2):
        services.walk_in.accept(scan.id)
    assert everybody(forum.event_id) == [("Awa Kéïta", AttendeeStatus.CONFIRMED, code)]


def test_only_a_scan_that_registered_somebody_is_accepted(phone, code):
    scan = new(code)
    record(phone, scan)
    for scan_id in (scan.id, str(uuid.uuid4())):
        with pytest.raises(NotFound):
            services.walk_in.accept(scan_id)


# A full house


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [(FullHouse.REFUSE, "house_full"), (FullHouse.ASK, "house_full_ask"), (FullHouse.ADMIT, None)],
)
def test_who_asks_when_all_seats_are_taken_hears_the_organizers_rule(forum, phone, rule, refusal):
    change_event(forum.event_id, capacity=1, full_house=rule)
    assert record(phone, walk_in(told=None)) == [Answer(Verdict.ADMITTED)]
    (answer,) = record(phone, walk_in(told=None))
    assert (answer.code if isinstance(answer, Refused) else None) == refusal
    assert record(phone, walk_in(told=None, reason="The help desk said yes")) == [Answer(Verdict.ADMITTED)]
    assert record(phone, walk_in()) == [Answer(Verdict.ADMITTED)]
    assert len(everybody(forum.event_id)) == (3 if refusal else 4)


def test_the_category_is_the_marked_one_and_its_limit_counts(forum, phone):
    @transactional
    def add(**facts):
        db.session.add(TicketType(event_id=forum.event_id, position=9, name={"fr": "Sur place"}, **facts))

    assert queries.walk_in.get_house(queries.event.get(forum.event_id)).places.capacity == 50
    add(kind=TicketKind.INVITED, is_for_walk_ins=True, capacity=2)
    record(phone, walk_in())
    assert queries.ticket.get(everybody(forum.event_id)[0][2]).attendee.ticket_type.kind == TicketKind.INVITED
    assert queries.walk_in.get_house(queries.event.get(forum.event_id)).places.free == 1


def test_without_a_limit_there_are_no_places(forum):
    services.event.set_places(forum.event_id, capacity=None, max_party=1)
    assert queries.walk_in.get_house(queries.event.get(forum.event_id)).places is None


# What other phones scan


def test_code_that_no_phone_has_told_of_yet_opens_and_is_seen(forum, phone, code):
    scan = new(code)
    assert record(door.phone(forum.event_id, "B"), scan) == [Answer(Verdict.ADMITTED_UNLISTED, conflict=True)]
    assert door.counts(forum.event_id) == (0, 1, 1)
    first = walk_in(code, at=NOON - minutes(20))
    record(phone, first)
    assert conflicts(forum.event_id) == [(scan.id, "already_admitted", first.id)]
    assert door.counts(forum.event_id) == (1, 1, 1)


def test_code_that_no_phone_has_told_of_opens_nothing_where_only_the_list_counts(forum, code):
    change_event(forum.event_id, unlisted_admission=False)
    assert ask(door.phone(forum.event_id, "B"), code) == Verdict.UNKNOWN


def test_erased_walk_in_stays_one_person_without_a_name(forum, phone, code):
    scan = walk_in(code)
    record(phone, scan)
    services.erasure.erase(door.kept(scan.id).attendee_id)
    assert record(phone, scan) == [Answer(Verdict.ADMITTED)]
    [(name, _status, _code)] = everybody(forum.event_id)
    assert "Awa" not in name
    assert db.session.scalar(select(func.count(ReservedCode.code)).where(ReservedCode.used_at.is_not(None))) == 1


# Any order


SOAKED = bool(os.environ.get("EVENTAPP_SOAK_EXAMPLES"))
"""Whether all orders are tried, which takes half a minute; else every third."""

HAPPENED = {"registered": 30, "came back": 20, "lunch": 10, "taken back": 5, "lunch taken back": 4}
"""What happened to one person, minutes ago: each told by a phone that was without a network."""


@pytest.mark.parametrize(
    "story",
    [("registered", "came back", "lunch", "taken back"), ("registered", "lunch", "taken back", "lunch taken back")],
)
def test_the_order_of_arrival_changes_nothing(forum, phone, story):
    """One person for each order. Lunch begins later only, so that who got it is for somebody to look at."""
    lunch = door.lunch(forum.event_id, opens_at=NOON)
    other = door.phone(forum.event_id, "B")
    codes = iter(services.walk_in.reserve(phone.device_id))
    results = {}
    for order in itertools.islice(itertools.permutations(story), 0, None, 1 if SOAKED else 3):
        code, ids = next(codes), {what: str(uuid.uuid4()) for what in HAPPENED}
        scans = dict(_told(phone, other, code, lunch, ids))
        for what in [*order, order[0]]:
            by, scan = scans[what]
            record(by, scan)
        results[order] = _came_to(code, ids)
    assert len(set(map(repr, results.values()))) == 1, results


def _told(phone, other, code, lunch, ids):
    def told(what, text="", **facts):
        return new(text, NOON - timedelta(minutes=HAPPENED[what]), id=ids[what], **facts)

    unlisted = {"told": Verdict.ADMITTED_UNLISTED}
    given = {"kind": ScanKind.GIVEN, "checkpoint_id": lunch}
    yield "registered", (phone, told("registered", code, kind=ScanKind.WALK_IN, walk_in=AWA, told=Verdict.ADMITTED))
    yield "came back", (other, told("came back", code, **unlisted))
    yield "lunch", (other, told("lunch", code, **given, **unlisted))
    yield "taken back", (phone, told("taken back", kind=ScanKind.UNDO, target_id=ids["registered"]))
    yield "lunch taken back", (other, told("lunch taken back", kind=ScanKind.UNDO, target_id=ids["lunch"]))


def _came_to(code, ids):
    """Everything that the scans of one person add up to."""
    db.session.expire_all()
    person = queries.ticket.get(code).attendee
    entries = select(Admission.checkpoint_id, Admission.entered_at, Admission.last_at, Admission.is_inside)
    disputes = select(Conflict.scan_id, Conflict.verdict, Conflict.against_scan_id)
    named = {scan_id: what for what, scan_id in ids.items()}
    return (
        person.status,
        person.is_taken_back,
        [
            tuple(row)
            for row in db.session.execute(entries.where(Admission.attendee_id == person.id).order_by("checkpoint_id"))
            if row[1] is not None
        ],
        sorted(
            (named[row[0]], row[1], named.get(row[2]))
            for row in db.session.execute(disputes.where(Conflict.attendee_id == person.id))
        ),
        db.session.scalar(select(func.count(Conflict.scan_id)).where(Conflict.attendee_id.is_(None))),
    )
