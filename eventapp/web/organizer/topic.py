"""The topics that sessions treat, by number."""

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, StringField
from wtforms.widgets import ColorInput

from eventapp import queries, services
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.web.forms import FormIdField, LocalizedField, StaffForm
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("topic", __name__)


class TopicForm(StaffForm):
    """A topic."""

    form_id = FormIdField()
    title = LocalizedField(N_("Title"), required=True, max_length=300)
    has_colour = BooleanField(N_("Mark its sessions with a colour"))
    colour = StringField(N_("Colour"), widget=ColorInput())

    def chosen_colour(self) -> str | None:
        """The colour, if it is to have one."""
        return self.colour.data if self.has_colour.data else None


@bp.get("/<slug>/topics")
def index(slug: str) -> str:
    """All of them, by number."""
    return render_template("organizer/topic_list.html", rows=queries.programme.list_topics(g.event.id))


@bp.route("/<slug>/topics/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """A further one, under the next number."""
    form = TopicForm(colour=g.event.accent)

    def change() -> None:
        services.programme.add_topic(
            g.event.id,
            form.title.data,
            colour=form.chosen_colour(),
            account_id=frame.me(),
            form_id=form.form_id.data,
        )

    if frame.attempt(form, change):
        return frame.done(_("Added."), ".index")
    return frame.page("topic_form.html", form, row=None)


@bp.route(f"/<slug>/topics/<{ID}:row_id>", methods=["GET", "POST"])
def edit(slug: str, row_id: int) -> Answer:
    """One of them."""
    row = queries.programme.get_topic(g.event.id, row_id)
    form = TopicForm(title=row.title, has_colour=row.colour is not None, colour=row.colour or g.event.accent)

    def change() -> None:
        services.programme.change_topic(
            g.event.id, row_id, form.title.data, form.chosen_colour(), account_id=frame.me()
        )

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".index")
    return frame.page("topic_form.html", form, row=row)


@bp.route(f"/<slug>/topics/<{ID}:row_id>/remove", methods=["GET", "POST"])
def remove(slug: str, row_id: int) -> Answer:
    """Asks, then takes one away, unless a session treats it."""
    row = queries.programme.get_topic(g.event.id, row_id)
    return frame.confirm(
        lambda: services.programme.remove_topic(g.event.id, row_id, account_id=frame.me()),
        question=_("Remove “%(name)s”?", name=str(row.title)),
        consequences=[_("Only a topic without sessions can be removed. The topics behind it move up by one number.")],
        button=_("Remove"),
        back=url_for(".index", slug=slug),
        message=_("Removed."),
    )


@bp.post(f"/<slug>/topics/<{ID}:row_id>/move")
def move(slug: str, row_id: int) -> BaseResponse:
    """One number up or down."""
    services.programme.move_topic(g.event.id, row_id, frame.steps())
    return frame.done(_("Moved."), ".index")
