"""Seconds per person, from the gaps between the scans of a phone."""

from datetime import UTC, datetime, timedelta

from eventapp.rules.pace import Pace, paces
from eventapp.rules.vocabulary import ScanMethod

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def scan(phone, second, method=ScanMethod.CAMERA):
    return phone, NOON + timedelta(seconds=second), method


def test_median_of_the_gaps_of_each_phone_by_the_method_that_ends_them():
    scans = [scan(1, 0), scan(1, 4), scan(1, 10), scan(2, 5), scan(2, 25, ScanMethod.NAME), scan(2, 30)]
    assert paces(scans) == [Pace(ScanMethod.CAMERA, 5, 3), Pace(ScanMethod.NAME, 20, 1)]


def test_order_of_arrival_does_not_matter():
    scans = [scan(1, 10), scan(1, 0), scan(1, 4)]
    assert paces(scans) == [Pace(ScanMethod.CAMERA, 5, 2)]


def test_pause_is_no_gap_and_paper_has_no_pace():
    assert paces([scan(1, 0), scan(1, 120), scan(1, 121, ScanMethod.PAPER)]) == []
