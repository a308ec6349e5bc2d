"""Asks people whether they still come, takes back places without an answer, and opens unclaimed ones at the door."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from eventapp import clock, queries, services

Contexts = Callable[[], AbstractContextManager[Any]]


def work(context: Contexts, stop: threading.Event) -> int:
    """Does what is due in each event; returns how many registrations and places it changed."""
    with context():
        event_ids = [event.id for event in queries.no_show.list_events(clock.now())]
    steps = (services.no_show.ask, services.no_show.release, services.no_show.open_unclaimed)
    done = 0
    for event_id in event_ids:
        for step in steps:
            changed = 1
            while changed and not stop.is_set():
                with context():
                    changed = step(event_id)
                done += changed
    return done
