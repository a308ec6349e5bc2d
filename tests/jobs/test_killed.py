"""The worker is killed again and again while it sends to a server that also fails, stalls and refuses.

A short version runs here; `make soak` sends 2,000 messages.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from subprocess import PIPE

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from eventapp.db import db
from eventapp.models.delivery import Delivery
from eventapp.rules.vocabulary import DeliveryKind, DeliveryState
from tests import people
from tests.jobs import hasty
from tests.post import free_port

MESSAGES = int(os.environ.get("EVENTAPP_SOAK_MESSAGES", "150"))
KILLS = max(3, MESSAGES // 80)
STALLS = max(1, MESSAGES // 200)
"""Of each kind: every one takes as long as the worker is patient."""

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Office:
    """A mail server that is often unwell, and ends the worker at moments that are set beforehand.

    What it will do to each recipient's first tries is drawn before it opens; after those it takes what comes.
    """

    def __init__(self, recipients, seed):
        draw = random.Random(seed)
        self.draw = draw
        self.refused = set(draw.sample(recipients, len(recipients) // 20))
        self.to_do = {recipient: [] for recipient in recipients}
        unlucky = draw.sample(sorted(set(recipients) - self.refused), len(recipients) // 3 + 2 * STALLS)
        for number, recipient in enumerate(unlucky):
            if number < STALLS:
                self.to_do[recipient] = ["stall"]
            elif number < 2 * STALLS:
                self.to_do[recipient] = ["stall after data"]
            else:
                self.to_do[recipient] = draw.choices(["450", "451 after data", "421", "hang up after data"], k=2)
        self.kept = []  # recipient and number of each message that it took
        self.unanswered = Counter()  # how often it got a message and said nothing
        self.moments = 0
        self.kill_at = sorted(draw.sample(range(5, 2 * len(recipients)), KILLS))
        self.kills = 0
        self.worker = None  # the process id of the one that is on

    def moment(self):
        """Something happened: the worker may die now, or a little later, wherever it is then."""
        self.moments += 1
        if self.kill_at and self.moments >= self.kill_at[0] and self.worker is not None:
            self.kill_at.pop(0)
            self.kills += 1
            delay = self.draw.choice([0.0, self.draw.uniform(0.0, 0.01)])
            if delay:
                asyncio.get_running_loop().call_later(delay, os.kill, self.worker, signal.SIGKILL)
            else:
                os.kill(self.worker, signal.SIGKILL)
            self.worker = None

    def next(self, recipient, *, after_data):
        """What it does to this recipient now."""
        planned = self.to_do[recipient]
        return planned.pop(0) if planned and planned[0].endswith("after data") is after_data else "take"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name
        self.moment()
        if address in self.refused:
            return "550 5.1.1 No such user"
        match self.next(address, after_data=False):
            case "450":
                return "450 4.2.1 Mailbox busy"
            case "421":
                server.transport.close()
                return "421 4.3.2 Shutting down"
            case "stall":
                await asyncio.sleep(3 * hasty.PATIENCE)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        [recipient] = envelope.rcpt_tos
        self.moment()
        match self.next(recipient, after_data=True):
            case "451 after data":
                return "451 4.3.0 Try again"
            case "hang up after data":
                self.unanswered[recipient] += 1
                server.transport.close()
                return "451 4.3.0 Nobody hears this"
            case "stall after data":
                self.unanswered[recipient] += 1
                await asyncio.sleep(3 * hasty.PATIENCE)
                return "451 4.3.0 Nobody hears this"
        number = len(self.kept)
        self.kept.append((recipient, number))
        self.moment()
        return f"250 2.0.0 queued as {number}"


def run(office, environment):
    """Starts the worker, and another one each time it was killed, until one has nothing left to do."""
    command = [sys.executable, "-m", "tests.jobs.hasty"]
    with subprocess.Popen(command, env=environment, stdin=PIPE, stdout=PIPE, text=True, bufsize=1) as starter:
        ended = -signal.SIGKILL
        while ended == -signal.SIGKILL:
            starter.stdin.write("another\n")
            office.worker = int(starter.stdout.readline())
            ended = int(starter.stdout.readline())
        starter.stdin.close()
    assert ended == 0


def confirmation(event_id, registration_id, address):
    """A message that waits."""
    return Delivery(
        event_id=event_id,
        registration_id=registration_id,
        kind=DeliveryKind.CONFIRMATION,
        address=address,
        language="fr",
        created_at=LONG_AGO,
        due_at=LONG_AGO,  # the worker's clock is the real one
        message_id=address,
    )


@pytest.mark.parametrize("seed", [20261124])
def test_killed_worker_loses_nothing_and_its_log_tells_the_truth(app, time, tmp_path, seed):
    recipients = [f"guest{number}@example.org" for number in range(MESSAGES)]
    with app.app_context():
        forum = people.stage(capacity=None)
        registration_id = people.register(forum.event_id, "Ada Traoré")
        db.session.add_all(confirmation(forum.event_id, registration_id, recipient) for recipient in recipients)
        db.session.commit()
    office = Office(recipients, seed)
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings = app.extensions["eventapp.settings"]
    environment = {
        **os.environ,
        "EVENTAPP_INSTANCE": str(tmp_path),
        "EVENTAPP_DATABASE_URL": settings.database_url,
        "EVENTAPP_SECRET_KEY": settings.secret_key,
        "EVENTAPP_MAIL_URL": f"smtp://127.0.0.1:{controller.port}",
    }
    try:
        run(office, environment)
    finally:
        controller.stop()
    with app.app_context():
        log = {one.address: one for one in db.session.scalars(select(Delivery))}
    times = Counter(recipient for recipient, _ in office.kept)
    names = {f"2.0.0 queued as {number}": recipient for recipient, number in office.kept}

    assert office.kills == KILLS
    assert set(times) == set(recipients) - office.refused
    assert {address for address, one in log.items() if one.state is DeliveryState.SENT} == set(times)
    assert {address for address, one in log.items() if one.state is DeliveryState.BOUNCED} == office.refused
    assert sum(times.values()) - len(times) <= office.kills
    assert {address for address in times if names[log[address].provider_id] != address} == set()
    for address, one in log.items():
        assert one.in_doubt >= max(times[address] - 1, office.unanswered[address]), address
    assert sum(one.in_doubt for one in log.values()) <= office.unanswered.total() + office.kills
    assert [address for address, one in log.items() if one.begun_at is not None] == []
