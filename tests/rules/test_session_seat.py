"""Labels, turns and overlaps of seats in sessions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from eventapp.rules import session_seat as rules
from eventapp.rules.vocabulary import Fill

NOW = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seats", "taken", "expected"),
    [
        (100, 0, Fill.FREE),
        (100, 79, Fill.FREE),
        (100, 80, Fill.FILLING),
        (100, 99, Fill.FILLING),
        (100, 100, Fill.FULL),
        (100, 120, Fill.FULL),
        (20, 14, Fill.FREE),
        (20, 15, Fill.FILLING),
        (3, 0, Fill.FILLING),
        (0, 0, Fill.FULL),
    ],
)
def test_label_says_how_full_a_session_is(seats: int, taken: int, expected: Fill) -> None:
    assert rules.label(seats, taken) is expected


def test_next_ones_are_the_first_who_wait() -> None:
    assert rules.next_ones([7, 3, 9], seats=5, taken=3) == [7, 3]
    assert rules.next_ones([7, 3, 9], seats=5, taken=8) == []


def test_who_joins_waits_behind_the_last_even_if_clocks_disagree() -> None:
    ahead = NOW + timedelta(seconds=2)

    assert rules.queued_at(NOW, None) == NOW
    assert rules.queued_at(NOW, NOW) > NOW
    assert rules.queued_at(NOW, ahead) > ahead


@dataclass(frozen=True)
class Session:
    """A session with an id."""

    id: int


def test_overlap_of_two_seats_concerns_only_who_has_both() -> None:
    one, two, plain = Session(1), Session(2), Session(3)

    assert rules.overlaps([(one, two)], {10: [1, 2]}) == [(one, two)]
    assert rules.overlaps([(one, two)], {10: [1], 11: [2]}) == []
    assert rules.overlaps([(one, plain)], {10: [1], 11: [2]}) == [(one, plain)]
