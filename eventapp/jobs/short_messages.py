"""Sends the SMS that are due, by the service that the settings name; without one none is queued, and any is held.

As with mail (`jobs.deliveries`), nothing is sent inside a transaction. What an SMS could not tell goes to the team, if
people must hear of it.
"""

import math
import threading
import time

from eventapp import clock, config, queries, services, sms
from eventapp.formats import letter as letters
from eventapp.formats import short_message
from eventapp.jobs import handing_over
from eventapp.jobs.handing_over import Begin, Contexts, NotNeeded
from eventapp.language import N_
from eventapp.rules import delivery as rules
from eventapp.rules.delivery import OUTDATED
from eventapp.rules.vocabulary import DeliveryChannel
from eventapp.services.sending import Claim
from eventapp.sms import Gateway

DEMONSTRATION = N_("Not sent: a demonstration writes to nobody.")


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
    def send(begin: Begin) -> str | None:
        with context():
            number, text, message_id = _write(claim)
        begin()
        return gateway.send(number, text, message_id)

    handing_over.hand_over(
        context, claim, send, put_off=lambda why: services.sending.put_off(claim, why, channel=DeliveryChannel.SMS)
    )


def _write(claim: Claim) -> tuple[str, str, str]:
    """Number, text and our id of an SMS, from what is true now. Raises NotFound, and NotNeeded with a reason."""
    if claim.is_demo:
        raise NotNeeded(DEMONSTRATION)
    parts = queries.delivery.get_parts(claim.delivery_id)
    letter = services.letter.of(parts)
    if letters.is_outdated(letter):
        raise NotNeeded(OUTDATED)
    return parts.delivery.address, short_message.sms(letter), parts.delivery.message_id
