"""The door under real races: one ticket at eight phones, an entry against its undo, a list read while others write."""

import threading
import uuid
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import Refused
from eventapp.models.checkin import Admission, Conflict, Scan
from eventapp.models.registration import Attendee
from eventapp.queries.door_list import Cursor
from eventapp.rules.vocabulary import AttendeeStatus, ScanKind, Verdict
from eventapp.services.walk_in import WalkIn
from tests import door, people
from tests.races import at_once

SCAN = "/api/v1/checkin/scan"
PHONES = "ABCDEFGH"


@pytest.fixture
def forum(app):
    with app.app_context():
        staged = people.stage()
        door.entrance(staged.event_id)
        for name in PHONES:
            services.device.add(staged.event_id, name, door=name)
        people.register(staged.event_id, "Ada Traoré")
        return staged


def only_code():
    """The code of the one ticket there is, and the id of its attendee."""
    attendee = db.session.scalars(select(Attendee)).one()
    return people.ticket_codes(attendee.registration_id)[0], attendee.id


def phone(name):
    """A token of the phone of this name."""
    event_id = queries.event.get_by_slug("forum").id
    return services.device.open_sign_in(queries.device.find_by_name(event_id, name).id)


def scan_the_ticket(app: Flask, number: int) -> str:
    with app.app_context():
        (code, _attendee_id), token = only_code(), phone(PHONES[number])
    answer = app.test_client().post(SCAN, json=door.say(code), headers={"Authorization": f"Bearer {token}"})
    return answer.json.get("verdict", answer.text)


def check_one_entry(verdicts):
    assert Counter(verdicts) == {"admitted": 1, "already_admitted": 7}
    for table, expected in ((Scan, 8), (Admission, 1), (Conflict, 0)):
        assert db.session.scalar(select(func.count()).select_from(table)) == expected
    assert door.counts(queries.event.get_by_slug("forum").id) == (1, 1, 1)


def test_eight_phones_in_four_processes_scan_one_ticket_at_once(app, forum):
    verdicts = at_once(app, scan_the_ticket, processes=4, threads=2)
    with app.app_context():
        check_one_entry(verdicts)


def test_eight_phones_in_threads_scan_one_ticket_at_once(app, forum):
    verdicts = in_threads(app, [lambda number=number: scan_the_ticket(app, number) for number in range(8)])
    with app.app_context():
        check_one_entry(verdicts)


def in_threads(app, works):
    """Runs all works at one moment, each in a thread; returns their results or raises the first failure."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(index, work):
        barrier.wait(30)
        try:
            results[index] = work()
        except BaseException as error:  # a failure is a result: the caller raises it
            results[index] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


def send_the_same_batch(app: Flask, number: int) -> list[str]:
    with app.app_context():
        (code, _attendee_id), token = only_code(), phone("A")
    scans = [
        {"id": str(uuid.UUID(int=n + 1)), "input": code if n % 2 else "AAAAAAAA", "verdict": "admitted"}
        for n in range(20)
    ]
    answer = app.test_client().post(
        "/api/v1/checkin/sync", json={"scans": scans}, headers={"Authorization": f"Bearer {token}"}
    )
    return [(result["verdict"], result["conflict"]) for result in answer.json["results"]]


def test_one_batch_sent_by_all_at_once_is_kept_once_with_one_answer(app, forum):
    answers = at_once(app, send_the_same_batch, processes=4, threads=2)
    assert all(answer == answers[0] for answer in answers)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Scan)) == 20


def test_entry_and_undo_at_once_are_undone(app, forum):
    with app.app_context():
        code, _attendee_id = only_code()
        token = phone("A")
    for _round in range(10):
        scan = door.new(code, told=Verdict.ADMITTED)
        undo = door.new(kind=ScanKind.UNDO, target_id=scan.id)

        def send(what):
            with app.app_context():
                door.record(door.paired(token), what)

        in_threads(app, [lambda what=what: send(what) for what in (scan, undo)])
        with app.app_context():
            assert door.counts(forum.event_id) == (1, 0, 0)


def test_a_code_read_while_its_walk_in_arrives_is_always_that_persons(app, forum):
    with app.app_context():
        a, b = phone("A"), phone("B")
        codes = services.walk_in.reserve(door.paired(a).device_id)[:10]
    for number, code in enumerate(codes, start=1):
        walk_in = door.new(code, kind=ScanKind.WALK_IN, walk_in=WalkIn("Awa"), told=Verdict.ADMITTED)
        entry = door.new(code, told=Verdict.ADMITTED_UNLISTED)

        def send(token, what):
            with app.app_context():
                door.record(door.paired(token), what)

        in_threads(app, [lambda by=by, what=what: send(by, what) for by, what in ((a, walk_in), (b, entry))])
        with app.app_context():
            assert door.kept(entry.id).attendee_id == door.kept(walk_in.id).attendee_id is not None
            assert door.counts(forum.event_id)[1] == number


def test_entry_and_giving_the_place_back_at_once_do_not_both_happen(app, forum):
    with app.app_context():
        token = phone("A")
    for _round in range(10):
        with app.app_context():
            registration_id = people.register(forum.event_id, "Bintou")
            code = people.ticket_codes(registration_id)[0]
            attendee_id = queries.registration.get(registration_id).attendees[0].id

        def enter(code=code):
            with app.app_context():
                return door.ask(door.paired(token), code)

        def give_back(attendee_id=attendee_id):
            with app.app_context():
                try:
                    return services.attendee.cancel(attendee_id).status
                except Refused as refused:
                    return refused.code

        outcome = tuple(in_threads(app, [enter, give_back]))
        assert outcome in (
            (Verdict.ADMITTED, "already_admitted"),
            (Verdict.CANCELLED, AttendeeStatus.CANCELLED),
        )


def test_list_read_while_others_write_misses_nothing(app, forum):
    """Writers admit and register people; a reader pages through the changes; in the end it knows what is there."""
    with app.app_context():
        codes = people.ticket_codes(people.register(forum.event_id, *"ABCDE"))
        tokens = [phone(name) for name in "ABC"]
    done = threading.Event()

    def admit(token):
        with app.app_context():
            for code in codes * 4:
                scan = door.new(code, told=Verdict.ADMITTED)
                door.record(door.paired(token), scan)
                door.take_back(door.paired(token), scan)
        return "admitted"

    def register():
        with app.app_context():
            for number in range(12):
                people.register(forum.event_id, f"Guest {number}")
        return "registered"

    def read():
        people_seen, admissions_seen, cursor, rounds = {}, {}, None, 0
        with app.app_context():
            while True:
                was_done = done.is_set()
                changes = queries.door_list.list_changes(forum.event_id, cursor, size=3)
                db.session.rollback()
                for listed in changes.people:
                    people_seen[listed.serial] = listed
                for entered in changes.admissions:
                    admissions_seen[entered.attendee_id] = entered
                cursor = as_sent_back(changes.cursor)
                rounds += 1
                if was_done and not changes.more:
                    return people_seen, admissions_seen, rounds

    writers = [lambda token=token: admit(token) for token in tokens] + [register]

    def write():
        try:
            return in_threads(app, writers)
        finally:
            done.set()

    _written, (people_seen, admissions_seen, rounds) = in_threads(app, [write, read])
    assert rounds > 3
    with app.app_context():
        whole = queries.door_list.list_changes(forum.event_id, None, size=10_000)
        assert {listed.serial: listed for listed in whole.people} == people_seen
        assert {entered.attendee_id: entered for entered in whole.admissions} == admissions_seen
        assert len(people_seen) == 1 + 5 + 12


def as_sent_back(cursor):
    """A cursor after it was text on a phone."""
    version, _, serial = str(cursor).partition(":")
    return Cursor(int(version), serial or None)
