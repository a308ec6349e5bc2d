"""What the public does not see of the programme yet, and the button that shows it."""

from flask import Blueprint, g, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, queries, services
from eventapp.errors import Refused
from eventapp.formats import programme_change
from eventapp.language import gettext as _
from eventapp.rules import event as event_rules
from eventapp.rules import refusals
from eventapp.rules import release as rules
from eventapp.rules.vocabulary import EventState
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import Answer

bp = Blueprint("release", __name__)

SHOWN = 20
"""How many earlier releases are listed."""


@bp.get("/<slug>/programme/changes")
def show(slug: str) -> str:
    """What a release would change, session by session, and who would be told."""
    return _page()


def _page(problem: str = "") -> str:
    event = g.event
    found = queries.release.unreleased(event.id)
    stage = event_rules.stage(event.state, event.starts_at, event.ends_at, clock.now())
    is_told = rules.is_worth_telling(stage)
    return render_template(
        "organizer/release_show.html",
        problem=problem,
        found=found,
        told=[
            programme_change.tell(change, found.before, found.draft, event.timezone, event.languages)
            for change in found.changes
        ],
        draft=queries.release.fingerprint(event.id),
        speakers=len(queries.release.list_speakers_to_tell(event.id, found.changes)) if is_told else 0,
        registrations=len(queries.release.list_registrations_to_tell(event.id, found.changes)) if is_told else 0,
        releases=queries.release.list_latest(event.id, SHOWN),
    )


@bp.post("/<slug>/programme/changes")
def publish(slug: str) -> Answer:
    """Shows the public the chosen changes; all of them where none was unticked."""
    event = g.event
    if event.state is EventState.DRAFT:
        return _page(_("The event itself is a draft: publishing it publishes its programme too.")), 409
    offered = set(request.form.getlist("offered", type=int))
    chosen = set(request.form.getlist("session", type=int))
    if offered and not chosen:
        return _page(_("Please choose at least one change.")), 422
    return _release(None if chosen == offered else chosen)


def _release(only: set[int] | None) -> BaseResponse | tuple[str, int]:
    try:
        made = services.release.release(
            g.event.id, only=only, draft=request.form.get("draft", ""), account_id=frame.me()
        )
    except Refused as refused:
        return _page(refusals.sentence(refused)), 409
    if made is None:
        return frame.done(_("There was nothing new: the public sees this programme already."), ".show")
    return frame.done(_("Published. Whom it concerns is told by mail."), ".show")
