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

LEASE = timedelta(minutes=10)
"""How long a worker may hold a message before another one takes it."""


def wait_after(attempts: int) -> timedelta | None:
    """The pause after so many failed attempts (1 or more); None: give up."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None
