"""A real server with the demo, and a real browser: Debian's Chromium, driven by Playwright.

Where there is no Chromium the tests are skipped with a loud line, except in CI, which fails.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from eventapp import config, create_app, queries, services
from eventapp.db import db
from tests.browser.line import Line
from tests.post import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Site:
    """A running server, and what `eventapp demo --json` said about it."""

    url: str
    demo: dict[str, Any]
    environ: dict[str, str]

    @cached_property
    def _app(self) -> Flask:
        return create_app(config.read(self.environ))

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """In this block services and queries work on the server's database."""
        with self._app.app_context():
            yield
            db.session.remove()

    def command(self, *arguments: str) -> str:
        """Runs an eventapp command against the server's database: what services can do takes a moment by `inside`."""
        command = [sys.executable, "-m", "eventapp", *arguments]
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, check=True).stdout

    def sign_in_link(self, who: str) -> str:
        """A fresh one-time link for one of the demo's accounts."""
        with self.inside():
            account = queries.account.get_by_email(f"{who}@example.org")
            return f"{self.url}/sign-in/{services.account.make_link(account.id)}"

    def pair_link(self, name: str) -> str:
        """The link that prepares a new phone for the demo forum."""
        with self.inside():
            event_id = queries.event.get_by_slug("demo-forum").id
            return f"{self.url}/checkin/pair/{services.device.add(event_id, name).pair_secret}"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`eventapp demo && eventapp serve`, as people run it."""
    made = seed(tmp_path_factory.mktemp("site"))
    server = start(made)
    try:
        yield made
    finally:
        stop(server)


def seed(folder: Path, line: Line | None = None) -> Site:
    """A database with the demo, for a server on a free port, which is not running yet; reached by a line, if any."""
    port = line.server_port if line else free_port()
    url = f"http://127.0.0.1:{line.port if line else port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(config.PREFIX)}
    environ = kept | {
        "EVENTAPP_INSTANCE": str(folder),
        "EVENTAPP_MAIL_URL": f"file:{folder / 'mail'}",
        "EVENTAPP_PUBLIC_URL": url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    demo = [sys.executable, "-m", "eventapp", "demo", "--json"]
    seeded = json.loads(subprocess.run(demo, env=environ, capture_output=True, text=True, check=True).stdout)
    return Site(url, seeded, environ)


def start(site: Site) -> subprocess.Popen[bytes]:
    """Starts a site's server and waits until it answers."""
    server = subprocess.Popen([sys.executable, "-m", "eventapp", "serve"], env=site.environ, stdout=subprocess.DEVNULL)
    _wait(site.url, server)
    return server


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stops a server; nothing listens on its port after that."""
    server.send_signal(signal.SIGTERM)
    server.wait(30)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this worker."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium: apt-get install chromium")
        pytest.skip("!!! NOT TESTED IN A BROWSER: there is no Chromium here (apt-get install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


Opener = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Opener]:
    """Opens a page in a browser of its own: ``open_page(path, lang="en", width=390, dark=False, script=True)``.

    A page that reports an error on its console, or asks any other host for anything, fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def is_complaint(said: Any) -> bool:
        # A refused form or a wrong link is a page with a status of its own; its parts are looked at below.
        return said.type == "error" and not said.text.startswith("Failed to load resource")

    def is_broken(got: Any) -> bool:
        return got.status >= 400 and (got.request.resource_type != "document" or got.status >= 500)

    def opener(path: str, *, lang: str = "fr", width: int = 390, dark: bool = False, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale=lang,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
        page.on("response", lambda got: complaints.append(f"{got.status} {got.url}") if is_broken(got) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((site.url, "data:", "blob:")) else complaints.append(asked.url),
        )
        page.set_default_timeout(15_000)
        page.goto(path if path.startswith("http") else site.url + path)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert complaints == []
