"""Speakers: who they are, how to reach them, and their personal link."""

from typing import TYPE_CHECKING

from flask import Blueprint, g, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField

from eventapp import queries, services
from eventapp.errors import Refused
from eventapp.formats import qr
from eventapp.language import N_, NAMES
from eventapp.language import gettext as _
from eventapp.rules import refusals
from eventapp.rules.vocabulary import SpeakerAnswer
from eventapp.services.speaker import SpeakerFacts
from eventapp.web.forms import (
    ChoiceField,
    CountField,
    FormIdField,
    LineField,
    LocalizedField,
    ParagraphsField,
    StaffForm,
)
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import ID, Answer

if TYPE_CHECKING:
    from eventapp.models.speaker import Speaker

MAX_CREW = 200

bp = Blueprint("speaker", __name__)


class SpeakerForm(StaffForm):
    """A speaker; the name alone is enough."""

    form_id = FormIdField()
    name = LocalizedField(
        N_("Name"),
        required=True,
        missing="name_missing",
        max_length=300,
        description=N_("One box is enough; fill in both only if the name is written differently."),
    )
    function = LocalizedField(N_("Function"), description=N_("For example: judge, singer, head of a school."))
    organization = LocalizedField(N_("Organization"))
    biography = LocalizedField(N_("Biography"), lines=6, max_length=5_000)
    links = LocalizedField(
        N_("Links"), lines=3, max_length=2_000, description=N_("Addresses of websites about this person, one a line.")
    )
    is_listed = BooleanField(
        N_("Show this person on the public pages"),
        default=True,
        description=N_("Without it, guests read the name in the programme and nothing more."),
    )
    email = LineField(N_("E-mail address"), max_length=254, description=N_("For the team alone, never shown."))
    phone = LineField(N_("Phone"), max_length=60, description=N_("For the team alone, never shown."))
    language = ChoiceField(N_("Language of messages"), coerce=lambda text: text or None)
    stage_needs = ParagraphsField(
        N_("Needs on stage"),
        max_length=2_000,
        description=N_("For the team alone: microphone, piano, help on the steps."),
    )
    crew_limit = CountField(
        N_("How many people they may bring"),
        most=MAX_CREW,
        description=N_("Musicians, assistants: each gets a ticket. May stay empty."),
    )


class AnswerForm(StaffForm):
    """What a speaker said by telephone."""

    answer = ChoiceField(N_("Answer"))
    reason = LineField(
        N_("Reason"), max_length=1_000, description=N_("For the team alone. May stay empty, and always when they come.")
    )


@bp.get("/<slug>/speakers")
def index(slug: str) -> str:
    """All of them, in the order of the page."""
    return render_template(
        "organizer/speaker_list.html",
        rows=queries.speaker.list_speakers(g.event.id),
        sessions=queries.programme.count_sessions_by_speaker(g.event.id),
    )


@bp.route("/<slug>/speakers/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """A further one."""
    form = _prepare(SpeakerForm())

    def change() -> None:
        services.speaker.add(g.event.id, _facts(form), account_id=frame.me(), form_id=form.form_id.data)

    if frame.attempt(form, change):
        return frame.done(_("Added."), ".index")
    return frame.page("speaker_form.html", form, row=None)


def _facts(form: SpeakerForm, row: "Speaker | None" = None) -> SpeakerFacts:
    # Whoever said that they need nothing has said it: an empty box does not take that back.
    needs = form.stage_needs.data or ("" if row is not None and row.stage_needs == "" else None)
    return SpeakerFacts(
        name=form.name.data,
        function=form.function.data,
        organization=form.organization.data,
        biography=form.biography.data,
        email=form.email.data,
        phone=form.phone.data,
        links=form.links.data,
        is_listed=form.is_listed.data,
        language=form.language.data,
        stage_needs=needs,
        crew_limit=form.crew_limit.data or 0,
    )


def _prepare(form: SpeakerForm) -> SpeakerForm:
    codes = g.event.languages
    form.language.choices = [("", _("As the event: %(language)s", language=NAMES[codes[0]]))]
    form.language.choices += [(code, NAMES[code]) for code in codes]
    if not form.is_submitted() and form.language.data not in codes:
        form.language.data = None  # the event no longer has this language
    return form


@bp.route(f"/<slug>/speakers/<{ID}:speaker_id>", methods=["GET", "POST"])
def edit(slug: str, speaker_id: int) -> Answer:
    """One of them, with the sessions and the personal link."""
    row = queries.speaker.get_by_id(g.event.id, speaker_id)
    form = _prepare(SpeakerForm(obj=row))

    def change() -> None:
        services.speaker.change(g.event.id, speaker_id, _facts(form, row), account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".edit", speaker_id=speaker_id)
    row = queries.speaker.get_by_id(g.event.id, speaker_id)
    link = services.speaker.link(row)
    return frame.page(
        "speaker_form.html",
        form,
        row=row,
        sessions=queries.programme.list_for_speaker(speaker_id),
        files=queries.speaker_file.list_files(speaker_id),
        link=link,
        square=Markup(qr.svg(link, _("The link as a square for a phone's camera"))) if link else None,  # noqa: S704  drawn by ourselves
    )


@bp.route(f"/<slug>/speakers/<{ID}:speaker_id>/answer", methods=["GET", "POST"])
def answer(slug: str, speaker_id: int) -> Answer:
    """Writes down what a speaker said by telephone: whether they come."""
    row = queries.speaker.get_by_id(g.event.id, speaker_id)
    form = AnswerForm(data={"answer": row.answer, "reason": row.decline_reason})
    form.answer.choices = [(value, words.word(value)) for value in (SpeakerAnswer.CONFIRMED, SpeakerAnswer.DECLINED)]

    def change() -> None:
        if form.answer.data == SpeakerAnswer.CONFIRMED:
            services.speaker_answer.confirm(g.event.id, speaker_id, account_id=frame.me())
        else:
            services.speaker_answer.decline(g.event.id, speaker_id, form.reason.data, account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".edit", speaker_id=speaker_id)
    return frame.page("speaker_answer.html", form, row=row)


@bp.route(f"/<slug>/speakers/<{ID}:speaker_id>/link", methods=["GET", "POST"])
def renew_link(slug: str, speaker_id: int) -> Answer:
    """Asks, then gives the speaker a new personal link in place of the old one."""
    row = queries.speaker.get_by_id(g.event.id, speaker_id)
    consequences = [_("The new link is shown on the next page, for you to send.")]
    if row.link_hash is not None:
        consequences = [
            _("The old link, and the calendar that was subscribed to with it, stop working."),
            *consequences,
        ]
    return frame.confirm(
        lambda: services.speaker.renew_link(g.event.id, speaker_id, account_id=frame.me()),
        question=_("A new personal link for %(name)s?", name=str(row.name)),
        consequences=consequences,
        button=_("Make a new link"),
        back=url_for(".edit", slug=slug, speaker_id=speaker_id),
        message=_("The new link is ready."),
    )


@bp.post(f"/<slug>/speakers/<{ID}:speaker_id>/link/send")
def send_link(slug: str, speaker_id: int) -> BaseResponse:
    """Sends the personal link by mail."""
    try:
        services.speaker.send_link(g.event.id, speaker_id, account_id=frame.me())
    except Refused as refused:
        return frame.done(refusals.sentence(refused), ".edit", speaker_id=speaker_id)
    return frame.done(_("The message is on its way."), ".edit", speaker_id=speaker_id)


@bp.route(f"/<slug>/speakers/<{ID}:speaker_id>/remove", methods=["GET", "POST"])
def remove(slug: str, speaker_id: int) -> Answer:
    """Asks, then removes a speaker from the event and all its sessions."""
    row = queries.speaker.get_by_id(g.event.id, speaker_id)
    titles = ", ".join(str(session.title) for session in queries.programme.list_for_speaker(speaker_id))
    return frame.confirm(
        lambda: services.speaker.remove(g.event.id, speaker_id, account_id=frame.me()),
        question=_("Remove %(name)s?", name=str(row.name)),
        consequences=[
            _("Everything about this person is erased, and the personal link stops working."),
            *([_("Their ticket stops being valid, and those of the people they bring.")] if row.attendee_id else []),
            *([_("They are taken off these sessions: %(titles)s.", titles=titles)] if titles else []),
        ],
        button=_("Remove"),
        back=url_for(".index", slug=slug),
        message=_("Removed."),
    )


@bp.post(f"/<slug>/speakers/<{ID}:speaker_id>/move")
def move(slug: str, speaker_id: int) -> BaseResponse:
    """One place up or down."""
    services.speaker.move(g.event.id, speaker_id, frame.steps())
    return frame.done(_("Moved."), ".index")
