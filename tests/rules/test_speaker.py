"""What is needed from a speaker: done by itself, ticked, missing, overdue."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from eventapp.rules.speaker import Material, TaskStatus, material, outstanding
from eventapp.rules.vocabulary import PhotoConsent, TaskKind

TODAY = date(2026, 11, 24)
NOTHING = {"photo_hash": None, "biography": {}, "stage_needs": None, "photo_consent": None, "files": 0}


@dataclass
class Task:
    id: int
    kind: TaskKind
    due_on: date | None = None


def statuses(task, facts):
    return [state.status for state in outstanding([task], facts, TODAY)]


@pytest.mark.parametrize(
    ("kind", "there"),
    [
        (TaskKind.PHOTO, {"photo_hash": "0" * 64}),
        (TaskKind.BIOGRAPHY, {"biography": {"fr": "Elle écrit."}}),
        (TaskKind.SLIDES, {"files": 1}),
        (TaskKind.STAGE_NEEDS, {"stage_needs": ""}),
        (TaskKind.PHOTO_CONSENT, {"photo_consent": PhotoConsent.NO}),
        (TaskKind.CUSTOM, {"done": [1]}),
    ],
)
def test_task_is_done_when_the_thing_is_there(kind, there):
    assert statuses(Task(1, kind), material(**NOTHING)) == [TaskStatus.MISSING]
    assert statuses(Task(1, kind), material(**{**NOTHING, **there})) == [TaskStatus.DONE]


def test_tick_does_not_stand_in_for_a_photograph():
    assert statuses(Task(1, TaskKind.PHOTO), Material(done=frozenset({1}))) == [TaskStatus.MISSING]


def test_blank_biography_is_none():
    assert not material(**{**NOTHING, "biography": {"fr": " "}}).has_biography


@pytest.mark.parametrize(("days", "status"), [(-1, "overdue"), (0, "missing"), (1, "missing")])
def test_task_is_overdue_from_the_day_after_its_own(days, status):
    assert statuses(Task(1, TaskKind.PHOTO, TODAY + timedelta(days=days)), Material()) == [status]


def test_done_task_is_never_overdue():
    assert statuses(Task(1, TaskKind.PHOTO, TODAY - timedelta(days=9)), Material(has_photo=True)) == ["done"]


def test_what_presses_most_comes_first():
    tasks = [
        Task(1, TaskKind.PHOTO),
        Task(2, TaskKind.CUSTOM),
        Task(3, TaskKind.SLIDES, TODAY + timedelta(days=2)),
        Task(4, TaskKind.BIOGRAPHY, TODAY - timedelta(days=1)),
    ]
    states = outstanding(tasks, Material(has_photo=True), TODAY)
    assert [state.task.id for state in states] == [4, 3, 2, 1]
