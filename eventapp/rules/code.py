"""Invitation codes: how they are drawn, written and compared."""

import secrets

from eventapp.errors import Refused
from eventapp.rules import names

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no sign that is taken for another. https://www.crockford.com/base32.html"""

MAX_LENGTH = 20

MIN_LENGTH = 6
"""Signs of a code that is typed by hand: fewer are found by trying."""

MAX_DRAWN = 1000
"""Codes that are drawn at once."""


def compared(text: str) -> str:
    """A typed code as it is kept and compared: capitals and digits, O as 0, I and L as 1, everything else left out."""
    plain = names.fold(text).upper().translate(str.maketrans("OIL", "011"))
    return "".join(sign for sign in plain if sign in ALPHABET or sign == "U")[:MAX_LENGTH]


def check(code: str) -> None:
    """Refuses (``code_too_short``) a code, as it is kept, that somebody could find by trying."""
    if len(code) < MIN_LENGTH:
        raise Refused("code_too_short", field="code", min=MIN_LENGTH)


def drawn(length: int = 8) -> str:
    """A random code of so many signs; eight hold 40 bits, so that nobody finds one by trying."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def written(code: str) -> str:
    """A code as it is printed and read aloud: in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
