"""Who has come: what counts as that. A rehearsal never does."""

from typing import Any

from sqlalchemy import ColumnElement, exists

from eventapp.models.checkin import Admission, Checkpoint
from eventapp.rules.vocabulary import CheckpointKind


def came(attendee_id: Any) -> ColumnElement[bool]:
    """Whether somebody came in by an entrance of the venue: what numbers and reports count."""
    return _entered(attendee_id, Checkpoint.kind == CheckpointKind.VENUE)


def is_here(attendee_id: Any) -> ColumnElement[bool]:
    """Whether somebody was let in or given anything anywhere: their place is used, and is nobody else's any more."""
    return _entered(attendee_id, Checkpoint.kind != CheckpointKind.REHEARSAL)


def _entered(attendee_id: Any, where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Admission.attendee_id == attendee_id,
        Admission.entered_at.is_not(None),
        Admission.checkpoint_id == Checkpoint.id,
        where,
    )
