"""Sends the mail that is due: claims it, writes it from what is true now, sends it, and notes the outcome.

Nothing is sent inside a transaction, and no transaction waits for a mail server.
"""

import math
import re
import threading
import time
from contextlib import ExitStack
from email.message import EmailMessage
from functools import partial

from eventapp import clock, config, mail, queries, services
from eventapp.formats import email
from eventapp.formats import letter as letters
from eventapp.jobs import handing_over
from eventapp.jobs.handing_over import Begin, Contexts, NotNeeded
from eventapp.language import N_
from eventapp.mail import Sender
from eventapp.rules import delivery as rules
from eventapp.rules.delivery import OUTDATED
from eventapp.rules.vocabulary import DeliveryChannel
from eventapp.services.sending import Claim

UNSUBSCRIBED = N_("Not sent: its reader wants no more announcements.")

_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
"""Mail servers repeat addresses in their refusals; the log holds nobody's."""


def take_turn(context: Contexts, stop: threading.Event) -> int:
    """Sends for as long as its turn lasts; see `work`."""
    return work(context, stop, seconds=rules.TURN.total_seconds())


def work(context: Contexts, stop: threading.Event, *, seconds: float = math.inf) -> int:
    """Sends what is due, one by one, until nothing is, so many ``seconds`` are over or it is told to stop; returns how
    many were handled.

    One by one: if the worker dies, all the others leave as soon as another one is there. Without a setting for mail
    everything is held. Messages of demonstrations go into a folder, never to a mail server.
    """
    handled, ends = 0, time.monotonic() + seconds
    with ExitStack() as connections:
        senders: dict[bool, Sender] = {}
        while not stop.is_set() and time.monotonic() < ends:
            with context():
                settings = config.current()
                if settings.mail_url is None or not queries.delivery.is_any_due(clock.now()):
                    break
                claims = services.sending.claim(1)
            if not senders:
                ordinary = connections.enter_context(mail.connect(settings.mail_url))
                senders[False] = senders[True] = ordinary
                if mail.leaves_the_machine(settings.mail_url):
                    senders[True] = connections.enter_context(mail.connect(f"file:{settings.instance / 'mail'}"))
            for claim in claims:
                _send(context, claim, senders)
            handled += len(claims)
    return handled


def _send(context: Contexts, claim: Claim, senders: dict[bool, Sender]) -> None:
    def send(begin: Begin) -> str | None:
        with context():
            message, recipient = _write(claim)
        return senders[claim.is_demo](message, recipient, begin)

    def put_off(why: str) -> None:
        only = None if senders[True] is senders[False] else claim.is_demo
        services.sending.put_off(claim, why, channel=DeliveryChannel.EMAIL, demos=only)

    handing_over.hand_over(context, claim, send, put_off=put_off, hidden=partial(_ADDRESS.sub, "(address)"))


def _write(claim: Claim) -> tuple[EmailMessage, str]:
    """The finished message and its recipient, from what is true now. Raises NotFound, and NotNeeded with a reason."""
    parts = queries.delivery.get_parts(claim.delivery_id)
    letter = services.letter.of(parts)
    if letter.is_unwanted:
        raise NotNeeded(UNSUBSCRIBED)
    if letters.is_outdated(letter):
        raise NotNeeded(OUTDATED)
    recipient = email.travelling(parts.delivery.address)
    message = email.compose(
        letter,
        sender=config.current().mail_from,
        recipient=recipient,
        message_id=parts.delivery.message_id,
        date=clock.now(),
    )
    return message, recipient
