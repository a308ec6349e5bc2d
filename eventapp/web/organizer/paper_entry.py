"""Rows of a list on paper are entered, looked at before; taken back; and compared with what phones scanned."""

import io
import re
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, render_template, request, url_for
from wtforms import HiddenField

from eventapp import language, queries, services
from eventapp.errors import NotFound
from eventapp.formats import table
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.queries.paper_entry import Finding
from eventapp.rules.paper_list import MAX_TYPED, Period
from eventapp.services.paper_entry import Meant, Wanted
from eventapp.web.forms import ChoiceField, FormIdField, InstantField, ParagraphsField, StaffForm
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer

if TYPE_CHECKING:
    from eventapp.models.checkin import Checkpoint

bp = Blueprint("paper_entry", __name__)

PAGE = 100
"""People on one page of a comparison."""


class EntryForm(StaffForm):
    """Rows that were ticked or signed, and where and when."""

    form_id = FormIdField()
    seen = HiddenField()
    """What was looked at: only that is entered."""
    rows = ParagraphsField(
        N_("Numbers"),
        max_length=MAX_TYPED,
        description=N_("The numbers that were ticked or signed, as they stand on the paper: 12 13 17-22."),
    )
    place = ChoiceField(N_("Entrance and part of the day"), default="")
    at = InstantField(
        N_("When they came"),
        description=N_("If you know it better than the part of the day. Empty: at its beginning."),
    )


@dataclass(frozen=True)
class Place:
    """A period of a checkpoint, as the choice ``checkpoint-period``."""

    checkpoint: "Checkpoint"
    period: Period

    @property
    def value(self) -> str:
        """The choice."""
        return f"{self.checkpoint.id}-{self.period.index}"

    @property
    def name(self) -> str:
        """The entrance, and which part of its day if it has several."""
        name = str(self.checkpoint.name)
        if self.period.starts_at is None and self.period.ends_at is None:
            return name
        if self.period.starts_at is not None:
            part = _("from %(when)s", when=_moment(self.period.starts_at))
        else:
            part = _("until %(when)s", when=_moment(self.period.ends_at))
        return f"{name} · {part}"


def _moment(at: datetime | None) -> str:
    return language.short_moment(language.local(at, g.event.timezone)) if at is not None else ""


def _places() -> list[Place]:
    return [
        Place(checkpoint, period)
        for checkpoint in queries.checkpoint.list_of_event(g.event.id)
        for period in queries.paper_entry.list_periods(checkpoint, g.event.starts_at)
    ]


@bp.route(f"/<slug>/paper/<{ID}:list_id>/enter", methods=["GET", "POST"])
def enter(slug: str, list_id: int) -> Answer:
    """Takes numbers, shows whom they mean, and only then enters them."""
    paper = queries.paper_list.get(g.event.id, list_id)
    form = EntryForm()
    form.place.choices = [("", "—"), *((place.value, place.name) for place in _places())]
    form.at.zone = g.event.timezone
    meant: list[Meant] = []
    entered: list[int] = []

    def change() -> None:
        wanted = _wanted(form)
        if request.form.get("step") == "enter" and form.seen.data == _seen(form):
            entered.append(
                services.paper_entry.enter(g.event.id, list_id, wanted, form_id=str(form.form_id.data), by=frame.me())
            )
        else:
            meant.append(services.paper_entry.find_meant(g.event.id, list_id, wanted))

    if frame.attempt(form, change) and entered:
        return frame.done(_("Entered."), "organizer.paper_list.show", list_id=list_id)
    form.seen.data = _seen(form)
    return frame.page("paper_entry_enter.html", form, paper=paper, meant=meant[0] if meant else None)


def _wanted(form: EntryForm) -> Wanted:
    checkpoint_id, _dash, period = str(form.place.data or "0-0").partition("-")
    return Wanted(form.rows.data or "", int(checkpoint_id), int(period), form.at.data)


def _seen(form: EntryForm) -> str:
    return f"{' '.join((form.rows.data or '').split())}|{form.place.data}|{form.at.data}"


@bp.route(f"/<slug>/paper/entries/<{ID}:entry_id>/undo", methods=["GET", "POST"])
def undo(slug: str, entry_id: int) -> Answer:
    """Asks, then takes a whole entry back."""
    entry = queries.paper_entry.get(g.event.id, entry_id)
    rows = len(queries.paper_entry.list_marks(entry_id))
    return frame.confirm(
        lambda: services.paper_entry.undo(g.event.id, entry_id, by=frame.me()),
        question=_("Take this entry of %(count)s rows back?", count=language.number(rows)),
        consequences=[
            _("Whoever counts as having come by this entry alone does not count any more."),
            _("Whoever was scanned by a phone, or stands in another entry, stays in."),
        ],
        button=_("Take back"),
        back=url_for("organizer.paper_list.show", slug=slug, list_id=entry.list_id),
        message=_("Taken back."),
    )


@bp.get("/<slug>/paper/compare")
def compare(slug: str) -> str:
    """Where paper and phones disagree, for a part of a day at an entrance, a hundred people to a page."""
    places = _places()
    place = _chosen(places)
    finding = _finding()
    if place is None:
        return render_template("organizer/paper_entry_compare.html", places=[], place=None)
    where = (g.event.id, place.checkpoint.id, place.period)
    counts = queries.paper_entry.count_found(*where)
    last = max(1, ceil(counts[finding] / PAGE))
    page = frame.page_number(last)
    return render_template(
        "organizer/paper_entry_compare.html",
        places=places,
        place=place,
        finding=finding,
        findings=[(one, _(WORDS[one]), counts[one]) for one in Finding],
        marked=queries.paper_entry.count_marked(*where),
        rows=queries.paper_entry.list_found(finding, *where, offset=(page - 1) * PAGE, limit=PAGE),
        page=page,
        last=last,
    )


WORDS = {
    Finding.PAPER_ALONE: N_("On paper, not scanned"),
    Finding.SCANNED_ALONE: N_("Scanned, not on paper"),
    Finding.TWICE: N_("Twice on paper"),
}


def _chosen(places: list[Place]) -> Place | None:
    """The part of a day that is asked for; the first one otherwise."""
    asked = request.args.get("place", "")
    return next((place for place in places if place.value == asked), places[0] if places else None)


def _finding() -> Finding:
    asked = request.args.get("show", "")
    return next((one for one in Finding if one == asked), Finding.PAPER_ALONE)


@bp.get("/<slug>/paper/compare.csv")
def as_csv(slug: str) -> Response:
    """All of them as a table."""
    place = _chosen(_places())
    if place is None:
        raise NotFound("checkpoint")
    rows: list[table.Row] = []
    for finding in Finding:
        for one in queries.paper_entry.list_found(finding, g.event.id, place.checkpoint.id, place.period):
            name = one.attendee.name
            rows.append(
                (_(WORDS[finding]), name, one.attendee.organization, one.version, one.number, one.sheet, one.line)
            )
    columns = [_("What"), _("Name"), _("Organization"), _("List"), _("Number"), _("Sheet"), _("Line")]
    out = io.BytesIO()
    table.write(out, "csv", columns, rows)
    response = Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    name = re.sub(r"[^a-z0-9-]", "", f"{g.event.slug}-paper-{place.value}")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return response
