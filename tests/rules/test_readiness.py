"""What a phone says about itself, as the desk reads it."""

import pytest

from eventapp.rules import readiness
from eventapp.rules.readiness import Check

GOOD = {check.value: True for check in Check}


def test_phone_is_ready_when_all_was_tried_and_works():
    assert readiness.read(GOOD).is_ready
    assert readiness.read({**GOOD, "camera": None, "sound": False}).missing == (Check.CAMERA, Check.SOUND)


def test_phone_that_says_nothing_is_not_checked():
    found = readiness.read({})
    assert (found.is_checked, found.is_ready, found.waiting, found.behind(5)) == (False, False, None, None)


@pytest.mark.parametrize(("cursor", "behind"), [("40", 2), ("40:K7QM2", 2), ("99", 0), ("", None), ("²", None)])
def test_list_says_how_far_it_is_behind(cursor, behind):
    assert readiness.read({"list": cursor}).behind(42) == behind


@pytest.mark.parametrize("said", [True, -1, "many", None, 1.5, 10**12])
def test_what_is_no_number_was_not_said(said):
    assert readiness.read({"waiting": said}).waiting is None
