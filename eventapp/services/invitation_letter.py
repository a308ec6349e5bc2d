"""Letters to invitees: sent, posted, and reminders to those who do not answer."""

from dataclasses import dataclass, replace

from eventapp import clock, queries
from eventapp.db import transactional
from eventapp.errors import Refused
from eventapp.formats.letter_pdf import Letters, Sheet
from eventapp.language import gettext as _
from eventapp.models.event import Event
from eventapp.models.invitation import Invitation
from eventapp.queries.addressee import Addressee
from eventapp.rules import event as event_rules
from eventapp.rules import invitation as rules
from eventapp.rules.invitation_letter import RESTS, Chosen
from eventapp.rules.vocabulary import DeliveryChannel, DeliveryKind, HostRole, InvitationAnswer
from eventapp.services import audit, delivery
from eventapp.services import letter as letters


@dataclass(frozen=True)
class Count:
    """How many letters would leave, by the way they take, and how many invitees only paper reaches."""

    by_way: dict[DeliveryChannel, int]
    on_paper: int = 0

    @property
    def in_all(self) -> int:
        """How many leave."""
        return sum(self.by_way.values())


@transactional
def send(event_id: int, invitation_id: int, *, account_id: int | None = None) -> None:
    """Sends a letter, also once more: by mail or, to whoever has only a telephone, by the team.

    Raises NotFound, and Refused with ``invitee_unreachable``, ``invitation_withdrawn`` or ``invitation_closed``.
    """
    event = queries.event.lock(event_id)
    invitation = queries.invitation.get_in(event_id, invitation_id)
    _check_may_answer(event, invitation)
    _send(invitation, account_id)


@transactional
def send_unsent(event_id: int, *, account_id: int | None = None) -> int:
    """Sends every letter that can leave, did not yet, and has no answer; returns how many. Once more sends none.

    Raises Refused("invitation_closed").
    """
    event = queries.event.lock(event_id)
    _check_may_answer(event)
    unsent = queries.invitation.list_unsent(event_id)
    for invitation in unsent:
        _send(invitation, account_id)
    return len(unsent)


def _check_may_answer(event: Event, invitation: Invitation | None = None) -> None:
    stage = event_rules.stage(event.state, event.starts_at, event.ends_at, clock.now())
    rules.check_may_answer(stage, is_withdrawn=invitation is not None and invitation.withdrawn_at is not None)


def _send(invitation: Invitation, account_id: int | None) -> None:
    if delivery.queue_for_invitation(invitation.id) is None:
        raise Refused("invitee_unreachable")
    invitation.sent_at = clock.now()
    _record("send", invitation, account_id)


def count_unsent(event_id: int) -> Count:
    """How many letters `send_unsent` would send which way, and to how many it cannot."""
    nowhere = [
        one
        for one in queries.invitation.list_all(event_id)
        if not (one.email or one.phone) and one.sent_at is None and one.answer is InvitationAnswer.OPEN
    ]
    return replace(
        _count(event_id, DeliveryKind.INVITATION, queries.invitation.list_unsent(event_id)), on_paper=len(nowhere)
    )


def count_unanswered(event_id: int, days: int | None) -> Count:
    """How many `remind` would remind which way."""
    return _count(event_id, DeliveryKind.INVITATION_REMINDER, _unanswered(event_id, days))


def _count(event_id: int, kind: DeliveryKind, invitations: list[Invitation]) -> Count:
    people = [Addressee(one.email, one.phone, one.language, invitation_id=one.id) for one in invitations]
    return Count(delivery.count_ways(event_id, kind, people))


def _unanswered(event_id: int, days: int | None) -> list[Invitation]:
    now = clock.now()
    return queries.invitation.list_unanswered(event_id, now, days=days, not_since=now - RESTS)


@transactional
def remind(event_id: int, *, days: int | None = None, account_id: int | None = None) -> int:
    """Reminds those whose letter left and who did not answer; with ``days``, only those whose time to answer ends so
    soon. Returns how many. Sent twice it reminds once: whoever was written to lately is left in peace.

    Raises Refused("invitation_closed").
    """
    event = queries.event.lock(event_id)
    _check_may_answer(event)
    unanswered = _unanswered(event_id, days)
    for invitation in unanswered:
        delivery.queue_for_invitation(invitation.id, DeliveryKind.INVITATION_REMINDER)
        _record("remind", invitation, account_id)
    return len(unanswered)


@transactional
def note_posted(event_id: int, chosen: Chosen, *, account_id: int | None = None) -> int:
    """Notes that printed letters were posted or handed over, for those who had none before; returns how many. Twice
    changes nothing."""
    queries.event.lock(event_id)
    posted = [one for one in queries.invitation.list_to_print(event_id, chosen) if one.sent_at is None]
    for invitation in posted:
        invitation.sent_at = clock.now()
        _record("post", invitation, account_id)
    return len(posted)


def _record(action: str, invitation: Invitation, account_id: int | None) -> None:
    subject = f"invitation:{invitation.id}"
    audit.record(f"invitation.{action}", subject, event_id=invitation.event_id, account_id=account_id)


def sheet(event_id: int, invitation: Invitation) -> Sheet:
    """A letter as it is printed, from what is true now."""
    event = queries.event.get(event_id)
    to = Addressee(invitation.email, invitation.phone, invitation.language, invitation_id=invitation.id)
    hosts = [one for one in queries.event.list_organizations(event_id) if one.role is HostRole.ORGANIZER]
    return Sheet(
        letters.to(to, event_id, DeliveryKind.INVITATION),
        [one.name.pick(event.languages, to.language).value for one in hosts],
        event.accent,
        invitation.courtesy_title or "",
    )


def file(event_id: int, invitation_id: int) -> bytes:
    """One letter as PDF. Raises NotFound."""
    invitation = queries.invitation.get_in(event_id, invitation_id)
    paper = Letters(_("Invitation"), invitation.language, clock.now())
    paper.add(sheet(event_id, invitation))
    return paper.content()
