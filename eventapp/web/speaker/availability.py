"""When a speaker can come: by day, from and to, on the event's clocks."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, request

from eventapp import language, queries, services
from eventapp.errors import Refused
from eventapp.rules import refusals
from eventapp.web.forms import instant
from eventapp.web.speaker import own
from eventapp.web.speaker.own import ID, Answer

if TYPE_CHECKING:
    from eventapp.models.event import Event

bp = Blueprint("availability", __name__)

MOST_DAYS = 14
"""How many days are offered in a list; of an event that is longer, the day is typed."""


@bp.route("/<secret>/availability", methods=["GET", "POST"])
def edit(secret: str) -> Answer:
    """The times at which I can come, and one more; none means always."""
    if request.method != "POST":
        return _page(secret)
    mine = own.get(secret)
    try:
        starts_at, ends_at = _period(mine.event.timezone)
        services.speaker_material.add_availability(mine.event.id, mine.speaker.id, starts_at, ends_at)
    except Refused as refused:
        return _page(secret, refusals.sentence(refused))
    return own.done("availability.edit", secret, "added")


def _page(secret: str, problem: str | None = None) -> Answer:
    mine = own.get(secret)
    return own.page(
        "availability_edit",
        mine,
        secret,
        status=422 if problem else 200,
        problem=problem,
        typed=request.form,
        periods=queries.speaker.list_availability(mine.speaker.id),
        event_days=_days(mine.event),
    )


def _days(event: "Event") -> list[date]:
    """The days of the event, if there are few enough to choose from."""
    if event.starts_at is None:
        return []
    first, last = (
        language.local(at, event.timezone).date() for at in (event.starts_at, event.ends_at or event.starts_at)
    )
    count = (last - first).days + 1
    return [first + timedelta(days=number) for number in range(count)] if count <= MOST_DAYS else []


def _period(zone: str) -> tuple[datetime, datetime]:
    """The time that was typed; without hours it is the whole day. Raises Refused with ``time_invalid``."""
    day, start, end = (request.form.get(name, "").strip() for name in ("day", "from", "to"))
    starts_at = instant(f"{day}T{start or '00:00'}", zone)
    if end and end != "00:00":
        return starts_at, instant(f"{day}T{end}", zone)
    next_day = language.local(starts_at, zone).date() + timedelta(days=1)
    return starts_at, instant(f"{next_day}T00:00", zone)


@bp.post(f"/<secret>/availability/<{ID}:period_id>/remove")
def remove(secret: str, period_id: int) -> Answer:
    """I cannot come then after all."""
    mine = own.get(secret)
    services.speaker_material.remove_availability(mine.event.id, mine.speaker.id, period_id)
    return own.done("availability.edit", secret, "removed")
