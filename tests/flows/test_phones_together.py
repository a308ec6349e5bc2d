"""Eight phones, three checkpoints, and all that goes wrong in a day, played with the scanner's own modules in Node.

Cuts, lost answers, repeats, requests that arrive long after they were given up, wrong clocks, power that fails between
any two steps, a withdrawn phone. Whatever happens, the end is what the rules make of the scans. A failure names its
seed: ``EVENTAPP_SOAK_DAY=17`` plays that day alone. ``make soak`` plays a thousand, with 2,000 attendees.
"""

import os
import random

import pytest

from tests.conftest import Clock
from tests.flows import phones

DAYS = int(os.environ.get("EVENTAPP_SOAK_DAYS", "10"))
DAY = os.environ.get("EVENTAPP_SOAK_DAY")
ATTENDEES, STEPS = (2_000, 20) if DAYS > 10 else (200, 8)


@pytest.fixture
def playing():
    program = phones.Phones()
    yield program
    program.end()


def test_a_day_of_eight_phones_ends_in_the_same_state_whatever_the_order(app, time: Clock, tmp_path, playing):
    time.now = phones.BEGINS
    with app.app_context():
        day = phones.Day(ATTENDEES)
    with phones.serving(app, tmp_path) as server:
        for seed in [int(DAY)] if DAY else range(1, DAYS + 1):
            with app.app_context():
                try:
                    _play(day, seed, server, playing, time)
                except AssertionError as error:
                    error.add_note(f"EVENTAPP_SOAK_DAY={seed} plays this day again, with EVENTAPP_SOAK_DAYS={DAYS}")
                    raise


def _play(day, seed, server, playing, time):
    day.begin_anew()

    def change(what, now):
        time.now = now
        day.change(what)

    played = playing.play(day.job(seed, server.url, steps=STEPS), change)
    time.now = phones.ENDS
    found = phones.check(day, played)
    again = phones.deliver_anew(day, random.Random(seed))
    phones.agree(again.without(day.changing), found.without(day.changing))
