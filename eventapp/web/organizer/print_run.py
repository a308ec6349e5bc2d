"""Printing for many people at once: choosing, how far it is, the file, throwing it away."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, g, redirect, render_template, url_for
from wtforms import BooleanField

from eventapp import language, queries, services
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import invitation_letter
from eventapp.rules.vocabulary import Initials, PrintKind, PrintState, TicketPaper
from eventapp.web import personal
from eventapp.web.forms import ChoiceField, FormIdField, StaffForm
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import ID, Answer

if TYPE_CHECKING:
    from eventapp.models.print_run import PrintRun
    from eventapp.models.registration import TicketType

bp = Blueprint("print_run", __name__)

SHOWN = 50
"""Runs on the page: the latest; older ones have no file any longer."""


class TicketsForm(StaffForm):
    """Which tickets are printed, and how."""

    form_id = FormIdField()
    paper = ChoiceField(N_("Paper"), default=TicketPaper.A4_THREE.value)
    ticket_type = ChoiceField(N_("Category"), default="")
    without_email = BooleanField(
        N_("Only people without an e-mail address"),
        description=N_("Nobody can send them their ticket, so paper is how it reaches them."),
    )


@bp.route("/<slug>/printing", methods=["GET", "POST"])
def index(slug: str) -> Answer:
    """What is being printed or was; the form asks for tickets."""
    form = TicketsForm()
    form.paper.choices = words.choices(TicketPaper)
    types = queries.registration.list_ticket_types(g.event.id)
    form.ticket_type.choices = [("", _("all")), *((str(one.id), str(one.name)) for one in types)]
    made: list[int] = []

    def change() -> None:
        run = services.print_run.ask(
            g.event.id,
            PrintKind.TICKETS,
            _options(form),
            language=language.current(),
            form_id=str(form.form_id.data),
            by=frame.me(),
        )
        made.append(run.id)

    if frame.attempt(form, change):
        return redirect(url_for(".show", slug=slug, run_id=made[0]), 303)
    return frame.page(
        "print_run_list.html",
        form,
        runs=queries.print_run.list_of_event(g.event.id, limit=SHOWN),
        total=queries.print_run.count_tickets(g.event.id, {}),
        without_email=queries.print_run.count_tickets(g.event.id, {"without_email": True}),
        what=_what(),
    )


def _options(form: TicketsForm) -> dict[str, Any]:
    chosen = form.ticket_type.data
    return {
        "paper": form.paper.data,
        "ticket_type_id": int(chosen) if chosen else None,
        "without_email": bool(form.without_email.data),
    }


@bp.get(f"/<slug>/printing/<{ID}:run_id>")
def show(slug: str, run_id: int) -> str:
    """How far one is. While it is made, the page is asked for again by itself."""
    run = queries.print_run.get_in(g.event.id, run_id)
    return render_template(
        "organizer/print_run_show.html",
        run=run,
        what=_what()(run),
        is_open=run.state in (PrintState.QUEUED, PrintState.RUNNING),
        posted=_posted(run) if run.kind is PrintKind.LETTERS else None,
    )


def _posted(run: "PrintRun") -> str:
    """Where it is said that letters were posted."""
    chosen = invitation_letter.chosen(run.options)
    return url_for(
        "organizer.invitation_letter.posted",
        slug=g.event.slug,
        who=chosen.who.value,
        category=chosen.ticket_type_id,
        last=chosen.last_id,
    )


@bp.get(f"/<slug>/printing/<{ID}:run_id>/file")
def file(slug: str, run_id: int) -> Response:
    """The finished file, to be saved. It holds names, so no browser keeps it by itself."""
    run, content = queries.print_run.get_file(g.event.id, run_id)
    word = _(_FILE_WORDS[run.kind])
    answer = personal.download(content.content, content.media_type, filename=f"{word}-{g.event.slug}-{run.id}.pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer


_FILE_WORDS = {
    PrintKind.TICKETS: N_("tickets"),
    PrintKind.LETTERS: N_("letters"),
    PrintKind.DOOR_LIST: N_("list"),
    PrintKind.ATTENDANCE_SHEET: N_("attendance"),
}


@bp.post(f"/<slug>/printing/<{ID}:run_id>/discard")
def discard(slug: str, run_id: int) -> Answer:
    """Throws the file away, or stops what is being made."""
    return frame.tried(
        lambda: services.print_run.discard(g.event.id, run_id, by=frame.me()), _("Thrown away."), ".show", run_id=run_id
    )


@bp.post(f"/<slug>/printing/<{ID}:run_id>/again")
def retry(slug: str, run_id: int) -> Answer:
    """Has the file made once more."""
    return frame.tried(
        lambda: services.print_run.retry(g.event.id, run_id, by=frame.me()),
        _("It is made once more."),
        ".show",
        run_id=run_id,
    )


def _what() -> "Callable[[PrintRun], str]":
    """Says what a run prints, in a line."""
    types = {one.id: one for one in queries.registration.list_ticket_types(g.event.id)}
    versions = queries.paper_list.list_versions(g.event.id)

    def say(run: "PrintRun") -> str:
        parts = [words.word(run.kind)]
        if run.kind is PrintKind.TICKETS:
            category = types.get(run.options["ticket_type_id"])
            parts += [str(category.name)] if category else []
            parts += [_("people without an e-mail address")] if run.options["without_email"] else []
            parts.append(words.word(TicketPaper(run.options["paper"])))
        if run.kind is PrintKind.LETTERS:
            chosen = invitation_letter.chosen(run.options)
            category = types.get(chosen.ticket_type_id or 0)
            parts += [str(category.name)] if category else []
            parts.append(words.word(chosen.who))
        if run.kind in (PrintKind.DOOR_LIST, PrintKind.ATTENDANCE_SHEET):
            parts += _of_list(run, versions, types)
        return " · ".join(parts)

    return say


def _of_list(run: "PrintRun", versions: "dict[int, int]", types: "dict[int, TicketType]") -> list[str]:
    """Which rows of which list."""
    options = run.options
    parts = [_("List %(number)s", number=versions.get(options["list_id"], 0))]
    parts += [_("Supplement %(number)s", number=options["supplement"])] if options["supplement"] else []
    category = types.get(options["ticket_type_id"])
    parts += [str(category.name)] if category else []
    parts += [words.word(Initials(options["initials"]))] if options["initials"] else []
    return parts
