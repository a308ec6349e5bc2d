"""Doors keep their meaning: an empty list opens for everybody."""

import pytest

from eventapp.errors import Refused
from eventapp.rules import ticket_type as rules
from eventapp.rules.vocabulary import TypeAccess


@pytest.mark.parametrize(
    ("opens_for", "is_open", "after"),
    [
        ([], True, []),
        ([], False, [1, 3]),
        ([1], True, [1, 2]),
        ([1, 3], True, [1, 2, 3]),
        ([1, 2], False, [1]),
        ([1], False, [1]),
        ([1, 2, 3], True, [1, 2, 3]),
    ],
)
def test_doors_with_a_category_let_through_or_kept_out(opens_for, is_open, after):
    assert rules.doors_with(opens_for, 2, is_open, [1, 2, 3]) == after


def test_door_for_nobody_is_refused():
    with pytest.raises(Refused, match="door_for_nobody"):
        rules.doors_with([2], 2, False, [1, 2])


def test_event_is_by_invitation_when_nothing_is_open():
    assert rules.is_by_invitation([TypeAccess.CODE, TypeAccess.STAFF])
    assert not rules.is_by_invitation([TypeAccess.CODE, TypeAccess.OPEN])
