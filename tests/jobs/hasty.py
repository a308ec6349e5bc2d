"""Workers in a hurry, each a process of its own: they send all mail with short waits, and end when none is left.

    EVENTAPP_... python -m tests.jobs.hasty

For each line that it reads, this program starts a worker, says its process id, waits for its end and says how it ended.
It has read all modules by then, so that a worker is there at once.
"""

import os
import sys
import threading
from datetime import timedelta

from flask import Flask
from sqlalchemy import exists, select

from eventapp import config, create_app, mail
from eventapp.db import db
from eventapp.jobs import deliveries
from eventapp.models.delivery import Delivery
from eventapp.rules import delivery as rules
from eventapp.rules.vocabulary import DeliveryState

PATIENCE = 1.5
"""Seconds that a server may take to answer: enough for one that is well on a busy machine."""


def hurry() -> None:
    """Makes all waits short."""
    rules.WAITS = (timedelta(milliseconds=20),) * 20
    rules.LEASE = timedelta(seconds=0.5)
    rules.HANDING_OVER = timedelta(seconds=3 * PATIENCE)
    rules.SERVER_REST = timedelta(milliseconds=100)
    mail.TIMEOUT_SECONDS = mail.LAST_ANSWER_SECONDS = PATIENCE


def work(app: Flask) -> None:
    """What a worker does."""
    stop = threading.Event()
    while True:
        deliveries.work(app.app_context, stop)
        with app.app_context():
            if not db.session.scalar(select(exists().where(Delivery.state == DeliveryState.QUEUED))):
                return
        stop.wait(0.02)


def main() -> None:
    hurry()
    app = create_app(config.read())
    for _line in sys.stdin:
        pid = os.fork()  # no thread was started and no connection opened before
        if pid == 0:
            try:
                work(app)
                os._exit(0)
            finally:
                os._exit(1)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
