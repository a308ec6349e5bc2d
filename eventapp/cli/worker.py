"""``eventapp worker``: the jobs that run by the clock."""

import logging
import signal
import threading

import click

from eventapp import jobs
from eventapp.cli import edge


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due, then end.")
def command(once: bool) -> None:
    """Does what is due: sends mail. Several workers may run at once; they share the work."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("eventapp").setLevel(logging.INFO)
    if once:
        if not jobs.run_all(edge.build_ready().app_context):
            raise edge.fail("A job failed; the log above says why.")
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        # By a thread: a handler runs in the middle of the main thread, which may hold the event's own lock just then.
        signal.signal(number, lambda _signal, _frame: threading.Thread(target=stop.set).start())
    jobs.run_until(stop, edge.build_ready().app_context)
