"""How many more people to confirm than there are seats, from how many came to this organizer's past events.

How many of ``m`` confirmed people come is taken as beta-binomial: within an event each comes with the same chance, and
the chance differs from event to event (weather, day of the week, subject). The spread between events is the intraclass
correlation, estimated by analysis of variance: M. S. Ridout, C. G. B. Demétrio, D. Firth, "Estimating intraclass
correlation for binary data", Biometrics 55 (1999), 137-148, equation for the ANOVA estimator. That the mean itself is
known from a few events only adds to the variance of the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

LEAST_CONFIRMED = 20
"""An event with fewer confirmed people says little about how many come."""

LEAST_EVENTS = 2
"""One event cannot show how far events differ."""

LEAST_SPREAD = 0.01
"""Few events may look alike by chance; the chance to come is taken to vary by at least a tenth of what it could."""

CAUTIOUS, USUAL, BOLD = 0.05, 0.10, 0.25
"""How likely it may be that more people come than there are seats: one event in twenty, in ten, in four."""


@dataclass(frozen=True)
class Past:
    """How many people were confirmed when a past event began, and how many of them came."""

    confirmed: int
    came: int


@dataclass(frozen=True)
class Suggestion:
    """How many more to confirm than there are seats; ``cautious`` and ``bold`` are the ends of the range."""

    cautious: int
    usual: int
    bold: int
    expected: int
    """How many of all who are then confirmed probably come, with ``usual`` more."""


def suggest(seats: int, past: Sequence[Past]) -> Suggestion | None:
    """A suggestion for a room of so many seats; None when there are too few events, or nobody came to any."""
    if seats < 1 or len(past) < LEAST_EVENTS or not any(one.came for one in past):
        return None
    mean, spread, mean_variance = _estimate(past)
    cautious, usual, bold = (
        _most(seats, mean, spread, mean_variance, risk) - seats for risk in (CAUTIOUS, USUAL, BOLD)
    )
    return Suggestion(cautious, usual, bold, expected=round((seats + usual) * mean))


def spread_between(past: Sequence[Past]) -> float:
    """The intraclass correlation of people coming to the same event, from 0 to 1 (ANOVA estimator)."""
    total = sum(one.confirmed for one in past)
    mean = sum(one.came for one in past) / total
    events = len(past)
    rates = [one.came / one.confirmed for one in past]
    between = sum(one.confirmed * (rate - mean) ** 2 for one, rate in zip(past, rates, strict=True)) / (events - 1)
    within = sum(one.confirmed * rate * (1 - rate) for one, rate in zip(past, rates, strict=True)) / (total - events)
    size = (total - sum(one.confirmed**2 for one in past) / total) / (events - 1)
    whole = between + (size - 1) * within
    return max(0.0, (between - within) / whole) if whole > 0 else 0.0


def _estimate(past: Sequence[Past]) -> tuple[float, float, float]:
    """The chance that a confirmed person comes, how far events differ in it, and how uncertain their mean is."""
    total = sum(one.confirmed for one in past)
    mean = sum(one.came for one in past) / total
    spread = max(LEAST_SPREAD, spread_between(past))
    one_person = mean * (1 - mean)
    weight = sum(one.confirmed**2 for one in past) / total**2
    return mean, spread, one_person * (spread * weight + (1 - spread) / total)


def _most(seats: int, mean: float, spread: float, mean_variance: float, risk: float) -> int:
    """The most people to confirm, up to twice the seats, so that more than ``seats`` come with this risk at most."""
    quantile = NormalDist().inv_cdf(1 - risk)

    def is_safe(confirmed: int) -> bool:
        variance = confirmed * mean * (1 - mean) * (1 + (confirmed - 1) * spread) + confirmed**2 * mean_variance
        return confirmed * mean + quantile * sqrt(variance) <= seats + 0.5

    low, high = seats, 2 * seats
    while low < high:
        middle = (low + high + 1) // 2
        if is_safe(middle):
            low = middle
        else:
            high = middle - 1
    return low
