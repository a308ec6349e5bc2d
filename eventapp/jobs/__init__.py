"""What runs by the clock: each job does what is due and ends; the worker calls them one after another.

A job is a function that gets the way to open an application context, one for each unit of its work, and the event that
tells it to stop between two units. Several workers may run at once, so a job claims what it works on in the database.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import Any

from eventapp.jobs import deliveries, mailings, no_shows, print_runs, short_messages, waiting_list

logger = logging.getLogger(__name__)

Contexts = Callable[[], AbstractContextManager[Any]]
Job = Callable[[Contexts, threading.Event], int]

JOBS: dict[str, Job] = {
    "waiting list": waiting_list.work,
    "no-shows": no_shows.work,
    "mailings": mailings.work,
    "deliveries": deliveries.work,
    "short messages": short_messages.work,
    "print runs": print_runs.work,
}

TURNS: dict[str, Job] = {"deliveries": deliveries.take_turn, "short messages": short_messages.take_turn}
"""Jobs that may have hours to do, as they are called in the loop: they end after a while, so that the others, which
people wait for, come round."""

PAUSES: dict[str, float] = {"no-shows": 60.0}
"""Jobs that look at more than one row to find nothing, with the seconds they rest after each run; the others none."""

WAKE_SECONDS = 1.0
REST_SECONDS = 10.0
"""Pause after a job failed: the database may be gone for a moment."""


def run_all(
    context: Contexts,
    stop: threading.Event | None = None,
    *,
    resting: Collection[str] = (),
    has_turns: bool = False,
) -> bool:
    """Does what is due now. False if a job failed; the others were done, and the log has the reason.

    ``resting``: the jobs that are not called this time; ``has_turns``: those of `TURNS` end when theirs is over.
    """
    stop = stop or threading.Event()
    well = True
    for name, job in JOBS.items():
        if stop.is_set():
            break
        if name in resting:
            continue
        try:
            done = (TURNS.get(name, job) if has_turns else job)(context, stop)
        except Exception:
            logger.exception("The job %s failed", name)
            well = False
            continue
        if done:
            logger.info("%s: %d done", name, done)
    return well


def run_until(stop: threading.Event, context: Contexts) -> None:
    """Does what is due, again and again, until told to stop. A job that fails ends neither the others nor the loop."""
    awake_at = dict.fromkeys(PAUSES, 0.0)
    while not stop.is_set():
        begun = time.monotonic()
        resting = [name for name, at in awake_at.items() if at > begun]
        well = run_all(context, stop, resting=resting, has_turns=True)
        awake_at.update({name: begun + pause for name, pause in PAUSES.items() if name not in resting})
        stop.wait(WAKE_SECONDS if well else REST_SECONDS)
