"""Paper for many people: asked for at the desk, made by the worker, thrown away when nobody needs it any longer.

A worker holds a run by a lease that it renews as it goes. One that dies is followed by the next, which begins anew; one
that is only late hears, when it next says how far it is, that the run is not its own any more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.language import N_
from eventapp.models.print_run import PrintRun
from eventapp.queries.print_run import IS_DUE
from eventapp.rules import print_run as rules
from eventapp.rules.vocabulary import PrintKind, PrintState
from eventapp.services import audit, stored_file

MIMETYPE = "application/pdf"
MAX_REASON = 500
WORKER_ENDED = N_("The worker ended each time before the file was ready.")


class Lost(Exception):
    """The run is not this worker's any longer, or not wanted any more: it stops making it."""


@dataclass(frozen=True)
class Claim:
    """A run that a worker holds. ``attempt`` counts from 1; ``asked_at`` is when the file was asked for."""

    run_id: int
    attempt: int
    event_id: int
    kind: PrintKind
    options: dict[str, Any]
    language: str
    asked_at: datetime


COUNTS: dict[PrintKind, Callable[[int, dict[str, Any]], int]] = {
    PrintKind.TICKETS: queries.print_run.count_tickets,
    PrintKind.LETTERS: queries.invitation.count_to_print,
    PrintKind.DOOR_LIST: queries.paper_list.count_numbers,
    PrintKind.ATTENDANCE_SHEET: queries.paper_list.count_numbers,
}
"""How many people of an event a run with such options prints; who makes the file stands in `jobs.print_runs`."""


@transactional
def ask(
    event_id: int, kind: PrintKind, options: dict[str, Any], *, language: str, form_id: str, by: int | None
) -> PrintRun:
    """Asks for a file; the same ``form_id`` again asks for nothing more. ``options`` are those of the kind.

    Raises Refused with ``print_nobody`` when there is nobody to print.
    """
    queries.event.lock(event_id)
    made = db.session.scalar(select(PrintRun).where(PrintRun.event_id == event_id, PrintRun.form_id == form_id))
    if made is not None:
        return made
    total = COUNTS[kind](event_id, options)
    if not total:
        raise Refused("print_nobody")
    now = clock.now()
    run = PrintRun(
        event_id=event_id,
        form_id=form_id,
        kind=kind,
        options=options,
        language=language,
        state=PrintState.QUEUED,
        total=total,
        due_at=now,
        created_at=now,
        created_by_id=by,
    )
    db.session.add(run)
    db.session.flush()
    audit.record("print_run.ask", f"print_run:{run.id}", event_id=event_id, account_id=by, kind=kind, total=total)
    return run


@transactional
def retry(event_id: int, run_id: int, *, by: int | None) -> None:
    """Has a file made once more that could not be made, or was thrown away. Does nothing to any other.

    Raises NotFound.
    """
    queries.event.lock(event_id)
    run = _hold(event_id, run_id)
    if run.state is PrintState.FAILED or (run.state is PrintState.DONE and run.sha256 is None):
        # Numbers of attempts are never used again: a worker that is very late must not take a new one for its own.
        run.attempts += -run.attempts % rules.MOST_ATTEMPTS
        run.state, run.due_at, run.done = PrintState.QUEUED, clock.now(), 0
        run.last_error = run.ended_at = None
        audit.record("print_run.retry", f"print_run:{run.id}", event_id=event_id, account_id=by)


@transactional
def discard(event_id: int, run_id: int, *, by: int | None) -> None:
    """Throws a file away at once, or stops what is being made. Twice changes nothing. Raises NotFound."""
    queries.event.lock(event_id)
    run = _hold(event_id, run_id)
    if run.state is PrintState.DONE and run.sha256 is None:
        return
    _let_go(run)
    audit.record("print_run.discard", f"print_run:{run.id}", event_id=event_id, account_id=by)


@transactional
def discard_of(event_id: int) -> None:
    """Throws away all files of an event, since somebody on them is erased; what is being made is begun anew.

    The caller holds the event.
    """
    runs = db.session.scalars(select(PrintRun).where(PrintRun.event_id == event_id).with_for_update())
    for run in runs:
        if run.sha256 is not None:
            _let_go(run)
        elif run.state is PrintState.RUNNING:
            run.state, run.due_at, run.done = PrintState.QUEUED, clock.now(), 0


def _hold(event_id: int, run_id: int) -> PrintRun:
    """A run that no worker changes until this is over. Raises NotFound."""
    queries.print_run.get_in(event_id, run_id)
    return db.session.scalars(
        select(PrintRun).where(PrintRun.id == run_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def _let_go(run: PrintRun) -> None:
    content = run.sha256
    run.state, run.sha256, run.ended_at = PrintState.DONE, None, clock.now()
    db.session.flush()
    stored_file.drop_unused(content)


@transactional
def throw_away_old() -> int:
    """Throws away the files that nobody needs any longer; returns how many."""
    runs = list(
        db.session.scalars(
            select(PrintRun)
            .where(PrintRun.state == PrintState.DONE, PrintRun.sha256.is_not(None), IS_DUE)
            .with_for_update(skip_locked=True),
            {"now": clock.now()},
        )
    )
    for run in runs:
        _let_go(run)
    return len(runs)


@transactional
def claim() -> Claim | None:
    """Takes the run that waits longest, or whose worker said nothing for the time of a lease; None: nothing is due.

    A run whose worker died as often as it may be begun is given up.
    """
    now = clock.now()
    while True:
        run = db.session.scalar(
            select(PrintRun)
            .where(PrintRun.state.in_((PrintState.QUEUED, PrintState.RUNNING)), IS_DUE)
            .order_by(PrintRun.due_at, PrintRun.id)
            .limit(1)
            .with_for_update(skip_locked=True),
            {"now": now},
        )
        if run is None:
            return None
        if run.state is PrintState.QUEUED or run.attempts % rules.MOST_ATTEMPTS:
            break
        run.state, run.ended_at = PrintState.FAILED, now
        run.last_error = run.last_error or WORKER_ENDED
        db.session.flush()
    run.state, run.attempts, run.done, run.due_at = PrintState.RUNNING, run.attempts + 1, 0, now + rules.LEASE
    return Claim(run.id, run.attempts, run.event_id, run.kind, dict(run.options), run.language, run.created_at)


@transactional
def note_progress(claim: Claim, done: int, total: int) -> None:
    """Notes how many people of how many are on paper, and holds the run for another lease. Raises Lost."""
    _note(claim, done=done, total=total, due_at=clock.now() + rules.LEASE)


@transactional
def finish(claim: Claim, content: bytes) -> None:
    """Keeps the finished file. Raises Lost."""
    sha256 = stored_file.keep(content, MIMETYPE)
    now = clock.now()
    _note(claim, state=PrintState.DONE, sha256=sha256, last_error=None, ended_at=now, due_at=now + rules.KEPT_FOR)


@transactional
def note_failed(claim: Claim, reason: str) -> None:
    """Notes why a file could not be made: the team sees the reason, and may try again. Raises Lost."""
    _note(claim, state=PrintState.FAILED, last_error=reason[:MAX_REASON], ended_at=clock.now())


@transactional
def release(claim: Claim) -> None:
    """Gives a run back that was begun, because the worker stops. Raises Lost."""
    _note(claim, state=PrintState.QUEUED, due_at=clock.now(), done=0)


def _note(claim: Claim, **values: Any) -> None:
    """Changes the row if it is still this worker's. Raises Lost."""
    changed = db.session.scalar(
        update(PrintRun)
        .where(PrintRun.id == claim.run_id, PrintRun.state == PrintState.RUNNING, PrintRun.attempts == claim.attempt)
        .values(**values)
        .returning(PrintRun.id),
        execution_options={"synchronize_session": False},
    )
    if changed is None:
        raise Lost(claim.run_id)
