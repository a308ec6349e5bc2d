"""A phone's file: kept as if the phone had sent it, once, and nobody else's."""

import json
from pathlib import Path

import pytest

from eventapp import services
from eventapp.errors import Refused
from eventapp.rules import hand_in as rules
from eventapp.rules.vocabulary import Verdict
from tests import door, people

CASES = json.loads((Path(__file__).parents[1] / "cases" / "hand_in.json").read_text(encoding="utf-8"))


@pytest.fixture
def forum(context, at_noon):
    return people.stage()


@pytest.mark.sqlite_only  # nothing here asks a database
@pytest.mark.parametrize("case", CASES)
def test_phone_and_server_write_the_same_proof(case):
    assert rules.proof(case["key"], case["phone"], case["scans"]) == case["proof"]


def test_only_the_phone_itself_in_its_own_event_proves_its_scans(forum):
    device_id = door.phone(forum.event_id).device_id
    other = people.stage("other", "max").event_id
    theirs = door.phone(other).device_id
    proof = rules.proof(services.hand_in.key(device_id), device_id, "[]")
    services.hand_in.check(forum.event_id, device_id, "[]", proof)
    for event_id, phone, scans in (
        (other, device_id, "[]"),
        (forum.event_id, theirs, "[]"),
        (forum.event_id, device_id, "[{}]"),
    ):
        with pytest.raises(Refused, match="scans_altered"):
            services.hand_in.check(event_id, phone, scans, proof)


def test_scans_count_once_whoever_brings_them(forum):
    phone = door.phone(forum.event_id)
    code = people.ticket_codes(people.register(forum.event_id, "Ada Traoré"))[0]
    scans = [door.new(code, told=Verdict.ADMITTED) for _number in range(3)]
    first = services.hand_in.take(forum.event_id, phone.device_id, scans)
    assert services.hand_in.take(forum.event_id, phone.device_id, scans) == first
    assert door.record(phone, *scans) == first
    assert len(door.admissions(forum.event_id)) == 1
    assert door.device(phone.device_id).last_contact_at is not None  # it sent; before that it had not been heard of


def test_handing_in_is_no_contact_of_the_phone(forum):
    phone = door.phone(forum.event_id)
    services.hand_in.take(forum.event_id, phone.device_id, [door.new("K7QM2XVD", told=Verdict.UNKNOWN)])
    assert door.device(phone.device_id).last_contact_at is None


def test_file_of_a_withdrawn_phone_is_set_aside(forum):
    phone = door.phone(forum.event_id)
    services.device.revoke(forum.event_id, phone.device_id)
    code = people.ticket_codes(people.register(forum.event_id, "Ada Traoré"))[0]
    scan = door.new(code, told=Verdict.ADMITTED)
    services.hand_in.take(forum.event_id, phone.device_id, [scan])
    assert door.kept(scan.id).set_aside_at is not None
    assert door.admissions(forum.event_id) == []


def test_question_that_nobody_was_answered_opens_nothing(forum):
    phone = door.phone(forum.event_id)
    code = people.ticket_codes(people.register(forum.event_id, "Ada Traoré"))[0]
    services.hand_in.take(forum.event_id, phone.device_id, [door.new(code)])
    assert door.admissions(forum.event_id) == []
