"""Brings the database's schema up to date."""

from alembic import command

from eventapp.db import db, write_turn
from eventapp.queries import schema


def upgrade() -> str:
    """Applies the migrations that are missing and returns the revision. Running it twice changes nothing."""
    with write_turn():
        db.session.remove()
        configuration = schema.alembic_config()
        with db.engine.connect() as connection:
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, "head")
    revision = schema.head()
    assert revision is not None  # noqa: S101  there is at least one migration
    return revision
