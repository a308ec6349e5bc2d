"""Alembic's entrance: runs migrations on the connection that the caller gives."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from eventapp import models  # noqa: F401  makes every table known
from eventapp.db import Base, Instant, Localized


def plainly(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Writes our column types as what they are in a database, so that old migrations do not depend on new code."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Localized):
        return "sa.JSON()"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String({item.length})"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=plainly,
)
with context.begin_transaction():
    context.run_migrations()
if connection.in_transaction():
    connection.commit()
