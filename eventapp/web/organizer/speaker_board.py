"""The speakers' board: who answered, what is missing, and reminding them of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, g, render_template, request

from eventapp import clock, queries, services
from eventapp.formats import reminder
from eventapp.language import N_, ngettext
from eventapp.language import gettext as _
from eventapp.queries.speaker_board import Standing
from eventapp.rules.vocabulary import SpeakerAnswer
from eventapp.web.forms import FormIdField, StaffForm
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import Answer

bp = Blueprint("speaker_board", __name__)

FILTERS: dict[str, tuple[str, Callable[[Standing], bool]]] = {
    "": (N_("all"), lambda one: True),
    "open": (N_("no answer yet"), lambda one: one.is_open),
    "confirmed": (N_("come"), lambda one: one.speaker.answer is SpeakerAnswer.CONFIRMED),
    "declined": (N_("do not come"), lambda one: one.speaker.answer is SpeakerAnswer.DECLINED),
    "missing": (N_("something is missing"), lambda one: bool(one.missing)),
    "overdue": (N_("overdue"), lambda one: one.is_overdue),
}
"""What the board can be narrowed to, by the value in its address."""


RECENT = timedelta(days=2)


class RemindForm(StaffForm):
    """Whom to write to; the boxes are drawn by the page."""

    form_id = FormIdField()


@bp.get("/<slug>/speakers/board")
def index(slug: str) -> str:
    """All speakers, or those of one kind, with the counts of each kind."""
    standings = queries.speaker_board.list_standings(g.event, clock.now())
    shown = request.args.get("show", "")
    shown = shown if shown in FILTERS else ""
    return render_template(
        "organizer/speaker_board.html",
        filters=[(key, _(label), sum(map(matches, standings))) for key, (label, matches) in FILTERS.items()],
        shown=shown,
        rows=list(filter(FILTERS[shown][1], standings)),
        to_remind=sum(one.is_to_remind for one in standings),
        tasks=queries.speaker.list_tasks(g.event.id),
    )


@dataclass(frozen=True)
class Reminded:
    """A speaker with what they would be told."""

    standing: Standing
    needed: list[str]
    language: str
    is_recent: bool
    """Whether they were reminded so lately that they are not ticked."""
    whatsapp: str | None


@bp.route("/<slug>/speakers/board/remind", methods=["GET", "POST"])
def remind(slug: str) -> Answer:
    """Shows whom a reminder would go to and who must be called; then writes to those who were left ticked."""
    form = RemindForm()
    chosen = {int(text) for text in request.form.getlist("speaker_id") if re.fullmatch(r"[0-9]{1,10}", text)}
    written: list[int] = []

    def change() -> None:
        written.append(
            services.speaker_reminder.remind(g.event.id, chosen, account_id=frame.me(), form_id=form.form_id.data)
        )

    if frame.attempt(form, change):
        message = ngettext("%(num)s message is on its way.", "%(num)s messages are on their way.", written[0])
        return frame.done(message, ".index")
    standings = queries.speaker_board.list_standings(g.event, clock.now())
    lines = [_reminded(one) for one in standings if one.is_to_remind]
    return frame.page(
        "speaker_remind.html",
        form,
        by_mail=[line for line in lines if line.standing.speaker.email],
        by_phone=[line for line in lines if not line.standing.speaker.email],
    )


def _reminded(standing: Standing) -> Reminded:
    speaker = standing.speaker
    is_recent = standing.reminded_at is not None and clock.now() - standing.reminded_at < RECENT
    language = queries.speaker.language_of(speaker, g.event)
    needed = services.speaker_reminder.needed(standing)
    link = services.speaker.link(speaker)
    whatsapp = None
    if speaker.phone and link:
        name = speaker.name.pick(g.event.languages, language).value
        text = reminder.chat(name, g.event.title, needed, link, language=language, languages=g.event.languages)
        whatsapp = reminder.whatsapp(speaker.phone, text)
    return Reminded(standing, [one.sentence(g.event.languages) for one in needed], language, is_recent, whatsapp)
