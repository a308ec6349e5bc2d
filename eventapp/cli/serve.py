"""``eventapp serve``: web workers and one job worker under one command, ended together.

The web server is granian (docs/decisions): its main process and its workers form one process group, the job worker is
another child. This process only watches: it restarts the job worker, passes a stop on, and leaves nothing behind.
"""

import contextlib
import ctypes
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import click

from eventapp import config
from eventapp.cli import edge

STOP_SECONDS = 15
"""How long children may finish what they are doing before they are killed."""

STARTING_SECONDS = 5
"""How long a web process may take to end: longer than any request, and than its start."""

WEB_PROCESSES = 2
THREADS_EACH = 2
"""More threads in a process take turns at its interpreter lock while one of them holds the database's write lock."""

WAKE_SECONDS = 0.2
RESTART_SECONDS = 2.0
"""A job worker that dies is started again after this pause."""

_PR_SET_PDEATHSIG = 1
"""Linux's prctl(2): the signal this process gets when its parent dies."""


class _Stopped(Exception):
    """SIGTERM or SIGINT arrived."""


@click.command("serve")
@click.option("--host", envvar="HOST", default=config.DEFAULT_HOST, show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    envvar="PORT",
    type=click.IntRange(1, 65535),
    default=int(config.DEFAULT_PORT),
    show_default=True,
    help="Port to listen on.",
)
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes (default: 2).")
def command(host: str, port: int, workers: int | None) -> None:
    """Serves the pages and does the jobs.

    Runs until SIGTERM or Ctrl-C, and ends what it started. Settings are environment variables: docs/settings.md.
    """
    os.environ["HOST"], os.environ["PORT"] = host, str(port)  # links in mails follow, unless EVENTAPP_PUBLIC_URL is set
    with edge.build_ready().app_context():
        settings = config.current()
    address = _free_address(host, port)
    web = _start_web(address, port, workers)
    try:
        _supervise(web, config.local_url(host, str(port)), settings)
    except _Stopped:
        click.echo("Stopped.")


def _free_address(host: str, port: int) -> str:
    """The host as a number, if the port is free there; the server itself would share a taken port silently."""
    try:
        family, _, _, _, found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError as error:
        raise edge.fail(f"The host {host} is not known here: {error.strerror}.") from error
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(found)
            probe.listen(1)
        except PermissionError as error:
            raise edge.fail(f"Port {port} needs an administrator's rights: choose one above 1023.") from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise edge.fail(f"Port {port} on {host} is taken: choose another with --port or PORT.") from error
            raise edge.fail(f"Cannot listen on {host}, port {port}: {error.strerror}.") from error
    return str(found[0])


def _start_web(address: str, port: int, workers: int | None) -> subprocess.Popen[bytes]:
    """Starts granian. Two processes with two threads each measured best, on SQLite too: see docs/performance.md."""
    arguments = {
        "interface": "wsgi",
        "host": address,
        "port": port,
        "http": "1",
        "workers": workers or WEB_PROCESSES,
        "blocking-threads": THREADS_EACH,
        # A worker that is still starting hears no signal: it is killed after a while, which is no news for anybody.
        "log-level": "error",
        "workers-kill-timeout": STARTING_SECONDS,
    }
    flags = [f"--{name}={value}" for name, value in arguments.items()]
    return _start("granian", *flags, "--no-ws", "--respawn-failed-workers", "eventapp.wsgi:app")


def _start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Starts ``python -m module`` in a process group of its own, so that Ctrl-C reaches this process alone."""
    return subprocess.Popen(  # noqa: S603  our own modules
        [sys.executable, "-m", module, *arguments],
        start_new_session=True,
        preexec_fn=_end_with_parent,
    )


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _supervise(web: subprocess.Popen[bytes], url: str, settings: config.Settings) -> None:
    """Watches the children until the web server ends or a signal comes; then ends both. Raises _Stopped."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _Stopped

    worker: subprocess.Popen[bytes] | None = None
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        worker = _start("eventapp", "worker")
        if _answers(web, url):
            _greet(url, settings)
        while web.poll() is None:
            if worker.poll() is not None:
                click.echo(f"The job worker ended (status {worker.returncode}) and is started again.", err=True)
                time.sleep(RESTART_SECONDS)
                worker = _start("eventapp", "worker")
            time.sleep(WAKE_SECONDS)
        raise edge.fail(f"The web server ended unexpectedly (status {web.returncode}).")
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        _end([child for child in (web, worker) if child is not None])


def _answers(web: subprocess.Popen[bytes], url: str) -> bool:
    """Waits until the web server answers; False if it ended instead."""
    host = url.removeprefix("http://")
    while web.poll() is None:
        connection = http.client.HTTPConnection(host, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse()
            return True
        except (OSError, http.client.HTTPException):
            pass  # not yet
        finally:
            connection.close()
        time.sleep(WAKE_SECONDS)
    return False


def _greet(url: str, settings: config.Settings) -> None:
    if settings.mail_url is None:
        click.echo("Mail is held: set EVENTAPP_MAIL_URL to let it go (docs/settings.md).")
    if settings.public_url != url:
        click.echo(f"People reach this server under {settings.public_url}.")
    click.echo(f"Serving on {url} (Ctrl-C stops it).")


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """Asks the children to end, waits, and kills what is left of their process groups."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):  # killed with its group below
            child.wait(max(0.1, deadline - time.monotonic()))
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # the whole group has ended
        child.wait()
