"""Scans: answered once and for ever, and added up whatever the order in which they come."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event as events
from sqlalchemy import func, select

from eventapp import queries, services
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.models.checkin import Admission, Conflict, Scan
from eventapp.models.registration import Attendee
from eventapp.models.version import EventVersion
from eventapp.rules import ticket
from eventapp.rules.vocabulary import AttendeeStatus, Policy, Role, ScanKind, ScanMethod, Verdict
from eventapp.services.scan_book import Answer
from tests import door, people
from tests.conftest import NOON
from tests.door import ask, conflicts, minutes, new, record, take_back

pytestmark = pytest.mark.usefixtures("context", "at_noon")


@pytest.fixture
def forum():
    staged = people.stage()
    door.entrance(staged.event_id)
    return staged


@pytest.fixture
def ada(forum):
    """Ada's whole code."""
    return people.ticket_codes(people.register(forum.event_id, "Ada Traoré"))[0]


@pytest.fixture
def phone(forum):
    return door.phone(forum.event_id)


def attendee_id(code):
    return queries.ticket.get(code).attendee.id


@transactional
def set_attendee(code, **values):
    attendee = db.session.get_one(Attendee, attendee_id(code))
    for name, value in values.items():
        setattr(attendee, name, value)


# What is answered


def test_first_scan_is_admitted_and_kept(forum, phone, ada):
    scan = new(ada, seq=7, offset_ms=-1500)
    assert record(phone, scan) == [Answer(Verdict.ADMITTED)]
    at = NOON - timedelta(seconds=1.5)
    assert door.admissions(forum.event_id) == [(attendee_id(ada), at, at, "A", True)]
    assert door.counts(forum.event_id) == (1, 1, 1)
    kept = door.kept(scan.id)
    assert (kept.input, kept.seq, kept.offset_ms, kept.corrected_at, kept.received_at) == (ada[:8], 7, -1500, at, NOON)
    assert (kept.verdict, kept.phone_verdict, kept.moves, kept.attendee_id) == (
        "admitted",
        None,
        True,
        attendee_id(ada),
    )


def test_second_scan_at_another_door_is_already_admitted(forum, phone, ada):
    ask(phone, ada)
    assert ask(door.phone(forum.event_id, "B"), ada) == Verdict.ALREADY_ADMITTED
    assert door.counts(forum.event_id) == (1, 1, 1)
    assert conflicts(forum.event_id) == []


@pytest.mark.parametrize("length", [8, 13])
def test_short_and_whole_code_are_the_same_ticket(phone, ada, length):
    assert ask(phone, ada[:length]) == Verdict.ADMITTED


def test_mistyped(phone, ada):
    assert ask(phone, ada[:7], method=ScanMethod.TYPED) == Verdict.MISTYPED


def test_unknown(phone):
    assert ask(phone, "https://example.org/somewhere") == Verdict.UNKNOWN


def test_genuine_code_that_nobody_has_is_unknown_here(forum, phone):
    key = queries.event.get(forum.event_id).door_key
    assert ask(phone, ticket.make_code(key, "ZZZZZ", "00000")) == Verdict.UNKNOWN


@pytest.mark.parametrize("length", [8, 13])
def test_code_of_another_event(phone, length):
    other = people.stage("other", "max")
    code = people.ticket_codes(people.register(other.event_id, "Max"))[0]
    assert ask(phone, code[:length]) == Verdict.WRONG_EVENT
    assert door.admissions(other.event_id) == []


def test_older_ticket_is_revoked(phone, ada):
    services.ticket.reissue(attendee_id(ada))
    assert ask(phone, ada) == Verdict.REVOKED


def test_newer_ticket_of_someone_inside_is_already_admitted(forum, phone, ada):
    ask(phone, ada)
    newer = services.ticket.reissue(attendee_id(ada)).code
    assert ask(phone, newer) == Verdict.ALREADY_ADMITTED


def test_cancelled(phone, ada):
    services.attendee.cancel(attendee_id(ada))
    assert ask(phone, ada) == Verdict.CANCELLED


def test_waiting_person_is_not_confirmed(phone, ada):
    set_attendee(ada, status=AttendeeStatus.WAITLISTED)
    assert ask(phone, ada) == Verdict.NOT_CONFIRMED


def test_wrong_checkpoint(forum, ada):
    door.entrance(forum.event_id, ticket_type_ids=[999])
    assert ask(door.phone(forum.event_id), ada) == Verdict.WRONG_CHECKPOINT


def test_too_early(forum, ada):
    door.entrance(forum.event_id, opens_at=NOON + minutes(1))
    assert ask(door.phone(forum.event_id), ada) == Verdict.TOO_EARLY


def test_too_late(forum, ada):
    door.entrance(forum.event_id, closes_at=NOON)
    assert ask(door.phone(forum.event_id), ada) == Verdict.TOO_LATE


def test_closed_checkpoint_is_too_late(forum, ada):
    door.entrance(forum.event_id, opens_at=None)
    phone = door.phone(forum.event_id)
    door.entrance(forum.event_id, closed_at=NOON - minutes(1))
    assert queries.checkpoint.find_venue(forum.event_id) is None
    assert ask(door.paired_again(phone), ada) == Verdict.TOO_LATE


def test_everyone_back_from_lunch_is_welcome(forum, ada):
    door.entrance(forum.event_id, policy=Policy.RETURNS)
    phone = door.phone(forum.event_id)
    assert ask(phone, ada, NOON - minutes(240)) == Verdict.ADMITTED
    assert ask(phone, ada, NOON - minutes(231)) == Verdict.ALREADY_ADMITTED
    assert ask(phone, ada, NOON - minutes(10)) == Verdict.BACK_AGAIN
    assert door.counts(forum.event_id) == (1, 1, 1)


def test_in_and_out(forum, ada):
    door.entrance(forum.event_id, policy=Policy.IN_OUT)
    phone = door.phone(forum.event_id)
    assert ask(phone, ada, NOON - minutes(3), kind=ScanKind.EXIT) == Verdict.NOT_INSIDE
    assert ask(phone, ada, NOON - minutes(2)) == Verdict.ADMITTED
    assert ask(phone, ada, NOON - minutes(1), kind=ScanKind.EXIT) == Verdict.LEFT
    assert door.counts(forum.event_id) == (1, 1, 0)
    assert ask(phone, ada) == Verdict.ADMITTED
    assert door.counts(forum.event_id) == (1, 1, 1)


def test_periods_count_anew(forum, ada):
    door.entrance(forum.event_id, periods=[(NOON - minutes(60)).isoformat()])
    phone = door.phone(forum.event_id)
    assert ask(phone, ada, NOON - minutes(120)) == Verdict.ADMITTED
    assert door.counts(forum.event_id) == (1, 0, 1)
    assert ask(phone, ada) == Verdict.ADMITTED
    assert door.counts(forum.event_id) == (1, 1, 1)


def test_lunch_is_another_place(forum, phone, ada):
    lunch = door.lunch(forum.event_id)
    ask(phone, ada)
    assert ask(phone, ada, kind=ScanKind.GIVEN, checkpoint_id=lunch) == Verdict.ADMITTED
    assert ask(phone, ada, kind=ScanKind.GIVEN, checkpoint_id=lunch) == Verdict.ALREADY_ADMITTED
    assert len(door.admissions(forum.event_id)) == 2


# Once and for ever


def test_sent_again_it_gives_the_same_first_answer_whatever_has_changed(forum, phone, ada):
    scan = new(ada)
    first = record(phone, scan)
    services.ticket.reissue(attendee_id(ada))
    take_back(phone, scan)
    before = door.admissions(forum.event_id)
    assert record(phone, scan) == record(phone, scan, scan)[:1] == first
    assert door.admissions(forum.event_id) == before


def test_same_scan_twice_in_one_request(phone, ada):
    scan = new(ada)
    assert record(phone, scan, scan) == [Answer(Verdict.ADMITTED), Answer(Verdict.ADMITTED)]
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 1


def test_same_id_with_other_contents_changes_nothing(phone, ada):
    scan = new(ada)
    record(phone, scan)
    assert record(phone, new("", id=scan.id, kind=ScanKind.UNDO, target_id=scan.id)) == [Answer(Verdict.ADMITTED)]
    assert door.kept(scan.id).kind == ScanKind.ENTRY


@pytest.mark.parametrize("slug", ["forum", "other"])
def test_id_that_another_phone_used_tells_nothing_and_changes_nothing(forum, phone, ada, slug):
    scan = new(ada)
    record(phone, scan)
    event_id = forum.event_id if slug == "forum" else people.stage("other", "max").event_id
    (answer,) = record(door.phone(event_id, "B"), new(ada, id=scan.id))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.field, answer.facts) == ("scan_id_taken", "id", {})
    assert door.kept(scan.id).device_id == phone.device_id


def test_checkpoint_of_another_event_is_refused(phone, ada):
    other = people.stage("other", "max")
    theirs = queries.checkpoint.find_venue(other.event_id).id
    (answer,) = record(phone, new(ada, checkpoint_id=theirs))
    assert (answer.code, answer.field) == ("checkpoint_missing", "checkpoint")
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 0


def test_undo_without_a_target_is_refused(phone):
    (answer,) = record(phone, new(kind=ScanKind.UNDO))
    assert (answer.code, answer.field) == ("scan_target_missing", "target")


def test_what_is_refused_stops_no_other(phone, ada):
    answers = record(phone, new(ada, checkpoint_id=999), new(ada), new(kind=ScanKind.UNDO))
    assert [isinstance(answer, Refused) for answer in answers] == [True, False, True]
    assert answers[1] == Answer(Verdict.ADMITTED)


# Decisions that a phone took


def test_two_phones_without_network_are_a_conflict(forum, phone, ada):
    first = new(ada, NOON - minutes(10), told=Verdict.ADMITTED)
    second = new(ada, NOON - minutes(5), told=Verdict.ADMITTED)
    assert record(phone, first) == [Answer(Verdict.ADMITTED)]
    assert record(door.phone(forum.event_id, "B"), second) == [Answer(Verdict.ALREADY_ADMITTED, conflict=True)]
    assert conflicts(forum.event_id) == [(second.id, "already_admitted", first.id)]
    assert door.admissions(forum.event_id) == [
        (attendee_id(ada), NOON - minutes(10), NOON - minutes(5), "B", True),
    ]


def test_the_other_order_gives_the_same_state(forum, phone, ada):
    first = new(ada, NOON - minutes(10), told=Verdict.ADMITTED)
    second = new(ada, NOON - minutes(5), told=Verdict.ADMITTED)
    assert record(door.phone(forum.event_id, "B"), second) == [Answer(Verdict.ADMITTED)]
    assert record(phone, first) == [Answer(Verdict.ADMITTED)]
    assert conflicts(forum.event_id) == [(second.id, "already_admitted", first.id)]
    assert door.admissions(forum.event_id) == [
        (attendee_id(ada), NOON - minutes(10), NOON - minutes(5), "B", True),
    ]


def test_what_the_phone_refused_is_no_entry(forum, phone, ada):
    assert ask(phone, ada, told=Verdict.TOO_EARLY) == Verdict.ADMITTED
    assert door.admissions(forum.event_id) == []
    assert ask(phone, ada) == Verdict.ADMITTED


def test_cancelled_meanwhile_is_present_and_a_conflict(forum, phone, ada):
    services.attendee.cancel(attendee_id(ada))
    scan = new(ada, NOON - minutes(5), told=Verdict.ADMITTED)
    assert record(phone, scan) == [Answer(Verdict.CANCELLED, conflict=True)]
    assert conflicts(forum.event_id) == [(scan.id, "cancelled", None)]
    assert door.counts(forum.event_id) == (0, 1, 1)


def test_let_in_by_hand_is_present_and_a_conflict(forum, phone, ada):
    ask(phone, ada, NOON - minutes(2))
    refused = new(ada, NOON - minutes(1))
    record(phone, refused)
    by_hand = new(ada, kind=ScanKind.LET_IN, target_id=refused.id, reason="Knows\x00 the host")
    assert record(phone, by_hand) == [Answer(Verdict.ALREADY_ADMITTED, conflict=True)]
    assert door.kept(by_hand.id).reason == "Knows the host"
    assert len(conflicts(forum.event_id)) == 1
    assert door.counts(forum.event_id) == (1, 1, 1)


def test_let_in_without_a_reason_to_refuse_is_no_conflict(forum, phone, ada):
    assert record(phone, new(ada, kind=ScanKind.LET_IN)) == [Answer(Verdict.ADMITTED)]
    assert conflicts(forum.event_id) == []


def test_unknown_person_let_in_counts_and_is_a_conflict(forum, phone):
    scan = new("", kind=ScanKind.LET_IN, reason="Minister's driver")
    assert record(phone, scan) == [Answer(Verdict.UNKNOWN, conflict=True)]
    assert conflicts(forum.event_id) == [(scan.id, "unknown", None)]
    assert door.counts(forum.event_id) == (0, 1, 1)
    take_back(phone, scan)
    assert conflicts(forum.event_id) == []
    assert door.counts(forum.event_id) == (0, 0, 0)


def test_unlisted_code_that_a_phone_admitted_is_kept_as_unknown(forum, phone):
    scan = new("ABCDEFGH", told=Verdict.ADMITTED_UNLISTED)
    assert record(phone, scan) == [Answer(Verdict.UNKNOWN, conflict=True)]
    assert door.counts(forum.event_id) == (0, 1, 1)


# Undo


def test_undo(forum, phone, ada):
    scan = new(ada)
    record(phone, scan)
    assert record(phone, new(kind=ScanKind.UNDO, target_id=scan.id)) == [Answer(None)]
    assert door.admissions(forum.event_id) == [(attendee_id(ada), None, None, "", False)]
    assert door.counts(forum.event_id) == (1, 0, 0)
    assert ask(phone, ada) == Verdict.ADMITTED


def test_undo_that_comes_before_its_target(forum, phone, ada):
    scan = new(ada, told=Verdict.ADMITTED)
    take_back(phone, scan)
    assert record(phone, scan) == [Answer(Verdict.ADMITTED)]
    assert door.admissions(forum.event_id) == []
    assert ask(phone, ada) == Verdict.ADMITTED


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_undo_and_target_in_one_request(forum, phone, ada, order):
    scan = new(ada, told=Verdict.ADMITTED)
    both = [scan, new(kind=ScanKind.UNDO, target_id=scan.id)]
    record(phone, *(both[i] for i in order))
    assert door.counts(forum.event_id) == (1, 0, 0)
    assert ask(phone, ada) == Verdict.ADMITTED


def test_undo_of_another_phones_scan_does_nothing(forum, phone, ada):
    first, second = new(ada, NOON - minutes(9), told=Verdict.ADMITTED), new(ada, told=Verdict.ADMITTED)
    record(phone, first)
    other = door.phone(forum.event_id, "B")
    record(other, second)
    before = door.admissions(forum.event_id), conflicts(forum.event_id)
    take_back(other, first)
    take_back(phone, second)
    assert (door.admissions(forum.event_id), conflicts(forum.event_id)) == before


def test_undo_cannot_be_undone(forum, phone, ada):
    scan = new(ada)
    record(phone, scan)
    undo = take_back(phone, scan)
    take_back(phone, undo)
    assert door.counts(forum.event_id) == (1, 0, 0)


def test_undo_settles_a_conflict(forum, phone, ada):
    first, second = new(ada, NOON - minutes(9), told=Verdict.ADMITTED), new(ada, told=Verdict.ADMITTED)
    record(phone, first)
    record(door.phone(forum.event_id, "B"), second)
    take_back(phone, first)
    assert conflicts(forum.event_id) == []
    assert door.admissions(forum.event_id) == [(attendee_id(ada), NOON, NOON, "B", True)]


def test_undo_from_another_checkpoint(forum, phone, ada):
    lunch = door.lunch(forum.event_id)
    scan = new(ada)
    record(phone, scan)
    record(phone, new(kind=ScanKind.UNDO, target_id=scan.id, checkpoint_id=lunch))
    assert door.counts(forum.event_id) == (1, 0, 0)


def test_conflict_that_a_person_settled_stays(forum, phone, ada):
    first, second = new(ada, NOON - minutes(9), told=Verdict.ADMITTED), new(ada, told=Verdict.ADMITTED)
    record(phone, first)
    record(door.phone(forum.event_id, "B"), second)
    db.session.get_one(Conflict, second.id).settled_at = NOON
    db.session.commit()
    take_back(phone, first)
    assert [scan_id for scan_id, _verdict, _against in conflicts(forum.event_id)] == [second.id]


# Clocks


def test_clock_far_ahead_is_flagged_and_ordered_by_receipt(forum, phone, ada):
    scan = new(ada, NOON.replace(year=2031), told=Verdict.ADMITTED)
    assert record(phone, scan) == [Answer(Verdict.ADMITTED)]
    kept = door.kept(scan.id)
    assert (kept.is_clock_wrong, kept.corrected_at, kept.scanned_at) == (True, NOON, NOON.replace(year=2031))
    assert door.admissions(forum.event_id)[0][1] == NOON


def test_offset_beyond_all_time_is_a_wrong_clock(phone, ada):
    scan = new(ada, offset_ms=10**17)
    assert record(phone, scan) == [Answer(Verdict.ADMITTED)]
    assert door.kept(scan.id).is_clock_wrong


# Phones that may only send


def test_withdrawn_phone_is_acknowledged_and_set_aside(forum, phone, ada):
    services.device.revoke(forum.event_id, phone.device_id)
    phone = door.paired_again(phone)
    scan, undo = new(ada, told=Verdict.ADMITTED), new(kind=ScanKind.UNDO, target_id=str(uuid.uuid4()))
    assert record(phone, scan, undo) == [Answer(None), Answer(None)]
    assert record(phone, scan) == [Answer(None)]
    assert door.admissions(forum.event_id) == conflicts(forum.event_id) == []
    kept = door.kept(scan.id)
    assert (kept.set_aside_at, kept.attendee_id, kept.verdict) == (NOON, attendee_id(ada), None)


def test_undo_of_a_withdrawn_phone_takes_nothing_back(forum, phone, ada):
    scan = new(ada)
    record(phone, scan)
    services.device.revoke(forum.event_id, phone.device_id)
    take_back(door.paired_again(phone), scan)
    assert door.counts(forum.event_id) == (1, 1, 1)


def test_signed_out_phone_still_hands_in_what_it_holds(forum, ada):
    token = door.token(forum.event_id)
    services.device.sign_out(token)
    phone = door.paired(token)
    assert phone.is_revoked
    assert ask(phone, ada, told=Verdict.ADMITTED) == Verdict.ADMITTED
    assert door.counts(forum.event_id) == (1, 1, 1)


def test_signed_out_phone_opens_nothing_any_more(forum, ada):
    token = door.token(forum.event_id)
    services.device.sign_out(token)
    phone = door.paired(token)
    assert ask(phone, ada) is None
    assert door.admissions(forum.event_id) == conflicts(forum.event_id) == []
    assert ask(door.phone(forum.event_id, "B"), ada) == Verdict.ADMITTED


def test_staff_member_who_lost_the_right_counts_no_more(forum, ada):
    account_id = people.grant("moussa", forum.event_id, Role.CHECKIN)
    token = services.device.open_for_account(account_id, forum.event_id)
    assert door.paired(token).counts
    people.grant("moussa", forum.event_id, Role.VIEWER)
    phone = door.paired(token)
    assert (phone.counts, phone.is_revoked) == (False, True)
    assert ask(phone, ada) is None
    assert door.admissions(forum.event_id) == []


# What else is kept


def test_contact_and_health(forum, phone):
    services.checkin.record_scans(phone, [], health={"battery": 80})
    row = door.device(phone.device_id)
    assert (row.last_contact_at, row.health) == (NOON, {"battery": 80})


def test_changed_admission_raises_the_counter_once_per_request(forum, phone, ada):
    other = people.ticket_codes(people.register(forum.event_id, "Bintou"))[0]

    def counter():
        return db.session.scalar(select(EventVersion.door).where(EventVersion.event_id == forum.event_id))

    before = counter()
    record(phone, new(ada), new(other), new(ada))
    assert counter() == before + 1
    assert set(db.session.scalars(select(Admission.version))) == {before + 1}
    ask(phone, ada)
    assert counter() == before + 1


def test_a_place_cannot_be_given_back_once_admitted(phone, ada):
    ask(phone, ada)
    with pytest.raises(Refused) as refused:
        services.attendee.cancel(attendee_id(ada))
    assert refused.value.code == "already_admitted"


@pytest.mark.parametrize("others", [0, 30])
def test_a_scan_costs_the_same_however_many_are_registered(forum, phone, ada, others):
    for number in range(others):
        people.register(forum.event_id, f"Guest {number}")
    ask(phone, ada)
    phone = door.paired_again(phone)
    statements = []

    def note(_connection, _cursor, sql, *_rest):
        statements.append(sql.split()[0])

    events.listen(db.engine, "before_cursor_execute", note)
    try:
        assert ask(phone, ada) == Verdict.ALREADY_ADMITTED
    finally:
        events.remove(db.engine, "before_cursor_execute", note)
    assert [word for word in statements if word != "BEGIN"] == ["SELECT", "SELECT", "INSERT"]


def test_a_request_of_many_scans_costs_no_statement_more(forum, phone):
    codes = people.ticket_codes(people.register(forum.event_id, "Ada", "Bintou", "Cheick"))
    statements = []

    def note(_connection, _cursor, sql, *_rest):
        statements.append(sql.split()[0])

    ask(phone, codes[0])
    phone = door.paired_again(phone)
    events.listen(db.engine, "before_cursor_execute", note)
    try:
        record(phone, *(new(code, told=Verdict.ADMITTED) for code in codes[1:]))
    finally:
        events.remove(db.engine, "before_cursor_execute", note)
    assert [word for word in statements if word != "BEGIN"] == ["SELECT", "SELECT", "INSERT", "UPDATE", "INSERT"]


# Any order, any cut, any repetition


@dataclass(frozen=True)
class Passage:
    """What happened at a door without network: which phone, who, what, at which minute, and whether it was undone."""

    phone: int
    person: int
    kind: ScanKind
    minute: int
    is_undone: bool


TOLD = {ScanKind.ENTRY: Verdict.ADMITTED, ScanKind.EXIT: Verdict.LEFT}
passages = st.lists(
    st.builds(
        Passage,
        phone=st.integers(0, 2),
        person=st.integers(0, 1),
        kind=st.sampled_from([ScanKind.ENTRY, ScanKind.LET_IN, ScanKind.EXIT]),
        minute=st.integers(0, 30),
        is_undone=st.booleans(),
    ),
    min_size=1,
    max_size=7,
)


class Hall:
    """An event of its own with two people and three phones, to which the same passages are delivered in some way."""

    def __init__(self, policy, passages):
        self.event_id = people.stage(f"hall-{uuid.uuid4().hex[:12]}").event_id
        door.entrance(self.event_id, policy=policy)
        registration = queries.registration.get(people.register(self.event_id, "Ada", "Bintou"))
        self.people = {attendee.id: number for number, attendee in enumerate(registration.attendees)}
        self.phones = [door.phone(self.event_id, name) for name in "ABC"]
        codes = [attendee.ticket.code for attendee in registration.attendees]
        self.scans, self.numbers = [], {}
        start = uuid.uuid4().int
        for number, passage in enumerate(passages):
            scan = new(
                codes[passage.person],
                NOON - minutes(60 - passage.minute),
                id=str(uuid.UUID(int=start // 100 * 100 + number)),  # ids in the same order in every hall
                kind=passage.kind,
                told=TOLD.get(passage.kind),
            )
            self.numbers[scan.id] = number
            self.scans.append((passage.phone, scan))
            if passage.is_undone:
                self.scans.append((passage.phone, new(kind=ScanKind.UNDO, target_id=scan.id)))

    def deliver(self, sent, size=1):
        for start in range(0, len(sent), size):
            for phone in range(3):
                record(self.phones[phone], *(scan for by, scan in sent[start : start + size] if by == phone))

    def result(self):
        admissions = {(self.people[who], *rest) for who, *rest in door.admissions(self.event_id) if rest[0] is not None}
        disputed = {
            (self.numbers[scan], verdict, self.numbers.get(against))
            for scan, verdict, against in conflicts(self.event_id)
        }
        return admissions, disputed, door.counts(self.event_id)


@given(st.data(), passages, st.sampled_from(Policy))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_all_phones_have_delivered_the_state_is_the_same(data, happened, policy):
    orderly, messy = Hall(policy, happened), Hall(policy, happened)
    orderly.deliver(orderly.scans)
    sent = data.draw(st.permutations(messy.scans))
    again = data.draw(st.lists(st.sampled_from(sent), max_size=4))
    messy.deliver(sent + again, size=data.draw(st.integers(1, 4)))
    assert messy.result() == orderly.result()
