"""Links that prepare the phones of a whole team, and the phones that wait to be let begin."""

import re

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, queries, services
from eventapp.language import N_, ngettext
from eventapp.language import gettext as _
from eventapp.rules import readiness
from eventapp.rules.vocabulary import Direction
from eventapp.services.team_link import MAX_DAYS, MAX_PHONES, NewLink
from eventapp.web.forms import ChoiceField, CountField, FormIdField, LineField, StaffForm
from eventapp.web.organizer import frame, private_link, words
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("team_link", __name__)


class TeamForm(StaffForm):
    """A link for the phones of a team."""

    form_id = FormIdField()
    name = LineField(N_("Team"), max_length=120, description=N_("Who gets the link: “Scouts, main entrance”."))
    checkpoint = ChoiceField(N_("Entrance"))
    direction = ChoiceField(N_("Direction"), default=Direction.ENTRY.value)
    max_phones = CountField(N_("How many phones at most"), least=1, most=MAX_PHONES, default=10)
    days = CountField(N_("For how many days it can be used"), least=1, most=MAX_DAYS, default=3)


@bp.route("/<slug>/phones/teams/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """A further link; the page that follows shows it."""
    form = TeamForm()
    form.checkpoint.choices = [(str(c.id), str(c.name)) for c in queries.checkpoint.list_of_event(g.event.id)]
    form.direction.choices = words.choices(Direction)
    made: list[NewLink] = []

    def change() -> None:
        made.append(
            services.team_link.add(
                g.event.id,
                form.name.data or "",
                max_phones=form.max_phones.data or 0,
                days=form.days.data or 0,
                checkpoint_id=int(form.checkpoint.data),
                direction=Direction(form.direction.data),
                by_account_id=frame.me(),
                form_id=form.form_id.data,
            )
        )

    if frame.attempt(form, change):
        return _show_link(made[0], _("Added."))
    return frame.page("team_link_new.html", form)


def _show_link(link: NewLink, message: str) -> BaseResponse:
    """Leads to the link's page."""
    private_link.remember("team", link.link_id, link.secret)
    return frame.done(message, ".show", link_id=link.link_id)


@bp.get(f"/<slug>/phones/teams/<{ID}:link_id>")
def show(slug: str, link_id: int) -> str:
    """One link with its phones; in the browser that made it, also its square."""
    team = queries.team_link.find(g.event.id, link_id)
    is_open = team.is_open(clock.now())
    link = private_link.recall("team", link_id, team.link.link_hash) if is_open else None
    phones = queries.team_link.list_phones(link_id)
    return render_template(
        "organizer/team_link_show.html",
        team=team,
        is_open=is_open,
        phones=[(phone, readiness.read(phone.health)) for phone in phones],
        waiting=[phone.id for phone in phones if phone.revoked_at is None and phone.approved_at is None],
        version=queries.door_list.version(g.event.id),
        link=link,
        square=private_link.square(link),
    )


@bp.post(f"/<slug>/phones/teams/<{ID}:link_id>/link")
def renew(slug: str, link_id: int) -> BaseResponse:
    """A new square for the same team; the one before ends."""
    made = services.team_link.renew(g.event.id, link_id, by_account_id=frame.me())
    return _show_link(made, _("The new link is ready."))


@bp.post(f"/<slug>/phones/teams/<{ID}:link_id>/approve")
def approve_all(slug: str, link_id: int) -> BaseResponse:
    """Lets all phones begin that the page showed as waiting."""
    seen = [int(text) for text in request.form.getlist("phone") if re.fullmatch(r"[0-9]{1,9}", text)]
    count = services.team_link.approve_all(g.event.id, link_id, seen, by_account_id=frame.me())
    message = ngettext("%(num)s phone may begin.", "%(num)s phones may begin.", count)
    return frame.done(message, ".show", link_id=link_id)


@bp.post(f"/<slug>/phones/<{ID}:device_id>/approve")
def approve(slug: str, device_id: int) -> BaseResponse:
    """Lets one phone begin."""
    phone = queries.device.get(g.event.id, device_id)

    def change() -> None:
        services.team_link.approve(g.event.id, device_id, by_account_id=frame.me())

    message = _("“%(name)s” may begin.", name=phone.name)
    if phone.team_link_id is None:
        return frame.tried(change, message, "organizer.checkin.phone", device_id=device_id)
    return frame.tried(change, message, ".show", link_id=phone.team_link_id)


@bp.route(f"/<slug>/phones/teams/<{ID}:link_id>/end", methods=["GET", "POST"])
def end(slug: str, link_id: int) -> Answer:
    """Asks, then ends a link."""
    link = queries.team_link.get(g.event.id, link_id)
    return frame.confirm(
        lambda: services.team_link.end(g.event.id, link_id, by_account_id=frame.me()),
        question=_("End the link of “%(name)s”?", name=link.name),
        consequences=[
            _("It prepares no further phone."),
            _("Phones that it has prepared go on. To stop one, withdraw it."),
        ],
        button=_("End the link"),
        back=url_for(".show", slug=slug, link_id=link_id),
        message=_("The link has ended."),
    )
