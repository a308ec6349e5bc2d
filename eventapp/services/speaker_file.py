"""Slides: handed in, replaced, taken back."""

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.formats.slides import Slides
from eventapp.models.speaker import SpeakerFile
from eventapp.services import audit, stored_file

MAX_FILES = 20
"""How many files one speaker may hand in."""


@transactional
def add(event_id: int, speaker_id: int, slides: Slides, *, session_id: int | None = None) -> SpeakerFile:
    """Keeps a file, for one of the speaker's sessions or for none. The same content for the same session is kept once.

    Raises NotFound, or Refused with ``choice_invalid`` (not one of their sessions) or ``file_too_many``.
    """
    queries.event.lock(event_id)
    queries.speaker.get_by_id(event_id, speaker_id)
    if session_id is not None:
        mine = [session.id for session in queries.programme.list_for_speaker(speaker_id)]
        if session_id not in mine:
            raise Refused("choice_invalid", field="session_id")
    sha256 = stored_file.keep(slides.content, slides.media_type)
    before = [row.file for row in queries.speaker_file.list_files(speaker_id)]
    for file in before:
        if (file.file_hash, file.session_id) == (sha256, session_id):
            return file
    if len(before) >= MAX_FILES:
        raise Refused("file_too_many", max=MAX_FILES)
    file = SpeakerFile(
        event_id=event_id,
        speaker_id=speaker_id,
        session_id=session_id,
        name=slides.name,
        file_hash=sha256,
        uploaded_at=clock.now(),
    )
    db.session.add(file)
    db.session.flush()
    audit.record("speaker_file.add", f"speaker_file:{file.id}", event_id=event_id, account_id=None)
    return file


@transactional
def replace(event_id: int, speaker_id: int, file_id: int, slides: Slides) -> None:
    """Puts another file in the place of one, for the same session. Raises NotFound."""
    queries.event.lock(event_id)
    file = queries.speaker_file.find(speaker_id, file_id)
    if file is None:
        raise NotFound(file_id)
    before = file.file_hash
    changed = audit.apply(file, name=slides.name, file_hash=stored_file.keep(slides.content, slides.media_type))
    if not changed:
        return
    file.uploaded_at = clock.now()
    db.session.flush()
    stored_file.drop_unused(before)
    audit.record("speaker_file.replace", f"speaker_file:{file_id}", event_id=event_id, account_id=None)


@transactional
def remove(event_id: int, speaker_id: int, file_id: int) -> None:
    """Takes a file back; one that is not there any more changes nothing."""
    queries.event.lock(event_id)
    file = queries.speaker_file.find(speaker_id, file_id)
    if file is None:
        return
    sha256 = file.file_hash
    db.session.delete(file)
    db.session.flush()
    stored_file.drop_unused(sha256)
    audit.record("speaker_file.remove", f"speaker_file:{file_id}", event_id=event_id, account_id=None)
