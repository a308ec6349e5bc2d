"""One message handed over: written from what is true now, sent outside any transaction, and noted with how it ended."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from eventapp import services
from eventapp.errors import Bounced, NoServer, NotFound, Unknown, Unreachable
from eventapp.language import N_
from eventapp.rules import delivery as rules
from eventapp.services.sending import Claim

logger = logging.getLogger(__name__)

OUR_FAULT = N_("An error in the program; its log has the details.")

Contexts = Callable[[], AbstractContextManager[Any]]
Begin = Callable[[], None]


class NotNeeded(Exception):
    """The reason of a message has passed; says how."""


class NotOurs(Exception):
    """A message was taken away from this worker before anything of it left."""


def hand_over(
    context: Contexts,
    claim: Claim,
    send: Callable[[Begin], str | None],
    *,
    put_off: Callable[[str], None],
    hidden: Callable[[str], str] = str,
) -> None:
    """Hands a message over and notes how that ended.

    ``send`` writes and sends it, calls what it is given when nothing keeps it any more, and returns what the other side
    calls it; ``put_off`` lets all wait that would go the same way; ``hidden`` takes out of a reason what no log holds.
    """
    is_begun = False

    def begin() -> None:
        nonlocal is_begun
        with context():
            if not services.sending.begin(claim):
                raise NotOurs
        is_begun = True

    try:
        provider_id = send(begin)
    except (NotFound, NotOurs):
        return  # deleted since it was claimed, with the person it was for; or another worker has it now
    except NotNeeded as outdated:
        with context():
            services.sending.note_dropped(claim, str(outdated))
        return
    except NoServer as error:
        _log(claim, hidden(str(error)))
        with context():
            put_off(str(error))
        return
    except Bounced as bounced:
        reason, for_good, in_doubt = str(bounced), True, False
    except Unreachable as error:
        reason, for_good, in_doubt = str(error), False, isinstance(error, Unknown)
    except Exception:
        # One message that cannot be written or sent must not keep the others from leaving.
        logger.exception("Message %d could not be sent", claim.delivery_id)
        reason, for_good, in_doubt = OUR_FAULT, False, is_begun
    else:
        with context():
            services.sending.note_sent(claim, provider_id=provider_id)
        return
    _log(claim, hidden(reason))
    with context():
        is_ours = services.sending.note_failed(claim, reason, for_good=for_good, in_doubt=in_doubt)
        if is_ours and (for_good or rules.wait_after(claim.attempt) is None):
            services.sending.hand_over(claim.delivery_id)


def _log(claim: Claim, reason: str) -> None:
    logger.warning("Message %d did not leave: %s", claim.delivery_id, reason)
