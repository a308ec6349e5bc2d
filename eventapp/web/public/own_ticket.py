"""All tickets of a registration at once: on one page to show, and on paper. With whole names, since it is the contact
who registered these people that reads them, and must tell one Awa from another."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from eventapp import config, language, queries
from eventapp.errors import NotFound
from eventapp.formats import occasion, pdf, qr, ticket_pdf
from eventapp.language import gettext as _
from eventapp.rules import ticket as rules
from eventapp.rules.vocabulary import AttendeeStatus, TicketPaper
from eventapp.web import personal, reader

if TYPE_CHECKING:
    from eventapp.models.event import Event
    from eventapp.models.registration import Attendee, Registration
    from eventapp.models.ticket import Ticket

bp = Blueprint("own_ticket", __name__)


@bp.get("/r/<secret>/tickets")
def index(secret: str) -> Response:
    """Every ticket of the registration, each to be read from this page."""
    registration, event = _own(secret)
    page = render_template(
        "public/own_tickets.html",
        event=event,
        secret=secret,
        tickets=[(person, ticket.code, _drawing(ticket.code)) for person, ticket in _holders(registration)],
    )
    return personal.answer(page)


@bp.get("/r/<secret>/tickets.pdf")
def as_pdf(secret: str) -> Response:
    """Every ticket of the registration on paper, three to an A4 page unless ``paper`` says another way."""
    registration, event = _own(secret)
    holders = _holders(registration)
    if not holders:
        raise NotFound("ticket")
    asked = request.args.get("paper", "")
    paper = TicketPaper(asked) if asked in set(TicketPaper) else TicketPaper.A4_THREE
    content = ticket_pdf.write(
        [
            ticket_pdf.of(
                event,
                person.ticket_type,
                code=ticket.code,
                name=person.name,
                public_url=config.current().public_url,
                language=language.current(),
            )
            for person, ticket in holders
        ],
        paper,
        title=f"{occasion.pick(event, event.title)} · {_('Entry tickets')}",
        language=language.current(),
        made_at=max(ticket.issued_at for _person, ticket in holders),
    )
    word = _("tickets")
    return personal.answer(content, pdf.MIMETYPE, filename=f"{word}-{event.slug}.pdf")


def _own(secret: str) -> "tuple[Registration, Event]":
    """The registration of a link and its event, spoken of in its language. Raises NotFound."""
    registration = queries.registration.get_by_secret(secret)
    reader.prefer([registration.language])
    return registration, queries.event.get(registration.event_id)


def _holders(registration: "Registration") -> "list[tuple[Attendee, Ticket]]":
    return [
        (one, one.ticket)
        for one in registration.attendees
        if one.ticket is not None and one.status is AttendeeStatus.CONFIRMED and one.erased_at is None
    ]


def _drawing(code: str) -> Markup:
    label = _("QR code of the ticket %(code)s", code=rules.spoken(code))
    return Markup(qr.svg(rules.link(config.current().public_url, code), label))  # noqa: S704  numbers, escaped label
