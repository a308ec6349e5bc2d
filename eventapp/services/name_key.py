"""Keys of names that are stored, brought up to date with the rules that make them."""

from typing import Any

from sqlalchemy import bindparam, select, update

from eventapp.db import db, transactional
from eventapp.models.invitation import Invitation
from eventapp.models.registration import Attendee
from eventapp.rules import names

CHUNK = 2_000


def renew() -> int:
    """Makes the keys anew that the rules of today would make otherwise, and returns how many. Twice changes nothing.

    Nobody has to wait for it: it goes in chunks, and a name that is changed meanwhile keeps its new key.
    """
    changed = 0
    for table, columns in (
        (Attendee.__table__, ("name",)),
        (Invitation.__table__, ("name", "organization")),
    ):
        last: int | None = 0
        while last is not None:
            last, written = _renew(table, columns, last)
            changed += written
    return changed


@transactional
def _renew(table: Any, columns: tuple[str, ...], after_id: int) -> tuple[int | None, int]:
    """One chunk of a table; returns the id to go on after, None at the end, and how many keys were changed."""
    named = [table.c[column] for column in columns]
    rows = db.session.execute(
        select(table.c.id, table.c.name_key, *named).where(table.c.id > after_id).order_by(table.c.id).limit(CHUNK)
    ).all()
    stale = []
    for row_id, key, *parts in rows:
        right = names.search_key(" ".join(filter(None, parts)))
        if right != key:
            kept = {f"old_{column}": part for column, part in zip(columns, parts, strict=True)}
            stale.append({"row_id": row_id, "key": right, **kept})
    if stale:
        same = [column.is_not_distinct_from(bindparam(f"old_{column.name}")) for column in named]
        db.session.connection().execute(
            update(table).where(table.c.id == bindparam("row_id"), *same).values(name_key=bindparam("key")), stale
        )
    return (rows[-1].id if len(rows) == CHUNK else None), len(stale)
