"""What the organizer needs from every speaker: listed, changed, moved, with the usual things by one click."""

from datetime import UTC, date, datetime

import pytest

from eventapp import queries, services
from eventapp.errors import NotFound, Refused
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import TaskKind
from eventapp.services.event import Dates
from eventapp.services.speaker_task import TaskFacts
from tests import people

pytestmark = pytest.mark.usefixtures("context", "at_noon")

PHOTO = TaskFacts(kind=TaskKind.PHOTO, due_on=date(2026, 12, 1))
RIDER = TaskFacts(kind=TaskKind.CUSTOM, title=LocalizedText(fr="Fiche technique", en="Technical sheet"))


@pytest.fixture
def event_id():
    return people.stage().event_id


def kinds(event_id):
    return [task.kind for task in queries.speaker.list_tasks(event_id)]


def test_task_is_added_at_the_end(event_id):
    services.speaker_task.add(event_id, PHOTO)
    services.speaker_task.add(event_id, RIDER)
    photo, rider = queries.speaker.list_tasks(event_id)
    assert (photo.kind, photo.due_on, photo.title) == (TaskKind.PHOTO, date(2026, 12, 1), {})
    assert (rider.kind, rider.due_on, rider.title["en"]) == (TaskKind.CUSTOM, None, "Technical sheet")


def test_task_sent_twice_is_one(event_id):
    first, second = (services.speaker_task.add(event_id, RIDER, form_id="form-of-a-task").id for _time in range(2))
    assert first == second
    assert kinds(event_id) == [TaskKind.CUSTOM]


def test_kind_that_is_asked_for_already_is_refused(event_id):
    services.speaker_task.add(event_id, PHOTO)
    with pytest.raises(Refused) as refused:
        services.speaker_task.add(event_id, PHOTO)
    assert (refused.value.code, refused.value.field) == ("task_twice", "kind")


def test_several_things_of_ones_own_are_possible(event_id):
    services.speaker_task.add(event_id, RIDER)
    services.speaker_task.add(event_id, RIDER)
    assert kinds(event_id) == [TaskKind.CUSTOM, TaskKind.CUSTOM]


def test_thing_of_ones_own_without_title_is_refused(event_id):
    with pytest.raises(Refused) as refused:
        services.speaker_task.add(event_id, TaskFacts(kind=TaskKind.CUSTOM))
    assert refused.value.code == "title_missing"


def test_task_is_changed(event_id):
    task_id = services.speaker_task.add(event_id, PHOTO).id
    services.speaker_task.change(event_id, task_id, RIDER)
    task = queries.speaker.get_task(event_id, task_id)
    assert (task.kind, str(task.title), task.due_on) == (TaskKind.CUSTOM, "Technical sheet", None)


def test_task_does_not_stand_in_its_own_way(event_id):
    task_id = services.speaker_task.add(event_id, PHOTO).id
    services.speaker_task.change(event_id, task_id, TaskFacts(kind=TaskKind.PHOTO))
    assert queries.speaker.get_task(event_id, task_id).due_on is None


def test_task_is_moved_and_removed(event_id):
    services.speaker_task.add(event_id, PHOTO)
    rider = services.speaker_task.add(event_id, RIDER).id
    services.speaker_task.move(event_id, rider, -1)
    assert kinds(event_id) == [TaskKind.CUSTOM, TaskKind.PHOTO]
    services.speaker_task.remove(event_id, rider)
    assert kinds(event_id) == [TaskKind.PHOTO]


def test_usual_things_are_added_once_with_days_before_the_event(event_id):
    services.speaker_task.add(event_id, TaskFacts(kind=TaskKind.SLIDES))
    assert services.speaker_task.add_usual(event_id) == 4
    assert services.speaker_task.add_usual(event_id) == 0
    assert {task.kind: task.due_on for task in queries.speaker.list_tasks(event_id)} == {
        TaskKind.SLIDES: None,
        TaskKind.PHOTO: date(2026, 11, 27),
        TaskKind.BIOGRAPHY: date(2026, 11, 27),
        TaskKind.PHOTO_CONSENT: date(2026, 11, 27),
        TaskKind.STAGE_NEEDS: date(2026, 12, 4),
    }


def test_usual_things_of_an_event_that_is_near_are_not_overdue_from_the_start(event_id):
    in_three_days = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    dates = Dates(starts_at=in_three_days, ends_at=None, timezone="Africa/Bamako", languages=["fr", "en"])
    services.event.set_dates(event_id, dates)
    services.speaker_task.add_usual(event_id)
    due = {task.kind: task.due_on for task in queries.speaker.list_tasks(event_id)}
    assert (due[TaskKind.PHOTO], due[TaskKind.SLIDES]) == (None, date(2026, 11, 24))


@pytest.mark.parametrize(
    "act",
    [
        lambda event_id, task_id: services.speaker_task.change(event_id, task_id, RIDER),
        lambda event_id, task_id: services.speaker_task.remove(event_id, task_id),
        lambda event_id, task_id: services.speaker_task.move(event_id, task_id, 1),
    ],
)
def test_task_of_another_event_is_not_found(event_id, act):
    other = people.stage("elsewhere", "max").event_id
    theirs = services.speaker_task.add(other, PHOTO).id
    with pytest.raises(NotFound):
        act(event_id, theirs)
