"""The database: tables' base, naming of constraints, instants in UTC, and the one place that commits."""

import fcntl
import functools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

import msgspec
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from eventapp import config
from eventapp.language import LocalizedText

ATTEMPTS = 3
"""How often a transaction is tried when the database says that another one was in the way."""

BUSY_TIMEOUT_MS = 5_000
_SERIALIZATION_FAILURES = {"40001", "40P01", "55P03"}  # PostgreSQL: serialization, deadlock, lock not available

P = ParamSpec("P")
R = TypeVar("R")


class Base(DeclarativeBase):
    """Base of all tables. Constraints have predictable names, so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


BUSY = (PoolTimeout, OperationalError)
"""What is raised when no connection can be had in time, or one is lost, or others were in the way too often."""


class Instant(TypeDecorator[datetime]):
    """An instant: aware and in UTC in Python, a plain UTC time in SQLite, ``timestamptz`` in PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Localized(TypeDecorator[LocalizedText]):
    """A text per language, kept as JSON."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> dict[str, str]:
        return dict(LocalizedText(value or {}))

    def process_result_value(self, value: Any, dialect: Dialect) -> LocalizedText:
        return LocalizedText.kept(value or {})


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})


class WriteLock:
    """A fair turn among the threads and processes that write to one SQLite file.

    SQLite's own wait for a busy writer sleeps and retries, which starves writers for seconds; a blocking file lock in
    front of it does not (measured: p99 of 12 to 30 ms instead of 400 and more with eight clients).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def __enter__(self) -> None:
        # One descriptor for each thread: flock() belongs to the open file, and threads of a process must wait too.
        held = getattr(self._local, "held", None)
        if held is None or held[0] != os.getpid():  # a forked child must not share its parent's descriptor
            self._local.held = held = (os.getpid(), os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        fcntl.flock(held[1], fcntl.LOCK_EX)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        fcntl.flock(self._local.held[1], fcntl.LOCK_UN)


def init_app(app: Flask, settings: config.Settings) -> None:
    """Connects the application to its database."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    options: dict[str, Any] = {"pool_size": 8, "max_overflow": 8, "json_deserializer": msgspec.json.decode}
    if not settings.is_sqlite:
        options["pool_pre_ping"] = True
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        if settings.is_sqlite:
            _tune_sqlite(db.engine)
            path = Path(db.engine.url.database or "").absolute()
            app.extensions["eventapp.write_lock"] = WriteLock(path.with_name(path.name + ".lock"))
        else:
            app.extensions["eventapp.write_lock"] = None


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy alone begins and commits
        for pragma in (
            "journal_mode=wal",
            "synchronous=full",  # what was acknowledged is on disk
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=on",
        ):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def write_turn() -> AbstractContextManager[None]:
    """The lock in front of a SQLite write; nothing on PostgreSQL, whose rows have locks of their own."""
    from flask import current_app  # here: only this function needs the running application

    lock: WriteLock | None = current_app.extensions["eventapp.write_lock"]
    return lock if lock is not None else nullcontext()


def transactional(function: Callable[P, R]) -> Callable[P, R]:
    """Makes a service function one transaction. Nothing else commits.

    It nests: the outermost commits. When another transaction was in the way (serialization failure, deadlock, busy
    database) the whole function runs again, up to ATTEMPTS times; so it must not do anything but change the database.
    Arguments are ids and plain values: rows loaded before the transaction began are forgotten when it begins.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        session = db.session()
        if session.info.get("transactional"):
            return function(*args, **kwargs)

        def once() -> R:
            with write_turn():
                session.rollback()  # a read snapshot cannot become a write: start anew
                session.connection(execution_options={"write": True})
                session.info["transactional"] = True
                try:
                    result = function(*args, **kwargs)
                    session.commit()
                except BaseException:
                    session.rollback()
                    raise
                finally:
                    session.info["transactional"] = False
            return result

        return _tried(once)

    return run


@contextmanager
def look() -> Iterator[Connection]:
    """A connection for a quick look, without a session: for the hot path.

    PostgreSQL gets no transaction around it: each statement sees what is there. Rolling one back would make the driver
    forget its prepared statements, and they are what makes a look quick.
    """
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


def write_directly(work: Callable[[Connection], R]) -> R:
    """One transaction on a connection of its own, without a session: for the hot path, where the session costs as much
    as the work.

    It is tried again like `transactional`, and must not be called inside of it. A session that was read with before is
    at an end: what it reads next is new.
    """
    if db.session.registry.has():
        session = db.session()
        if session.info.get("transactional"):
            raise RuntimeError("a transaction is open already")
        session.rollback()

    def once() -> R:
        with db.engine.connect() as connection, write_turn(), connection.execution_options(write=True).begin():
            return work(connection)

    return _tried(once)


def _tried(once: Callable[[], R]) -> R:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return once()
        except DBAPIError as error:
            if attempt == ATTEMPTS or not _was_in_the_way(error):
                raise
            time.sleep(0.01 * attempt)
    raise AssertionError("unreachable")


def _was_in_the_way(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in _SERIALIZATION_FAILURES or "database is locked" in str(error.orig)
