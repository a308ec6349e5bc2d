"""Uploaded files."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import undefer

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.speaker import Speaker
from eventapp.models.stored_file import StoredFile
from eventapp.rules.vocabulary import SpeakerAnswer


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
            Speaker.is_listed,
            Speaker.answer != SpeakerAnswer.DECLINED,
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
