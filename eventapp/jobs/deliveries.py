"""Sends the mail that is due: claims it, writes it from what is true now, sends it, and notes the outcome.

Nothing is sent inside a transaction, and no transaction waits for a mail server.
"""

import logging
import re
import threading
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
from eventapp.services.delivery import Claim

logger = logging.getLogger(__name__)

BATCH = 10
"""Messages claimed at once: few, since they all must leave within one lease."""

OUTDATED = N_("Not sent: when it could leave, it was no longer true.")
OUR_FAULT = N_("An error in the program; its log has the details.")

_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
"""Mail servers repeat addresses in their refusals; the log holds nobody's."""

Contexts = Callable[[], AbstractContextManager[Any]]


def work(context: Contexts, stop: threading.Event) -> int:
    """Sends all that is due, batch by batch, until nothing is or it is told to stop; returns how many were handled.

    Without a setting for mail everything is held. Messages of demonstrations go into a folder, never to a mail server.
    """
    handled = 0
    with ExitStack() as connections:
        senders: dict[bool, Sender] = {}
        while not stop.is_set():
            with context():
                settings = config.current()
                if settings.mail_url is None or not queries.delivery.is_any_due(clock.now()):
                    break
                claims = services.delivery.claim(BATCH)
                if not senders:
                    ordinary = connections.enter_context(mail.connect(settings.mail_url))
                    senders[False] = senders[True] = ordinary
                    if mail.leaves_the_machine(settings.mail_url):
                        senders[True] = connections.enter_context(mail.connect(f"file:{settings.instance / 'mail'}"))
            _send_batch(context, stop, claims, senders)
            handled += len(claims)
    return handled


def _send_batch(context: Contexts, stop: threading.Event, claims: list[Claim], senders: dict[bool, Sender]) -> None:
    deadline = clock.now() + rules.LEASE / 2
    down: dict[bool, str] = {}
    """Senders whose server cannot be used, with the reason: the rest of the batch need not wait for it again."""
    for claim in claims:
        if stop.is_set() or clock.now() > deadline:
            with context():
                services.delivery.release(claim)
        elif claim.is_demo in down:
            with context():
                services.delivery.note_failed(claim, down[claim.is_demo])
        else:
            _send(context, claim, senders[claim.is_demo], down)


def _send(context: Contexts, claim: Claim, send: Sender, down: dict[bool, str]) -> None:
    try:
        with context():
            written = _write(claim)
        if written is None:
            outcome, for_good = OUTDATED, True
        else:
            send(*written)
            outcome, for_good = "", True
    except NotFound:
        return  # deleted since it was claimed, with the person it was for
    except mail.Bounced as bounced:
        outcome, for_good = str(bounced), True
    except mail.NoServer as error:
        outcome, for_good = str(error), False
        down[claim.is_demo] = outcome
    except mail.Unreachable as error:
        outcome, for_good = str(error), False
    except Exception:
        # One message that cannot be written or sent must not keep the others from leaving.
        logger.exception("Message %d could not be sent", claim.delivery_id)
        outcome, for_good = OUR_FAULT, False
    with context():
        if outcome:
            logger.warning("Message %d did not leave: %s", claim.delivery_id, _ADDRESS.sub("(address)", outcome))
            services.delivery.note_failed(claim, outcome, for_good=for_good)
        else:
            services.delivery.note_sent(claim)


def _write(claim: Claim) -> tuple[EmailMessage, str] | None:
    """The finished message and its recipient, from what is true now; None when its reason has passed."""
    parts = queries.delivery.get_parts(claim.delivery_id)
    letter = services.letter.of(parts)
    if letters.is_outdated(letter):
        return None
    recipient = email.travelling(parts.delivery.address)
    message = email.build(
        email.write(letter),
        letter,
        sender=config.current().mail_from,
        recipient=recipient,
        message_id=parts.delivery.message_id,
        date=clock.now(),
    )
    return message, recipient
