"""Reminding speakers of what is still missing from them."""

from collections.abc import Collection

from eventapp import clock, queries
from eventapp.db import transactional
from eventapp.formats.reminder import Needed
from eventapp.queries.speaker_board import Standing
from eventapp.rules import event as event_rules
from eventapp.rules import speaker as rules
from eventapp.rules.vocabulary import DeliveryKind, SpeakerAnswer
from eventapp.services import audit, delivery


def needed(standing: Standing) -> list[Needed]:
    """What is missing from a speaker, for a message: their answer first, then what presses most."""
    if standing.speaker.answer is SpeakerAnswer.DECLINED:
        return []
    return [
        *([Needed()] if standing.is_open else []),
        *(Needed(state.task.kind, state.task.title, state.task.due_on) for state in standing.missing),
    ]


@transactional
def remind(
    event_id: int, speaker_ids: Collection[int], *, account_id: int | None = None, form_id: str | None = None
) -> int:
    """Writes to those of these speakers from whom something is missing; returns to how many.

    Whoever has handed in everything since, declined, or has no address gets nothing. A form that is sent twice writes
    once, and tells the same number again. Raises Refused("event_over") once there is nothing to prepare.
    """
    event = queries.event.lock(event_id)
    rules.check_may_answer(event_rules.stage(event.state, event.starts_at, event.ends_at, clock.now()))
    before = audit.find_made("speaker.remind", form_id, event_id=event_id)
    if before is not None:
        return before
    written = 0
    for standing in queries.speaker_board.list_standings(event, clock.now()):
        row = standing.speaker
        if row.id not in speaker_ids or not standing.is_to_remind:
            continue
        if delivery.queue_for_speaker(row.id, DeliveryKind.SPEAKER_REMINDER) is not None:
            written += 1
    # What this form made is messages: their number stands for them.
    audit.record("speaker.remind", f"messages:{written}", event_id=event_id, account_id=account_id, form_id=form_id)
    return written
