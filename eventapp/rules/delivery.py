"""When a message that did not leave is tried again."""

from datetime import timedelta

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

SERVER_REST = timedelta(minutes=1)
"""The pause of all mail after the mail server itself could not be used. It is no message's fault, so none counts it."""


def wait_after(attempts: int) -> timedelta | None:
    """The pause after so many failed attempts (1 or more); None: give up."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None
