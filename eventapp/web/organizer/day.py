"""The day as an organizer watches it: who has come, how fast, how the phones do, and what waits for a decision."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, render_template, request
from markupsafe import Markup

from eventapp import clock, language, queries
from eventapp.formats import arrivals as picture
from eventapp.language import gettext as _
from eventapp.queries.day import STEP, Phone
from eventapp.queries.head_count import Counts
from eventapp.rules import pace, readiness
from eventapp.rules.vocabulary import CheckpointKind
from eventapp.web import personal
from eventapp.web.organizer import words
from eventapp.web.organizer.frame import ID

bp = Blueprint("day", __name__)

SILENT = timedelta(minutes=5)
"""How long a phone may be without contact before it is marked."""

LABELS = 6
"""About how many times stand under the chart."""


@dataclass(frozen=True)
class Bars:
    """The chart of one day, with the numbers behind it: begin of each five minutes in which somebody came, and how
    many."""

    day: datetime
    svg: Markup
    rows: list[tuple[datetime, int]]
    total: int


@dataclass(frozen=True)
class PhoneRow:
    """A phone as the page tells of it: what is wrong with it, and what it has said of itself."""

    phone: Phone
    is_silent: bool
    waiting: int
    is_list_whole: bool
    behind: int
    failed: list[str]


@bp.get("/<slug>/day")
def show(slug: str) -> str:
    """The figures of now; with script they stay those of now."""
    return render_template("organizer/day_show.html", now=clock.now(), **_figures())


@bp.get(f"/<slug>/day/figures/<{ID}:checkpoint_id>")
def figures(slug: str, checkpoint_id: int) -> Response:
    """The part of the page that changes, for its script. As long as nothing has changed it costs a 304."""
    chosen = queries.checkpoint.get(g.event.id, checkpoint_id)
    return personal.answer(render_template("organizer/day_fragment.html", **_figures(chosen.id)))


def _figures(checkpoint_id: int | None = None) -> dict[str, object]:
    event, now = g.event, clock.now()
    checkpoints = [c for c in queries.checkpoint.list_of_event(event.id) if c.closed_at is None]
    asked = checkpoint_id if checkpoint_id is not None else request.args.get("checkpoint", type=int)
    chosen = next((c for c in checkpoints if c.id == asked), checkpoints[0] if checkpoints else None)
    counts = {count.checkpoint_id: count for count in queries.head_count.list_counts(event.id, checkpoints, now)}
    phones, counter = queries.day.list_phones(event.id), queries.day.get_counter(event.id)
    to_check, _settled = queries.conflict.count(event.id)
    return {
        "checkpoints": checkpoints,
        "chosen": chosen,
        "counts": counts,
        "periods": queries.day.count_by_period(checkpoints),
        "bars": _bars(chosen.id, now) if chosen is not None else None,
        "paces": pace.paces(queries.day.list_paced(chosen.id)) if chosen is not None else [],
        "paced": queries.day.PACED,
        "phones": [_row(phone, counter, now) for phone in phones],
        "to_check": to_check,
        "aside": sum(phone.aside for phone in phones),
        "over": _over(next((counts[c.id] for c in checkpoints if c.kind is CheckpointKind.VENUE), None)),
    }


def _over(venue: Counts | None) -> list[str]:
    """Sentences about more people than seats, now or later today."""
    seats = g.event.capacity
    if venue is None or seats is None:
        return []
    sentences = []
    if (more := venue.inside - seats) > 0:
        one = _("One person more is inside than there are seats.")
        sentences.append(one if more == 1 else _("%(n)s people more are inside than there are seats.", n=more))
    if (more := venue.expected - seats) > 0:
        one = _("One person more is expected than there are seats.")
        sentences.append(one if more == 1 else _("%(n)s people more are expected than there are seats.", n=more))
    return sentences


def _bars(checkpoint_id: int, now: datetime) -> Bars | None:
    """The chart of today, or of the last day on which somebody came; None before anybody has."""
    last = queries.day.find_last_arrival(checkpoint_id)
    if last is None:
        return None
    zone = ZoneInfo(g.event.timezone)
    today, latest = now.astimezone(zone).date(), last.astimezone(zone).date()
    day = min(today, latest)
    begins = datetime(day.year, day.month, day.day, tzinfo=zone)
    found = queries.day.list_arrivals(
        checkpoint_id, begins.astimezone(UTC), (begins + timedelta(days=1)).astimezone(UTC)
    )
    if not found:
        return None
    first, end = min(found), max(found)
    first -= first % (3600 // STEP)  # from the full hour on
    numbers = [found.get(step, 0) for step in range(first, end + 1)]
    start = _at(first)
    every = max(1, round(len(numbers) / LABELS / 12)) * 12 if len(numbers) > 18 else 3
    hours = {n: language.time(language.local(_at(first + n), g.event.timezone)) for n in range(0, len(numbers), every)}
    total, most = sum(numbers), max(numbers)
    best = language.time(language.local(_at(first + numbers.index(most)), g.event.timezone))
    label = _(
        "Arrivals by five minutes: %(total)s in all, most at %(when)s (%(most)s)", total=total, when=best, most=most
    )
    rows = [(_at(step), found[step]) for step in sorted(found)]
    return Bars(start, Markup(picture.svg(numbers, hours, label=label)), rows, total)  # noqa: S704  drawn by ourselves


def _at(step: int) -> datetime:
    return datetime.fromtimestamp(step * STEP, UTC)


def _row(phone: Phone, counter: int, now: datetime) -> PhoneRow:
    """What a phone said of itself when it was last heard of. It may say anything: what makes no sense is nothing."""
    device, health = phone.device, phone.device.health
    version, _colon, rest = str(health.get("list") or "").partition(":")
    behind = counter - int(version) if re.fullmatch(r"[0-9]{1,15}", version) else None
    waiting = health.get("waiting")
    return PhoneRow(
        phone=phone,
        is_silent=device.last_contact_at is not None and now - device.last_contact_at > SILENT,
        waiting=waiting if isinstance(waiting, int) and 0 < waiting < 10**9 else 0,
        is_list_whole=behind is not None and not rest,
        behind=max(0, behind or 0),
        failed=[words.word(check) for check in readiness.Check if health.get(check) is False],
    )
