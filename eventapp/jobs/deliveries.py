"""Sends the mail that is due: claims it, writes it from what is true now, sends it, and notes the outcome.

Nothing is sent inside a transaction, and no transaction waits for a mail server.
"""

import logging
import math
import re
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from email.message import EmailMessage
from typing import Any

from eventapp import clock, config, mail, queries, services
from eventapp.errors import NotFound
from eventapp.formats import email
from eventapp.formats import letter as letters
from eventapp.language import N_
from eventapp.mail import Sender
from eventapp.rules import delivery as rules
from eventapp.rules.vocabulary import DeliveryChannel
from eventapp.services.sending import Claim

logger = logging.getLogger(__name__)

OUTDATED = N_("Not sent: when it could leave, it was no longer true.")
UNSUBSCRIBED = N_("Not sent: its reader wants no more announcements.")
OUR_FAULT = N_("An error in the program; its log has the details.")

_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
"""Mail servers repeat addresses in their refusals; the log holds nobody's."""


class _NotNeeded(Exception):
    """The reason of a message has passed; says how."""


class _NotOurs(Exception):
    """A message was taken away from this worker before anything of it left."""


Contexts = Callable[[], AbstractContextManager[Any]]


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
    is_begun = False

    def begin() -> None:
        nonlocal is_begun
        with context():
            if not services.sending.begin(claim):
                raise _NotOurs
        is_begun = True

    try:
        with context():
            message, recipient = _write(claim)
        provider_id = senders[claim.is_demo](message, recipient, begin)
    except (NotFound, _NotOurs):
        return  # deleted since it was claimed, with the person it was for; or another worker has it now
    except _NotNeeded as outdated:
        with context():
            services.sending.note_dropped(claim, str(outdated))
        return
    except mail.NoServer as error:
        _log(claim, str(error))
        only = None if senders[True] is senders[False] else claim.is_demo
        with context():
            services.sending.put_off(claim, str(error), channel=DeliveryChannel.EMAIL, demos=only)
        return
    except mail.Bounced as bounced:
        reason, for_good, in_doubt = str(bounced), True, False
    except mail.Unreachable as error:
        reason, for_good, in_doubt = str(error), False, isinstance(error, mail.Unknown)
    except Exception:
        # One message that cannot be written or sent must not keep the others from leaving.
        logger.exception("Message %d could not be sent", claim.delivery_id)
        reason, for_good, in_doubt = OUR_FAULT, False, is_begun
    else:
        with context():
            services.sending.note_sent(claim, provider_id=provider_id)
        return
    _log(claim, reason)
    with context():
        services.sending.note_failed(claim, reason, for_good=for_good, in_doubt=in_doubt)


def _log(claim: Claim, reason: str) -> None:
    logger.warning("Message %d did not leave: %s", claim.delivery_id, _ADDRESS.sub("(address)", reason))


def _write(claim: Claim) -> tuple[EmailMessage, str]:
    """The finished message and its recipient, from what is true now. Raises NotFound, and _NotNeeded with a reason."""
    parts = queries.delivery.get_parts(claim.delivery_id)
    letter = services.letter.of(parts)
    if letter.is_unwanted:
        raise _NotNeeded(UNSUBSCRIBED)
    if letters.is_outdated(letter):
        raise _NotNeeded(OUTDATED)
    recipient = email.travelling(parts.delivery.address)
    message = email.compose(
        letter,
        sender=config.current().mail_from,
        recipient=recipient,
        message_id=parts.delivery.message_id,
        date=clock.now(),
    )
    return message, recipient
