"""Changes to what the organizer needs from every speaker."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.language import LocalizedText, local
from eventapp.models.speaker import SpeakerTask
from eventapp.rules import event as rules
from eventapp.rules.order import moved
from eventapp.rules.vocabulary import TaskKind
from eventapp.services import audit

USUAL = {
    TaskKind.PHOTO: 21,
    TaskKind.BIOGRAPHY: 21,
    TaskKind.PHOTO_CONSENT: 21,
    TaskKind.STAGE_NEEDS: 14,
    TaskKind.SLIDES: 3,
}
"""What most events need from their speakers, and how many days before the event."""


@dataclass(frozen=True, kw_only=True)
class TaskFacts:
    """One thing that is needed. Only a ``custom`` one has a title; the others have the words of their kind."""

    kind: TaskKind
    title: LocalizedText = field(default_factory=LocalizedText)
    due_on: date | None = None


@transactional
def add(event_id: int, facts: TaskFacts, *, account_id: int | None = None, form_id: str | None = None) -> SpeakerTask:
    """Adds one thing that is needed, at the end.

    Raises Refused with ``title_missing`` (a ``custom`` one), or ``task_twice`` for a kind that is asked for already.
    """
    queries.event.lock(event_id)
    made = audit.find_made("speaker_task.add", form_id, event_id=event_id)
    if made is not None:
        return queries.speaker.get_task(event_id, made)
    tasks = queries.speaker.list_tasks(event_id)
    _check(facts, tasks)
    task = _new(event_id, facts, len(tasks))
    db.session.flush()
    audit.record(
        "speaker_task.add", f"speaker_task:{task.id}", event_id=event_id, account_id=account_id, form_id=form_id
    )
    return task


def _check(facts: TaskFacts, others: list[SpeakerTask]) -> None:
    if facts.kind is TaskKind.CUSTOM:
        rules.check_title(facts.title)
    elif any(task.kind is facts.kind for task in others):
        raise Refused("task_twice", field="kind")


def _new(event_id: int, facts: TaskFacts, position: int) -> SpeakerTask:
    task = SpeakerTask(event_id=event_id, position=position, **_values(facts))
    db.session.add(task)
    return task


def _values(facts: TaskFacts) -> dict[str, object]:
    title = facts.title if facts.kind is TaskKind.CUSTOM else LocalizedText()
    return {"kind": facts.kind, "title": title, "due_on": facts.due_on}


@transactional
def add_usual(event_id: int, *, account_id: int | None = None) -> int:
    """Adds what most events need and this one does not ask for yet; returns how many. Twice adds nothing more.

    Each is due some days before the event; a day that has passed, or an event without a date, leaves it open.
    """
    event = queries.event.lock(event_id)
    tasks = queries.speaker.list_tasks(event_id)
    there = {task.kind for task in tasks}
    today = local(clock.now(), event.timezone).date()
    starts_on = local(event.starts_at, event.timezone).date() if event.starts_at else None
    position = len(tasks)
    for kind, days in USUAL.items():
        if kind in there:
            continue
        due_on = starts_on - timedelta(days=days) if starts_on else None
        task = _new(event_id, TaskFacts(kind=kind, due_on=due_on if due_on and due_on >= today else None), position)
        position += 1
        db.session.flush()
        audit.record("speaker_task.add", f"speaker_task:{task.id}", event_id=event_id, account_id=account_id)
    return position - len(tasks)


@transactional
def change(event_id: int, task_id: int, facts: TaskFacts, *, account_id: int | None = None) -> None:
    """Changes what is needed. Raises NotFound, and Refused like `add`."""
    queries.event.lock(event_id)
    task = queries.speaker.get_task(event_id, task_id)
    _check(facts, [other for other in queries.speaker.list_tasks(event_id) if other.id != task_id])
    changed = audit.apply(task, **_values(facts))
    if changed:
        subject = f"speaker_task:{task_id}"
        audit.record("speaker_task.change", subject, event_id=event_id, account_id=account_id, changed=changed)


@transactional
def remove(event_id: int, task_id: int, *, account_id: int | None = None) -> None:
    """Needs it no longer; what speakers handed in stays. Raises NotFound."""
    queries.event.lock(event_id)
    db.session.delete(queries.speaker.get_task(event_id, task_id))
    audit.record("speaker_task.remove", f"speaker_task:{task_id}", event_id=event_id, account_id=account_id)


@transactional
def move(event_id: int, task_id: int, steps: int) -> None:
    """Moves it among the others: -1 one place up, 1 one place down. Raises NotFound."""
    queries.event.lock(event_id)
    queries.speaker.get_task(event_id, task_id)
    rows = {row.id: row for row in queries.speaker.list_tasks(event_id)}
    for position, row_id in enumerate(moved(list(rows), task_id, steps)):
        rows[row_id].position = position
