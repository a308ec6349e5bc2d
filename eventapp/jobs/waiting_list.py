"""Takes back places whose time to answer is over, and offers them to whoever is next."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from eventapp import clock, queries, services


def work(context: Callable[[], AbstractContextManager[Any]], stop: threading.Event) -> int:
    """Settles each event in which something is due; returns in how many."""
    with context():
        due = queries.waiting_list.events_with_something_due(clock.now())
    done = 0
    for event_id in due:
        if stop.is_set():
            break
        with context():
            services.waiting_list.settle(event_id)
        done += 1
    return done
