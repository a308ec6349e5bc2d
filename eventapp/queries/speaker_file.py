"""Slides that speakers handed in."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import undefer

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.speaker import SpeakerFile
from eventapp.models.stored_file import StoredFile


@dataclass(frozen=True)
class HandedIn:
    """A file with its size in bytes."""

    file: SpeakerFile
    size: int


def list_files(speaker_id: int) -> list[HandedIn]:
    """What a speaker handed in, the oldest first, without the contents."""
    rows = db.session.execute(
        select(SpeakerFile, StoredFile.size)
        .join(StoredFile, StoredFile.sha256 == SpeakerFile.file_hash)
        .where(SpeakerFile.speaker_id == speaker_id)
        .order_by(SpeakerFile.id)
    )
    return [HandedIn(*row) for row in rows]


def find(speaker_id: int, file_id: int) -> SpeakerFile | None:
    """A file of a speaker; None if it is not there, or another's."""
    return db.session.scalar(select(SpeakerFile).where(SpeakerFile.id == file_id, SpeakerFile.speaker_id == speaker_id))


@dataclass(frozen=True)
class Opened:
    """A file with its content."""

    name: str
    media_type: str
    content: bytes


def open_file(event_id: int, speaker_id: int, file_id: int) -> Opened:
    """A file of a speaker of an event. Raises NotFound, also for one of another's."""
    row = db.session.execute(
        select(SpeakerFile.name, StoredFile)
        .join(StoredFile, StoredFile.sha256 == SpeakerFile.file_hash)
        .where(SpeakerFile.id == file_id, SpeakerFile.speaker_id == speaker_id, SpeakerFile.event_id == event_id)
        .options(undefer(StoredFile.content))
    ).first()
    if row is None:
        raise NotFound(file_id)
    return Opened(row[0], row[1].media_type, row[1].content)
