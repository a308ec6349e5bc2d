"""Writes down the messages of mailings whose time has come, step by step; `deliveries` then sends them."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from eventapp import clock, queries, services


def work(context: Callable[[], AbstractContextManager[Any]], stop: threading.Event) -> int:
    """Goes on with each mailing that is due until its end, or until it is told to stop; returns to how many people it
    was written."""
    with context():
        due = queries.mailing.list_due(clock.now())
    done = 0
    for mailing_id, event_id in due:
        written = 1
        while written and not stop.is_set():
            with context():
                written = services.mailing.step(event_id, mailing_id)
            done += written
    return done
