"""One day at the door, from the rehearsal the evening before to the last scans of a phone that was withdrawn.

Phones talk as they do, by /api/v1/checkin/sync; the clock goes on from one part of the day to the next.
"""

import functools
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.paper_list import PaperRow
from eventapp.rules.vocabulary import CheckpointKind, Policy
from eventapp.services.checkpoint import CheckpointFacts
from eventapp.services.crew import CrewFacts
from eventapp.services.paper_entry import Wanted
from eventapp.services.personality import DoorFacts
from eventapp.services.speaker import SpeakerFacts
from tests import door, people

MORNING = datetime(2026, 12, 18, 8, 0, tzinfo=UTC)
AFTERNOON = MORNING + timedelta(hours=6)
EVENING = MORNING + timedelta(hours=10)
GUESTS = 130


class Phone:
    """A phone at a checkpoint, and what it is told."""

    def __init__(self, app, event_id, name, checkpoint_id):
        added = services.device.add(event_id, name, door=name, checkpoint_id=checkpoint_id)
        self.id = added.device_id
        self._client = app.test_client()
        self._headers = {"Authorization": f"Bearer {services.device.open_sign_in(self.id)}"}
        self.waiting = []

    def sync(self, *scans, **more):
        """Brings scans and those that wait; returns the answer."""
        body = {"scans": [*self.waiting, *scans], **more}
        answer = self._client.post("/api/v1/checkin/sync", json=body, headers=self._headers)
        assert answer.status_code == 200
        self.waiting = []
        return answer.json

    def says(self, *scans):
        """The verdicts on scans that ask."""
        return [one["verdict"] for one in self.sync(*scans)["results"]]


def inside(method):
    """Gives a step of the day an application context of its own: the phones' requests must not share it."""

    @functools.wraps(method)
    def step(self, *args):
        with self.app.app_context():
            return method(self, *args)

    return step


class Day:
    """A forum, its entrances, its phones, and what the desk does."""

    def __init__(self, app, time):
        self.app, self.time = app, time

    @inside
    def prepare(self):
        self.time.now = MORNING - timedelta(hours=12)
        staged = people.stage(capacity=GUESTS + 20, max_party=10)
        self.event_id, self.owner_id = staged.event_id, staged.owner_id
        self.venue = door.entrance(
            self.event_id,
            policy=Policy.RETURNS,
            opens_at=MORNING - timedelta(hours=1),
            periods=[at.isoformat() for at in (AFTERNOON, EVENING)],
        )
        self.lunch = self._add(CheckpointKind.DISTRIBUTION, Policy.SINGLE, "Lunch")
        rehearsal = self._add(CheckpointKind.REHEARSAL, Policy.RETURNS, "Rehearsal")
        self.codes = [people.ticket_codes(people.register(self.event_id, f"Guest {n}"))[0] for n in range(GUESTS)]
        self.gate = Phone(self.app, self.event_id, "Gate", self.venue)
        self.side = Phone(self.app, self.event_id, "Side", self.venue)
        self.buffet = Phone(self.app, self.event_id, "Buffet", self.lunch)
        self.trial = Phone(self.app, self.event_id, "Trial", rehearsal)

    def _add(self, kind, policy, name):
        facts = CheckpointFacts(kind=kind, policy=policy, name=LocalizedText(fr=name, en=name))
        return services.checkpoint.add(self.event_id, facts).id

    @inside
    def expect_delegation(self, code):
        minister = queries.ticket.get(code).attendee.id
        facts = DoorFacts(note="Entrance B", is_personality=True, companions=9)
        services.personality.describe(self.event_id, minister, facts)

    @inside
    def invite_speaker(self):
        """A speaker with a sound engineer; returns the codes of both."""
        facts = SpeakerFacts(name=LocalizedText(fr="Sam Sidibé"), crew_limit=1)
        speaker_id = services.speaker.add(self.event_id, facts).id
        services.speaker_answer.confirm(self.event_id, speaker_id)
        services.crew.add(self.event_id, speaker_id, CrewFacts(name="Sound engineer"))
        place = queries.speaker_answer.find_place(queries.speaker.get_by_id(self.event_id, speaker_id))
        return people.ticket_codes(place.registration_id)

    @inside
    def print_list(self):
        self.list_id = services.paper_list.make(self.event_id, form_id="the-list-of-the-eve", by=self.owner_id).id

    @inside
    def print_supplement(self):
        form_id = "the-list-of-noon"
        services.paper_list.add_supplement(self.event_id, self.list_id, form_id=form_id, by=self.owner_id)

    @inside
    def enter_signed(self, codes, period):
        ids = [queries.ticket.get(code).attendee.id for code in codes]
        on_list = (PaperRow.list_id == self.list_id, PaperRow.attendee_id.in_(ids))
        rows = " ".join(map(str, sorted(db.session.scalars(select(PaperRow.number).where(*on_list)))))
        wanted = Wanted(rows, self.venue, period=period, at=self.time.now)
        services.paper_entry.enter(self.event_id, self.list_id, wanted, form_id="what-was-signed", by=self.owner_id)

    @inside
    def fill_house(self):
        services.event.set_places(self.event_id, capacity=GUESTS, max_party=10)

    @inside
    def withdraw(self, phone):
        services.device.revoke(self.event_id, phone.id)

    @inside
    def accept(self, phone):
        return services.set_aside.accept(self.event_id, phone.id, account_id=self.owner_id)

    @inside
    def list_entries_to_check(self):
        return [(one.conflict.verdict, one.scan.door) for one in queries.conflict.list_of_event(self.event_id)]

    @inside
    def counts(self, checkpoint_id=None):
        """Expected, entered and inside, at the venue or elsewhere."""
        checkpoint = queries.checkpoint.get(self.event_id, checkpoint_id or self.venue)
        (found,) = queries.head_count.list_counts(self.event_id, [checkpoint], self.time.now)
        return found.expected, found.entered, found.inside

    def entry(self, code, **facts):
        return door.say(code, scanned_at=self.time.now.isoformat(), **facts)


@pytest.fixture
def day(app, time):
    made = Day(app, time)
    made.prepare()
    return made


def test_day_from_the_rehearsal_to_the_last_phone(day):
    # The evening before: the team tries its phones. It counts nowhere.
    assert day.trial.says(day.entry(day.codes[0]), day.entry(day.codes[1])) == ["admitted"] * 2
    assert day.gate.says(day.entry(day.codes[0])) == ["too_early"]
    assert day.counts() == (GUESTS, 0, 0)
    day.print_list()
    day.expect_delegation(day.codes[0])
    speaker_and_crew = day.invite_speaker()
    assert day.counts() == (GUESTS + 9 + 2, 0, 0)

    # Morning: guests, a minister with nine in one scan, a speaker and the crew.
    day.time.now = MORNING
    assert day.gate.says(*(day.entry(code) for code in day.codes[1:60])) == ["admitted"] * 59
    assert day.side.says(day.entry(day.codes[0], method="name", companions=9)) == ["admitted"]
    assert day.side.says(*(day.entry(code) for code in speaker_and_crew)) == ["admitted"] * 2
    assert day.counts() == (GUESTS + 11, 59 + 10 + 2, 59 + 10 + 2)

    # The house is full: nobody without a ticket comes in unless the help desk agrees.
    day.fill_house()
    news = day.gate.sync(codes=0)
    assert news["places"]["capacity"] <= news["places"]["taken"]
    awa = day.entry(news["codes"][0], kind="walk_in", walk_in={"name": "Awa Kéïta", "town": "Kayes"})
    assert day.gate.sync(awa)["results"][0]["error"]["code"] == "house_full_ask"
    assert day.gate.says({**awa, "reason": "the help desk agrees"}) == ["admitted"]
    assert day.counts() == (GUESTS + 12, 72, 72)

    # Lunch: once for each, whatever the queue.
    day.time.now = AFTERNOON - timedelta(hours=1)
    gifts = [day.entry(code, kind="given") for code in day.codes[1:31]]
    assert day.buffet.says(*gifts) == ["admitted"] * 30
    assert day.buffet.says(day.entry(day.codes[1], kind="given")) == ["already_admitted"]
    assert day.counts(day.lunch)[1] == 30

    # Afternoon: a new half-day counts anew; coming back within it is welcome, a ticket handed back is not.
    day.time.now = AFTERNOON + timedelta(minutes=5)
    assert day.gate.says(day.entry(day.codes[1])) == ["admitted"]
    day.time.now += timedelta(minutes=2)
    assert day.side.says(day.entry(day.codes[1])) == ["already_admitted"]
    day.time.now += timedelta(hours=1)
    assert day.gate.says(day.entry(day.codes[1])) == ["back_again"]
    assert day.counts()[1] == 1

    # Power fails: one phone lets 120 in on its own and is withdrawn before it can tell; others sign on paper, a
    # supplement for those who came after it was printed included.
    day.side.waiting = [day.entry(code, verdict="admitted") for code in day.codes[10:130]]
    day.withdraw(day.side)
    day.print_supplement()
    day.enter_signed([*day.codes[2:7], *speaker_and_crew], 1)
    assert day.counts()[1] == 1 + 5 + 2

    # The 120 are kept, set aside, and count once they are accepted.
    answer = day.side.sync()
    assert set(answer) == {"server_time", "results", "revoked"}
    assert [sorted(one) for one in answer["results"]] == [["conflict", "id", "verdict"]] * 120
    assert day.counts()[1] == 8
    assert (day.accept(day.side), day.accept(day.side)) == (120, 0)
    assert day.counts()[1] == 8 + 120

    # Evening; and nobody has anything to look into.
    day.time.now = EVENING
    assert day.gate.says(*(day.entry(code) for code in day.codes[:20])) == ["admitted"] * 20
    assert day.counts()[1] == 20 + 9
    assert day.list_entries_to_check() == []
