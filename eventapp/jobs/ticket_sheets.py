"""The tickets of an event on paper, in the order of names, each in its reader's language."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from typing import Any

from eventapp import config, queries
from eventapp.errors import Refused
from eventapp.formats import ticket_pdf
from eventapp.formats.ticket_pdf import Sheets
from eventapp.language import gettext as _
from eventapp.language import speaking
from eventapp.rules.vocabulary import TicketPaper
from eventapp.services.print_run import Claim

STEP = 25
"""Tickets that are loaded and drawn at once; then it is said how far it is."""


def make(context: Callable[[], AbstractContextManager[Any]], claim: Claim, tell: Callable[[int, int], None]) -> bytes:
    """The file of a run: tickets that became void since it was asked for are left out.

    The team hands these out by name, so they bear whole names. Raises Refused with ``print_nobody``.
    """
    with context():
        public_url = config.current().public_url
        event = queries.event.get(claim.event_id)
        ticket_ids = queries.print_run.list_ticket_ids(claim.event_id, claim.options)
        with speaking(claim.language):
            title = f"{event.title.pick(event.languages).value} · {_('Entry tickets')}"
    if not ticket_ids:
        raise Refused("print_nobody")
    paper = TicketPaper(claim.options["paper"])
    total = len(ticket_ids)
    tell(0, total)
    with closing(Sheets(paper, title=title, language=claim.language, made_at=claim.asked_at)) as sheets:
        for first in range(0, total, STEP):
            with context():
                event = queries.event.get(claim.event_id)
                tickets = [
                    ticket_pdf.of(
                        event,
                        one.ticket_type,
                        code=one.ticket.code,
                        name=one.attendee.name,
                        public_url=public_url,
                        language=one.language,
                    )
                    for one in queries.print_run.list_tickets(ticket_ids[first : first + STEP])
                ]
            for ticket in tickets:
                sheets.add(ticket)
            tell(min(first + STEP, total), total)
        return sheets.content()
