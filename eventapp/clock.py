"""The time: the only place that asks for it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant in UTC, with its zone. Tests replace this function."""
    return datetime.now(UTC)
