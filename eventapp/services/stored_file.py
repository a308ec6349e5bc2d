"""Contents of uploaded files: kept once, and dropped when nothing refers to them any longer."""

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from eventapp import clock, queries
from eventapp.db import Base, db, transactional
from eventapp.models.stored_file import StoredFile
from eventapp.services import audit

KEPT_FOR = timedelta(days=1)
"""How long an uploaded file waits for its import."""


def _keep(statement: Any) -> Any:
    # Touching the row that is there locks it, so that nobody drops it before the caller refers to it.
    return statement.on_conflict_do_update(
        index_elements=["sha256"], set_={"media_type": statement.excluded.media_type}
    )


_KEEP = {"sqlite": _keep(sqlite_insert(StoredFile)), "postgresql": _keep(postgresql_insert(StoredFile))}


@transactional
def keep(content: bytes, media_type: str) -> str:
    """Keeps a content and returns its SHA-256 in hexadecimal. Keeping it twice is keeping it once."""
    sha256 = hashlib.sha256(content).hexdigest()
    row = {
        "sha256": sha256,
        "media_type": media_type,
        "size": len(content),
        "content": content,
        "created_at": clock.now(),
    }
    db.session.execute(_KEEP[db.engine.dialect.name], row)
    return sha256


@transactional
def keep_upload(event_id: int, content: bytes, action: str, *, account_id: int | None) -> str:
    """Keeps a file between the look at what its import would do and the import; returns its SHA-256. Older ones are
    dropped. The caller holds the event. ``action`` is how the audit names it; see `queries.stored_file`."""
    for old in queries.stored_file.list_uploads_before(event_id, clock.now() - KEPT_FOR):
        drop_unused(old)
    sha256 = keep(content, "application/octet-stream")
    subject = queries.stored_file.upload_subject(sha256)
    audit.record(action, subject, event_id=event_id, account_id=account_id)
    return sha256


@transactional
def drop_unused(sha256: str | None) -> bool:
    """Removes a content that no other row refers to; says whether it did. None and what is not there change nothing.

    Call it after the change that let go of the content, in the same transaction.
    """
    if sha256 is None:
        return False
    row = db.session.scalar(select(StoredFile).where(StoredFile.sha256 == sha256).with_for_update())
    if row is None or any(db.session.scalar(select(column).where(column == sha256).limit(1)) for column in _uses()):
        return False
    db.session.delete(row)
    db.session.flush()
    return True


def _uses() -> list[Any]:
    """Every column that refers to a content: found, not listed, so that none is forgotten."""
    return [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is StoredFile.__table__
    ]
