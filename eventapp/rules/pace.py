"""How long a person takes at a door, measured by the gaps between the scans of one phone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from eventapp.rules.vocabulary import ScanMethod

PAUSE = timedelta(minutes=2)
"""A longer gap is a pause: nobody stood in front of the phone."""


@dataclass(frozen=True)
class Pace:
    """How long one person took by one method: the median in seconds, and of how many gaps."""

    method: ScanMethod
    seconds: float
    gaps: int


def paces(scans: Iterable[tuple[int, datetime, ScanMethod]]) -> list[Pace]:
    """The pace by method, most used first. A scan is a phone, its corrected time, and a method.

    A gap belongs to the method of the scan that ends it: by then this person has passed. Paper has no pace.
    """
    by_phone: defaultdict[int, list[tuple[datetime, ScanMethod]]] = defaultdict(list)
    for device_id, at, method in scans:
        if method is not ScanMethod.PAPER:
            by_phone[device_id].append((at, method))
    gaps: defaultdict[ScanMethod, list[float]] = defaultdict(list)
    for row in by_phone.values():
        row.sort()
        for (before, _method), (at, method) in pairwise(row):
            if at - before < PAUSE:
                gaps[method].append((at - before).total_seconds())
    found = [Pace(method, median(seconds), len(seconds)) for method, seconds in gaps.items()]
    return sorted(found, key=lambda pace: (-pace.gaps, pace.method))
