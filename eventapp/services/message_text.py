"""What an event says in its messages instead of the standard words."""

from datetime import timedelta

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.formats.letter import Words
from eventapp.models.message import MessageText
from eventapp.rules import message as rules
from eventapp.rules.message import Part
from eventapp.rules.vocabulary import DeliveryKind
from eventapp.services import audit


def version(text: MessageText | None) -> str:
    """Stands for the words as they are kept now, so that whoever saves is told of what others saved meanwhile."""
    return text.updated_at.isoformat() if text is not None else ""


@transactional
def set_text(
    event_id: int, kind: DeliveryKind, words: Words, *, account_id: int | None = None, seen: str | None = None
) -> None:
    """Sets what an event says in messages of a kind; what is empty is said in the standard words.

    ``seen``: the `version` that whoever wrote this had before them; None: whatever is there. Raises NotFound for a kind
    without words of its own, Refused with ``message_changed`` if somebody else saved other words since, and with what
    `rules.message.problems` finds.
    """
    if kind not in rules.EDITABLE:
        raise NotFound(kind)
    queries.event.lock(event_id)
    for part in Part:
        for text in getattr(words, part).values():
            for problem in rules.problems(kind, part, text):
                raise problem
    row = queries.message.find_text(event_id, kind)
    given = {part.value: getattr(words, part) for part in Part}
    if row is not None and all(getattr(row, part) == text for part, text in given.items()):
        return  # sent twice, or nothing changed
    if seen is not None and seen != version(row):
        raise Refused("message_changed")
    if not any(given.values()):
        if row is not None:
            _reset(row, account_id)
        return
    now = clock.now()
    if row is None:
        row = MessageText(event_id=event_id, kind=kind, updated_at=now)
        db.session.add(row)
    changed = audit.apply(row, **given)
    # Two changes within one tick of the clock are two versions all the same.
    row.updated_at = max(now, row.updated_at + timedelta(microseconds=1))
    subject = f"message:{kind}"
    audit.record("message.set_text", subject, event_id=event_id, account_id=account_id, changed=changed)


@transactional
def reset(event_id: int, kind: DeliveryKind, *, account_id: int | None = None) -> None:
    """Goes back to the standard words in every language. Twice changes nothing."""
    queries.event.lock(event_id)
    row = queries.message.find_text(event_id, kind)
    if row is not None:
        _reset(row, account_id)


def _reset(row: MessageText, account_id: int | None) -> None:
    db.session.delete(row)
    audit.record("message.reset", f"message:{row.kind}", event_id=row.event_id, account_id=account_id)
