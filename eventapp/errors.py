"""What can go wrong in a way that a person is told about."""

from collections.abc import Iterator
from contextlib import contextmanager


class EventappError(Exception):
    """Base of all errors that carry a meaning for a person."""


class NotFound(EventappError):
    """What was asked for does not exist, or not for the one who asks (the two look the same on purpose)."""


class NotAllowed(EventappError):
    """The person is known, but this is not theirs to do."""


class Refused(EventappError):
    """A rule says no. Carries a code and the facts for the sentence; the edge renders it in the reader's language.

    ``rules.refusals`` holds one sentence for each code. ``field`` names the form field the sentence belongs to.
    """

    def __init__(self, code: str, *, field: str | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.facts = facts


class BadSetting(EventappError):
    """A setting has a value that cannot be used. The message is one sentence for the person who runs the server."""


class Unreachable(EventappError):
    """A message did not leave, and may be tried again later."""


class NoServer(Unreachable):
    """The server or service itself cannot be used now, so no other message would leave either."""


class Unknown(Unreachable):
    """A message was handed over and no answer came: it may have left, and may be sent again."""


class Bounced(EventappError):
    """The other side refused a message for good."""


@contextmanager
def beside(field: str) -> Iterator[None]:
    """Says to which field of a form a refusal belongs, where the rule that refuses knows no form."""
    try:
        yield
    except Refused as refused:
        refused.field = refused.field or field
        raise
