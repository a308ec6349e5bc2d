"""The speakers of the day: who is next on stage, and who is there."""

from datetime import date

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, queries, services
from eventapp.language import local
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID

bp = Blueprint("speaker_day", __name__)


@bp.get("/<slug>/speakers/today")
def index(slug: str) -> str:
    """Who is on stage today, or on another day of the event, who comes next first."""
    now = clock.now()
    days = queries.speaker_board.list_days(g.event)
    day = _day(days, local(now, g.event.timezone).date())
    return render_template(
        "organizer/speaker_day.html", days=days, shown=queries.speaker_board.get_day(g.event, day, now), now=now
    )


def _day(days: list[date], today: date) -> date:
    """The day that is asked for; else today, if somebody is on stage, the next such day, or the last one."""
    asked = request.args.get("day", "")
    return next(
        (day for day in days if day.isoformat() == asked),
        next((day for day in days if day >= today), days[-1] if days else today),
    )


@bp.post(f"/<slug>/speakers/<{ID}:speaker_id>/arrived")
def arrived(slug: str, speaker_id: int) -> BaseResponse:
    """Ticks that somebody is there, or takes that back."""
    is_there = request.form.get("is_there") == "yes"
    services.speaker.note_arrival(g.event.id, speaker_id, is_there=is_there, account_id=frame.me())
    return redirect(url_for(".index", slug=slug, _anchor=f"speaker-{speaker_id}"), 303)
