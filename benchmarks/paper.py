"""Measures how the worker prints the tickets of a large event: on one core, with its memory.

``python -m benchmarks.paper`` prints the line; `benchmarks.run` puts it into docs/performance.md with the others.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.run import Line, as_table, environment, run

GUESTS = 1_000
MOST_SECONDS, MOST_MEMORY = 60, 300
ASK = """
import sys
from eventapp import create_app, queries, services
from eventapp.rules.vocabulary import PrintKind
with create_app().app_context():
    event = queries.event.get_by_slug("demo-forum")
    options = {"paper": sys.argv[1], "ticket_type_id": None, "without_email": False}
    services.print_run.ask(event.id, PrintKind.TICKETS, options, language="fr", form_id=sys.argv[1], by=None)
"""
COUNT = """
from sqlalchemy import select
from eventapp import create_app
from eventapp.db import db
from eventapp.models.print_run import PrintRun
from eventapp.models.stored_file import StoredFile
with create_app().app_context():
    query = select(PrintRun.state, PrintRun.done, StoredFile.size).outerjoin(StoredFile).order_by(PrintRun.id.desc())
    state, done, size = db.session.execute(query).first()
    print(state.value, done, size or 0)
"""


def main() -> None:
    """Measures in a temporary folder and prints the table."""
    with tempfile.TemporaryDirectory(prefix="eventapp-bench-") as folder:
        print(as_table("Paper", measure(Path(folder))))


def measure(folder: Path) -> list[Line]:
    """Prints the tickets of an event once on each paper, on SQLite, by a worker of its own on one core."""
    folder.mkdir(exist_ok=True)
    environ = environment("sqlite", folder, "")
    run(environ, "demo", "--attendees", str(GUESTS))
    subprocess.run([sys.executable, "-m", "eventapp", "worker", "--once"], env=environ, check=True, capture_output=True)
    return [_line(environ, paper) for paper in ("a4-3", "a4", "a6")]


def _line(environ: dict[str, str], paper: str) -> Line:
    subprocess.run([sys.executable, "-c", ASK, paper], env=environ, check=True)
    began = time.monotonic()
    worker = subprocess.Popen(
        [sys.executable, "-m", "eventapp", "worker", "--once"],
        env=environ,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
    )
    _pid, status, used = os.wait4(worker.pid, 0)
    seconds = time.monotonic() - began
    said = subprocess.run([sys.executable, "-c", COUNT], env=environ, check=True, capture_output=True, text=True)
    state, done, size = said.stdout.split()
    if status or state != "done":
        raise SystemExit(f"the tickets on {paper} were not printed: {state}")
    computed, memory = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    return Line(
        f"{int(done):,} tickets on paper ({paper})",
        f"{seconds:.0f} s ({computed:.0f} s computed), {memory:.0f} MiB, a file of {int(size) / 2**20:.1f} MiB",
        f"under {MOST_SECONDS} s on one core, under {MOST_MEMORY} MB",
        seconds < MOST_SECONDS and used.ru_maxrss * 1024 < MOST_MEMORY * 1e6,
    )


if __name__ == "__main__":
    main()
