"""Brings the database's schema up to date."""

from typing import TYPE_CHECKING

from eventapp.db import db, write_turn
from eventapp.queries import schema

if TYPE_CHECKING:
    from alembic.config import Config


def upgrade() -> str:
    """Applies the migrations that are missing and returns the revision. Running it twice changes nothing."""
    from alembic import command  # here: a web worker imports this module, and never migrates

    with write_turn():
        db.session.remove()
        configuration = alembic_config()
        with db.engine.connect() as connection:
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, "head")
    return schema.head()


def alembic_config() -> "Config":
    """Alembic's configuration: the migrations travel inside the package."""
    from alembic.config import Config  # here: as above

    configuration = Config()
    configuration.set_main_option("script_location", str(schema.FOLDER))
    configuration.set_main_option("path_separator", "os")
    return configuration
