"""Who may come in when all seats are taken; the phone's copy passes the same table (tests/js/checkin)."""

import json
from pathlib import Path

import pytest

from eventapp.rules import walk_in
from eventapp.rules.vocabulary import FullHouse

CASES = json.loads((Path(__file__).parents[1] / "cases" / "full_house.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_full_house(case):
    places = case["places"]
    free = max(0, places["capacity"] - places["taken"]) if places else None
    assert walk_in.stops(FullHouse(case["rule"]), free, case["waiting"]) == case["stops"]
