"""Makes paper for many people: takes a run, draws it in steps, says how far it is, keeps the file; drops old ones.

Nothing is drawn inside a transaction. A file is made by one worker at a time; `services.print_run` sees to that.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from eventapp import clock, queries, services
from eventapp.errors import Refused
from eventapp.jobs import letter_sheets, paper_sheets, ticket_sheets
from eventapp.language import N_
from eventapp.rules import refusals
from eventapp.rules.vocabulary import PrintKind
from eventapp.services.print_run import Claim, Lost

logger = logging.getLogger(__name__)

OUR_FAULT = N_("An error in the program; its log has the details.")

Contexts = Callable[[], AbstractContextManager[Any]]
Tell = Callable[[int, int], None]
"""Says how many people of how many are on paper, at least once in each lease. Raises `Lost` or `Stopped`."""

MAKERS: dict[PrintKind, Callable[[Contexts, Claim, Tell], bytes]] = {
    PrintKind.TICKETS: ticket_sheets.make,
    PrintKind.LETTERS: letter_sheets.make,
    PrintKind.DOOR_LIST: paper_sheets.make_door_list,
    PrintKind.ATTENDANCE_SHEET: paper_sheets.make_sheets,
}
"""Who makes the file of a run, by its kind. A maker may raise `Refused` with a sentence that needs no facts."""


class Stopped(Exception):
    """The worker is told to stop."""


def work(context: Contexts, stop: threading.Event) -> int:
    """Makes what is asked for, one file after another, and throws away what is old; returns how many it handled."""
    handled = 0
    while not stop.is_set():
        with context():
            if not queries.print_run.is_any_due(clock.now()):
                break
            handled += services.print_run.throw_away_old()
            claim = services.print_run.claim()
        if claim is None:
            break
        try:
            _make(context, stop, claim)
        except Lost:
            logger.info("Print run %d is made by another worker, or not wanted any longer", claim.run_id)
        handled += 1
    return handled


def _make(context: Contexts, stop: threading.Event, claim: Claim) -> None:
    def tell(done: int, total: int) -> None:
        if stop.is_set():
            raise Stopped
        with context():
            services.print_run.note_progress(claim, done, total)

    try:
        content = MAKERS[claim.kind](context, claim, tell)
    except Stopped:
        with context():
            services.print_run.release(claim)
    except Lost:
        raise
    except Refused as refused:
        with context():
            services.print_run.note_failed(claim, refusals.SENTENCES[refused.code])
    except Exception:
        # One file that cannot be made must not keep the others, or the other jobs, from being done.
        logger.exception("Print run %d could not be made", claim.run_id)
        with context():
            services.print_run.note_failed(claim, OUR_FAULT)
    else:
        with context():
            services.print_run.finish(claim, content)
