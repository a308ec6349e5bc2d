"""Whether the database answers and has the schema that this program needs."""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from eventapp.db import db

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


def alembic_config() -> Config:
    """Alembic's configuration: the migrations travel inside the package."""
    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER))
    configuration.set_main_option("path_separator", "os")
    return configuration


def head() -> str | None:
    """The newest revision that this program knows."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def current() -> str | None:
    """The revision of the database; None if it is empty."""
    return MigrationContext.configure(db.session.connection()).get_current_revision()


def find_problem() -> str | None:
    """What keeps the database from being used, in a sentence; None if all is well."""
    try:
        found = current()
    except SQLAlchemyError as error:
        return f"The database does not answer: {str(error.__cause__ or error).splitlines()[0]}"
    if found is None:
        return "The database is empty: run `eventapp db upgrade`."
    if found != head():
        return f"The database has revision {found}, this program needs {head()}: run `eventapp db upgrade`."
    return None
