"""Transactions on both engines, with real adversaries; instants; and migrations that say what the tables say."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from eventapp import create_app, queries, services
from eventapp import db as db_module
from eventapp.db import ATTEMPTS, Base, db, transactional
from eventapp.language import LocalizedText
from eventapp.models.event import Event
from tests import conftest, people


def slugs():
    return list(db.session.scalars(select(Event.slug).order_by(Event.id)))


@transactional
def add_two(*, fail):
    people.stage("first")
    people.stage("second")
    if fail:
        raise ZeroDivisionError


def test_nested_transactions_commit_together(context):
    add_two(fail=False)
    db.session.rollback()
    assert slugs() == ["first", "second"]


def test_nested_transactions_fail_together(context):
    with pytest.raises(ZeroDivisionError):
        add_two(fail=True)
    assert slugs() == []


def test_nothing_else_commits(context):
    people.stage()
    queries.event.get_by_slug("forum").slug = "other"
    db.session.rollback()
    assert slugs() == ["forum"]


def rename(event_id, slug, before=None):
    """Changes a slug in one transaction and counts how often it was tried."""
    tries = []

    @transactional
    def run():
        tries.append(slug)
        if before is not None:
            before(len(tries))
        queries.event.lock(event_id).slug = slug

    run()
    return len(tries)


def psycopg_url(app):
    return app.extensions["eventapp.settings"].database_url.replace("+psycopg", "")


@pytest.mark.postgresql_only
def test_serialization_failure_is_tried_again(context):
    event_id = people.stage().event_id

    def be_overtaken(attempt):
        db.session.execute(text("set transaction isolation level repeatable read"))
        db.session.execute(text("select 1 from event"))
        if attempt == 1:
            with psycopg.connect(psycopg_url(context)) as other:
                other.execute("update event set max_party = 9")

    assert rename(event_id, "other", be_overtaken) == 2
    assert slugs() == ["other"]
    assert queries.event.get(event_id).max_party == 9


@pytest.mark.postgresql_only
def test_lock_that_does_not_come_is_tried_again(context):
    event_id = people.stage().event_id
    with psycopg.connect(psycopg_url(context)) as other:
        other.execute("select 1 from event for update")

        def be_impatient(attempt):
            db.session.execute(text("set local lock_timeout = '50ms'"))
            if attempt == 2:
                other.rollback()

        assert rename(event_id, "other", be_impatient) == 2


@pytest.mark.postgresql_only
def test_deadlock_is_tried_again(app):
    with app.app_context():
        first, second = people.stage("first").event_id, people.stage("second").event_id
    both_hold_one = threading.Barrier(2, timeout=30)
    tries = {}

    @transactional
    def lock_both(one, other):
        tries[one] = tries.get(one, 0) + 1
        queries.event.lock(one).max_party += 1
        db.session.flush()
        if tries[one] == 1:
            both_hold_one.wait()
        queries.event.lock(other).max_party += 1

    def work(one, other):
        with app.app_context():
            lock_both(one, other)

    threads = [threading.Thread(target=work, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(tries.values()) == [1, 2]
    with app.app_context():
        assert list(db.session.scalars(select(Event.max_party))) == [7, 7]


@pytest.fixture
def intruder(context):
    """Another program that writes to the SQLite file without asking for its turn; our own wait is cut short."""
    with db.engine.connect() as ours:
        ours.exec_driver_sql("pragma busy_timeout=20")
    other = sqlite3.connect(db.engine.url.database, isolation_level=None)
    yield other
    other.close()
    db.session.remove()
    with db.engine.connect() as ours:
        ours.exec_driver_sql(f"pragma busy_timeout={db_module.BUSY_TIMEOUT_MS}")


@pytest.mark.sqlite_only
def test_busy_database_is_tried_again(context, intruder, monkeypatch):
    event_id = people.stage().event_id
    intruder.execute("begin immediate")
    monkeypatch.setattr(db_module, "time", SimpleNamespace(sleep=lambda seconds: intruder.execute("rollback")))
    rename(event_id, "other")
    assert slugs() == ["other"]


@pytest.mark.sqlite_only
def test_busy_database_is_given_up_after_some_attempts(context, intruder, monkeypatch):
    event_id = people.stage().event_id
    pauses = []
    monkeypatch.setattr(db_module, "time", SimpleNamespace(sleep=pauses.append))
    intruder.execute("begin immediate")
    with pytest.raises(DBAPIError, match="database is locked"):
        rename(event_id, "other")
    intruder.execute("rollback")
    assert len(pauses) == ATTEMPTS - 1
    assert slugs() == ["forum"]


def test_other_errors_are_not_tried_again(context):
    tries = []

    @transactional
    def break_a_constraint():
        tries.append(1)
        db.session.execute(text("insert into event_version (event_id, door, public) values (999, 0, 0)"))

    with pytest.raises(DBAPIError):
        break_a_constraint()
    assert len(tries) == 1


def test_instant_without_a_zone_is_refused(context):
    event_id = people.stage().event_id
    queries.event.get(event_id).starts_at = datetime(2026, 12, 18, 9, 0)  # noqa: DTZ001
    with pytest.raises(StatementError, match="an instant needs a zone"):
        db.session.flush()
    db.session.rollback()


def test_instant_comes_back_in_utc(context):
    event_id = people.stage().event_id
    there = timezone(timedelta(hours=2))
    queries.event.get(event_id).starts_at = datetime(2026, 12, 18, 9, 0, tzinfo=there)
    db.session.commit()
    db.session.expire_all()
    found = queries.event.get(event_id).starts_at
    assert (found, found.tzinfo) == (datetime(2026, 12, 18, 7, 0, tzinfo=UTC), UTC)


def test_localized_text_keeps_no_empty_entries(context):
    event_id = people.stage().event_id
    queries.event.get(event_id).theme = LocalizedText(fr="Thème", en=" ")
    db.session.commit()
    db.session.expire_all()
    assert queries.event.get(event_id).theme == {"fr": "Thème"}


def test_acknowledged_writes_are_on_disk_and_keys_are_checked(tmp_path):
    app = create_app(
        conftest.settings_for(f"sqlite:///{tmp_path / 'its.db'}", tmp_path)
    )  # not the tests' own, which hurries
    with app.app_context():
        names = ("synchronous", "journal_mode", "foreign_keys")
        pragmas = {name: db.session.scalar(text(f"pragma {name}")) for name in names}
        db.session.remove()
        db.engine.dispose()
    assert pragmas == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}


def test_migrations_say_what_the_tables_say(context):
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(found, Base.metadata) == []


@pytest.fixture
def fresh(engine, request, tmp_path):
    """An application whose database is empty and its own."""
    if engine == "sqlite":
        url = f"sqlite:///{tmp_path / 'fresh.db'}"
    else:
        url = conftest.new_postgresql_database(request.config.stash[conftest._url])
    app = create_app(conftest.settings_for(url, tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_migrations_go_up_down_and_up_again(fresh):
    assert queries.schema.find_problem() == "The database is empty: run `eventapp db upgrade`."
    db.session.remove()
    assert services.schema.upgrade() == queries.schema.head()
    assert queries.schema.find_problem() is None
    db.session.remove()
    configuration = services.schema.alembic_config()
    with db.engine.connect() as connection:
        configuration.attributes["connection"] = connection
        command.downgrade(configuration, "base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    services.schema.upgrade()
    assert set(inspect(db.engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_newer_schema_is_refused_in_a_sentence(fresh):
    services.schema.upgrade()
    with db.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    assert queries.schema.find_problem().startswith("The database has revision 9999, this program needs ")


def say_slug(connection, slug="changed"):
    connection.execute(text("update event set slug = :slug"), {"slug": slug})


def test_direct_write_commits_and_is_seen_at_once(context):
    people.stage()
    assert slugs() == ["forum"]  # the session has looked: its view must not outlive the write
    db_module.write_directly(say_slug)
    assert slugs() == ["changed"]


def test_direct_write_that_fails_changes_nothing(context):
    people.stage()

    def fail(connection):
        say_slug(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        db_module.write_directly(fail)
    assert slugs() == ["forum"]


def test_direct_write_is_refused_inside_a_transaction(context):
    @transactional
    def nest():
        db_module.write_directly(say_slug)

    with pytest.raises(RuntimeError):
        nest()


def test_direct_write_is_tried_again(context):
    people.stage()
    tries = []

    def be_overtaken(connection):
        tries.append(connection)
        if len(tries) < ATTEMPTS:
            raise DBAPIError("update", {}, SimpleNamespace(sqlstate="40001"))
        say_slug(connection)

    db_module.write_directly(be_overtaken)
    assert (len(tries), slugs()) == (ATTEMPTS, ["changed"])


def test_look_sees_what_is_committed(context):
    people.stage()
    with db_module.look() as connection:
        assert connection.execute(select(Event.slug)).scalars().all() == ["forum"]
    assert slugs() == ["forum"]
