"""Uploaded files."""

from datetime import datetime

from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import undefer

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.audit import AuditEntry
from eventapp.models.speaker import Speaker
from eventapp.models.stored_file import StoredFile
from eventapp.queries.speaker import IS_SHOWN


def get(sha256: str) -> StoredFile:
    """A file with its content. Raises NotFound."""
    row = db.session.scalar(select(StoredFile).where(StoredFile.sha256 == sha256).options(undefer(StoredFile.content)))
    if row is None:
        raise NotFound("file")
    return row


def get_photo(sha256: str) -> StoredFile:
    """A photograph that public pages show, with its content. Raises NotFound, also for any other file."""
    shown = (
        select(func.count())
        .select_from(Speaker)
        .where(
            or_(Speaker.photo_hash == StoredFile.sha256, Speaker.small_photo_hash == StoredFile.sha256),
            IS_SHOWN,
        )
        .correlate(StoredFile)
        .scalar_subquery()
    )
    row = db.session.scalar(
        select(StoredFile).where(StoredFile.sha256 == sha256, shown > 0).options(undefer(StoredFile.content))
    )
    if row is None:
        raise NotFound("file")
    return row


PROGRAMME, ATTENDEES = "programme.upload", "attendee.upload"
"""How the audit names a file that was uploaded for an import."""

_DIGEST = 50
_SUBJECT = literal("file:") + func.substr(StoredFile.sha256, 1, _DIGEST)


def upload_subject(sha256: str) -> str:
    """How the audit names an uploaded file: by as much of its digest as finds room."""
    return f"file:{sha256[:_DIGEST]}"


def get_upload(event_id: int, sha256: str, action: str) -> bytes:
    """A file that was uploaded for an import into this event and waits for it. Raises NotFound, also for one that was
    uploaded for another event or another import."""
    content = db.session.scalar(
        select(StoredFile.content)
        .join(AuditEntry, AuditEntry.subject == _SUBJECT)
        .where(StoredFile.sha256 == sha256, AuditEntry.event_id == event_id, AuditEntry.action == action)
        .limit(1)
    )
    if content is None:
        raise NotFound(sha256)
    return content


def list_uploads_before(event_id: int, at: datetime) -> list[str]:
    """The digests of files that were uploaded for imports into this event before a time, not since, and are kept."""
    return list(
        db.session.scalars(
            select(StoredFile.sha256)
            .join(AuditEntry, AuditEntry.subject == _SUBJECT)
            .where(AuditEntry.event_id == event_id, AuditEntry.action.in_((PROGRAMME, ATTENDEES)))
            .group_by(StoredFile.sha256)
            .having(func.max(AuditEntry.at) < at)
        )
    )
