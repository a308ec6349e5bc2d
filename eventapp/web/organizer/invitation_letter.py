"""Letters to invitees: sent by mail or to a telephone, printed, posted; and reminders to those who do not answer."""

import re

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import language, queries, services
from eventapp.formats import pdf
from eventapp.language import N_, ngettext
from eventapp.language import gettext as _
from eventapp.rules.invitation_letter import Chosen, Who
from eventapp.rules.vocabulary import PrintKind
from eventapp.services.invitation_letter import Count
from eventapp.web.forms import ChoiceField, CountField, FormIdField, StaffForm
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("invitation_letter", __name__)


@bp.post(f"/<slug>/invitations/<{ID}:invitation_id>/send")
def send(slug: str, invitation_id: int) -> BaseResponse:
    """Sends one letter."""
    return frame.tried(
        lambda: services.invitation_letter.send(g.event.id, invitation_id, account_id=frame.me()),
        _("The message is on its way."),
        "organizer.invitation.show",
        invitation_id=invitation_id,
    )


@bp.route("/<slug>/invitations/send", methods=["GET", "POST"])
def send_all(slug: str) -> Answer:
    """Asks, with the number by each way, then sends every letter that was not sent."""
    count = services.invitation_letter.count_unsent(g.event.id)
    on_paper = ngettext(
        "%(num)s invitee has neither an address nor a telephone: print that letter.",
        "%(num)s invitees have neither an address nor a telephone: print their letters.",
        count.on_paper,
    )
    return frame.confirm(
        lambda: services.invitation_letter.send_unsent(g.event.id, account_id=frame.me()),
        question=ngettext("Send %(num)s letter?", "Send %(num)s letters?", count.in_all),
        consequences=[
            *_by_way(count),
            _("To everybody who can be reached, got no letter yet and has not answered."),
            *([on_paper] if count.on_paper else []),
        ],
        button=ngettext("Send %(num)s letter", "Send %(num)s letters", count.in_all),
        back=url_for("organizer.invitation.index", slug=slug),
        message=_("The letters are on their way."),
    )


def _by_way(count: Count) -> list[str]:
    return [
        " ".join((ngettext("%(num)s person", "%(num)s people", number), words.by_way(way)))
        for way, number in count.by_way.items()
    ]


class RemindForm(StaffForm):
    """Whom to remind."""

    days = CountField(
        N_("Only those whose time to answer ends within so many days"),
        least=1,
        most=365,
        description=N_("Left empty: all who have not answered."),
    )


@bp.route("/<slug>/invitations/remind", methods=["GET", "POST"])
def remind(slug: str) -> Answer:
    """Counts whom a reminder would go to, then sends it."""
    form = RemindForm()
    if "look" in request.form:
        form.validate_on_submit()
    else:
        told: list[int] = []

        def change() -> None:
            told.append(services.invitation_letter.remind(g.event.id, days=form.days.data, account_id=frame.me()))

        if frame.attempt(form, change):
            said = ngettext("%(num)s message is on its way.", "%(num)s messages are on their way.", told[0])
            return frame.done(said, "organizer.invitation.index")
    count = services.invitation_letter.count_unanswered(g.event.id, None if form.errors else form.days.data)
    return frame.page("invitation_letter_remind.html", form, count=count)


@bp.get(f"/<slug>/invitations/<{ID}:invitation_id>/letter.pdf")
def as_pdf(slug: str, invitation_id: int) -> Response:
    """One letter on paper."""
    answer = Response(services.invitation_letter.file(g.event.id, invitation_id), mimetype=pdf.MIMETYPE)
    word = _("invitation")
    answer.headers.set("Content-Disposition", "inline", filename=f"{g.event.slug}-{word}-{invitation_id}.pdf")
    return answer


class PrintForm(StaffForm):
    """Which letters are printed."""

    form_id = FormIdField()
    who = ChoiceField(N_("For whom"), default=Who.UNSENT.value)
    ticket_type_id = ChoiceField(N_("Category"), default="")


@bp.route("/<slug>/invitations/print", methods=["GET", "POST"])
def print_out(slug: str) -> Answer:
    """Asks which letters, counts them, and has them printed by the worker."""
    form = PrintForm()
    form.who.choices = words.choices(Who)
    types = queries.registration.list_ticket_types(g.event.id)
    form.ticket_type_id.choices = [("", _("all")), *((str(one.id), str(one.name)) for one in types)]
    made: list[int] = []

    def change() -> None:
        invited = queries.invitation.list_all(g.event.id)
        category = form.ticket_type_id.data
        chosen = Chosen(
            Who(form.who.data), int(category) if category else None, last_id=invited[-1].id if invited else None
        )
        run = services.print_run.ask(
            g.event.id,
            PrintKind.LETTERS,
            chosen.options(),
            language=language.current(),
            form_id=str(form.form_id.data),
            by=frame.me(),
        )
        made.append(run.id)

    if frame.attempt(form, change):
        return redirect(url_for("organizer.print_run.show", slug=slug, run_id=made[0]), 303)
    counts = [(words.word(who), len(queries.invitation.list_to_print(g.event.id, Chosen(who)))) for who in Who]
    return frame.page("invitation_letter_print.html", form, counts=counts)


@bp.route("/<slug>/invitations/posted", methods=["GET", "POST"])
def posted(slug: str) -> Answer:
    """Asks, then notes that printed letters were posted or handed over: those that the address chooses."""
    chosen = _chosen()
    number = sum(one.sent_at is None for one in queries.invitation.list_to_print(g.event.id, chosen))
    return frame.confirm(
        lambda: services.invitation_letter.note_posted(g.event.id, chosen, account_id=frame.me()),
        question=ngettext("Was %(num)s letter posted?", "Were %(num)s letters posted?", number),
        consequences=[
            _("They count as sent from now on: they are not sent again, and can be reminded."),
            _("Whoever was invited after the letters were printed is not among them."),
        ],
        button=_("Yes, they are on their way"),
        back=url_for("organizer.invitation.index", slug=slug),
        message=_("Noted."),
    )


def _chosen() -> Chosen:
    """The letters that the address chooses; what makes no sense is left out."""
    who = request.args.get("who", "")
    return Chosen(
        Who(who) if who in set(Who) else Who.UNSENT,
        ticket_type_id=_number(request.args.get("category", "")),
        last_id=_number(request.args.get("last", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) else None
