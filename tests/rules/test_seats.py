"""Seats of an event, of ticket types and of pools; and which waiting parties fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.rules.seats import Seats, TypeSeats, Waiting, fitting
from eventapp.rules.vocabulary import TicketKind

PUBLIC, PRESS, SPEAKER = 1, 2, 3


def seats(capacity=None, *, public=None, press=None, speaker=None, taken=(0, 0, 0), pool=None):
    pool_id = None if pool is None else 9
    return Seats(
        capacity,
        [
            TypeSeats(PUBLIC, TicketKind.PUBLIC, public, pool_id, taken[0]),
            TypeSeats(PRESS, TicketKind.PRESS, press, pool_id, taken[1]),
            TypeSeats(SPEAKER, TicketKind.SPEAKER, speaker, None, taken[2]),
        ],
        {} if pool is None else {9: pool},
    )


@pytest.mark.parametrize(
    ("given", "free"),
    [
        (seats(), None),
        (seats(10), 10),
        (seats(10, taken=(3, 2, 0)), 5),
        (seats(10, taken=(3, 2, 4)), 5),
        (seats(10, public=4, taken=(3, 2, 0)), 1),
        (seats(None, public=4, taken=(3, 9, 0)), 1),
        (seats(10, public=8, pool=6, taken=(3, 2, 0)), 1),
        (seats(4, taken=(3, 2, 0)), 0),
        (seats(None, pool=0), 0),
    ],
)
def test_type_has_what_its_tightest_limit_leaves(given, free):
    assert given.free(PUBLIC) == free


def test_people_behind_the_stage_are_limited_by_their_own_type_alone():
    assert seats(2, taken=(2, 0, 5)).free(SPEAKER) is None
    assert seats(2, speaker=6, taken=(2, 0, 5)).free(SPEAKER) == 1


def test_more_than_there_are_is_noticed():
    assert not seats(3, taken=(3, 0, 0)).is_over(PUBLIC)
    assert seats(3, taken=(3, 1, 0)).is_over(PUBLIC)
    assert not seats(3, taken=(3, 1, 0)).is_over(SPEAKER)


@pytest.mark.parametrize(
    ("given", "free"), [(seats(), None), (seats(5, press=2), 5), (seats(5, public=0, press=2), 2), (seats(0), 0)]
)
def test_newcomers_find_the_best_of_several_types(given, free):
    assert given.free_among([PUBLIC, PRESS]) == free


def test_newcomers_without_a_type_find_nothing():
    assert seats().free_among([]) == 0


def test_party_of_two_types_fits_as_a_whole_or_not_at_all():
    there = seats(3, press=1)
    assert there.fits({PUBLIC: 2, PRESS: 1})
    assert not there.fits({PUBLIC: 3, PRESS: 1})
    assert not there.fits({PUBLIC: 1, PRESS: 2})
    assert there.free(PUBLIC) == 3


parties = st.lists(st.dictionaries(st.sampled_from([PUBLIC, PRESS]), st.integers(1, 5), min_size=1))


@given(parties, st.integers(0, 20), st.integers(0, 20), st.integers(0, 10))
def test_fitting_never_gives_more_than_is_free_and_passes_nobody_over_for_nothing(people, event, public, press):
    waiting = [Waiting(number, party) for number, party in enumerate(people)]
    chosen = fitting(waiting, seats(event, public=public, press=press))
    given = {PUBLIC: 0, PRESS: 0}
    for number, party in enumerate(people):
        more = {kind: given[kind] + party.get(kind, 0) for kind in given}
        fits = more[PUBLIC] <= public and more[PRESS] <= press and sum(more.values()) <= event
        assert (number in chosen) == fits
        if fits:
            given = more


def test_fitting_gives_everyone_a_seat_where_there_is_no_limit():
    assert fitting([Waiting(7, {PUBLIC: 3}), Waiting(8, {PUBLIC: 2})], seats()) == [7, 8]
