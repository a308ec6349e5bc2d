"""My programme: chosen on the registration's page, read and subscribed to by a link that can change nothing."""

import re
from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, config, language, queries, services
from eventapp.formats import ical
from eventapp.language import gettext as _
from eventapp.queries.programme import Listed
from eventapp.rules import agenda as rules
from eventapp.rules import event as event_rules
from eventapp.rules import programme
from eventapp.rules import session_seat as seat_rules
from eventapp.rules.vocabulary import AttendeeStatus, EventState
from eventapp.web import calendars, personal, reader

if TYPE_CHECKING:
    from eventapp.models.event import Event

bp = Blueprint("agenda", __name__)


@bp.route("/r/<secret>/sessions", methods=["GET", "POST"])
def choose(secret: str) -> Response | BaseResponse:
    """The programme with a box for each session; sent, the boxes are the registration's agenda."""
    registration = queries.registration.get_by_secret(secret)
    reader.prefer([registration.language])
    if request.method == "POST":
        services.agenda.choose(registration.id, _ids(request.form.getlist("session")))
        wanted, among = _seats(request.form.getlist("seat")), _ids(request.form.getlist("among"))
        services.session_seat.choose(registration.id, wanted, among)
        return redirect(url_for(".choose", secret=secret, done="saved"), 303)
    event = queries.event.get(registration.event_id)
    chosen = queries.agenda.session_ids(registration.id)
    seats = {
        (seat.attendee_id, seat.session_id): seat for seat in queries.session_seat.of_registration(registration.id)
    }
    held: dict[int, set[int]] = {}
    for attendee_id, session_id in seats:
        held.setdefault(attendee_id, set()).add(session_id)
    wanted_ids = chosen.union(*held.values())
    sessions = rules.choosable(_programme(event), wanted_ids)
    mine = [session for session in sessions if session.id in chosen]
    is_begun = queries.agenda.find(registration.id) is not None
    page = render_template(
        "public/agenda_choose.html",
        event=event,
        secret=secret,
        chosen={session.id for session in mine},
        days=programme.by_day(sessions, event.timezone),
        overlaps=seat_rules.overlaps(
            rules.overlaps(_certain(event, [session for session in sessions if session.id in wanted_ids])), held
        ),
        people=[one for one in registration.attendees if one.status is AttendeeStatus.CONFIRMED],
        seats=seats,
        numbers=queries.session_seat.numbers(event.id),
        now=clock.now(),
        just_saved=request.args.get("done") == "saved",
        **(_addresses(services.agenda.secret(registration.id)) if is_begun else {}),
    )
    return personal.answer(page)


@bp.get("/a/<secret>")
def show(secret: str) -> Response:
    """The chosen sessions by day, to read."""
    agenda = queries.agenda.get_by_secret(secret)
    event = queries.event.get(agenda.event_id)
    reader.prefer(event.languages)
    chosen = queries.agenda.session_ids(agenda.registration_id)
    sessions = [session for session in _programme(event) if session.id in chosen]
    certain = _certain(event, sessions)
    now = clock.now()
    page = render_template(
        "public/agenda_show.html",
        event=event,
        stage=event_rules.stage(event.state, event.starts_at, event.ends_at, now),
        days=programme.by_day(sessions, event.timezone),
        marks=programme.marks(certain, now, event.timezone),
        overlaps=rules.overlaps(certain),
        **_addresses(secret),
    )
    return personal.answer(page)


@bp.get("/a/<secret>.ics")
def calendar(secret: str) -> Response:
    """The chosen sessions as a calendar to subscribe to."""
    agenda = queries.agenda.get_by_secret(secret)
    event = queries.event.get(agenda.event_id)
    reader.prefer(event.languages)
    chosen = queries.agenda.session_ids(agenda.registration_id)
    sessions = [s for s in queries.programme.list_calendar(event.id) if s.id in chosen] if _is_public(event) else []
    name = _("My programme: %(event)s", event=event.title.pick(event.languages).value)
    content = ical.schedule(name, calendars.session_entries(event, sessions))
    return personal.answer(content, ical.MIMETYPE, filename="sessions.ics")


def _programme(event: "Event") -> list[Listed]:
    return queries.programme.list_programme(event.id) if _is_public(event) else []


def _is_public(event: "Event") -> bool:
    return event.state is not EventState.DRAFT


def _certain(event: "Event", sessions: list[Listed]) -> list[Listed]:
    """Those whose times are not made up: only they are on now, or overlap."""
    return [session for session in sessions if not programme.is_time_made_up(session, event)]


def _addresses(secret: str) -> dict[str, str]:
    # The subscribing calendar sends no language of its own: the address names the reader's.
    path = url_for(".calendar", secret=secret, lang=language.current())
    address = config.current().public_url + path
    return {
        "agenda_secret": secret,
        "calendar_address": address,
        "webcal_address": calendars.webcal(address),
    }


def _seats(texts: list[str]) -> dict[int, set[int]]:
    """The sessions in which each person wants a seat, from boxes named ``<attendee>-<session>``."""
    wanted: dict[int, set[int]] = {}
    for text in texts:
        if re.fullmatch(r"[0-9]{1,9}-[0-9]{1,9}", text):
            attendee_id, session_id = map(int, text.split("-"))
            wanted.setdefault(attendee_id, set()).add(session_id)
    return wanted


def _ids(texts: list[str]) -> set[int]:
    return {int(text) for text in texts if re.fullmatch(r"[0-9]{1,9}", text)}
