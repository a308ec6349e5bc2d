"""How the team shares what is to be told by hand: how long it is one person's, and when somebody comes again."""

from datetime import datetime, timedelta

LEASE = timedelta(minutes=10)
"""How long a message is somebody's alone; after that it is given to whoever asks next."""

WAITS = (timedelta(hours=1), timedelta(hours=4))
"""When a person who was not reached comes again, after the first and the second time."""

UNDO = timedelta(minutes=30)
"""How long "sent" can be taken back."""


def again_at(now: datetime, attempts: int) -> datetime | None:
    """When somebody comes again whom nobody reached so many times (1 or more); None: they are given up."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None
