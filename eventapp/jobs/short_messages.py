"""Sends the SMS that are due, by the service that the settings name; without one none is queued, and any is held.

As with mail (`jobs.deliveries`), nothing is sent inside a transaction. What an SMS could not tell goes to the team, if
people must hear of it.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from eventapp import clock, config, queries, services, sms
from eventapp.errors import NotFound
from eventapp.formats import letter as letters
from eventapp.formats import short_message
from eventapp.jobs import deliveries
from eventapp.language import N_
from eventapp.rules import delivery as rules
from eventapp.rules.vocabulary import DeliveryChannel
from eventapp.services.sending import Claim
from eventapp.sms import Gateway

logger = logging.getLogger(__name__)

DEMONSTRATION = N_("Not sent: a demonstration writes to nobody.")

Contexts = Callable[[], AbstractContextManager[Any]]


class _NotNeeded(Exception):
    """The reason of a message has passed; says how."""


def take_turn(context: Contexts, stop: threading.Event) -> int:
    """Sends for as long as its turn lasts; see `work`."""
    return work(context, stop, seconds=rules.TURN.total_seconds())


def work(context: Contexts, stop: threading.Event, *, seconds: float = math.inf) -> int:
    """Sends what is due, one by one, until nothing is, so many ``seconds`` are over or it is told to stop; returns how
    many were handled."""
    handled, ends = 0, time.monotonic() + seconds
    with context():
        gateway = sms.gateway(config.current())
    while gateway is not None and not stop.is_set() and time.monotonic() < ends:
        with context():
            if not queries.delivery.is_any_due(clock.now(), DeliveryChannel.SMS):
                break
            claims = services.sending.claim(1, DeliveryChannel.SMS)
        for claim in claims:
            _send(context, claim, gateway)
        handled += len(claims)
    return handled


def _send(context: Contexts, claim: Claim, gateway: Gateway) -> None:
    is_begun = False
    try:
        with context():
            number, text, message_id = _write(claim)
            if not services.sending.begin(claim):
                return  # another worker has it now
        is_begun = True
        provider_id = gateway.send(number, text, message_id)
    except NotFound:
        return  # deleted since it was claimed, with the person it was for
    except _NotNeeded as outdated:
        with context():
            services.sending.note_dropped(claim, str(outdated))
        return
    except sms.NoServer as error:
        _log(claim, str(error))
        with context():
            services.sending.put_off(claim, str(error), channel=DeliveryChannel.SMS)
        return
    except sms.Bounced as bounced:
        reason, for_good, in_doubt = str(bounced), True, False
    except sms.Unreachable as error:
        reason, for_good, in_doubt = str(error), False, isinstance(error, sms.Unknown)
    except Exception:
        # One message that cannot be written or sent must not keep the others from leaving.
        logger.exception("SMS %d could not be sent", claim.delivery_id)
        reason, for_good, in_doubt = deliveries.OUR_FAULT, False, is_begun
    else:
        with context():
            services.sending.note_sent(claim, provider_id=provider_id)
        return
    _log(claim, reason)
    with context():
        is_ours = services.sending.note_failed(claim, reason, for_good=for_good, in_doubt=in_doubt)
        if is_ours and (for_good or rules.wait_after(claim.attempt) is None):
            services.sending.hand_over(claim.delivery_id)


def _log(claim: Claim, reason: str) -> None:
    logger.warning("SMS %d did not leave: %s", claim.delivery_id, reason)


def _write(claim: Claim) -> tuple[str, str, str]:
    """Number, text and our id of an SMS, from what is true now. Raises NotFound, and _NotNeeded with a reason."""
    if claim.is_demo:
        raise _NotNeeded(DEMONSTRATION)
    parts = queries.delivery.get_parts(claim.delivery_id)
    letter = services.letter.of(parts)
    if letters.is_outdated(letter):
        raise _NotNeeded(deliveries.OUTDATED)
    return parts.delivery.address, short_message.sms(letter), parts.delivery.message_id
