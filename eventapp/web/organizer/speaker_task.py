"""What the organizer needs from every speaker."""

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import queries, services
from eventapp.language import N_, ngettext
from eventapp.language import gettext as _
from eventapp.rules.vocabulary import TaskKind
from eventapp.services.speaker_task import USUAL, TaskFacts
from eventapp.web.forms import ChoiceField, DayField, FormIdField, LocalizedField, StaffForm
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("speaker_task", __name__)


class TaskForm(StaffForm):
    """One thing that is needed."""

    form_id = FormIdField()
    kind = ChoiceField(N_("What is needed"))
    title = LocalizedField(N_("In your own words"), description=N_("Only for “Something else”."))
    due_on = DayField(N_("By when"), description=N_("May stay empty. From the day after, it counts as overdue."))

    @property
    def facts(self) -> TaskFacts:
        return TaskFacts(kind=TaskKind(self.kind.data), title=self.title.data, due_on=self.due_on.data)


@bp.get("/<slug>/speakers/needs")
def index(slug: str) -> str:
    """All of them, in the organizer's order."""
    rows = queries.speaker.list_tasks(g.event.id)
    there = {row.kind for row in rows}
    return render_template(
        "organizer/speaker_task_list.html", rows=rows, usual=[words.word(kind) for kind in USUAL if kind not in there]
    )


@bp.route("/<slug>/speakers/needs/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """A further one."""
    form = TaskForm()
    form.kind.choices = words.choices(TaskKind)

    def change() -> None:
        services.speaker_task.add(g.event.id, form.facts, account_id=frame.me(), form_id=form.form_id.data)

    if frame.attempt(form, change):
        return frame.done(_("Added."), ".index")
    return frame.page("speaker_task_form.html", form, row=None)


@bp.post("/<slug>/speakers/needs/usual")
def add_usual(slug: str) -> BaseResponse:
    """All that most events need, at once."""
    added = services.speaker_task.add_usual(g.event.id, account_id=frame.me())
    return frame.done(ngettext("%(num)s added.", "%(num)s added.", added), ".index")


@bp.route(f"/<slug>/speakers/needs/<{ID}:row_id>", methods=["GET", "POST"])
def edit(slug: str, row_id: int) -> Answer:
    """One of them."""
    row = queries.speaker.get_task(g.event.id, row_id)
    form = TaskForm(obj=row)
    form.kind.choices = words.choices(TaskKind)

    def change() -> None:
        services.speaker_task.change(g.event.id, row_id, form.facts, account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".index")
    return frame.page("speaker_task_form.html", form, row=queries.speaker.get_task(g.event.id, row_id))


@bp.route(f"/<slug>/speakers/needs/<{ID}:row_id>/remove", methods=["GET", "POST"])
def remove(slug: str, row_id: int) -> Answer:
    """Asks, then needs it no longer."""
    row = queries.speaker.get_task(g.event.id, row_id)
    name = str(row.title) if row.kind is TaskKind.CUSTOM else words.word(row.kind)
    return frame.confirm(
        lambda: services.speaker_task.remove(g.event.id, row_id, account_id=frame.me()),
        question=_("Remove “%(name)s”?", name=name),
        consequences=[_("Speakers are no longer asked for it. What they handed in stays.")],
        button=_("Remove"),
        back=url_for(".index", slug=slug),
        message=_("Removed."),
    )


@bp.post(f"/<slug>/speakers/needs/<{ID}:row_id>/move")
def move(slug: str, row_id: int) -> BaseResponse:
    """One place up or down."""
    services.speaker_task.move(g.event.id, row_id, frame.steps())
    return frame.done(_("Moved."), ".index")
