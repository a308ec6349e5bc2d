"""The door's rules: the tables that every copy of them passes, and what must hold for any set of scans."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.rules import checkin as rules
from eventapp.rules import ticket
from eventapp.rules.vocabulary import (
    GREEN,
    AttendeeStatus,
    CheckpointKind,
    Direction,
    Policy,
    ScanKind,
    ScanMethod,
    Verdict,
)

CASES = json.loads((Path(__file__).parent.parent / "cases" / "admission.json").read_text("utf-8"))
KEY = bytes.fromhex(CASES["door_key"])
NINE = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)


def instant(text):
    return datetime.fromisoformat(text) if text else None


def place(facts):
    return rules.Place(
        policy=Policy(facts["policy"]),
        opens_at=instant(facts["opens_at"]),
        closes_at=instant(facts["closes_at"]),
        periods=tuple(map(instant, facts["periods"])),
        ticket_type_ids=frozenset(facts["ticket_types"]),
        session_id=facts.get("session"),
    )


def state(facts):
    at = instant(facts["entered_at"]), instant(facts["last_at"])
    return rules.State(*at, facts["door"], facts["inside"], facts.get("companions", 0))


def past(facts):
    facts = CASES["scan_defaults"] | facts
    return rules.Past(
        id=facts["id"],
        device_id=facts["phone"],
        kind=ScanKind(facts["kind"]),
        at=instant(facts["at"]),
        door=facts["door"],
        told=Verdict(facts["told"]) if facts["told"] else None,
        answer=Verdict(facts["answer"]) if facts["answer"] else None,
        target_id=facts["target"],
        is_set_aside=facts["set_aside"],
        companions=facts["companions"],
    )


@pytest.mark.parametrize("case", CASES["decide"], ids=lambda case: case["name"])
def test_decide_as_the_table_says(case):
    facts = CASES["decide_defaults"] | case
    reading = ticket.read(facts["text"])
    holder = facts["holder"]
    verdict = rules.decide(
        rules.Question(
            reading=reading,
            is_genuine=reading is not None and ticket.is_genuine(KEY, reading),
            method=ScanMethod(facts["method"]),
            direction=Direction(facts["direction"]),
            at=instant(facts["at"]),
            is_elsewhere=facts["elsewhere"],
            adds=facts["adds"],
        ),
        holder
        and rules.Holder(
            holder["serial"],
            AttendeeStatus(holder["status"]),
            holder["ticket_type"],
            session_ids=frozenset(holder.get("sessions", ())),
        ),
        state(facts["state"]),
        place(facts["place"]),
        has_contact=facts["contact"],
        unlisted_admission=facts["unlisted_admission"],
    )
    assert verdict == case["expect"]


@pytest.mark.parametrize("case", CASES["fold"], ids=lambda case: case["name"])
def test_fold_as_the_table_says(case):
    found = rules.fold(map(past, case["scans"]), Policy(case["policy"]), tuple(map(instant, case["periods"])))
    assert found.state == state(case["expect"])
    disputes = [{"scan": d.scan_id, "verdict": d.verdict, "against": d.against_id} for d in found.disputes]
    assert disputes == case["expect"]["disputes"]


def test_the_tables_hold_every_verdict_and_every_policy():
    assert {case["expect"] for case in CASES["decide"]} == set(Verdict)
    assert {case["policy"] for case in CASES["fold"]} == set(Policy)


def test_every_verdict_has_a_tone_and_green_ones_pass():
    assert set(rules.TONES) == set(Verdict)
    assert {verdict for verdict, tone in rules.TONES.items() if tone is rules.Tone.GREEN} == set(GREEN)


@pytest.mark.parametrize(
    ("checkpoint", "way", "kind"),
    [
        (CheckpointKind.VENUE, Direction.ENTRY, ScanKind.ENTRY),
        (CheckpointKind.SESSION, Direction.EXIT, ScanKind.EXIT),
        (CheckpointKind.DISTRIBUTION, Direction.ENTRY, ScanKind.GIVEN),
        (CheckpointKind.DISTRIBUTION, Direction.EXIT, ScanKind.GIVEN_BACK),
    ],
)
def test_a_plain_reading_means_what_the_checkpoint_is_for(checkpoint, way, kind):
    assert rules.kind_at(checkpoint, way) is kind
    assert rules.direction(kind) is way


@pytest.mark.parametrize(
    ("scanned_at", "offset_ms", "expected"),
    [
        (NINE, 0, (NINE, False)),
        (NINE, -90_000, (NINE - timedelta(seconds=90), False)),
        (NINE + timedelta(hours=5), -5 * 3600 * 1000, (NINE, False)),
        (NINE + timedelta(minutes=5), 0, (NINE + timedelta(minutes=5), False)),
        (NINE + timedelta(minutes=5, milliseconds=1), 0, (NINE, True)),
        (NINE.replace(year=2031), 0, (NINE, True)),
        (NINE.replace(year=9999), 10**14, (NINE, True)),
        (NINE.replace(year=1970), 0, (NINE.replace(year=1970), False)),
    ],
)
def test_a_clock_too_far_ahead_is_not_believed(scanned_at, offset_ms, expected):
    assert rules.placed(scanned_at, offset_ms, NINE) == expected


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://events.example.org/t/k7qm2dba4p9rt", "K7QM2DBA"),
        ("https://events.example.org/r/abcdefghijklmnopqrstuvwxyz", "https://events.example.org"),
        ("https://events.example.org?secret=1", "https://events.example.org"),
        ("events.example.org/sign-in/abc", "events.example.org"),
        ("BEGIN:VCARD\nFN:Ada", "BEGIN:VCARD FN:Ada"),
        ("a\x00b" + "c" * 300, "ab" + "c" * 198),
        ("", ""),
    ],
)
def test_what_is_kept_of_an_input_holds_no_secret(text, kept):
    assert rules.kept_input(text, ticket.read(text)) == kept


names = st.sampled_from("abcdefgh")
scans = st.builds(
    rules.Past,
    id=names,
    device_id=st.integers(1, 3),
    kind=st.sampled_from(ScanKind),
    at=st.integers(0, 40).map(lambda minutes: NINE + timedelta(minutes=minutes)),
    door=st.sampled_from(["A", "B"]),
    told=st.none() | st.sampled_from(Verdict),
    answer=st.none() | st.sampled_from(Verdict),
    target_id=st.none() | names,
    is_set_aside=st.booleans(),
    companions=st.integers(0, 9),
)
sets_of_scans = st.lists(scans, unique_by=lambda scan: scan.id)
policies = st.sampled_from(Policy)
periods = st.sampled_from([(), (NINE + timedelta(minutes=20),)])


@given(st.data(), sets_of_scans, policies, periods)
def test_fold_is_the_same_in_any_order_and_however_often_scans_arrive(data, found, policy, starts):
    again = data.draw(st.lists(st.sampled_from(found), max_size=8)) if found else []
    delivered = data.draw(st.permutations(found + again))
    assert rules.fold(delivered, policy, starts) == rules.fold(found, policy, starts)


@given(sets_of_scans, policies, periods)
def test_an_undone_scan_is_as_if_it_had_never_been(found, policy, starts):
    undone = {(s.target_id, s.device_id) for s in found if s.kind is ScanKind.UNDO and not s.is_set_aside}
    left = [scan for scan in found if scan.kind is ScanKind.UNDO or (scan.id, scan.device_id) not in undone]
    assert rules.fold(found, policy, starts) == rules.fold(left, policy, starts)


@given(sets_of_scans, policies, periods)
def test_whoever_was_let_in_by_hand_is_present(found, policy, starts):
    let_in = rules.Past("z", 9, ScanKind.LET_IN, NINE + timedelta(hours=1), "C", answer=Verdict.CANCELLED)
    folded = rules.fold([*found, let_in], policy, starts)
    assert folded.state.is_inside
    assert folded.disputes[-1] == rules.Dispute("z", Verdict.CANCELLED)


@given(sets_of_scans, policies)
def test_an_exit_alone_makes_nobody_present(found, policy):
    out = [scan for scan in found if rules.direction(scan.kind) is Direction.EXIT]
    assert rules.fold(out, policy) == rules.Fold(rules.State())


@given(sets_of_scans, st.lists(st.tuples(st.integers(-20, 60), st.integers(0, 99)), max_size=4), policies, periods)
def test_whoever_comes_later_with_somebody_changes_their_number_alone(found, later, policy, starts):
    leader = rules.Past("y", 9, ScanKind.ENTRY, NINE, "C", told=Verdict.ADMITTED, companions=3)
    before = rules.fold([*found, leader], policy, starts)
    added = [
        rules.Past(
            f"z{n}", 8, ScanKind.ENTRY, NINE + timedelta(minutes=at), "D", Verdict.ADMITTED, None, "y", companions=many
        )
        for n, (at, many) in enumerate(later)
    ]
    most = max([before.state.companions, *(many for _at, many in later)])
    after = rules.fold([*added, *found, leader], policy, starts)
    assert after == rules.Fold(replace(before.state, companions=most), before.disputes)
