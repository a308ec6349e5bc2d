"""What an organizer needs from a speaker, and what of it is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.rules.event import Stage
from eventapp.rules.vocabulary import PhotoConsent, TaskKind


class Task(Protocol):
    """One thing that is needed from every speaker of an event; a row of `models.speaker.SpeakerTask` is one."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> TaskKind: ...
    @property
    def due_on(self) -> date | None: ...


T = TypeVar("T", bound=Task)


class TaskStatus(StrEnum):
    """Where a task stands. The order is that of a list: what presses most comes first."""

    OVERDUE = "overdue"
    MISSING = "missing"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Material:
    """What has come in from a speaker."""

    has_photo: bool = False
    has_biography: bool = False
    has_slides: bool = False
    has_stage_needs: bool = False
    """Whether they said what they need on stage; that they need nothing is an answer too."""
    has_photo_consent: bool = False
    """Whether they answered about photographs, whatever the answer."""
    done: frozenset[int] = frozenset()
    """The ids of the tasks that they ticked."""


@dataclass(frozen=True)
class TaskState(Generic[T]):
    """One task of one speaker."""

    task: T
    status: TaskStatus

    @property
    def is_done(self) -> bool:
        return self.status is TaskStatus.DONE


def material(
    *,
    photo_hash: str | None,
    biography: Mapping[str, str],
    stage_needs: str | None,
    photo_consent: PhotoConsent | None,
    files: int,
    done: Iterable[int] = (),
) -> Material:
    """What has come in, from the columns of a speaker, how many files they handed in, and what they ticked."""
    return Material(
        has_photo=photo_hash is not None,
        has_biography=bool(LocalizedText(biography)),
        has_slides=files > 0,
        has_stage_needs=stage_needs is not None,
        has_photo_consent=photo_consent is not None,
        done=frozenset(done),
    )


def outstanding(tasks: Iterable[T], facts: Material, today: date) -> list[TaskState[T]]:
    """Where each task of a speaker stands: overdue ones first, then missing ones, each by their day, then what is done.

    ``today`` is the day on the event's clocks; a task is overdue from the day after its own. What a photograph, a
    biography and so on show by being there needs no tick; a ``custom`` task counts as done when the speaker says so.
    """
    there = {
        TaskKind.PHOTO: facts.has_photo,
        TaskKind.BIOGRAPHY: facts.has_biography,
        TaskKind.SLIDES: facts.has_slides,
        TaskKind.STAGE_NEEDS: facts.has_stage_needs,
        TaskKind.PHOTO_CONSENT: facts.has_photo_consent,
    }

    def status(task: T) -> TaskStatus:
        if task.id in facts.done if task.kind is TaskKind.CUSTOM else there[task.kind]:
            return TaskStatus.DONE
        return TaskStatus.OVERDUE if task.due_on is not None and task.due_on < today else TaskStatus.MISSING

    states = [TaskState(task, status(task)) for task in tasks]
    order = list(TaskStatus)
    return sorted(states, key=lambda state: (order.index(state.status), state.task.due_on or date.max))


def check_may_answer(stage: Stage) -> None:
    """Refuses (``event_over``) an answer to an event that is finished or cancelled."""
    if stage in (Stage.FINISHED, Stage.CANCELLED):
        raise Refused("event_over")


def check_crew(people: int, limit: int) -> None:
    """Refuses (``crew_full``, ``crew_none``) one more person than a performer may bring."""
    if limit == 0:
        raise Refused("crew_none")
    if people >= limit:
        raise Refused("crew_full", max=limit)


def check_period(starts_at: datetime | None, ends_at: datetime | None) -> None:
    """Refuses (``ends_before_start``) hours that end before they begin; either end may be open."""
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise Refused("ends_before_start", field="ends_at")
