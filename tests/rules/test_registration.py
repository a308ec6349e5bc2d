"""Who gets a seat and who waits."""

from datetime import UTC, datetime

import pytest

from eventapp.errors import Refused
from eventapp.rules import registration as rules
from eventapp.rules.event import Stage


@pytest.mark.parametrize(
    ("party", "free", "status"),
    [(1, None, "confirmed"), (2, 2, "confirmed"), (3, 2, "waitlisted"), (1, 0, "waitlisted")],
)
def test_decide_seats_a_whole_party_or_lets_all_of_it_wait(party, free, status):
    assert rules.decide(party, free, has_waiting_list=True) == status


@pytest.mark.parametrize(("party", "free", "code"), [(1, 0, "full"), (3, 2, "full_for_party")])
def test_decide_refuses_without_a_waiting_list(party, free, code):
    with pytest.raises(Refused) as refused:
        rules.decide(party, free, has_waiting_list=False)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "is_open"),
    [(None, None, True), (8, None, True), (9, 10, True), (10, None, False), (None, 9, False), (None, 10, True)],
)
def test_window_of_a_ticket_type(opens_at, closes_at, is_open):
    def clock(hour):
        return hour and datetime(2026, 12, 1, hour, tzinfo=UTC)

    assert rules.is_open(clock(opens_at), clock(closes_at), clock(9)) == is_open


@pytest.mark.parametrize("stage", ["finished", "cancelled"])
def test_nothing_is_changed_once_the_event_is_over(stage):
    with pytest.raises(Refused, match="event_over"):
        rules.check_not_over(Stage(stage))


@pytest.mark.parametrize(("party", "code"), [(0, "nobody_named"), (6, "party_too_large")])
def test_check_party_refuses(party, code):
    with pytest.raises(Refused) as refused:
        rules.check_party(party, 5)
    assert refused.value.code == code
