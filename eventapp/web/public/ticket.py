"""The ticket page: what a person at the door needs, and no more; and its files."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup

from eventapp import clock, config, language, queries
from eventapp.errors import NotFound
from eventapp.formats import ical, occasion, pdf, png, qr, ticket_entry, ticket_pdf
from eventapp.language import gettext as _
from eventapp.queries.ticket import Held
from eventapp.rules import event as event_rules
from eventapp.rules import names
from eventapp.rules import ticket as rules
from eventapp.rules.ticket import Standing
from eventapp.rules.vocabulary import TicketPaper
from eventapp.web import personal, reader

if TYPE_CHECKING:
    from datetime import datetime

    from eventapp.models.event import Event

bp = Blueprint("ticket", __name__)


@bp.errorhandler(NotFound)
def missing(_error: NotFound) -> tuple[str, int]:
    """Helps somebody whose link is cut off, or who has the short code only."""
    return render_template("public/ticket_missing.html"), 404


@bp.get("/T/<code>")  # as the QR has it
@bp.get("/t/<code>")
def show(code: str) -> Response | tuple[str, int]:
    """The ticket to show at the door; or why it is none any more, or not yet."""
    held = _held(code)
    standing = rules.standing(held.attendee.status, held.ticket.revoked_at is not None)
    if standing is not Standing.VALID:
        page = render_template("public/ticket_closed.html", event=held.event, held=held, standing=standing)
        return page, 200 if standing is Standing.NOT_CONFIRMED else 410
    event = held.event
    address = _address(held)
    name = names.public_name(held.attendee.name)
    message = _("%(event)s, ticket of %(name)s: %(address)s", event=_title(event), name=name, address=address)
    page = render_template(
        "public/ticket_show.html",
        event=event,
        held=held,
        name=name,
        stage=event_rules.stage(event.state, event.starts_at, event.ends_at, clock.now()),
        drawing=Markup(_drawing(held)),  # noqa: S704  made of numbers and an escaped label
        doors_open_at=_doors_open_at(held),
        whatsapp=f"https://wa.me/?text={quote(message)}",
        sms=f"sms:?&body={quote(message)}",  # with the ampersand, old and new phones of both makers fill in the text
        picture_name=_filename(held, "png"),
    )
    return personal.answer(page)


@bp.get("/T/<code>.png")
@bp.get("/t/<code>.png")
def picture(code: str) -> Response:
    """The ticket as a small picture, for messengers."""
    held = _valid(code)
    event = held.event
    lines = [_moment(event), occasion.place(event)]
    content = png.ticket(_link(held), rules.spoken(held.ticket.code), _title(event), lines)
    return personal.answer(content, "image/png", filename=_filename(held, "png"))


@bp.get("/T/<code>.pdf")
@bp.get("/t/<code>.pdf")
def sheet(code: str) -> Response:
    """The ticket on paper: A4, or A6 with ``?paper=a6``. It says no more than its page: whoever has the link has it."""
    held = _valid(code)
    paper = TicketPaper.A6 if request.args.get("paper") == TicketPaper.A6 else TicketPaper.A4
    ticket = ticket_pdf.of(
        held.event,
        held.ticket_type,
        code=held.ticket.code,
        name=names.public_name(held.attendee.name),
        public_url=config.current().public_url,
        language=language.current(),
    )
    content = ticket_pdf.write(
        [ticket],
        paper,
        title=f"{ticket.title} · {ticket.code}",
        language=ticket.language,
        made_at=held.ticket.issued_at,  # the same bytes while nothing changed, so that asking again costs a 304
    )
    return personal.answer(content, pdf.MIMETYPE, filename=_filename(held, "pdf"))


@bp.get("/T/<code>.svg")
@bp.get("/t/<code>.svg")
def drawing(code: str) -> Response:
    """The QR alone, sharp at any size."""
    held = _valid(code)
    return personal.answer(_drawing(held), "image/svg+xml", filename=_filename(held, "svg"))


@bp.get("/T/<code>.ics")
@bp.get("/t/<code>.ics")
def calendar(code: str) -> Response:
    """The event for the guest's calendar, with the ticket's address."""
    held = _valid(code)
    entry = ticket_entry.of(
        held.event,
        attendee_id=held.attendee.id,
        code=held.ticket.code,
        version=held.version,
        public_url=config.current().public_url,
        now=clock.now(),
    )
    if entry is None:
        raise NotFound("date")
    return personal.answer(ical.event_calendar(entry), ical.MIMETYPE, filename=_filename(held, "ics"))


def _held(code: str) -> Held:
    """The ticket in the address, spoken of in its event's language. Raises NotFound."""
    held = queries.ticket.get(code.rstrip(".,;:!?)»"))  # what a sentence around a link leaves at its end
    reader.prefer(held.event.languages)
    return held


def _valid(code: str) -> Held:
    """The ticket in the address if it opens doors. Raises NotFound: a ticket that does not has no files."""
    held = _held(code)
    if rules.standing(held.attendee.status, held.ticket.revoked_at is not None) is not Standing.VALID:
        raise NotFound("ticket")
    return held


def _drawing(held: Held) -> str:
    return qr.svg(_link(held), _("QR code of the ticket %(code)s", code=rules.spoken(held.ticket.code)))


def _address(held: Held) -> str:
    return f"{config.current().public_url}{url_for('.show', code=held.ticket.code)}"


def _link(held: Held) -> str:
    return rules.link(config.current().public_url, held.ticket.code)


def _title(event: "Event") -> str:
    return occasion.pick(event, event.title)


def _moment(event: "Event") -> str:
    if event.starts_at is None:
        return _("Date to be announced")
    starts = language.local(event.starts_at, event.timezone)
    if event.time_is_known:
        return language.moment(starts)
    return ", ".join((language.day(starts), _("time to be confirmed")))


def _doors_open_at(held: Held) -> "datetime | None":
    """When the doors open, if that is something to know: earlier on the day of the event."""
    event = held.event
    opens_at = queries.ticket.find_doors_open_at(event.id, held.ticket_type.id)
    if opens_at is None or event.starts_at is None or not event.time_is_known or opens_at >= event.starts_at:
        return None
    days = [language.local(when, event.timezone).date() for when in (opens_at, event.starts_at)]
    return opens_at if days[0] == days[1] else None


def _filename(held: Held, suffix: str) -> str:
    word = _("ticket")
    return f"{word}-{rules.spoken(held.ticket.code)}.{suffix}"
