"""``eventapp serve`` as it really runs: web server and job worker in processes of their own, ended together."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest
from click import ClickException

from eventapp import config
from eventapp.cli import serve
from tests.conftest import SECRET_KEY
from tests.post import free_port

PATIENCE = 60
"""Seconds after which a test gives up; nothing here asserts how fast things are."""


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory):
    """A database that is up to date and empty; copied, since making it anew takes longer."""
    instance = tmp_path_factory.mktemp("upgraded")
    assert eventapp(environment_for(instance), "db", "upgrade").returncode == 0
    return instance / "eventapp.db"


@pytest.fixture
def environment(tmp_path, upgraded):
    """Settings of an installation of its own, on SQLite."""
    shutil.copy(upgraded, tmp_path)
    return environment_for(tmp_path)


def environment_for(instance):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(config.PREFIX)}
    return {
        **inherited,
        "EVENTAPP_INSTANCE": str(instance),
        "EVENTAPP_SECRET_KEY": SECRET_KEY,
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
        "PYTHONUNBUFFERED": "1",
    }


def eventapp(environment, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "eventapp", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


@contextlib.contextmanager
def serving(environment, *arguments):
    """A running server, once it says that it serves; its output so far is in ``said``."""
    server = subprocess.Popen(
        [sys.executable, "-m", "eventapp", "serve", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    family = []
    try:
        server.said = []
        while not any(line.startswith("Serving on ") for line in server.said):
            server.said.append(server.stdout.readline())
            assert server.said[-1], f"ended: {server.said}"
        server.family = family = psutil.Process(server.pid).children(recursive=True)
        yield server
    finally:
        if server.poll() is None:
            server.kill()
        server.wait(PATIENCE)
        server.stdout.close()
        psutil.wait_procs(family, timeout=PATIENCE)


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def children_of(server, what):
    """The server's living children that were started with this word."""
    found = []
    for child in psutil.Process(server.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):  # a zombie has no command line
            if what in child.cmdline():
                found.append(child)
    return found


def gone(family):
    return not psutil.wait_procs(family, timeout=PATIENCE)[1]


def test_serve_answers_says_where_and_ends_cleanly(environment):
    with serving(environment) as server:
        assert server.said == [
            "Mail is held: set EVENTAPP_MAIL_URL to let it go (docs/settings.md).\n",
            f"Serving on http://127.0.0.1:{environment['PORT']} (Ctrl-C stops it).\n",
        ]
        assert get(environment["PORT"], "/readyz") == 200
        assert len(children_of(server, "worker")) == 1
        server.send_signal(signal.SIGTERM)
        rest = server.stdout.read()
        assert server.wait(PATIENCE) == 0
        assert rest == "Stopped.\n"
        assert gone(server.family)


def test_serve_ends_on_ctrl_c_and_names_the_public_address(environment):
    environment |= {"EVENTAPP_PUBLIC_URL": "https://events.example.org", "EVENTAPP_MAIL_URL": "console:"}
    port = free_port()
    with serving(environment, "--port", str(port)) as server:
        assert server.said == [
            "People reach this server under https://events.example.org.\n",
            f"Serving on http://127.0.0.1:{port} (Ctrl-C stops it).\n",
        ]
        server.send_signal(signal.SIGINT)
        rest = server.stdout.read()
        assert server.wait(PATIENCE) == 0
        assert rest == "Stopped.\n"
        assert gone(server.family)


def test_worker_that_dies_is_started_again(environment):
    with serving(environment) as server:
        [first] = wait_for(lambda: children_of(server, "worker"))
        first.kill()
        wait_for(lambda: [worker for worker in children_of(server, "worker") if worker.pid != first.pid])
        assert get(environment["PORT"], "/healthz") == 200


def test_children_end_with_a_parent_that_was_killed(environment):
    with serving(environment, "--workers", "2") as server:
        [web] = children_of(server, "granian")
        assert len(web.children()) == 2
        server.kill()
        assert gone(server.family)


def test_web_server_that_dies_ends_the_worker_too(environment):
    with serving(environment) as server:
        [web] = children_of(server, "granian")
        web.kill()
        assert server.wait(PATIENCE) == 1
        assert "The web server ended unexpectedly" in server.stdout.read()
        assert gone(server.family)


def test_taken_port_is_one_sentence(environment):
    with serving(environment):
        second = eventapp(environment, "serve")
    port = environment["PORT"]
    assert (second.returncode, second.stdout, second.stderr) == (
        1,
        "",
        f"Error: Port {port} on 127.0.0.1 is taken: choose another with --port or PORT.\n",
    )


def test_address_of_another_machine_is_one_sentence(environment):
    result = eventapp(environment, "serve", "--host", "192.0.2.1", "--port", "8000")
    assert (result.returncode, result.stderr) == (
        1,
        "Error: Cannot listen on 192.0.2.1, port 8000: Cannot assign requested address.\n",
    )


def test_unknown_host_is_one_sentence(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ClickException) as refused:
        serve._free_address("hall", 8000)
    assert refused.value.message == "The host hall is not known here: Name or service not known."


def test_empty_database_is_one_sentence(tmp_path):
    result = eventapp(environment_for(tmp_path), "serve")
    assert (result.returncode, result.stderr) == (1, "Error: The database is empty: run `eventapp db upgrade`.\n")


def test_worker_ends_on_sigterm(environment):
    worker = subprocess.Popen([sys.executable, "-m", "eventapp", "worker"], env=environment)
    database = f"{environment['EVENTAPP_INSTANCE']}/eventapp.db"
    wait_for(lambda: any(file.path == database for file in psutil.Process(worker.pid).open_files()))
    worker.terminate()
    assert worker.wait(PATIENCE) == 0
