"""Changes to an organizer's own questions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.models.question import EventQuestion
from eventapp.rules import custom_question as rules
from eventapp.rules.custom_question import Asking
from eventapp.rules.order import moved
from eventapp.services import audit


@transactional
def add(
    event_id: int,
    asking: Asking,
    *,
    lines: Mapping[str, str] | None = None,
    account_id: int | None = None,
    form_id: str | None = None,
) -> EventQuestion:
    """Asks one more question, at the end. The same ``form_id`` again returns the first result.

    ``lines`` are its choices as they are typed, by language. Raises Refused with ``questions_too_many`` or as
    `rules.custom_question.check` and `choices` do.
    """
    queries.event.lock(event_id)
    made = audit.find_made("question.add", form_id, event_id=event_id)
    if made is not None:
        return queries.question.get(event_id, made)
    others = queries.question.list_asked(event_id)
    if len(others) >= rules.MAX_QUESTIONS:
        raise Refused("questions_too_many", max=rules.MAX_QUESTIONS)
    asking = _with_choices(asking, lines, ())
    _check(event_id, asking, others)
    row = EventQuestion(event_id=event_id, position=_next_position(event_id), **_values(asking))
    db.session.add(row)
    db.session.flush()
    audit.record("question.add", f"question:{row.id}", event_id=event_id, account_id=account_id, form_id=form_id)
    return row


def _with_choices(asking: Asking, lines: Mapping[str, str] | None, before: Sequence[Mapping[str, Any]]) -> Asking:
    if lines is None or asking.kind not in rules.WITH_CHOICES:
        return asking
    return replace(asking, choices=rules.choices(lines, before))


def _next_position(event_id: int) -> int:
    return max((row.position for row in queries.question.list_all(event_id)), default=-1) + 1


def _check(event_id: int, asking: Asking, earlier: Sequence[EventQuestion]) -> None:
    rules.check(asking, earlier, [one.id for one in queries.registration.list_ticket_types(event_id)])


def _values(asking: Asking) -> dict[str, Any]:
    return {
        "kind": asking.kind,
        "label": asking.label,
        "help": asking.help,
        "choices": list(asking.choices) if asking.kind in rules.WITH_CHOICES else [],
        "is_required": asking.is_required,
        "ticket_type_ids": sorted(asking.ticket_type_ids),
        "shown_if_question_id": asking.shown_if_question_id,
        "shown_if_value": asking.shown_if_value if asking.shown_if_question_id is not None else None,
        "is_sensitive": asking.is_sensitive,
        "is_counted": asking.is_counted,
        "reason": asking.reason,
    }


@transactional
def change(
    event_id: int,
    question_id: int,
    asking: Asking,
    *,
    lines: Mapping[str, str] | None = None,
    account_id: int | None = None,
) -> None:
    """Changes a question; its answers stay, so its kind does too once there are any.

    ``lines`` are its choices as they are typed; those that are there keep their keys.

    Raises NotFound, or Refused with ``question_answered``, ``condition_in_use`` or as `add` does.
    """
    queries.event.lock(event_id)
    row = queries.question.get(event_id, question_id)
    if asking.kind is not row.kind and queries.question.has_answers(question_id):
        raise Refused("question_answered", field="kind")
    asking = _with_choices(asking, lines, row.choices)
    others = queries.question.list_asked(event_id)
    place = [one.id for one in others].index(question_id)
    _check(event_id, asking, others[:place])
    for later in others[place + 1 :]:
        if later.shown_if_question_id == question_id and later.shown_if_value not in rules.conditions(asking):
            raise Refused("condition_in_use", field="choices", question=str(later.label))
    changed = audit.apply(row, **_values(asking))
    if changed:
        subject = f"question:{question_id}"
        audit.record("question.change", subject, event_id=event_id, account_id=account_id, changed=changed)


@transactional
def remove(event_id: int, question_id: int, *, account_id: int | None = None) -> None:
    """Asks a question no longer. What people answered stays, and with it the question's words.

    Raises NotFound, or Refused("question_in_use") when another question depends on it.
    """
    queries.event.lock(event_id)
    row = queries.question.get(event_id, question_id)
    for other in queries.question.list_all(event_id):
        if other.shown_if_question_id != question_id:
            continue
        if other.removed_at is None:
            raise Refused("question_in_use", question=str(other.label))
        other.shown_if_question_id, other.shown_if_value = None, None  # nobody is asked it any more
    db.session.flush()
    if queries.question.has_answers(question_id):
        row.removed_at = clock.now()
    else:
        db.session.delete(row)
    audit.record("question.remove", f"question:{question_id}", event_id=event_id, account_id=account_id)


@transactional
def move(event_id: int, question_id: int, steps: int) -> None:
    """Moves a question among the others: -1 one place up, 1 one place down.

    Raises NotFound, or Refused("condition_later") where it would come before the one that it depends on, or after one
    that depends on it.
    """
    queries.event.lock(event_id)
    queries.question.get(event_id, question_id)
    rows = {row.id: row for row in queries.question.list_asked(event_id)}
    order = moved(list(rows), question_id, steps)
    rules.check_order([rows[row_id] for row_id in order])
    for position, row_id in enumerate(order):
        rows[row_id].position = position
