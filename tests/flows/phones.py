"""Phones of a day: a program in Node that runs the scanner's own modules, their server, and what has to be true."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from eventapp import config, queries, services
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.models.audit import AuditEntry
from eventapp.models.checkin import Admission, Conflict, Device, Scan
from eventapp.models.registration import Attendee, TicketType
from eventapp.models.ticket import Serial, Ticket
from eventapp.rules import checkin as rules
from eventapp.rules import ticket
from eventapp.rules.vocabulary import (
    AttendeeStatus,
    CheckpointKind,
    Direction,
    Policy,
    ScanKind,
    TicketKind,
    Verdict,
)
from eventapp.services.demo import attendees as demo
from eventapp.services.scan_book import NewScan
from tests import door, people
from tests.post import free_port

ROOT = Path(__file__).parents[2]
NODE = shutil.which("node")
BEGINS = people.STARTS - timedelta(hours=1)
ENDS = people.STARTS + timedelta(hours=10)
CHANGING = 6
PARTY = 5
"""The size of a party, of those who came together."""
NOWHERE = (None, None, "", False)
STARTING_SECONDS = 60
"""How long a server may take until it answers."""


class Server:
    """A web server, which can be killed and started again on the same port."""

    def __init__(self, app: Flask, folder: Path, processes: int) -> None:
        settings = app.extensions["eventapp.settings"]
        self._port, self._processes = free_port(), processes
        self.url = f"http://127.0.0.1:{self._port}"
        self._environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(config.PREFIX)},
            "EVENTAPP_INSTANCE": str(folder),
            "EVENTAPP_DATABASE_URL": settings.database_url,
            "EVENTAPP_SECRET_KEY": settings.secret_key,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        flags = ["--interface=wsgi", f"--port={self._port}", "--http=1", "--no-ws", "--log-level=error"]
        command = [sys.executable, "-m", "granian", *flags, f"--workers={self._processes}", "--blocking-threads=2"]
        self._process = subprocess.Popen(
            [*command, "tests.flows.served:app"], env=self._environ, cwd=ROOT, start_new_session=True
        )
        deadline = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                return
            time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Ends all its processes at once."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, how)
            self._process.wait(30)


@contextlib.contextmanager
def serving(app: Flask, folder: Path, *, processes: int = 2) -> Iterator[Server]:
    """A server on the application's database."""
    server = Server(app, folder, processes)
    server.start()
    try:
        yield server
    finally:
        server.end()


class Phones:
    """The program that plays phones."""

    def __init__(self) -> None:
        if NODE is None:
            if os.environ.get("CI"):
                pytest.fail("CI must have Node")
            pytest.skip("!!! PHONES NOT TESTED: there is no Node here")
        program = [NODE, str(ROOT / "tests" / "js" / "checkin" / "day.js")]
        self._process = subprocess.Popen(program, stdin=PIPE, stdout=PIPE, text=True, bufsize=1)

    def play(self, job: dict[str, Any], change: Callable[[dict[str, Any], datetime], None]) -> dict[str, Any]:
        """Plays a day; does what it asks for in the middle."""
        self._say(job)
        while line := self._process.stdout.readline():
            said = json.loads(line)
            if "done" in said:
                return said["done"]
            change(said["do"], datetime.fromtimestamp(said["now"] / 1000, UTC))
            self._say("done")
        raise RuntimeError("the phones ended")

    def _say(self, what: Any) -> None:
        self._process.stdin.write(f"{json.dumps(what)}\n")

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


class Day:
    """An event with three checkpoints and eight phones. Functions need an application context."""

    def __init__(self, attendees: int) -> None:
        self.event_id = people.stage(capacity=None, max_party=PARTY).event_id
        demo.top_up(queries.event.lock(self.event_id), attendees)
        db.session.commit()
        self._mix()
        self.venue = door.entrance(
            self.event_id, policy=Policy.RETURNS, periods=[hour(4).isoformat(), hour(9).isoformat()]
        )
        self.hall = door.lunch(
            self.event_id,
            kind=CheckpointKind.SESSION,
            policy=Policy.IN_OUT,
            name=LocalizedText(fr="Salle", en="Hall"),
            opens_at=hour(0.5),
            closes_at=hour(8),
            ticket_type_ids=[queries.registration.list_ticket_types(self.event_id)[0].id],
        )
        self.lunch = door.lunch(self.event_id, opens_at=hour(3), closes_at=hour(6))
        self.devices = [
            services.device.add(self.event_id, name, door=name, checkpoint_id=place, direction=way).device_id
            for name, place, way in (
                ("A", self.venue, Direction.ENTRY),
                ("B", self.venue, Direction.ENTRY),
                ("C", self.venue, Direction.EXIT),
                ("Hall in", self.hall, Direction.ENTRY),
                ("Hall in 2", self.hall, Direction.ENTRY),
                ("Hall out", self.hall, Direction.EXIT),
                ("Lunch", self.lunch, Direction.ENTRY),
                ("Lunch 2", self.lunch, Direction.ENTRY),
            )
        ]
        self.tokens = [services.device.open_sign_in(device_id) for device_id in self.devices]
        rows = db.session.execute(
            select(Ticket.code, Ticket.attendee_id, Attendee.serial)
            .join(Attendee, Attendee.id == Ticket.attendee_id)
            .where(Ticket.event_id == self.event_id)
            .order_by(Ticket.id)
        ).all()
        self.codes = [code for code, _id, _serial in rows]
        self.changing = [attendee_id for _code, attendee_id, _serial in rows[4 * PARTY : 4 * PARTY + CHANGING]]
        """Who gives their place back, or gets a new ticket, in the middle of the day."""
        self._before = {
            row.id: {"status": row.status, "status_at": row.status_at, "serial": row.serial}
            for row in db.session.scalars(select(Attendee).where(Attendee.id.in_(self.changing)))
        }

    def _mix(self) -> None:
        """Parties, a category that the hall is not for, and people whose place is not theirs any more."""
        press = TicketType(event_id=self.event_id, kind=TicketKind.PRESS, name=LocalizedText(fr="Presse"), position=1)
        db.session.add(press)
        db.session.flush()
        everybody = list(
            db.session.scalars(select(Attendee).where(Attendee.event_id == self.event_id).order_by(Attendee.id))
        )
        for number, attendee in enumerate(everybody):
            if number % 11 == 10:
                attendee.ticket_type_id = press.id
            if number % 23 == 22:
                attendee.status = (AttendeeStatus.CANCELLED, AttendeeStatus.WAITLISTED)[number % 2]
        for number, attendee in enumerate(everybody[: 4 * PARTY]):
            attendee.registration_id = everybody[number - number % PARTY].registration_id
            attendee.position = number % PARTY
        db.session.commit()

    @transactional
    def begin_anew(self) -> None:
        """Nobody came yet, nobody's place changed, and no phone is withdrawn."""
        for table in (Conflict, Admission, Scan, AuditEntry):
            db.session.execute(delete(table).where(table.event_id == self.event_id))
        db.session.execute(
            update(Device)
            .where(Device.event_id == self.event_id)
            .values(revoked_at=None, last_contact_at=None, health={})
        )
        for attendee_id, facts in self._before.items():
            of_person = Ticket.attendee_id == attendee_id
            db.session.execute(delete(Ticket).where(of_person, ~Ticket.code.startswith(facts["serial"])))
            db.session.execute(update(Ticket).where(of_person).values(revoked_at=None))
            attendee = db.session.get_one(Attendee, attendee_id)
            for name, value in facts.items():
                setattr(attendee, name, value)
            db.session.flush()
            db.session.execute(delete(Serial).where(Serial.attendee_id == attendee_id, Serial.value != facts["serial"]))

    def job(self, seed: int, server: str, **facts: Any) -> dict[str, Any]:
        """What the phones' program has to know. Every second seed lets the phones act at the same moment."""
        steps = facts["steps"]
        changes = [{"kind": "change", "who": who, "step": steps * (who + 1) // 8} for who in range(CHANGING)]
        changes.append({"kind": "revoke", "phone": seed % len(self.devices), "step": steps * 2 // 3})
        changes.sort(key=lambda change: change["step"])
        return {
            "seed": seed,
            "server": server,
            "tokens": self.tokens,
            "codes": self.codes,
            "hot": 30,
            "busy": 6,
            "atOnce": bool(seed % 2),
            "begins": milliseconds(BEGINS),
            "ends": milliseconds(ENDS),
            "changes": changes,
            **facts,
        }

    def change(self, what: dict[str, Any]) -> None:
        """Something that the desk does in the middle of the day."""
        if what["kind"] == "revoke":
            services.device.revoke(self.event_id, self.devices[what["phone"]])
            return
        attendee_id = self.changing[what["who"]]
        if what["who"] % 2:
            services.ticket.reissue(attendee_id)
            return
        with contextlib.suppress(Refused):  # whoever came keeps their place
            services.attendee.cancel(attendee_id)


def hour(number: float) -> datetime:
    """So many hours after the day's begin."""
    return BEGINS + timedelta(hours=number)


def milliseconds(at: datetime) -> int:
    """As JavaScript counts them."""
    return round(at.timestamp() * 1000)


@dataclass(frozen=True)
class Outcome:
    """What scans add up to: who came, by person and checkpoint, and what is to be looked at, by scan."""

    admissions: dict[tuple[int, int], tuple[datetime | None, datetime | None, str, bool]]
    disputes: dict[str, tuple[int | None, int, Verdict, str | None]]

    def without(self, attendee_ids: list[int]) -> "Outcome":
        """The same, but for these people."""
        return Outcome(
            {key: value for key, value in self.admissions.items() if key[0] not in attendee_ids},
            {key: value for key, value in self.disputes.items() if value[0] not in attendee_ids},
        )


def outcome(event_id: int) -> Outcome:
    """What the database says."""
    a, c = Admission, Conflict
    admissions = db.session.execute(
        select(a.attendee_id, a.checkpoint_id, a.entered_at, a.last_at, a.door, a.is_inside).where(
            a.event_id == event_id
        )
    )
    conflicts = db.session.execute(
        select(c.scan_id, c.attendee_id, c.checkpoint_id, c.verdict, c.against_scan_id).where(c.event_id == event_id)
    )
    return Outcome(
        {(row[0], row[1]): tuple(row[2:]) for row in admissions if tuple(row[2:]) != NOWHERE},
        {row[0]: tuple(row[1:]) for row in conflicts},
    )


def folded(day: Day, phones: list[list[dict[str, Any]]], rows: dict[str, Scan]) -> Outcome:
    """What the scans that the phones made add up to, by the rule alone.

    Of the server only its first answers are taken, whether it was asked, when a scan came, and what it set aside.
    """
    owners = dict(
        db.session.execute(select(Serial.value, Serial.attendee_id).where(Serial.event_id == day.event_id)).all()
    )
    key = queries.event.get(day.event_id).door_key
    groups: dict[tuple[int | str, int], list[rules.Past]] = defaultdict(list)
    undos: list[rules.Past] = []
    for device_id, scans in zip(day.devices, phones, strict=True):
        for scan in scans:
            row = rows[scan["id"]]
            reading = ticket.read(scan["input"])
            is_known = reading is not None and ticket.is_genuine(key, reading)
            owner = owners.get(reading.serial) if is_known else None
            at, _is_wrong = rules.placed(datetime.fromisoformat(scan["scanned_at"]), scan["offset"], row.received_at)
            past = rules.Past(
                id=scan["id"],
                device_id=device_id,
                kind=ScanKind(scan["kind"]),
                at=at,
                door=scan["door"],
                told=row.phone_verdict,
                answer=row.verdict,
                target_id=scan.get("target"),
                is_set_aside=row.set_aside_at is not None,
            )
            if past.kind is ScanKind.UNDO:
                undos.append(past)
            else:
                groups[(owner or past.id, scan["checkpoint"])].append(past)
    places = {c.id: queries.checkpoint.place_of(c) for c in queries.checkpoint.list_of_event(day.event_id)}
    admissions, disputes = {}, {}
    for (who, checkpoint_id), pasts in groups.items():
        place = places[checkpoint_id]
        fold = rules.fold([*pasts, *undos], place.policy, place.periods)
        attendee_id = who if isinstance(who, int) else None
        if attendee_id is not None and fold.state != rules.State():
            state = fold.state
            admissions[(attendee_id, checkpoint_id)] = (state.entered_at, state.last_at, state.door, state.is_inside)
        for dispute in fold.disputes:
            disputes[dispute.scan_id] = (attendee_id, checkpoint_id, dispute.verdict, dispute.against_id)
    return Outcome(admissions, disputes)


def check(day: Day, played: dict[str, Any]) -> Outcome:
    """Holds a day against the rules, and the phones against the server. Returns what the server has."""
    db.session.expire_all()
    rows = {row.id: row for row in db.session.scalars(select(Scan).where(Scan.event_id == day.event_id))}
    phones = [phone["scans"] for phone in played["phones"]]
    assert played["problems"] == []
    assert [phone["waiting"] for phone in played["phones"]] == [0] * len(phones)
    made = [scan["id"] for scans in phones for scan in scans]
    assert len(made) == len(set(made))
    assert set(made) == set(rows)
    for device_id, scans in zip(day.devices, phones, strict=True):
        revoked_at = door.device(device_id).revoked_at
        for scan in scans:
            row = rows[scan["id"]]
            assert (row.device_id, row.kind, row.checkpoint_id) == (device_id, scan["kind"], scan["checkpoint"])
            assert row.target_id == scan.get("target")
            assert row.phone_verdict is None or scan.get("verdict") in (None, row.phone_verdict)
            assert (row.set_aside_at is not None) is (revoked_at is not None and row.received_at >= revoked_at)
    found, expected = outcome(day.event_id), folded(day, phones, rows)
    agree(found, expected)
    _check_counts(day, found)
    gone = set(
        db.session.scalars(
            select(Attendee.id).where(Attendee.event_id == day.event_id, Attendee.status == AttendeeStatus.CANCELLED)
        )
    )
    for device_id, phone in zip(day.devices, played["phones"], strict=True):
        device = door.device(device_id)
        if device.revoked_at is not None:
            assert phone["states"] is None
            continue
        states = {
            str(who): [state[0] and milliseconds(state[0]), state[1] and milliseconds(state[1]), state[2], state[3]]
            for (who, checkpoint_id), state in found.admissions.items()
            if checkpoint_id == device.checkpoint_id and who not in gone and (state[0] is not None or state[3])
        }
        _agree(phone["states"], states, f"in memory, {device.name}")
        _agree(phone["kept"], states, f"on the disk, {device.name}")
    return found


def agree(found: Outcome, expected: Outcome) -> None:
    """Both are the same."""
    _agree(found.admissions, expected.admissions, "admissions")
    _agree(found.disputes, expected.disputes, "disputes")


def _agree(found: dict[Any, Any], expected: dict[Any, Any], what: str) -> None:
    """Says what is not the same: found and expected."""
    keys = found.keys() | expected.keys()
    different = {key: (found.get(key), expected.get(key)) for key in keys if found.get(key) != expected.get(key)}
    assert different == {}, f"{what}: {different}"


def _check_counts(day: Day, found: Outcome) -> None:
    """The numbers at the doors are those of the people."""
    checkpoints = queries.checkpoint.list_of_event(day.event_id)
    for counts in queries.head_count.list_counts(day.event_id, checkpoints, ENDS):
        place = next(queries.checkpoint.place_of(c) for c in checkpoints if c.id == counts.checkpoint_id)
        since = max((begins for begins in place.periods if begins <= ENDS), default=BEGINS - timedelta(days=1))
        states = [state for (_who, there), state in found.admissions.items() if there == counts.checkpoint_id]
        strangers = sum(who is None and there == counts.checkpoint_id for who, there, *_ in found.disputes.values())
        entered = sum(state[0] is not None and state[1] >= since for state in states)
        inside = sum(state[0] is not None and state[3] for state in states)
        assert (counts.entered, counts.inside) == (entered + strangers, inside + strangers)


def deliver_anew(day: Day, dice: random.Random) -> Outcome:
    """Forgets the day and takes in the same scans in another order, some of them twice; returns what they add up to."""
    rows = db.session.scalars(select(Scan).where(Scan.event_id == day.event_id))
    sent = [(row.set_aside_at is not None, row.device_id, _as_sent(row)) for row in rows]
    revoked = {device_id for is_set_aside, device_id, _scan in sent if is_set_aside}
    day.begin_anew()
    phones = {device_id: door.paired(token) for device_id, token in zip(day.devices, day.tokens, strict=True)}
    for is_late in (False, True):
        for device_id in revoked if is_late else ():
            services.device.revoke(day.event_id, device_id)
            phones[device_id] = door.paired_again(phones[device_id])
        some = [(device_id, scan) for is_set_aside, device_id, scan in sent if is_set_aside is is_late]
        some += dice.sample(some, len(some) // 10)
        dice.shuffle(some)
        while some:
            size = dice.randint(1, 250)
            batch, some = some[:size], some[size:]
            for device_id in dice.sample(day.devices, len(day.devices)):
                scans = [scan for by, scan in batch if by == device_id]
                if scans:
                    door.record(phones[device_id], *scans)
    return outcome(day.event_id)


def _as_sent(row: Scan) -> NewScan:
    """A scan as its phone tells it when it decided, and knew the time, by itself."""
    return NewScan(
        id=row.id,
        input=row.input,
        kind=row.kind,
        method=row.method,
        scanned_at=row.corrected_at,
        checkpoint_id=row.checkpoint_id,
        door=row.door,
        told=row.phone_verdict or row.verdict,
        target_id=row.target_id,
        reason=row.reason,
    )
