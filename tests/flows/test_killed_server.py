"""The server is killed while phones sync: what it acknowledged stays, and nothing is counted twice.

A short version runs here; `make soak` kills it many times.
"""

import os
import random
import threading

import pytest

from tests.conftest import Clock
from tests.flows import phones

KILLS = int(os.environ.get("EVENTAPP_SOAK_KILLS", "2"))
STEPS = 4
"""Between two kills."""


@pytest.fixture
def playing():
    program = phones.Phones()
    yield program
    program.end()


@pytest.mark.parametrize("seed", [20261219])
def test_killed_server_loses_nothing_that_it_acknowledged(app, time: Clock, tmp_path, playing, seed):
    time.now = phones.BEGINS
    dice = random.Random(seed)
    with app.app_context():
        day = phones.Day(100)
    with phones.serving(app, tmp_path, processes=1) as server:
        killed = []

        def kill(what, now):
            # In the middle of whatever it does for eight phones at that moment.
            threading.Event().wait(dice.uniform(0, 0.06))
            server.end()
            server.start()
            killed.append(now)

        kills = [{"kind": "kill", "meanwhile": True, "step": STEPS * (n + 1) - 1} for n in range(KILLS)]
        job = day.job(seed, server.url, steps=STEPS * (KILLS + 1)) | {"changes": kills, "isKilled": True}
        played = playing.play(job, kill)
        assert len(killed) == KILLS
    time.now = phones.ENDS
    with app.app_context():
        phones.check(day, played)
