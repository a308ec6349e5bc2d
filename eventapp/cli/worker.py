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
    app = edge.build_ready()
    if once:
        if not jobs.run_all(app.app_context):
            raise edge.fail("A job failed; the log above says why.")
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: stop.set())
    jobs.run_until(stop, app.app_context)
