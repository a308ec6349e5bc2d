"""Lists on paper at the desk: making a version, printing it, adding who came since."""

from typing import Any

from flask import Blueprint, g, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import language, queries, services
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules.vocabulary import Initials, PrintKind
from eventapp.web.forms import ChoiceField, FormIdField, StaffForm
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("paper_list", __name__)

KINDS = (PrintKind.ATTENDANCE_SHEET, PrintKind.DOOR_LIST)


class ListForm(StaffForm):
    """A list that is to be made, or added to; sent twice it is one."""

    form_id = FormIdField()


class PrintForm(StaffForm):
    """What of a list is printed, and how."""

    form_id = FormIdField()
    kind = ChoiceField(N_("What for"), default=PrintKind.ATTENDANCE_SHEET.value)
    part = ChoiceField(N_("Which rows"), default="")
    initials = ChoiceField(
        N_("Names that begin with"),
        default="",
        description=N_("For several tables: each prints its own part. Numbers, sheets and lines stay the same."),
    )
    ticket_type = ChoiceField(N_("Category"), default="")


@bp.route("/<slug>/paper", methods=["GET", "POST"])
def index(slug: str) -> Answer:
    """All lists of the event; the form makes the next one."""
    form = ListForm()
    made: list[int] = []

    def change() -> None:
        made.append(services.paper_list.make(g.event.id, form_id=str(form.form_id.data), by=frame.me()).id)

    if frame.attempt(form, change):
        return frame.done(_("The list is made. Print it here."), ".show", list_id=made[0])
    return frame.page(
        "paper_list_list.html",
        form,
        versions=queries.paper_list.list_of_event(g.event.id),
        expected=queries.paper_list.count_expected(g.event.id),
    )


@bp.route(f"/<slug>/paper/<{ID}:list_id>", methods=["GET", "POST"])
def show(slug: str, list_id: int) -> Answer:
    """One list: what can be printed of it, who is to be added, what was entered from it."""
    paper = queries.paper_list.get(g.event.id, list_id)
    parts = queries.paper_list.list_parts(list_id)
    types = queries.registration.list_ticket_types(g.event.id)
    form = PrintForm()
    form.kind.choices = [(kind.value, words.word(kind)) for kind in KINDS]
    form.part.choices = [("", _("all")), *((str(one.supplement), part_name(one.supplement)) for one in parts)]
    form.initials.choices = [("", _("all")), *words.choices(Initials)]
    form.ticket_type.choices = [("", _("all")), *((str(one.id), str(one.name)) for one in types)]
    made: list[int] = []

    def change() -> None:
        run = services.print_run.ask(
            g.event.id,
            PrintKind(form.kind.data),
            _options(form, list_id),
            language=language.current(),
            form_id=str(form.form_id.data),
            by=frame.me(),
        )
        made.append(run.id)

    if frame.attempt(form, change):
        return redirect(url_for("organizer.print_run.show", slug=slug, run_id=made[0]), 303)
    latest = queries.paper_list.find_latest(g.event.id)
    is_latest = latest is not None and latest.id == list_id
    return frame.page(
        "paper_list_show.html",
        form,
        paper=paper,
        parts=parts,
        part_name=part_name,
        adding=ListForm(formdata=None),
        is_latest=is_latest,
        since=queries.paper_list.count_expected(g.event.id, without_list_id=list_id) if is_latest else 0,
        entries=queries.paper_entry.list_of_list(list_id),
    )


def part_name(supplement: int) -> str:
    """The list as it was first made, or one of its supplements."""
    if not supplement:
        return _("The list as it was made")
    return _("Supplement %(number)s", number=supplement)


def _options(form: PrintForm, list_id: int) -> dict[str, Any]:
    part, category = form.part.data, form.ticket_type.data
    return {
        "list_id": list_id,
        "supplement": int(part) if part else None,
        "initials": form.initials.data or None,
        "ticket_type_id": int(category) if category else None,
    }


@bp.post(f"/<slug>/paper/<{ID}:list_id>/supplement")
def add_supplement(slug: str, list_id: int) -> BaseResponse:
    """Adds who was confirmed since the list was made."""
    form = ListForm()
    queries.paper_list.get(g.event.id, list_id)
    made: list[int] = []

    def change() -> None:
        made.append(
            services.paper_list.add_supplement(g.event.id, list_id, form_id=str(form.form_id.data), by=frame.me())
        )

    if frame.attempt(form, change):
        return frame.done(
            _("Supplement %(number)s is made. Print it alone, beside the list that you have.", number=made[0]),
            ".show",
            list_id=list_id,
        )
    return frame.done(" ".join(form.form_errors), ".show", list_id=list_id)
