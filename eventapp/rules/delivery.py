"""Which way a message takes, and when one that did not leave is tried again."""

from datetime import timedelta
from typing import NamedTuple

from eventapp.language import N_
from eventapp.rules import phones
from eventapp.rules.vocabulary import DeliveryChannel, DeliveryKind

OUTDATED = N_("Not sent: when it could leave, it was no longer true.")
"""Why a message was dropped that would have said what is not so any more."""

MUST_HEAR = frozenset(
    {
        DeliveryKind.OFFER,
        DeliveryKind.PLACE_FREE,
        DeliveryKind.RECONFIRM,
        DeliveryKind.RELEASED,
        DeliveryKind.LOST_TICKET,
        DeliveryKind.SESSION_SEAT,
        DeliveryKind.EVENT_CANCELLED,
        DeliveryKind.EVENT_REVIVED,
        DeliveryKind.EVENT_MOVED,
    }
)
"""What people wait for, must answer, or would travel for in vain: whoever has no address is told by the team."""

ANSWERED = frozenset(
    {DeliveryKind.OFFER, DeliveryKind.RECONFIRM, DeliveryKind.INVITATION, DeliveryKind.INVITATION_REMINDER}
)
"""What needs an answer. Whoever has a telephone alone may have no internet to give it with: a person asks them."""

WORTH_AN_SMS = (
    frozenset(DeliveryKind)
    - ANSWERED
    - {
        DeliveryKind.CANCELLATION,
        DeliveryKind.OFFER_LAPSED,
        DeliveryKind.THANK_YOU,
    }
)
"""What an SMS, which costs money, is sent for: not for what people did themselves, nor for a courtesy."""


class Way(NamedTuple):
    """How a message travels, and where to; the address of somebody who has to be found first is empty."""

    channel: DeliveryChannel
    address: str


def way(
    kind: DeliveryKind, email: str | None, phone: str | None, *, has_sms: bool, must_hear: bool = False
) -> Way | None:
    """The way of a message: mail where there is an address, else an SMS if there is a service (``has_sms``) and it is
    worth one, else somebody of the team, if people must hear of it: always, or this time (``must_hear``)."""
    if email:
        return Way(DeliveryChannel.EMAIL, email)
    if phone and has_sms and kind in WORTH_AN_SMS and phones.takes_sms(phone):
        return Way(DeliveryChannel.SMS, phone)
    if kind in MUST_HEAR or must_hear:
        return Way(DeliveryChannel.HAND, phone or "")
    return None


WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
"""The pause after the first, second, ... attempt."""

LEASE = timedelta(minutes=1)
"""How long a message that a worker took, and did not begin to hand over, is left alone by the others."""

HANDING_OVER = timedelta(minutes=5)
"""The same once it was begun: longer than the longest patience with a server, since by then it may have left."""

TURN = timedelta(seconds=20)
"""How long mail, or SMS, goes on before the other jobs have their turn."""

SERVER_REST = timedelta(minutes=1)
"""The pause of all mail after the mail server itself could not be used. It is no message's fault, so none counts it."""


def wait_after(attempts: int) -> timedelta | None:
    """The pause after so many failed attempts (1 or more); None: give up."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None
