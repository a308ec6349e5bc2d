"""Who gets a seat and who waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.errors import Refused
from eventapp.rules import registration as rules
from eventapp.rules.registration import Places


@pytest.mark.parametrize(
    ("party", "capacity", "taken", "status"),
    [(1, None, 999, "confirmed"), (2, 10, 8, "confirmed"), (3, 10, 8, "waitlisted"), (1, 10, 12, "waitlisted")],
)
def test_decide_seats_a_whole_party_or_lets_all_of_it_wait(party, capacity, taken, status):
    assert rules.decide(party, Places(capacity, taken, has_waiting_list=True)) == status


@pytest.mark.parametrize(("party", "taken", "code"), [(1, 10, "full"), (3, 8, "full_for_party")])
def test_decide_refuses_without_a_waiting_list(party, taken, code):
    with pytest.raises(Refused) as refused:
        rules.decide(party, Places(10, taken, has_waiting_list=False))
    assert refused.value.code == code


@given(st.lists(st.integers(1, 9)), st.integers(0, 40))
def test_fitting_never_gives_more_than_is_free_and_passes_nobody_over_for_nothing(parties, free):
    waiting = list(enumerate(parties))
    chosen = rules.fitting(waiting, free)
    seats = sum(parties[index] for index in chosen)
    assert seats <= free
    left = free
    for index, people in waiting:
        if index in chosen:
            left -= people
        else:
            assert people > left


def test_fitting_gives_everyone_a_seat_where_there_is_no_limit():
    assert rules.fitting([(7, 3), (8, 2)], None) == [7, 8]


@pytest.mark.parametrize(("party", "code"), [(0, "nobody_named"), (6, "party_too_large")])
def test_check_party_refuses(party, code):
    with pytest.raises(Refused) as refused:
        rules.check_party(party, 5)
    assert refused.value.code == code
