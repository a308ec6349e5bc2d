"""Named invitations: who may answer until when, how many may come, and how many seats can be kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from eventapp.errors import Refused
from eventapp.rules import names
from eventapp.rules.event import Stage
from eventapp.rules.registration import STAFF_PARTY

MOST_PLACES = STAFF_PARTY
"""How many people one invitation may be for."""


def check_invitee(name: str | None, organization: str | None) -> None:
    """Refuses (``invitee_missing``) an invitation to nobody."""
    if not name and not organization:
        raise Refused("invitee_missing", field="name")


def check_places(places: int, coming: int) -> None:
    """Refuses a number of places that cannot be (``number_invalid``) or is below that of those who come
    (``places_in_use``)."""
    if not 1 <= places <= MOST_PLACES:
        raise Refused("number_invalid", field="places", min=1, max=MOST_PLACES)
    if places < coming:
        raise Refused("places_in_use", field="places", people=coming)


def check_hold(held: int, places: int, coming: int) -> None:
    """Refuses (``hold_too_many``) to keep more seats than people may still come on the invitation."""
    if not 0 <= held <= places - coming:
        raise Refused("hold_too_many", field="held", max=places - coming)


def check_reply_by(reply_by: datetime | None, held: int, starts_at: datetime | None, now: datetime) -> None:
    """Refuses a deadline after the start (``reply_after_start``), and one that is over while seats are to be kept
    (``reply_past``)."""
    if reply_by is None:
        return
    if starts_at is not None and reply_by > starts_at:
        raise Refused("reply_after_start", field="reply_by")
    if held and reply_by <= now:
        raise Refused("reply_past", field="reply_by")


def check_may_answer(stage: Stage, *, is_withdrawn: bool) -> None:
    """Refuses an answer to an invitation that was withdrawn (``invitation_withdrawn``), or once the event has begun or
    was cancelled (``invitation_closed``)."""
    if is_withdrawn:
        raise Refused("invitation_withdrawn")
    if stage in (Stage.RUNNING, Stage.FINISHED, Stage.CANCELLED):
        raise Refused("invitation_closed")


def check_newcomers(newcomers: Sequence[str], there: Sequence[str], places: int) -> None:
    """Refuses people who are on the invitation already (``person_there``), and more than it is for
    (``invitation_places``)."""
    again = [name for number, name in enumerate(newcomers) if name in there or name in newcomers[:number]]
    if again:
        raise Refused("person_there", names=", ".join(again))
    if len(there) + len(newcomers) > places:
        raise Refused("invitation_places", max=places)


def still_held(held: int, expected: int, coming: int) -> int:
    """How many seats stay kept when ``expected`` people come in all, of whom ``coming`` have places by name."""
    return max(0, min(held, expected - coming))


def key(name: str | None, organization: str | None) -> tuple[str, str]:
    """By what two invitations are compared: those with one key may be one that was written twice."""
    return names.search_key(name or ""), names.search_key(organization or "")


class Invitee(Protocol):
    """Whoever is invited."""

    @property
    def courtesy_title(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def function(self) -> str | None: ...
    @property
    def organization(self) -> str | None: ...


def address_lines(invitee: Invitee) -> list[str]:
    """Who is invited, as the head of a letter: courtesy title and name, function, organization."""
    first = " ".join(part for part in (invitee.courtesy_title, invitee.name) if part)
    return [line for line in (first, invitee.function, invitee.organization) if line]
