"""Seats in a session: how many, who has one and who waits, somebody added or taken out by hand, the list as a file."""

import io
from math import ceil

from flask import Blueprint, Response, g, render_template, request, url_for

from eventapp import queries, services
from eventapp.formats import table
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import names
from eventapp.rules import session_seat as rules
from eventapp.rules.vocabulary import SessionSeatStatus
from eventapp.web.forms import CountField, StaffForm
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("session_seat", __name__)

PAGE = 100
"""People on one page of the list."""

CANDIDATES = 20
"""People who are found at once, to be added."""


class SeatsForm(StaffForm):
    """How many seats a session has."""

    seats = CountField(
        N_("Number of seats"),
        most=rules.MAX_SEATS,
        description=N_("Empty: anybody may come, and nobody needs a seat."),
    )


@bp.get(f"/<slug>/programme/<{ID}:session_id>/seats")
def index(slug: str, session_id: int) -> str:
    """Who has a seat and who waits, a hundred to a page."""
    session = queries.programme.get_session_by_id(g.event.id, session_id)
    sought = names.clean(request.args.get("q", ""))[:200]
    total = queries.session_seat.count_people(g.event.id, session_id, sought)
    last = max(1, ceil(total / PAGE))
    page = frame.page_number(last)
    return render_template(
        "organizer/session_seat_list.html",
        session=session,
        numbers=queries.session_seat.numbers(g.event.id, session_id).get(session_id),
        rows=queries.session_seat.list_people(g.event.id, session_id, sought, offset=(page - 1) * PAGE, limit=PAGE),
        q=sought,
        total=total,
        page=page,
        last=last,
    )


@bp.route(f"/<slug>/programme/<{ID}:session_id>/seats/number", methods=["GET", "POST"])
def number(slug: str, session_id: int) -> Answer:
    """How many seats a session has."""
    session = queries.programme.get_session_by_id(g.event.id, session_id)
    there = queries.session_seat.numbers(g.event.id, session_id).get(session_id)
    form = SeatsForm(seats=there.seats if there is not None else None)

    def change() -> None:
        services.session_seat.set_seats(g.event.id, session_id, form.seats.data, account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".number", session_id=session_id)
    return frame.page("session_seat_number.html", form, session=session, numbers=there)


@bp.get(f"/<slug>/programme/<{ID}:session_id>/seats/add")
def add(slug: str, session_id: int) -> str:
    """Finds people of the event who are not in the session yet."""
    session = queries.programme.get_session_by_id(g.event.id, session_id)
    sought = names.clean(request.args.get("q", ""))[:200]
    found = queries.session_seat.list_candidates(g.event.id, session_id, sought, CANDIDATES) if sought else []
    return render_template("organizer/session_seat_add.html", session=session, q=sought, found=found)


@bp.route(f"/<slug>/programme/<{ID}:session_id>/seats/<{ID}:attendee_id>/add", methods=["GET", "POST"])
def take(slug: str, session_id: int, attendee_id: int) -> Answer:
    """Asks, then gives somebody a seat, or a place on the waiting list."""
    session = queries.programme.get_session_by_id(g.event.id, session_id)
    attendee = queries.registration.get_attendee_in(g.event.id, attendee_id)
    there = queries.session_seat.numbers(g.event.id, session_id).get(session_id)
    is_free = there is not None and there.taken < there.seats
    return frame.confirm(
        lambda: services.session_seat.take(g.event.id, session_id, attendee_id, account_id=frame.me()),
        question=_("A seat for %(name)s in “%(session)s”?", name=attendee.name, session=session.title),
        consequences=[
            _("A seat is free, and they get it at once.")
            if is_free
            else _("No seat is free: they go to the end of the waiting list.")
        ],
        button=_("Add"),
        back=url_for(".index", slug=slug, session_id=session_id),
        message=_("Added."),
    )


@bp.route(f"/<slug>/programme/<{ID}:session_id>/seats/<{ID}:attendee_id>/remove", methods=["GET", "POST"])
def remove(slug: str, session_id: int, attendee_id: int) -> Answer:
    """Asks, then takes somebody out of the session or off its waiting list."""
    session = queries.programme.get_session_by_id(g.event.id, session_id)
    attendee = queries.registration.get_attendee_in(g.event.id, attendee_id)
    return frame.confirm(
        lambda: services.session_seat.leave(g.event.id, session_id, attendee_id, account_id=frame.me()),
        question=_("Take %(name)s out of “%(session)s”?", name=attendee.name, session=session.title),
        consequences=[
            _("Their seat goes to the first who waits, who gets a message about it."),
            _("They hear nothing of it: tell them."),
        ],
        button=_("Take out"),
        back=url_for(".index", slug=slug, session_id=session_id),
        message=_("Taken out."),
    )


@bp.get(f"/<slug>/programme/<{ID}:session_id>/seats.csv")
def as_csv(slug: str, session_id: int) -> Response:
    """The list as a table: those with a seat, then those who wait, with their number."""
    session = queries.programme.get_session_by_id(g.event.id, session_id)
    out = io.BytesIO()
    columns = [_("Name"), _("Organization"), _("Status"), _("Number"), _("Since")]
    table.write(out, "csv", columns, _rows(session_id))
    response = Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{session.slug}-seats.csv")
    return response


def _rows(session_id: int) -> list[table.Row]:
    rows: list[table.Row] = []
    place = 0
    for one in queries.session_seat.list_people(g.event.id, session_id):
        waits = one.status is SessionSeatStatus.WAITLISTED
        place += waits
        state = _("Waits") if waits else _("Has a seat")
        rows.append((one.attendee.name, one.attendee.organization, state, place if waits else None, one.since))
    return rows
