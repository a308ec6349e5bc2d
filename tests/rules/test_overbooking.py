"""How many more to confirm than there are seats."""

import random
from math import exp, lgamma

import pytest

from eventapp.rules import overbooking
from eventapp.rules.overbooking import Past


def beta_binomial_tail(seats, confirmed, alpha, beta):
    """The chance that more than ``seats`` of ``confirmed`` people come (exact)."""

    def log_beta(a, b):
        return lgamma(a) + lgamma(b) - lgamma(a + b)

    def log_choose(k):
        return lgamma(confirmed + 1) - lgamma(k + 1) - lgamma(confirmed - k + 1)

    return sum(
        exp(log_choose(k) + log_beta(k + alpha, confirmed - k + beta) - log_beta(alpha, beta))
        for k in range(seats + 1, confirmed + 1)
    )


@pytest.mark.parametrize("past", [[], [Past(100, 60)], [Past(100, 0), Past(50, 0)]])
def test_too_little_to_learn_from_gives_no_suggestion(past):
    assert overbooking.suggest(50, past) is None


def test_no_seats_give_no_suggestion():
    assert overbooking.suggest(0, [Past(100, 60), Past(100, 62)]) is None


def test_everybody_came_suggests_nothing_more():
    suggestion = overbooking.suggest(50, [Past(100, 100), Past(80, 80)])
    assert (suggestion.cautious, suggestion.usual, suggestion.bold, suggestion.expected) == (0, 0, 0, 50)


def test_spread_of_known_cases():
    """Two events, all of one came and none of the other: they could not differ more. The same share: not at all."""
    assert overbooking.spread_between([Past(50, 50), Past(50, 0)]) == pytest.approx(1)
    assert overbooking.spread_between([Past(100, 60), Past(100, 60)]) == 0
    # By hand: shares .5 and .7 of 100 each: between 2, within 46/198, size 100.
    between, within = 2.0, 46 / 198
    expected = (between - within) / (between + 99 * within)
    assert overbooking.spread_between([Past(100, 50), Past(100, 70)]) == pytest.approx(expected)


def test_range_is_ordered_and_never_more_than_double():
    for past in ([Past(100, 60), Past(200, 130)], [Past(20, 1), Past(30, 2)], [Past(100, 20), Past(100, 90)]):
        suggestion = overbooking.suggest(120, past)
        assert 0 <= suggestion.cautious <= suggestion.usual <= suggestion.bold <= 120


def test_events_that_differ_make_it_more_careful():
    alike = overbooking.suggest(200, [Past(200, 120), Past(200, 122), Past(200, 118)])
    apart = overbooking.suggest(200, [Past(200, 90), Past(200, 150), Past(200, 120)])
    assert apart.usual < alike.usual


def test_risk_is_about_what_is_said_under_the_exact_distribution():
    past = [Past(150, 95), Past(220, 132), Past(180, 121), Past(90, 50)]
    mean, spread, mean_variance = overbooking._estimate(past)
    variance = mean * (1 - mean) * spread + mean_variance
    total = mean * (1 - mean) / variance - 1
    suggestion = overbooking.suggest(150, past)
    for extra, risk in ((suggestion.cautious, 0.05), (suggestion.usual, 0.10), (suggestion.bold, 0.25)):
        exact = beta_binomial_tail(150, 150 + extra, mean * total, (1 - mean) * total)
        assert exact == pytest.approx(risk, abs=0.02)


def test_suggestion_holds_in_events_drawn_at_random():
    drawn = random.Random(223)

    def event(people):
        chance = drawn.betavariate(12, 8)  # six of ten come on average, from event to event between four and eight
        return sum(drawn.random() < chance for _ in range(people))

    overfull = 0
    for _ in range(300):
        suggestion = overbooking.suggest(100, [Past(130, event(130)) for _ in range(6)])
        overfull += event(100 + suggestion.usual) > 100
    assert 0.02 < overfull / 300 < 0.2
