"""Whether the database answers and has the schema that this program needs.

Without Alembic, which only `services.schema` needs: web workers live long, and would carry twelve megabytes of it.
"""

from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from eventapp.db import db

FOLDER = Path(__file__).resolve().parent.parent / "migrations"
VERSION_TABLE = "alembic_version"


def head() -> str:
    """The newest revision that this program knows; migrations are numbered, and their files begin with the number."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def current() -> str | None:
    """The revision of the database; None if it is empty."""
    if not inspect(db.session.connection()).has_table(VERSION_TABLE):
        return None
    found: str | None = db.session.scalar(text(f"select version_num from {VERSION_TABLE}"))  # noqa: S608  a constant
    return found


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
