"""Speakers: who they are, how to reach them, and their personal link."""

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import config, queries, services
from eventapp.errors import Refused
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import refusals
from eventapp.services.speaker import SpeakerFacts
from eventapp.web.forms import FormIdField, LineField, LocalizedField, StaffForm
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer

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
    email = LineField(N_("E-mail address"), max_length=254, description=N_("For the team alone, never shown."))
    phone = LineField(N_("Phone"), max_length=60, description=N_("For the team alone, never shown."))


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
    form = SpeakerForm()

    def change() -> None:
        services.speaker.add(g.event.id, _facts(form), account_id=frame.me(), form_id=form.form_id.data)

    if frame.attempt(form, change):
        return frame.done(_("Added."), ".index")
    return frame.page("speaker_form.html", form, row=None)


def _facts(form: SpeakerForm) -> SpeakerFacts:
    return SpeakerFacts(
        name=form.name.data,
        function=form.function.data,
        organization=form.organization.data,
        biography=form.biography.data,
        email=form.email.data,
        phone=form.phone.data,
    )


@bp.route(f"/<slug>/speakers/<{ID}:speaker_id>", methods=["GET", "POST"])
def edit(slug: str, speaker_id: int) -> Answer:
    """One of them, with the sessions and the personal link."""
    row = queries.speaker.get_by_id(g.event.id, speaker_id)
    form = SpeakerForm(obj=row)

    def change() -> None:
        services.speaker.change(g.event.id, speaker_id, _facts(form), account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".edit", speaker_id=speaker_id)
    row = queries.speaker.get_by_id(g.event.id, speaker_id)
    return frame.page(
        "speaker_form.html",
        form,
        row=row,
        sessions=queries.programme.list_for_speaker(speaker_id),
        link=f"{config.current().public_url}/s/{services.speaker.secret(row)}" if row.link_hash else None,
    )


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
