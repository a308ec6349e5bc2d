"""The letters to invitees on paper, in the order in which they were invited, each in its reader's language."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from typing import Any

from eventapp import queries, services
from eventapp.errors import NotFound
from eventapp.formats.letter_pdf import Letters, Sheet
from eventapp.language import gettext as _
from eventapp.language import speaking
from eventapp.rules import invitation_letter as rules
from eventapp.services.print_run import Claim

STEP = 25
"""Letters that are loaded and drawn at once; then it is said how far it is."""


def make(context: Callable[[], AbstractContextManager[Any]], claim: Claim, tell: Callable[[int, int], None]) -> bytes:
    """The file of a run: letters of invitations that were answered or withdrawn since it was asked for are left out."""
    with context():
        event = queries.event.get(claim.event_id)
        chosen = rules.chosen(claim.options)
        ids = [one.id for one in queries.invitation.list_to_print(claim.event_id, chosen)]
        with speaking(claim.language):
            title = f"{event.title.pick(event.languages).value} · {_('Invitations')}"
    total = len(ids)
    tell(0, total)
    with closing(Letters(title, claim.language, claim.asked_at)) as letters:
        for first in range(0, total, STEP):
            with context():
                sheets = [_sheet(claim.event_id, one) for one in ids[first : first + STEP]]
            for sheet in sheets:
                if sheet is not None:
                    letters.add(sheet)
            tell(min(first + STEP, total), total)
        return letters.content()


def _sheet(event_id: int, invitation_id: int) -> Sheet | None:
    try:
        return services.invitation_letter.sheet(event_id, queries.invitation.get_in(event_id, invitation_id))
    except NotFound:
        return None  # gone since it was asked for
